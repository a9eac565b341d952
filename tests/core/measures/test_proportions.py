"""Shares, likelihood to recommend, importance and performance: published and worked examples."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core import measures
from digicantrain.core.measures import Reason

# Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I:
# count, n, Wilson's score interval, the exact one
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("count", "n", "score", "exact"), NEWCOMBE)
def test_intervals_of_newcombe(count, n, score, exact):
    found = measures.proportion([1] * count + [0] * (n - count))

    assert found.value == count / n
    assert (found.interval.low, found.interval.high) == pytest.approx(score, abs=5e-5)
    limits = (found.details["exact_low"], found.details["exact_high"])
    assert limits == pytest.approx(exact, abs=5e-5)


@settings(max_examples=30, deadline=None)
@given(st.integers(5, 200), st.data())
def test_a_share_and_its_complement_have_mirrored_intervals(n, data):
    count = data.draw(st.integers(0, n))

    low, high = measures.wilson(count, n)

    assert measures.wilson(n - count, n) == pytest.approx((1 - high, 1 - low))
    assert 0 <= low <= count / n <= high <= 1


def test_likelihood_to_recommend_by_hand():
    # 5 promoters, 2 detractors of 10: 30 points; variance of +1, 0, -1: 0.7 - 0.09
    found = measures.likelihood_to_recommend([10, 9, 9, 10, 9, 8, 7, 7, 6, 0, float("nan")])

    se = 100 * (0.61 / 10) ** 0.5
    assert found.value == pytest.approx(30)
    assert found.n == 10
    assert found.details["se"] == pytest.approx(se)
    assert found.interval.low == pytest.approx(30 - 1.959964 * se, rel=1e-6)
    assert [found.details[k] for k in ("promoters", "passives", "detractors")] == [5, 3, 2]


def test_answers_of_one_kind_have_no_interval_and_say_so():
    found = measures.likelihood_to_recommend([10, 9, 9, 10, 9])

    assert (found.value, found.interval) == (100, None)
    assert "no interval" in found.warnings[0]


def test_an_answer_above_ten_is_refused():
    with pytest.raises(ValueError, match="0 to 10"):
        measures.likelihood_to_recommend([11, 9, 9, 10, 9])


def skills(importance, performance):
    """Return the quadrant of each skill."""
    found = measures.importance_performance(importance, performance)
    return dict(zip(importance, found.table("skills").column("quadrant"), strict=True))


def test_the_four_quadrants():
    high, low = [5, 4, 5, 4, 5], [2, 1, 2, 1, 2]

    found = skills(
        {"calls": high, "records": high, "fax": low, "games": low},
        {"calls": low, "records": high, "fax": low, "games": high},
    )

    assert found == {
        "calls": "concentrate here",
        "records": "keep up",
        "fax": "low priority",
        "games": "possible overkill",
    }


def test_skills_on_the_cut_are_on_its_upper_side_whatever_the_rounding():
    # the mean of three means of 3.4 is 3.4 and a bit
    same = [3, 3, 3, 4, 4]

    found = skills(dict.fromkeys("abc", same), dict.fromkeys("abc", same))

    assert set(found.values()) == {"keep up"}


def test_a_skill_of_few_answers_has_no_place():
    found = measures.importance_performance(
        {"calls": [5, 4, 5, 4, 5], "fax": [1, 2]}, {"calls": [2, 3, 2, 3, 2], "fax": [1, 2]}
    )

    row = found.table("skills").row("fax")
    assert (row["importance"], row["quadrant"], row["n_importance"]) == (None, None, 2)
    assert found.details["importance_cut"] == pytest.approx(4.6)


def test_too_few_answers_are_a_reason():
    few = {"calls": [5, 4]}

    assert measures.importance_performance(few, few).reason is Reason.TOO_FEW
    assert measures.proportion([1, 0, 1]).reason is Reason.TOO_FEW
    assert measures.likelihood_to_recommend([]).reason is Reason.ALL_MISSING
