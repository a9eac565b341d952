"""Values that differ by rounding only, and estimates that are rounding only."""

import numpy as np
import pytest

from digicantrain.core import measures
from digicantrain.core.measures import Reason
from digicantrain.core.measures.spread import is_constant, rounded


@pytest.mark.parametrize(
    ("values", "constant"),
    [
        ([3, 3, 3], True),
        ([3, 3 + 4e-16, 3], True),
        ([1e15, 1e15 + 1], True),
        ([1e308, -1e308], False),
        ([0, 1e-100], False),
        ([0, 1e-200], True),
        ([np.nan, 2, np.nan], True),
        ([1e6, 1e6 + 0.01], False),
    ],
)
def test_constant_is_what_differs_by_rounding_only(values, constant):
    assert is_constant(np.array(values, dtype=float)) is constant


def test_rounding_makes_ties_and_leaves_large_numbers_alone():
    found = rounded(np.array([4.3 - 4.1, 2.2 - 2.0, 1e308, -1e300, np.nan]))

    assert found[0] == found[1]
    assert list(found[2:4]) == [1e308, -1e300]
    assert np.isnan(found[4])


def test_answers_that_differ_in_the_last_bit_have_no_alpha():
    table = [[3 + 4.4e-16 * (i % 2)] * 4 for i in range(12)]

    assert measures.cronbach_alpha(table).reason is Reason.NO_VARIANCE
    assert measures.item_rest(table).reason is Reason.NO_VARIANCE


def test_an_outcome_that_is_explained_without_error_has_no_robust_errors():
    x = np.arange(12.0)
    columns = {"y": 2 * x + 1, "x": x, "site": measures.factor(["a", "b", "c"] * 4)}

    result = measures.estimating_equations(
        columns, model=measures.RegressionModel("y", ("x",)), cluster="site"
    )

    assert (result.reason, result.tables) == (Reason.NO_VARIANCE, ())


def test_a_factor_of_one_level_is_told_and_not_left_out_in_silence():
    x = np.array([1, 4, 2, 8, 5, 7, 3, 6.0])
    columns = {"y": x**2, "x": x, "arm": measures.factor(["a"] * 8)}

    result = measures.linear_regression(columns, model=measures.RegressionModel("y", ("x", "arm")))

    assert result.reason is Reason.RANK_DEFICIENT


def test_equal_clusters_of_items_do_not_hold_the_rotation_on_a_saddle():
    # R 4.2.2, psych: omega(m, nfactors = 2, n.obs = 200) gives 0.545454 and 0.818182; by hand the
    # factors correlate 0.3 / 0.6 = 0.5, so that general loadings are sqrt(0.5 * 0.6)
    table = [[1, 0.6, 0.3, 0.3], [0.6, 1, 0.3, 0.3], [0.3, 0.3, 1, 0.6], [0.3, 0.3, 0.6, 1]]

    result = measures.omega_hierarchical_of_correlations(table, n=200, factors=2)

    assert result.value == pytest.approx((4 * 0.3**0.5) ** 2 / 8.8, rel=1e-8)
    assert result.details["omega_total"] == pytest.approx(1 - 4 * 0.4 / 8.8, rel=1e-8)


def test_welch_does_not_overflow():
    groups = {"a": [1e100, 2e100, 3e100, 1e100], "b": [2e100, 4e100, 1e100, 2e100]}

    result = measures.group_difference(groups)

    plain = measures.group_difference({"a": [1, 2, 3, 1], "b": [2, 4, 1, 2]})
    assert result.details["df"] == pytest.approx(plain.details["df"])
    assert result.details["p"] == pytest.approx(plain.details["p"])


def test_no_mean_of_a_group_of_fewer_than_five_is_given():
    result = measures.group_difference({"few": [1, 2, 4, 3], "many": [2, 4, 3, 5, 4]})

    assert (result.details["mean_few"], result.details["sd_few"]) == (None, None)
    assert result.details["mean_many"] == pytest.approx(3.6)
    assert result.value is not None
