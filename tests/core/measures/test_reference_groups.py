"""Change, groups, agreement, power and baseline agree with R, where the data is present."""

from collections import Counter

import numpy as np
import pytest

from digicantrain.core.measures.agreement import (
    intraclass_correlation,
    limits_of_agreement,
    weighted_kappa,
)
from digicantrain.core.measures.baseline import baseline_table
from digicantrain.core.measures.change import wilcoxon_signed_rank
from digicantrain.core.measures.covariance import ancova
from digicantrain.core.measures.effects import (
    change_effect_sizes,
    equivalence_test,
    mcnemar,
    normalised_gain,
)
from digicantrain.core.measures.groups import (
    correlation,
    friedman,
    group_difference,
    kruskal_wallis,
    levene,
    welch_anova,
)
from digicantrain.core.measures.missing import (
    Imputed,
    little_test,
    missing_patterns,
    pooled_regression,
)
from digicantrain.core.measures.model_matrix import factor
from digicantrain.core.measures.multiplicity import benjamini_hochberg, holm
from digicantrain.core.measures.omega import omega_minres
from digicantrain.core.measures.power import (
    Design,
    detectable_effect,
    power_of_anova,
    power_of_chi_square,
    power_of_correlation,
    power_of_proportions,
    power_of_t_test,
    power_of_unequal_groups,
    sample_size,
)
from digicantrain.core.measures.proportions import (
    contingency,
    likelihood_to_recommend,
    proportion,
)
from digicantrain.core.measures.regression import RegressionModel
from digicantrain.core.measures.reliability import cronbach_alpha
from digicantrain.core.measures.repeated import repeated_measures_anova
from tests.core.measures.reference import expected, frame, present

pytestmark = present


def change_of(name):
    data = frame("simulated/S07_data.csv")
    chosen = data.where([label == name for label in data.labels("set")])
    return chosen.numbers("pre"), chosen.numbers("post")


@pytest.mark.parametrize("name", ["knowledge", "attitude", "pilot"])
def test_effect_sizes_of_a_change(name):
    want = expected("simulated/S07_expected.json")[name]

    result = change_effect_sizes(*change_of(name))

    limits = [result.effect.interval.low, result.effect.interval.high]
    assert result.effect.value == pytest.approx(want["cohen_dz"], rel=1e-9)
    assert limits == pytest.approx(want["cohen_dz_ci95_exact"], abs=1e-8)
    for key, expect, tolerance in (
        ("hedges_j", "hedges_J", 1e-9),
        ("cohen_dav", "cohen_dav", 1e-9),
        ("cohen_d_rm", "cohen_d_rm_within", 1e-9),
        ("cliff_delta", "cliff_delta", 1e-9),
        ("r_before_after", "r_pre_post", 1e-9),
        ("shapiro_w", "shapiro_W", 1e-6),
        ("shapiro_p", "shapiro_p", 1e-6),
    ):
        assert result.details[key] == pytest.approx(want[expect], rel=tolerance)


def test_gain_and_change_over_a_threshold():
    want = expected("simulated/S07_expected.json")
    pre, post = change_of("knowledge")
    both = ~np.isnan(pre) & ~np.isnan(post)

    gain = normalised_gain(pre, post, highest=20)
    test = mcnemar((pre[both] >= 13).astype(float), (post[both] >= 13).astype(float))

    assert gain.value == pytest.approx(want["knowledge"]["normalised_gain_of_means"], rel=1e-9)
    found = want["mcnemar_knowledge_ge13"]
    assert test.value == pytest.approx(found["chisq_cc"], rel=1e-9)
    assert test.details["p"] == pytest.approx(found["p_cc"], rel=1e-9)
    assert test.details["p_exact"] == pytest.approx(found["p_exact"], rel=1e-9)
    counts = [count for row in test.table("counts").rows for count in row[1:]]
    assert counts == found["table_pre_rows_post_cols"]


