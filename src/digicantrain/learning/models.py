"""Cohorts, enrolments, progress, answers inside pages, course feedback, notices, error reports."""

import secrets
import uuid

from django.db import models
from django.utils import timezone

from digicantrain.learning.enums import EnrolledBy, EnrolmentState, StepState
from digicantrain.people.models import Organisation, Person, Site
from digicantrain.programme.models import Module, ModuleVersion, Step


def invitation_token() -> str:
    """Return the secret part of an invitation link: 128 bits."""
    return secrets.token_urlsafe(16)


class Cohort(models.Model):
    """A course run: one module, at a site, in a language, with dates and seats."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cohorts")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="cohorts")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="cohorts")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=5, default="en")
    starts_on = models.DateField()
    ends_on = models.DateField()
    seats = models.PositiveIntegerField(default=30)
    open_to_all = models.BooleanField(default=True)
    invitation = models.CharField(max_length=40, unique=True, default=invitation_token)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ("starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="cohort_ends_after"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Enrolment(models.Model):
    """A person in a cohort, on the version of the module that she began."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="enrolments")
    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="enrolments")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=EnrolmentState, default=EnrolmentState.ACTIVE)
    how = models.CharField(max_length=12, choices=EnrolledBy, default=EnrolledBy.SELF)
    created_at = models.DateTimeField(default=timezone.now)
    last_step = models.ForeignKey(Step, on_delete=models.SET_NULL, null=True, related_name="+")
    last_active_at = models.DateTimeField(null=True)
    # codes of units that she need not study: what they teach was recognised
    recognised = models.JSONField(default=list)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("cohort", "person"), name="enrolment_once"),)
        indexes = (models.Index(fields=("cohort", "state", "created_at")),)

    def __str__(self) -> str:
        return f"{self.person_id} in {self.cohort_id}"


class StepProgress(models.Model):
    """Where a learner stands in one step; `data` is the activity kind's own (a case's path)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=StepState, default=StepState.IN_PROGRESS)
    data = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    possible = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    # when the next attempt at a test opens
    opens_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("enrolment", "step"), name="progress_once"),)

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.step_id} {self.state}"


class Answer(models.Model):
    """An answer to a question inside a page or a practice quiz; it counts for nothing."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="answers")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=60)
    value = models.TextField()
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("enrolment", "step", "question"), name="answer_once"),
        )

    def __str__(self) -> str:
        return self.question


class CourseFeedback(models.Model):
    """A filled course feedback form; it names no person and keeps the day only."""

    # a random key: a running number would tell who filled in the form before whom
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="feedback")
    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    day = models.DateField()
    answers = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.form} {self.day}"


class ErrorReport(models.Model):
    """Something on a page that a reader says is wrong."""

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    version = models.ForeignKey(
        ModuleVersion, on_delete=models.PROTECT, related_name="error_reports", null=True
    )
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, related_name="error_reports", null=True
    )
    address = models.CharField(max_length=300)
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reply = models.TextField(blank=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.text[:60]


class Notice(models.Model):
    """A message to a person inside the platform: a seat is free, a module was withdrawn.

    Each kind has its words in a template of the learner's pages, `notices/KIND.html`.
    """

    SEAT_FREE = "seat-free"
    MODULE_WITHDRAWN = "module-withdrawn"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at",)
        indexes = (models.Index(fields=("person", "read_at")),)

    def __str__(self) -> str:
        return self.kind
