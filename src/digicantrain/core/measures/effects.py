"""Further effect sizes of a change, change over a threshold, equivalence, normalised gain."""

import math

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.change import hedges_correction, too_large
from digicantrain.core.measures.distributions import noncentral_limits, t_quantile, t_upper
from digicantrain.core.measures.result import Effect, Interval, Reason, Result, Table, Value
from digicantrain.core.measures.spread import is_constant, rounded

Floats = npt.NDArray[np.float64]

SMALLEST_N = 5
EFFECTS = "Effect sizes of the change in complete pairs"
EFFECTS_SOURCE = (
    "Cohen 1988; Morris and DeShon 2002, doi:10.1037/1082-989X.7.1.105; Cliff 1993, "
    "doi:10.1037/0033-2909.114.3.494; Shapiro and Wilk 1965, doi:10.1093/biomet/52.3-4.591"
)
MCNEMAR = "McNemar's test of change over a threshold, with continuity correction and exact"
MCNEMAR_SOURCE = "McNemar 1947, doi:10.1007/BF02295996"
TOST_SOURCE = "Schuirmann 1987, doi:10.1007/BF01068419; Welch 1947, doi:10.1093/biomet/34.1-2.28"
GAIN_SOURCE = "Hake 1998, doi:10.1119/1.18809"


