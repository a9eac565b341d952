"""Groups and waves compared, on worked examples, special cases and bad data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core.measures import (
    Reason,
    correlation,
    friedman,
    group_difference,
    kruskal_wallis,
    levene,
    mann_whitney,
    welch_anova,
)
from tests.core.measures.numbers import effect_of, number

A, B = [5.0, 6, 7, 5, 6, 8], [4.0, 5, 5, 6, 4, 5, 3]
THREE = {"a": A, "b": B, "c": [7.0, 9, 6, 8, 7]}


def test_welch_s_t_by_hand():
    result = group_difference({"a": A, "b": B})

    va, vb = np.var(A, ddof=1) / 6, np.var(B, ddof=1) / 7
    difference = np.mean(B) - np.mean(A)
    assert result.value == pytest.approx(difference)
    assert result.details["t"] == pytest.approx(difference / np.sqrt(va + vb))
    assert result.details["df"] == pytest.approx((va + vb) ** 2 / (va**2 / 5 + vb**2 / 6))
    pooled = np.sqrt((5 * np.var(A, ddof=1) + 6 * np.var(B, ddof=1)) / 11)
    assert result.details["cohen_d"] == pytest.approx(difference / pooled)
    # Hedges 1981: J of 11 degrees of freedom, gamma(5.5) / (sqrt(5.5) gamma(5)), is 0.92996
    assert effect_of(result) == pytest.approx(0.92996 * difference / pooled, rel=1e-5)


def test_u_counts_pairs():
    wins = sum((b > a) + 0.5 * (b == a) for a in A for b in B)

    result = mann_whitney({"a": A, "b": B})

    assert result.value == wins
    assert effect_of(result) == pytest.approx(2 * wins / 42 - 1)


def test_kruskal_and_wallis_of_two_groups_are_mann_and_whitney_s_z_squared():
    two = {"a": A, "b": B}
    pairs, ranks = mann_whitney(two), kruskal_wallis(two)

    # H has no correction for continuity: put back the half that z takes off
    z, u = number(pairs.details["z"]), number(pairs.value)
    gap = abs(u - 21)
    assert ranks.value == pytest.approx((z * gap / (gap - 0.5)) ** 2)


def test_ranks_without_ties_by_hand():
    # Kruskal and Wallis: 12 / (N (N + 1)) sum R^2 / n - 3 (N + 1)
    result = kruskal_wallis({"a": [1, 2, 3], "b": [4, 5, 6], "c": [7, 8, 9]})

    assert result.value == pytest.approx(12 / 90 * (36 + 225 + 576) / 3 - 30)
    assert result.table("groups").column("mean_rank") == [2, 5, 8]


def test_welch_s_anova_of_two_groups_is_welch_s_t_squared():
    two = {"a": A, "b": B}

    whole, t = welch_anova(two), group_difference(two)

    assert whole.value == pytest.approx(number(t.details["t"]) ** 2)
    assert [whole.details["df2"], whole.details["p"]] == pytest.approx(
        [t.details["df"], t.details["p"]]
    )


def test_levene_is_an_analysis_of_variance_of_distances():
    gaps = [np.abs(np.array(group) - np.median(group)) for group in THREE.values()]
    grand = np.concatenate(gaps).mean()
    between = sum(len(gap) * (gap.mean() - grand) ** 2 for gap in gaps) / 2
    within = sum(((gap - gap.mean()) ** 2).sum() for gap in gaps) / 15

    result = levene(THREE)

    assert result.value == pytest.approx(between / within)
    assert (result.details["df1"], result.details["df2"]) == (2, 15)


def test_friedman_of_two_waves_is_the_sign_test():
    # ten rose, four fell: (10 - 4)^2 / 14
    waves = np.array([[0, 1]] * 10 + [[1, 0]] * 4)

    result = friedman(waves)

    assert result.value == pytest.approx(36 / 14)
    # who stays where she was is a tie and tells nothing
    assert friedman(np.vstack([waves, [[1, 1]] * 5])).value == pytest.approx(36 / 14)


def test_friedman_of_people_who_agree():
    result = friedman([[1, 2, 3]] * 6)

    assert result.value == pytest.approx(12)
    assert effect_of(result) == pytest.approx(1)


def test_correlation_by_hand():
    result = correlation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])

    assert result.value == pytest.approx(0.8)
    assert result.details["spearman"] == pytest.approx(0.8)
    assert result.details["t"] == pytest.approx(0.8 * np.sqrt(3 / 0.36))
    assert result.interval is not None
    assert result.interval.high == pytest.approx(np.tanh(np.arctanh(0.8) + 1.959964 / np.sqrt(2)))


RANKED = (mann_whitney, kruskal_wallis)
VALUES = st.lists(st.integers(-20, 20), min_size=8, max_size=8)


@settings(max_examples=25, deadline=None)
@given(VALUES, VALUES, st.integers(0, 99))
def test_ranks_do_not_mind_a_rising_function_or_the_order(first, second, seed):
    random = np.random.default_rng(seed)
    two = {"a": np.array(first, float), "b": np.array(second, float)}
    moved = {name: random.permutation(np.exp(values / 9) + 4) for name, values in two.items()}

    for run in RANKED:
        now, was = run(moved), run(two)
        assert now.reason is was.reason
        if was.reason is None:
            assert now.value == pytest.approx(number(was.value))
            assert now.details["p"] == pytest.approx(was.details["p"])


@settings(max_examples=15, deadline=None)
@given(st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_units_change_no_test(scale, shift):
    moved = {name: np.array(values) * scale + shift for name, values in THREE.items()}

    for run in (welch_anova, levene, kruskal_wallis):
        assert run(moved).value == pytest.approx(number(run(THREE).value), rel=1e-6)
    pair = group_difference({name: moved[name] for name in ("a", "b")})
    plain = group_difference({"a": A, "b": B})
    assert pair.details["t_pooled"] == pytest.approx(plain.details["t_pooled"], rel=1e-6)
    assert pair.details["p"] == pytest.approx(plain.details["p"], rel=1e-6)


def test_the_two_groups_exchanged_turn_the_sign_only():
    forth, back = group_difference({"a": A, "b": B}), group_difference({"b": B, "a": A})

    assert forth.value == pytest.approx(-number(back.value))
    assert forth.details["p"] == pytest.approx(back.details["p"])


@pytest.mark.parametrize(
    "run", [group_difference, mann_whitney, kruskal_wallis, welch_anova, levene]
)
@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ({"a": [np.nan] * 4, "b": [np.nan] * 4}, Reason.ALL_MISSING),
        ({"a": [], "b": [1.0, 2, 3, 4, 5]}, Reason.TOO_FEW_GROUPS),
        ({"a": [1.0], "b": [1.0, 2, 3, 4, 5]}, Reason.GROUP_TOO_SMALL),
        ({"a": [1.0, 2], "b": [1.0, 2]}, Reason.TOO_FEW),
        ({"a": [3.0] * 5, "b": [3.0] * 5}, Reason.NO_VARIANCE),
        ({"a": [1e308, -1e308, 1], "b": [1e308, 2, 3]}, Reason.NOT_FINITE),
    ],
)
def test_a_reason_instead_of_a_number(run, groups, reason):
    result = run(groups)

    assert (result.reason, result.value, result.effect, result.tables) == (reason, None, None, ())


@pytest.mark.parametrize(
    ("waves", "reason"),
    [
        ([[np.nan, 1]] * 6, Reason.ALL_MISSING),
        ([[1, 2]] * 4, Reason.TOO_FEW),
        ([[2, 2, 2]] * 7, Reason.NO_VARIANCE),
    ],
)
def test_waves_give_a_reason_instead_of_a_number(waves, reason):
    assert friedman(waves).reason is reason


def test_what_is_no_pair_of_groups_or_lists_is_refused():
    with pytest.raises(ValueError, match="two groups; 3"):
        mann_whitney(THREE)
    with pytest.raises(ValueError, match="same length"):
        correlation([1, 2], [1])
    with pytest.raises(ValueError, match="two or more waves"):
        friedman([[1], [2]])
    assert correlation([1, 2, 3, 4, 5], [2, 4, 6, 8, 10]).reason is Reason.RANK_DEFICIENT
