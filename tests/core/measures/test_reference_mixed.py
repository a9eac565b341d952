"""Mixed models agree with lme4, lmerTest and emmeans, where the reference data is present."""

import pytest

from digicantrain.core.measures.mixed import (
    MixedModel,
    RandomTerm,
    intraclass_correlation_of_model,
    linear_mixed_model,
    mixed_marginal_means,
)
from digicantrain.core.measures.model_matrix import factor
from tests.core.measures.reference import expected, frame, present

pytestmark = present
WAVES = MixedModel("score", ("pre", "month", "arm", "month:arm"), (RandomTerm("id"),))


def columns(data, *, numbers, labels):
    return {n: data.numbers(n) for n in numbers} | {n: factor(data.labels(n)) for n in labels}


def slopes():
    data = frame("simulated/S10_data_slope.csv")
    return columns(data, numbers=("week", "errors"), labels=("trainee",))


def clusters():
    data = frame("simulated/S10_data_cluster.csv")
    return columns(data, numbers=("pre", "post"), labels=("course",))


def waves(*, month_is_label):
    data = frame("simulated/S10_data.csv")
    numbers = ("pre", "score") if month_is_label else ("pre", "score", "month")
    labels = ("id", "arm", "country", *(("month",) if month_is_label else ()))
    return columns(data, numbers=numbers, labels=labels)


CASES = {
    "slope_reml": (slopes, MixedModel("errors", ("week",), (RandomTerm("trainee", ("week",)),))),
    "slope_ml": (
        slopes,
        MixedModel("errors", ("week",), (RandomTerm("trainee", ("week",)),), reml=False),
    ),
    "cluster_ml": (clusters, MixedModel("post", ("pre",), (RandomTerm("course"),), reml=False)),
    "waves_ml": (
        lambda: waves(month_is_label=False),
        MixedModel("score", ("pre", "month", "arm", "country"), (RandomTerm("id"),), reml=False),
    ),
    "waves_reml": (lambda: waves(month_is_label=True), WAVES),
}


@pytest.mark.parametrize("name", CASES)
def test_fixed_and_random_effects(name):
    data, model = CASES[name]
    want = expected("simulated/S10_expected.json")[name]

    result = linear_mixed_model(data(), model=model)

    assert result.n == want["n_obs"]
    assert result.details["criterion"] == pytest.approx(want["crit"], abs=1e-4)
    assert result.details["log_likelihood"] == pytest.approx(want["loglik"], abs=1e-4)
    fixed = result.table("fixed")
    for key, column, tolerance in (
        ("est", "estimate", 1e-6),
        ("se", "se", 1e-5),
        ("df_satterthwaite", "df", 1e-2),
        ("t", "t", 1e-5),
        ("wald_lo", "low", 1e-5),
        ("wald_hi", "high", 1e-5),
    ):
        assert fixed.column(column) == pytest.approx([r[key] for r in want["fixed"]], rel=tolerance)
    random = result.table("random")
    assert random.column("covariance") == pytest.approx(
        [row["vcov"] for row in want["random"]], rel=1e-4
    )
    assert random.column("sd_or_correlation") == pytest.approx(
        [row["sdcor"] for row in want["random"]], rel=1e-4
    )


def test_conditional_modes_and_intraclass_correlation():
    want = expected("simulated/S10_expected.json")
    model = CASES["slope_reml"][1]

    modes = linear_mixed_model(slopes(), model=model, modes=True).table("modes: trainee")
    icc = intraclass_correlation_of_model(clusters(), outcome="post", group="course")

    found = modes.row("t05")
    assert found["(Intercept)"] == pytest.approx(want["slope_blup_t05"]["(Intercept)"], rel=1e-6)
    assert found["week"] == pytest.approx(want["slope_blup_t05"]["week"], rel=1e-6)
    assert icc.value == pytest.approx(want["cluster_null_icc"], rel=1e-4)


def test_marginal_means_and_differences():
    want = expected("simulated/S10_expected.json")

    result = mixed_marginal_means(waves(month_is_label=True), model=WAVES, of=["arm"], by=["month"])

    assert result.details["pre_held_at"] == pytest.approx(want["emm_pre_held_at"])
    means, differences = result.table("means"), result.table("differences")
    assert means.column("arm") == [row["arm"] for row in want["waves_emm"]]
    for column, tolerance in (("mean", 1e-6), ("se", 1e-5), ("df", 1e-2)):
        rows = [row[column] for row in want["waves_emm"]]
        assert means.column(column) == pytest.approx(rows, rel=tolerance)
    pairs = want["waves_emm_class_minus_online"]
    for key, column, tolerance in (
        ("est", "difference", 1e-6),
        ("se", "se", 1e-5),
        ("t", "t", 1e-5),
    ):
        assert differences.column(column) == pytest.approx([r[key] for r in pairs], rel=tolerance)
    assert differences.column("p") == pytest.approx([row["p"] for row in pairs], rel=1e-2)