def pairs_of(before: npt.ArrayLike, after: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the complete pairs of two waves."""
    pre, post = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if pre.shape != post.shape or pre.ndim != 1:
        raise ValueError("Before and after must be two lists of the same length, a pair a person.")
    both = ~(np.isnan(pre) | np.isnan(post))
    return pre[both], post[both]


def reason_of(values: Floats, *, smallest: int = SMALLEST_N) -> Reason | None:
    """Return why nothing can be computed of a list of numbers, or none."""
    n = len(values)
    if n < smallest:
        return Reason.TOO_FEW if n else Reason.ALL_MISSING
    with np.errstate(over="ignore", invalid="ignore"):
        spread = values.var(ddof=1)
    if not np.isfinite(spread):
        return Reason.NOT_FINITE
    return Reason.NO_VARIANCE if spread == 0 or is_constant(values) else None


def change_effect_sizes(
    before: npt.ArrayLike, after: npt.ArrayLike, *, level: float = 0.95
) -> Result:
    """Return several effect sizes of a change.

    Args:
        before, after: one value a person in the same order; NaN is missing.
        level: of the noncentral interval of d_z.

    Returns:
        Result with `effect` = Cohen d_z (mean / SD of the change); details hedges_j, cohen_dav
        (mean change over the root of the mean variance), cohen_d_rm (SD of the change over
        sqrt(2 - 2r)), cliff_delta (after against before, taken as independent), r_before_after,
        shapiro_w, shapiro_p of the changes.
    """
    from scipy import stats

    pre, post = pairs_of(before, after)
    with np.errstate(over="ignore", invalid="ignore"):
        change = rounded(post - pre)
    n = len(change)
    reason = reason_of(change) or too_large(pre, post)
    if reason:
        return Result(EFFECTS, EFFECTS_SOURCE, n=n, reason=reason)
    mean, sd = float(change.mean()), float(change.std(ddof=1))
    dz = mean / sd
    limits = noncentral_limits(dz * math.sqrt(n), n - 1, level)
    low, high = (limit / math.sqrt(n) for limit in limits)
    shapiro = stats.shapiro(change) if n <= 5_000 else None
    return Result(
        EFFECTS,
        EFFECTS_SOURCE,
        n=n,
        value=mean,
        effect=Effect("Cohen d_z", dz, Interval(low, high, level)),
        details={
            "hedges_j": hedges_correction(n - 1),
            **_standardised(pre, post, mean=mean, sd=sd),
            "cliff_delta": cliff_delta(post, pre),
            "shapiro_w": float(shapiro.statistic) if shapiro else None,
            "shapiro_p": float(shapiro.pvalue) if shapiro else None,
        },
    )


def _standardised(pre: Floats, post: Floats, *, mean: float, sd: float) -> dict[str, Value]:
    variances = (pre.var(ddof=1), post.var(ddof=1))
    if min(variances) == 0:
        return {"cohen_dav": None, "cohen_d_rm": None, "r_before_after": None}
    r = float(np.corrcoef(pre, post)[0, 1])
    within = sd / math.sqrt(2 - 2 * r) if r < 1 else 0.0
    return {
        "cohen_dav": mean / math.sqrt(sum(variances) / 2),
        "cohen_d_rm": mean / within if within > 0 else None,
        "r_before_after": r,
    }


def cliff_delta(first: Floats, second: Floats) -> float:
    """Return P(first > second) - P(first < second) over all pairs."""
    ranked = np.sort(second)
    below = np.searchsorted(ranked, first, side="left").sum()
    above = (len(second) - np.searchsorted(ranked, first, side="right")).sum()
    return float(below - above) / (len(first) * len(second))


def mcnemar(before: npt.ArrayLike, after: npt.ArrayLike) -> Result:
    """Return McNemar's test of a yes or no measured twice.

    Args:
        before, after: 0 or 1 a person in the same order; NaN is missing.

    Returns:
        Result with `value` (|b - c| - 1)^2 / (b + c), or 0 where as many gained as lost (a
        correction makes no difference out of none; R's mcnemar.test has it so too); details p
        (chi-square, 1 df), p_exact (binomial), gained (0 then 1), lost (1 then 0), share_before,
        share_after, and the share of changed people who gained with its exact 95 % interval; table
        "counts". Nobody changed: reason zero-variance.
    """
    from scipy import stats

    pre, post = pairs_of(before, after)
    if not np.isin(np.concatenate([pre, post]), (0.0, 1.0)).all():
        raise ValueError("McNemar's test needs 0 and 1; say which values count as yes first.")
    n = len(pre)
    gained, lost = int(((pre == 0) & (post == 1)).sum()), int(((pre == 1) & (post == 0)).sum())
    if n < SMALLEST_N or gained + lost == 0:
        few = Reason.TOO_FEW if n else Reason.ALL_MISSING
        return Result(
            MCNEMAR, MCNEMAR_SOURCE, n=n, reason=few if n < SMALLEST_N else Reason.NO_VARIANCE
        )
    statistic = max(abs(gained - lost) - 1, 0) ** 2 / (gained + lost)
    exact = stats.binomtest(gained, gained + lost)
    limits = exact.proportion_ci(0.95, method="exact")
    rows = tuple(
        (was, int(((pre == was) & (post == 0)).sum()), int(((pre == was) & (post == 1)).sum()))
        for was in (0, 1)
    )
    return Result(
        MCNEMAR,
        MCNEMAR_SOURCE,
        n=n,
        value=statistic,
        effect=Effect(
            "share of changed people who gained",
            gained / (gained + lost),
            Interval(float(limits.low), float(limits.high)),
        ),
        details={
            "p": float(stats.chi2.sf(statistic, 1)),
            "p_exact": float(exact.pvalue),
            "gained": gained,
            "lost": lost,
            "share_before": float(pre.mean()),
            "share_after": float(post.mean()),
        },
        tables=(Table("counts", ("before", "after_0", "after_1"), rows),),
    )


def equivalence_test(
    first: npt.ArrayLike, second: npt.ArrayLike, *, margin: float, alpha: float = 0.05
) -> Result:
    """Return two one-sided tests that two groups differ by less than a margin (Welch).

    Args:
        first, second: the values of each group; NaN is left out.
        margin: above zero, in the units of the values, set before the data were seen.
        alpha: of each one-sided test.

    Returns:
        Result with `value` mean of first minus second and its 1 - 2 alpha interval; details
        t_lower, p_lower (against "lower by the margin"), t_upper, p_upper, p (the larger), df,
        equivalent (1 or 0), n_first, n_second, margin.
    """
    method = f"Two one-sided Welch tests of equivalence within {margin:g}"
    if margin <= 0:
        raise ValueError("The margin of equivalence is a number above zero.")
    groups = [values[~np.isnan(values)] for values in map(_floats, (first, second))]
    n = sum(len(group) for group in groups)
    reasons = [reason_of(group) for group in groups]
    if any(reasons):
        kept = [reason for reason in reasons if reason]
        return Result(method, TOST_SOURCE, n=n, reason=kept[0])
    a, b = (group.var(ddof=1) / len(group) for group in groups)
    difference, se = float(groups[0].mean() - groups[1].mean()), math.sqrt(a + b)
    df = welch_df(a, b, sizes=(len(groups[0]), len(groups[1])))
    lower, upper = (difference + margin) / se, (difference - margin) / se
    p_lower, p_upper = t_upper(lower, df), t_upper(-upper, df)
    half = t_quantile(1 - alpha, df) * se
    p = max(p_lower, p_upper)
    return Result(
        method,
        TOST_SOURCE,
        n=n,
        value=difference,
        interval=Interval(difference - half, difference + half, 1 - 2 * alpha),
        details={
            "t_lower": lower,
            "p_lower": p_lower,
            "t_upper": upper,
            "p_upper": p_upper,
            "p": p,
            "df": float(df),
            "equivalent": int(p < alpha),
            "n_first": len(groups[0]),
            "n_second": len(groups[1]),
            "margin": margin,
        },
    )


def welch_df(first: float, second: float, *, sizes: tuple[int, int]) -> float:
    """Return Welch and Satterthwaite's degrees of freedom from two squared standard errors."""
    share = first / (first + second)
    return 1 / (share**2 / (sizes[0] - 1) + (1 - share) ** 2 / (sizes[1] - 1))


def _floats(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=float)


def normalised_gain(before: npt.ArrayLike, after: npt.ArrayLike, *, highest: float) -> Result:
    """Return the share of the possible gain that was reached.

    Args:
        before, after: one value a person in the same order; NaN is missing.
        highest: the highest value that can be reached.

    Returns:
        Result with `value` (mean after - mean before) / (highest - mean before); details
        mean_of_gains (over people below the highest), people_below, mean_before, mean_after.
    """
    method = f"Normalised gain towards {highest:g}"
    pre, post = pairs_of(before, after)
    n = len(pre)
    if n < SMALLEST_N:
        few = Reason.TOO_FEW if n else Reason.ALL_MISSING
        return Result(method, GAIN_SOURCE, n=n, reason=few)
    with np.errstate(over="ignore", invalid="ignore"):
        means = float(pre.mean()), float(post.mean())
    if not np.isfinite(means).all():
        return Result(method, GAIN_SOURCE, n=n, reason=Reason.NOT_FINITE)
    if max(pre.max(), post.max()) > highest:
        raise ValueError("A value lies above the highest one; give the end of the scale.")
    below = pre < highest
    if means[0] >= highest:
        return Result(method, GAIN_SOURCE, n=n, reason=Reason.NO_VARIANCE)
    gains = (post[below] - pre[below]) / (highest - pre[below])
    return Result(
        method,
        GAIN_SOURCE,
        n=n,
        value=(means[1] - means[0]) / (highest - means[0]),
        details={
            "mean_of_gains": float(gains.mean()) if below.sum() >= SMALLEST_N else None,
            "people_below": int(below.sum()),
            "mean_before": means[0],
            "mean_after": means[1],
        },
    )
