"""Shares with intervals, likelihood to recommend, two-way tables, importance and performance."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.result import Effect, Interval, Reason, Result, Table, Value

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

SMALLEST_N = 5
ROUNDING = 1e-12
MOST_TABLES = 3_000_000
SMALL_COUNTS = "An expected count is below 5: rely on Fisher's test."
ALL_OF_A_KIND = "All answers are of one kind, so there is no interval."
SKILLS = (
    "skill", "importance", "performance", "gap", "n_importance", "n_performance", "quadrant",
)  # fmt: skip
SHARE_SOURCE = (
    "Wilson 1927, doi:10.1080/01621459.1927.10502953; Clopper and Pearson 1934, "
    "doi:10.1093/biomet/26.4.404"
)
RECOMMEND_SOURCE = "Reichheld 2003, Harvard Business Review 81(12); interval: Rocks 2016"
TABLE_SOURCE = "Pearson 1900, doi:10.1080/14786440009463897; Fisher 1922, doi:10.2307/2340521"
QUADRANT_SOURCE = "Martilla and James 1977, doi:10.1177/002224297704100112"


def proportion(
    values: npt.ArrayLike, *, at_least: float | None = None, level: float = 0.95
) -> Result:
    """Return a share with Wilson's and the exact interval.

    Args:
        values: 0 and 1, or numbers of which those `at_least` this large count; NaN is left out.
        at_least: the threshold (4 gives the top two of a scale from 1 to 5).
        level: of the intervals.

    Returns:
        Result with `value` the share and Wilson's interval (no continuity correction); details
        count, exact_low, exact_high (Clopper-Pearson).
    """
    from scipy import stats

    given = np.asarray(values, dtype=float)
    given = given[~np.isnan(given)]
    method = "Share" if at_least is None else f"Share of values of {at_least:g} or more"
    n = len(given)
    if at_least is None and not np.isin(given, (0.0, 1.0)).all():
        raise ValueError("A share counts 0 and 1; give at_least for other numbers.")
    if n < SMALLEST_N:
        few = Reason.TOO_FEW if n else Reason.ALL_MISSING
        return Result(method, SHARE_SOURCE, n=n, reason=few)
    count = int((given >= (1 if at_least is None else at_least)).sum())
    share = count / n
    low, high = wilson(count, n, level=level)
    tail = (1 - level) / 2
    below = float(stats.beta.ppf(tail, count, n - count + 1)) if count else 0.0
    above = float(stats.beta.ppf(1 - tail, count + 1, n - count)) if count < n else 1.0
    return Result(
        method,
        SHARE_SOURCE,
        n=n,
        value=share,
        interval=Interval(low, high, level),
        details={"count": count, "exact_low": below, "exact_high": above},
    )


def wilson(count: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a share, without continuity correction."""
    from scipy import stats

    z = float(stats.norm.ppf((1 + level) / 2))
    share = count / n
    centre = share + z**2 / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)
    return (0.0 if count == 0 else low), (1.0 if count == n else high)


def likelihood_to_recommend(values: npt.ArrayLike, *, level: float = 0.95) -> Result:
    """Return 100 (promoters - detractors), from answers 0 to 10.

    Args:
        values: 0 to 10; NaN is left out. 9 and 10 promote, 0 to 6 detract.
        level: of the Wald interval, se = 100 sqrt((P + D - (P - D)^2) / n).

    Returns:
        Result with `value`, its interval; details se, promoters, passives, detractors.

    Raises:
        ValueError: an answer lies outside 0 to 10.
    """
    from scipy import stats

    method = "Likelihood to recommend: promoters (9-10) less detractors (0-6), per cent"
    given = np.asarray(values, dtype=float)
    given = given[~np.isnan(given)]
    if ((given < 0) | (given > 10)).any():
        raise ValueError("Answers on recommending run from 0 to 10.")
    n = len(given)
    if n < SMALLEST_N:
        few = Reason.TOO_FEW if n else Reason.ALL_MISSING
        return Result(method, RECOMMEND_SOURCE, n=n, reason=few)
    promoters, detractors = int((given >= 9).sum()), int((given <= 6).sum())
    p, d = promoters / n, detractors / n
    se = 100 * math.sqrt(max(p + d - (p - d) ** 2, 0.0) / n)
    half = float(stats.norm.ppf((1 + level) / 2)) * se
    value = 100 * (p - d)
    return Result(
        method,
        RECOMMEND_SOURCE,
        n=n,
        value=value,
        interval=Interval(value - half, value + half, level) if se > 0 else None,
        details={
            "se": se,
            "promoters": promoters,
            "passives": n - promoters - detractors,
            "detractors": detractors,
        },
        warnings=() if se > 0 else (ALL_OF_A_KIND,),
    )


