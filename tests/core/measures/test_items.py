"""Item and distractor analysis: worked examples, special cases, keys, and reasons."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core import measures
from digicantrain.core.measures import Reason
from digicantrain.core.measures.items import thirds_of
from tests.core.measures.exact import number

NAN = np.nan
# eight people, three items; totals 2 1 3 0 2 2 3 1
ANSWERS = np.array(
    [[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [0, 1, 0]],
    dtype=float,
)
tables = st.lists(
    st.lists(st.integers(0, 1), min_size=4, max_size=4), min_size=6, max_size=30
).filter(lambda rows: len({sum(row) for row in rows}) > 1)


def test_an_item_by_hand():
    found = measures.item_analysis(ANSWERS, names=["dose", "route", "record"])

    dose = found.table("items").row("dose")
    totals = ANSWERS.sum(axis=1)
    assert dose["difficulty"] == 0.75
    assert dose["point_biserial"] == pytest.approx(np.corrcoef(ANSWERS[:, 0], totals)[0, 1])
    rest = np.corrcoef(ANSWERS[:, 0], totals - ANSWERS[:, 0])[0, 1]
    assert dose["corrected_point_biserial"] == pytest.approx(rest)
    # ranks 4 2 7 1 5 6 8 3: lower third 1 to 3, upper third 6 to 8
    sizes = [found.details[f"n_{part}"] for part in ("lower", "middle", "upper")]
    assert sizes == [3, 2, 3]
    assert dose["upper_minus_lower"] == pytest.approx(3 / 3 - 1 / 3)


def test_kuder_richardson_by_hand():
    # p q n/(n-1): 6/8 2/8, 5/8 3/8, 3/8 5/8; variance of the totals 1.0714
    found = measures.item_analysis(ANSWERS)

    within = (12 + 15 + 15) / 64 * 8 / 7
    variance = ANSWERS.sum(axis=1).var(ddof=1)
    assert found.value == pytest.approx(3 / 2 * (1 - within / variance))
    assert found.details["sem"] == pytest.approx(np.sqrt(variance * (1 - number(found.value))))


@settings(max_examples=20, deadline=None)
@given(tables)
def test_kuder_richardson_is_alpha(rows):
    found, alpha = measures.item_analysis(rows), measures.cronbach_alpha(rows)

    assert found.value == pytest.approx(alpha.value)


@settings(max_examples=20, deadline=None)
@given(tables)
def test_alpha_without_an_item_is_that_of_the_others(rows):
    without = measures.item_analysis(rows).table("items").column("alpha_without")[0]

    others = np.array(rows)[:, 1:]
    if np.ptp(others.sum(axis=1)):
        assert without == pytest.approx(measures.cronbach_alpha(others).value)


def test_what_is_omitted_counts_no_point():
    omitted = np.where(ANSWERS == 0, NAN, ANSWERS)

    found = measures.item_analysis(omitted)

    assert found.value == measures.item_analysis(ANSWERS).value
    assert found.details["omitted"] == 10


@pytest.mark.parametrize(("n", "sizes"), [(6, [2, 2, 2]), (7, [3, 2, 2]), (8, [3, 2, 3])])
def test_thirds_are_cut_by_rank_with_ties_in_the_order_of_the_file(n, sizes):
    # right-closed cuts at 1 + (n-1)/3 and 1 + 2(n-1)/3
    thirds = thirds_of([5] * n)

    assert list(np.bincount(thirds)) == sizes
    assert list(thirds) == sorted(thirds)


CHOICES = [["a", "b"], ["a", "c"], ["b", "b"], ["a", "b"], ["c", None], ["a", "b"]]


def test_distractors_by_hand():
    found = measures.distractor_analysis(CHOICES, key=["a", "b"], names=["dose", "route"])

    rows = {row[:2]: dict(zip(found.table("choices").columns, row, strict=True))
            for row in found.table("choices").rows}  # fmt: skip
    assert [row for row, figures in rows.items() if figures["key"]] == [
        ("dose", "a"),
        ("route", "b"),
    ]
    assert rows["dose", "a"]["people"] == 4
    assert rows["route", "b"]["share"] == pytest.approx(4 / 5)
    # totals 2 1 1 2 0 2, ranks 4 2 3 5 1 6: the lower third chose c, then a
    assert rows["dose", "c"]["lower"] == 0.5
    assert rows["route", "c"]["lower"] == 1.0
    assert found.details["omitted"] == 1


def test_a_right_answer_that_nobody_gave_is_shown():
    found = measures.distractor_analysis(CHOICES, key=["a", "d"])

    row = next(row for row in found.table("choices").rows if row[:2] == ("item2", "d"))
    assert row[2:4] == (0, 0.0)


# --- keys ---


def test_answers_are_scored_by_their_key():
    scored = measures.score_answers(
        [["a", "3.0", "x"], ["b", "3", None], [None, "4", "y"]], key=["a", 3, ["x", "y"]]
    )

    assert np.array_equal(scored, [[1, 1, 1], [0, 1, NAN], [NAN, 0, 1]], equal_nan=True)


def test_a_text_is_right_only_as_it_is_written():
    assert measures.score_answers([["A"], ["a"], ["03"]], key=["a"]).ravel().tolist() == [0, 1, 0]
    assert measures.score_answers([["03"], ["x"]], key=[3]).ravel().tolist() == [1, 0]


def test_a_person_with_too_few_choices_is_refused():
    with pytest.raises(ValueError, match="one choice"):
        measures.score_answers([["a"]], key=["a", "b"])


# --- reasons ---


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (ANSWERS[:4], Reason.TOO_FEW),
        (ANSWERS[:, :1], Reason.TOO_FEW_ITEMS),
        (np.ones((8, 3)), Reason.NO_VARIANCE),
        (np.full((8, 3), NAN), Reason.ALL_MISSING),
        (np.zeros((0, 3)), Reason.ALL_MISSING),
    ],
)
def test_a_test_that_tells_nothing_gives_a_reason(answers, reason):
    found = measures.item_analysis(answers)

    assert (found.value, found.reason, found.tables) == (None, reason, ())


def test_an_item_that_all_solved_has_no_correlation():
    found = measures.item_analysis(np.column_stack([ANSWERS, np.ones(8)]))

    row = found.table("items").row("item4")
    assert (row["difficulty"], row["point_biserial"]) == (1, None)
    assert row["corrected_point_biserial"] is None


def test_points_of_two_are_refused():
    with pytest.raises(ValueError, match="people x items of 0"):
        measures.item_analysis([[0, 2]] * 6)
