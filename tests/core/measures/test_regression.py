"""Regressions on worked examples, special cases and bad data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core.measures import Reason
from digicantrain.core.measures.model_matrix import factor
from digicantrain.core.measures.regression import (
    RegressionModel,
    estimating_equations,
    linear_regression,
    logistic_regression,
)
from tests.core.measures.numbers import number

LINE = RegressionModel("y", ("x",))


def data(seed=5, n=40):
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    y = 2 + 0.5 * x + random.normal(size=n)
    return {"x": x, "y": y, "g": factor([str(place % 8) for place in range(n)])}


def test_a_line_by_hand():
    # x = 1..5, y = 2, 4, 5, 4, 5: slope 6/10, intercept 2.2, residual sum of squares 2.4
    columns = {"x": np.arange(1.0, 6.0), "y": np.array([2.0, 4, 5, 4, 5])}

    result = linear_regression(columns, model=LINE)

    table = result.table("coefficients")
    assert table.column("estimate") == pytest.approx([2.2, 0.6])
    assert table.row("x")["se"] == pytest.approx(np.sqrt(2.4 / 3 / 10))
    assert result.details["r2"] == pytest.approx(1 - 2.4 / 6)


def test_odds_ratio_of_a_two_by_two_table_by_hand():
    # 12 of 20 against 5 of 20: odds ratio (12/8)/(5/15) = 4.5, se = sqrt(1/12+1/8+1/5+1/15)
    columns = {
        "arm": factor(["a"] * 20 + ["b"] * 20),
        "y": np.array([1.0] * 5 + [0.0] * 15 + [1.0] * 12 + [0.0] * 8),
    }

    result = logistic_regression(columns, model=RegressionModel("y", ("arm",)))

    assert result.table("odds_ratios").row("arm=b")["odds_ratio"] == pytest.approx(4.5)
    se = np.sqrt(1 / 12 + 1 / 8 + 1 / 5 + 1 / 15)
    assert result.table("coefficients").row("arm=b")["se"] == pytest.approx(se)


def test_clusters_of_one_row_are_robust_errors_with_the_small_sample_factor():
    columns = data()
    columns["own"] = factor([str(place) for place in range(40)])

    clustered = linear_regression(columns, model=LINE, errors="cluster", cluster="own")

    x = np.column_stack([np.ones(40), columns["x"]])
    bread = np.linalg.inv(x.T @ x)
    residual = columns["y"] - x @ (bread @ x.T @ columns["y"])
    meat = (x * residual[:, None]).T @ (x * residual[:, None])
    want = np.sqrt(np.diag(40 / 39 * 39 / 38 * bread @ meat @ bread))
    assert clustered.table("coefficients").column("se") == pytest.approx(want)


def test_robust_errors_by_hand():
    # two groups of sizes 4 and 6: HC3 of a mean is the squares over (1 - 1/n)^2 over n^2
    y = np.array([1.0, 2, 4, 5, 3, 3, 4, 6, 7, 9])
    columns = {"y": y, "arm": factor(["a"] * 4 + ["b"] * 6)}

    result = linear_regression(columns, model=RegressionModel("y", ("arm",)), errors="hc3")

    first, second = (
        ((part - part.mean()) ** 2).sum() / (1 - 1 / len(part)) ** 2 / len(part) ** 2
        for part in (y[:4], y[4:])
    )
    table = result.table("coefficients")
    assert table.row("(Intercept)")["se"] == pytest.approx(np.sqrt(first))
    assert table.row("arm=b")["se"] == pytest.approx(np.sqrt(first + second))


def test_a_row_that_alone_decides_has_no_hc3_error():
    columns = {"y": np.arange(12.0) % 5, "arm": factor(["a"] * 11 + ["b"])}

    robust = linear_regression(columns, model=RegressionModel("y", ("arm",)), errors="hc3")

    assert robust.reason is Reason.GROUP_TOO_SMALL
    assert linear_regression(columns, model=RegressionModel("y", ("arm",))).reason is None


def test_as_few_clusters_as_terms_tell_no_error_and_few_are_warned_of():
    columns = data()
    columns["site"] = factor([str(place % 3) for place in range(40)])
    by_site = RegressionModel("y", ("site",))

    nothing = linear_regression(columns, model=by_site, errors="cluster", cluster="site")

    assert nothing.reason is Reason.TOO_FEW_GROUPS
    few = linear_regression(columns, model=LINE, errors="cluster", cluster="g")
    assert few.warnings == ("8 clusters are few: robust errors are too small below 40.",)
    assert estimating_equations(columns, model=LINE, cluster="g").warnings == few.warnings
    columns["own"] = factor([str(place) for place in range(40)])
    assert not linear_regression(columns, model=LINE, errors="cluster", cluster="own").warnings


def test_a_column_that_nearly_follows_from_another_is_refused():
    columns = data()
    model = RegressionModel("y", ("x", "z"))
    noise = np.random.default_rng(0).normal(size=40)

    near = linear_regression({**columns, "z": columns["x"] + 1e-9 * noise}, model=model)
    apart = linear_regression({**columns, "z": columns["x"] + 1e-3 * noise}, model=model)

    assert (near.reason, apart.reason) == (Reason.RANK_DEFICIENT, None)


def pairs(correlation, n=30, seed=2):
    random = np.random.default_rng(seed)
    level = random.normal(size=n)
    y = np.sqrt(correlation) * np.repeat(level, 2) + np.sqrt(1 - correlation) * random.normal(
        size=2 * n
    )
    return {"y": y, "p": factor(np.repeat(np.arange(n), 2).tolist())}


def test_exchangeable_equations_of_a_mean_by_hand():
    # a mean of equal clusters: alpha is the mean product of pairs over phi, the error that of the
    # clusters' means with divisor n (Liang and Zeger 1986, section 2)
    columns = pairs(0.5)

    result = estimating_equations(columns, model=RegressionModel("y"), cluster="p")

    gap = columns["y"].reshape(-1, 2) - columns["y"].mean()
    assert result.details["phi"] == pytest.approx((gap**2).mean())
    assert result.details["alpha"] == pytest.approx(gap.prod(axis=1).mean() / (gap**2).mean())
    row = result.table("coefficients").row("(Intercept)")
    assert row["estimate"] == pytest.approx(columns["y"].mean())
    assert row["se"] == pytest.approx(np.sqrt((gap.mean(axis=1) ** 2).sum()) / 30)
    assert row["statistic"] == pytest.approx((number(row["estimate"]) / number(row["se"])) ** 2)


def test_a_working_correlation_beyond_one_is_no_solution():
    # one pair far out and singles near: the product of the pair exceeds the mean square
    columns = {
        "y": np.concatenate([[9.0, 9.0], np.tile([-1.0, -0.8, -1.2], 6)]),
        "p": factor(["pair", "pair", *(f"p{place}" for place in range(18))]),
    }

    found = estimating_equations(columns, model=RegressionModel("y"), cluster="p")

    assert (found.reason, found.tables) == (Reason.IMPROPER, ())


@settings(max_examples=15, deadline=None)
@given(st.floats(1e-6, 1e6), st.floats(-1e4, 1e4))
def test_units_of_the_equations_do_not_change_the_test(scale, shift):
    columns = data()
    moved = {**columns, "y": columns["y"] * scale + shift, "x": columns["x"] / scale}

    found = estimating_equations(moved, model=LINE, cluster="g")

    plain = estimating_equations(columns, model=LINE, cluster="g")
    assert found.details["alpha"] == pytest.approx(plain.details["alpha"], abs=1e-5)
    assert found.table("coefficients").row("x")["statistic"] == pytest.approx(
        plain.table("coefficients").row("x")["statistic"], rel=1e-4
    )


def test_independent_equations_give_the_least_squares_estimates():
    columns = data()

    gee = estimating_equations(columns, model=LINE, cluster="g", working="independence")

    line = linear_regression(columns, model=LINE)
    assert gee.table("coefficients").column("estimate") == pytest.approx(
        line.table("coefficients").column("estimate")
    )


def test_binomial_equations_with_independence_give_the_logistic_estimates():
    columns = data()
    columns["y"] = (columns["y"] > 2).astype(float)

    gee = estimating_equations(
        columns, model=LINE, cluster="g", working="independence", family="binomial"
    )

    logistic = logistic_regression(columns, model=LINE)
    assert gee.table("coefficients").column("estimate") == pytest.approx(
        logistic.table("coefficients").column("estimate"), rel=1e-6
    )


@settings(max_examples=15, deadline=None)
@given(st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_units_of_a_predictor_do_not_change_the_test(scale, shift):
    columns = data()
    columns["b"] = (columns["y"] > 2).astype(float)
    moved = {**columns, "x": columns["x"] * scale + shift}
    for run, outcome in ((linear_regression, "y"), (logistic_regression, "b")):
        model = RegressionModel(outcome, ("x",))

        found = run(moved, model=model).table("coefficients").row("x")

        plain = run(columns, model=model).table("coefficients").row("x")
        assert found["statistic"] == pytest.approx(plain["statistic"], rel=1e-5)


BAD = [
    ({"y": np.full(40, np.nan)}, Reason.ALL_MISSING),
    ({"y": np.full(40, 1.0)}, Reason.NO_VARIANCE),
    ({"x": np.full(40, 3.0)}, Reason.RANK_DEFICIENT),
    ({"x": np.where(np.arange(40) < 3, 1.0, np.nan)}, Reason.TOO_FEW),
    ({"x": np.where(np.arange(40) == 3, 1e200, 1.0)}, Reason.NOT_FINITE),
]


@pytest.mark.parametrize(("changed", "reason"), BAD)
def test_a_reason_instead_of_a_number(changed, reason):
    columns = {**data(), **changed}
    binary = {**columns, "y": np.where(np.isnan(columns["y"]), np.nan, columns["y"] > 1)}
    if reason is Reason.NO_VARIANCE:
        binary = columns

    found = [
        linear_regression(columns, model=LINE),
        linear_regression(columns, model=LINE, errors="cluster", cluster="g"),
        logistic_regression(binary, model=LINE),
        estimating_equations(columns, model=LINE, cluster="g"),
    ]

    assert [(result.reason, result.tables) for result in found] == [(reason, ())] * 4


def test_separation_has_no_finite_estimate():
    x = np.arange(10.0)
    complete = {"x": x, "y": (x > 4).astype(float)}
    quasi = {"x": (x > 6).astype(float), "y": np.array([0, 1, 0, 1, 0, 1, 0, 1, 1, 1.0])}

    assert logistic_regression(complete, model=LINE).reason is Reason.SEPARATION
    assert logistic_regression(quasi, model=LINE).reason is Reason.SEPARATION


def test_one_cluster_is_too_few_and_a_wrong_outcome_is_refused():
    columns = {**data(), "g": factor(["one"] * 40)}

    one = linear_regression(columns, model=LINE, errors="cluster", cluster="g")

    assert one.reason is Reason.TOO_FEW_GROUPS
    with pytest.raises(ValueError, match="must be 0 or 1"):
        logistic_regression(columns, model=LINE)
