"""Internal consistency of a questionnaire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digicantrain.core.lazy import lazily
from digicantrain.core.measures.distributions import f_quantile
from digicantrain.core.measures.result import Interval, Reason, Result
from digicantrain.core.measures.spread import is_constant

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
else:
    np = lazily("numpy")

METHOD = "Cronbach's alpha over complete answers, with Feldt's 95 % interval"
SOURCE = "Cronbach 1951, doi:10.1007/BF02310555; Feldt 1965, doi:10.1007/BF02289499"
SMALLEST_N = 5


def cronbach_alpha(scores: npt.ArrayLike, *, level: float = 0.95) -> Result:
    """Return alpha = k/(k-1) (1 - sum of item variances / variance of the sum).

    Args:
        scores: people x items; NaN is missing. People with any missing answer are left out.
        level: of Feldt's interval, 1 - (1 - alpha) F(1 - p; n-1, (n-1)(k-1)).

    Returns:
        Result with `value` alpha; details `items`, `mean_inter_item_r`, `standardised_alpha`,
        `left_out`.
    """
    table = np.asarray(scores, dtype=float)
    if table.ndim != 2 or table.shape[1] < 2:
        return Result(METHOD, SOURCE, n=0, reason=Reason.TOO_FEW_ITEMS)
    complete = table[~np.isnan(table).any(axis=1)]
    n, k = complete.shape
    reason = _reason(table, complete=complete)
    if reason:
        return Result(METHOD, SOURCE, n=n, reason=reason)
    with np.errstate(over="ignore", invalid="ignore"):
        sum_variance = complete.sum(axis=1).var(ddof=1)
        item_variances = complete.var(axis=0, ddof=1)
    if not np.isfinite(sum_variance) or not np.isfinite(item_variances).all():
        return Result(METHOD, SOURCE, n=n, reason=Reason.NOT_FINITE)
    if sum_variance <= 0 or is_constant(complete.sum(axis=1)):
        return Result(METHOD, SOURCE, n=n, reason=Reason.NO_VARIANCE)
    alpha = k / (k - 1) * (1 - item_variances.sum() / sum_variance)
    tail = (1 - level) / 2
    low, high = (
        1 - (1 - alpha) * f_quantile(p, n - 1, (n - 1) * (k - 1)) for p in (1 - tail, tail)
    )
    constant = sum(is_constant(column) for column in complete.T)
    warnings = (f"{constant} items were answered alike by all",) if constant else ()
    return Result(
        METHOD,
        SOURCE,
        n=n,
        value=float(alpha),
        interval=Interval(float(low), float(high), level),
        details={"items": k, "left_out": len(table) - n, **_correlations(complete, constant)},
        warnings=warnings,
    )


def _reason(table: npt.NDArray[np.float64], *, complete: npt.NDArray[np.float64]) -> Reason | None:
    if np.isnan(table).all():
        return Reason.ALL_MISSING
    if len(complete) < SMALLEST_N:
        return Reason.TOO_FEW
    return None if np.isfinite(complete).all() else Reason.NOT_FINITE


def _correlations(complete: npt.NDArray[np.float64], constant: int) -> dict[str, float]:
    if constant:
        return {}
    k = complete.shape[1]
    r = np.corrcoef(complete, rowvar=False)
    mean_r = float((r.sum() - k) / (k * (k - 1)))
    return {
        "mean_inter_item_r": mean_r,
        "standardised_alpha": float(k * mean_r / (1 + (k - 1) * mean_r)),
    }
