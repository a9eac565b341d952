"""Daily counts: carried on, never twice, and complete with what came since."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest

from digicantrain.records import counting
from digicantrain.records.clock import microseconds
from digicantrain.records.counting import carry_on, tally
from digicantrain.records.models import DailyCount
from digicantrain.records.tasks import count_on
from tests.records.told import put, told

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def came(organisation):
    """Let statements come at a time of the past."""

    def put_at(at, *statements, into=organisation):
        with patch("digicantrain.records.clock.microsecond", return_value=microseconds(at)):
            return [put(into, statement) for statement in statements]

    return put_at


def counts(organisation, days=3):
    return [day.statements for day in tally(organisation, days=days, today=TODAY).days]


def test_the_counts_are_the_same_before_and_after_they_are_carried_on(organisation, came):
    came(NOON, told())
    came(NOON - timedelta(days=1), told(), told(verb="https://v.example/x"))
    assert counts(organisation) == [1, 2, 0]

    assert carry_on(organisation) == 3

    assert counts(organisation) == [1, 2, 0]
    assert DailyCount.objects.count() == 3


def test_what_was_counted_is_never_counted_again(organisation, came):
    came(NOON, told())
    carry_on(organisation)

    assert carry_on(organisation) == 0
    assert counts(organisation) == [1, 0, 0]


def test_a_day_grows_while_it_lasts(organisation):
    put(organisation, told())
    carry_on(organisation)
    put(organisation, told())
    carry_on(organisation)

    assert DailyCount.objects.get().statements == 2


def test_each_store_is_counted_for_itself(organisation, other_organisation, came):
    came(NOON, told(), into=other_organisation)

    count_on.call()

    assert counts(organisation) == [0, 0, 0]
    assert counts(other_organisation) == [1, 0, 0]


def test_a_long_rest_is_counted_so_far_only(organisation, came, monkeypatch):
    monkeypatch.setattr(counting, "MOST_TAIL", 2)
    came(NOON, told(), told(), told())

    found = tally(organisation, days=1, today=TODAY)

    assert (found.statements, found.more) == (2, True)


def test_a_page_asks_three_questions(organisation, came, django_assert_num_queries):
    came(NOON, told(), told())

    with django_assert_num_queries(3):
        tally(organisation, days=30, today=TODAY)
