"""The record store: xAPI statements, append-only, what finds them, and keys to bring them by.

A store belongs to an organisation. Statements carry no person's name or address: who an agent is
stands in `Agent` and `Naming`, and erasure empties these two.
"""

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any, Never

from django.conf import settings
from django.db import models
from django.utils import timezone

from digicantrain.base.append_only import AppendOnlyError, AppendOnlyRows
from digicantrain.core.xapi.scopes import Scope, ordered
from digicantrain.people.models import Organisation
from digicantrain.records.rules import TIE_BITS

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class OfStore(models.Model):
    """A row of the store of one organisation, found by other things than that."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class Named(OfStore):
    """Something known by a long text: found by the digest of that text, its key."""

    class Meta:
        abstract = True
        constraints = (
            models.UniqueConstraint(fields=("organisation", "key"), name="%(class)s_once"),
        )


class Agent(Named):
    """Who is found in statements; erasure puts a pseudonym in place of the identifier."""

    key = models.UUIDField()
    identifier = models.TextField()
    pseudonym = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return self.identifier


class Naming(Named):
    """One way in which an agent was named, exactly as it was sent; erasure empties it."""

    key = models.UUIDField(null=True)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="namings")
    text = models.TextField(null=True)  # noqa: DJ001 - erased is not the same as empty

    def __str__(self) -> str:
        return self.text or ""


class Activity(Named):
    """What was done, or done to; its definition is put together from all that were sent."""

    key = models.UUIDField()
    iri = models.TextField()
    definition = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.iri


class Verb(Named):
    """A verb, and the words that were sent for it."""

    key = models.UUIDField()
    iri = models.TextField()
    display = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.iri


class Statement(models.Model):
    """One statement; its id is the microsecond in which it was stored and a tie-break.

    So the order of ids is the order of storing, a page goes on from an id, and a month is a range
    of ids. The database does not check the other keys: they are found or made in the transaction
    that stores the statement, and never deleted.
    """

    id = models.BigIntegerField(primary_key=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="statements",
        db_index=False,
        db_constraint=False,
    )
    uuid = models.UUIDField()
    agent = models.ForeignKey(
        Agent,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="statements",
    )
    verb = models.ForeignKey(
        Verb,
        on_delete=models.PROTECT,
        db_index=False,
        db_constraint=False,
        related_name="statements",
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="statements",
    )
    authority = models.ForeignKey(
        Agent, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    registration = models.UUIDField(null=True)
    text = models.TextField()

    objects = AppendOnlyRows["Statement"].as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("organisation", "uuid"), name="statement_once"),
        )
        indexes = (
            models.Index(fields=("organisation", "id"), name="statement_by_moment"),
            models.Index(fields=("agent", "id"), name="statement_by_agent"),
            models.Index(fields=("verb", "id"), name="statement_by_verb"),
            models.Index(fields=("activity", "id"), name="statement_by_activity"),
            models.Index(
                fields=("registration", "id"),
                name="statement_by_enrolment",
                condition=models.Q(registration__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def body(self) -> dict[str, Any]:
        """The statement as it is kept: agents of others under a pseudonym."""
        kept: dict[str, Any] = json.loads(self.text)
        return kept

    @property
    def stored(self) -> datetime:
        """When it was stored."""
        return EPOCH + timedelta(microseconds=self.id >> TIE_BITS)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("The record store is append-only: a statement cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnlyError("The record store is append-only: a statement cannot be deleted.")


class AgentMention(models.Model):
    """A statement names an agent anywhere: for the filter `related_agents`."""

    pk = models.CompositePrimaryKey("agent_id", "statement_id")
    agent = models.ForeignKey(
        Agent, on_delete=models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+"
    )
    statement = models.ForeignKey(
        Statement,
        on_delete=models.DO_NOTHING,
        db_index=False,
        db_constraint=False,
        related_name="agent_mentions",
    )

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.statement_id}"


class ActivityMention(models.Model):
    """A statement names an activity anywhere: for the filter `related_activities`."""

    pk = models.CompositePrimaryKey("activity_id", "statement_id")
    activity = models.ForeignKey(
        Activity,
        on_delete=models.DO_NOTHING,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    statement = models.ForeignKey(
        Statement,
        on_delete=models.DO_NOTHING,
        db_index=False,
        db_constraint=False,
        related_name="activity_mentions",
    )

    def __str__(self) -> str:
        return f"{self.activity_id} in {self.statement_id}"


class FurtherMatch(OfStore):
    """A further row by which filters find a statement.

    There are such rows for a statement with several agents, and for one that refers to another:
    that one, its `subject`, has to fit the filter, and the referring one is found.
    """

    statement = models.ForeignKey(
        Statement, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    subject = models.ForeignKey(
        Statement, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    verb = models.ForeignKey(Verb, on_delete=models.PROTECT, db_index=False, related_name="+")
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    registration = models.UUIDField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("organisation", "statement"), name="further_by_moment"),
            models.Index(fields=("agent", "statement"), name="further_by_agent"),
            models.Index(fields=("verb", "statement"), name="further_by_verb"),
            models.Index(fields=("activity", "statement"), name="further_by_activity"),
            models.Index(
                fields=("registration", "statement"),
                name="further_by_enrolment",
                # partial, or SQLite takes the narrower one by moment for it, and reads all rows
                condition=models.Q(registration__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_id} for {self.statement_id}"


class Reference(models.Model):
    """A statement whose object is another, by the other's id, stored yet or not."""

    statement = models.OneToOneField(
        Statement,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="reference",
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    target = models.UUIDField()

    class Meta:
        indexes = (models.Index(fields=("organisation", "target"), name="reference_by_target"),)

    def __str__(self) -> str:
        return str(self.target)


class Voided(OfStore):
    """A statement that another made void, by its id, stored yet or not."""

    uuid = models.UUIDField()
    by = models.ForeignKey(
        Statement,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "uuid"), name="void_once"),)

    def __str__(self) -> str:
        return str(self.uuid)