# --- two-way tables ---


def contingency(counts: Mapping[tuple[str, str], int]) -> Result:
    """Return chi-square, Fisher's exact test and Cramer's V of a table of counts.

    Args:
        counts: by (row, column); absent cells are zero.

    Returns:
        Result with `value` chi-square without correction; `effect` Cramer's V; details df, p,
        fisher_p (None where there are too many tables to count), smallest_expected; for two by
        two also fisher_odds_ratio (conditional maximum likelihood). Rows and columns of zeros are
        left out.
    """
    from scipy import stats

    method = "Chi-square test of a two-way table, Fisher's exact test"
    rows = sorted({row for row, _ in counts})
    columns = sorted({column for _, column in counts})
    table = np.array([[counts.get((r, c), 0) for c in columns] for r in rows], dtype=np.int64)
    table = table.reshape(len(rows), len(columns))
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    n = int(table.sum())
    if n < SMALLEST_N or min(table.shape) < 2:
        few = Reason.TOO_FEW if n else Reason.ALL_MISSING
        reason = few if n < SMALLEST_N else Reason.TOO_FEW_GROUPS
        return Result(method, TABLE_SOURCE, n=n, reason=reason)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chisq = float(((table - expected) ** 2 / expected).sum())
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    details: dict[str, Value] = {
        "df": df,
        "p": float(stats.chi2.sf(chisq, df)),
        "fisher_p": fisher_exact(table),
        "smallest_expected": float(expected.min()),
    }
    if table.shape == (2, 2):
        details["fisher_odds_ratio"] = conditional_odds_ratio(table)
    effect = Effect("Cramer's V", math.sqrt(chisq / n / (min(table.shape) - 1)))
    warnings = (
        () if expected.min() >= 5 else ("An expected count is below 5: rely on Fisher's test.",)
    )
    return Result(
        method, TABLE_SOURCE, n=n, value=chisq, effect=effect, details=details, warnings=warnings
    )


def fisher_exact(table: Counts) -> float | None:
    """Return Fisher's exact p: the chance of tables no likelier than this one.

    Counts tables with the same margins, r x 2 (or 2 x c); None beyond three million of them.
    """
    tall = table if table.shape[1] == 2 else table.T
    if tall.shape[1] != 2:
        return None
    rows, first = tall.sum(axis=1), int(tall[:, 0].sum())
    if math.prod(int(row) + 1 for row in rows[:-1]) > MOST_TABLES:
        return None
    logs = np.array([math.lgamma(k + 1) for k in range(int(rows.sum()) + 1)])
    ways = [logs[row] - logs[: row + 1] - logs[row - np.arange(row + 1)] for row in rows]
    total = logs[rows.sum()] - logs[first] - logs[rows.sum() - first]
    seen = sum(float(way[k]) for way, k in zip(ways, tall[:, 0], strict=True)) - total
    sums, chances = np.zeros(1, dtype=np.int64), np.zeros(1)
    for way in ways[:-1]:
        sums = (sums[:, None] + np.arange(len(way))).ravel()
        chances = (chances[:, None] + way).ravel()
        kept = sums <= first
        sums, chances = sums[kept], chances[kept]
    left = first - sums
    fits = left <= rows[-1]
    chances = chances[fits] + ways[-1][left[fits]] - total
    return min(1.0, float(np.exp(chances[chances <= seen + 1e-7]).sum()))


