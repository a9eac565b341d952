"""Change in the same people, on worked examples, special cases and bad data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core.measures import (
    Reason,
    change_effect_sizes,
    equivalence_test,
    group_difference,
    mcnemar,
    normalised_gain,
    paired_change,
    wilcoxon_signed_rank,
)
from digicantrain.core.measures.change import hedges_correction
from digicantrain.core.measures.distributions import noncentral_limits
from tests.core.measures.numbers import effect_of, number

NAN = np.nan
# Hours of sleep gained with two drugs by ten patients (Student 1908, doi:10.1093/biomet/6.1.1).
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def waves(n=25, seed=7):
    random = np.random.default_rng(seed)
    before = np.round(random.normal(5, 1, n), 2)
    return before, np.round(before + random.normal(0.4, 0.8, n), 2)


def test_student_s_sleep_data():
    # t = 4.0621 on 9 degrees of freedom, p = 0.002833, as the literature has it
    result = paired_change(FIRST, SECOND)

    assert result.value == pytest.approx(1.58)
    assert result.details["t"] == pytest.approx(4.0621, abs=1e-4)
    assert result.details["p"] == pytest.approx(0.002833, abs=1e-6)
    assert result.interval is not None
    assert [result.interval.low, result.interval.high] == pytest.approx([0.7001, 2.4599], abs=1e-4)


def test_noncentral_limits_are_those_at_which_the_t_is_extreme():
    # by integrating the noncentral t numerically: P(T < 38.6226; 59, 45.8254) is 0.025
    low, high = noncentral_limits(38.622641509434, 59)

    assert [low, high] == pytest.approx([31.383429191, 45.825407620], abs=1e-8)
    assert noncentral_limits(0.0, 20)[0] == pytest.approx(-noncentral_limits(0.0, 20)[1])
    assert noncentral_limits(-2.0, 9) == pytest.approx(
        tuple(-one for one in reversed(noncentral_limits(2.0, 9)))
    )


def test_hedges_correction_of_ten_degrees_of_freedom():
    # Hedges 1981: J(10) = Gamma(5) / (sqrt(5) Gamma(4.5)) = 0.92275
    assert hedges_correction(10) == pytest.approx(0.92275, abs=1e-5)
    assert hedges_correction(400) == pytest.approx(1 - 3 / (4 * 400 - 1), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.floats(1e-3, 1e3), st.floats(-1e3, 1e3), st.integers(0, 99))
def test_units_and_order_change_no_test(scale, shift, seed):
    before, after = waves()
    places = np.random.default_rng(seed).permutation(25)
    moved = (before * scale + shift)[places], (after * scale + shift)[places]

    for run, name in ((paired_change, "p"), (change_effect_sizes, "cohen_dav")):
        now, was = run(*moved), run(before, after)
        assert now.value == pytest.approx(number(was.value) * scale, rel=1e-6)
        assert now.details[name] == pytest.approx(was.details[name], rel=1e-5)
        assert effect_of(now) == pytest.approx(effect_of(was), rel=1e-6)


def test_before_and_after_exchanged_turn_the_sign_only():
    before, after = waves()

    forth, back = wilcoxon_signed_rank(before, after), wilcoxon_signed_rank(after, before)

    assert forth.details["p"] == pytest.approx(back.details["p"])
    assert effect_of(forth) == pytest.approx(-effect_of(back))
    assert paired_change(before, after).details["t"] == pytest.approx(
        -number(paired_change(after, before).details["t"])
    )


def test_signed_ranks_by_hand():
    # changes 1, -2, 2, 3, 0, 4: ranks of the five that moved 1, 2.5, 2.5, 4, 5; V = 12.5
    result = wilcoxon_signed_rank([0] * 6, [1, -2, 2, 3, 0, 4])

    variance = 5 * 6 * 11 / 24 - (2**3 - 2) / 48
    assert (result.value, result.details["n_nonzero"]) == (12.5, 5)
    assert result.details["z"] == pytest.approx((12.5 - 7.5 - 0.5) / np.sqrt(variance))
    assert effect_of(result) == pytest.approx((12.5 - 2.5) / 15)


def test_differences_that_are_alike_but_for_the_last_bits_are_ties():
    before, after = [2.0, 4.1, 6.2, 8.3, 1.0], [2.2, 4.3, 6.4, 8.5, 1.5]

    result = wilcoxon_signed_rank(before, after)

    assert result.details["z"] == wilcoxon_signed_rank([0] * 5, [1, 1, 1, 1, 2]).details["z"]


def test_effect_sizes_by_hand():
    before, after = [1, 2, 3, 4, 5], [2, 2, 5, 5, 8]

    result = change_effect_sizes(before, after)

    change = np.array([1, 0, 2, 1, 3])
    spread = np.sqrt((np.var(before, ddof=1) + np.var(after, ddof=1)) / 2)
    r = np.corrcoef(before, after)[0, 1]
    assert effect_of(result) == pytest.approx(1.4 / change.std(ddof=1))
    assert result.details["cohen_dav"] == pytest.approx(1.4 / spread)
    assert result.details["cohen_d_rm"] == pytest.approx(
        1.4 * np.sqrt(2 - 2 * r) / change.std(ddof=1)
    )
    # of 25 pairs after is higher in 15, lower in 6, alike in 4
    assert result.details["cliff_delta"] == pytest.approx((15 - 6) / 25)


def test_as_many_gained_as_lost_is_no_difference():
    before, after = [1, 1, 0, 0, 1, 0, 1], [0, 0, 1, 1, 1, 0, 1]

    result = mcnemar(before, after)

    assert (result.value, result.details["p"], result.details["p_exact"]) == (0, 1, 1)


def test_mcnemar_by_hand():
    before, after = [0] * 9 + [1] * 6, [1] * 8 + [0] + [0, 0] + [1] * 4

    result = mcnemar(before, after)

    assert (result.details["gained"], result.details["lost"]) == (8, 2)
    assert result.value == pytest.approx((8 - 2 - 1) ** 2 / 10)
    # 2 (1 + 10 + 45) / 2^10
    assert result.details["p_exact"] == pytest.approx(112 / 1024)


def test_equivalence_is_the_interval_within_the_margin():
    random = np.random.default_rng(3)
    a, b = random.normal(0, 1, 60), random.normal(0.1, 1.3, 50)

    for margin in (0.2, 0.5, 0.9):
        result = equivalence_test(a, b, margin=margin)
        assert result.interval is not None
        inside = -margin < result.interval.low and result.interval.high < margin
        assert bool(result.details["equivalent"]) == inside
    welch = group_difference({"b": b, "a": a})
    assert result.details["df"] == pytest.approx(welch.details["df"])
    assert result.value == pytest.approx(welch.value)


def test_normalised_gain_by_hand():
    # means 4 and 7 of 10: half of what was possible; the third is at the top already
    result = normalised_gain([1, 2, 10, 4, 3], [4, 6, 10, 7, 8], highest=10)

    assert result.value == pytest.approx((7 - 4) / (10 - 4))
    assert (result.details["people_below"], result.details["mean_of_gains"]) == (4, None)


def test_a_margin_or_an_answer_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        equivalence_test([1, 2], [2, 3], margin=0)
    with pytest.raises(ValueError, match="needs 0 and 1"):
        mcnemar([0, 2, 1, 1, 0], [1, 1, 0, 1, 1])
    with pytest.raises(ValueError, match="end of the scale"):
        normalised_gain([1, 2, 3, 4, 5], [2, 3, 4, 5, 11], highest=10)


@pytest.mark.parametrize("run", [paired_change, wilcoxon_signed_rank, change_effect_sizes])
@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ([NAN] * 6, [1.0] * 6, Reason.ALL_MISSING),
        ([1.0, 2, 3, 4], [2.0, 4, 3, 5], Reason.TOO_FEW),
        ([1.0] * 6, [1.0] * 6, Reason.NO_VARIANCE),
        ([1e308] * 6, [-1e308, 1, 2, 3, 4, 5], Reason.NOT_FINITE),
    ],
)
def test_a_reason_instead_of_a_number(run, before, after, reason):
    result = run(before, after)

    assert (result.reason, result.value, result.effect) == (reason, None, None)