@pytest.mark.parametrize("margin", [5, 2])
def test_equivalence_of_class_and_online(margin):
    want = expected("simulated/S14_expected.json")[f"margin_{margin}"]
    data = frame("simulated/S14_data.csv")
    change, group = data.numbers("change"), np.array(data.column("group"))

    result = equivalence_test(change[group == "class"], change[group == "online"], margin=margin)

    assert [result.details["n_first"], result.details["n_second"]] == want["n"]
    assert result.value == pytest.approx(want["diff"], rel=1e-9)
    assert [result.interval.low, result.interval.high] == pytest.approx(want["ci90"], rel=1e-9)
    for key in ("t_lower", "p_lower", "t_upper", "p_upper", "df"):
        assert result.details[key] == pytest.approx(want[key], rel=1e-9)
    assert result.details["p"] == pytest.approx(want["p_tost"], rel=1e-9)
    assert bool(result.details["equivalent"]) is want["equivalent"]


def test_analysis_of_covariance():
    want = expected("C08_expected.json")
    data = frame("C08_baumann.csv")
    columns = {name: data.numbers(name) for name in ("pre", "post3")}
    columns["group"] = factor(data.labels("group"))

    result = ancova(columns, outcome="post3", group="group", covariates=["pre"])

    tests = result.table("tests")
    for term in ("pre", "group"):
        assert tests.row(term)["F"] == pytest.approx(want["F_type2"][term], rel=1e-8)
        assert tests.row(term)["p"] == pytest.approx(want["p_type2"][term], rel=1e-8)
    assert result.effect.value == pytest.approx(want["partial_eta2_group"], rel=1e-8)
    assert result.details["df2"] == want["df_resid"]
    assert result.details["slopes_p"] == pytest.approx(want["slopes_homogeneity_p"], rel=1e-8)
    for row in want["adjusted_means"]:
        found = result.table("adjusted_means").row(row["group"])
        shown = [found[c] for c in ("adjusted_mean", "se", "low", "high")]
        assert shown == pytest.approx([row[c] for c in ("mean", "se", "lo", "hi")], rel=1e-8)
    for row in want["contrasts"]:
        found = result.table("contrasts").row(row["contrast"])
        shown = [found[c] for c in ("difference", "se", "t", "p_holm", "low", "high")]
        keys = ("est", "se", "t", "p_holm", "lo", "hi")
        assert shown == pytest.approx([row[c] for c in keys], rel=1e-8)
        assert found["p_tukey"] == pytest.approx(row["p_tukey"], abs=1e-6)


def test_three_groups_by_ranks_and_unequal_variances():
    want = expected("C08_expected.json")
    data = frame("C08_baumann.csv")
    labels, post = np.array(data.column("group")), data.numbers("post3")
    groups = {name: post[labels == name] for name in sorted(set(labels))}

    spread, welch, ranks = levene(groups), welch_anova(groups), kruskal_wallis(groups)

    assert spread.value == pytest.approx(want["levene_median_F"], rel=1e-8)
    assert spread.details["p"] == pytest.approx(want["levene_p"], rel=1e-8)
    assert welch.value == pytest.approx(want["welch_F"], rel=1e-8)
    assert welch.details["df2"] == pytest.approx(want["welch_df2"], rel=1e-8)
    assert welch.details["p"] == pytest.approx(want["welch_p"], rel=1e-8)
    assert ranks.value == pytest.approx(want["kruskal_H"], rel=1e-8)
    assert ranks.details["p"] == pytest.approx(want["kruskal_p"], rel=1e-8)


def waves_of_obrien_and_kaiser():
    data = frame("C09_obk.csv")
    score = dict(
        zip(
            zip(data.column("id"), data.column("phase"), strict=True),
            data.numbers("score"),
            strict=True,
        )
    )
    treatment = dict(zip(data.column("id"), data.column("treatment"), strict=True))
    table = [[score[person, wave] for wave in ("pre", "post", "fup")] for person in treatment]
    return np.array(table), factor(list(treatment.values()))


