"""Repeated-measures analysis of variance on worked examples, special cases and bad data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core.measures import Reason, factor, group_difference, paired_change
from digicantrain.core.measures import repeated_measures_anova as anova
from tests.core.measures.numbers import number

# Five people at three waves; squares worked by hand below.
WAVES = np.array([[1, 3, 4], [2, 2, 5], [3, 5, 6], [2, 4, 7], [4, 4, 5]], dtype=float)


def table(n=24, waves=4, seed=6):
    random = np.random.default_rng(seed)
    return random.normal(size=(n, 1)) + random.normal(size=(n, waves)) + np.arange(waves) * 0.3


def test_one_group_by_hand():
    # grand mean 3.8; waves 2.4, 3.6, 5.4; people 8/3, 3, 14/3, 13/3, 13/3
    squares_wave = 5 * ((2.4 - 3.8) ** 2 + (3.6 - 3.8) ** 2 + (5.4 - 3.8) ** 2)
    means = np.array([8, 9, 14, 13, 13]) / 3
    squares_people = 3 * ((means - 3.8) ** 2).sum()
    total = ((WAVES - 3.8) ** 2).sum()
    error = total - squares_wave - squares_people

    row = anova(WAVES).table("tests").row("wave")

    assert (row["df1"], row["df2"]) == (2, 8)
    assert row["F"] == pytest.approx(squares_wave / 2 / (error / 8))
    # generalised to people: their squares belong to the denominator (Olejnik and Algina 2003)
    assert row["ges"] == pytest.approx(squares_wave / total)


def test_two_waves_are_a_paired_t_test_and_spherical():
    waves = table(waves=2)

    result = anova(waves)

    change = paired_change(*waves.T)
    row = result.table("tests").row("wave")
    assert row["F"] == pytest.approx(number(change.details["t"]) ** 2)
    assert [row["p"], row["p_gg"], row["p_hf"]] == pytest.approx([change.details["p"]] * 3)
    assert result.details["gg_epsilon"] == pytest.approx(1)
    assert result.details["mauchly_w"] is None


def test_two_groups_at_two_waves_are_t_tests_of_means_and_changes():
    waves = table(waves=2)
    groups = factor(["a"] * 10 + ["b"] * 14)

    tests = anova(waves, groups=groups).table("tests")

    for effect, values in (
        ("group", waves.mean(axis=1)),
        ("group:wave", waves[:, 1] - waves[:, 0]),
    ):
        t = group_difference({"a": values[:10], "b": values[10:]}).details
        assert tests.row(effect)["F"] == pytest.approx(number(t["t_pooled"]) ** 2)
        assert tests.row(effect)["p"] == pytest.approx(t["p_pooled"])


def test_waves_of_equal_covariance_are_spherical():
    # the columns of a Hadamard matrix have equal variances and no covariance
    two = np.array([[1, 1], [1, -1]])
    hadamard = np.kron(np.kron(two, two), two)[:, 1:5].astype(float)

    result = anova(np.vstack([hadamard, -hadamard]) + np.arange(4) * 0.1)

    assert result.details["gg_epsilon"] == pytest.approx(1)
    assert result.details["mauchly_w"] == pytest.approx(1)
    assert result.details["mauchly_p"] == pytest.approx(1)


def test_epsilon_has_its_lower_bound_where_one_contrast_varies_alone():
    people = np.random.default_rng(3).normal(size=20)
    tiny = np.random.default_rng(4).normal(size=(20, 4)) * 1e-9
    waves = np.outer(people, [0.0, 1, 2, 3]) + tiny

    assert anova(waves).details["gg_epsilon"] == pytest.approx(1 / 3)


def test_mauchly_s_p_lies_near_the_exact_distribution():
    # p = 3 contrasts, 8 df: the exact p of W = 0.5212 is 0.5001, by inverting the characteristic
    # function of log W (Mauchly 1940 gives its moments)
    random = np.random.default_rng(0)
    found = [anova(random.normal(size=(9, 4))).details["mauchly_p"] for _ in range(400)]

    assert np.mean(np.array(found) < 0.5) == pytest.approx(0.5, abs=0.06)
    assert np.mean(np.array(found) < 0.1) == pytest.approx(0.1, abs=0.04)


@settings(max_examples=15, deadline=None)
@given(st.floats(1e-3, 1e3), st.floats(-1e3, 1e3), st.integers(0, 99))
def test_units_and_order_do_not_change_the_tests(scale, shift, seed):
    waves, random = table(), np.random.default_rng(seed)
    places = random.permutation(24)
    labels = np.repeat(["a", "b", "c"], [6, 8, 10])

    plain = anova(waves, groups=factor(labels.tolist()))
    moved = anova(waves[places] * scale + shift, groups=factor(labels[places].tolist()))

    for now, was in zip(moved.table("tests").rows, plain.table("tests").rows, strict=True):
        assert [one for one in now[1:] if one] == pytest.approx(
            [one for one in was[1:] if one], rel=1e-6
        )
    for name in ("gg_epsilon", "hf_epsilon", "mauchly_w", "mauchly_p"):
        assert moved.details[name] == pytest.approx(plain.details[name], rel=1e-6)


def test_the_order_of_waves_does_not_change_the_tests():
    waves = table()

    found = anova(waves[:, [2, 0, 3, 1]]).table("tests").rows[0][1:]

    assert found == pytest.approx(anova(waves).table("tests").rows[0][1:], rel=1e-9)


def test_who_misses_a_wave_or_a_group_is_left_out():
    waves, labels = table(), ["a"] * 10 + [None] + ["b"] * 13
    waves[3, 2] = np.nan

    result = anova(waves, groups=factor(labels))

    assert (result.n, result.details["left_out"]) == (22, 2)


@pytest.mark.parametrize(
    ("waves", "reason"),
    [
        (np.full((9, 3), np.nan), Reason.ALL_MISSING),
        (np.full((9, 3), 2.0), Reason.NO_VARIANCE),
        (WAVES[:4], Reason.TOO_FEW),
        (WAVES[:, :1], Reason.TOO_FEW_GROUPS),
        (np.outer(np.arange(9.0), np.ones(3)), Reason.NO_VARIANCE),
        (np.where(np.arange(27).reshape(9, 3) == 4, 1e300, 1.0), Reason.NOT_FINITE),
    ],
)
def test_a_reason_instead_of_a_number(waves, reason):
    result = anova(waves)

    assert (result.reason, result.tables) == (reason, ())
