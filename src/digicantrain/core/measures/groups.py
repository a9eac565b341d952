"""Groups compared: means, ranks, spread; two or more of them, or repeated measures by rank."""

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.change import hedges_correction
from digicantrain.core.measures.distributions import noncentral_limits
from digicantrain.core.measures.effects import Floats, cliff_delta, reason_of, welch_df
from digicantrain.core.measures.result import Effect, Interval, Reason, Result, Table, Value
from digicantrain.core.measures.spread import rounded

SMALLEST_N = 5
Groups = Mapping[str, npt.ArrayLike]

T_SOURCE = (
    "Welch 1947, doi:10.1093/biomet/34.1-2.28; Hedges 1981, doi:10.3102/10769986006002107; Steiger "
    "2004, doi:10.1037/1082-989X.9.2.164"
)
RANK_SOURCE = "Mann and Whitney 1947, doi:10.1214/aoms/1177730491"
KRUSKAL_SOURCE = "Kruskal and Wallis 1952, doi:10.1080/01621459.1952.10483441"
FRIEDMAN_SOURCE = "Friedman 1937, doi:10.1080/01621459.1937.10503522"
WELCH_SOURCE = "Welch 1951, doi:10.1093/biomet/38.3-4.330"
LEVENE_SOURCE = "Brown and Forsythe 1974, doi:10.1080/01621459.1974.10482955"
CORRELATION_SOURCE = "Fisher 1915, doi:10.1093/biomet/10.4.507; Spearman 1904"


def _kept(groups: Groups) -> dict[str, Floats]:
    found = {name: np.asarray(values, dtype=float) for name, values in groups.items()}
    return {name: values[~np.isnan(values)] for name, values in found.items()}


def _two(groups: Groups) -> tuple[tuple[str, Floats], tuple[str, Floats]]:
    kept = list(_kept(groups).items())
    if len(kept) != 2:
        raise ValueError(f"This compares two groups; {len(kept)} were given.")
    return kept[0], kept[1]


def _reason_of_groups(groups: list[Floats], *, vary: bool = True) -> Reason | None:
    if not sum(map(len, groups)):
        return Reason.ALL_MISSING
    if sum(len(group) > 0 for group in groups) < 2:
        return Reason.TOO_FEW_GROUPS
    if min(map(len, groups)) < 2:
        return Reason.GROUP_TOO_SMALL
    whole = np.concatenate(groups)
    reason = reason_of(whole)
    if reason or not vary:
        return reason
    with np.errstate(over="ignore", invalid="ignore"):
        spreads = [group.var(ddof=1) for group in groups]
    return Reason.NO_VARIANCE if max(spreads) == 0 else None


