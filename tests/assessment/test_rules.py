"""Who may begin a test now."""

from datetime import UTC, datetime, timedelta

import pytest

from digicantrain.assessment.rules import Gate, TestRules, Tried, standing
from tests.learning.course import ASSESSMENT

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULES = TestRules.read(ASSESSMENT)


def test_the_rules_say_how_many_right_answers_are_needed():
    assert (RULES.questions, RULES.needed, RULES.attempts) == (4, 3, 2)


@pytest.mark.parametrize(
    ("tried", "gate", "left"),
    [
        ([], Gate.OPEN, 2),
        ([Tried(None, None)], Gate.UNDER_WAY, 1),
        ([Tried(NOW - timedelta(hours=23), False)], Gate.WAITING, 1),
        ([Tried(NOW - timedelta(hours=24), False)], Gate.OPEN, 1),
        ([Tried(NOW - timedelta(hours=1), True)], Gate.PASSED, 1),
        ([Tried(NOW - timedelta(days=9), False), Tried(NOW, False)], Gate.CLOSED, 0),
        ([Tried(NOW - timedelta(days=9), False), Tried(NOW, True)], Gate.PASSED, 0),
    ],
)
def test_attempts_are_counted_and_waited_for(tried, gate, left):
    here = standing(RULES, tried=tried, now=NOW)

    assert (here.gate, here.left) == (gate, left)


def test_the_wait_runs_from_the_hour_the_server_took_the_test_in():
    here = standing(RULES, tried=[Tried(NOW, False)], now=NOW)

    assert here.opens_at == NOW + timedelta(hours=24)
