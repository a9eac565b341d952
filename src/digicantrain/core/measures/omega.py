"""McDonald's omega, in its definitions, and what each item does for a scale."""

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.cfa.fitting import fit, start_of
from digicantrain.core.measures.cfa.likelihood import sample_of
from digicantrain.core.measures.cfa.model import build
from digicantrain.core.measures.cfa.results import is_improper
from digicantrain.core.measures.factors import (
    FactorError,
    ImproperError,
    minres,
    schmid_leiman,
)
from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.result import Reason, Result, Table
from digicantrain.core.measures.spread import are_constant, is_constant, is_deficient

SMALLEST_N = 5
OMEGA = "McDonald's omega total from one factor by maximum likelihood, complete answers"
OMEGA_SOURCE = "McDonald 1999, Test Theory; Bentler 2009, doi:10.1007/s11336-008-9100-1"
MINRES = "McDonald's omega total from one factor by minimum residuals, complete answers"
HIERARCHICAL = "Omega hierarchical and total from a Schmid-Leiman solution"
HIERARCHICAL_SOURCE = "Zinbarg, Revelle, Yovel and Li 2005, doi:10.1007/s11336-003-0974-7"
ITEM_REST = "Items of a scale: mean, SD, item-rest correlation, alpha without the item"
ITEM_REST_SOURCE = "Nunnally and Bernstein 1994, Psychometric Theory, 3rd ed."


def keyed(scores: npt.ArrayLike, *, reverse: npt.ArrayLike, low: float, high: float) -> Floats:
    """Return answers with some items turned round: low + high - x.

    Args:
        scores: people x items.
        reverse: for each item whether it is turned.
        low, high: the ends of the scale.
    """
    table = np.asarray(scores, dtype=float)
    return np.asarray(np.where(np.asarray(reverse, dtype=bool), low + high - table, table))


def _complete(scores: npt.ArrayLike) -> Floats:
    table = np.asarray(scores, dtype=float)
    if table.ndim != 2:
        raise ValueError("Scores are a table of people x items.")
    return np.asarray(table[~np.isnan(table).any(axis=1)])


def _reason(kept: Floats, *, items: int) -> Reason | None:
    n, k = kept.shape
    if k < 2:
        return Reason.TOO_FEW_ITEMS
    if n < SMALLEST_N:
        return Reason.TOO_FEW if n else Reason.ALL_MISSING
    if k < items or n <= k:
        return Reason.NOT_IDENTIFIED
    with np.errstate(over="ignore", invalid="ignore"):
        spread = kept.var(axis=0)
    if not np.isfinite(spread).all():
        return Reason.NOT_FINITE
    if (spread == 0).any() or are_constant(kept).any():
        return Reason.NO_VARIANCE
    return Reason.RANK_DEFICIENT if is_deficient(kept) else None


def omega_total(scores: npt.ArrayLike) -> Result:
    """Return omega total of a scale with one factor.

    Args:
        scores: people x items, keyed alike; people with a gap are left out.

    Returns:
        Result with `value` (sum of loadings)^2 over the model-implied variance of the sum; details
        observed_variance (the same over the observed variance, divisor n, as R's semTools has it);
        table "loadings" (standardised).
    """
    kept = _complete(scores)
    n, k = kept.shape
    reason = _reason(kept, items=3)
    if reason is None:
        model = build({"g": [f"i{place}" for place in range(k)]}, standardised=True)
        units = kept.std(axis=0)
        samples = [sample_of((kept - kept.mean(axis=0)) / units)]
        try:
            fitted = fit(model, samples, start=start_of(model, samples))
        except np.linalg.LinAlgError:
            reason = Reason.NOT_CONVERGED
        else:
            reason = Reason.IMPROPER if is_improper(fitted) else None
    if reason:
        return Result(OMEGA, OMEGA_SOURCE, n=n, reason=reason)
    matrices = fitted.matrices[0]
    loadings, sd = matrices.loadings[:, 0], np.sqrt(np.diag(matrices.covariance))
    loadings = -loadings if loadings @ units < 0 else loadings
    common, own = float((loadings @ units) ** 2), float(matrices.residuals @ units**2)
    return Result(
        OMEGA,
        OMEGA_SOURCE,
        n=n,
        value=common / (common + own),
        details={"observed_variance": common / float(kept.sum(axis=1).var()), "items": k},
        tables=(_loading_table(loadings / sd),),
    )


