"""Drawing a test: fitting questions, in an order that a seed decides."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core.blueprint import BlueprintError, Candidate, Row, draw

ROWS = (Row("O1", "apply", 2), Row("O2", "judge", 1))
BANK = [
    Candidate(key, outcome, difficulty, ("a", "b", "c"))
    for key, (outcome, difficulty) in enumerate(
        [("O1", "apply")] * 5 + [("O2", "judge")] * 3 + [("O1", "recall")] * 4, start=1
    )
]


def seeded(seed):
    return Random(seed)  # noqa: S311 - the same seed must draw the same test


def test_each_row_is_filled_with_what_fits_it():
    drawn = draw(ROWS, bank=BANK, random=seeded(1))

    by_key = {one.key: one for one in BANK}
    fit = sorted((by_key[one.key].outcome, by_key[one.key].difficulty) for one in drawn)
    assert fit == [("O1", "apply"), ("O1", "apply"), ("O2", "judge")]


def test_the_same_seed_draws_the_same_test():
    assert draw(ROWS, bank=BANK, random=seeded(7)) == draw(ROWS, bank=BANK, random=seeded(7))


def test_another_seed_draws_another_order_of_questions_and_options():
    tests = {tuple(draw(ROWS, bank=BANK, random=seeded(seed))) for seed in range(20)}

    assert len(tests) > 10
    assert len({one.options for test in tests for one in test}) == 6


def test_questions_already_seen_come_last():
    first = {one.key for one in draw(ROWS, bank=BANK, random=seeded(1))}

    second = {one.key for one in draw(ROWS, bank=BANK, random=seeded(1), seen=first)}

    assert not first & second


def test_seen_questions_come_again_where_no_other_is_left():
    drawn = draw(ROWS, bank=BANK, random=seeded(1), seen=set(range(20)))

    assert len(drawn) == 3


def test_a_bank_that_is_too_small_is_refused_with_a_sentence():
    with pytest.raises(BlueprintError, match="has 3 questions for O2, judge; the test asks for 4"):
        draw([Row("O2", "judge", 4)], bank=BANK, random=seeded(1))


@given(seed=st.integers(), seen=st.sets(st.integers(min_value=1, max_value=12)))
def test_no_question_comes_twice_and_each_keeps_all_its_options(seed, seen):
    drawn = draw(ROWS, bank=BANK, random=seeded(seed), seen=seen)

    assert len({one.key for one in drawn}) == 3
    assert all(sorted(one.options) == ["a", "b", "c"] for one in drawn)
