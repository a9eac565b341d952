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
)
from digicantrain.core.measures.model_matrix import factor

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