def test_repeated_measures_with_groups():
    want = expected("C09_expected.json")
    table, groups = waves_of_obrien_and_kaiser()

    result, ranks = repeated_measures_anova(table, groups=groups), friedman(table)

    tests = result.table("tests")
    names = {"group": "treatment", "wave": "phase", "group:wave": "treatment_phase"}
    for effect, key in names.items():
        assert tests.row(effect)["F"] == pytest.approx(want["F"][key], rel=1e-8)
        assert tests.row(effect)["p"] == pytest.approx(want["p"][key], rel=1e-6)
        ges = want["ges"][key.replace("_", ":")]
        assert tests.row(effect)["ges"] == pytest.approx(ges, rel=1e-6)
    assert tests.row("wave")["p_gg"] == pytest.approx(want["p_gg_phase"], rel=1e-6)
    assert tests.row("group:wave")["p_gg"] == pytest.approx(want["p_gg_int"], rel=1e-6)
    for key, name in (
        ("gg_eps", "gg_epsilon"),
        ("hf_eps", "hf_epsilon"),
        ("mauchly_W", "mauchly_w"),
        ("mauchly_p", "mauchly_p"),
    ):
        assert result.details[name] == pytest.approx(want[key], rel=1e-6)
    assert ranks.value == pytest.approx(want["friedman_chi2"], rel=1e-8)
    assert ranks.details["p"] == pytest.approx(want["friedman_p"], rel=1e-8)


def test_correlations_and_adjusted_p_values():
    want = expected("C18_expected.json")
    data = frame("C10_exam.csv")

    result = correlation(data.numbers("normexam"), data.numbers("standLRT"))

    assert result.value == pytest.approx(want["pearson"], rel=1e-7)
    limits = [result.interval.low, result.interval.high]
    assert limits == pytest.approx(want["pearson_ci"], rel=1e-7)
    assert result.details["spearman"] == pytest.approx(want["spearman"], rel=1e-7)
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx(want["p_holm"])
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx(want["p_bh"])


def test_power_and_sample_size():
    want = expected("C13_expected.json")
    sizes = {
        "paired_d0.3_power0.8_n": sample_size(lambda n: power_of_t_test(n=n, d=0.3, test="paired")),
        "two_d0.4_power0.9_n_each": sample_size(lambda n: power_of_t_test(n=n, d=0.4), power=0.9),
        "prop_0.6_0.8_power0.8_n_each": sample_size(
            lambda n: power_of_proportions(n=n, p1=0.6, p2=0.8)
        ),
        "anova_k3_f0.25_power0.8_n_each": sample_size(
            lambda n: power_of_anova(n=n, groups=3, f=0.25)
        ),
        "r0.3_power0.8_n": sample_size(lambda n: power_of_correlation(n=n, r=0.3), smallest=4),
    }
    powers = {
        "paired_d0.5_n30_power": power_of_t_test(n=30, d=0.5, test="paired"),
        "two_onesided_n50_d0.5_power": power_of_t_test(n=50, d=0.5, sides="one"),
        "unequal_n28_35_d0.6_power": power_of_unequal_groups(n1=28, n2=35, d=0.6),
        "chisq_w0.3_df2_N120_power": power_of_chi_square(n=120, w=0.3, df=2),
        "mdes_two_n60": detectable_effect(lambda d: power_of_t_test(n=60, d=d)),
        "design_effect_m20_icc0.05": Design(20, 0.05).design_effect,
        "attrition30_inflate_n90": Design(attrition=0.3).recruited(90),
    }

    assert sizes == pytest.approx({key: want[key] for key in sizes}, abs=1e-3)
    assert powers == pytest.approx({key: want[key] for key in powers}, abs=1e-6)
    assert sizes.keys() | powers.keys() == want.keys()


