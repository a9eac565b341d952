"""Tails, quantiles and noncentral limits against scipy's distributions and by their definition."""

import pytest
from scipy import stats

from digicantrain.core.measures import distributions
from digicantrain.core.measures.distributions import noncentral_limits

ORDINARY = [(2.1, 19), (0.0, 5), (-4.0, 40), (1e-9, 4), (30.0, 9_999), (-90.0, 300), (999.0, 50)]


@pytest.mark.parametrize("x", [-3.0, 0.0, 1.7, 12.0])
def test_tails_are_those_of_scipy(x):
    assert distributions.normal_upper(x) == stats.norm.sf(x)
    assert distributions.t_upper(x, 7.5) == stats.t.sf(x, 7.5)
    assert distributions.chi_square_upper(x, 3) == stats.chi2.sf(x, 3)


@pytest.mark.parametrize("p", [0.001, 0.5, 0.975])
def test_quantiles_are_those_of_scipy(p):
    assert distributions.normal_quantile(p) == stats.norm.ppf(p)
    assert distributions.t_quantile(p, 7.5) == stats.t.ppf(p, 7.5)
    assert distributions.f_quantile(p, 9, 351) == stats.f.ppf(p, 9, 351)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.999])
@pytest.mark.parametrize(("t", "df"), ORDINARY)
def test_under_each_limit_the_statistic_is_an_extreme_value(t, df, level):
    low, high = noncentral_limits(t, df, level)

    assert stats.nct.cdf(t, df, low) == pytest.approx((1 + level) / 2, abs=1e-11)
    assert stats.nct.cdf(t, df, high) == pytest.approx((1 - level) / 2, abs=1e-11)


@pytest.mark.parametrize(("t", "df"), [*ORDINARY, (4.159645381416625, 9_999), (2e4, 30)])
def test_limits_of_the_opposite_change_are_the_opposite(t, df):
    low, high = noncentral_limits(t, df)

    assert noncentral_limits(-t, df) == pytest.approx((-high, -low), rel=1e-11, abs=1e-11)


def test_there_are_limits_where_the_distribution_of_scipy_has_holes():
    # found by a sample of 10,000 people: scipy's function is not a number at t - 8
    low, high = noncentral_limits(4.159645381416625, 9_999)

    assert (low, high) == pytest.approx((2.1992, 6.1200), abs=1e-3)


@pytest.mark.parametrize("df", [4, 50, 9_999])
def test_limits_of_a_huge_statistic_are_its_share_as_of_a_large_one(df):
    # t / sqrt(n) is then known so well that only the SD's own error is left
    large, huge = noncentral_limits(1e6, df), noncentral_limits(1e12, df)

    assert [limit / 1e12 for limit in huge] == pytest.approx([one / 1e6 for one in large], rel=1e-9)
    assert large[0] / 1e6 == pytest.approx((stats.chi2.ppf(0.025, df) / df) ** 0.5, rel=1e-9)


@pytest.mark.parametrize("root", [-1e4, -3.0, 0.25, 7.0])
def test_a_root_is_found_from_afar(root):
    asked = []

    def falling(x):
        asked.append(x)
        return root**3 - x**3

    found = distributions.root_of_falling(falling, near=5.0, step=0.1)

    assert found == pytest.approx(root, abs=1e-12 * (1 + abs(root)))
    assert len(asked) < 60