class Attachment(OfStore):
    """The bytes of an attachment, kept once for each store."""

    sha2 = models.CharField(max_length=128)
    content = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "sha2"), name="attachment_once"),
        )

    def __str__(self) -> str:
        return self.sha2


class AttachmentUse(models.Model):
    """A statement that carries an attachment whose bytes are here."""

    pk = models.CompositePrimaryKey("attachment_id", "statement_id")
    attachment = models.ForeignKey(
        Attachment, on_delete=models.DO_NOTHING, db_index=False, related_name="uses"
    )
    statement = models.ForeignKey(
        Statement, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.attachment_id} in {self.statement_id}"


class Retention(models.Model):
    """How long an organisation's store keeps what; nothing said is for as long as it stands."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="retention", primary_key=True
    )
    statement_months = models.PositiveIntegerField(null=True)
    document_months = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.statement_months}, {self.document_months} months"


class DailyCount(OfStore):
    """How many statements of a verb came on a day, in UTC: what dashboards add up."""

    day = models.DateField()
    verb = models.ForeignKey(Verb, on_delete=models.PROTECT, db_index=False, related_name="+")
    statements = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "day", "verb"), name="daily_count_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}: {self.statements}"


class Counted(models.Model):
    """Up to which statement the daily counts of an organisation go."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    through = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.through)


class Document(Named):
    """A document of the state, activity profile or agent profile resource."""

    class Kind(models.TextChoices):
        """Of which resource it is."""

        STATE = "state"
        ACTIVITY = "activity"
        AGENT = "agent"

    key = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind)
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, db_index=False, related_name="documents"
    )
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, db_index=False, related_name="documents"
    )
    registration = models.UUIDField(null=True)
    name = models.TextField()
    content_type = models.TextField()
    content = models.BinaryField()
    etag = models.CharField(max_length=40)
    updated = models.DateTimeField()

    class Meta(Named.Meta):
        indexes = (
            models.Index(fields=("activity", "agent", "kind"), name="document_by_activity"),
            models.Index(fields=("agent", "kind"), name="document_by_agent"),
        )

    def __str__(self) -> str:
        return self.name


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
    # after a rotation: the previous secret's, until a moment
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
        """Whether the previous secret still opens it."""
        return self.old_until is not None and now < self.old_until
