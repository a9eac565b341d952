"""The one way into the record store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from digicantrain.core.xapi import own
from digicantrain.people.models import Organisation
from digicantrain.records.models import Statement


class StatementConflictError(ValueError):
    """A statement came again under the same id with other content."""


def write(*, organisation: Organisation, statement: dict[str, Any]) -> Statement:
    """Append one statement; the same statement sent twice is stored once.

    Raises StatementError if it breaks a rule, and StatementConflictError if another statement
    stands under its id.
    """
    own.check(statement)
    row = _row(organisation, statement)
    with transaction.atomic():
        stored = Statement.objects.filter(pk=row.pk).first()
        if stored is None:
            row.save(force_insert=True)
            return row
    if stored.organisation_id != organisation.pk or stored.body != statement:
        raise StatementConflictError(f"Another statement is stored under the id {row.pk}.")
    return stored


def append(*, organisation: Organisation, statement: dict[str, Any]) -> Statement:
    """Append a statement whose id was made just now: one INSERT, no question asked first."""
    own.check(statement)
    row = _row(organisation, statement)
    row.save(force_insert=True)
    return row


def append_all(*, organisation: Organisation, statements: Sequence[dict[str, Any]]) -> None:
    """Append many new statements at once, all or none."""
    for statement in statements:
        own.check(statement)
    Statement.objects.bulk_create(_row(organisation, statement) for statement in statements)


def _row(organisation: Organisation, statement: dict[str, Any]) -> Statement:
    registration = statement.get("context", {}).get("registration")
    return Statement(
        id=UUID(statement["id"]),
        organisation=organisation,
        timestamp=datetime.fromisoformat(statement["timestamp"]),
        actor=UUID(statement["actor"]["account"]["name"]),
        verb=statement["verb"]["id"],
        activity=statement["object"]["id"],
        registration=UUID(registration) if registration else None,
        body=statement,
    )
