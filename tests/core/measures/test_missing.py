"""Missing answers on worked examples, special cases and bad data."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core.measures import (
    ImputationError,
    Imputed,
    Reason,
    RegressionModel,
    factor,
    impute,
    linear_regression,
    little_test,
    logistic_regression,
    missing_patterns,
    pool,
    pooled_regression,
)
from digicantrain.core.measures.missing.draws import (
    bayesian_line,
    multinomial_labels,
    nearest,
    shares_of,
)
from digicantrain.core.measures.missing.imputation import r_hat
from digicantrain.core.measures.plan import PlanError, read_plan, run_plan
from tests.core.measures import examples
from tests.core.measures.numbers import number

NAN = np.nan
LINE = RegressionModel("post", ("pre",))


def study(n=80, seed=3):
    random = np.random.default_rng(seed)
    pre = random.normal(5, 1, n)
    post = 1 + 0.8 * pre + random.normal(0, 0.5, n)
    arm = random.choice(["a", "b", "c"], n)
    gone = random.random(n) < 1 / (1 + np.exp(pre - 4))
    return {
        "pre": np.where(random.random(n) < 0.1, NAN, pre),
        "post": np.where(gone, NAN, post),
        "arm": factor(np.where(random.random(n) < 0.1, "", arm).tolist()),
        "left": gone.astype(float),
    }


# --- patterns ---


def test_patterns_by_hand():
    columns = {"pre": [1, 2, 3, NAN], "post": [1, NAN, 3, NAN], "later": [1, NAN, NAN, NAN]}

    result = missing_patterns(columns)

    assert result.table("patterns").rows == (("000", 1), ("100", 1), ("110", 1), ("111", 1))
    assert result.table("columns").row("post") == {
        "column": "post", "answered": 2, "missing": 2, "share_missing": 0.5,
    }  # fmt: skip
    assert result.details == {"complete": 1, "monotone": 1}


def test_who_comes_back_breaks_a_monotone_pattern():
    columns = {"pre": [1.0, 2, 3], "post": [NAN, 2, 3], "later": [1.0, 2, 3]}

    assert missing_patterns(columns).details["monotone"] == 0


def test_little_s_test_of_one_incomplete_column_by_hand():
    # complete pre, incomplete post: mu of pre is its mean, and only the means of pre tell, so
    # d2 = (n1 m1'^2 + n0 m0'^2) / variance (divisor n), m' the groups' means less the mean
    pre = np.arange(1.0, 13)
    post = np.where(pre > 8, NAN, pre % 3 + pre)

    result = little_test({"pre": pre, "post": post})

    gap = [8 * (pre[:8].mean() - pre.mean()) ** 2, 4 * (pre[8:].mean() - pre.mean()) ** 2]
    assert result.value == pytest.approx(sum(gap) / pre.var(), rel=1e-6)
    assert (result.details["df"], result.details["patterns"]) == (1, 2)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 99), st.floats(1e-3, 1e3), st.floats(-100, 100))
def test_order_and_units_do_not_change_little_s_test(seed, scale, shift):
    columns = {name: study()[name] for name in ("pre", "post")}
    places = np.random.default_rng(seed).permutation(80)
    moved = {name: (values * scale + shift)[places] for name, values in columns.items()}

    assert little_test(moved).value == pytest.approx(little_test(columns).value, rel=1e-6)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"a": [NAN] * 9, "b": [NAN] * 9}, Reason.ALL_MISSING),
        ({"a": [1.0, 2, NAN, 4, 5], "b": [1.0, NAN, NAN, NAN, 2]}, Reason.TOO_FEW),
        ({"a": [1.0] * 9, "b": [*range(8), NAN]}, Reason.NO_VARIANCE),
        (
            {"a": [float(i) for i in range(9)], "b": [i % 4 for i in range(9)]},
            Reason.TOO_FEW_GROUPS,
        ),
        ({"a": [*range(8), NAN], "b": [*range(9)]}, Reason.RANK_DEFICIENT),
    ],
)
def test_little_s_test_gives_a_reason_instead_of_a_number(columns, reason):
    result = little_test(columns)

    assert (result.reason, result.value) == (reason, None)


# --- draws ---


def test_a_drawn_line_spreads_as_its_standard_error_says():
    random = np.random.default_rng(0)
    x = np.column_stack([np.ones(60), random.normal(size=60)])
    y = x @ [1.0, 0.5] + random.normal(size=60)

    lines = [bayesian_line(x.T @ x, x.T @ y, y @ y, n=60, random=random) for _ in range(2000)]

    beta, squares = np.linalg.lstsq(x, y)[:2]
    assert lines[0].beta == pytest.approx(beta, rel=1e-4)
    drawn = np.array([line.drawn for line in lines])
    assert drawn.mean(axis=0) == pytest.approx(beta, abs=0.02)
    # a chi-square in the denominator: residual df over df - 2 of the usual covariance
    covariance = np.linalg.inv(x.T @ x) * squares[0] / 56
    assert np.cov(drawn.T) == pytest.approx(covariance, abs=0.15 * covariance.max())
    assert np.mean([line.sigma**2 for line in lines]) == pytest.approx(squares[0] / 56, rel=0.05)


def test_nearest_donors_are_the_five_nearest_each_as_often():
    donors = np.array([0.0, 10, 11, 12, 13, 14, 90])
    random = np.random.default_rng(1)

    found = nearest(donors, np.full(5000, 12.2), random)

    counts = np.bincount(found, minlength=7)
    assert counts[[0, 6]].sum() == 0
    assert counts[1:6] == pytest.approx(1000, abs=120)


def test_among_donors_that_are_alike_none_is_preferred():
    found = {
        int(place)
        for seed in range(60)
        for place in nearest(np.zeros(40), np.zeros(3), np.random.default_rng(seed))
    }

    assert len(found) > 35


def test_labels_are_drawn_by_their_chances():
    # three labels whose log odds against the first are 1 and 2 x - 1
    random = np.random.default_rng(2)
    x = np.column_stack([np.ones(4000), random.normal(size=4000)])
    truth = np.array([[1.0, -1.0], [0.0, 2.0]])
    shares = shares_of(x, truth)
    codes = (shares.cumsum(axis=1) < random.random((4000, 1))).sum(axis=1)
    at_one = np.tile([1.0, 1.0], (4000, 1))

    drawn, mode = multinomial_labels(x, codes, at_one, random=random)

    assert mode == pytest.approx(truth, abs=0.25)
    wanted = shares_of(at_one[:1], truth)[0]
    assert np.bincount(drawn) / 4000 == pytest.approx(wanted, abs=0.06)


def test_two_labels_are_a_logistic_model():
    random = np.random.default_rng(5)
    x = np.column_stack([np.ones(300), random.normal(size=300)])
    codes = (random.random(300) < 1 / (1 + np.exp(-0.5 - x[:, 1]))).astype(int)

    _drawn, mode = multinomial_labels(x, codes, x[:1], random=random)

    columns = {"x": x[:, 1], "y": codes.astype(float)}
    beta = logistic_regression(columns, model=RegressionModel("y", ("x",)))
    wanted = beta.table("coefficients").column("estimate")
    assert list(mode[:, 0]) == pytest.approx(wanted, abs=0.01)


def test_labels_that_are_separated_are_drawn_all_the_same():
    x = np.column_stack([np.ones(20), np.repeat([-1.0, 1.0], 10)])

    drawn, mode = multinomial_labels(x, np.repeat([0, 1], 10), x, random=np.random.default_rng(0))

    assert np.isfinite(mode).all()
    assert np.mean(drawn == np.repeat([0, 1], 10)) > 0.8


# --- imputation ---


def test_what_was_answered_stays_and_no_gap_is_left():
    columns = study()

    imputed = impute(columns, m=3, rounds=2, seed=1)

    for data in imputed.completed:
        for name in ("pre", "post"):
            answered = ~np.isnan(columns[name])
            assert (np.asarray(data[name])[answered] == columns[name][answered]).all()
            assert set(data[name]) <= set(columns[name][answered])
        assert (data["arm"].codes >= 0).all()
    assert imputed.gaps["post"].sum() == np.isnan(columns["post"]).sum()


def test_without_gaps_the_data_stay_as_they_are():
    pre, arm = np.arange(9.0), factor(["a", "b", "c"] * 3)

    imputed = impute({"pre": pre, "arm": arm}, m=2, seed=0)

    for data in imputed.completed:
        assert (np.asarray(data["pre"]) == pre).all()
        assert isinstance(data["arm"], type(arm))
        assert data["arm"].levels == arm.levels
    assert imputed.convergence().rows == ()


def test_a_seed_gives_the_same_data_sets_and_another_seed_others():
    runs = [impute(study(), m=3, rounds=3, seed=seed) for seed in (5, 5, 6)]

    posts = [[data["post"].tolist() for data in run.completed] for run in runs]
    assert posts[0] == posts[1]
    assert posts[0] != posts[2]
    assert posts[0][0] != posts[0][1]


def test_normal_draws_lie_around_the_line_as_far_as_the_residuals():
    random = np.random.default_rng(4)
    x = random.normal(size=4000)
    y = 2 + 3 * x + random.normal(size=4000)
    gone = random.random(4000) < 0.5

    imputed = impute({"x": x, "y": np.where(gone, NAN, y)}, m=1, rounds=1, how="normal", seed=2)

    residual = np.asarray(imputed.completed[0]["y"])[gone] - 2 - 3 * x[gone]
    assert residual.mean() == pytest.approx(0, abs=0.1)
    assert residual.std() == pytest.approx(1, abs=0.05)


def test_imputation_mends_what_drop_out_by_the_first_wave_distorts():
    columns = study(n=600, seed=8)
    del columns["left"]

    imputed = impute(columns, m=10, rounds=5, seed=3)

    pooled = pooled_regression(imputed, model=RegressionModel("post"))
    row, alone = pooled.table("pooled").rows[0], pooled.table("complete_rows").rows[0]
    # the truth is 1 + 0.8 * 5
    assert abs(number(row[1]) - 5) < 0.1
    assert number(alone[1]) > number(row[1]) + 0.05


def test_chains_that_have_settled_do_not_drift_and_one_at_its_start_does():
    settled = impute(study(n=200), m=8, rounds=20, seed=1).convergence()

    assert settled.column("column") == ["arm", "pre", "post"]
    assert all(abs(number(z)) < 4 for z in settled.column("drift_z"))
    assert (r_hat(np.array([[0.0, 0.1, 0.0, 0.1], [5.0, 5.1, 5.0, 5.1]])) or 0) > 10
    assert r_hat(np.ones((3, 4))) is None
    few = impute(study(), m=3, rounds=2, seed=1).convergence()
    assert set(few.column("r_hat_mean")) == {None}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"post": np.full(80, NAN)}, Reason.TOO_FEW),
        ({"post": np.where(np.arange(80) < 9, NAN, 3.0)}, Reason.NO_VARIANCE),
        ({"post": np.where(np.arange(80) < 9, NAN, 1e200)}, Reason.NOT_FINITE),
        ({"arm": factor(["a"] * 70 + [""] * 10)}, Reason.NO_VARIANCE),
    ],
)
def test_a_column_from_which_nothing_can_be_drawn_is_refused(changed, reason):
    with pytest.raises(ImputationError, match=r"leave it out|too large") as caught:
        impute({**study(), **changed}, m=2, seed=1)

    assert caught.value.reason is reason


def test_no_column_no_data_set_or_no_round_is_refused():
    for wrong in ({"m": 0}, {"rounds": 0}):
        with pytest.raises(ValueError, match="at least one"):
            impute(study(), seed=1, **wrong)
    with pytest.raises(ValueError, match="at least one"):
        impute({}, seed=1)


# --- pooling ---


def test_rubin_s_rules_by_hand():
    # within 0.04, between 0.01, m = 3: total 0.04 + 4/3 0.01
    result = pool(
        [[1.0], [1.1], [1.2]], [[0.03], [0.04], [0.05]], names=["x"], df_complete=60, n=62
    )

    row = result.table("pooled").row("x")
    total = 0.04 + 4 / 3 * 0.01
    assert [row["estimate"], row["se"]] == pytest.approx([1.1, np.sqrt(total)])
    share = 4 / 3 * 0.01 / total
    old, observed = 2 / share**2, 61 / 63 * 60 * (1 - share)
    assert row["lambda"] == pytest.approx(share)
    assert row["riv"] == pytest.approx(share / (1 - share))
    assert row["df"] == pytest.approx(old * observed / (old + observed))


def test_data_sets_without_a_gap_give_the_single_result():
    columns = {"pre": np.arange(20.0), "post": np.arange(20.0) % 7}
    twice = Imputed((columns, dict(columns)), n=20, seed=0, rounds=0)

    pooled = pooled_regression(twice, model=LINE).table("pooled").row("pre")

    single = linear_regression(columns, model=LINE).table("coefficients").row("pre")
    assert [pooled["estimate"], pooled["se"]] == pytest.approx([single["estimate"], single["se"]])
    assert [pooled["between"], pooled["riv"]] == [0, 0]


def test_complete_rows_stand_beside_pooled_estimates():
    columns = study()
    imputed = impute(columns, m=3, rounds=2, seed=1)

    result = pooled_regression(imputed, model=LINE)

    alone = linear_regression(columns, model=LINE)
    beside = result.table("complete_rows").row("pre")
    row = alone.table("coefficients").row("pre")
    assert result.details["complete"] == alone.n
    assert [beside["estimate"], beside["se"], beside["df"]] == pytest.approx(
        [row["estimate"], row["se"], alone.n - 2]
    )


def test_a_logistic_model_and_errors_by_cluster_are_pooled_too():
    columns = study()
    imputed = impute(columns, m=3, rounds=2, seed=1)
    sites = factor([str(place % 10) for place in range(80)])

    logistic = pooled_regression(
        imputed, model=RegressionModel("left", ("pre",)), family="binomial"
    )
    clustered = pooled_regression(imputed, model=LINE, errors="cluster", cluster=sites)

    ratio = logistic.table("odds_ratios").row("pre")["odds_ratio"]
    estimate = logistic.table("pooled").row("pre")["estimate"]
    assert ratio == pytest.approx(np.exp(number(estimate)))
    assert logistic.details["df_complete"] == 78
    assert clustered.details["df_complete"] == 9


def test_a_computed_column_follows_the_imputed_ones():
    imputed = impute(study(), m=2, rounds=2, seed=1).with_column(
        "change",
        lambda data: np.asarray(data["post"]) - np.asarray(data["pre"]),
        of=("post", "pre"),
    )

    data = imputed.completed[1]
    assert data["change"] == pytest.approx(np.asarray(data["post"]) - np.asarray(data["pre"]))
    assert (imputed.gaps["change"] == imputed.gaps["post"] | imputed.gaps["pre"]).all()


def test_few_data_sets_for_what_is_missing_are_warned_of():
    random = np.random.default_rng(0)
    wide = pool(random.normal(size=(4, 1)), np.full((4, 1), 0.5), names=["x"], df_complete=50, n=52)
    narrow = pool([[1.0], [1.001]], [[0.5], [0.5]], names=["x"], df_complete=5e4, n=50_002)

    assert wide.warnings[0].startswith("4 data sets are few where ")
    assert narrow.warnings == ()


@pytest.mark.parametrize(
    ("estimates", "variances", "reason"),
    [
        ([[1.0]], [[0.1]], Reason.TOO_FEW_GROUPS),
        ([[1.0], [NAN]], [[0.1], [0.1]], Reason.NOT_FINITE),
        ([[1.0], [1.1]], [[0.1], [0.0]], Reason.NO_VARIANCE),
    ],
)
def test_pooling_gives_a_reason_instead_of_a_number(estimates, variances, reason):
    result = pool(estimates, variances, names=["x"], df_complete=9, n=11)

    assert (result.reason, result.tables) == (reason, ())


def test_a_model_that_fails_in_a_data_set_is_a_reason():
    columns = {"pre": np.ones(20), "post": np.arange(20.0)}

    result = pooled_regression(Imputed((columns, columns), n=20, seed=0, rounds=0), model=LINE)

    assert (result.reason, result.tables) == (Reason.RANK_DEFICIENT, ())


# --- in a plan ---


def run(**arguments):
    step = {"method": "pooled_regression", "m": 2, "rounds": 2, "seed": 1, **arguments}
    data = {"id": "person", "missing": ["NA"], "smallest_group": 1}
    plan = {"data": data, "analyses": [step]}
    document = run_plan(read_plan(json.dumps(plan), data=examples.people()))
    return document["analyses"][0]["results"][0]


def test_a_plan_computes_changes_and_totals_after_imputing():
    change = run(outcome="later", change_from="pre", terms=["arm"], factors=["arm"])
    total = run(outcome="later", terms=["q1"], means={"q1": ["q2", "q3"]}, helpers=["pre"])

    assert change["reason"] is None
    assert change["details"]["complete"] < 60
    columns = {
        row[0] for table in total["tables"] if table["name"] == "chains" for row in table["rows"]
    }
    assert columns == {"later"}
    terms = [row[0] for row in total["tables"][0]["rows"]]
    assert terms == ["(Intercept)", "q1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"errors": "cluster"}, "is needed for errors by cluster"),
        ({"family": "binomial", "errors": "hc3"}, "must be left out for a logistic model"),
        ({"means": {"nothing": ["q1", "q2"]}}, "is computed but is no outcome"),
        ({"means": {"pre": ["post", "q2"]}}, "is computed from a column of the model"),
        ({"family": "binomial", "change_from": "pre"}, "a change is no outcome"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments, words):
    with pytest.raises(PlanError, match=words):
        run(**{"outcome": "post", "terms": ["pre"], **arguments})
