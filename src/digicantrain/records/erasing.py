"""Erasing people: who they are is taken out of one place, and the statements stand.

Afterwards each statement is what it was, about an agent whom a random account names.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from digicantrain.core.xapi import values
from digicantrain.core.xapi.identity import account_identifier
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person
from digicantrain.records import locks
from digicantrain.records.models import Agent, Document, Naming, Statement
from digicantrain.records.rules import digest

MBOX = "mbox mailto:"
COUNTED = 10_000


class NobodyNamedError(ValueError):
    """Nobody can be known by what was given; the sentence says why."""


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


def by_address(address: str) -> set[str]:
    """Return by what identifiers a provider may know a mail address: plainly and hashed."""
    plain = address.strip().removeprefix("mailto:")
    if not values.is_mbox(f"mailto:{plain}"):
        raise NobodyNamedError(_("This is no mail address. Write it as maija@ward.example."))
    return identifiers_of([plain])


def by_account(home: str, name: str) -> set[str]:
    """Return the identifier of an account with another system.

    An account of this platform is refused: it is a pseudonym already, or a key that vouches for
    statements, and nothing may take it away from what it stands in.
    """
    if not values.is_iri(home) or not name:
        raise NobodyNamedError(
            _(
                "An account has a home page (https://lms.example.org) and a name there. Give both, "
                "letter by letter as the program sends them."
            )
        )
    if home.rstrip("/") == settings.ORIGIN:
        raise NobodyNamedError(
            _(
                "Accounts of this platform stand in the store as pseudonyms already. Who has one "
                "erases it under Your data."
            )
        )
    return {account_identifier(home, name)}


def by_sha1sum(text: str) -> set[str]:
    """Return the identifiers of a hashed mail address, in both ways of writing it."""
    if not values.is_mbox_sha1sum(text):
        raise NobodyNamedError(
            _("This is no SHA-1 of a mail address. That has 40 digits, 0 to 9 and a to f.")
        )
    return {f"mbox_sha1sum {written}" for written in (text, text.lower(), text.upper())}


def by_openid(uri: str) -> set[str]:
    """Return the identifier of an OpenID."""
    if not values.is_uri(uri):
        raise NobodyNamedError(_("This is no OpenID. Write its whole address, with https://."))
    return {f"openid {uri}"}


def concerned(organisation: Organisation, identifiers: Iterable[str]) -> Forgotten:
    """Count what erasing would reach: statements and documents up to one more than `COUNTED`."""
    agents = list(known_as(Agent.objects.filter(organisation=organisation), identifiers))
    documents = Document.objects.filter(agent__in=agents)[: COUNTED + 1].count()
    statements = Statement.objects.filter(agent__in=agents)[: COUNTED + 1].count()
    return Forgotten(len(agents), documents, statements)


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
    """Erase agents while nobody stores beside it, who may know them by what goes away here."""
    identifiers = list(identifiers)
    stores = known_as(agents, identifiers).values_list("organisation_id", flat=True).distinct()
    for store in stores.order_by("organisation_id"):
        locks.alone(store)
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
