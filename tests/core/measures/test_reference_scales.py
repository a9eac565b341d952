"""Scales, factors and items agree with R (psych, lavaan, semTools), where the data is present."""

import pytest

from digicantrain.core.measures.cfa import confirmatory_factor_analysis, measurement_invariance
from digicantrain.core.measures.items import distractor_analysis, item_analysis
from digicantrain.core.measures.model_matrix import factor
from digicantrain.core.measures.omega import (
    item_rest,
    keyed,
    omega_hierarchical_of_correlations,
    omega_minres,
    omega_total,
)
from digicantrain.core.measures.reliability import cronbach_alpha
from tests.core.measures.reference import expected, frame, present

pytestmark = present
FACTORS = {
    "plan": ["plan1", "plan2", "plan3", "plan4", "plan5"],
    "comm": ["comm1", "comm2", "comm3", "comm4"],
    "safe": ["safe1", "safe2", "safe3"],
    "team": ["team1", "team2", "team3", "team4"],
}
FIGURES = {
    "chisq": "chisq", "df": "df", "pvalue": "p", "cfi": "cfi", "tli": "tli", "rmsea": "rmsea",
    "rmsea.ci.lower": "rmsea_low", "rmsea.ci.upper": "rmsea_high", "srmr": "srmr", "aic": "aic",
    "bic": "bic", "logl": "log_likelihood", "baseline.df": "baseline_df",
}  # fmt: skip


def answers(name):
    data = frame(f"simulated/{name}")
    return data, {item: data.numbers(item) for items in FACTORS.values() for item in items}


def assert_fit(figures, want):
    for key, name in FIGURES.items():
        assert figures[name] == pytest.approx(want[key], abs=1e-5), key
    assert figures["baseline_chisq"] == pytest.approx(want["baseline.chisq"], rel=1e-5)


def scale(number):
    want = expected("simulated/S01_expected.json")
    data = frame("simulated/S01_data.csv")
    prefix = "" if number is None else f"s{number}_"
    names = [c for c in data.columns if c.startswith(prefix or "s") and "_" in c]
    flipped = [name in want["reversed_items"] for name in names]
    table = keyed(data.table(names), reverse=flipped, low=1, high=5)
    return table, want["all30" if number is None else f"s{number}"]


@pytest.mark.parametrize("number", range(1, 7))
def test_items_and_omegas_of_a_scale(number):
    table, want = scale(number)

    rest, omega = item_rest(table), omega_total(table)

    items = rest.table("items")
    for column, key in (
        ("alpha_without", "alpha_if_dropped"),
        ("item_rest_r", "item_rest_r"),
        ("mean", "item_mean"),
        ("sd", "item_sd"),
    ):
        assert items.column(column) == pytest.approx(list(want[key].values()), rel=1e-9)
    assert rest.details["scale_mean"] == pytest.approx(want["scale_mean_of_item_means"], rel=1e-9)
    assert rest.details["scale_sd"] == pytest.approx(want["scale_sd"], rel=1e-9)
    assert rest.details["sem"] == pytest.approx(want["sem_sum_score"], rel=1e-9)
    assert omega.value == pytest.approx(want["omega_ml_model_implied"], abs=1e-6)
    assert omega.details["observed_variance"] == pytest.approx(
        want["omega_ml_observed_variance"], abs=1e-6
    )


def test_alpha_of_all_thirty_items():
    table, want = scale(None)

    result = cronbach_alpha(table)

    assert (result.details["items"], result.n) == (30, want["n"])
    assert result.value == pytest.approx(want["alpha_raw"], rel=1e-9)


def test_omegas_of_published_scales():
    want = expected("C02_expected.json")
    table = frame("C02_bfi_agree_keyed_complete.csv").table(["A1", "A2", "A3", "A4", "A5"])

    likely, least = omega_total(table), omega_minres(table)

    assert likely.value == pytest.approx(want["ml_omega_total_model_implied"], abs=1e-5)
    assert likely.details["observed_variance"] == pytest.approx(
        want["ml_omega_total_observed_var"], abs=1e-5
    )
    loadings = list(want["ml_loadings_std"].values())
    assert likely.table("loadings").column("loading") == pytest.approx(loadings, abs=1e-5)
    assert least.value == pytest.approx(want["minres_omega_total"], abs=1e-3)
    loadings = list(want["minres_loadings"].values())
    assert least.table("loadings").column("loading") == pytest.approx(loadings, abs=1e-3)


def test_omega_hierarchical_of_thurstone():
    want = expected("C02_expected.json")["thurstone"]
    data = frame("C02_Thurstone_corr.csv")

    result = omega_hierarchical_of_correlations(
        data.table([name for name in data.columns if name != "item"]), n=213, factors=3
    )

    assert result.value == pytest.approx(want["omega_hierarchical"], abs=1e-3)
    assert result.details["omega_total"] == pytest.approx(want["omega_total"], abs=1e-3)
    assert result.details["alpha"] == pytest.approx(want["alpha"], abs=1e-6)


