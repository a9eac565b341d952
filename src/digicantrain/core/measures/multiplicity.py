"""p values adjusted for the number of tests."""

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.result import Reason, Result, Table

Floats = npt.NDArray[np.float64]

SOURCES = {
    "holm": "Holm 1979, Scandinavian Journal of Statistics 6, 65-70",
    "benjamini-hochberg": "Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x",
}


def holm(p: npt.ArrayLike) -> Floats:
    """Return p values by Holm's step-down method: the family-wise error is kept.

    Args:
        p: p values; NaN stays NaN and does not count.
    """
    return _adjusted(p, descending=False)


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Return p values by Benjamini and Hochberg: the false discovery rate is kept.

    Args:
        p: p values; NaN stays NaN and does not count.
    """
    return _adjusted(p, descending=True)


def _adjusted(p: npt.ArrayLike, *, descending: bool) -> Floats:
    values = np.asarray(p, dtype=float)
    found = np.full(values.shape, np.nan)
    given = np.flatnonzero(~np.isnan(values))
    if values.ndim != 1 or ((values[given] < 0) | (values[given] > 1)).any():
        raise ValueError("p values are a list of numbers between 0 and 1.")
    m = len(given)
    order = given[np.argsort(values[given], kind="stable")]
    if descending:
        steps = values[order] * m / np.arange(1, m + 1)
        found[order] = np.minimum(1, np.minimum.accumulate(steps[::-1])[::-1])
    else:
        steps = values[order] * np.arange(m, 0, -1)
        found[order] = np.minimum(1, np.maximum.accumulate(steps))
    return found


def adjust_p_values(p: npt.ArrayLike, *, by: str = "holm") -> Result:
    """Return p values adjusted by "holm" or "benjamini-hochberg", as a table."""
    functions = {"holm": holm, "benjamini-hochberg": benjamini_hochberg}
    if by not in functions:
        raise ValueError(f"{by!r} is no method; choose one of {', '.join(functions)}.")
    values = np.asarray(p, dtype=float)
    n = int((~np.isnan(values)).sum())
    method = f"p values adjusted for {n} tests by {by}"
    if n == 0:
        return Result(method, SOURCES[by], n=0, reason=Reason.ALL_MISSING)
    rows = tuple(
        (place, *(None if np.isnan(value) else float(value) for value in pair))
        for place, pair in enumerate(zip(values, functions[by](values), strict=True), 1)
    )
    table = Table("p_values", ("test", "p", "adjusted"), rows)
    return Result(method, SOURCES[by], n=n, tables=(table,))
