"""Estimates from several completed data sets, put together by Rubin's rules."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.missing.imputation import Imputed
from digicantrain.core.measures.model_matrix import Factor, Floats, Variables, model_matrix
from digicantrain.core.measures.regression import RegressionModel
from digicantrain.core.measures.result import Reason, Result, Table, Value

POOLED = "Estimates pooled over completed data sets by Rubin's rules, Barnard-Rubin df"
SOURCE = (
    "Rubin 1987, Multiple Imputation for Nonresponse in Surveys, doi:10.1002/9780470316696; df: "
    "Barnard and Rubin 1999, doi:10.1093/biomet/86.4.948"
)
COLUMNS = (
    "term", "estimate", "se", "df", "t", "p", "low", "high",
    "within", "between", "total", "riv", "lambda", "fmi",
)  # fmt: skip
SMALLEST_LAMBDA = 1e-4


def pool(
    estimates: npt.ArrayLike,
    variances: npt.ArrayLike,
    *,
    names: Sequence[str],
    df_complete: float,
    n: int,
) -> Result:
    """Return pooled estimates with t intervals at 95 %.

    Args:
        estimates: completed data sets x terms.
        variances: their squared standard errors, in the same shape.
        names: of the terms.
        df_complete: degrees of freedom if nothing were missing (n less the terms).
        n: people.

    Returns:
        Result with table "pooled": T = within + (1 + 1/m) between; riv, lambda and fmi say how much
        is owed to what is missing.
    """
    values, squares = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    if values.ndim != 2 or values.shape != squares.shape or values.shape[1] != len(names):
        raise ValueError("Estimates and variances are tables of data sets x terms, a name a term.")
    m = len(values)
    if m < 2:
        return Result(POOLED, SOURCE, n=n, reason=Reason.TOO_FEW_GROUPS)
    if not (np.isfinite(values).all() and np.isfinite(squares).all()):
        return Result(POOLED, SOURCE, n=n, reason=Reason.NOT_FINITE)
    rows = tuple(
        _row(name, values[:, place], squares[:, place], df_complete)
        for place, name in enumerate(names)
    )
    return Result(
        POOLED,
        SOURCE,
        n=n,
        details={"imputations": m, "df_complete": df_complete},
        tables=(Table("pooled", COLUMNS, rows),),
    )


def _row(name: str, values: Floats, squares: Floats, df_complete: float) -> tuple[Value, ...]:
    from scipy import stats

    m = len(values)
    estimate, within = float(values.mean()), float(squares.mean())
    between = float(values.var(ddof=1))
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total
    riv = (1 + 1 / m) * between / within
    df = _degrees(m, max(share, SMALLEST_LAMBDA), df_complete)
    se = float(np.sqrt(total))
    t = estimate / se
    half = float(stats.t.ppf(0.975, df)) * se
    fmi = (riv + 2 / (df + 3)) / (riv + 1)
    p = float(2 * stats.t.sf(abs(t), df))
    return (
        *(name, estimate, se, df, t, p, estimate - half, estimate + half),
        *(within, between, total, riv, share, fmi),
    )


def _degrees(m: int, share: float, df_complete: float) -> float:
    old = (m - 1) / share**2
    if not np.isfinite(df_complete):
        return old
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
    return old * observed / (old + observed)


def pooled_regression(imputed: Imputed, *, model: RegressionModel) -> Result:
    """Return a linear regression fitted in each completed data set and pooled.

    Args:
        imputed: completed data sets, as `impute` returns them.
        model: outcome and terms.
    """
    if model.outcome not in imputed.completed[0] or isinstance(
        imputed.completed[0][model.outcome], Factor
    ):
        raise ValueError(f"The outcome {model.outcome!r} must be a column of numbers.")
    fits = [_fit(data, model) for data in imputed.completed]
    reasons = [fit for fit in fits if isinstance(fit, Reason)]
    if reasons:
        return Result(POOLED, SOURCE, n=imputed.n, reason=reasons[0])
    found = [fit for fit in fits if not isinstance(fit, Reason)]
    names, df = found[0][2], found[0][3]
    return pool(
        [fit[0] for fit in found],
        [fit[1] for fit in found],
        names=names,
        df_complete=df,
        n=imputed.n,
    )


def _fit(
    data: Variables, model: RegressionModel
) -> tuple[Floats, Floats, tuple[str, ...], int] | Reason:
    outcome = np.asarray(data[model.outcome])
    design = model_matrix(data, terms=model.terms)
    x = design.matrix
    df = len(x) - x.shape[1]
    if df < 1:
        return Reason.TOO_FEW
    if design.is_deficient:
        return Reason.RANK_DEFICIENT
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ outcome)
    residual = outcome - x @ beta
    rss = float(residual @ residual)
    if rss <= 1e-20 * float(((outcome - outcome.mean()) ** 2).sum()):
        return Reason.NO_VARIANCE
    sigma2 = rss / df
    return beta, np.diag(inverse) * sigma2, design.names, df
