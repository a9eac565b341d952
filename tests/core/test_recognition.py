"""Recognition of prior learning: what may follow what, who may decide, what counts twice."""

import doctest
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core import recognition
from digicantrain.core.recognition import (
    Evidence,
    Obstacle,
    Ruling,
    Source,
    State,
    UnitStand,
    allot,
    appeal_ends,
    used_of,
    why_not_accept,
    why_not_appeal,
    why_not_claim,
    why_not_decide,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FOLLOWS = {
    (State.DRAFT, State.SUBMITTED),
    (State.SUBMITTED, State.DECIDED),
    (State.SUBMITTED, State.WITHDRAWN),
    (State.DECIDED, State.APPEALED),
    (State.APPEALED, State.CLOSED),
}
AINO, RITA, ONNI = 1, 7, 8


def minutes(**units):
    return {unit: Decimal(n) for unit, n in units.items()}


def test_examples_run():
    assert doctest.testmod(recognition).failed == 0


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_nothing_follows_but_what_is_written_here(before, after):
    assert before.may_become(after) is ((before, after) in FOLLOWS)


@pytest.mark.parametrize("state", State)
def test_a_state_answers_what_can_be_done_in_it(state):
    assert state.may_be_changed is (state is State.DRAFT)
    assert state.may_be_withdrawn is (state is State.SUBMITTED)
    assert state.waits is (state in {State.SUBMITTED, State.APPEALED})
    assert state.holds_units is (state in {State.DRAFT, State.SUBMITTED, State.APPEALED})
    assert state.is_over is (state in {State.CLOSED, State.WITHDRAWN})


@pytest.mark.parametrize(
    ("state", "decider", "first", "why"),
    [
        (State.SUBMITTED, RITA, None, None),
        (State.SUBMITTED, AINO, None, Obstacle.OWN_CLAIM),
        (State.APPEALED, RITA, RITA, Obstacle.DECIDED_FIRST),
        (State.APPEALED, AINO, RITA, Obstacle.OWN_CLAIM),
        (State.APPEALED, ONNI, RITA, None),
        (State.APPEALED, ONNI, None, None),
        (State.DRAFT, RITA, None, Obstacle.NOT_WAITING),
        (State.DECIDED, ONNI, RITA, Obstacle.NOT_WAITING),
        (State.CLOSED, ONNI, RITA, Obstacle.NOT_WAITING),
        (State.WITHDRAWN, RITA, None, Obstacle.NOT_WAITING),
    ],
)
def test_who_may_decide(state, decider, first, why):
    assert why_not_decide(state, decider=decider, claimant=AINO, first_decider=first) is why


@pytest.mark.parametrize(
    ("state", "rulings", "days", "why"),
    [
        (State.DECIDED, [Ruling.REFUSED, Ruling.ACCEPTED], 30, None),
        (State.DECIDED, ["refused"], 0, None),
        (State.DECIDED, [Ruling.REFUSED], 31, Obstacle.TOO_LATE),
        (State.DECIDED, [Ruling.ACCEPTED], 1, Obstacle.NOTHING_REFUSED),
        (State.CLOSED, [Ruling.REFUSED], 1, Obstacle.NOT_WAITING),
        (State.SUBMITTED, [""], 1, Obstacle.NOT_WAITING),
    ],
)
def test_when_an_appeal_can_be_made(state, rulings, days, why):
    now, ends = NOW + timedelta(days=days), appeal_ends(NOW, days=30)

    assert why_not_appeal(state, rulings=rulings, now=now, ends=ends) is why


def test_without_a_decision_there_is_no_appeal():
    assert (
        why_not_appeal(State.DECIDED, rulings=[Ruling.REFUSED], now=NOW, ends=None)
        is Obstacle.TOO_LATE
    )


@pytest.mark.parametrize(
    ("stand", "why"),
    [
        (UnitStand("u1", 30), None),
        (UnitStand("u1", 30, counts=False), Obstacle.NOT_COUNTED),
        (UnitStand("u1", 0), Obstacle.NOT_COUNTED),
        (UnitStand("u1", 30, is_assessed=True), Obstacle.ASSESSED),
        (UnitStand("u1", 30, is_done=True), Obstacle.DONE),
        (UnitStand("u1", 30, is_recognised=True), Obstacle.RECOGNISED),
        (UnitStand("u1", 30, is_claimed=True), Obstacle.CLAIMED),
    ],
)
def test_which_units_can_be_claimed(stand, why):
    assert why_not_claim(["u1"], stands=[stand]) == (("u1", why) if why else None)


def test_no_unit_and_an_unknown_one_are_refused():
    stands = [UnitStand("u1", 30)]

    assert why_not_claim([], stands=stands) == ("", Obstacle.NO_UNIT)
    assert why_not_claim(["u1", "u9"], stands=stands) == ("u9", Obstacle.NOT_COUNTED)


def test_minutes_rest_on_credentials_as_far_as_these_reach():
    sources = [Source("a", Decimal(40), used=Decimal(10)), Source("b", Decimal(20))]

    found = allot(minutes(u1=45, u2=10), sources=sources)

    assert found.rests_on == {"u1": minutes(a=30, b=15), "u2": minutes(b=5)}
    assert found.beyond == 5


def test_a_credential_that_states_no_workload_holds_nothing_and_bounds_nothing():
    unbounded = Evidence([Source("a", None)])

    assert allot(minutes(u1=45), sources=unbounded.sources).rests_on == {}
    assert unbounded.is_open_ended
    assert why_not_accept(minutes(u1=45), evidence=unbounded, gives_ects=False) is None


@given(
    st.lists(st.integers(1, 90), max_size=6),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=4),
)
def test_never_more_rests_on_a_credential_than_its_workload(units, sources):
    wanted = {f"u{n}": Decimal(m) for n, m in enumerate(units)}
    known = [
        Source(f"c{n}", Decimal(most), used=Decimal(used)) for n, (most, used) in enumerate(sources)
    ]

    found = allot(wanted, sources=known)

    rests = [(name, m) for row in found.rests_on.values() for name, m in row.items()]
    for source in known:
        assert sum(m for name, m in rests if name == source.name) <= (source.left or 0)
    assert sum((m for _name, m in rests), Decimal(0)) + found.beyond == sum(wanted.values())


