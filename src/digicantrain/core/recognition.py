"""Recognition of prior learning: what may follow what, who may decide, and what would count twice.

A learner claims whole units of a module with evidence. A registrar accepts or refuses each unit;
an appeal is decided by somebody else. Nothing that was learned once counts twice in one currency.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from digicantrain.core.credits import Claim, totals

NOTHING = Decimal(0)


class State(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    def may_become(self, other: "State") -> bool:
        """Whether this state may be followed by the other one."""
        return other in _FOLLOWS[self]

    @property
    def may_be_changed(self) -> bool:
        """Whether words and evidence may still be changed."""
        return self is State.DRAFT

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether the learner can still take it back: nobody has decided yet."""
        return self.may_become(State.WITHDRAWN)

    @property
    def waits(self) -> bool:
        """Whether a registrar has to decide."""
        return self is State.SUBMITTED or self is State.APPEALED

    @property
    def holds_units(self) -> bool:
        """Whether its units cannot be claimed a second time meanwhile."""
        return self is State.DRAFT or self.waits

    @property
    def is_over(self) -> bool:
        """Whether nothing more can follow; of a decision only the days for an appeal can tell."""
        return not _FOLLOWS[self]


_FOLLOWS = {
    State.DRAFT: {State.SUBMITTED},
    State.SUBMITTED: {State.DECIDED, State.WITHDRAWN},
    State.DECIDED: {State.APPEALED},
    State.APPEALED: {State.CLOSED},
    State.CLOSED: set[State](),
    State.WITHDRAWN: set[State](),
}


