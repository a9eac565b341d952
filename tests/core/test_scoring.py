"""Scores, pass marks, and how a test falls by outcome."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core.scoring import Mark, needed, score


def marks(*pairs):
    return [Mark(outcome, correct) for outcome, correct in pairs]


def test_marks_are_counted_whole_and_by_outcome():
    result = score(marks(("O2", True), ("O1", False), ("O1", True)))

    assert (result.score, result.possible) == (2, 3)
    assert result.by_outcome == {
        "O1": {"score": 1, "possible": 2},
        "O2": {"score": 1, "possible": 1},
    }


@pytest.mark.parametrize(
    ("right", "of", "pass_mark", "passes"),
    [(7, 10, 70, True), (6, 10, 70, False), (2, 3, 67, False), (2, 3, 66, True), (0, 0, 0, False)],
)
def test_the_pass_mark_is_reached_without_rounding(right, of, pass_mark, passes):
    result = score(Mark("O1", number < right) for number in range(of))

    assert result.passes(pass_mark) is passes


@given(of=st.integers(min_value=1, max_value=60), pass_mark=st.integers(min_value=0, max_value=100))
def test_the_number_that_is_said_to_be_needed_is_the_least_that_passes(of, pass_mark):
    least = needed(of, pass_mark=pass_mark)

    def passes(right):
        return score(Mark("O1", number < right) for number in range(of)).passes(pass_mark)

    assert passes(least)
    assert least == 0 or not passes(least - 1)
