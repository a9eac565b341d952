"""What stands on credentials and beside them: certificates of paths, endorsements."""

import uuid

from django.db import models
from django.utils import timezone

from digicantrain.credentials.models.issued import Credential, StatusList, share_token
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import ModuleVersion, Programme


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
