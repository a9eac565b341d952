"""Power and sample size, with clusters and drop-out.

Cohen 1988, Statistical Power Analysis for the Behavioral Sciences (2nd ed.); design effect: Kish
1965, Survey Sampling; Donner, Birkett and Buck 1981, doi:10.1093/oxfordjournals.aje.a113261.
"""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from digicantrain.core.measures.result import Result, Value

SOURCE = (
    "Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, 2nd ed.; design effect: "
    "Donner, Birkett and Buck 1981, doi:10.1093/oxfordjournals.aje.a113261"
)
LARGEST_N = 1e7
Sides = Literal["two", "one"]


class PowerError(ValueError):
    """A question that has no answer; the sentence says what to change."""


@dataclass(frozen=True)
class Design:
    """How people are reached: in clusters of a size that resemble each other, some lost.

    `cluster_size` people a cluster, `icc` their intraclass correlation, `attrition` the share lost.
    """

    cluster_size: float = 1.0
    icc: float = 0.0
    attrition: float = 0.0

    def __post_init__(self) -> None:
        if self.cluster_size < 1:
            raise PowerError("A cluster has at least one person; give cluster_size 1 or more.")
        if not 0 <= self.icc <= 1:
            raise PowerError("The intraclass correlation lies between 0 and 1.")
        if not 0 <= self.attrition < 1:
            raise PowerError("The share of people lost lies between 0 and 1, below 1.")

    @property
    def design_effect(self) -> float:
        """1 + (cluster size - 1) ICC: by how much clusters inflate the sample."""
        return 1 + (self.cluster_size - 1) * self.icc

    def recruited(self, n: float) -> int:
        """Return how many people to recruit, so that the information of n stays."""
        return math.ceil(math.ceil(n - 1e-9) * self.design_effect / (1 - self.attrition) - 1e-9)


SIMPLE = Design()
Test = Literal["paired", "one-sample", "two-sample"]


# --- power ---


def power_of_t_test(
    *, n: float, d: float, test: Test = "two-sample", sides: Sides = "two", alpha: float = 0.05
) -> float:
    """Return the power of a t test.

    Args:
        n: people (pairs), or people in each of two groups.
        d: the standardised difference; of the changes, where pairs are tested.
        test: "paired", "one-sample" or "two-sample".
        sides: two-sided, or one-sided in the direction of d.
        alpha: the level.
    """
    _check_alpha(alpha)
    df, scale = (n - 1, math.sqrt(n)) if test != "two-sample" else (2 * n - 2, math.sqrt(n / 2))
    return _t_power(df, d * scale, sides, alpha)


def power_of_unequal_groups(
    *, n1: float, n2: float, d: float, sides: Sides = "two", alpha: float = 0.05
) -> float:
    """Return the power of a t test between two groups of unequal size."""
    _check_alpha(alpha)
    return _t_power(n1 + n2 - 2, d / math.sqrt(1 / n1 + 1 / n2), sides, alpha)


def _t_power(df: float, ncp: float, sides: Sides, alpha: float) -> float:
    from scipy import stats

    if df <= 0:
        return 0.0
    tails = 2 if sides == "two" else 1
    limit = float(stats.t.isf(alpha / tails, df))
    power = _beyond(limit, df, ncp) + (_beyond(limit, df, -ncp) if tails == 2 else 0.0)
    return min(power, 1.0)


def _beyond(limit: float, df: float, ncp: float) -> float:
    """Return the chance that a noncentral t lies above a limit.

    Where its series cannot be summed, by the normal approximation of Johnson and Welch 1940,
    doi:10.1093/biomet/31.3-4.362; there it is next to 0 or 1.
    """
    from scipy import stats

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = float(stats.nct.sf(limit, df, ncp))
    if 0 <= found <= 1:
        return found
    z = (ncp - limit * (1 - 1 / (4 * df))) / math.sqrt(1 + limit**2 / (2 * df))
    return float(stats.norm.cdf(z))


def power_of_proportions(
    *, n: float, p1: float, p2: float, sides: Sides = "two", alpha: float = 0.05
) -> float:
    """Return the power to tell two proportions apart, n people in each group (arcsine)."""
    from scipy import stats

    _check_alpha(alpha)
    h = abs(2 * math.asin(math.sqrt(p1)) - 2 * math.asin(math.sqrt(p2)))
    shift = h * math.sqrt(n / 2)
    if sides == "one":
        return float(stats.norm.sf(stats.norm.isf(alpha) - shift))
    limit = float(stats.norm.isf(alpha / 2))
    return float(stats.norm.sf(limit - shift) + stats.norm.cdf(-limit - shift))


