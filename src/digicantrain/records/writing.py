"""Storing statements: all of a request or none, each once, whatever else is stored meanwhile."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction

from digicantrain.core.xapi.facts import Facts, Place, arrange, facts, places
from digicantrain.core.xapi.identity import account_agent, identifier
from digicantrain.core.xapi.same import same
from digicantrain.core.xapi.versions import Version
from digicantrain.records import clock, linking, partitions
from digicantrain.records.interning import (
    DEFINITION,
    DISPLAY,
    activity_ids,
    agent_ids,
    known_namings,
    naming_ids,
    told_together,
    verb_ids,
)
from digicantrain.records.models import (
    ActivityMention,
    AgentMention,
    Attachment,
    AttachmentUse,
    FurtherMatch,
    Statement,
)
from digicantrain.records.naming import named
from digicantrain.records.rows import adapted, insert
from digicantrain.records.rules import MASK, TIE_BITS, is_pseudonym
from digicantrain.records.texts import LIGHT, together

Json = dict[str, Any]
ATTEMPTS = 4
# What the statements of one request may name, agents and activities taken together: each is a row.
MOST_NAMED = 20_000
# How many bytes of stored statements are held against what was sent at a time.
COMPARED = 5_000_000
# What a statement without a version is taken for (xAPI 1.0.3, Data 2.4.10; 2.0: 4.2.4.3).
DEFAULT_VERSIONS = {Version.V1: "1.0.0", Version.V2: "2.0.0"}
COLUMNS = (
    "id",
    "organisation_id",
    "uuid",
    "agent_id",
    "verb_id",
    "activity_id",
    "authority_id",
    "registration",
    "text",
)


class StatementConflictError(ValueError):
    """A statement came again under the same id with other content."""


class TooMuchError(ValueError):
    """Statements that name more agents and activities than a request may bring."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who stores: the agent that vouches, the version she speaks, and whether she may void all."""

    authority: Json
    version: Version = Version.V1
    voids_all: bool = False