def _loading_table(loadings: Floats) -> Table:
    rows = tuple((number, float(value)) for number, value in enumerate(loadings, 1))
    return Table("loadings", ("item", "loading"), rows)


def omega_minres(scores: npt.ArrayLike) -> Result:
    """Return omega total from one minimum-residual factor of the correlations.

    Args:
        scores: people x items; people with a gap are left out.

    Returns:
        Result with `value` 1 - sum of uniquenesses / sum of all correlations, as R's psych has it;
        items that load against the others are turned round, and named in a warning; table
        "loadings".
    """
    kept = _complete(scores)
    reason = _reason(kept, items=3)
    if reason is None:
        correlation = np.asarray(np.corrcoef(kept, rowvar=False))
        try:
            found = minres(correlation)
        except (FactorError, np.linalg.LinAlgError) as error:
            reason = _why(error)
    if reason:
        return Result(MINRES, OMEGA_SOURCE, n=len(kept), reason=reason)
    loadings = found.loadings[:, 0]
    signs = _signs(loadings)
    return Result(
        MINRES,
        OMEGA_SOURCE,
        n=len(kept),
        value=float(1 - found.unique.sum() / (signs @ correlation @ signs)),
        details={"items": kept.shape[1]},
        tables=(_loading_table(loadings * signs),),
        warnings=_turned(signs),
    )


def _why(error: ArithmeticError | ValueError) -> Reason:
    return Reason.IMPROPER if isinstance(error, ImproperError) else Reason.NOT_CONVERGED


def _signs(loadings: Floats) -> Floats:
    return np.where(loadings < 0, -1.0, 1.0)


def _turned(signs: Floats) -> tuple[str, ...]:
    items = [str(place + 1) for place in np.flatnonzero(signs < 0)]
    if not items:
        return ()
    return (
        f"Items that load against the others were turned round: {', '.join(items)}. Reverse them "
        "beforehand if they are keyed so, or look why.",
    )


def omega_hierarchical(scores: npt.ArrayLike, *, factors: int = 3) -> Result:
    """Return how much of a scale's variance one general factor accounts for.

    Args:
        scores: people x items; people with a gap are left out.
        factors: group factors, at least 2, each of two items or more.

    Returns:
        As `omega_hierarchical_of_correlations`.
    """
    kept = _complete(scores)
    reason = _reason(kept, items=2 * factors)
    if reason:
        return Result(HIERARCHICAL, HIERARCHICAL_SOURCE, n=len(kept), reason=reason)
    correlation = np.corrcoef(kept, rowvar=False)
    return omega_hierarchical_of_correlations(correlation, n=len(kept), factors=factors)


