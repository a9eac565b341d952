"""Agreement: intraclass correlation in six forms, kappa, Bland and Altman's limits."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.result import Interval, Reason, Result, Table, Value
from digicantrain.core.measures.spread import is_constant

Floats = npt.NDArray[np.float64]

SMALLEST_N = 5
# A smaller share of another mean square is nothing but rounding.
ROUNDING = 1e-14
ICC = "Intraclass correlation in six forms, with F intervals"
ICC_SOURCE = "Shrout and Fleiss 1979, doi:10.1037/0033-2909.86.2.420; McGraw and Wong 1996"
KAPPA_SOURCE = (
    "Cohen 1960, doi:10.1177/001316446002000104; weighted: Cohen 1968, doi:10.1037/h0026256; "
    "interval: Fleiss, Cohen and Everitt 1969, doi:10.1037/h0028106"
)
LIMITS_SOURCE = "Bland and Altman 1986, doi:10.1016/S0140-6736(86)90837-8; interval: 1999"
FORMS = ("form", "icc", "F", "df1", "df2", "p", "low", "high")
Weights = Literal["none", "linear", "quadratic"]


def intraclass_correlation(ratings: npt.ArrayLike, *, level: float = 0.95) -> Result:
    """Return the intraclass correlation in the six forms of Shrout and Fleiss.

    Args:
        ratings: targets x raters (people x occasions); targets with a gap are left out.
        level: of the intervals.

    Returns:
        Result with table "forms": ICC1, ICC2, ICC3 (one rating) and ICC1k, ICC2k, ICC3k (the mean
        of the ratings), each with F, df, p, interval; details raters, left_out. Where targets do
        not differ, or ratings differ by rater only, there is the reason "zero-variance".

    Raises:
        ValueError: it is no table.
    """
    table = np.asarray(ratings, dtype=float)
    if table.ndim != 2:
        raise ValueError("Ratings are a table of targets x raters.")
    kept = table[~np.isnan(table).any(axis=1)]
    n, k = kept.shape
    reason = _reason_of_ratings(kept)
    if reason:
        return Result(ICC, ICC_SOURCE, n=n, reason=reason)
    targets, within, raters, error = _mean_squares(kept)
    if error <= ROUNDING * targets or targets <= ROUNDING * within:
        return Result(ICC, ICC_SOURCE, n=n, reason=Reason.NO_VARIANCE)
    rows = [
        *_one_way(targets, within, n, k, level),
        *_two_way_random((targets, raters, error), n, k, level),
        *_two_way_fixed(targets, error, n, k, level),
    ]
    order = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")
    forms = tuple(sorted(rows, key=lambda row: order.index(str(row[0]))))
    return Result(
        ICC,
        ICC_SOURCE,
        n=n,
        details={"raters": k, "left_out": len(table) - n},
        tables=(Table("forms", FORMS, forms),),
    )


def _reason_of_ratings(kept: Floats) -> Reason | None:
    n, k = kept.shape
    if n < SMALLEST_N or k < 2:
        if n == 0:
            return Reason.ALL_MISSING
        return Reason.TOO_FEW if k > 1 else Reason.TOO_FEW_GROUPS
    with np.errstate(over="ignore", invalid="ignore"):
        if not np.isfinite((kept**2).sum()):
            return Reason.NOT_FINITE
    return Reason.NO_VARIANCE if is_constant(kept) else None


def _mean_squares(kept: Floats) -> tuple[float, float, float, float]:
    """Return mean squares between targets, within, between raters, and of the error."""
    n, k = kept.shape
    grand, rows, columns = kept.mean(), kept.mean(axis=1), kept.mean(axis=0)
    targets = k * float(((rows - grand) ** 2).sum()) / (n - 1)
    within = float(((kept - rows[:, None]) ** 2).sum()) / (n * (k - 1))
    raters = n * float(((columns - grand) ** 2).sum()) / (k - 1)
    left = kept - rows[:, None] - columns + grand
    error = float((left**2).sum()) / ((n - 1) * (k - 1))
    return targets, within, raters, error


def _limits(f: float, df1: float, df2: float, level: float) -> tuple[float, float]:
    """Return F over its upper limit, and times that of the reversed degrees of freedom."""
    from scipy import stats

    upper = (1 + level) / 2
    return f / float(stats.f.ppf(upper, df1, df2)), f * float(stats.f.ppf(upper, df2, df1))


def _p(f: float, df1: float, df2: float) -> float:
    from scipy import stats

    return float(stats.f.sf(f, df1, df2))


Row = tuple[Value, ...]


def _one_way(targets: float, within: float, n: int, k: int, level: float) -> list[Row]:
    f, df1, df2 = targets / within, n - 1, n * (k - 1)
    low, high = _limits(f, df1, df2, level)
    test = (f, df1, df2, _p(f, df1, df2))
    single = (targets - within) / (targets + (k - 1) * within)
    return [
        ("ICC1", single, *test, (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)),
        ("ICC1k", (targets - within) / targets, *test, 1 - 1 / low, 1 - 1 / high),
    ]


def _two_way_fixed(targets: float, error: float, n: int, k: int, level: float) -> list[Row]:
    f, df1, df2 = targets / error, n - 1, (n - 1) * (k - 1)
    low, high = _limits(f, df1, df2, level)
    test = (f, df1, df2, _p(f, df1, df2))
    single = (targets - error) / (targets + (k - 1) * error)
    return [
        ("ICC3", single, *test, (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)),
        ("ICC3k", (targets - error) / targets, *test, 1 - 1 / low, 1 - 1 / high),
    ]


def _two_way_random(squares: tuple[float, float, float], n: int, k: int, level: float) -> list[Row]:
    from scipy import stats

    targets, raters, error = squares
    f, df1, df2 = targets / error, n - 1, (n - 1) * (k - 1)
    test = (f, df1, df2, _p(f, df1, df2))
    single = (targets - error) / (targets + (k - 1) * error + k * (raters - error) / n)
    mean = (targets - error) / (targets + (raters - error) / n)
    ratio = raters / error
    weight = n * (1 + (k - 1) * single) - k * single
    v = (
        df2
        * (k * single * ratio + weight) ** 2
        / ((n - 1) * k**2 * single**2 * ratio**2 + weight**2)
    )
    upper = (1 + level) / 2
    above = float(stats.f.ppf(upper, n - 1, v))
    below = float(stats.f.ppf(upper, v, n - 1))
    spread = k * raters + (k * n - k - n) * error
    low = n * (targets - above * error) / (above * spread + n * targets)
    high = n * (below * targets - error) / (spread + n * below * targets)
    return [
        ("ICC2", single, *test, low, high),
        ("ICC2k", mean, *test, low * k / (1 + low * (k - 1)), high * k / (1 + high * (k - 1))),
    ]


# --- kappa ---


def weighted_kappa(
    first: Sequence[object],
    second: Sequence[object],
    *,
    categories: Sequence[object] | None = None,
    weights: Weights = "quadratic",
    level: float = 0.95,
) -> Result:
    """Return Cohen's kappa of two raters, weighted by how far they are apart.

    Args:
        first, second: each rater's category for the same targets; None is missing.
        categories: in their order; without it those that occur, sorted.
        weights: "none" (plain kappa), "linear", "quadratic".
        level: of the large-sample interval.

    Returns:
        Result with `value` kappa and its interval; details agreement, expected, categories, se.
    """
    method = f"Cohen's kappa, weights: {weights}"
    if len(first) != len(second):
        raise ValueError("Two raters judge the same targets: give two lists of the same length.")
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    known = (
        list(categories)
        if categories is not None
        else sorted({c for p in pairs for c in p}, key=str)
    )
    n = len(pairs)
    if n < SMALLEST_N or len(known) < 2:
        reason = Reason.TOO_FEW if n < SMALLEST_N else Reason.NO_VARIANCE
        return Result(method, KAPPA_SOURCE, n=n, reason=reason if n else Reason.ALL_MISSING)
    shares = np.zeros((len(known), len(known)))
    for a, b in pairs:
        shares[known.index(a), known.index(b)] += 1 / n
    agreement = _weights(len(known), weights)
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed = float((agreement * shares).sum())
    expected = float(rows @ agreement @ columns)
    if expected >= 1 - 1e-12:
        return Result(method, KAPPA_SOURCE, n=n, reason=Reason.NO_VARIANCE)
    kappa = (observed - expected) / (1 - expected)
    se = _kappa_error(shares, agreement, kappa, expected, n)
    half = _normal(level) * se
    return Result(
        method,
        KAPPA_SOURCE,
        n=n,
        value=kappa,
        interval=Interval(kappa - half, kappa + half, level),
        details={
            "agreement": observed,
            "expected": expected,
            "categories": len(known),
            "se": se,
            "left_out": len(first) - n,
        },
    )


def _weights(k: int, kind: Weights) -> Floats:
    places = np.arange(k)
    gap = np.abs(places[:, None] - places) / (k - 1)
    if kind == "none":
        return np.eye(k)
    return np.asarray(1 - (gap if kind == "linear" else gap**2))


def _kappa_error(shares: Floats, agreement: Floats, kappa: float, expected: float, n: int) -> float:
    by_row = agreement @ shares.sum(axis=0)
    by_column = shares.sum(axis=1) @ agreement
    part = agreement - (by_row[:, None] + by_column[None, :]) * (1 - kappa)
    variance = float((shares * part**2).sum()) - (kappa - expected * (1 - kappa)) ** 2
    return float(np.sqrt(max(variance, 0.0) / n)) / (1 - expected)


def _normal(level: float) -> float:
    from scipy import stats

    return float(stats.norm.ppf((1 + level) / 2))


# --- limits of agreement ---


def limits_of_agreement(
    first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = 0.95
) -> Result:
    """Return the bias of the second measurement against the first and the limits of agreement.

    Args:
        first, second: one value a person; NaN is missing.
        level: of the interval of the bias; the limits are bias -+ 1.96 SD.

    Returns:
        Result with `value` the bias (mean of second minus first) and its t interval; details
        lower_limit, upper_limit, sd, and the half width of the limits' own intervals.
    """
    from scipy import stats

    method = "Bias and 95 % limits of agreement"
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError("Both measurements are a list of numbers, one a person in the same order.")
    with np.errstate(over="ignore", invalid="ignore"):
        gaps = (other - one)[~(np.isnan(one) | np.isnan(other))]
        n = len(gaps)
        sd = 0.0 if is_constant(gaps) else float(gaps.std(ddof=1))
    if n < SMALLEST_N or not np.isfinite(sd) or sd == 0:
        small = Reason.TOO_FEW if n else Reason.ALL_MISSING
        wrong = Reason.NO_VARIANCE if sd == 0 else Reason.NOT_FINITE
        return Result(method, LIMITS_SOURCE, n=n, reason=small if n < SMALLEST_N else wrong)
    bias, t = float(gaps.mean()), float(stats.t.ppf((1 + level) / 2, n - 1))
    half = t * sd / np.sqrt(n)
    return Result(
        method,
        LIMITS_SOURCE,
        n=n,
        value=bias,
        interval=Interval(bias - half, bias + half, level),
        details={
            "lower_limit": bias - 1.96 * sd,
            "upper_limit": bias + 1.96 * sd,
            "sd": sd,
            "half_width_of_limits": t * sd * float(np.sqrt(1 / n + 1.96**2 / (2 * (n - 1)))),
            "left_out": len(one) - n,
        },
    )