def conditional_odds_ratio(table: Counts) -> float | None:
    """Return the odds ratio by conditional maximum likelihood; None where it is not finite."""
    from scipy import optimize

    a, margins = (
        int(table[0, 0]),
        (int(table[0].sum()), int(table[1].sum()), int(table[:, 0].sum())),
    )
    low, high = max(0, margins[2] - margins[1]), min(margins[0], margins[2])
    if a in (low, high):
        return None
    k = np.arange(low, high + 1)
    logs = -np.array(
        [
            math.lgamma(i + 1)
            + math.lgamma(margins[0] - i + 1)
            + math.lgamma(margins[2] - i + 1)
            + math.lgamma(margins[1] - margins[2] + i + 1)
            for i in k
        ]
    )

    def miss(log_odds: float) -> float:
        weight = logs + k * log_odds
        chance = np.exp(weight - weight.max())
        return float(chance @ k / chance.sum()) - a

    return math.exp(float(optimize.brentq(miss, -60, 60, xtol=1e-14, rtol=1e-14)))


# --- importance and performance ---


def importance_performance(
    importance: Mapping[str, npt.ArrayLike], performance: Mapping[str, npt.ArrayLike]
) -> Result:
    """Return where each skill stands: how important it is, and how well it is done.

    Args:
        importance, performance: answers by skill, with the same names; NaN is left out.

    Returns:
        Result with table "skills": mean importance and performance, gap, n of each, quadrant
        (concentrate here, keep up, low priority, possible overkill) by the means of the means;
        details importance_cut, performance_cut. A skill with fewer than 5 answers has no means.
    """
    method = "Importance-performance analysis, cut at the means over skills"
    if set(importance) != set(performance) or not importance:
        raise ValueError("Importance and performance name the same skills, at least one.")
    means = {name: (_mean(importance[name]), _mean(performance[name])) for name in importance}
    known = [pair for pair in means.values() if pair[0][1] is not None and pair[1][1] is not None]
    n = max((pair[0][0] for pair in means.values()), default=0)
    if not known:
        return Result(method, QUADRANT_SOURCE, n=n, reason=Reason.TOO_FEW)
    cuts = tuple(float(np.mean([pair[place][1] for pair in known])) for place in (0, 1))
    rows = tuple(_skill(name, *pair, cuts) for name, pair in means.items())
    return Result(
        method,
        QUADRANT_SOURCE,
        n=n,
        details={"importance_cut": cuts[0], "performance_cut": cuts[1]},
        tables=(Table("skills", SKILLS, rows),),
    )


Mean = tuple[int, float | None]


def _mean(values: npt.ArrayLike) -> Mean:
    given = np.asarray(values, dtype=float)
    given = given[~np.isnan(given)]
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(given.mean()) if len(given) >= SMALLEST_N else None
    return len(given), mean if mean is None or math.isfinite(mean) else None


def _skill(name: str, important: Mean, done: Mean, cuts: Sequence[float]) -> tuple[Value, ...]:
    if important[1] is None or done[1] is None:
        return name, None, None, None, important[0], done[0], None
    # a mean on the cut may lack its last bit
    matters, well = (
        mean >= cut - ROUNDING * abs(cut)
        for mean, cut in zip((important[1], done[1]), cuts, strict=True)
    )
    quadrant = {
        (True, False): "concentrate here",
        (True, True): "keep up",
        (False, False): "low priority",
        (False, True): "possible overkill",
    }[matters, well]
    gap = important[1] - done[1]
    return name, important[1], done[1], gap, important[0], done[0], quadrant
