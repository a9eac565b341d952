"""Regressions agree with R (sandwich, glm, geepack), where the reference data is present."""

import numpy as np
import pytest

from digicantrain.core.measures.model_matrix import factor
from digicantrain.core.measures.regression import (
    RegressionModel,
    estimating_equations,
    linear_regression,
    logistic_regression,
)
from tests.core.measures.reference import expected, frame, present

pytestmark = present


def exam():
    data = frame("C10_exam.csv")
    numbers = {"y": data.numbers("normexam"), "lrt": data.numbers("standLRT")}
    return numbers | {name: factor(data.labels(name)) for name in ("sex", "school")}


@pytest.mark.parametrize(
    ("errors", "key"), [("ols", "se_ols"), ("hc3", "se_hc3"), ("cluster", "se_cluster_hc1")]
)
def test_least_squares_with_three_kinds_of_errors(errors, key):
    want = expected("C18_expected.json")
    cluster = "school" if errors == "cluster" else None

    result = linear_regression(
        exam(), model=RegressionModel("y", ("lrt", "sex")), errors=errors, cluster=cluster
    )

    table = result.table("coefficients")
    assert table.column("estimate") == pytest.approx(list(want["coef"].values()), rel=1e-7)
    assert table.column("se") == pytest.approx(list(want[key].values()), rel=1e-7)
    assert result.details["r2"] == pytest.approx(want["r2"], rel=1e-7)


def test_logistic_model_of_drop_out():
    data = frame("simulated/S11_data.csv")
    want = expected("simulated/S11_expected.json")
    columns = {name: data.numbers(name) for name in ("pre", "age")}
    columns |= {name: factor(data.labels(name)) for name in ("arm", "country")}
    columns["drop"] = np.isnan(data.numbers("post_9m")).astype(float)

    result = logistic_regression(
        columns, model=RegressionModel("drop", ("pre", "arm", "country", "age"))
    )

    assert result.n == want["dropout_logit_n"]
    table = result.table("coefficients")
    for key, column in (("b", "estimate"), ("se", "se"), ("z", "statistic"), ("p", "p")):
        rows = [row[key] for row in want["dropout_logit"]]
        assert table.column(column) == pytest.approx(rows, rel=1e-7)
    ratios = result.table("odds_ratios").column("odds_ratio")
    assert ratios == pytest.approx([row["or"] for row in want["dropout_logit"]], rel=1e-7)


@pytest.mark.parametrize("working", ["independence", "exchangeable"])
def test_estimating_equations(working):
    data = frame("simulated/S11_data_long.csv")
    want = expected("simulated/S11_expected.json")
    columns = {name: data.numbers(name) for name in ("pre", "month", "score")}
    columns |= {name: factor(data.labels(name)) for name in ("arm", "country", "id")}

    result = estimating_equations(
        columns,
        model=RegressionModel("score", ("pre", "month", "arm", "country")),
        cluster="id",
        working=working,
    )

    assert (result.n, result.details["clusters"]) == (want["gee_rows"], want["gee_clusters"])
    table = result.table("coefficients")
    for key, column in (("b", "estimate"), ("robust_se", "se"), ("wald", "statistic")):
        rows = [row[key] for row in want[f"gee_{working}"]]
        assert table.column(column) == pytest.approx(rows, rel=1e-6)
    if working == "exchangeable":
        assert result.details["alpha"] == pytest.approx(want["gee_alpha"], rel=1e-6)
        assert result.details["phi"] == pytest.approx(want["gee_phi"], rel=1e-6)
