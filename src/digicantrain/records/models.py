"""xAPI statements, append-only, and the keys of the programs that bring them."""

import uuid
from datetime import date, datetime
from typing import Any, Never

from django.conf import settings
from django.db import models
from django.utils import timezone

from digicantrain.base.append_only import AppendOnlyError, AppendOnlyRows
from digicantrain.core.xapi.scopes import Scope, ordered
from digicantrain.people.models import Organisation


class Statement(models.Model):
    """One statement; its actor is an account of ours, named by pseudonym only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="statements"
    )
    stored = models.DateTimeField(default=timezone.now)
    timestamp = models.DateTimeField()
    actor = models.UUIDField()
    verb = models.CharField(max_length=200)
    activity = models.CharField(max_length=300)
    registration = models.UUIDField(null=True)
    body = models.JSONField()

    objects = AppendOnlyRows["Statement"].as_manager()

    class Meta:
        ordering = ("stored", "id")
        indexes = (
            models.Index(fields=("organisation", "stored", "id"), name="statement_by_time"),
            models.Index(fields=("actor", "stored"), name="statement_by_actor"),
            models.Index(fields=("registration",), name="statement_by_registration"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.activity}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("The record store is append-only: a statement cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnlyError("The record store is append-only: a statement cannot be deleted.")


class Key(models.Model):
    """A record provider's credential: how a program comes into its organisation's store.

    Of the secret only the SHA-256 stands here, without salt or stretching. These slow down who
    guesses what people choose; the secret is drawn, 256 bits, and nobody gets through those. So a
    check costs microseconds, and each request can be checked anew.

    Who made it stands as a pseudonym, as in the audit trail.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="record_keys"
    )
    name = models.CharField(max_length=100)
    # public: the user of HTTP Basic, the client of OAuth, the account in a statement's authority
    client_id = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64)
    # after a rotation the secret before it, until a moment
    old_digest = models.CharField(max_length=64, blank=True, default="")
    old_until = models.DateTimeField(null=True)
    # words of core.xapi.scopes, a space between them
    scopes = models.CharField(max_length=120)
    requests_a_minute = models.PositiveIntegerField(null=True)
    statements_a_minute = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.UUIDField(null=True)
    # the last day in UTC on which it works
    last_day = models.DateField(null=True)
    rotated_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # written once an hour at most
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"),
                condition=models.Q(revoked_at=None),
                name="record_key_named_once",
            ),
        )

    def __str__(self) -> str:
        return self.client_id

    @property
    def scope_list(self) -> list[Scope]:
        """Its scopes as they were given, in the order in which they are shown."""
        return ordered(Scope(word) for word in self.scopes.split())

    @property
    def most_requests(self) -> int:
        """How many requests a minute it may make."""
        if self.requests_a_minute is None:
            return int(settings.RECORD_REQUESTS)
        return self.requests_a_minute

    @property
    def most_statements(self) -> int:
        """How many statements a minute it may bring."""
        if self.statements_a_minute is None:
            return int(settings.RECORD_STATEMENTS)
        return self.statements_a_minute

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.last_day is not None and today > self.last_day

    def is_open(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and not self.has_expired(now.date())

    def takes_old(self, now: datetime) -> bool:
        """Whether the secret before the last rotation still opens it."""
        return self.old_until is not None and now < self.old_until