def test_agreement_in_six_forms_kappa_and_limits():
    want = expected("C15_expected.json")
    retest = frame("C15_hci_retest.csv")
    forms = {
        "hci": retest.table(["test", "retest"]),
        "shrout_fleiss_1979": frame("C15_shrout_fleiss.csv").table(["J1", "J2", "J3", "J4"]),
    }
    ordinal = frame("C15_ordinal.csv")
    raters = ordinal.labels("r1"), ordinal.labels("r2")

    limits = limits_of_agreement(retest.numbers("test"), retest.numbers("retest"))

    for name, table in forms.items():
        found = intraclass_correlation(table).table("forms")
        for row in want[name]:
            shown = [found.row(row["type"])[c] for c in ("icc", "F", "df1", "df2", "low", "high")]
            keys = ("icc", "F", "df1", "df2", "lo", "hi")
            assert shown == pytest.approx([row[key] for key in keys], abs=1e-6)
    plain = weighted_kappa(*raters, weights="none").value
    assert plain == pytest.approx(want["kappa_unweighted"], abs=1e-6)
    assert weighted_kappa(*raters).value == pytest.approx(want["kappa_quadratic"], abs=1e-6)
    assert limits.value == pytest.approx(want["bland_altman"]["bias"], abs=1e-6)
    both = [limits.details["lower_limit"], limits.details["upper_limit"]]
    assert both == pytest.approx(want["bland_altman"]["loa"], abs=1e-6)


def test_baseline_table_of_a_trial():
    want = expected("C16_expected.json")
    data = frame("C16_licorice_baseline.csv")
    columns = {name: data.numbers(name) for name in want["numeric"]}
    columns |= {name: factor(data.labels(name)) for name in (*want["categorical"], "treat")}

    result = baseline_table(columns, group="treat", names=[*want["numeric"], *want["categorical"]])

    numbers, differences = result.table("numbers"), result.table("differences")
    for row in numbers.rows:
        found = dict(zip(numbers.columns, row, strict=True))
        arm = want["numeric"][found["variable"]]["arms"][found["group"]]
        assert [found[key] for key in arm] == pytest.approx(list(arm.values()), rel=1e-8)
    for name, row in want["numeric"].items():
        found = differences.row(name)
        shown = [found["smd"], found["p"], found["second_p"]]
        assert shown == pytest.approx([row["smd"], row["welch_p"], row["wilcoxon_p"]], rel=1e-8)
    for name, row in want["categorical"].items():
        found = differences.row(name)
        shown = [found[c] for c in ("smd", "statistic", "df", "p", "second_p")]
        keys = ("smd_yang_dalton", "chisq", "df", "p", "fisher_p")
        assert shown == pytest.approx([row[key] for key in keys], rel=1e-8)


def test_retention_and_who_dropped_out():
    want = expected("simulated/S11_expected.json")
    data = frame("simulated/S11_data.csv")
    left, pre = np.isnan(data.numbers("post_9m")), data.numbers("pre")
    arms = Counter(zip(left.astype(str), data.column("arm"), strict=True))

    kept = proportion(~left)
    table = contingency(arms)
    welch = group_difference({"stay": pre[~left], "drop": pre[left]})
    waves = missing_patterns({name: data.numbers(name) for name in want["n_by_wave"]})

    assert kept.value == pytest.approx(want["retention_9m"])
    assert [kept.interval.low, kept.interval.high] == pytest.approx(want["wilson_ci_retention"])
    assert table.value == pytest.approx(want["chisq"], rel=1e-7)
    assert table.details["p"] == pytest.approx(want["chisq_p"], rel=1e-7)
    assert table.details["fisher_p"] == pytest.approx(want["fisher_p"], rel=1e-7)
    # R finds this root to its default of 1e-4 only
    assert table.details["fisher_odds_ratio"] == pytest.approx(want["fisher_or"], rel=1e-4)
    shown = [-float(welch.details["t"]), welch.details["df"], welch.details["p"]]
    assert shown == pytest.approx([want["welch_t"], want["welch_df"], want["welch_p"]], rel=1e-7)
    assert dict(waves.table("patterns").rows) == want["missing_patterns"]
    assert bool(waves.details["monotone"]) is want["monotone"]
    for name, answered, *_ in waves.table("columns").rows:
        assert answered == want["n_by_wave"][name]


