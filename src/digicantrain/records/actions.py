"""How the platform itself writes into the record store."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from digicantrain.core.xapi import own
from digicantrain.core.xapi.identity import account_agent
from digicantrain.people.models import Organisation
from digicantrain.records import writing
from digicantrain.records.models import Statement
from digicantrain.records.rules import PLATFORM
from digicantrain.records.writing import StatementConflictError, Writer

__all__ = ["StatementConflictError", "append", "append_all", "write"]


def platform() -> Writer:
    """Return the platform as the one that vouches for what it tells itself."""
    return Writer(account_agent(settings.ORIGIN, PLATFORM), voids_all=True)


def write(*, organisation: Organisation, statement: dict[str, Any]) -> Statement:
    """Append one statement; the same statement sent twice is stored once.

    Raises StatementError if it breaks a rule, and StatementConflictError if another statement
    stands under its id.
    """
    own.check(statement)
    (key,) = writing.store(organisation.pk, [statement], by=platform())
    return Statement.objects.get(organisation=organisation, uuid=key)


def append(*, organisation: Organisation, statement: dict[str, Any]) -> None:
    """Append a statement whose id was made just now."""
    append_all(organisation=organisation, statements=[statement])


def append_all(*, organisation: Organisation, statements: Sequence[dict[str, Any]]) -> None:
    """Append many new statements at once, all or none."""
    for statement in statements:
        own.check(statement)
    writing.append(organisation.pk, statements, by=platform())
