"""Issuer keys, issued credentials, status lists, requests for credentials and CME grants."""

import secrets
import uuid
from datetime import UTC, date, datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.people.models import AuditEntry, Organisation, Person
from digicantrain.programme.models import ModuleVersion


def share_token() -> str:
    """Return the unguessable part of a verify link: 128 bits."""
    return secrets.token_urlsafe(16)


class IssuerKey(models.Model):
    """A signing key of an organisation; old public keys stay published.

    The private part stands here encrypted, or it never leaves the hardware token that made it;
    `handle` is its name there. A key without `signs_from` is published and signs nothing yet.
    """

    class Keeper(models.TextChoices):
        SOFTWARE = "software", _("Database")
        PKCS11 = "pkcs11", _("Hardware token")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="issuer_keys"
    )
    did = models.CharField(max_length=200)
    verification_method = models.CharField(max_length=300, unique=True)
    public_multibase = models.CharField(max_length=100)
    keeper = models.CharField(max_length=10, choices=Keeper, default=Keeper.SOFTWARE)
    private_encrypted = models.TextField(blank=True)
    handle = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    signs_from = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.verification_method


class SealKey(models.Model):
    """An organisation's key and certificates for seals on PDF and European credentials."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="seal_keys"
    )
    # PEM: the signer's own first, then those above it
    certificates = models.TextField()
    private_encrypted = models.TextField()
    # made here for trying things: its certificate says that it is not qualified
    is_self_made = models.BooleanField(default=False)
    valid_until = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.created_at:%Y-%m-%d}"


class AchievementRecord(models.Model):
    """What could be earned when it was issued, in each of its languages; shared by all who did."""

    digest = models.CharField(max_length=64, unique=True)
    # language -> {"achievement": ..., "body": ...}, the language of the course run first
    tellings = models.JSONField()

    def __str__(self) -> str:
        return self.digest


class StatusList(models.Model):
    """A bitstring of one purpose, signed by the issuer of what stands in it."""

    class Holds(models.TextChoices):
        CREDENTIALS = "credentials"
        PATHS = "paths"
        ENDORSEMENTS = "endorsements"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="status_lists"
    )
    did = models.CharField(max_length=200, blank=True)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # the origin under which what stands in it names it, whatever ours is by now
    origin = models.CharField(max_length=200, blank=True, default="")
    purpose = models.CharField(max_length=20, default="revocation")
    size = models.PositiveIntegerField(default=131_072)
    holds = models.CharField(max_length=12, choices=Holds, default=Holds.CREDENTIALS)
    created_at = models.DateTimeField(default=timezone.now)
    # the last time that anything in it changed; what is lifted leaves no other trace
    changed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


class Credential(models.Model):
    """An issued credential with its signed document, kept as it was signed."""

    class Kind(models.TextChoices):
        BADGE = "badge", _("Badge")
        MICRO_CREDENTIAL = "micro-credential", _("Micro-credential")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=40, unique=True, default=share_token)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="credentials"
    )
    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.SET_NULL, null=True, related_name="credential"
    )
    # the badge of some units of a module, by its name there: it has no place in `enrolment`
    within = models.ForeignKey(
        Enrolment, on_delete=models.SET_NULL, null=True, related_name="unit_badges"
    )
    badge = models.CharField(max_length=60, blank=True, default="")
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="credentials"
    )
    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=20, choices=Kind)
    language = models.CharField(max_length=5)
    holder_name = models.CharField(max_length=200, blank=True)
    title = models.JSONField(default=dict)
    record = models.ForeignKey(
        AchievementRecord, on_delete=models.PROTECT, null=True, related_name="credentials"
    )
    # the eleven elements as issued: workload, level, assessment, quality assurance, ...
    elements = models.JSONField(default=dict)
    # units that were recognised, not studied: {unit: {"minutes": ..., "rests_on": {...}}}
    recognised = models.JSONField(default=dict)
    issued_at = models.DateTimeField(default=timezone.now)
    # a correction keeps the day on which it was earned: what counts by the day goes by this one
    first_issued_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="entries")
    status_index = models.PositiveIntegerField()
    document = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_reason = models.TextField(blank=True)
    # a correction is a new credential, which names the one that it stands in for
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    show_name = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ("-issued_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("status_list", "status_index"), name="status_once"),
            models.UniqueConstraint(
                fields=("within", "badge"), condition=~models.Q(badge=""), name="unit_badge_once"
            ),
            models.UniqueConstraint(
                fields=("person", "version", "badge"),
                condition=~models.Q(badge="") & models.Q(revoked_at=None),
                name="unit_badge_stands_once",
            ),
        )

    def __str__(self) -> str:
        return str(self.key)

    def state_at(self, now: datetime) -> str:
        """Return replaced, withdrawn, suspended, expired, expires or earned."""
        if self.revoked_at is not None:
            return "replaced" if self.is_replaced else "withdrawn"
        if self.suspended_at is not None:
            return "suspended"
        if self.expires_at is None:
            return "earned"
        return "expired" if self.expires_at < now else "expires"

    @property
    def expires_on(self) -> date | None:
        """Its last day, in UTC as in the signed document: the same for everybody."""
        return self.expires_at.astimezone(UTC).date() if self.expires_at else None

    @property
    def is_replaced(self) -> bool:
        """Whether another one was issued in its place; the first one then stands no more."""
        return self.revoked_at is not None and hasattr(self, "replaced_by")

    @property
    def state(self) -> str:
        """Its state now."""
        return self.state_at(timezone.now())


class IssuingRun(models.Model):
    """What is due in a course run, being issued in the background.

    How far it is follows from what was issued since, so a worker that is killed loses no count.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="issuing_runs")
    asked_at = models.DateTimeField(default=timezone.now)
    total = models.PositiveIntegerField()
    refused = models.PositiveIntegerField(default=0)
    # why the first of those could not be issued
    reason = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("cohort",),
                condition=models.Q(finished_at=None),
                name="one_open_issuing_run",
            ),
        )

    def __str__(self) -> str:
        return str(self.key)


