"""States of enrolments and steps."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EnrolmentState(models.TextChoices):
    """Where a person stands in a course run."""

    WAITING = "waiting", _("Waiting list")
    ACTIVE = "active", _("Active")
    COMPLETED = "completed", _("Completed")
    LEFT = "left", _("Left")

    @property
    def may_learn(self) -> bool:
        """Whether the steps are open."""
        return self in {EnrolmentState.ACTIVE, EnrolmentState.COMPLETED}


class StepState(models.TextChoices):
    """Where a person stands in a step."""

    NOT_STARTED = "not-started", _("Not started")
    IN_PROGRESS = "in-progress", _("In progress")
    DONE = "done", _("Done")
    NOT_PASSED = "not-passed", _("Not passed")

    @property
    def is_settled(self) -> bool:
        """Whether nothing more can be done here."""
        return self is StepState.DONE or self is StepState.NOT_PASSED


class EnrolledBy(models.TextChoices):
    """How somebody came into a course run."""

    SELF = "self", _("Self")
    INVITATION = "invitation", _("Invitation link")
    FILE = "file", _("CSV file")