@pytest.mark.parametrize(
    ("wanted", "used", "other", "why"),
    [
        (30, 0, False, None),
        (60, 0, False, None),
        (61, 0, False, Obstacle.HOURS_TWICE),
        (30, 40, False, Obstacle.HOURS_TWICE),
        (30, 40, True, None),
    ],
)
def test_hours_beyond_a_credentials_own_workload_are_refused(wanted, used, other, why):
    evidence = Evidence([Source("a", Decimal(60), used=Decimal(used))], has_other=other)

    assert why_not_accept(minutes(u1=wanted), evidence=evidence, gives_ects=False) is why


@pytest.mark.parametrize(
    ("counts", "gives", "other", "why"),
    [
        (True, True, False, Obstacle.ECTS_TWICE),
        (True, True, True, None),
        (True, False, False, None),
        (False, True, False, None),
    ],
)
def test_ects_that_count_already_are_not_given_again(counts, gives, other, why):
    evidence = Evidence([Source("a", Decimal(1620), counts_ects=counts)], has_other=other)

    assert why_not_accept(minutes(u1=30), evidence=evidence, gives_ects=gives) is why


def test_to_accept_nothing_never_counts_twice():
    evidence = Evidence([Source("a", Decimal(1), counts_ects=True)])

    assert why_not_accept({}, evidence=evidence, gives_ects=True) is None


def test_what_rests_on_a_credential_is_added_up_over_units():
    rows = [("X1/u1", minutes(a=30)), ("X2/u1", minutes(a=15, b=5)), ("X1/u1", minutes(a=30))]

    assert used_of(rows) == minutes(a=45, b=5)
