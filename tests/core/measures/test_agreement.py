"""Agreement of raters: published examples, closed forms, and what must not change them."""

import numpy as np
import pytest

from digicantrain.core import measures
from digicantrain.core.measures import Reason
from tests.core.measures.exact import number

# Shrout and Fleiss 1979, table 2: six targets, four judges
JUDGED = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)
# Bland and Altman 1986, table 1: peak expiratory flow by the mini and by Wright's meter, l/min
FLOW = np.array(
    [
        (512, 494), (430, 395), (520, 516), (428, 434), (500, 476), (600, 557), (364, 413),
        (380, 442), (658, 650), (445, 433), (432, 417), (626, 656), (260, 267), (477, 478),
        (259, 178), (350, 423), (451, 427),
    ]
)  # fmt: skip


def icc(ratings, column="icc"):
    """Return a figure of each form."""
    forms = measures.intraclass_correlation(ratings).table("forms")
    return dict(zip(forms.column("form"), forms.column(column), strict=True))


def test_the_six_forms_of_shrout_and_fleiss():
    published = {
        "ICC1": 0.17, "ICC2": 0.29, "ICC3": 0.71, "ICC1k": 0.44, "ICC2k": 0.62, "ICC3k": 0.91,
    }  # fmt: skip

    assert {form: round(value, 2) for form, value in icc(JUDGED).items()} == published


def test_a_rater_who_is_stricter_changes_agreement_but_not_consistency():
    before, after = icc(JUDGED), icc(np.add(JUDGED, [0, 0, 0, 5]))

    assert after["ICC3"] == pytest.approx(before["ICC3"])
    assert after["ICC3k"] == pytest.approx(before["ICC3k"])
    assert after["ICC1"] < before["ICC1"]
    assert after["ICC2"] < before["ICC2"]


def test_a_common_scale_and_the_order_change_nothing():
    assert icc((3 * JUDGED - 7)[::-1][:, ::-1]) == pytest.approx(icc(JUDGED))
    for limit in ("low", "high"):
        assert icc(3 * JUDGED - 7, limit) == pytest.approx(icc(JUDGED, limit))


def test_every_form_lies_in_its_interval():
    for level in (0.5, 0.9, 0.99):
        forms = measures.intraclass_correlation(JUDGED, level=level).table("forms")
        for row in forms.rows:
            found = dict(zip(forms.columns, row, strict=True))
            assert number(found["low"]) < number(found["icc"]) < number(found["high"])


def test_a_target_with_a_gap_is_left_out_and_counted():
    found = measures.intraclass_correlation(np.vstack([JUDGED, [1, np.nan, 2, 3]]))

    assert (found.n, found.details["left_out"]) == (6, 1)
    assert found.table("forms").row("ICC1")["icc"] == pytest.approx(icc(JUDGED)["ICC1"])


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([[1, 2], [2, 1], [0, 3], [3, 0], [1, 2]], Reason.NO_VARIANCE),
        ([[1, 2], [2, 3], [3, 4], [4, 5], [5, 6]], Reason.NO_VARIANCE),
        ([[3, 3]] * 6, Reason.NO_VARIANCE),
        ([[1], [2], [3], [4], [5]], Reason.TOO_FEW_GROUPS),
        ([[1, 2]] * 4, Reason.TOO_FEW),
        ([[np.nan, 2]] * 8, Reason.ALL_MISSING),
    ],
)
def test_ratings_that_tell_nothing_give_a_reason(ratings, reason):
    found = measures.intraclass_correlation(ratings)

    assert (found.reason, found.tables) == (reason, ())


# --- kappa ---


def pairs(table):
    """Return two raters' lists from a table of counts."""
    both = [
        (r, c) for r, row in enumerate(table) for c, count in enumerate(row) for _ in range(count)
    ]
    return [one for one, _ in both], [other for _, other in both]