class Change(models.Model):
    """Why a credential was withdrawn, suspended or reinstated; by whom stands in the trail's entry.

    A reason is in somebody's own words, so it does not stand in the trail, which outlives erasure.
    """

    class Kind(models.TextChoices):
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SUSPENDED = "suspended", _("Suspended")
        REINSTATED = "reinstated", _("Reinstated")
        REPLACED = "replaced", _("Replaced")

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField(blank=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.credential_id} {self.kind}"


class Reminder(models.Model):
    """That a holder was told so many days ahead that a credential ends: once, whatever happens."""

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("credential", "days"), name="reminder_once"),
        )

    def __str__(self) -> str:
        return f"{self.credential_id} {self.days}"


class TrialCredential(models.Model):
    """What a machine had signed with the key of the VC-API: nothing but its place in a list.

    That key belongs to no organisation, so nobody is promised anything by it.
    """

    name = models.CharField(max_length=300, unique=True)
    index = models.PositiveIntegerField(unique=True)
    issued_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class CmeGrant(models.Model):
    """An accreditor's decision that a module counts for a profession; without one nothing shows.

    `rule` names the rule set under which it was granted; `points` are the most that can be earned.
    `sentences` holds the texts that the accreditor granted, by their names.
    """

    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="cme_grants")
    accreditor = models.CharField(max_length=200)
    profession = models.CharField(max_length=20)
    country = models.CharField(max_length=2, blank=True)
    points = models.DecimalField(max_digits=5, decimal_places=2)
    unit = models.CharField(max_length=40)
    reference = models.CharField(max_length=120)
    source = models.URLField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    rule = models.CharField(max_length=60, blank=True, default="")
    sentences = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.reference


class IssueRequest(models.Model):
    """A credential that somebody asked for, or that waits for a second person's yes.

    What is earned on the platform has one only where the organisation lets a second person look.
    It is kept for good: of what was issued by hand it tells the evidence and who answered for it.
    """

    class How(models.TextChoices):
        COMPLETION = "completion", _("Earned on the platform")
        HAND = "hand", _("By hand")
        FILE = "csv", _("By CSV")
        CORRECTION = "correction", _("Correction")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Being issued")
        ISSUED = "issued", _("Issued")
        REFUSED = "refused", _("Refused")

    OPEN = (State.WAITING, State.APPROVED)

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="issue_requests"
    )
    how = models.CharField(max_length=12, choices=How)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="issue_requests"
    )
    version = models.ForeignKey(
        ModuleVersion, on_delete=models.PROTECT, related_name="issue_requests"
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.SET_NULL, null=True, related_name="issue_requests"
    )
    language = models.CharField(max_length=5)
    # what was assessed elsewhere, by whom and when, and how it was watched over; empty where
    # everything was done on the platform
    evidence = models.TextField(blank=True)
    watched = models.CharField(max_length=30, blank=True)
    # of a correction: what it stands in for, why, and what is changed
    replaces = models.ForeignKey(
        Credential, on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    reason = models.TextField(blank=True)
    holder_name = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True)
    # told from the module and the organisation as they are now, not as they were
    is_fresh = models.BooleanField(default=False)
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True)
    # why it could not be issued when that was last tried
    fault = models.TextField(blank=True)
    credential = models.OneToOneField(
        Credential, on_delete=models.PROTECT, null=True, related_name="request"
    )

    class Meta:
        ordering = ("-asked_at", "-pk")
        indexes = (models.Index(fields=("organisation", "state", "asked_at")),)
        constraints = (
            models.UniqueConstraint(
                fields=("enrolment",),
                condition=models.Q(how="completion"),
                name="completion_asked_once",
            ),
            models.UniqueConstraint(
                fields=("person", "version"),
                condition=models.Q(how__in=("hand", "csv"), state__in=("waiting", "approved")),
                name="asked_by_hand_once",
            ),
            models.UniqueConstraint(
                fields=("replaces",),
                condition=models.Q(state__in=("waiting", "approved", "issued")),
                name="corrected_once",
            ),
        )

    def __str__(self) -> str:
        return str(self.key)
