"""Ids for what statements name again and again: agents, namings, activities, verbs.

All of one kind are asked for at once, and made where they are new. New rows are made in the order
of their keys, so that two transactions that make the same ones wait for each other and never
block each other.

Activities and verbs are never deleted, nor are pseudonyms and keys of this platform: their ids are
remembered by each process once they are committed. Agents of others can be erased, so they are
asked for each time.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import IntegrityError, models, transaction

from digicantrain.core.xapi.definitions import merge
from digicantrain.core.xapi.identity import account_identifier
from digicantrain.records.models import Activity, Agent, Naming, Verb
from digicantrain.records.rows import among, as_uuid, table_of
from digicantrain.records.rules import CLIENT_ID, PLATFORM, digest, is_pseudonym

Json = dict[str, Any]
Known = tuple[int, Json | None]
Sent = Mapping[str, Json | None]
MOST = 20_000
# The fields in which more is told of an activity and of a verb.
DEFINITION = "definition"
DISPLAY = "display"
# What is told of one activity, or the words for one verb: it may grow up to here, in bytes of JSON.
LARGEST = 64_000
# What is larger is asked for each time: else 20,000 of them would fill the memory.
LARGEST_REMEMBERED = 2_000

_remembered: dict[tuple[str, int, str], Known] = {}


class ErasedMeanwhileError(IntegrityError):
    """An agent was erased between being found and being named: the storing begins anew."""


def forget() -> None:
    """Forget all ids: for a database that was emptied."""
    _remembered.clear()


def agent_ids(organisation_id: int, identifiers: Iterable[str]) -> dict[str, int]:
    """Return the id of each agent, by its identifier."""
    wanted = set(identifiers)
    lasting = {one for one in wanted if _is_lasting(one)}
    known = _recalled("agent", organisation_id, dict.fromkeys(lasting))
    keys = {digest(one): one for one in wanted - known.keys()}
    found = _known(Agent, organisation_id, keys) if keys else {}
    new = [
        Agent(organisation_id=organisation_id, key=key, identifier=one)
        for key, one in sorted(keys.items())
        if key not in found
    ]
    found |= _made(Agent, organisation_id, new)
    ids = {one: found[key] for key, one in keys.items()}
    _remember("agent", organisation_id, {one: (ids[one], None) for one in lasting & ids.keys()})
    return ids | {one: number for one, (number, _none) in known.items()}


def _is_lasting(identifier: str) -> bool:
    """Return whether an agent is a pseudonym of this platform, the platform, or one of its keys."""
    ours = account_identifier(settings.ORIGIN, "")
    if not identifier.startswith(ours):
        return False
    name = identifier.removeprefix(ours)
    return name == PLATFORM or is_pseudonym(name) or CLIENT_ID.fullmatch(name) is not None


def known_namings(organisation_id: int, texts: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return the ids of the namings that are there, by text, each with the id of its agent."""
    keys = {digest(one): one for one in texts}
    rows = _among(Naming, "id, agent_id", organisation_id, keys)
    return {keys[key]: (number, agent) for key, number, agent in rows}


def naming_ids(
    organisation_id: int, texts: Mapping[str, str], agents: Mapping[str, int]
) -> dict[str, int]:
    """Return the id of each new naming, by its text; `texts` leads to who is named so."""
    _hold({texts[one]: agents[texts[one]] for one in texts})
    keys = {digest(one): one for one in texts}
    new = [
        Naming(organisation_id=organisation_id, key=key, text=one, agent_id=agents[texts[one]])
        for key, one in sorted(keys.items())
    ]
    made = _made(Naming, organisation_id, new)
    return {text: made[key] for key, text in keys.items()}


def _hold(agents: Mapping[str, int]) -> None:
    """Hold agents until the transaction ends, so that none is erased while she is named anew.

    Raises:
        ErasedMeanwhileError: one was erased just now; asked again, she is somebody new.
    """
    rows = Agent.objects.filter(pk__in=agents.values()).order_by("pk").select_for_update()
    known = dict(rows.values_list("pk", "identifier"))
    if any(known.get(number) != identifier for identifier, number in agents.items()):
        raise ErasedMeanwhileError("Somebody was erased while a statement about her was stored.")


