"""Alpha, omegas and items of a scale: closed forms, and what must not change them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from digicantrain.core import measures
from digicantrain.core.measures import Reason
from digicantrain.core.measures.factors import FactorError, ImproperError, minres, schmid_leiman
from tests.core.measures.exact import number, one_factor, rows_with

EQUAL = rows_with(one_factor([0.7] * 5))
UNEQUAL = rows_with(one_factor([0.8, 0.7, 0.6, 0.5]))


def test_alpha_and_its_interval_by_hand():
    # covariances 0.49 of 5 items with variance 1: sum 5 + 20 * 0.49 = 14.8
    found = measures.cronbach_alpha(EQUAL)

    alpha = 5 / 4 * (1 - 5 / 14.8)
    assert found.value == pytest.approx(alpha)
    low = 1 - (1 - alpha) * stats.f.ppf(0.975, 59, 59 * 4)
    high = 1 - (1 - alpha) * stats.f.ppf(0.025, 59, 59 * 4)
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high))
    assert found.details["standardised_alpha"] == pytest.approx(alpha)
    assert found.details["mean_inter_item_r"] == pytest.approx(0.49)


def test_omegas_are_alpha_where_loadings_are_equal():
    alpha = measures.cronbach_alpha(EQUAL).value

    likely, least = measures.omega_total(EQUAL), measures.omega_minres(EQUAL)

    assert likely.value == pytest.approx(alpha)
    assert likely.details["observed_variance"] == pytest.approx(alpha)
    assert least.value == pytest.approx(alpha)


def test_omegas_of_unequal_loadings_by_hand():
    # (0.8 + 0.7 + 0.6 + 0.5)^2 = 6.76; own variances 0.36 + 0.51 + 0.64 + 0.75 = 2.26
    likely, least = measures.omega_total(UNEQUAL), measures.omega_minres(UNEQUAL)

    assert likely.value == pytest.approx(6.76 / 9.02)
    assert likely.table("loadings").column("loading") == pytest.approx([0.8, 0.7, 0.6, 0.5])
    assert least.value == pytest.approx(6.76 / 9.02)
    assert number(likely.value) > measures.cronbach_alpha(UNEQUAL).value


@settings(deadline=None, max_examples=6)
@given(st.floats(0.01, 100), st.lists(st.floats(-50, 50), min_size=4, max_size=4))
def test_a_common_scale_and_constants_change_nothing(scale, constants):
    moved = scale * UNEQUAL + np.array(constants)

    for statistic in (measures.cronbach_alpha, measures.omega_total, measures.omega_minres):
        assert statistic(moved).value == pytest.approx(statistic(UNEQUAL).value)


def test_the_order_of_people_and_items_changes_nothing():
    moved = UNEQUAL[::-1][:, [2, 0, 3, 1]]

    for statistic in (measures.cronbach_alpha, measures.omega_total, measures.omega_minres):
        assert statistic(moved).value == pytest.approx(statistic(UNEQUAL).value)


def test_an_item_that_hardly_loads_may_stand_first():
    found = measures.omega_total(rows_with(one_factor([0.01, 0.7, 0.8, 0.6])))

    assert found.table("loadings").column("loading") == pytest.approx([0.01, 0.7, 0.8, 0.6])


def test_an_item_keyed_the_other_way_is_turned_round_and_named():
    rows = rows_with(one_factor([0.8, -0.7, 0.6, 0.5]))

    found = measures.omega_minres(rows)

    assert found.value == pytest.approx(6.76 / 9.02)
    assert "turned round: 2." in found.warnings[0]


@pytest.mark.parametrize("statistic", [measures.omega_total, measures.omega_minres])
def test_a_negative_variance_is_a_reason(statistic):
    # the first loading would be sqrt(0.9 * 0.9 / 0.5) > 1
    table = [[1, 0.9, 0.9], [0.9, 1, 0.65], [0.9, 0.65, 1]]

    assert statistic(rows_with(table)).reason is Reason.IMPROPER


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (UNEQUAL[:, :1], Reason.TOO_FEW_ITEMS),
        (UNEQUAL[:, :2], Reason.NOT_IDENTIFIED),
        (UNEQUAL[:4], Reason.TOO_FEW),
        (np.column_stack([UNEQUAL, UNEQUAL[:, 0]]), Reason.RANK_DEFICIENT),
        (np.column_stack([UNEQUAL, np.ones(60)]), Reason.NO_VARIANCE),
        (np.full((9, 4), np.nan), Reason.ALL_MISSING),
    ],
)
def test_omegas_give_a_reason_instead_of_a_number(rows, reason):
    for statistic in (measures.omega_total, measures.omega_minres):
        assert (statistic(rows).value, statistic(rows).reason) == (None, reason)


def test_items_of_a_scale_by_hand():
    answers = [[1, 2, 2], [2, 2, 3], [3, 4, 3], [4, 3, 5], [5, 5, 4]]

    found = measures.item_rest(answers)

    first = found.table("items").row(1)
    rest = [4, 5, 7, 8, 9]
    assert (first["mean"], first["sd"]) == pytest.approx((3, np.sqrt(2.5)))
    assert first["item_rest_r"] == pytest.approx(np.corrcoef([1, 2, 3, 4, 5], rest)[0, 1])
    others = np.cov(np.array(answers)[:, 1:], rowvar=False)
    assert first["alpha_without"] == pytest.approx(2 * (1 - np.trace(others) / others.sum()))
    total = np.array(answers).sum(axis=1)
    sem = total.std(ddof=1) * np.sqrt(1 - number(found.details["alpha"]))
    assert found.details["sem"] == pytest.approx(sem)


# --- a general factor ---

GROUP = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6]]))
SECOND = np.array([0.9, 0.7, 0.6])
PHI = np.outer(SECOND, SECOND) + np.diag(1 - SECOND**2)
HIERARCHY = GROUP @ PHI @ GROUP.T + np.diag(1 - (GROUP**2).sum(axis=1))


def test_omega_hierarchical_of_a_hierarchy_that_is_known():
    found = measures.omega_hierarchical_of_correlations(HIERARCHY, n=200)

    assert found.value == pytest.approx((GROUP @ SECOND).sum() ** 2 / HIERARCHY.sum(), abs=1e-7)
    own = (1 - (GROUP**2).sum(axis=1)).sum()
    assert found.details["omega_total"] == pytest.approx(1 - own / HIERARCHY.sum(), abs=1e-7)
    general = found.table("loadings").column("general")
    assert general == pytest.approx(list(GROUP @ SECOND), abs=1e-6)


def test_an_item_against_the_general_factor_is_turned_round():
    signs = np.array([1, 1, -1, 1, 1, 1, 1, -1, 1.0])

    found = measures.omega_hierarchical_of_correlations(HIERARCHY * np.outer(signs, signs), n=200)

    plain = measures.omega_hierarchical_of_correlations(HIERARCHY, n=200)
    assert found.value == pytest.approx(plain.value, abs=1e-7)
    assert "turned round: 3, 8." in found.warnings[0]


def test_two_group_factors_share_their_correlation():
    table = GROUP[:6, :2] @ PHI[:2, :2] @ GROUP[:6, :2].T
    np.fill_diagonal(table, 1.0)

    found = measures.omega_hierarchical_of_correlations(table, n=200, factors=2)

    general = GROUP[:6, :2].sum(axis=1) * np.sqrt(0.63)
    assert found.table("loadings").column("general") == pytest.approx(list(general), abs=1e-6)


def test_rows_and_their_correlations_give_the_same():
    found = measures.omega_hierarchical(rows_with(HIERARCHY))

    plain = measures.omega_hierarchical_of_correlations(HIERARCHY, n=60)
    assert found.value == pytest.approx(plain.value, abs=1e-7)


def test_factors_without_a_solution():
    heywood = np.array([[1, 0.9, 0.9], [0.9, 1, 0.65], [0.9, 0.65, 1]])

    with pytest.raises(ImproperError):
        minres(heywood)
    with pytest.raises(FactorError):
        minres(np.ones((3, 3)))
    with pytest.raises(FactorError):
        schmid_leiman(np.ones((6, 6)), factors=2)


def test_minres_finds_the_smallest_residuals():
    table = np.corrcoef(
        np.random.default_rng(4).normal(size=(50, 6)) + 1.5 * EQUAL[:50, :1], rowvar=False
    )
    off = ~np.eye(6, dtype=bool)

    def residual(loadings):
        return ((table - np.outer(loadings, loadings))[off] ** 2).sum()

    best = minres(table).loadings[:, 0]
    for place in range(6):
        for step in (-1e-3, 1e-3):
            assert residual(best + step * np.eye(6)[place]) > residual(best)
