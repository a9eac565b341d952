"""Differential item functioning: a published table, special cases, and reasons."""

import numpy as np
import pytest

from digicantrain.core import measures
from digicantrain.core.measures import Reason

# Admissions to Berkeley by department (Bickel, Hammel and O'Connell 1975,
# doi:10.1126/science.187.4175.398): men admitted and rejected, women admitted and rejected
BERKELEY = [
    (512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391),
    (138, 279, 131, 244), (53, 138, 94, 299), (22, 351, 24, 317),
]  # fmt: skip


def stratified(tables):
    """Return answers and groups in which each table is a stratum of the total score.

    Items beside the first one make the total of everybody in a table that table's number.
    """
    answers, groups = [], []
    for number, (one_right, one_wrong, other_right, other_wrong) in enumerate(tables, 1):
        cells = (("one", 1, one_right), ("one", 0, one_wrong),
                 ("other", 1, other_right), ("other", 0, other_wrong))  # fmt: skip
        for group, right, people in cells:
            rest = number - right
            row = [right, *([1] * rest), *([0] * (len(tables) - rest))]
            answers += [row] * people
            groups += [group] * people
    return answers, groups


def mantel(tables, *, levels=("one", "other")):
    answers, groups = stratified(tables)
    found = measures.mantel_haenszel_dif(answers, groups=measures.factor(groups, levels=levels))
    return found.table("items").row("item1")


def test_the_admissions_to_berkeley():
    # chi-square 1.4269, p 0.2323, odds ratio 0.9046968 (0.7719 to 1.0603), as R documents it
    row = mantel(BERKELEY, levels=("other", "one"))

    assert row["chisq"] == pytest.approx(1.4269, abs=1e-4)
    assert row["p"] == pytest.approx(0.2323, abs=1e-4)
    assert row["odds_ratio"] == pytest.approx(0.9046968, abs=1e-7)
    assert (row["low"], row["high"]) == pytest.approx((0.7719074, 1.0603298), abs=1e-6)
    assert (row["strata"], row["class"]) == (6, "A")


def test_one_stratum_has_its_own_odds_ratio():
    row = mantel([(20, 10, 8, 22)])

    ratio = (10 * 8) / (20 * 22)
    assert row["odds_ratio"] == pytest.approx(ratio)
    assert row["delta"] == pytest.approx(-2.35 * np.log(ratio))
    se = np.sqrt(1 / 20 + 1 / 10 + 1 / 8 + 1 / 22)
    assert row["low"] == pytest.approx(ratio * np.exp(-1.959964 * se))


def test_chi_square_of_one_stratum_by_hand():
    row = mantel([(20, 10, 8, 22)])

    # wrong answers of the first group: 10, expected 30 * 32 / 60; variance with n^2 (n-1)
    gap, variance = abs(10 - 16), 30 * 30 * 32 * 28 / (60**2 * 59)
    assert row["chisq"] == pytest.approx((gap - 0.5) ** 2 / variance)
    assert row["chisq_uncorrected"] == pytest.approx(gap**2 / variance)


def test_the_correction_is_none_where_the_gap_is_below_one_half():
    row = mantel([(10, 11, 11, 11)])

    assert row["chisq"] == row["chisq_uncorrected"] > 0


def test_groups_changed_over_turn_the_odds_ratio_round():
    one, other = mantel(BERKELEY), mantel(BERKELEY, levels=("other", "one"))

    assert other["odds_ratio"] == pytest.approx(1 / one["odds_ratio"])
    assert other["delta"] == pytest.approx(-one["delta"])
    assert other["chisq"] == pytest.approx(one["chisq"])