def test_kappa_by_hand():
    # agreement 35 of 50, by chance 0.5 * 0.6 + 0.5 * 0.4
    found = measures.weighted_kappa(*pairs([[20, 5], [10, 15]]), weights="none")

    assert found.details["agreement"] == pytest.approx(0.7)
    assert found.details["expected"] == pytest.approx(0.5)
    assert found.value == pytest.approx(0.4)


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_weights_make_no_difference_to_two_categories(weights):
    raters = pairs([[20, 5], [10, 15]])

    weighted = measures.weighted_kappa(*raters, weights=weights)

    plain = measures.weighted_kappa(*raters, weights="none")
    assert weighted.value == pytest.approx(plain.value)
    assert weighted.interval.low == pytest.approx(plain.interval.low)


def test_weighted_kappa_by_hand():
    # linear weights 1, 1/2, 0: observed (6+5+4 + (1+2+1+1)/2) / 20; rows 7 7 6, columns 8 7 5
    found = measures.weighted_kappa(*pairs([[6, 1, 0], [1, 5, 1], [1, 1, 4]]), weights="linear")

    expected = (56 + 49 + 30 + (7 * 7 + 7 * 8 + 7 * 5 + 6 * 7) / 2) / 400
    observed = (15 + 4 / 2) / 20
    assert found.value == pytest.approx((observed - expected) / (1 - expected))


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_the_error_of_kappa_is_that_of_the_delta_method(weights):
    table = np.array([[20, 5, 1], [4, 12, 6], [2, 3, 17]])
    n = table.sum()

    def kappa(counts):
        places = np.arange(3)
        gap = np.abs(places[:, None] - places) / 2
        weight = {"none": np.eye(3), "linear": 1 - gap, "quadratic": 1 - gap**2}[weights]
        shares = counts / counts.sum()
        chance = shares.sum(axis=1) @ weight @ shares.sum(axis=0)
        return ((weight * shares).sum() - chance) / (1 - chance)

    slopes = np.zeros((3, 3))
    for place in np.ndindex(3, 3):
        step = np.zeros((3, 3))
        step[place] = 1e-4
        slopes[place] = (kappa(table + step) - kappa(table - step)) / 2e-4 * n
    variance = ((table / n * slopes**2).sum() - (table / n * slopes).sum() ** 2) / n

    found = measures.weighted_kappa(*pairs(table), weights=weights)
    assert found.value == pytest.approx(kappa(table))
    assert found.details["se"] == pytest.approx(np.sqrt(variance), rel=1e-5)


def test_a_category_that_nobody_used_counts_in_the_weights():
    one, other = ["1", "3", "1", "3", "3", "1"], ["1", "3", "3", "3", "3", "1"]

    among_two = measures.weighted_kappa(one, other, weights="linear")
    among_four = measures.weighted_kappa(one, other, weights="linear", categories=list("1234"))

    assert among_four.details["categories"] == 4
    assert among_four.value == pytest.approx(among_two.value)


def test_one_category_only_is_a_reason():
    assert measures.weighted_kappa(["a"] * 6, ["a"] * 6).reason is Reason.NO_VARIANCE
    assert measures.weighted_kappa([None] * 6, ["a"] * 6).reason is Reason.ALL_MISSING


# --- limits of agreement ---


def test_the_example_of_bland_and_altman():
    found = measures.limits_of_agreement(FLOW[:, 0], FLOW[:, 1])

    assert round(found.value, 1) == -2.1
    assert round(found.details["sd"], 1) == 38.8
    assert found.details["upper_limit"] == pytest.approx(
        found.value + 1.96 * number(found.details["sd"])
    )


def test_the_other_way_round_bias_and_limits_change_their_sign():
    one, other = (measures.limits_of_agreement(*side) for side in (FLOW.T, FLOW.T[::-1]))

    assert other.value == pytest.approx(-number(one.value))
    assert other.details["lower_limit"] == pytest.approx(-number(one.details["upper_limit"]))


def test_measurements_that_differ_by_a_constant_have_no_limits():
    first = np.arange(8.0)

    assert measures.limits_of_agreement(first, first + 2).reason is Reason.NO_VARIANCE
