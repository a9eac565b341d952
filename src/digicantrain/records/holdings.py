"""What the record store holds on a person."""

from itertools import groupby
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from digicantrain.people.models import Person
from digicantrain.people.privacy import RemovedRows
from digicantrain.people.queries import key_of
from digicantrain.records.erasing import forget_everywhere, identifiers_of, known_as
from digicantrain.records.models import Agent, Document, Statement
from digicantrain.records.naming import named
from digicantrain.records.queries import pseudonymous_agents, statements_of


def export(person: Person) -> dict[str, Any]:
    """Return what is stored under the person's pseudonym and her confirmed mail addresses."""
    agents = _agents(person)
    rows = Statement.objects.filter(agent__in=agents).order_by("organisation_id", "id")
    told: list[dict[str, Any]] = []
    for organisation_id, own in groupby(rows, key=lambda row: row.organisation_id):
        told += named(organisation_id, [row.body for row in own])
    return {"statements": told, "documents": [_told(row) for row in _documents(agents)]}


def erase(person: Person) -> RemovedRows:
    """Take her out of what other providers sent; count what stays under what names nobody."""
    own = pseudonymous_agents(key_of(person))
    documents, _each = Document.objects.filter(agent__in=own).delete()
    kept = statements_of(key_of(person)).count()
    done = forget_everywhere(_identifiers(person))
    return {
        "kept:statements": kept + done.statements,
        "agents": done.agents,
        "documents": documents + done.documents,
    }


def _identifiers(person: Person) -> set[str]:
    """Return what others may know her by: only addresses that she has shown to be hers."""
    verified = EmailAddress.objects.filter(user=person, verified=True)
    return identifiers_of(verified.values_list("email", flat=True))


def _agents(person: Person) -> QuerySet[Agent]:
    own = pseudonymous_agents(key_of(person))
    known = known_as(Agent.objects.all(), _identifiers(person))
    return Agent.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=known.values("pk")))


def _documents(agents: QuerySet[Agent]) -> QuerySet[Document]:
    return Document.objects.filter(agent__in=agents).select_related("activity").order_by("pk")


def _told(row: Document) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "activity": row.activity.iri if row.activity else None,
        "name": row.name,
        "type": row.content_type,
        "content": bytes(row.content).decode(errors="replace"),
    }
