"""Rule sets of accreditors: read strictly, nothing counted that was not attended and granted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core.credentials.cme import (
    Attended,
    Granted,
    Lack,
    Rounding,
    RuleError,
    RuleSet,
    credits_of,
    lacks,
    read_rule,
)
from digicantrain.core.credits import Claim, CreditError, totals

VALUES = {
    "id": "sample", "version": "1", "accreditor": "Sample accreditor", "unit": "points",
    "source": "https://example.org/rules", "read_on": date(2026, 11, 23), "per_hour": "1",
    "professions": ["nurse"], "only_attended": True, "after_feedback": True,
    "shows_conflicts": True, "sentences": ["accreditation"],
}  # fmt: skip
RULE = read_rule(VALUES)
GRANTED = Granted(
    Decimal("1.50"), "nurse", date(2026, 1, 1), date(2027, 1, 1), {"accreditation": "Granted."}
)
DONE = Attended(90, gave_feedback=True)


def stands(rule=RULE, *, granted=GRANTED, attended=DONE, conflicts="None.", day=date(2026, 11, 20)):
    return lacks(rule, granted=granted, attended=attended, conflicts=conflicts, day=day)


def test_a_rule_set_is_read():
    assert isinstance(RULE, RuleSet)
    assert (RULE.step, RULE.rounding, RULE.valid_months) == (None, Rounding.DOWN, None)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"points_per_ects": "25"}, "points_per_ects"),
        ({"id": ""}, "id"),
        ({"id": "x" * 301}, "id"),
        ({"source": 5}, "source"),
        ({"read_on": "2026-11-23"}, "read_on"),
        ({"per_hour": 1}, "per_hour"),
        ({"per_hour": "one"}, "per_hour"),
        ({"per_hour": "0"}, "per_hour"),
        ({"per_hour": "NaN"}, "per_hour"),
        ({"step": "-1"}, "step"),
        ({"professions": []}, "professions"),
        ({"professions": [1]}, "professions"),
        ({"only_attended": 1}, "only_attended"),
        ({"rounding": "up"}, "rounding"),
        ({"valid_months": 0}, "valid_months"),
    ],
)
def test_what_is_wrong_in_it_is_named(changes, named):
    with pytest.raises(RuleError, match=named):
        read_rule(VALUES | changes)


@pytest.mark.parametrize("key", sorted(set(VALUES) - {"sentences"}))
def test_each_key_must_be_there(key):
    with pytest.raises(RuleError, match=key):
        read_rule({name: value for name, value in VALUES.items() if name != key})


@pytest.mark.parametrize(
    ("minutes", "changes", "points"),
    [
        (90, {}, "1.5"),
        (50, {}, "0.83"),
        (600, {}, "1.5"),
        (0, {}, "0"),
        (0, {"only_attended": False}, "1.5"),
        (59, {"step": Decimal(1)}, "0"),
        (59, {"step": Decimal(1), "rounding": Rounding.HALF_UP}, "1"),
        (50, {"step": Decimal("0.25")}, "0.75"),
        (30, {"per_hour": Decimal(2)}, "1"),
    ],
)
def test_only_attended_hours_count_and_never_more_than_granted(minutes, changes, points):
    found = credits_of(minutes, most=Decimal("1.5"), rule=replace(RULE, **changes))

    assert found == Decimal(points)


@given(minutes=st.integers(0, 10_000), step=st.sampled_from([None, "0.25", "0.5", "1"]))
def test_rounding_down_never_gives_more_than_the_time(minutes, step):
    rule = replace(RULE, step=Decimal(step) if step else None)

    found = credits_of(minutes, most=Decimal(1000), rule=rule)

    assert 0 <= found <= Decimal(minutes) / 60


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({}, ()),
        ({"rule": None}, (Lack.RULE,)),
        ({"granted": replace(GRANTED, profession="doctor")}, (Lack.PROFESSION,)),
        ({"day": date(2025, 12, 31)}, (Lack.DAY,)),
        ({"day": date(2027, 1, 2)}, (Lack.DAY,)),
        ({"attended": Attended(0, gave_feedback=True)}, (Lack.HOURS,)),
        ({"attended": Attended(90, gave_feedback=False)}, (Lack.FEEDBACK,)),
        ({"conflicts": " "}, (Lack.CONFLICT,)),
        ({"granted": replace(GRANTED, sentences={})}, (Lack.SENTENCES,)),
        ({"granted": replace(GRANTED, sentences={"accreditation": " "})}, (Lack.SENTENCES,)),
    ],
)
def test_what_stands_in_the_way_is_named(changes, lack):
    assert stands(**changes) == lack


def test_a_rule_that_does_not_ask_is_not_asked():
    lenient = replace(
        RULE, only_attended=False, after_feedback=False, shows_conflicts=False, sentences=()
    )

    assert stands(lenient, attended=Attended(0, gave_feedback=False), conflicts="") == ()


# --- the same hours never twice in one currency ---


def test_a_module_taken_twice_counts_once_in_each_currency():
    hours = Claim("hours", {"N1": Decimal(27)})
    ects = Claim("ECTS", {"N1": Decimal(1)})

    assert totals([hours, ects, hours, ects]) == {"hours": 27, "ECTS": 1}


def test_recognised_hours_and_studied_ones_count_once():
    recognised = Claim("hours", {"N1/u1": Decimal(2)})
    studied = Claim("hours", {"N1/u1": Decimal("0.5"), "N1/u2": Decimal(1)})

    assert totals([recognised, studied]) == totals([studied, recognised]) == {"hours": 3}


def test_nothing_gives_nothing_and_negative_amounts_are_refused():
    assert totals([]) == {}
    with pytest.raises(CreditError, match="negative"):
        totals([Claim("hours", {"N1": Decimal(-1)})])


amounts = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.decimals(0, 100, places=2), max_size=3
)
claims = st.lists(st.builds(Claim, st.sampled_from(["hours", "ECTS"]), amounts), max_size=6)


@given(rows=claims)
def test_order_and_repetition_change_nothing(rows):
    assert totals(rows) == totals([*reversed(rows), *rows])
