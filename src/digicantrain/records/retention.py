"""How long a store keeps what: rules of each organisation, carried out day by day.

What is too old goes in shares of a thousand, each with all that leads to it in one transaction.
Who is named in nothing any more loses the name too.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from digicantrain.base.append_only import opened
from digicantrain.core.validity import months_later
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person
from digicantrain.records.clock import first_of
from digicantrain.records.erasing import put_pseudonyms
from digicantrain.records.models import (
    ActivityMention,
    Agent,
    AgentMention,
    Attachment,
    AttachmentUse,
    Document,
    FurtherMatch,
    Reference,
    Retention,
    Statement,
    Voided,
)
from digicantrain.records.rows import one_of, table_of

SHARE = 1_000
COUNTED = 10_000
TABLE = table_of(Statement)


class RetentionError(ValueError):
    """A rule of retention that cannot be kept; the sentence says why."""


@dataclass(frozen=True)
class Removed:
    """How much was removed."""

    statements: int = 0
    documents: int = 0


def rule_of(organisation: Organisation) -> Retention:
    """Return the rule of an organisation; without one, everything stays."""
    found = Retention.objects.filter(organisation=organisation).first()
    return found or Retention(organisation=organisation)


def keep_for(
    organisation: Organisation,
    *,
    statements: int | None,
    documents: int | None,
    by: Person | None,
) -> Retention:
    """Set for how many months an organisation keeps statements and documents; None: for good.

    Raises:
        RetentionError: a number of months is below one.
    """
    for what, months in (("statements", statements), ("documents", documents)):
        if months is not None and not 1 <= months <= 1_200:
            raise RetentionError(
                f"{months} months cannot be kept for {what}: give 1 to 1200, or nothing for ever."
            )
    with transaction.atomic():
        row, _made = Retention.objects.update_or_create(
            organisation=organisation,
            defaults={"statement_months": statements, "document_months": documents},
        )
        record(
            "record-retention-set",
            actor=by,
            subject=f"organisation:{organisation.slug}",
            data={"statements": statements, "documents": documents},
        )
    return row


def remove_old(organisation: Organisation, *, now: datetime) -> Removed:
    """Remove what is older than the rule of an organisation lets it be."""
    rule = rule_of(organisation)
    statements = documents = 0
    if rule.statement_months is not None:
        before = _first_kept(now, rule.statement_months)
        while share := _remove_share(organisation, before=before):
            statements += share
    if rule.document_months is not None:
        documents, _each = _old_documents(organisation, now, rule.document_months).delete()
    if statements or documents:
        record(
            "records-removed",
            actor=None,
            subject=f"organisation:{organisation.slug}",
            data={"statements": statements, "documents": documents},
        )
    return Removed(statements, documents)


def would_go(
    organisation: Organisation, *, statements: int | None, documents: int | None, now: datetime
) -> Removed:
    """Count what a rule would remove now: each kind up to one more than `COUNTED`."""
    gone = papers = 0
    if statements is not None:
        before = _first_kept(now, statements)
        rows = Statement.objects.filter(organisation=organisation, id__lt=before)
        gone = rows.order_by("id")[: COUNTED + 1].count()
    if documents is not None:
        papers = _old_documents(organisation, now, documents)[: COUNTED + 1].count()
    return Removed(gone, papers)


def _first_kept(now: datetime, months: int) -> int:
    """Return the lowest id that a statement of the last months can have."""
    return first_of(_months_before(now, months))


def _old_documents(organisation: Organisation, now: datetime, months: int) -> QuerySet[Document]:
    first = datetime.combine(_months_before(now, months), time(), tzinfo=UTC)
    return Document.objects.filter(organisation=organisation, updated__lt=first)


def _months_before(now: datetime, months: int) -> date:
    return months_later(now.astimezone(UTC).date(), -months)


def _remove_share(organisation: Organisation, *, before: int) -> int:
    """Remove up to a thousand of the oldest statements, with all that leads to them."""
    rows = Statement.objects.filter(organisation=organisation, id__lt=before).order_by("id")
    share = dict(rows.values_list("id", "uuid")[:SHARE])
    if not share:
        return 0
    with opened(connection, TABLE):
        ids = list(share)
        named = set(
            AgentMention.objects.filter(statement_id__in=ids).values_list("agent_id", flat=True)
        )
        held = list(
            AttachmentUse.objects.filter(statement_id__in=ids).values_list(
                "attachment_id", flat=True
            )
        )
        _delete_around(ids)
        Voided.objects.filter(organisation=organisation, uuid__in=share.values()).delete()
        _delete(ids)
        _drop_unused(held)
        _unname(named)
    return len(share)


def _delete_around(ids: list[int]) -> None:
    """Delete the rows that lead to statements, by the database and without asking for them."""
    for model in (AgentMention, ActivityMention, FurtherMatch, Reference, AttachmentUse):
        model.objects.filter(statement_id__in=ids).delete()
    FurtherMatch.objects.filter(subject_id__in=ids).delete()


def _delete(ids: list[int]) -> None:
    """Delete statements themselves: models refuse it."""
    condition, value = one_of("id", ids)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE {condition}", [value])  # noqa: S608


def _drop_unused(attachments: list[int]) -> None:
    used = AttachmentUse.objects.filter(attachment=OuterRef("pk"))
    Attachment.objects.filter(pk__in=attachments).exclude(Exists(used)).delete()


def _unname(agents: set[int]) -> None:
    """Take the names of agents whom no statement and no document names any more."""
    mentioned = AgentMention.objects.filter(agent=OuterRef("pk"))
    documents = Document.objects.filter(agent=OuterRef("pk"))
    rows = Agent.objects.filter(pk__in=agents, namings__text__isnull=False)
    left = rows.exclude(Exists(mentioned)).exclude(Exists(documents)).distinct()
    put_pseudonyms(list(left))
