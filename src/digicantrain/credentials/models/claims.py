"""Claims of prior learning with their units and evidence."""

import uuid
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digicantrain.base.localised import LocalisedField
from digicantrain.core.recognition import Ruling, State
from digicantrain.credentials.models.issued import Credential
from digicantrain.learning.models import Enrolment
from digicantrain.people.models import Person
from digicantrain.programme.models import Module


class RecognitionClaim(models.Model):
    """A learner's claim that she knows whole units of a module already, in her own words."""

    class Stage(models.TextChoices):
        DRAFT = State.DRAFT.value, _("Not sent yet")
        SUBMITTED = State.SUBMITTED.value, _("Being decided")
        DECIDED = State.DECIDED.value, _("Decided")
        APPEALED = State.APPEALED.value, _("Appeal being decided")
        CLOSED = State.CLOSED.value, _("Appeal decided")
        WITHDRAWN = State.WITHDRAWN.value, _("Taken back")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recognition_claims")
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="recognition_claims"
    )
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    learned = models.TextField()
    place = models.CharField(max_length=200)
    from_year = models.PositiveSmallIntegerField()
    to_year = models.PositiveSmallIntegerField()
    hours = models.DecimalField(max_digits=6, decimal_places=1)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="recognition_decisions"
    )
    appeal = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True)
    appeal_decided_at = models.DateTimeField(null=True)
    appeal_decided_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="recognition_appeals"
    )
    # when words and evidence were deleted; what was decided stays
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "pk")
        indexes = (models.Index(fields=("stage", "submitted_at")),)

    def __str__(self) -> str:
        return str(self.key)

    @property
    def state(self) -> State:
        """Its state, which answers what may follow."""
        return State(self.stage)

    @property
    def waits_since(self) -> datetime | None:
        """Since when a registrar has to decide, while she has."""
        if not self.state.waits:
            return None
        return self.appealed_at if self.state is State.APPEALED else self.submitted_at


class ClaimedUnit(models.Model):
    """One unit of a claim with what was decided on it; accepted once for a person."""

    class Ruled(models.TextChoices):
        ACCEPTED = Ruling.ACCEPTED.value, _("Recognised")
        REFUSED = Ruling.REFUSED.value, _("Not recognised")

    claim = models.ForeignKey(RecognitionClaim, on_delete=models.CASCADE, related_name="units")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="claimed_units")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=30)
    title = LocalisedField()
    minutes = models.PositiveIntegerField()
    ruling = models.CharField(max_length=10, choices=Ruled, blank=True)
    reason = models.TextField(blank=True)
    appeal_ruling = models.CharField(max_length=10, choices=Ruled, blank=True)
    appeal_reason = models.TextField(blank=True)
    is_recognised = models.BooleanField(default=False)
    # the credentials on which its minutes rest: fingerprint -> minutes
    rests_on = models.JSONField(default=dict)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("claim", "unit"), name="unit_claimed_once"),
            models.UniqueConstraint(
                fields=("person", "module", "unit"),
                condition=models.Q(is_recognised=True),
                name="unit_recognised_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.claim_id} {self.unit}"

    @property
    def last_ruling(self) -> str:
        """What stands now."""
        return self.appeal_ruling or self.ruling


class Evidence(models.Model):
    """One piece of evidence: a credential with the verdict on it, a file, or a statement."""

    class Kind(models.TextChoices):
        CREDENTIAL = "credential", _("Credential")
        FILE = "file", _("File")
        STATEMENT = "statement", _("Statement")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(RecognitionClaim, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind)
    added_at = models.DateTimeField(default=timezone.now)
    # a credential: what it says, and what the check said of it when it was handed in
    credential = models.ForeignKey(
        Credential, on_delete=models.SET_NULL, null=True, related_name="evidence_in"
    )
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    title = models.CharField(max_length=300, blank=True)
    issuer = models.CharField(max_length=300, blank=True)
    verdict = models.CharField(max_length=40, blank=True)
    cause = models.CharField(max_length=40, blank=True)
    minutes = models.PositiveIntegerField(null=True)
    has_ects = models.BooleanField(default=False)
    # whether it was issued to the e-mail address of who hands it in; unknown where it says nothing
    names_holder = models.BooleanField(null=True)
    # a file, as it was called by whom it came from; its content has a row of its own
    name = models.CharField(max_length=120, blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    size = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    # a statement: the words, and who can confirm them
    words = models.TextField(blank=True)
    confirmed_by = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def has_content(self) -> bool:
        """Whether something is kept of it that can be handed over."""
        is_foreign = self.kind == self.Kind.CREDENTIAL and self.credential_id is None
        return self.kind == self.Kind.FILE or is_foreign


class EvidenceContent(models.Model):
    """The bytes of a file or of a credential, apart, so that no list reads them.

    They stand in the database: what is erased is erased with its claim, in one transaction.
    """

    evidence = models.OneToOneField(Evidence, on_delete=models.CASCADE, related_name="content")
    data = models.BinaryField()

    def __str__(self) -> str:
        return str(self.evidence_id)
