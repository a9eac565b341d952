"""The quiz: practice questions with feedback after each, or the graded test of a module."""

from django.utils.translation import gettext_lazy as _

from digicantrain.learning.activities import ActivityKind
from digicantrain.programme.models import Step


def is_graded(step: Step) -> bool:
    """Whether the quiz is drawn from the bank and its result counts."""
    return bool(step.data.get("draw"))


KIND = ActivityKind("quiz", _("Questions"), counts=is_graded)
