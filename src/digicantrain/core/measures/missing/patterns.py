"""What is missing together, and whether it depends on what was answered."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.cfa.indices import moments_of
from digicantrain.core.measures.cfa.likelihood import sample_of
from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.result import Reason, Result, Table

SMALLEST_N = 5
LITTLE = "Little's test that answers are missing completely at random"
LITTLE_SOURCE = "Little 1988, doi:10.1080/01621459.1988.10478722"
PATTERNS = "Which answers are missing together"


def _rows(columns: Mapping[str, npt.ArrayLike]) -> Floats:
    if not columns:
        raise ValueError("Name at least one column.")
    return np.column_stack([np.asarray(column, dtype=float) for column in columns.values()])


def missing_patterns(columns: Mapping[str, npt.ArrayLike]) -> Result:
    """Return how many miss each column, and which columns are missing together.

    Args:
        columns: numbers by name, a row a person; NaN is missing.

    Returns:
        Result with tables "columns" (answered, missing, share missing) and "patterns" (1 where
        answered, in the order of the columns; the commonest first); details complete, monotone
        (1 if who misses a column misses all later ones).
    """
    rows = _rows(columns)
    answered = ~np.isnan(rows)
    n = len(rows)
    if n == 0:
        return Result(PATTERNS, "", n=0, reason=Reason.ALL_MISSING)
    found, counts = np.unique(answered, axis=0, return_counts=True)
    shown = sorted(
        (("".join("1" if one else "0" for one in pattern), int(count))
         for pattern, count in zip(found, counts, strict=True)),
        key=lambda row: (-row[1], row[0]),
    )  # fmt: skip
    each = tuple(
        (name, int(column.sum()), int(n - column.sum()), float(1 - column.mean()))
        for name, column in zip(columns, answered.T, strict=True)
    )
    monotone = bool((np.diff(answered.astype(int), axis=1) <= 0).all())
    return Result(
        PATTERNS,
        "Rubin 1976, doi:10.1093/biomet/63.3.581",
        n=n,
        details={"complete": int(answered.all(axis=1).sum()), "monotone": int(monotone)},
        tables=(
            Table("columns", ("column", "answered", "missing", "share_missing"), each),
            Table("patterns", ("pattern", "people"), tuple(shown)),
        ),
    )


def little_test(columns: Mapping[str, npt.ArrayLike]) -> Result:
    """Return Little's test of missing completely at random.

    Args:
        columns: numbers by name, a row a person; NaN is missing. Who answered nothing is left out.

    Returns:
        Result with `value` d2 = sum over patterns of n (m - mu)' Sigma^-1 (m - mu), mu and Sigma by
        maximum likelihood (EM, divisor n); details df (answered columns over patterns less
        columns), p, patterns, left_out. A large p does not show that data are missing at random.
    """
    from scipy import stats

    rows = _rows(columns)
    rows, total = rows[~np.isnan(rows).all(axis=1)], len(rows)
    n = len(rows)
    reason = _reason(rows)
    if reason:
        return Result(LITTLE, LITTLE_SOURCE, n=n, reason=reason)
    sample = sample_of(rows)
    df = sum(len(pattern.seen) for pattern in sample.patterns) - rows.shape[1]
    try:
        covariance, mean = moments_of(sample)
        distance = 0.0
        for pattern in sample.patterns:
            gap = pattern.mean - mean[pattern.seen]
            part = covariance[np.ix_(pattern.seen, pattern.seen)]
            distance += pattern.n * float(gap @ np.linalg.solve(part, gap))
    except np.linalg.LinAlgError:
        return Result(LITTLE, LITTLE_SOURCE, n=n, reason=Reason.RANK_DEFICIENT)
    if df <= 0 or not np.isfinite(distance):
        reason = Reason.NOT_CONVERGED if df > 0 else Reason.TOO_FEW_GROUPS
        return Result(LITTLE, LITTLE_SOURCE, n=n, reason=reason)
    return Result(
        LITTLE,
        LITTLE_SOURCE,
        n=n,
        value=distance,
        details={
            "df": df,
            "p": float(stats.chi2.sf(distance, df)),
            "patterns": len(sample.patterns),
            "left_out": total - n,
        },
    )


def _reason(rows: Floats) -> Reason | None:
    n, p = rows.shape
    if n == 0:
        return Reason.ALL_MISSING
    answered = (~np.isnan(rows)).sum(axis=0)
    if n <= p or answered.min() < SMALLEST_N:
        return Reason.TOO_FEW
    with np.errstate(over="ignore", invalid="ignore"):
        spread = np.nanvar(rows, axis=0)
    if not np.isfinite(spread).all():
        return Reason.NOT_FINITE
    if (spread == 0).any():
        return Reason.NO_VARIANCE
    complete = rows[~np.isnan(rows).any(axis=1)]
    if len(complete) > p:
        moved = (complete - complete.mean(axis=0)) / np.sqrt(spread)
        if np.linalg.matrix_rank(moved, tol=1e-8 * np.sqrt(len(complete))) < p:
            return Reason.RANK_DEFICIENT
    return None
