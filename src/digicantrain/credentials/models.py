"""Issuer keys, issued credentials, status lists and CME grants."""

import secrets
import uuid
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from digicantrain.learning.models import Enrolment
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import ModuleVersion, Programme


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
    issued_at = models.DateTimeField(default=timezone.now)
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
        """Return withdrawn, suspended, expired, expires or earned."""
        if self.revoked_at is not None:
            return "withdrawn"
        if self.suspended_at is not None:
            return "suspended"
        if self.expires_at is None:
            return "earned"
        return "expired" if self.expires_at < now else "expires"

    @property
    def is_replaced(self) -> bool:
        """Whether another one was issued in its place; the first one then stands no more."""
        return self.revoked_at is not None and hasattr(self, "replaced_by")

    @property
    def state(self) -> str:
        """Its state now."""
        return self.state_at(timezone.now())


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


class PathCertificate(models.Model):
    """A signed record of the module credentials that make up a path, from who runs the programme.

    A path has no lasting row: it is known by its programme and code, in the words of that day.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    token = models.CharField(max_length=40, unique=True, default=share_token)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="path_certificates"
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="path_certificates"
    )
    path = models.SlugField(max_length=60)
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="path_certificates"
    )
    parts = models.ManyToManyField(Credential, related_name="path_certificates")
    language = models.CharField(max_length=5)
    holder_name = models.CharField(max_length=200, blank=True)
    title = models.JSONField(default=dict)
    issued_at = models.DateTimeField(default=timezone.now)
    status_list = models.ForeignKey(
        StatusList, on_delete=models.PROTECT, related_name="path_entries"
    )
    status_index = models.PositiveIntegerField()
    document = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)
    show_name = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ("-issued_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("status_list", "status_index"), name="path_status_once"
            ),
            models.UniqueConstraint(
                fields=("person", "programme", "path"),
                condition=models.Q(revoked_at=None),
                name="path_stands_once",
            ),
        )

    def __str__(self) -> str:
        return str(self.key)


class Endorsement(models.Model):
    """What one organisation says of another, or of a module of it, signed with its own key.

    The other one asks; nothing is said until the endorser itself has signed. `token` is kept as
    it was signed: a compact JWS. A module is endorsed in one version: that is what was looked at.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="endorsements"
    )
    endorser = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="endorsements_given"
    )
    version = models.ForeignKey(
        ModuleVersion, on_delete=models.PROTECT, related_name="endorsements", null=True
    )
    message = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    declined_at = models.DateTimeField(null=True)
    declined_reason = models.TextField(blank=True)
    statement = models.TextField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    # the identifier of what is endorsed: of an achievement, or the DID of an organisation
    subject = models.CharField(max_length=300, blank=True)
    issued_at = models.DateTimeField(null=True)
    status_list = models.ForeignKey(
        StatusList, on_delete=models.PROTECT, related_name="endorsement_entries", null=True
    )
    status_index = models.PositiveIntegerField(null=True)
    token = models.TextField(blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("status_list", "status_index"), name="endorsement_status_once"
            ),
            models.UniqueConstraint(
                fields=("organisation", "endorser", "version"),
                condition=models.Q(declined_at=None, revoked_at=None),
                name="endorsement_of_module_once",
            ),
            models.UniqueConstraint(
                fields=("organisation", "endorser"),
                condition=models.Q(declined_at=None, revoked_at=None, version=None),
                name="endorsement_of_provider_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("endorser")), name="endorsed_by_another"
            ),
        )

    def __str__(self) -> str:
        return str(self.key)

    @property
    def state(self) -> str:
        """Asked, declined, stands or withdrawn."""
        if self.declined_at is not None:
            return "declined"
        if self.issued_at is None:
            return "asked"
        return "stands" if self.revoked_at is None else "withdrawn"
