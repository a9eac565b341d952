"""Differential item functioning: is an item harder for one group at the same ability?"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import Factor, Floats
from digicantrain.core.measures.multiplicity import benjamini_hochberg
from digicantrain.core.measures.regression import fit_logistic
from digicantrain.core.measures.result import Reason, Result, Table, Value

SMALLEST_N = 5
MANTEL = "Mantel-Haenszel test of differential item functioning, strata by total score"
MANTEL_SOURCE = (
    "Holland and Thayer 1988, in Wainer and Braun, Test Validity; interval: Robins, Breslow and "
    "Greenland 1986, doi:10.2307/2531052; classes: Dorans and Holland 1993"
)
LOGISTIC = "Logistic regression test of differential item functioning, uniform and not"
LOGISTIC_SOURCE = (
    "Swaminathan and Rogers 1990, doi:10.1111/j.1745-3984.1990.tb00754.x; effect: Nagelkerke 1991, "
    "doi:10.1093/biomet/78.3.691; classes: Jodoin and Gierl 2001"
)
MANTEL_COLUMNS = (
    "item", "strata", "n", "chisq", "p", "p_adjusted", "chisq_uncorrected", "odds_ratio", "low",
    "high", "delta", "class", "reason",
)  # fmt: skip
LOGISTIC_COLUMNS = (
    "item", "n", "chisq", "df", "p", "p_adjusted", "p_uniform", "p_nonuniform", "r2_change",
    "class", "reason",
)  # fmt: skip
Match = Literal["total", "rest"]


def _table(answers: npt.ArrayLike, groups: Factor) -> tuple[Floats, npt.NDArray[np.int64], int]:
    """Return complete rows, 0 or 1 for the first or second group, and how many were left out."""
    table = np.asarray(answers, dtype=float)
    if table.ndim != 2 or len(table) != len(groups):
        raise ValueError("Answers are a table of people x items, groups one label a person.")
    if not np.isin(table[~np.isnan(table)], (0.0, 1.0)).all():
        raise ValueError("Answers are 0 (wrong) or 1 (right); score them first.")
    kept = ~np.isnan(table).any(axis=1) & ~groups.missing
    there = np.unique(groups.codes[kept])
    if len(there) > 2:
        raise ValueError(f"This compares two groups; {len(there)} were given.")
    codes = np.searchsorted(there, groups.codes[kept])
    return table[kept], codes, int((~kept).sum())


def _reason(table: Floats, codes: npt.NDArray[np.int64]) -> Reason | None:
    if len(table) < SMALLEST_N:
        return Reason.TOO_FEW if len(table) else Reason.ALL_MISSING
    if table.shape[1] < 2:
        return Reason.TOO_FEW_ITEMS
    sizes = np.bincount(codes, minlength=2)
    if sizes.min() == 0:
        return Reason.TOO_FEW_GROUPS
    return Reason.GROUP_TOO_SMALL if sizes.min() < SMALLEST_N else None


def _names(names: Sequence[str] | None, k: int) -> list[str]:
    return list(names) if names else [f"item{number}" for number in range(1, k + 1)]


def mantel_haenszel_dif(
    answers: npt.ArrayLike, *, groups: Factor, names: Sequence[str] | None = None
) -> Result:
    """Return the Mantel-Haenszel test for each item.

    Args:
        answers: people x items of 0 and 1; people with a gap are left out.
        groups: two groups, the first level being the reference.
        names: of the items.

    Returns:
        Result with table "items": strata are total scores (with the item), those with an empty
        margin dropped; chi-square (|D| - c)^2 / V with c = 0.5 where |D| is at least 0.5, else 0;
        odds ratio of right answers in the first group's favour below 1 (an item with OR < 1 is
        harder for the second group) with its 95 % interval; delta -2.35 ln OR; class A, B, C of
        the Educational Testing Service; p_adjusted by Benjamini and Hochberg. An item without an
        odds ratio has the reason in its row: nobody to compare (zero-variance, then without a test
        as well), or all differences on one side (separation).

    Raises:
        ValueError: an answer is neither 0 nor 1, or there are more than two groups.
    """
    table, codes, left_out = _table(answers, groups)
    reason = _reason(table, codes)
    if reason:
        return Result(MANTEL, MANTEL_SOURCE, n=len(table), reason=reason)
    totals = table.sum(axis=1).astype(int)
    found = [_mantel(table[:, item], codes, totals) for item in range(table.shape[1])]
    adjusted = benjamini_hochberg([row["p"] if row["p"] is not None else np.nan for row in found])
    rows = tuple(
        (
            name,
            *(row[column] for column in ("strata", "n", "chisq", "p")),
            float(p) if np.isfinite(p) else None,
            *(row[c] for c in ("chisq_uncorrected", "odds_ratio", "low", "high", "delta")),
            *(row["class"], row["reason"]),
        )
        for name, row, p in zip(_names(names, table.shape[1]), found, adjusted, strict=True)
    )
    return Result(
        MANTEL,
        MANTEL_SOURCE,
        n=len(table),
        details={**_sizes(groups, codes), "left_out": left_out},
        tables=(Table("items", MANTEL_COLUMNS, rows),),
    )


def _sizes(groups: Factor, codes: npt.NDArray[np.int64]) -> dict[str, Value]:
    first, second = np.bincount(codes, minlength=2)
    return {"n_first_group": int(first), "n_second_group": int(second)}


def _mantel(
    answers: Floats, codes: npt.NDArray[np.int64], totals: npt.NDArray[np.int64]
) -> dict[str, float | int | str | None]:
    cells = np.zeros((2, 2, int(totals.max()) + 1))
    np.add.at(cells, (codes, answers.astype(int), totals), 1.0)
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    kept = (rows > 0).all(axis=0) & (columns > 0).all(axis=0)
    strata = cells[:, :, kept]
    nothing: dict[str, float | int | str | None] = dict.fromkeys(MANTEL_COLUMNS)
    nothing |= {"strata": int(kept.sum()), "n": int(strata.sum())}
    if not kept.any():
        return {**nothing, "reason": Reason.NO_VARIANCE.value}
    test = _test(strata)
    return {**nothing, **test, **_ratio(strata, p=test["p"])}


def _test(strata: Floats) -> dict[str, float]:
    """Return chi-square with and without correction, and p."""
    from scipy import stats

    (a, b), (c, d) = strata[0], strata[1]
    n = a + b + c + d
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))).sum())
    # summed as R does: a gap of one half is then on the same side of it
    gap = abs(float((a - (a + b) * (a + c) / n).sum(dtype=np.longdouble)))
    chisq = (gap - (0.5 if gap >= 0.5 else 0.0)) ** 2 / variance
    p = float(stats.chi2.sf(chisq, 1))
    return {"chisq": chisq, "p": p, "chisq_uncorrected": gap**2 / variance}


def _ratio(strata: Floats, *, p: float) -> dict[str, float | int | str | None]:
    """Return the common odds ratio and what follows from it, or the reason why there is none."""
    from scipy import stats

    (a, b), (c, d) = strata[0], strata[1]
    n = a + b + c + d
    over, under = float((a * d / n).sum()), float((b * c / n).sum())
    if over == 0 or under == 0:
        return {"reason": Reason.SEPARATION.value}
    ratio = over / under
    p1, q1, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    log_variance = (
        float((p1 * r).sum()) / (2 * over**2)
        + float((p1 * s + q1 * r).sum()) / (2 * over * under)
        + float((q1 * s).sum()) / (2 * under**2)
    )
    half = float(stats.norm.ppf(0.975)) * np.sqrt(log_variance)
    delta = -2.35 * float(np.log(ratio))
    beyond = float(stats.norm.sf((abs(delta) - 1) / (2.35 * np.sqrt(log_variance))))
    return {
        "odds_ratio": ratio,
        "low": float(ratio * np.exp(-half)),
        "high": float(ratio * np.exp(half)),
        "delta": delta,
        "class": _class(delta, p, beyond),
    }


def _class(delta: float, p: float, beyond_one: float) -> str:
    """Return the ETS class: A negligible, C large and surely beyond 1, B between."""
    if abs(delta) < 1 or p >= 0.05:
        return "A"
    return "C" if abs(delta) >= 1.5 and beyond_one < 0.05 else "B"


# --- logistic ---


def logistic_dif(
    answers: npt.ArrayLike,
    *,
    groups: Factor,
    names: Sequence[str] | None = None,
    match: Match = "total",
) -> Result:
    """Return the logistic regression test for each item.

    Args:
        answers: people x items of 0 and 1; people with a gap are left out.
        groups: two groups, the first level being the reference.
        names: of the items.
        match: on the "total" score, or the "rest" (without the item).

    Returns:
        Result with table "items": likelihood-ratio test with 2 df of group and group x score
        together, p of each alone (uniform, non-uniform), change of Nagelkerke's R2 and its class
        (A below 0.035, B below 0.070, C); p_adjusted by Benjamini and Hochberg.
    """
    table, codes, left_out = _table(answers, groups)
    reason = _reason(table, codes)
    if reason:
        return Result(LOGISTIC, LOGISTIC_SOURCE, n=len(table), reason=reason)
    totals = table.sum(axis=1)
    found = []
    for item in range(table.shape[1]):
        score = totals - table[:, item] if match == "rest" else totals
        found.append(_logistic(table[:, item], codes.astype(float), score))
    adjusted = benjamini_hochberg([np.nan if isinstance(r, Reason) else r[2] for r in found])
    rows = tuple(
        _logistic_row(name, len(table), row, float(p))
        for name, row, p in zip(_names(names, table.shape[1]), found, adjusted, strict=True)
    )
    return Result(
        LOGISTIC,
        LOGISTIC_SOURCE,
        n=len(table),
        details={**_sizes(groups, codes), "left_out": left_out},
        tables=(Table("items", LOGISTIC_COLUMNS, rows),),
    )


_Logistic = tuple[float, int, float, float, float, float]


def _logistic(answers: Floats, group: Floats, score: Floats) -> _Logistic | Reason:
    from scipy import stats

    if np.ptp(answers) == 0 or np.ptp(score) == 0:
        return Reason.NO_VARIANCE
    score = (score - score.mean()) / score.std()
    columns = [np.ones(len(score)), score, group, group * score]
    logs = []
    for width in (2, 3, 4):
        fitted = fit_logistic(np.column_stack(columns[:width]), answers)
        if isinstance(fitted, Reason):
            return fitted
        logs.append(fitted.log_likelihood)
    both, uniform, other = (
        max(0.0, 2 * (logs[after] - logs[before])) for before, after in ((0, 2), (0, 1), (1, 2))
    )
    change = _nagelkerke(answers, logs[2]) - _nagelkerke(answers, logs[0])
    tests = [float(stats.chi2.sf(value, df)) for value, df in ((both, 2), (uniform, 1), (other, 1))]
    return both, 2, tests[0], tests[1], tests[2], change


def _nagelkerke(answers: Floats, log_likelihood: float) -> float:
    n, share = len(answers), float(answers.mean())
    null = n * (share * np.log(share) + (1 - share) * np.log(1 - share))
    return float((1 - np.exp(2 / n * (null - log_likelihood))) / (1 - np.exp(2 / n * null)))


def _logistic_row(name: str, n: int, row: _Logistic | Reason, adjusted: float) -> tuple[Value, ...]:
    if isinstance(row, Reason):
        return name, n, *([None] * 8), row.value
    chisq, df, p, uniform, other, change = row
    size = "A" if change < 0.035 or p >= 0.05 else "B" if change < 0.070 else "C"
    return name, n, chisq, df, p, adjusted, uniform, other, change, size, None