def power_of_anova(*, n: float, groups: int, f: float, alpha: float = 0.05) -> float:
    """Return the power of a one-way analysis of variance, n people in each group, effect f."""
    from scipy import stats

    _check_alpha(alpha)
    df1, df2 = groups - 1, (n - 1) * groups
    if df2 <= 0:
        return 0.0
    limit = float(stats.f.isf(alpha, df1, df2))
    return float(stats.ncf.sf(limit, df1, df2, f**2 * groups * n))


def power_of_correlation(*, n: float, r: float, sides: Sides = "two", alpha: float = 0.05) -> float:
    """Return the power to tell a correlation from nothing (Fisher's z with bias correction)."""
    from scipy import stats

    _check_alpha(alpha)
    if n <= 3:
        return 0.0
    r = abs(r)
    tails = 2 if sides == "two" else 1
    t = float(stats.t.isf(alpha / tails, n - 2))
    limit = t / math.sqrt(t**2 + n - 2)
    z = math.atanh(r) + r / (2 * (n - 1))
    power = float(stats.norm.cdf((z - math.atanh(limit)) * math.sqrt(n - 3)))
    if tails == 2:
        power += float(stats.norm.cdf((-z - math.atanh(limit)) * math.sqrt(n - 3)))
    return power


def power_of_chi_square(*, n: float, w: float, df: int, alpha: float = 0.05) -> float:
    """Return the power of a chi-square test, effect w."""
    from scipy import stats

    _check_alpha(alpha)
    return float(stats.ncx2.sf(stats.chi2.isf(alpha, df), df, n * w**2))


def _check_alpha(alpha: float) -> None:
    if not 0 < alpha < 1:
        raise PowerError("The level alpha lies between 0 and 1, for example 0.05.")


# --- what it takes ---


def sample_size(
    power_at: Callable[[float], float], *, power: float = 0.8, smallest: float = 2.0
) -> float:
    """Return the (unrounded) n at which a function of n reaches a power.

    Raises:
        PowerError: no n up to ten million does.
    """
    return _cross(power_at, power, smallest, "people")


def detectable_effect(power_at: Callable[[float], float], *, power: float = 0.8) -> float:
    """Return the smallest effect that a function of the effect reaches a power for."""
    return _cross(power_at, power, 1e-9, "an effect")


def _cross(power_at: Callable[[float], float], power: float, low: float, what: str) -> float:
    from scipy import optimize

    if not 0 < power < 1:
        raise PowerError("The power lies between 0 and 1, for example 0.8.")
    if power_at(low) >= power:
        return low
    high = max(2 * low, 1.0)
    while power_at(high) < power:
        high *= 2
        if high > LARGEST_N:
            raise PowerError(f"No number below ten million of {what} reaches this power.")
    return float(optimize.brentq(lambda x: power_at(x) - power, low, high, xtol=1e-10, rtol=1e-13))


def plan_sample(
    *, d: float, test: Test = "two-sample", power: float = 0.8, design: Design = SIMPLE
) -> Result:
    """Return how many people a study of a mean difference needs.

    Args:
        d: the standardised difference to be found, two-sided at 0.05.
        test: "paired", "one-sample" or "two-sample" (then n is for each group).
        power: the wanted power.
        design: clusters and attrition.

    Returns:
        Result with `value` the people to recruit (in each group); details n_unrounded, n (with
        neither clusters nor attrition), design_effect, attrition, power of n.
    """
    if d == 0:
        raise PowerError("A difference of nothing cannot be found; give a d other than 0.")

    def at(n: float) -> float:
        return power_of_t_test(n=n, d=abs(d), test=test)

    exact = sample_size(at, power=power)
    n = math.ceil(exact - 1e-9)
    details: dict[str, Value] = {
        "n_unrounded": exact,
        "n": n,
        "power_of_n": at(n),
        "design_effect": design.design_effect,
        "attrition": design.attrition,
    }
    where = " in each group" if test == "two-sample" else ""
    method = f"Sample size{where} for d = {d:g} at power {power:g}, {test} t test, two-sided 0.05"
    recruited = design.recruited(exact)
    return Result(method, SOURCE, n=recruited, value=float(recruited), details=details)