def test_factor_analysis_by_maximum_likelihood():
    want = expected("simulated/S03_expected.json")
    _data, columns = answers("S03_data.csv")

    result = confirmatory_factor_analysis(columns, factors=FACTORS)

    assert_fit(result.details, want["ml"])
    loadings = result.table("loadings")
    for item, value in want["loadings"].items():
        assert loadings.row(item)["loading"] == pytest.approx(value, abs=1e-5)
        assert loadings.row(item)["standardised"] == pytest.approx(
            want["loadings_std"][item], abs=1e-5
        )
        if want["loadings_se"][item]:
            assert loadings.row(item)["se"] == pytest.approx(want["loadings_se"][item], rel=1e-4)
    found = {f"{a}~{b}": r for a, b, _cov, r in result.table("factors").rows}
    for pair, value in want["factor_corr"].items():
        assert found[pair] == pytest.approx(value, abs=1e-5)


def test_factor_analysis_with_robust_errors():
    want = expected("simulated/S03_expected.json")["mlr"]
    _data, columns = answers("S03_data.csv")

    result = confirmatory_factor_analysis(columns, factors=FACTORS, estimator="mlr")

    for key, name in (
        ("chisq.scaled", "chisq_scaled"),
        ("chisq.scaling.factor", "scaling_factor"),
        ("cfi.robust", "cfi_robust"),
        ("tli.robust", "tli_robust"),
        ("rmsea.robust", "rmsea_robust"),
    ):
        assert result.details[name] == pytest.approx(want[key], rel=1e-5, abs=1e-5)
    for item, se in want["loadings_se"].items():
        if se:
            assert result.table("loadings").row(item)["se"] == pytest.approx(se, rel=1e-4)


def test_factor_analysis_of_answers_with_gaps():
    want = expected("simulated/S03_expected.json")
    _data, columns = answers("S03_data_missing.csv")

    result = confirmatory_factor_analysis(columns, factors=FACTORS, estimator="fiml")

    assert result.details["patterns"] == want["fiml"]["n_patterns"]
    assert_fit(result.details, want["fiml"])
    loadings = result.table("loadings")
    for item, value in want["fiml_loadings_std"].items():
        assert loadings.row(item)["standardised"] == pytest.approx(value, abs=1e-5)
        if want["fiml_loadings_se"][item]:
            se = want["fiml_loadings_se"][item]
            assert loadings.row(item)["se"] == pytest.approx(se, rel=1e-4)


def test_invariance_over_three_countries():
    want = expected("simulated/S03_expected.json")["invariance_by_country"]
    data, columns = answers("S03_data.csv")

    result = measurement_invariance(columns, factors=FACTORS, groups=factor(data.labels("country")))

    for name in ("configural", "metric", "scalar", "strict"):
        assert_fit(result.table("models").row(name), want[name])
    for name in ("metric", "scalar", "strict"):
        step, lrt = result.table("steps").row(name), want[f"lrt_{name}"]
        assert step["chisq_difference"] == pytest.approx(lrt["chisq_diff"], rel=1e-6)
        assert step["df_difference"] == lrt["df_diff"]
        assert step["p"] == pytest.approx(lrt["p"], abs=1e-6)


def test_classical_item_analysis():
    want = expected("simulated/S04_expected.json")
    data = frame("simulated/S04_data.csv")
    names = list(want["difficulty"])

    result = item_analysis(data.table(names), names=names)

    items = result.table("items")
    for column, key in (
        ("difficulty", "difficulty"),
        ("point_biserial", "point_biserial"),
        ("corrected_point_biserial", "point_biserial_corrected"),
        ("alpha_without", "alpha_if_dropped"),
        ("upper_minus_lower", "upper_minus_lower_third"),
    ):
        assert items.column(column) == pytest.approx(list(want[key].values()), rel=1e-9)
    assert result.value == pytest.approx(want["kr20_unbiased_var"], rel=1e-9)
    assert result.value == pytest.approx(want["alpha"], rel=1e-9)
    for name, key in (("mean", "total_mean"), ("sd", "total_sd"), ("sem", "sem")):
        assert result.details[name] == pytest.approx(want[key], rel=1e-9)
    sizes = [result.details[f"n_{part}"] for part in ("lower", "middle", "upper")]
    assert sizes == want["third_sizes"]


def test_distractors_by_thirds():
    want = expected("simulated/S04_expected.json")["choice_share_by_third"]
    data, key = frame("simulated/S04_data_choices.csv"), frame("simulated/S04_data_key.csv")
    right = dict(zip(key.column("item"), key.column("key"), strict=True))
    names = list(right)
    choices = list(zip(*[data.labels(name) for name in names], strict=True))

    result = distractor_analysis(choices, key=[right[name] for name in names], names=names)

    for item, answer, _people, _share, *thirds, _r, _key in result.table("choices").rows:
        shares = [want[item][part][answer] for part in ("lower", "middle", "upper")]
        assert thirds == pytest.approx(shares, rel=1e-9)
