"""The baseline table: who the groups are, with standardised mean differences."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from digicantrain.core.measures.groups import group_difference, mann_whitney
from digicantrain.core.measures.model_matrix import Factor, Floats, Variables
from digicantrain.core.measures.proportions import contingency
from digicantrain.core.measures.result import Reason, Result, Table, Value

SMALLEST_N = 5
METHOD = "Baseline by group with standardised mean differences"
SOURCE = (
    "Austin 2009, doi:10.1002/sim.3697; several categories: Yang and Dalton 2012, SAS Global Forum "
    "335-2012"
)
NUMBERS = ("variable", "group", "n", "missing", "mean", "sd", "q1", "median", "q3", "min", "max")
LABELS = ("variable", "level", "group", "count", "share")
TESTS = ("variable", "smd", "test", "statistic", "df", "p", "second_test", "second_p")


def baseline_table(
    variables: Variables, *, group: str, names: Sequence[str], smallest: int = SMALLEST_N
) -> Result:
    """Return a baseline table of two groups.

    Args:
        variables: columns by name, numbers or factors, a row a person.
        group: the factor of the groups; people without one are left out.
        names: the columns to describe, in their order.
        smallest: a mean and SD are given for at least so many people.

    Returns:
        Result with tables "numbers" (n, missing, mean, SD, quartiles of type 7, range), "labels"
        (counts, shares of those known) and, for two groups, "differences": SMD (second minus first
        over the root of the mean variance; for labels Yang and Dalton's, never negative), Welch and
        rank tests for numbers, chi-square and Fisher for labels. In a randomised study the tests
        say nothing: read the SMD.
    """
    labels = _labels_of(variables, group)
    missing = [name for name in names if name not in variables]
    if missing:
        raise ValueError(f"The table names {missing[0]!r}, which is not among the columns.")
    there = [code for code in range(len(labels.levels)) if (labels.codes == code).any()]
    n = int((labels.codes >= 0).sum())
    if n < SMALLEST_N:
        return Result(METHOD, SOURCE, n=n, reason=Reason.TOO_FEW if n else Reason.ALL_MISSING)
    masks = {labels.levels[code]: labels.codes == code for code in there}
    numbers: list[tuple[Value, ...]] = []
    counts: list[tuple[Value, ...]] = []
    tests: list[tuple[Value, ...]] = []
    for name in names:
        column = variables[name]
        if isinstance(column, Factor):
            counts += _counts(name, column, masks)
        else:
            numbers += [
                _described(name, which, column[mask], smallest) for which, mask in masks.items()
            ]
        if len(masks) == 2:
            tests.append(_tested(name, column, masks))
    tables = [
        Table("numbers", NUMBERS, tuple(numbers)),
        Table("labels", LABELS, tuple(counts)),
        *([Table("differences", TESTS, tuple(tests))] if tests else []),
    ]
    details: dict[str, Value] = {f"n_{name}": int(mask.sum()) for name, mask in masks.items()}
    return Result(METHOD, SOURCE, n=n, details=details, tables=tuple(tables))


def _labels_of(variables: Variables, group: str) -> Factor:
    found = variables.get(group)
    if isinstance(found, Factor):
        return found
    raise ValueError(f"{group!r} must be a column of labels.")


def _described(name: str, which: str, values: Floats, smallest: int) -> tuple[Value, ...]:
    given = values[~np.isnan(values)]
    lost = len(values) - len(given)
    with np.errstate(over="ignore", invalid="ignore"):
        finite = len(given) >= smallest and bool(np.isfinite(given.var()))
    if not finite:
        return name, which, len(given), lost, *([None] * 7)
    q1, median, q3 = np.quantile(given, [0.25, 0.5, 0.75])
    return (
        *(name, which, len(given), lost, float(given.mean()), float(given.std(ddof=1))),
        *(float(q1), float(median), float(q3), float(given.min()), float(given.max())),
    )


def _counts(
    name: str, column: Factor, masks: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]
) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    for code, level in enumerate(column.levels):
        for which, mask in masks.items():
            known = column.codes[mask]
            known = known[known >= 0]
            count = int((known == code).sum())
            rows.append((name, level, which, count, count / len(known) if len(known) else None))
    return rows


def _tested(
    name: str,
    column: Factor | Floats,
    masks: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]],
) -> tuple[Value, ...]:
    if isinstance(column, Factor):
        return _labels_tested(name, column, masks)
    groups = {which: column[mask] for which, mask in masks.items()}
    welch, ranks = group_difference(groups), mann_whitney(groups)
    a, b = (values[~np.isnan(values)] for values in groups.values())
    if welch.reason:
        return name, None, welch.reason.value, None, None, None, None, None
    smd = float((b.mean() - a.mean()) / np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2))
    return (
        *(name, smd, "Welch t", welch.details["t"], welch.details["df"], welch.details["p"]),
        *("Mann-Whitney", ranks.details.get("p")),
    )


def _labels_tested(
    name: str,
    column: Factor,
    masks: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]],
) -> tuple[Value, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for which, mask in masks.items():
        for code in column.codes[mask]:
            if code >= 0:
                counts[column.levels[code], which] += 1
    result = contingency(counts)
    if result.reason:
        return name, None, result.reason.value, None, None, None, None, None
    shares = np.array(
        [[counts[level, which] for which in masks] for level in column.levels], dtype=float
    )
    shares = shares[shares.sum(axis=1) > 0]
    smd = labels_difference(shares / shares.sum(axis=0))
    details = result.details
    return (
        *(name, smd, "chi-square", result.value, details["df"], details["p"]),
        *("Fisher exact", details["fisher_p"]),
    )


def labels_difference(shares: Floats) -> float | None:
    """Return Yang and Dalton's standardised difference of two groups' shares (levels x 2)."""
    first, second = shares[1:, 0], shares[1:, 1]
    gap = second - first
    spread = (
        np.diag(first) - np.outer(first, first) + np.diag(second) - np.outer(second, second)
    ) / 2
    if np.linalg.matrix_rank(spread, hermitian=True) < len(spread):
        return None
    return float(np.sqrt(max(float(gap @ np.linalg.solve(spread, gap)), 0.0)))