def omega_hierarchical_of_correlations(
    correlation: npt.ArrayLike, *, n: int, factors: int = 3
) -> Result:
    """Return omega hierarchical of a correlation matrix.

    Args:
        correlation: items x items.
        n: how many people it comes from; only shown.
        factors: group factors, at least 2, each of two items or more.

    Returns:
        Result with `value` (sum of general loadings)^2 / sum of correlations; details omega_total
        (1 - uniquenesses / sum of correlations), alpha (standardised); table "loadings" (general,
        groups, own variance). Items that load against the general factor are turned round, as R's
        psych does, and named in a warning.

    Raises:
        ValueError: it is no correlation matrix.
    """
    table = np.asarray(correlation, dtype=float)
    k = len(table)
    if (
        table.shape != (k, k)
        or not np.allclose(np.diag(table), 1)
        or not np.allclose(table, table.T)
    ):
        raise ValueError("This is no correlation matrix: square, symmetric, 1 on the diagonal.")
    if factors < 2 or k < 2 * factors:
        return Result(HIERARCHICAL, HIERARCHICAL_SOURCE, n=n, reason=Reason.NOT_IDENTIFIED)
    try:
        found = schmid_leiman(table, factors=factors)
    except (FactorError, np.linalg.LinAlgError) as error:
        return Result(HIERARCHICAL, HIERARCHICAL_SOURCE, n=n, reason=_why(error))
    signs = _signs(found.general)
    general, groups = found.general * signs, found.groups * signs[:, None]
    total = float(signs @ table @ signs)
    columns = ("item", "general", *(f"group{g}" for g in range(1, factors + 1)), "own_variance")
    rows = tuple(
        (
            item + 1,
            float(general[item]),
            *map(float, groups[item]),
            float(found.unique[item]),
        )
        for item in range(k)
    )
    return Result(
        HIERARCHICAL,
        HIERARCHICAL_SOURCE,
        n=n,
        value=float(general.sum() ** 2) / total,
        details={
            "omega_total": 1 - float(found.unique.sum()) / total,
            "alpha": k / (k - 1) * (1 - k / total),
            "factors": factors,
        },
        tables=(Table("loadings", columns, rows),),
        warnings=_turned(signs),
    )


def item_rest(scores: npt.ArrayLike) -> Result:
    """Return what each item does for its scale.

    Args:
        scores: people x items, keyed alike; people with a gap are left out.

    Returns:
        Result with table "items" (mean, SD, correlation with the sum of the other items, alpha of
        the others); details scale_mean and scale_sd (of people's means over items), alpha, sem
        (standard error of measurement of the sum: SD sqrt(1 - alpha)).
    """
    kept = _complete(scores)
    n, k = kept.shape
    reason = _reason_of_items(kept)
    if reason:
        return Result(ITEM_REST, ITEM_REST_SOURCE, n=n, reason=reason)
    covariance = np.cov(kept, rowvar=False)
    total = kept.sum(axis=1)
    alpha = alpha_of(covariance)
    rows = []
    for item in range(k):
        others = np.delete(np.arange(k), item)
        without = alpha_of(covariance[np.ix_(others, others)]) if k > 2 else None
        own = kept[:, item]
        rows.append(
            (
                item + 1,
                float(own.mean()),
                float(own.std(ddof=1)),
                _correlation(own, total - own),
                without,
            )
        )
    return Result(
        ITEM_REST,
        ITEM_REST_SOURCE,
        n=n,
        details={
            "scale_mean": float(kept.mean()),
            "scale_sd": float(kept.mean(axis=1).std(ddof=1)),
            "alpha": alpha,
            "sem": float(total.std(ddof=1) * np.sqrt(max(1 - alpha, 0.0))),
        },
        tables=(
            Table("items", ("item", "mean", "sd", "item_rest_r", "alpha_without"), tuple(rows)),
        ),
    )


def _reason_of_items(kept: Floats) -> Reason | None:
    n, k = kept.shape
    if k < 2:
        return Reason.TOO_FEW_ITEMS
    if n < SMALLEST_N:
        return Reason.TOO_FEW if n else Reason.ALL_MISSING
    with np.errstate(over="ignore", invalid="ignore"):
        spread = kept.sum(axis=1).var() + kept.var()
    if not np.isfinite(spread):
        return Reason.NOT_FINITE
    return Reason.NO_VARIANCE if is_constant(kept.sum(axis=1)) else None


def alpha_of(covariance: Floats) -> float:
    """Return Cronbach's alpha of a covariance matrix: k/(k-1) (1 - trace / sum)."""
    k, total = len(covariance), float(covariance.sum())
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total) if total > 0 else float("nan")


def _correlation(one: Floats, other: Floats) -> float | None:
    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt(a @ a) * np.sqrt(b @ b))
    return float(a @ b) / size if size > 0 else None
