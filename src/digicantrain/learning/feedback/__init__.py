"""The course feedback form: answers without a name; a learner's record says only "completed"."""

from django.utils.translation import gettext_lazy as _

from digicantrain.core.xapi.events import ActivityType
from digicantrain.learning.activities import ActivityKind

KIND = ActivityKind("feedback", _("Feedback form"), told_as=lambda _step: ActivityType.SURVEY)