def group_difference(groups: Groups, *, level: float = 0.95) -> Result:
    """Return the difference between the means of two groups.

    Args:
        groups: two groups' values by name; NaN is left out.
        level: of the intervals.

    Returns:
        Result with `value` mean of the second minus the first, Welch's interval, `effect` Hedges g
        by the pooled SD with its noncentral interval; details t, df, p (Welch), t_pooled, p_pooled,
        n of each group, mean and sd of those of 5 people or more, cohen_d.
    """
    from scipy import stats

    (first, a), (second, b) = _two(groups)
    method = f"Difference of means, {second} minus {first}: Welch's t, Hedges g"
    n = len(a) + len(b)
    reason = _reason_of_groups([a, b])
    if reason:
        return Result(method, T_SOURCE, n=n, reason=reason)
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    difference, se = float(b.mean() - a.mean()), math.sqrt(va + vb)
    df = welch_df(float(va), float(vb), sizes=(len(a), len(b)))
    half = float(stats.t.ppf((1 + level) / 2, df)) * se
    pooled = math.sqrt(((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (n - 2))
    scale = math.sqrt(1 / len(a) + 1 / len(b))
    t_pooled = difference / (pooled * scale)
    correction = hedges_correction(n - 2)
    low, high = (limit * scale * correction for limit in noncentral_limits(t_pooled, n - 2, level))
    return Result(
        method,
        T_SOURCE,
        n=n,
        value=difference,
        interval=Interval(difference - half, difference + half, level),
        effect=Effect("Hedges g", difference / pooled * correction, Interval(low, high, level)),
        details={
            "t": difference / se,
            "df": df,
            "p": float(2 * stats.t.sf(abs(difference / se), df)),
            "t_pooled": t_pooled,
            "p_pooled": float(2 * stats.t.sf(abs(t_pooled), n - 2)),
            "cohen_d": difference / pooled,
            **_described({first: a, second: b}),
        },
    )


def _described(groups: Mapping[str, Floats]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, values in groups.items():
        mean, sd = mean_and_sd(values)
        found |= {f"n_{name}": len(values), f"mean_{name}": mean, f"sd_{name}": sd}
    return found


def mean_and_sd(values: Floats) -> tuple[float | None, float | None]:
    """Return mean and SD of a group, or nothing of fewer than 5 people."""
    if len(values) < SMALLEST_N:
        return None, None
    return float(values.mean()), float(values.std(ddof=1))


def mann_whitney(groups: Groups) -> Result:
    """Return the Mann-Whitney test of two groups (Wilcoxon rank sum).

    Args:
        groups: two groups' values by name; NaN is left out.

    Returns:
        Result with `value` U of the second group (pairs in which it is higher, ties half);
        `effect` Cliff's delta; details p and z (normal approximation with correction for ties and
        continuity).
    """
    from scipy import stats

    (first, a), (second, b) = _two(groups)
    method = f"Mann-Whitney test, {second} against {first}"
    n = len(a) + len(b)
    reason = _reason_of_groups([a, b], vary=False)
    if reason:
        return Result(method, RANK_SOURCE, n=n, reason=reason)
    ranks = stats.rankdata(rounded(np.concatenate([a, b])))
    u = float(ranks[len(a) :].sum()) - len(b) * (len(b) + 1) / 2
    ties = np.unique(ranks, return_counts=True)[1].astype(float)
    spread = len(a) * len(b) / 12 * (n + 1 - float((ties**3 - ties).sum()) / (n * (n - 1)))
    if spread <= 0:
        return Result(method, RANK_SOURCE, n=n, reason=Reason.NO_VARIANCE)
    centred = u - len(a) * len(b) / 2
    z = (centred - math.copysign(0.5, centred) * (centred != 0)) / math.sqrt(spread)
    return Result(
        method,
        RANK_SOURCE,
        n=n,
        value=u,
        effect=Effect("Cliff's delta", cliff_delta(b, a)),
        details={
            "z": z,
            "p": min(1.0, float(2 * stats.norm.sf(abs(z)))),
            f"median_{first}": float(np.median(a)),
            f"median_{second}": float(np.median(b)),
        },
    )


def kruskal_wallis(groups: Groups) -> Result:
    """Return the Kruskal-Wallis test of several groups, with correction for ties.

    Returns:
        Result with `value` H; `effect` epsilon squared H / (n - 1); details df, p; table "groups"
        (n, median, mean rank).
    """
    from scipy import stats

    kept = {name: values for name, values in _kept(groups).items() if len(values)}
    method = "Kruskal-Wallis test"
    n = sum(map(len, kept.values()))
    reason = _reason_of_groups(list(kept.values()), vary=False) if kept else Reason.ALL_MISSING
    if reason:
        return Result(method, KRUSKAL_SOURCE, n=n, reason=reason)
    ranks = stats.rankdata(rounded(np.concatenate(list(kept.values()))))
    starts = np.cumsum([0, *map(len, kept.values())])
    parts = [ranks[a:b] for a, b in pairwise(starts)]
    h = 12 / (n * (n + 1)) * sum(part.sum() ** 2 / len(part) for part in parts) - 3 * (n + 1)
    ties = np.unique(ranks, return_counts=True)[1].astype(float)
    if len(ties) == 1:
        return Result(method, KRUSKAL_SOURCE, n=n, reason=Reason.NO_VARIANCE)
    h = float(h / (1 - float((ties**3 - ties).sum()) / (n**3 - n)))
    rows = tuple(
        (name, len(values), float(np.median(values)), float(part.mean()))
        for (name, values), part in zip(kept.items(), parts, strict=True)
    )
    return Result(
        method,
        KRUSKAL_SOURCE,
        n=n,
        value=h,
        effect=Effect("epsilon squared", h / (n - 1)),
        details={"df": len(kept) - 1, "p": float(stats.chi2.sf(h, len(kept) - 1))},
        tables=(Table("groups", ("group", "n", "median", "mean_rank"), rows),),
    )


def friedman(waves: npt.ArrayLike) -> Result:
    """Return Friedman's test of several waves in the same people, with correction for ties.

    Args:
        waves: people x waves; who misses one is left out.

    Returns:
        Result with `value` chi-square; `effect` Kendall's W; details df, p; table "waves".
    """
    from scipy import stats

    method = "Friedman test"
    table = np.asarray(waves, dtype=float)
    if table.ndim != 2 or table.shape[1] < 2:
        raise ValueError("Waves are a table of people x two or more waves.")
    kept = rounded(table[~np.isnan(table).any(axis=1)])
    n, k = kept.shape
    if n < SMALLEST_N:
        few = Reason.TOO_FEW if n else Reason.ALL_MISSING
        return Result(method, FRIEDMAN_SOURCE, n=n, reason=few)
    ranks = stats.rankdata(kept, axis=1)
    ties = sum(
        float((counts**3 - counts).sum())
        for counts in (np.unique(row, return_counts=True)[1].astype(float) for row in ranks)
    )
    size = n * k * (k + 1) - ties / (k - 1)
    if size <= 1e-9:
        return Result(method, FRIEDMAN_SOURCE, n=n, reason=Reason.NO_VARIANCE)
    gap = ranks.sum(axis=0) - n * (k + 1) / 2
    statistic = float(12 * (gap**2).sum() / size)
    rows = tuple(
        (wave + 1, float(np.median(kept[:, wave])), float(ranks[:, wave].mean()))
        for wave in range(k)
    )
    return Result(
        method,
        FRIEDMAN_SOURCE,
        n=n,
        value=statistic,
        effect=Effect("Kendall's W", statistic / (n * (k - 1))),
        details={
            "df": k - 1,
            "p": float(stats.chi2.sf(statistic, k - 1)),
            "left_out": len(table) - n,
        },
        tables=(Table("waves", ("wave", "median", "mean_rank"), rows),),
    )


def welch_anova(groups: Groups) -> Result:
    """Return Welch's analysis of variance of several groups with unequal variances.

    Returns:
        Result with `value` F; details df1, df2, p; table "groups" (n, mean, sd).
    """
    from scipy import stats

    kept = {name: values for name, values in _kept(groups).items() if len(values)}
    method = "Welch's analysis of variance"
    n = sum(map(len, kept.values()))
    values = list(kept.values())
    reason = _reason_of_groups(values) if values else Reason.ALL_MISSING
    if reason is None and min(group.var() for group in values) == 0:
        reason = Reason.NO_VARIANCE
    if reason:
        return Result(method, WELCH_SOURCE, n=n, reason=reason)
    sizes, k = np.array([len(group) for group in values], dtype=float), len(values)
    weights = sizes / np.array([group.var(ddof=1) for group in values])
    means = np.array([group.mean() for group in values])
    centre = float(weights @ means / weights.sum())
    tail = float(((1 - weights / weights.sum()) ** 2 / (sizes - 1)).sum())
    between = float(weights @ (means - centre) ** 2) / (k - 1)
    f = between / (1 + 2 * (k - 2) / (k**2 - 1) * tail)
    df2 = (k**2 - 1) / (3 * tail)
    rows = tuple((name, len(group), *mean_and_sd(group)) for name, group in kept.items())
    return Result(
        method,
        WELCH_SOURCE,
        n=n,
        value=f,
        details={"df1": k - 1, "df2": df2, "p": float(stats.f.sf(f, k - 1, df2))},
        tables=(Table("groups", ("group", "n", "mean", "sd"), rows),),
    )


def levene(groups: Groups) -> Result:
    """Return the Brown-Forsythe test (Levene's with medians) that groups spread alike.

    Returns:
        Result with `value` F; details df1, df2, p.
    """
    from scipy import stats

    values = [group for group in _kept(groups).values() if len(group)]
    method = "Levene's test with medians"
    n = sum(map(len, values))
    reason = _reason_of_groups(values) if values else Reason.ALL_MISSING
    if reason:
        return Result(method, LEVENE_SOURCE, n=n, reason=reason)
    gaps = [np.abs(group - np.median(group)) for group in values]
    within = sum(float(((gap - gap.mean()) ** 2).sum()) for gap in gaps)
    if within <= 1e-20 * sum(float((gap**2).sum()) for gap in gaps):
        return Result(method, LEVENE_SOURCE, n=n, reason=Reason.NO_VARIANCE)
    grand = float(np.concatenate(gaps).mean())
    between = sum(len(gap) * float((gap.mean() - grand) ** 2) for gap in gaps)
    df1, df2 = len(values) - 1, n - len(values)
    f = between / df1 / (within / df2)
    return Result(
        method,
        LEVENE_SOURCE,
        n=n,
        value=f,
        details={"df1": df1, "df2": df2, "p": float(stats.f.sf(f, df1, df2))},
    )


def correlation(first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = 0.95) -> Result:
    """Return Pearson's correlation with Fisher's interval, and Spearman's.

    Args:
        first, second: one value a person in the same order; NaN is missing.

    Returns:
        Result with `value` r and its interval; details t, df, p, spearman.
    """
    from scipy import stats

    method = "Pearson's correlation, Fisher's interval; Spearman's rank correlation"
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError("A correlation needs two lists of the same length.")
    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both], b[both]
    n = len(a)
    reason = reason_of(a) or reason_of(b)
    if reason:
        return Result(method, CORRELATION_SOURCE, n=n, reason=reason)
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -1, 1))
    if abs(r) > 1 - 1e-12:
        return Result(method, CORRELATION_SOURCE, n=n, reason=Reason.RANK_DEFICIENT)
    half = float(stats.norm.ppf((1 + level) / 2)) / math.sqrt(n - 3)
    t = r * math.sqrt((n - 2) / (1 - r**2))
    ranks = [stats.rankdata(values) for values in (a, b)]
    return Result(
        method,
        CORRELATION_SOURCE,
        n=n,
        value=r,
        interval=Interval(math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half), level),
        details={
            "t": t,
            "df": n - 2,
            "p": float(2 * stats.t.sf(abs(t), n - 2)),
            "spearman": float(np.corrcoef(np.asarray(ranks, dtype=float))[0, 1]),
        },
    )
