"""Roles and professions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do for an organisation or at one of its sites."""

    TRAINER = "trainer", _("Trainer")
    MENTOR = "mentor", _("Workplace mentor")
    DESIGNER = "designer", _("Curriculum designer")
    PATIENT_REPRESENTATIVE = "patient-representative", _("Patient representative")
    TRANSLATOR = "translator", _("Translator")
    REVIEWER = "reviewer", _("Clinical reviewer")
    SITE_COORDINATOR = "site-coordinator", _("Site coordinator")
    REGISTRAR = "registrar", _("Registrar")
    ACCREDITATION_OFFICER = "accreditation-officer", _("Accreditation officer")
    EVALUATOR = "evaluator", _("Evaluator")
    DATA_PROTECTION_OFFICER = "data-protection-officer", _("Data-protection officer")
    ADMINISTRATOR = "administrator", _("Platform administrator")
    COORDINATOR = "coordinator", _("Programme coordinator")


class Profession(models.TextChoices):
    """The profession a person names; it decides which credits can count."""

    NURSE = "nurse", _("Nurse")
    DOCTOR = "doctor", _("Doctor")
    GENERAL_PRACTITIONER = "gp", _("General practitioner")
    OTHER_CLINICAL = "other-clinical", _("Other clinical profession")
    NON_CLINICAL = "non-clinical", _("Non-clinical staff")
    AUTHORITY = "authority", _("Authority or management")
    TRAINER = "trainer", _("Trainer or teacher")
    UNSTATED = "", _("Not stated")
