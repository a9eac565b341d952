"""Mixed models on worked examples, special cases and bad data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core.measures import Reason
from digicantrain.core.measures.mixed import (
    MixedModel,
    RandomTerm,
    intraclass_correlation_of_model,
    linear_mixed_model,
    mixed_marginal_means,
)
from digicantrain.core.measures.model_matrix import factor
from tests.core.measures.numbers import number

MODEL = MixedModel("y", ("x",), (RandomTerm("g"),))


def grouped_data(*, between, groups=8, size=6, seed=3):
    random = np.random.default_rng(seed)
    g = np.repeat(np.arange(groups), size)
    x = random.normal(size=groups * size)
    y = 1 + 0.5 * x + between * random.normal(size=groups)[g] + random.normal(size=groups * size)
    return {"g": factor([f"g{place:02}" for place in g]), "x": x, "y": y}


def test_balanced_one_way_layout_by_hand():
    # three groups of four: REML equals the analysis of variance, so the variance between is
    # (mean square between - mean square within) / 4 = (52 / 2 - 6 / 9) / 4 (worked by hand)
    y = np.array([1, 2, 2, 3, 4, 5, 5, 6, 6, 7, 7, 8], dtype=float)
    data = {"g": factor(list("aaaabbbbcccc")), "y": y}

    result = intraclass_correlation_of_model(data, outcome="y", group="g", reml=True)

    within = 6 / 9
    mean_square_between = 4 * ((2 - 14 / 3) ** 2 + (5 - 14 / 3) ** 2 + (7 - 14 / 3) ** 2) / 2
    assert result.details["residual"] == pytest.approx(within)
    assert result.details["between"] == pytest.approx((mean_square_between - within) / 4)


@pytest.mark.parametrize("seed", range(40))
def test_a_balanced_layout_equals_the_analysis_of_variance(seed):
    # REML: (mean square between - within) / rows a group where that is above zero, else zero
    # (Searle, Casella and McCulloch 1992, Variance Components, section 3.8)
    random = np.random.default_rng(seed)
    groups, size = int(random.integers(4, 12)), int(random.integers(2, 7))
    table = random.normal(size=(groups, size)) + random.choice([0.0, 0.3, 1, 20]) * random.normal(
        size=(groups, 1)
    )
    data = {"g": factor(np.repeat(np.arange(groups), size).tolist()), "y": table.ravel()}

    result = intraclass_correlation_of_model(data, outcome="y", group="g", reml=True)

    within = table.var(axis=1, ddof=1).mean()
    between = table.mean(axis=1).var(ddof=1) - within / size
    all_alike = table.var(ddof=1)
    assert result.details["between"] == pytest.approx(max(between, 0), rel=1e-6, abs=1e-9)
    wanted = within if between > 0 else all_alike
    assert result.details["residual"] == pytest.approx(wanted, rel=1e-6)
    assert bool(result.warnings) == (between <= 0)


def test_three_balanced_levels_equal_the_nested_analysis_of_variance():
    random = np.random.default_rng(8)
    sites, people, waves = 6, 5, 3
    y = (
        random.normal(size=(sites, 1, 1))
        + random.normal(size=(sites, people, 1))
        + random.normal(size=(sites, people, waves))
    )
    site = np.repeat(np.arange(sites), people * waves)
    person = np.repeat(np.arange(sites * people), waves)
    data = {"s": factor(site.tolist()), "p": factor(person.tolist()), "y": y.ravel()}
    terms = (RandomTerm("s"), RandomTerm("p"))

    result = linear_mixed_model(data, model=MixedModel("y", (), terms))

    of_people, of_sites = y.mean(axis=2), y.mean(axis=(1, 2))
    squares_site = people * waves * of_sites.var(ddof=1)
    squares_person = waves * of_people.var(axis=1, ddof=1).mean()
    error = y.var(axis=2, ddof=1).mean()
    random_effects = result.table("random")
    for group, wanted in (
        ("s", (squares_site - squares_person) / (people * waves)),
        ("p", (squares_person - error) / waves),
        ("Residual", error),
    ):
        assert random_effects.row(group)["covariance"] == pytest.approx(wanted, rel=1e-6)
    # the mean is as sure as its sites are many
    row = result.table("fixed").row("(Intercept)")
    assert row["df"] == pytest.approx(sites - 1, rel=1e-4)
    assert row["se"] == pytest.approx(np.sqrt(squares_site / y.size), rel=1e-6)


def two_waves(n=30, seed=2):
    random = np.random.default_rng(seed)
    waves = random.normal(size=(n, 1)) + random.normal(size=(n, 2)) + [0.0, 0.4]
    person = np.repeat(np.arange(n), 2)
    data = {
        "y": waves.ravel(),
        "wave": factor(["1", "2"] * n),
        "p": factor(person.tolist()),
    }
    return waves, data


def test_two_waves_give_the_paired_t_test():
    waves, data = two_waves()
    model = MixedModel("y", ("wave",), (RandomTerm("p"),))

    row = linear_mixed_model(data, model=model).table("fixed").row("wave=2")

    change = waves[:, 1] - waves[:, 0]
    assert row["estimate"] == pytest.approx(change.mean())
    assert row["se"] == pytest.approx(change.std(ddof=1) / np.sqrt(30), rel=1e-7)
    assert row["df"] == pytest.approx(29, rel=1e-4)


def test_marginal_means_of_a_balanced_design_are_the_means():
    waves, data = two_waves()
    model = MixedModel("y", ("wave",), (RandomTerm("p"),))

    result = mixed_marginal_means(data, model=model, of=["wave"])

    assert result.table("means").column("mean") == pytest.approx(list(waves.mean(axis=0)))
    difference = result.table("differences").row("1 - 2")["difference"]
    assert difference == pytest.approx(waves[:, 0].mean() - waves[:, 1].mean())


def lines(*, slope, seed=4, people=12, times=5, both=0.0):
    random = np.random.default_rng(seed)
    t = np.tile(np.arange(float(times)), people)
    level = random.normal(size=people)
    each = both * level + slope * random.normal(size=people)
    person = np.repeat(np.arange(people), times)
    y = level[person] + each[person] * t + 0.3 * random.normal(size=len(t))
    return {"y": y, "t": t, "p": factor(person.tolist())}


SLOPES = MixedModel("y", ("t",), (RandomTerm("p", ("t",)),))


def test_slopes_that_follow_from_levels_are_warned_of():
    result = linear_mixed_model(lines(slope=0.0, both=0.3, seed=5, times=4), model=SLOPES)

    assert abs(result.table("random").rows[2][4]) == pytest.approx(1.0, abs=1e-6)
    assert result.warnings[0].startswith("Random effects are estimated as wholly correlated")


def test_units_of_a_slope_s_column_only_rescale_it():
    plain = linear_mixed_model(lines(slope=0.5), model=SLOPES)
    data = lines(slope=0.5)

    moved = linear_mixed_model({**data, "t": data["t"] * 1e4}, model=SLOPES)

    assert moved.details["criterion"] == pytest.approx(
        plain.details["criterion"] + 2 * np.log(1e4), abs=1e-6
    )
    was, now = plain.table("random").rows, moved.table("random").rows
    assert now[1][3] == pytest.approx(number(was[1][3]) / 1e8, rel=1e-4)
    assert now[2][4] == pytest.approx(was[2][4], abs=1e-5)
    assert now[3][3] == pytest.approx(was[3][3], rel=1e-5)


def test_slopes_told_apart_from_levels_need_fewer_rows_than_correlated_ones():
    # 12 people with two effects each in 23 rows: 24 effects are too many at once, 12 twice are not
    data = lines(slope=0.5, times=2)
    few = {
        "y": data["y"][:23],
        "t": data["t"][:23],
        "p": factor([str(code) for code in data["p"].codes[:23]]),
    }
    apart = MixedModel("y", ("t",), (RandomTerm("p", ("t",), correlated=False),))

    assert linear_mixed_model(few, model=SLOPES).reason is Reason.GROUP_TOO_SMALL
    assert linear_mixed_model(few, model=apart).reason is None


def test_groups_that_explain_each_row_leave_no_residual():
    # each person's rows differ by the wave only, and the wave is a term: nothing is left over
    level = np.random.default_rng(1).normal(size=8)
    data = {
        "y": np.concatenate([level, level[:3] + 1.0]),
        "p": factor([*range(8), *range(3)]),
        "wave": factor(["1"] * 8 + ["2"] * 3),
    }
    model = MixedModel("y", ("wave",), (RandomTerm("p"),))

    assert linear_mixed_model(data, model=model).reason is Reason.GROUP_TOO_SMALL


def test_without_variance_between_groups_it_is_a_regression():
    data = grouped_data(between=0.0, seed=1)
    y = data["y"] - np.repeat(data["y"].reshape(8, 6).mean(axis=1), 6)
    data["y"] = y + 0.5 * (data["x"] - np.repeat(data["x"].reshape(8, 6).mean(axis=1), 6))

    result = linear_mixed_model(data, model=MODEL)

    slope = np.polyfit(data["x"], data["y"], 1)
    fixed = result.table("fixed")
    assert fixed.row("x")["estimate"] == pytest.approx(slope[0], abs=1e-8)
    assert fixed.row("(Intercept)")["estimate"] == pytest.approx(slope[1], abs=1e-8)
    assert result.table("random").row("g")["covariance"] == 0
    assert result.warnings


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(48)))
def test_the_order_of_rows_does_not_matter(order):
    data = grouped_data(between=1.0)
    places = np.array(order)
    mixed = {
        "g": factor([data["g"].levels[data["g"].codes[place]] for place in places]),
        "x": data["x"][places],
        "y": data["y"][places],
    }

    result = linear_mixed_model(mixed, model=MODEL)

    whole = linear_mixed_model(data, model=MODEL)
    assert result.details["criterion"] == pytest.approx(whole.details["criterion"], abs=1e-8)
    assert result.table("fixed").column("estimate") == pytest.approx(
        whole.table("fixed").column("estimate"), rel=1e-6
    )


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 100), st.floats(-1000, 1000))
def test_units_of_the_outcome_only_rescale_the_effects(scale, shift):
    data = grouped_data(between=1.0)

    moved = linear_mixed_model({**data, "y": data["y"] * scale + shift}, model=MODEL)

    plain = linear_mixed_model(data, model=MODEL)
    assert moved.table("fixed").row("x")["t"] == pytest.approx(
        plain.table("fixed").row("x")["t"], rel=1e-5
    )
    assert moved.table("random").row("g")["covariance"] == pytest.approx(
        plain.table("random").row("g")["covariance"] * scale**2, rel=1e-4
    )


def test_crossed_groups_agree_with_lme4():
    # lme4 1.1-31: lmer(y ~ 1 + (1|a) + (1|b)) on these 20 values
    a, b = np.repeat(np.arange(5), 4), np.tile(np.arange(4), 5)
    y = np.array([3, 5, 4, 6, 5, 8, 6, 9, 2, 4, 4, 5, 6, 7, 7, 9, 4, 6, 5, 8], dtype=float)
    data = {"a": factor([f"a{i}" for i in a]), "b": factor([f"b{i}" for i in b]), "y": y}

    result = linear_mixed_model(data, model=MixedModel("y", (), (RandomTerm("a"), RandomTerm("b"))))

    random = result.table("random")
    assert random.row("a")["covariance"] == pytest.approx(2.275, rel=1e-4)
    assert random.row("b")["covariance"] == pytest.approx(1.9916666, rel=1e-4)
    assert result.details["criterion"] == pytest.approx(54.908591067, abs=1e-4)


def with_rows(**changed):
    return {**grouped_data(between=1.0), **changed}


FORTY_EIGHT = np.arange(48.0)


@pytest.mark.parametrize(
    ("data", "model", "reason"),
    [
        (with_rows(y=np.full(48, np.nan)), MODEL, Reason.ALL_MISSING),
        (with_rows(y=np.full(48, 3.0)), MODEL, Reason.NO_VARIANCE),
        (with_rows(y=np.where(FORTY_EIGHT < 4, 1.0, np.nan)), MODEL, Reason.TOO_FEW),
        (with_rows(y=np.where(FORTY_EIGHT == 7, 1e308, FORTY_EIGHT)), MODEL, Reason.NOT_FINITE),
        (with_rows(x=np.full(48, 2.0)), MODEL, Reason.RANK_DEFICIENT),
        (with_rows(g=factor(["one"] * 48)), MODEL, Reason.TOO_FEW_GROUPS),
        (with_rows(g=factor([str(i) for i in range(48)])), MODEL, Reason.GROUP_TOO_SMALL),
        (with_rows(y=2 + 3 * grouped_data(between=1.0)["x"]), MODEL, Reason.NO_VARIANCE),
    ],
)
def test_a_reason_instead_of_a_number(data, model, reason):
    result = linear_mixed_model(data, model=model)

    assert (result.reason, result.value, result.tables) == (reason, None, ())


def test_a_wrong_model_is_refused_with_a_sentence():
    data = grouped_data(between=1.0)

    with pytest.raises(ValueError, match="names 'z', which is not among"):
        linear_mixed_model(data, model=MixedModel("y", ("z",), (RandomTerm("g"),)))
    with pytest.raises(ValueError, match="must be a column of labels"):
        linear_mixed_model(data, model=MixedModel("y", (), (RandomTerm("x"),)))