@dataclass(slots=True)
class Entry:
    """A statement on its way into the store."""

    uuid: UUID
    statement: Json
    facts: Facts
    given: bool
    timed: bool
    places: int = 0
    named: list[tuple[Place, str]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    id: int = 0
    row: tuple[Any, ...] = ()


@dataclass(slots=True)
class Ids:
    """The ids of all that the entries of a request name."""

    agents: dict[str, int]
    namings: dict[str, int]
    activities: dict[str, int]
    verbs: dict[str, int]
    authority: int


def store(
    organisation_id: int,
    statements: Sequence[Json],
    *,
    by: Writer,
    attachments: Mapping[str, bytes] | None = None,
) -> list[UUID]:
    """Store statements that keep the rules, and return their ids; a known one is stored once.

    The statements are completed in place with what a store sets.

    Raises:
        StatementConflictError: another statement stands under an id.
        VoidingError: a voiding statement is to be voided.
        ForeignVoidingError: a statement of another provider is to be voided.
        TooMuchError, TooManyLinksError: they would make more rows than a request may.
    """
    entries = [_entry(statement) for statement in statements]
    _require_few(entries)
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                _store(organisation_id, entries, by=by, attachments=attachments or {})
            break
        except (IntegrityError, OperationalError):
            # Another request stored the same id, or hit the same microsecond and tie-break.
            if attempt == ATTEMPTS - 1 or transaction.get_connection().in_atomic_block:
                raise
    return [entry.uuid for entry in entries]


def _require_few(entries: Sequence[Entry]) -> None:
    named = sum(entry.facts.mentions + entry.places for entry in entries)
    if named > MOST_NAMED:
        raise TooMuchError(
            f"The statements name {named:,} agents and activities; one request may name "
            f"{MOST_NAMED:,}. Send fewer statements at a time, or smaller groups."
        )


def append(organisation_id: int, statements: Sequence[Json], *, by: Writer) -> None:
    """Store statements whose ids were made just now: nobody else can have them."""
    entries = [_entry(statement) for statement in statements]
    with transaction.atomic(savepoint=False):
        _insert(organisation_id, entries, by=by)


def _entry(statement: Json) -> Entry:
    given = "id" in statement
    arrange(statement)
    key = UUID(statement["id"]) if given else uuid.uuid4()
    entry = Entry(key, statement, facts(statement), given, "timestamp" in statement)
    standing = places(statement)
    entry.places = len(standing)
    for container, place in standing:
        agent = container[place]
        who = identifier(agent)
        if who is None or _is_ours(agent):
            continue
        text = orjson.dumps(agent, option=orjson.OPT_SORT_KEYS).decode()
        entry.texts[text] = who
        entry.named.append(((container, place), text))
    return entry


def _is_ours(agent: Json) -> bool:
    """Return whether an agent is a pseudonym of ours already, and says nothing else."""
    account = agent.get("account")
    return (
        account is not None
        and account["homePage"] == settings.ORIGIN
        and "name" not in agent
        and is_pseudonym(account["name"])
    )


def _store(
    organisation_id: int, entries: list[Entry], *, by: Writer, attachments: Mapping[str, bytes]
) -> None:
    linking.hold(organisation_id, entries)
    known = _known(organisation_id, entries)
    new = [entry for entry in entries if entry.uuid not in known]
    _insert(organisation_id, new, by=by)
    linking.settle(organisation_id, new, may_all=by.voids_all)
    if attachments and new:
        _keep_attachments(organisation_id, new, attachments)


def _keep_attachments(
    organisation_id: int, entries: list[Entry], attachments: Mapping[str, bytes]
) -> None:
    Attachment.objects.bulk_create(
        [
            Attachment(organisation_id=organisation_id, sha2=sha2, content=content)
            for sha2, content in sorted(attachments.items())
        ],
        ignore_conflicts=True,
    )
    rows = Attachment.objects.filter(organisation_id=organisation_id, sha2__in=attachments)
    ids = dict(rows.values_list("sha2", "pk"))
    uses = {
        (ids[sha2], entry.id)
        for entry in entries
        for attachment in entry.facts.attachments
        if (sha2 := attachment["sha2"].lower()) in ids
    }
    insert(AttachmentUse, ("attachment_id", "statement_id"), sorted(uses))


def _known(organisation_id: int, entries: list[Entry]) -> set[UUID]:
    """Return which of the ids are stored already.

    Raises:
        StatementConflictError: with another statement.
    """
    given = {entry.uuid: entry for entry in entries if entry.given}
    if not given:
        return set()
    ids = partitions.ids_of(organisation_id, given)
    if not ids:
        return set()
    rows = Statement.objects.filter(pk__in=ids.values())
    for stored in together(rows.values_list("pk", LIGHT), most=COMPARED):
        for statement in named(organisation_id, [orjson.loads(text) for text in stored.values()]):
            key = UUID(statement["id"])
            if not same(statement, _sent(given[key])):
                raise StatementConflictError(f"Another statement is stored under the id {key}.")
    return set(ids)


def _sent(entry: Entry) -> Json:
    """Return the statement as it was sent: a second attempt finds it completed."""
    for (container, place), text in entry.named:
        container[place] = orjson.loads(text)
    if not entry.timed:
        entry.statement.pop("timestamp", None)
    return entry.statement


def _insert(organisation_id: int, entries: list[Entry], *, by: Writer) -> None:
    if not entries:
        return
    ids = _ids(organisation_id, entries, by=by)
    start = clock.microsecond()
    tie = secrets.randbits(TIE_BITS)
    for number, entry in enumerate(entries):
        entry.id = (start + number) << TIE_BITS | tie
        _complete(entry, by=by, stored=clock.written(start + number))
        _put_away(entry, ids.namings)
        entry.row = _row(organisation_id, entry, ids)
    # In one order in all transactions: two that bring the same ids wait, and block nobody.
    insert(Statement, COLUMNS, sorted((entry.row for entry in entries), key=lambda row: row[2]))
    _mention(entries, ids)
    further = [row for entry in entries for row in _further(organisation_id, entry, ids)]
    insert(FurtherMatch, linking.COLUMNS, further)


def _ids(organisation_id: int, entries: list[Entry], *, by: Writer) -> Ids:
    identifiers = {one for entry in entries for one in entry.facts.agents}
    texts = {text: who for entry in entries for text, who in entry.texts.items()}
    authority = str(identifier(by.authority))
    # Who was named so before need not be asked for: the naming tells.
    there = known_namings(organisation_id, texts) if texts else {}
    agents = {texts[text]: agent for text, (_id, agent) in there.items()}
    agents |= agent_ids(organisation_id, (identifiers | {authority}) - agents.keys())
    new = {text: who for text, who in texts.items() if text not in there}
    activities: dict[str, Json | None] = {}
    verbs: dict[str, Json | None] = {}
    for entry in entries:
        for iri, definition in entry.facts.activities.items():
            activities[iri] = told_together(DEFINITION, activities.get(iri), definition)
        verb = entry.facts.verb
        verbs[verb] = told_together(DISPLAY, verbs.get(verb), entry.facts.display)
    return Ids(
        agents=agents,
        namings={text: number for text, (number, _agent) in there.items()}
        | (naming_ids(organisation_id, new, agents) if new else {}),
        activities=activity_ids(organisation_id, activities) if activities else {},
        verbs=verb_ids(organisation_id, verbs),
        authority=agents[authority],
    )


def _complete(entry: Entry, *, by: Writer, stored: str) -> None:
    statement = entry.statement
    statement["id"] = str(entry.uuid)
    statement["stored"] = stored
    statement["authority"] = by.authority
    statement.setdefault("timestamp", stored)
    statement.setdefault("version", DEFAULT_VERSIONS[by.version])


def _put_away(entry: Entry, namings: Mapping[str, int]) -> None:
    for (container, place), text in entry.named:
        container[place] = account_agent(MASK, str(namings[text]))


def _row(organisation_id: int, entry: Entry, ids: Ids) -> tuple[Any, ...]:
    found = entry.facts
    return (
        entry.id,
        organisation_id,
        adapted(entry.uuid),
        ids.agents[found.who[0]] if found.who else None,
        ids.verbs[found.verb],
        ids.activities[found.activity] if found.activity else None,
        ids.authority,
        adapted(found.registration),
        orjson.dumps(entry.statement).decode(),
    )


def _mention(entries: list[Entry], ids: Ids) -> None:
    agents, activities = ids.agents, ids.activities
    named_agents = [
        (one, entry.id)
        for entry in entries
        for one in {ids.authority, *(agents[who] for who in entry.facts.agents)}
    ]
    insert(AgentMention, ("agent_id", "statement_id"), named_agents)
    named_activities = [
        (activities[iri], entry.id) for entry in entries for iri in entry.facts.activities
    ]
    insert(ActivityMention, ("activity_id", "statement_id"), named_activities)


def _further(organisation_id: int, entry: Entry, ids: Ids) -> list[tuple[Any, ...]]:
    """Return the rows that find a statement by the second and later of its agents."""
    _id, _organisation, _uuid, _agent, verb, activity, _authority, registration, _text = entry.row
    return [
        (entry.id, entry.id, organisation_id, ids.agents[who], verb, activity, registration)
        for who in entry.facts.who[1:]
    ]
