"""Change in the same people between two waves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from digicantrain.core.lazy import lazily
from digicantrain.core.measures.distributions import (
    noncentral_limits,
    normal_upper,
    t_quantile,
    t_upper,
)
from digicantrain.core.measures.result import Effect, Interval, Reason, Result, Value
from digicantrain.core.measures.spread import is_constant, rounded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
else:
    np = lazily("numpy")

PAIRED = "Mean change in complete pairs, paired t with 95 % interval, Hedges g of the change"
PAIRED_SOURCE = (
    "Student 1908, doi:10.1093/biomet/6.1.1; Hedges 1981, doi:10.3102/10769986006002107; "
    "noncentral interval: Steiger 2004, doi:10.1037/1082-989X.9.2.164"
)
SIGNED_RANK = (
    "Wilcoxon signed-rank test, zero changes dropped, mid-ranks, "
    "normal approximation with correction for ties and continuity"
)
SIGNED_RANK_SOURCE = "Wilcoxon 1945, doi:10.2307/3001968"
SMALLEST_N = 5


def _pairs(before: npt.ArrayLike, after: npt.ArrayLike) -> tuple[Floats, Floats]:
    pre, post = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if pre.shape != post.shape or pre.ndim != 1:
        raise ValueError("Before and after must be two lists of the same length, a pair a person.")
    both = ~(np.isnan(pre) | np.isnan(post))
    return pre[both], post[both]


def _change(pre: Floats, post: Floats) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):
        return rounded(post - pre)


def _no_number(n: int, *, change: Floats) -> Reason | None:
    if n == 0:
        return Reason.ALL_MISSING
    if n < SMALLEST_N:
        return Reason.TOO_FEW
    with np.errstate(over="ignore", invalid="ignore"):
        spread = change.var(ddof=1)
    if not np.isfinite(spread):
        return Reason.NOT_FINITE
    return Reason.NO_VARIANCE if spread == 0 or is_constant(change) else None


def too_large(*waves: Floats) -> Reason | None:
    """Return the reason that a wave's variance cannot be computed, or none."""
    with np.errstate(over="ignore", invalid="ignore"):
        finite = all(np.isfinite(wave.var(ddof=1)) for wave in waves)
    return None if finite else Reason.NOT_FINITE


def hedges_correction(df: int) -> float:
    """Return J = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)), Hedges 1981."""
    return math.exp(math.lgamma(df / 2) - math.log(math.sqrt(df / 2)) - math.lgamma((df - 1) / 2))


def paired_change(before: npt.ArrayLike, after: npt.ArrayLike, *, level: float = 0.95) -> Result:
    """Return the mean change of the people measured twice.

    Args:
        before, after: one value a person in the same order; NaN is missing.
        level: of the intervals.

    Returns:
        Result with `value` = mean(after - before), its t interval, `effect` = Hedges g of the
        change (mean / SD of the change x J) with its noncentral interval; details t, df, p, means
        and SDs, missing_before, missing_after (people with only the other wave).
    """
    pre, post = _pairs(before, after)
    change = _change(pre, post)
    n = len(change)
    missing = _missing(before, after)
    reason = _no_number(n, change=change) or too_large(pre, post)
    if reason:
        return Result(PAIRED, PAIRED_SOURCE, n=n, reason=reason, details=missing)
    mean, sd, df = float(change.mean()), float(change.std(ddof=1)), n - 1
    t = mean / (sd / math.sqrt(n))
    half = t_quantile((1 + level) / 2, df) * sd / math.sqrt(n)
    correction = hedges_correction(df)
    low, high = (limit / math.sqrt(n) * correction for limit in noncentral_limits(t, df, level))
    return Result(
        PAIRED,
        PAIRED_SOURCE,
        n=n,
        value=mean,
        interval=Interval(mean - half, mean + half, level),
        effect=Effect("Hedges g", mean / sd * correction, Interval(low, high, level)),
        details={
            "t": t,
            "df": df,
            "p": 2 * t_upper(abs(t), df),
            "mean_before": float(pre.mean()),
            "sd_before": float(pre.std(ddof=1)),
            "mean_after": float(post.mean()),
            "sd_after": float(post.std(ddof=1)),
            "sd_change": sd,
            **missing,
        },
    )


def _missing(before: npt.ArrayLike, after: npt.ArrayLike) -> dict[str, Value]:
    pre = np.isnan(np.asarray(before, dtype=float))
    post = np.isnan(np.asarray(after, dtype=float))
    return {
        "missing_before": int((pre & ~post).sum()),
        "missing_after": int((post & ~pre).sum()),
        "missing_both": int((pre & post).sum()),
    }


def wilcoxon_signed_rank(before: npt.ArrayLike, after: npt.ArrayLike) -> Result:
    """Return V, the sum of the ranks of positive changes, with its two-sided p.

    Returns:
        Result with `value` V; `effect` = matched-pairs rank-biserial correlation; details p, z,
        n_nonzero.
    """
    pre, post = _pairs(before, after)
    change = _change(pre, post)
    n = len(change)
    reason = _no_number(n, change=change)
    if reason and not (reason is Reason.NO_VARIANCE and change[0] != 0):
        return Result(SIGNED_RANK, SIGNED_RANK_SOURCE, n=n, reason=reason)
    moved = change[change != 0]
    m = len(moved)
    _sizes, places, ties = np.unique(np.abs(moved), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[places]
    v = float(ranks[moved > 0].sum())
    variance = m * (m + 1) * (2 * m + 1) / 24 - float((ties**3 - ties).sum()) / 48
    if variance <= 0:
        return Result(SIGNED_RANK, SIGNED_RANK_SOURCE, n=n, reason=Reason.NO_VARIANCE)
    centred = v - m * (m + 1) / 4
    z = (centred - math.copysign(0.5, centred) * (centred != 0)) / math.sqrt(variance)
    return Result(
        SIGNED_RANK,
        SIGNED_RANK_SOURCE,
        n=n,
        value=v,
        effect=Effect("rank-biserial r", 4 * v / (m * (m + 1)) - 1),
        details={"p": min(1.0, 2 * normal_upper(abs(z))), "z": z, "n_nonzero": m},
    )