def activity_ids(organisation_id: int, sent: Sent) -> dict[str, int]:
    """Return the id of each activity, by its IRI; a definition that tells more is taken over."""
    return _ids(Activity, DEFINITION, organisation_id, sent)


def verb_ids(organisation_id: int, sent: Sent) -> dict[str, int]:
    """Return the id of each verb, by its IRI; new words for it are taken over."""
    return _ids(Verb, DISPLAY, organisation_id, sent)


def _ids(model: Any, told: str, organisation_id: int, sent: Sent) -> dict[str, int]:
    """Return ids by IRI; `told` is the field for what is told of each beside the IRI."""
    recalled = _recalled(told, organisation_id, sent)
    rest = {iri: sent[iri] for iri in sorted(sent.keys() - recalled.keys())}
    known = recalled | (_asked(model, told, organisation_id, rest) if rest else {})
    _remember(told, organisation_id, {iri: known[iri] for iri in rest})
    return {iri: number for iri, (number, _told) in known.items()}


def _asked(model: Any, told: str, organisation_id: int, sent: Sent) -> dict[str, Known]:
    keys = {digest(iri): iri for iri in sent}
    rows = model.objects.filter(organisation_id=organisation_id, key__in=list(keys))
    rows = rows.values_list("key", "id", told)
    known = {keys[key]: (number, before) for key, number, before in rows}
    for iri, (number, before) in sorted(known.items()):
        after = _bounded(told_together(told, before, sent[iri])) or before
        if after != before:
            model.objects.filter(pk=number).update(**{told: after})
            known[iri] = (number, after)
    new = [
        model(organisation_id=organisation_id, key=key, iri=iri, **{told: _bounded(sent[iri])})
        for key, iri in sorted(keys.items())
        if iri not in known
    ]
    made = _made(model, organisation_id, new)
    return known | {keys[key]: (number, _bounded(sent[keys[key]])) for key, number in made.items()}


def _bounded(told: Json | None) -> Json | None:
    """Return what is told of something, or nothing if it is more than a store keeps of it.

    The statement itself stands as it was sent; only what is put together of all stays as it was.
    """
    return told if told and len(orjson.dumps(told)) <= LARGEST else None


def told_together(told: str, before: Json | None, now: Json | None) -> Json | None:
    """Return what is known of something after more is told; `told` is the field it stands in."""
    if not before or not now or before == now:
        return now or before
    return merge(before, now) if told == DEFINITION else {**before, **now}


def _recalled(kind: str, organisation_id: int, sent: Sent) -> dict[str, Known]:
    """Return what is remembered, of what nothing new is told."""
    found = {}
    for text, told in sent.items():
        known = _remembered.get((kind, organisation_id, text))
        if known is not None and told_together(kind, known[1], told) == known[1]:
            found[text] = known
    return found


def _remember(kind: str, organisation_id: int, known: Mapping[str, Known]) -> None:
    """Remember rows as soon as they are certain to stay."""
    rows = {
        (kind, organisation_id, text): one
        for text, one in known.items()
        if len(text) + (len(orjson.dumps(one[1])) if one[1] else 0) <= LARGEST_REMEMBERED
    }
    if rows:
        transaction.on_commit(partial(_keep, rows))


def _keep(rows: Mapping[tuple[str, int, str], Known]) -> None:
    if len(_remembered) > MOST:
        _remembered.clear()
    _remembered.update(rows)


def _among(
    model: Any, columns: str, organisation_id: int, keys: Iterable[UUID]
) -> list[tuple[Any, ...]]:
    """Return the columns of the rows of one kind that have these keys, each after its key."""
    table = table_of(model)
    rows = among(table, f"key, {columns}", organisation_id=organisation_id, key="key", wanted=keys)
    return [(as_uuid(key), *rest) for key, *rest in rows]


def _known(model: Any, organisation_id: int, keys: Iterable[UUID]) -> dict[UUID, int]:
    return dict(_among(model, "id", organisation_id, keys))


def _made(model: Any, organisation_id: int, new: Sequence[models.Model]) -> dict[UUID, int]:
    if not new:
        return {}
    model.objects.bulk_create(new, ignore_conflicts=True)
    return _known(model, organisation_id, [row.key for row in new])  # type: ignore[attr-defined]