class Ruling(StrEnum):
    """What was decided on one unit."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class Obstacle(StrEnum):
    """Why something cannot be done."""

    NOT_WAITING = "not-waiting"
    OWN_CLAIM = "own-claim"
    DECIDED_FIRST = "decided-first"
    NOT_COUNTED = "not-counted"
    ASSESSED = "assessed"
    DONE = "done"
    RECOGNISED = "recognised"
    CLAIMED = "claimed"
    NO_UNIT = "no-unit"
    NO_EVIDENCE = "no-evidence"
    NOTHING_REFUSED = "nothing-refused"
    TOO_LATE = "too-late"
    HOURS_TWICE = "hours-twice"
    ECTS_TWICE = "ects-twice"


# --- who may decide, and until when ---


def why_not_decide(
    state: State, *, decider: int, claimant: int, first_decider: int | None
) -> Obstacle | None:
    """Return why somebody may not decide a claim, or nothing.

    >>> why_not_decide(State.APPEALED, decider=7, claimant=1, first_decider=7)
    <Obstacle.DECIDED_FIRST: 'decided-first'>
    """
    if not state.waits:
        return Obstacle.NOT_WAITING
    if decider == claimant:
        return Obstacle.OWN_CLAIM
    if state is State.APPEALED and decider == first_decider:
        return Obstacle.DECIDED_FIRST
    return None


def appeal_ends(decided_at: datetime, *, days: int) -> datetime:
    """Return the moment until which an appeal can be made."""
    return decided_at + timedelta(days=days)


def why_not_appeal(
    state: State, *, rulings: Iterable[str], now: datetime, ends: datetime | None
) -> Obstacle | None:
    """Return why a decision cannot be appealed, or nothing."""
    if not state.may_become(State.APPEALED):
        return Obstacle.NOT_WAITING
    if Ruling.REFUSED not in rulings:
        return Obstacle.NOTHING_REFUSED
    return Obstacle.TOO_LATE if ends is None or now > ends else None


# --- which units can be claimed ---


@dataclass(frozen=True)
class UnitStand:
    """A unit as one learner stands in it."""

    code: str
    minutes: int
    counts: bool = True
    # it holds the graded test, a case that counts or the course feedback: these are never waived
    is_assessed: bool = False
    is_done: bool = False
    is_recognised: bool = False
    is_claimed: bool = False

    @property
    def obstacle(self) -> Obstacle | None:
        """Why it cannot be claimed, or nothing."""
        reasons = (
            (not self.counts or not self.minutes, Obstacle.NOT_COUNTED),
            (self.is_assessed, Obstacle.ASSESSED),
            (self.is_recognised, Obstacle.RECOGNISED),
            (self.is_done, Obstacle.DONE),
            (self.is_claimed, Obstacle.CLAIMED),
        )
        return next((why for holds, why in reasons if holds), None)


def why_not_claim(
    units: Iterable[str], *, stands: Sequence[UnitStand]
) -> tuple[str, Obstacle] | None:
    """Return the first of the units that cannot be claimed, with the reason, or nothing."""
    known = {one.code: one for one in stands}
    wanted = list(units)
    if not wanted:
        return "", Obstacle.NO_UNIT
    for code in wanted:
        why = known[code].obstacle if code in known else Obstacle.NOT_COUNTED
        if why:
            return code, why
    return None


# --- what would count twice ---


@dataclass(frozen=True)
class Source:
    """A credential that was handed in as evidence.

    `minutes` is its own workload, or nothing where it states none; `used` is what recognised units
    rest on it already; `counts_ects` says that its ECTS stand in the learner's credits.
    """

    name: str
    minutes: Decimal | None
    used: Decimal = NOTHING
    counts_ects: bool = False

    @property
    def left(self) -> Decimal | None:
        """What may still rest on it; nothing where its workload is not known."""
        return None if self.minutes is None else max(self.minutes - self.used, NOTHING)


@dataclass(frozen=True)
class Evidence:
    """What a claim rests on: credentials, and whether there is anything beside them."""

    sources: Sequence[Source] = ()
    has_other: bool = False

    @property
    def is_open_ended(self) -> bool:
        """Whether no figure bounds the hours that it can stand for."""
        return self.has_other or any(source.left is None for source in self.sources)


@dataclass(frozen=True)
class Allotment:
    """On which credentials the minutes of each unit rest, and how many find no room on any."""

    rests_on: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    beyond: Decimal = NOTHING


def used_of(rows: Iterable[tuple[str, Mapping[str, Decimal]]]) -> dict[str, Decimal]:
    """Return how many minutes rest on each credential; each unit counts once.

    A row is a unit with the credentials that it rests on.

    >>> used_of([("N1/u1", {"c": Decimal(30)}), ("N1/u1", {"c": Decimal(30)})])
    {'c': Decimal('30')}
    """
    return totals(
        Claim(name, {unit: minutes}) for unit, rests in rows for name, minutes in rests.items()
    )


def allot(units: Mapping[str, Decimal], *, sources: Sequence[Source]) -> Allotment:
    """Let the minutes of units rest on credentials as far as each one's own workload reaches.

    >>> badge = Source("c", Decimal(60), used=Decimal(40))
    >>> allot({"u1": Decimal(30)}, sources=[badge]).beyond
    Decimal('10')
    """
    left = {source.name: source.left for source in sources if source.left is not None}
    rests_on: dict[str, dict[str, Decimal]] = {}
    beyond = NOTHING
    for unit, minutes in units.items():
        missing = minutes
        for name, room in left.items():
            taken = min(room, missing)
            if taken > 0:
                rests_on.setdefault(unit, {})[name] = taken
                left[name], missing = room - taken, missing - taken
        beyond += missing
    return Allotment(rests_on, beyond)


def why_not_accept(
    units: Mapping[str, Decimal], *, evidence: Evidence, gives_ects: bool
) -> Obstacle | None:
    """Return in which currency accepting these units would count the same learning twice.

    Where a file or somebody's statement stands beside the credentials, the registrar may find that
    the hours rest on that.
    """
    if not units or evidence.has_other:
        return None
    if gives_ects and evidence.sources and all(source.counts_ects for source in evidence.sources):
        return Obstacle.ECTS_TWICE
    if not evidence.is_open_ended and allot(units, sources=evidence.sources).beyond > 0:
        return Obstacle.HOURS_TWICE
    return None
