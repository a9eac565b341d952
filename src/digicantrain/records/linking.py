"""Statements about statements: which refer to which, and which are made void.

A filter finds a statement also by the one that it refers to, over several steps, whichever of them
came first (xAPI 1.0.3, Communication 2.1.4). So each such pair has rows of its own. Both the steps
and the rows of one request are bounded: a chain of a thousand would make half a million pairs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import F

from digicantrain.core.xapi.facts import VOIDED
from digicantrain.records import locks, partitions
from digicantrain.records.models import FurtherMatch, Reference, Statement, Verb, Voided
from digicantrain.records.rows import adapted, among, as_uuid, insert, table_of

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
FARTHEST: Final = 20
MOST: Final = 20_000
Match = tuple[Any, ...]


class VoidingError(ValueError):
    """A voiding statement was to be made void."""


class ForeignVoidingError(ValueError):
    """A statement of another provider was to be made void."""


class TooManyLinksError(ValueError):
    """More rows would be made of references than one request may make."""

    def __init__(self) -> None:
        super().__init__(
            f"More than {MOST:,} pairs of statements would be joined by what refers to what; "
            "send fewer statements at a time, or refer to fewer."
        )


def hold(organisation_id: int, entries: Sequence["Entry"]) -> None:
    """Wait for whoever stores at this moment what these statements refer to, or what does to them.

    Else each would take the other's statement for one that has not come yet, and nobody would join
    the two.
    """
    if any(entry.facts.refers_to for entry in entries):
        locks.alone(organisation_id)
    else:
        locks.beside_others(organisation_id)


def settle(organisation_id: int, entries: Sequence["Entry"], *, may_all: bool) -> None:
    """Enter what new statements refer to, and what refers to them; `may_all` may void all.

    Raises VoidingError, ForeignVoidingError or TooManyLinksError.
    """
    Reference.objects.bulk_create(
        Reference(statement_id=entry.id, organisation_id=organisation_id, target=target)
        for entry in entries
        if (target := entry.facts.refers_to)
    )
    awaited = _awaited(organisation_id, entries)
    joined = [entry for entry in entries if entry.uuid in awaited or entry.facts.refers_to]
    if joined:
        _link(organisation_id, {entry.uuid: entry.id for entry in joined})
    _void(organisation_id, [entry for entry in entries if entry.facts.voids], may_all=may_all)
    _recheck(organisation_id, [entry for entry in entries if entry.uuid in awaited])


def _awaited(organisation_id: int, entries: Sequence["Entry"]) -> set[UUID]:
    given = [entry.uuid for entry in entries if entry.given]
    if not given:
        return set()
    rows = among(
        table_of(Reference), "target", organisation_id=organisation_id, key="target", wanted=given
    )
    return {as_uuid(target) for (target,) in rows}


# --- pairs ---


def _link(organisation_id: int, joined: Mapping[UUID, int]) -> None:
    """Pair new statements, and all that lead to them, with all that they lead to."""
    numbers = dict(joined)
    refers = _above(organisation_id, numbers)
    sources = {*joined.values(), *refers}
    refers |= _below(organisation_id, numbers, list(joined.values()))
    there = FurtherMatch.objects.filter(statement_id__in=list(sources))
    old = set(there.values_list("statement_id", "subject_id").distinct())
    pairs: set[tuple[int, int]] = set()
    for one in sources:
        pairs.update((one, other) for other in _led_to(one, refers, numbers))
        if len(pairs) > MOST:
            raise TooManyLinksError
    pairs -= old
    matches = _matches({other for _one, other in pairs})
    if sum(len(matches[other]) for _one, other in pairs) > MOST:
        raise TooManyLinksError
    rows = [(one, other, *match) for one, other in sorted(pairs) for match in matches[other]]
    insert(FurtherMatch, COLUMNS, rows)


def _led_to(one: int, refers: Mapping[int, UUID], numbers: Mapping[UUID, int]) -> Iterator[int]:
    """Yield the statements that one leads to: a chain, for each refers to one other at most."""
    seen = {one}
    at: int | None = one
    for _step in range(FARTHEST):
        target = refers.get(at) if at is not None else None
        at = numbers.get(target) if target else None
        if at is None or at in seen:
            return
        seen.add(at)
        yield at


def _matches(subjects: set[int]) -> dict[int, list[Match]]:
    """Return by what filters find statements: by their own rows, and their further agents'."""
    found: dict[int, list[Match]] = {subject: [] for subject in subjects}
    names = ("organisation_id", "agent_id", "verb_id", "activity_id", "registration")
    own = Statement.objects.filter(pk__in=subjects).values_list("pk", *names)
    further = FurtherMatch.objects.filter(
        statement_id__in=subjects, subject_id=F("statement_id")
    ).values_list("subject_id", *names)
    for rows in (own, further):
        for subject, *match, registration in rows:
            found[subject].append((*match, adapted(registration)))
    return found


def _above(organisation_id: int, numbers: dict[UUID, int]) -> dict[int, UUID]:
    """Return what leads to statements, and to whom each refers; their ids go into `numbers`."""
    found: dict[int, UUID] = {}
    targets: Iterable[UUID] = list(numbers)
    for _step in range(FARTHEST):
        rows = Reference.objects.filter(organisation_id=organisation_id, target__in=targets)
        new = rows.values_list("pk", "target", "statement__uuid")[: MOST + 1]
        fresh = [row for row in new if row[0] not in found]
        found |= {number: target for number, target, _key in fresh}
        numbers |= {key: number for number, _target, key in fresh}
        targets = [key for _number, _target, key in fresh]
        if len(found) > MOST:
            raise TooManyLinksError
        if not targets:
            break
    return found


def _below(
    organisation_id: int, numbers: dict[UUID, int], sources: Sequence[int]
) -> dict[int, UUID]:
    """Return to whom statements refer, and these in turn; their ids go into `numbers`."""
    found: dict[int, UUID] = {}
    asked: Sequence[int] = sources
    for _step in range(FARTHEST):
        rows = Reference.objects.filter(pk__in=asked)
        fresh = dict(rows.values_list("pk", "target"))
        found |= fresh
        unknown = set(fresh.values()) - numbers.keys()
        new = partitions.ids_of(organisation_id, unknown) if unknown else {}
        numbers |= new
        asked = [one for target in fresh.values() if (one := numbers.get(target))]
        asked = [one for one in asked if one not in found]
        if not asked:
            break
    return found


# --- made void ---


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
            for key, entry in sorted(targets.items())
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
    """Judge anew what made a statement void before it came: only its own provider could.

    A voiding statement is never void. A stranger's that came first does not stand in the way of
    the provider's own.
    """
    if not arrived:
        return
    verbs = Verb.objects.filter(organisation_id=organisation_id, iri=VOIDED)
    voiding = set(verbs.values_list("pk", flat=True))
    rows = Statement.objects.filter(pk__in=[entry.id for entry in arrived])
    came = {
        key: authority
        for key, verb, authority in rows.values_list("uuid", "verb_id", "authority_id")
        if verb not in voiding
    }
    refers = Reference.objects.filter(
        organisation_id=organisation_id, target__in=list(came), statement__verb__in=voiding
    )
    who = refers.order_by("-pk").values_list("target", "pk", "statement__authority_id")
    rightful = {key: number for key, number, authority in who if came[key] == authority}
    keys = [entry.uuid for entry in arrived]
    Voided.objects.filter(organisation_id=organisation_id, uuid__in=keys).delete()
    Voided.objects.bulk_create(
        Voided(organisation_id=organisation_id, uuid=key, by_id=number)
        for key, number in sorted(rightful.items())
    )