def test_satisfaction_and_use():
    want = expected("simulated/S19_expected.json")
    data = frame("simulated/S19_data.csv")

    recommend = likelihood_to_recommend(data.numbers("recommend"))
    before, after = data.numbers("freq_before"), data.numbers("freq_after")
    ranks = wilcoxon_signed_rank(before, after)
    both = ~np.isnan(before) & ~np.isnan(after)
    weekly = mcnemar((before[both] >= 4).astype(float), (after[both] >= 4).astype(float))
    table = data.table([f"sat_{number}" for number in range(1, 8)])

    assert recommend.value == pytest.approx(want["nps"]["nps"], rel=1e-9)
    assert recommend.details["se"] == pytest.approx(want["nps"]["se"], rel=1e-9)
    for key in ("promoters", "passives", "detractors"):
        assert recommend.details[key] == want["nps"][key]
    limits = [recommend.interval.low, recommend.interval.high]
    assert limits == pytest.approx(want["nps"]["wald_ci95"], rel=1e-9)
    for name, row in want["items"].items():
        top = proportion(data.numbers(name), at_least=4)
        assert top.value == pytest.approx(row["top2"], rel=1e-9)
        assert [top.interval.low, top.interval.high] == pytest.approx(row["wilson"], rel=1e-9)
        exact = [top.details["exact_low"], top.details["exact_high"]]
        assert exact == pytest.approx(row["clopper_pearson"], rel=1e-9)
    use = want["frequency_change"]
    assert ranks.value == use["wilcoxon_V"]
    assert ranks.details["p"] == pytest.approx(use["wilcoxon_p"], rel=1e-9)
    assert weekly.details["p_exact"] == pytest.approx(use["mcnemar_exact_p"], rel=1e-9)
    scale = want["satisfaction_scale_complete_cases"]
    assert cronbach_alpha(table).value == pytest.approx(scale["alpha"], rel=1e-9)
    assert omega_minres(table).value == pytest.approx(scale["omega_minres"], abs=1e-5)


def test_little_s_test_of_air_quality():
    want = expected("C20_expected.json")
    data = frame("C20_airquality.csv", missing=("NA",))
    columns = {name: data.numbers(name) for name in want["missing"]}

    result = little_test(columns)

    assert result.value == pytest.approx(want["little"]["statistic"], rel=1e-5)
    assert result.value == pytest.approx(want["naniar_published"]["statistic"], rel=1e-5)
    assert result.details["p"] == pytest.approx(want["little"]["p"], rel=1e-5)
    assert result.details["df"] == want["little"]["df"]
    assert result.details["patterns"] == want["little"]["patterns"]


@pytest.mark.parametrize(
    ("key", "model"),
    [
        ("post_on_pre_age_arm", RegressionModel("post", ("pre", "age", "arm"))),
        ("change_on_arm", RegressionModel("change", ("arm",))),
    ],
)
def test_rubin_s_rules_over_twelve_data_sets(key, model):
    want = expected("simulated/S12_expected.json")
    data = frame("simulated/S12_data.csv")
    columns = {name: data.numbers(name) for name in ("post", "pre", "age", "arm")}
    columns["change"] = columns["post"] - columns["pre"]
    number = data.numbers(".imp")
    sets = tuple(
        {name: column[number == i] for name, column in columns.items()}
        for i in range(1, want["m"] + 1)
    )

    result = pooled_regression(Imputed(sets, n=80, seed=0, rounds=0), model=model)

    assert result.details["df_complete"] == want[key]["complete_data_df"]
    pooled = result.table("pooled")
    for column, part in (
        ("estimate", "est"), ("se", "se"), ("t", "t"), ("df", "df_barnard_rubin"), ("p", "p"),
        ("low", "lo"), ("high", "hi"), ("within", "ubar"), ("between", "b"),
        ("total", "total_var"), ("riv", "riv"), ("lambda", "lambda"), ("fmi", "fmi"),
    ):  # fmt: skip
        assert pooled.column(column) == pytest.approx(
            [row[part] for row in want[key]["rows"]], rel=1e-8
        )