def test_groups_that_answer_alike_show_nothing():
    random = np.random.default_rng(3)
    rows = (random.random((150, 8)) < 0.6).astype(int)
    groups = measures.factor(["x"] * 150 + ["y"] * 150)
    answers = np.vstack([rows, rows])

    mantel_rows = measures.mantel_haenszel_dif(answers, groups=groups).table("items")
    logistic_rows = measures.logistic_dif(answers, groups=groups).table("items")

    assert mantel_rows.column("odds_ratio") == pytest.approx([1] * 8)
    assert set(mantel_rows.column("class")) == set(logistic_rows.column("class")) == {"A"}
    assert logistic_rows.column("p") == pytest.approx([1] * 8)


def row_of(test, answers, groups, *, item="item3", **how):
    return test(answers, groups=groups, **how).table("items").row(item)


def biased(n=1200, *, steep=False):
    """Return answers to ten items; the third is harder for group y, or steeper."""
    random = np.random.default_rng(11)
    ability, group = random.normal(size=(n, 1)), np.repeat([0, 1], n // 2)
    logit = ability - np.linspace(-1, 1, 10)
    logit[:, 2] = ability[:, 0] * (1 + 1.5 * group * steep) - 0.9 * group * (not steep)
    answers = (random.random((n, 10)) < 1 / (1 + np.exp(-logit))).astype(float)
    return answers, measures.factor(["xy"[one] for one in group])


@pytest.mark.parametrize("match", ["total", "rest"])
def test_an_item_that_is_harder_for_a_group_is_found(match):
    answers, groups = biased()

    uniform = row_of(measures.logistic_dif, answers, groups, match=match)
    row = row_of(measures.mantel_haenszel_dif, answers, groups)

    assert uniform["p_uniform"] < 0.001 < uniform["p_nonuniform"]
    assert row["p_adjusted"] < 0.001
    assert row["odds_ratio"] < 1
    assert row["class"] in "BC"


def test_an_item_that_is_steeper_for_a_group_is_found_by_logistic_regression():
    answers, groups = biased(steep=True)

    found = row_of(measures.logistic_dif, answers, groups, match="rest")

    assert found["p_nonuniform"] < 0.001


def test_an_item_with_all_differences_on_one_side_has_a_test_but_no_ratio():
    row = mantel([(10, 0, 5, 5), (8, 0, 4, 3)])

    assert row["odds_ratio"] is row["low"] is row["delta"] is row["class"] is None
    assert row["chisq"] > 3.84
    assert row["reason"] == "separation"


def test_an_item_without_strata_to_compare_has_its_reason():
    answers, groups = biased(200)
    answers[:, 0] = 1

    for test in (measures.mantel_haenszel_dif, measures.logistic_dif):
        row = row_of(test, answers, groups, item="item1")
        assert (row["p"], row["reason"]) == (None, "zero-variance")


def test_people_with_a_gap_or_without_a_group_are_left_out():
    answers, _groups = biased(40)
    answers[0, 3] = np.nan
    labels = ["x"] * 20 + ["y"] * 19 + [None]

    found = measures.mantel_haenszel_dif(answers, groups=measures.factor(labels))

    assert (found.n, found.details["left_out"]) == (38, 2)
    assert (found.details["n_first_group"], found.details["n_second_group"]) == (19, 19)


@pytest.mark.parametrize(
    ("labels", "items", "reason"),
    [
        (["x"] * 40, 10, Reason.TOO_FEW_GROUPS),
        (["x"] * 37 + ["y"] * 3, 10, Reason.GROUP_TOO_SMALL),
        (["x", "y"] * 20, 1, Reason.TOO_FEW_ITEMS),
        ([None] * 40, 10, Reason.ALL_MISSING),
    ],
)
def test_groups_that_cannot_be_compared_give_a_reason(labels, items, reason):
    answers = biased(40)[0][:, :items]

    for test in (measures.mantel_haenszel_dif, measures.logistic_dif):
        assert test(answers, groups=measures.factor(labels)).reason is reason


def test_three_groups_are_refused():
    with pytest.raises(ValueError, match="two groups"):
        measures.mantel_haenszel_dif(biased(30)[0], groups=measures.factor(["x", "y", "z"] * 10))
