"""Credit arithmetic: every figure with its formula, nothing rounded on the way."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core.credits import CreditError, Workload, formula, minutes_of, workload


@pytest.mark.parametrize(
    ("ects", "hours", "minutes"),
    [("1", 27, 1620), ("1", 25, 1500), ("0.5", 27, 810), ("7", 30, 12600)],
)
def test_minutes_of_credits(ects, hours, minutes):
    assert minutes_of(Decimal(ects), hours_per_ects=Decimal(hours)) == minutes


@pytest.mark.parametrize(
    ("minutes", "hours", "whole"),
    [(255, "4.3", 0), (1619, "27.0", 0), (1620, "27.0", 1), (0, "0.0", 0)],
)
def test_below_one_whole_credit_there_is_none(minutes, hours, whole):
    load = Workload(minutes, Decimal(27))

    assert load.hours == Decimal(hours)
    assert load.whole_ects == whole


def test_activities_add_up_in_hours_and_minutes():
    assert workload([210, 45], hours_per_ects=Decimal(27)).hours_and_minutes == (4, 15)


@pytest.mark.parametrize(
    ("ects", "hours", "said"),
    [("1", "27", "1 ECTS = 27 h"), ("7", "27", "7 ECTS = 189 h"),
     ("0.5", "27", "0.5 ECTS = 13.5 h"),
     ("10", "30", "10 ECTS = 300 h"), ("1.00", "27.00", "1 ECTS = 27 h")],
)  # fmt: skip
def test_a_figure_shows_its_formula(ects, hours, said):
    assert formula(Decimal(ects), hours_per_ects=Decimal(hours)) == said


@pytest.mark.parametrize(("minutes", "hours"), [(60, "24.9"), (60, "30.1"), (-1, "27")])
def test_figures_that_cannot_be_are_refused(minutes, hours):
    with pytest.raises(CreditError):
        Workload(minutes, Decimal(hours))


@given(st.integers(0, 59), st.integers(25, 30))
def test_whole_credits_and_minutes_go_both_ways(ects, hours):
    minutes = minutes_of(Decimal(ects), hours_per_ects=Decimal(hours))

    assert Workload(int(minutes), Decimal(hours)).whole_ects == ects
