"""Stages of a study as its readers see them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Participant flow, in order."""

    INVITED = "invited", _("Invited")
    ELIGIBLE = "eligible", _("Eligible")
    CONSENTED = "consented", _("Consented")
    BEFORE = "before", _("Measured before")
    STARTED = "started", _("Started")
    COMPLETED = "completed", _("Completed")
    AFTER = "after", _("Measured after")


class Lost(models.TextChoices):
    """Why somebody did not reach the next stage."""

    NOT_ELIGIBLE = "not-eligible", _("not eligible")
    NO_CONSENT = "no-consent", _("declined the research, withdrew or did not answer")
    NOT_BEFORE = "not-before", _("without a first measurement")
    NOT_STARTED = "not-started", _("never started the module")
    NOT_COMPLETED = "not-completed", _("did not complete the module")
    NOT_AFTER = "not-after", _("not measured after")


STAGES: tuple[tuple[Stage, Lost | None], ...] = (
    (Stage.INVITED, None),
    (Stage.ELIGIBLE, Lost.NOT_ELIGIBLE),
    (Stage.CONSENTED, Lost.NO_CONSENT),
    (Stage.BEFORE, Lost.NOT_BEFORE),
    (Stage.STARTED, Lost.NOT_STARTED),
    (Stage.COMPLETED, Lost.NOT_COMPLETED),
    (Stage.AFTER, Lost.NOT_AFTER),
)
