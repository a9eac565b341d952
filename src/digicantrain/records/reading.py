"""Reading the store: pages by all filters of xAPI, in the order of storing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.db.models import Exists, F, Model, OuterRef, QuerySet

from digicantrain.records import clock, partitions
from digicantrain.records.models import (
    Activity,
    ActivityMention,
    Agent,
    AgentMention,
    Attachment,
    AttachmentUse,
    FurtherMatch,
    Naming,
    Statement,
    Verb,
    Voided,
)
from digicantrain.records.naming import named, pseudonymous
from digicantrain.records.rows import among, table_of
from digicantrain.records.rules import digest, first_id
from digicantrain.records.texts import LIGHT, together

Json = dict[str, Any]
Row = TypeVar("Row", bound=Model)
# A page ends early where its statements are heavy; the next one goes on from there.
HEAVIEST = 5_000_000
# As many ways to name one agent are told, the newest: whoever likes can make up more each day.
MOST_NAMINGS = 1_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What to find: `agent` and `mine` are identifiers, of an agent and of an authority."""

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_agents: bool = False
    related_activities: bool = False
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 100
    ascending: bool = False
    mine: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of statements, and where the next one goes on, if there is more."""

    statements: list[Json]
    cursor: int | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """The filters with the ids of what they name."""

    organisation_id: int
    filters: Filters
    agent: int | None = None
    verb: int | None = None
    activity: int | None = None
    mine: int | None = None


def find(organisation_id: int, filters: Filters, *, after: int | None = None) -> Page:
    """Return a page of the statements that fit, newest first or `ascending`."""
    sought = _sought(organisation_id, filters)
    if sought is None:
        return Page([])
    texts = _texts(sought, after=after)
    further = _further(sought)
    if further is not None:
        ids = [one for one in _led(further, sought, after=after) if one not in texts]
        texts |= dict(Statement.objects.filter(pk__in=ids).values_list("id", LIGHT))
    order = sorted(texts, reverse=not filters.ascending)
    wanted = ((one, texts[one]) for one in order[: filters.limit])
    shown = next(together(wanted, most=HEAVIEST), {})
    statements = named(organisation_id, [orjson.loads(text) for text in shown.values()])
    return Page(statements, [*shown][-1] if len(order) > len(shown) else None)


def _sought(organisation_id: int, filters: Filters) -> Sought | None:
    """Return the filters with ids; None if one names what the store has never heard of."""
    ids = {
        "agent": _id(Agent, organisation_id, filters.agent),
        "verb": _id(Verb, organisation_id, filters.verb),
        "activity": _id(Activity, organisation_id, filters.activity),
        "mine": _id(Agent, organisation_id, filters.mine),
    }
    if any(getattr(filters, key) is not None and ids[key] is None for key in ids):
        return None
    return Sought(organisation_id, filters, **ids)


def _id(model: Any, organisation_id: int, text: str | None) -> int | None:
    if text is None:
        return None
    rows = model.objects.filter(organisation_id=organisation_id, key=digest(text))
    found: int | None = rows.values_list("pk", flat=True).first()
    return found


def _texts(sought: Sought, *, after: int | None) -> dict[int, str | None]:
    """Return the statements that fit by themselves, a page and one more, by id; None if heavy."""
    mentions = _mentions(sought)
    if mentions is None:
        return dict(_cut(_own(sought), "id", sought, after=after).values_list("id", LIGHT))
    found: dict[int, str | None] = {}
    for ids in _steps(mentions, sought, after=after):
        statements = Statement.objects.filter(pk__in=ids).exclude(_is_void(sought, "uuid"))
        if sought.mine is not None:
            statements = statements.filter(authority_id=sought.mine)
        found |= dict(statements.values_list("id", LIGHT))
        if len(found) > sought.filters.limit:
            break
    return found


def _led(further: QuerySet[FurtherMatch], sought: Sought, *, after: int | None) -> list[int]:
    """Return the statements that further rows find, a page and one more, each once.

    Several rows may find one statement, and would push others off the page. A database asked for
    each once may sort them all.
    """
    found: list[int] = []
    for ids in _steps(further, sought, after=after):
        found += dict.fromkeys(ids)
        if len(found) > sought.filters.limit:
            break
    return found


def _steps(rows: QuerySet[Any], sought: Sought, *, after: int | None) -> Iterator[list[int]]:
    """Yield the statements that rows lead to, a page and one more at a time, to the last row."""
    while True:
        cut = _cut(rows, "statement_id", sought, after=after)
        ids = list(cut.values_list("statement_id", flat=True))
        yield ids
        if len(ids) <= sought.filters.limit:
            return
        after = ids[-1]


def _mentions(sought: Sought) -> QuerySet[Any] | None:
    """Return the mentions that lead to the statements, where nothing else narrows these down.

    Asked together with the statements, a database that thinks the mention frequent would go
    through all statements of the store, newest first, until enough of them have it.
    """
    wanted = sought.filters
    narrow = _narrow(sought)
    if not narrow:
        mine = sought.mine
        return None if mine is None else AgentMention.objects.filter(agent_id=mine)
    if len(narrow) > 1 or sought.mine is not None:
        return None
    if sought.agent is not None and wanted.related_agents:
        return AgentMention.objects.filter(agent_id=sought.agent)
    if sought.activity is not None and wanted.related_activities:
        return ActivityMention.objects.filter(activity_id=sought.activity)
    return None


def _own(sought: Sought) -> QuerySet[Statement]:
    """Return the statements that fit by themselves, without those made void."""
    rows = Statement.objects.filter(organisation_id=sought.organisation_id)
    return _fitting(rows, sought)


def _fitting(
    rows: QuerySet[Row], sought: Sought, *, subject: str = "", shown: str = ""
) -> QuerySet[Row]:
    """Keep the rows that fit and show no statement made void.

    `subject` and `shown` lead from a row to the statement that has to fit, and to the one that it
    shows.
    """
    wanted = sought.filters
    agent = f"{subject}agent_mentions__agent_id" if wanted.related_agents else "agent_id"
    mentioned = f"{subject}activity_mentions__activity_id"
    activity = mentioned if wanted.related_activities else "activity_id"
    conditions = {
        agent: sought.agent,
        activity: sought.activity,
        "verb_id": sought.verb,
        "registration": wanted.registration,
        f"{shown}authority_id": sought.mine,
    }
    rows = rows.filter(**{key: one for key, one in conditions.items() if one is not None})
    return rows.exclude(_is_void(sought, f"{shown}uuid"))


def _narrow(sought: Sought) -> list[Any]:
    """Return what is asked for beside times and the authority."""
    ids = (sought.agent, sought.verb, sought.activity, sought.filters.registration)
    return [one for one in ids if one is not None]


def _further(sought: Sought) -> QuerySet[FurtherMatch] | None:
    """Return the rows of statements found by another agent, or by what they refer to."""
    if not _narrow(sought):
        return None
    rows = FurtherMatch.objects.filter(organisation_id=sought.organisation_id)
    return _fitting(rows, sought, subject="subject__", shown="statement__")


def _is_void(sought: Sought, key: str) -> Exists:
    voided = Voided.objects.filter(organisation_id=sought.organisation_id, uuid=OuterRef(key))
    return Exists(voided)


def _cut(rows: QuerySet[Any], key: str, sought: Sought, *, after: int | None) -> QuerySet[Any]:
    """Cut out a page and one more, by times of storing and by where the last page ended."""
    wanted = sought.filters
    if wanted.since is not None:
        rows = rows.filter(**{f"{key}__gte": first_id(clock.microseconds(wanted.since) + 1)})
    if wanted.until is not None:
        rows = rows.filter(**{f"{key}__lt": first_id(clock.microseconds(wanted.until) + 1)})
    if after is not None:
        rows = rows.filter(**{f"{key}__{'gt' if wanted.ascending else 'lt'}": after})
    order = F(_order(key, sought))
    return rows.order_by(order.asc() if wanted.ascending else order.desc())[: wanted.limit + 1]


def _order(key: str, sought: Sought) -> str:
    """Return the column to order by: that of the index that leads to the rows."""
    if key == "id" and sought.filters.related_agents and sought.agent is not None:
        return "agent_mentions__statement_id"
    if key == "id" and sought.filters.related_activities and sought.activity is not None:
        return "activity_mentions__statement_id"
    return key


def one(
    organisation_id: int, key: UUID, *, voided: bool = False, mine: str | None = None
) -> Json | None:
    """Return a statement by its id, if it is made void as asked, and of the authority."""
    number = partitions.ids_of(organisation_id, [key]).get(key)
    rows = Statement.objects.filter(pk=number or 0)
    if mine is not None:
        rows = rows.filter(authority_id=_id(Agent, organisation_id, mine) or 0)
    is_void = Exists(Voided.objects.filter(organisation_id=organisation_id, uuid=key))
    found = rows.filter(is_void if voided else ~is_void).values_list("text", flat=True).first()
    return named(organisation_id, [orjson.loads(found)])[0] if found else None


def activity(organisation_id: int, iri: str) -> Json | None:
    """Return an activity with all that is known of it; None if the store never heard of it."""
    row = Activity.objects.filter(organisation_id=organisation_id, key=digest(iri)).first()
    if row is None:
        return None
    known = {"definition": row.definition} if row.definition else {}
    return {"objectType": "Activity", "id": iri, **known}


def definitions(organisation_id: int, iris: Iterable[str]) -> dict[str, Json]:
    """Return what is known of activities, by IRI."""
    return _told(Activity, "definition", organisation_id, iris)


def displays(organisation_id: int, iris: Iterable[str]) -> dict[str, Json]:
    """Return the words for verbs, by IRI."""
    return _told(Verb, "display", organisation_id, iris)


def _told(
    model: type[Model], column: str, organisation_id: int, iris: Iterable[str]
) -> dict[str, Json]:
    keys = [digest(iri) for iri in iris]
    table = table_of(model)
    rows = among(table, f"iri, {column}", organisation_id=organisation_id, key="key", wanted=keys)
    return {iri: known for iri, text in rows if text and (known := orjson.loads(text))}


def agents(organisation_id: int, identifier: str) -> list[Json]:
    """Return all the ways in which an agent was named."""
    rows = Naming.objects.filter(
        organisation_id=organisation_id,
        agent__organisation_id=organisation_id,
        agent__key=digest(identifier),
    )
    texts = rows.values_list("text", "agent__pseudonym").order_by("-pk")[:MOST_NAMINGS]
    told = [orjson.loads(text or pseudonymous(str(pseudonym))) for text, pseudonym in texts]
    return told[::-1]


def brought(organisation_id: int, keys: Iterable[UUID]) -> dict[str, int]:
    """Return which attachments came with statements: their numbers, by hash.

    Who only declares a hash, and an address at which the bytes should be, has not shown to have
    them: another provider's could be read by it.
    """
    ids = partitions.ids_of(organisation_id, keys).values()
    uses = AttachmentUse.objects.filter(
        statement_id__in=list(ids), attachment__organisation_id=organisation_id
    )
    return dict(uses.values_list("attachment__sha2", "attachment_id"))


def content(number: int) -> bytes:
    """Return the bytes of an attachment."""
    return bytes(Attachment.objects.values_list("content", flat=True).get(pk=number))
