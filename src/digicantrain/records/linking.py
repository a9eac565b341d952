"""Statements about statements: which refer to which, and which are made void.

A filter finds a statement also by the one that it refers to, over any number of steps, whichever
of them came first (xAPI 1.0.3, Communication 2.1.4). So each such pair has rows of its own.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from digicantrain.core.xapi.facts import VOIDED
from digicantrain.records.models import FurtherMatch, Reference, Statement, Verb, Voided
from digicantrain.records.rows import adapted, among, as_uuid, insert

if TYPE_CHECKING:
    from digicantrain.records.writing import Entry

COLUMNS = (
    "statement_id",
    "subject_id",
    "organisation_id",
    "agent_id",
    "verb_id",
    "activity_id",
    "registration",
)


class VoidingError(ValueError):
    """A voiding statement was to be made void."""


class ForeignVoidingError(ValueError):
    """A statement of another provider was to be made void."""


def settle(organisation_id: int, entries: Sequence["Entry"], *, by: bool) -> None:
    """Enter what new statements refer to, and what refers to them; `by` may void all."""
    referring = [entry for entry in entries if entry.facts.refers_to]
    Reference.objects.bulk_create(
        Reference(statement_id=entry.id, organisation_id=organisation_id, target=target)
        for entry in entries
        if (target := entry.facts.refers_to)
    )
    awaited = _awaited(organisation_id, entries)
    for entry in entries:
        if entry.uuid in awaited or entry.facts.refers_to:
            _link(organisation_id, entry.id, entry.uuid)
    _void(organisation_id, [entry for entry in referring if entry.facts.voids], may_all=by)
    _recheck(organisation_id, [entry for entry in entries if entry.uuid in awaited])


def _awaited(organisation_id: int, entries: Sequence["Entry"]) -> set[UUID]:
    given = [entry.uuid for entry in entries if entry.given]
    if not given:
        return set()
    rows = among(
        "records_reference", "target", organisation_id=organisation_id, key="target", wanted=given
    )
    return {as_uuid(target) for (target,) in rows}


def _link(organisation_id: int, number: int, key: UUID) -> None:
    """Pair a new statement, and all that lead to it, with it and all that it leads to."""
    above = _above(organisation_id, key)
    below = _below(organisation_id, number)
    pairs = {(number, one) for one in below}
    pairs |= {(one, other) for one in above for other in {number, *below} if one != other}
    there = FurtherMatch.objects.filter(statement_id__in=[one for one, _other in pairs])
    pairs -= set(there.values_list("statement_id", "subject_id"))
    rows = {one: _matches(one) for one in {other for _one, other in pairs}}
    insert(
        FurtherMatch,
        COLUMNS,
        [(one, other, *match) for one, other in sorted(pairs) for match in rows[other]],
    )


def _matches(subject: int) -> list[tuple[Any, ...]]:
    """Return by what filters find a statement itself: its own row, and its further agents'."""
    names = ("organisation_id", "agent_id", "verb_id", "activity_id", "registration")
    own = Statement.objects.filter(pk=subject).values_list(*names)
    further = FurtherMatch.objects.filter(statement_id=subject, subject_id=subject)
    return [(*row[:4], adapted(row[4])) for row in (*own, *further.values_list(*names))]


def _above(organisation_id: int, key: UUID) -> set[int]:
    found: set[int] = set()
    targets = [key]
    while targets:
        rows = Reference.objects.filter(organisation_id=organisation_id, target__in=targets)
        new = dict(rows.exclude(pk__in=found).values_list("pk", "statement__uuid"))
        found |= new.keys()
        targets = list(new.values())
    return found


def _below(organisation_id: int, number: int) -> set[int]:
    found: set[int] = set()
    numbers = [number]
    while numbers:
        targets = list(Reference.objects.filter(pk__in=numbers).values_list("target", flat=True))
        rows = Statement.objects.filter(organisation_id=organisation_id, uuid__in=targets)
        numbers = list(rows.exclude(pk__in={*found, number}).values_list("pk", flat=True))
        found |= set(numbers)
    return found


def _void(organisation_id: int, voiding: Sequence["Entry"], *, may_all: bool) -> None:
    if not voiding:
        return
    targets = {key: entry for entry in voiding if (key := entry.facts.voids)}
    mine = Statement.objects.get(pk=voiding[0].id).authority_id
    there = Statement.objects.filter(organisation_id=organisation_id, uuid__in=list(targets))
    for key, verb, authority in there.values_list("uuid", "verb__iri", "authority_id"):
        _check(key, verb=verb, foreign=authority != mine and not may_all)
    Voided.objects.bulk_create(
        [
            Voided(organisation_id=organisation_id, uuid=key, by_id=entry.id)
            for key, entry in targets.items()
        ],
        ignore_conflicts=True,
    )


def _check(key: UUID, *, verb: str, foreign: bool) -> None:
    if verb == VOIDED:
        raise VoidingError(f"{key} is a voiding statement, and those cannot be made void.")
    if foreign:
        raise ForeignVoidingError(
            f"The statement {key} was stored by another provider; only that one, or a key with "
            "the scope all, may make it void."
        )


def _recheck(organisation_id: int, arrived: Sequence["Entry"]) -> None:
    """Take back what made a statement void before it came, where it must not be void."""
    if not arrived:
        return
    voiding = set(
        Verb.objects.filter(organisation_id=organisation_id, iri=VOIDED).values_list(
            "pk", flat=True
        )
    )
    for entry in arrived:
        wrong = Voided.objects.filter(organisation_id=organisation_id, uuid=entry.uuid)
        row = Statement.objects.only("verb_id", "authority_id").get(pk=entry.id)
        if row.verb_id not in voiding:
            wrong = wrong.exclude(by__authority_id=row.authority_id)
        wrong.delete()
