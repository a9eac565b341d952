"""The branching case: one state at a time, each choice with a consequence seen later."""

from django.utils.translation import gettext_lazy as _

from digicantrain.core.xapi.events import ActivityType
from digicantrain.learning.activities import ActivityKind
from digicantrain.programme.models import Step


def is_assessed(step: Step) -> bool:
    """Whether the first finished run counts."""
    return bool(step.data.get("assessed"))


KIND = ActivityKind(
    "case", _("Case"), counts=is_assessed, told_as=lambda _step: ActivityType.SIMULATION
)
