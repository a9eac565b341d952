"""Calendar months from a day, whatever the length of the months and of the years."""

import doctest
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core import validity
from digicantrain.core.validity import MOST_MONTHS, ends_at, months_later

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 8, 31), 1, date(2027, 9, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 5), 24, date(2028, 3, 5)),
        (date(2026, 3, 5), 0, date(2026, 3, 5)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day, months, later):
    assert months_later(day, months) == later


@given(day=DAYS, months=st.integers(0, MOST_MONTHS))
def test_the_day_is_the_same_or_the_last_of_the_right_month(day, months):
    later = months_later(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
    assert later.day <= day.day


def test_it_ends_with_the_last_second_of_a_day_in_utc():
    late_in_turku = datetime(2027, 3, 6, 1, 0, tzinfo=timezone(timedelta(hours=2)))

    assert ends_at(late_in_turku, months=24) == datetime(2029, 3, 5, 23, 59, 59, tzinfo=UTC)


def test_what_is_valid_for_no_months_does_not_expire():
    assert ends_at(datetime(2027, 3, 6, tzinfo=UTC), months=0) is None


def test_the_examples_run():
    assert doctest.testmod(validity).failed == 0
