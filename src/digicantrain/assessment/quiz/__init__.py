"""The quiz: practice questions with feedback after each, or the graded test of a module."""

from django.utils.translation import gettext_lazy as _

from digicantrain.core.xapi.events import ActivityType
from digicantrain.learning.activities import ActivityKind
from digicantrain.programme.models import Step


def is_graded(step: Step) -> bool:
    """Whether the quiz is drawn from the bank and its result counts."""
    return bool(step.data.get("draw"))


def told_as(step: Step) -> ActivityType:
    """Return what the record store calls a quiz: practice assesses nothing."""
    return ActivityType.ASSESSMENT if is_graded(step) else ActivityType.LESSON


KIND = ActivityKind("quiz", _("Questions"), counts=is_graded, told_as=told_as)
