"""Estimates from several completed data sets, put together by Rubin's rules."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.missing.imputation import Imputed
from digicantrain.core.measures.model_matrix import Factor, Floats, Variables
from digicantrain.core.measures.regression import (
    Errors,
    Family,
    RegressionModel,
    linear_regression,
    logistic_regression,
    odds_ratios,
)
from digicantrain.core.measures.result import Reason, Result, Table, Value

POOLED = "Estimates pooled over completed data sets by Rubin's rules, Barnard-Rubin df"
SOURCE = (
    "Rubin 1987, Multiple Imputation for Nonresponse in Surveys, doi:10.1002/9780470316696; df: "
    "Barnard and Rubin 1999, doi:10.1093/biomet/86.4.948"
)
CLUSTER = "cluster of the errors"
# SDs by which chains may move on in the last rounds, unless that is chance
DRIFT, DRIFT_Z = 0.1, 4.0
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
        is owed to what is missing; details imputations, df_complete. Warned of: fewer data sets
        than 100 times the largest fmi (White, Royston and Wood 2011, doi:10.1002/sim.4067). A
        variance of nothing: reason zero-variance.

    Raises:
        ValueError: the tables differ in shape, or there is not a name for each term.
    """
    values, squares = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    if values.ndim != 2 or values.shape != squares.shape or values.shape[1] != len(names):
        raise ValueError("Estimates and variances are tables of data sets x terms, a name a term.")
    m = len(values)
    if m < 2:
        return Result(POOLED, SOURCE, n=n, reason=Reason.TOO_FEW_GROUPS)
    if not (np.isfinite(values).all() and np.isfinite(squares).all()):
        return Result(POOLED, SOURCE, n=n, reason=Reason.NOT_FINITE)
    if (squares <= 0).any():
        return Result(POOLED, SOURCE, n=n, reason=Reason.NO_VARIANCE)
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
        warnings=_of_number(m, max(float(row[-1] or 0) for row in rows)),
    )


def _of_number(m: int, fmi: float) -> tuple[str, ...]:
    wanted = math.ceil(100 * fmi - 1e-9)
    if m >= wanted:
        return ()
    return (f"{m} data sets are few where {fmi:.0%} of the information is missing: take {wanted}.",)


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


def pooled_regression(
    imputed: Imputed,
    *,
    model: RegressionModel,
    family: Family = "gaussian",
    errors: Errors = "ols",
    cluster: Factor | None = None,
) -> Result:
    """Return a regression fitted in each completed data set and pooled, beside complete rows.

    Args:
        imputed: completed data sets, as `impute` returns them.
        model: outcome and terms.
        family: "gaussian" for least squares, "binomial" for a logistic model of 0 and 1.
        errors: standard errors of least squares, as for `linear_regression`.
        cluster: each row's cluster, for errors by cluster.

    Returns:
        Result with tables "pooled" (as of `pool`; df if nothing were missing: people less terms, or
        clusters less 1), "complete_rows" (the same model on the people who answered all it needs),
        "chains" (how far chains have settled, see `Imputed.convergence`) and, for a logistic model,
        "odds_ratios"; details imputations, df_complete, complete (people). Warned of: chains that
        drift, few data sets for what is missing.

    Raises:
        ValueError: the outcome is no column of numbers, or not 0 and 1 for a logistic model.
    """
    if model.outcome not in imputed.completed[0] or isinstance(
        imputed.completed[0][model.outcome], Factor
    ):
        raise ValueError(f"The outcome {model.outcome!r} must be a column of numbers.")
    how = _Fitting(model, family, errors, cluster)
    fits = [how.fit(data) for data in imputed.completed]
    reasons = [fit.reason for fit in fits if fit.reason]
    if reasons:
        return Result(POOLED, SOURCE, n=imputed.n, reason=reasons[0])
    tables = [fit.table("coefficients") for fit in fits]
    found = pool(
        np.array([table.column("estimate") for table in tables], dtype=float),
        np.array([table.column("se") for table in tables], dtype=float) ** 2,
        names=[str(name) for name in tables[0].column("term")],
        df_complete=how.df(fits[0]),
        n=fits[0].n,
    )
    if found.reason:
        return found
    return _beside(found, imputed, how)


@dataclass(frozen=True)
class _Fitting:
    """How a model is fitted to one data set."""

    model: RegressionModel
    family: Family
    errors: Errors
    cluster: Factor | None

    def fit(self, data: Variables, rows: npt.NDArray[np.bool_] | None = None) -> Result:
        if self.family == "binomial":
            return logistic_regression(_rows(data, rows), model=self.model)
        if self.cluster is None:
            return linear_regression(_rows(data, rows), model=self.model, errors=self.errors)
        data = _rows({**data, CLUSTER: self.cluster}, rows)
        return linear_regression(data, model=self.model, errors=self.errors, cluster=CLUSTER)

    def df(self, fit: Result) -> float:
        terms = len(fit.table("coefficients").rows)
        return float(fit.details.get("df", fit.n - terms) or 0)

    def columns(self) -> tuple[str, ...]:
        return (self.model.outcome, *(n for term in self.model.terms for n in term.split(":")))


def _rows(data: Variables, rows: npt.NDArray[np.bool_] | None) -> dict[str, Factor | Floats]:
    if rows is None:
        return dict(data)
    return {
        name: Factor(one.levels, one.codes[rows]) if isinstance(one, Factor) else one[rows]
        for name, one in data.items()
    }


def _beside(found: Result, imputed: Imputed, how: _Fitting) -> Result:
    """Return the pooled result with complete rows, chains and warnings beside it."""
    nowhere = np.zeros(imputed.n, dtype=bool)
    gaps = [imputed.gaps.get(name, nowhere) for name in how.columns()]
    complete = ~np.any(gaps, axis=0)
    fit = how.fit(imputed.completed[0], complete)
    tables, warnings = list(found.tables), list(found.warnings)
    if how.family == "binomial":
        tables.append(odds_ratios(found.tables[0]))
    if fit.reason:
        warnings.append(f"Of complete rows alone: {fit.reason.words}.")
    else:
        tables.append(_complete_rows(fit.table("coefficients"), how.df(fit)))
    chains = imputed.convergence()
    if chains.rows:
        tables.append(chains)
    warnings += _of_chains(chains, imputed.rounds)
    return replace(
        found,
        details={**found.details, "complete": int(complete.sum())},
        tables=tuple(tables),
        warnings=tuple(warnings),
    )


def _complete_rows(table: Table, df: float) -> Table:
    rows = tuple((*row[:3], df, *row[3:]) for row in table.rows)
    return Table("complete_rows", COLUMNS[:8], rows)


def _of_chains(chains: Table, rounds: int) -> list[str]:
    apart = [
        str(name)
        for name, drift, z in zip(
            *(chains.column(column) for column in ("column", "drift", "drift_z")), strict=True
        )
        if abs(float(drift or 0)) > DRIFT and abs(float(z or 0)) > DRIFT_Z
    ]
    if not apart:
        return []
    shown = ", ".join(apart[:5]) + (" and others" if len(apart) > 5 else "")
    return [f"The chains of {shown} still drift after {rounds} rounds: take more rounds."]
