"""Erasing people: who they are is taken out of one place, and the statements stand.

Afterwards each statement is what it was, about an agent whom a random account names.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from digicantrain.core.xapi.identity import account_identifier
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person
from digicantrain.records.models import Agent, Document, Naming, Statement
from digicantrain.records.rules import digest

MBOX = "mbox mailto:"


@dataclass(frozen=True)
class Forgotten:
    """How many agents were erased, and how many documents of theirs; and the statements kept."""

    agents: int = 0
    documents: int = 0
    statements: int = 0


def known_as(agents: QuerySet[Agent], identifiers: Iterable[str]) -> QuerySet[Agent]:
    """Return the agents of these identifiers; one of a mail address in any case of its letters.

    With an address come the accounts that are named by it: many systems sign people in so. Every
    agent is looked at, which takes a while in a large store; but nobody erases often.
    """
    wanted = set(identifiers)
    any_of = Q(key__in=[digest(one) for one in wanted])
    for one in wanted:
        address = one.removeprefix(MBOX)
        if address != one:
            any_of |= Q(identifier__iexact=one)
            any_of |= Q(identifier__startswith="account ", identifier__iendswith=f" {address}")
    return agents.filter(any_of)


def identifiers_of(addresses: Iterable[str]) -> set[str]:
    """Return by what identifiers a record provider may know who has these mail addresses."""
    found = set()
    for address in addresses:
        for written in (address, address.lower()):
            mbox = f"mailto:{written}"
            found.add(f"mbox {mbox}")
            # SHA-1 is what xAPI names people by; nothing here rests on it.
            hashed = hashlib.sha1(mbox.encode(), usedforsecurity=False).hexdigest()
            found.add(f"mbox_sha1sum {hashed}")
    return found


def forget(
    organisation: Organisation, identifiers: Iterable[str], *, by: Person | None
) -> Forgotten:
    """Erase agents from the store of one organisation, and write that into the audit trail."""
    with transaction.atomic():
        done = _forget(Agent.objects.filter(organisation=organisation), identifiers)
        record(
            "record-agent-erased",
            actor=by,
            subject=f"organisation:{organisation.slug}",
            data={
                "agents": done.agents,
                "documents": done.documents,
                "statements": done.statements,
            },
        )
    return done


def forget_everywhere(identifiers: Iterable[str]) -> Forgotten:
    """Erase agents from all stores: for a person who has herself erased here."""
    with transaction.atomic():
        return _forget(Agent.objects.all(), identifiers)


def _forget(agents: QuerySet[Agent], identifiers: Iterable[str]) -> Forgotten:
    return put_pseudonyms(list(known_as(agents, identifiers).select_for_update()))


def put_pseudonyms(agents: Sequence[Agent]) -> Forgotten:
    """Put a random account in place of what identifies agents, and delete their documents."""
    for agent in agents:
        agent.identifier = account_identifier(settings.ORIGIN, str(agent.pseudonym))
        agent.key = digest(agent.identifier)
        agent.save(update_fields=["identifier", "key"])
    Naming.objects.filter(agent__in=agents).update(text=None, key=None)
    documents, _each = Document.objects.filter(agent__in=agents).delete()
    kept = Statement.objects.filter(agent__in=agents).count()
    return Forgotten(len(agents), documents, kept)
