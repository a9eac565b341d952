"""Confirmatory factor analysis as a result."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.cfa.fitting import (
    NoConvergenceError,
    Point,
    fit,
    inverted,
    start_of,
)
from digicantrain.core.measures.cfa.indices import Judged, judge, robust, standardised_loadings
from digicantrain.core.measures.cfa.likelihood import sample_of
from digicantrain.core.measures.cfa.model import FactorModel, build
from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.result import Reason, Result, Table, Value
from digicantrain.core.measures.spread import is_deficient

SMALLEST_N = 5
SOURCE = (
    "Joereskog 1969, doi:10.1007/BF02289343; Bentler 1990, doi:10.1037/0033-2909.107.2.238; "
    "Steiger 1990, doi:10.1207/s15327906mbr2502_4; Hu and Bentler 1999, "
    "doi:10.1080/10705519909540118"
)
ROBUST_SOURCE = (
    "Yuan and Bentler 2000, doi:10.1111/0081-1750.00078; Savalei 2018, "
    "doi:10.1080/00273171.2018.1455142"
)
FIML_SOURCE = "Arbuckle 1996; Enders and Bandalos 2001, doi:10.1207/S15328007SEM0803_5"
LOADINGS = ("item", "factor", "loading", "se", "z", "p", "standardised")
Estimator = Literal["ml", "mlr", "fiml", "fiml_mlr"]
METHODS: dict[str, str] = {
    "ml": "Confirmatory factor analysis by maximum likelihood, complete answers",
    "mlr": "Confirmatory factor analysis by maximum likelihood, robust errors and test",
    "fiml": "Confirmatory factor analysis by full-information maximum likelihood",
    "fiml_mlr": (
        "Confirmatory factor analysis by full-information maximum likelihood, robust errors and "
        "test"
    ),
}


def confirmatory_factor_analysis(
    answers: Mapping[str, npt.ArrayLike],
    *,
    factors: Mapping[str, Sequence[str]],
    estimator: Estimator = "ml",
) -> Result:
    """Return a confirmatory factor analysis with simple structure and correlated factors.

    Args:
        answers: a column of numbers for each item, a row a person; NaN is missing.
        factors: the items of each factor; the first one's loading is fixed at 1. A factor of one
            item is that item, without error.
        estimator: "ml" (people without gaps), "mlr" (the same with robust standard errors and
            scaled test), "fiml" (all people who answered anything, missing at random), "fiml_mlr"
            (both).

    Returns:
        Result with details chisq, df, p, cfi, tli, rmsea and its 90 % interval, srmr, aic, bic,
        log_likelihood, baseline_chisq, baseline_df, with "mlr" also chisq_scaled, p_scaled,
        scaling_factor, cfi_robust, tli_robust, rmsea_robust (the last three without gaps only);
        tables "loadings" (expected information's errors; observed with FIML; sandwich with MLR),
        "factors" (covariances, correlations), "residuals". A negative variance or a correlation of
        factors beyond 1 gives the reason "improper-solution".

    Raises:
        ValueError: a factor names an item that is not there.
    """
    model = build(factors, with_means=takes_gaps(estimator))
    rows = rows_of(answers, model)
    source = source_of(estimator)
    kept = ~np.isnan(rows).all(axis=1) if takes_gaps(estimator) else ~np.isnan(rows).any(axis=1)
    rows = rows[kept]
    reason = reason_of(rows, model)
    if reason is None:
        try:
            judged = judged_fit(model, [rows])
            if not is_improper(judged.fitted):
                return _result(judged, estimator, source, left_out=int((~kept).sum()))
            reason = Reason.IMPROPER
        except np.linalg.LinAlgError:
            reason = Reason.NOT_CONVERGED
    return Result(METHODS[estimator], source, n=len(rows), reason=reason)


def judged_fit(model: FactorModel, parts: Sequence[Floats]) -> Judged:
    """Fit a model to the rows of each group, measured in standard deviations of all, and judge it.

    Raises:
        NoConvergenceError: no best parameters were found.
    """
    everybody = np.vstack(parts)
    centre, units = np.nanmean(everybody, axis=0), np.nanstd(everybody, axis=0)
    samples = [sample_of((rows - centre) / units) for rows in parts]
    return judge(fit(model, samples, start=start_of(model, samples)), units=units)


def takes_gaps(estimator: Estimator) -> bool:
    """Return whether people with gaps are used."""
    return estimator in {"fiml", "fiml_mlr"}


def is_robust(estimator: Estimator) -> bool:
    """Return whether errors and test hold for answers that are not normal."""
    return estimator in {"mlr", "fiml_mlr"}


def source_of(estimator: Estimator) -> str:
    """Return where the formulas come from."""
    parts = [SOURCE]
    parts += [ROBUST_SOURCE] if is_robust(estimator) else []
    parts += [FIML_SOURCE] if takes_gaps(estimator) else []
    return "; ".join(parts)


def rows_of(answers: Mapping[str, npt.ArrayLike], model: FactorModel) -> Floats:
    """Return the answers to a model's items, people x items.

    Raises:
        ValueError: an item is not there.
    """
    missing = [item for item in model.items if item not in answers]
    if missing:
        raise ValueError(f"The factors name {missing[0]!r}, which is not among the columns.")
    return np.column_stack([np.asarray(answers[item], dtype=float) for item in model.items])


def reason_of(rows: Floats, model: FactorModel) -> Reason | None:
    """Return why a model cannot be fitted to the answers of a group, if so."""
    n, p = rows.shape
    if n == 0:
        return Reason.ALL_MISSING
    answered = (~np.isnan(rows)).astype(float)
    if n < SMALLEST_N or (answered.T @ answered).min() < SMALLEST_N:
        return Reason.TOO_FEW
    moments = p * (p + 1) // 2 + (p if model.with_means else 0)
    if n <= p or len(model.cells) > moments * model.groups:
        return Reason.NOT_IDENTIFIED
    with np.errstate(over="ignore", invalid="ignore"):
        spread = np.nanvar(rows, axis=0)
    if not np.isfinite(spread).all():
        return Reason.NOT_FINITE
    if (spread == 0).any():
        return Reason.NO_VARIANCE
    complete = rows[answered.all(axis=1)]
    # with as few complete answers as items they do not tell
    known = len(complete) > p and (np.ptp(complete, axis=0) > 0).all()
    return Reason.RANK_DEFICIENT if known and is_deficient(complete) else None


def is_improper(fitted: Point) -> bool:
    """Return whether a variance is negative, or factors correlate beyond 1."""
    return any(
        (at.residuals < 0).any() or np.linalg.eigvalsh(at.factors)[0] <= 0 for at in fitted.matrices
    )


def _result(judged: Judged, estimator: Estimator, source: str, *, left_out: int) -> Result:
    fitted = judged.fitted
    details: dict[str, Value] = dict(judged.figures())
    if is_robust(estimator):
        more, covariance = robust(judged)
        details |= more
    elif takes_gaps(estimator):
        covariance = inverted(fitted.observed_information())
    else:
        covariance = inverted(fitted.expected_information())
    if takes_gaps(estimator):
        details["patterns"] = len(fitted.samples[0].counts)
    details["left_out"] = left_out
    return Result(
        METHODS[estimator],
        source,
        n=judged.n,
        details=details,
        tables=(_loadings(judged, covariance), _factors(judged), _residuals(judged)),
    )


def tested(value: float, variance: float) -> tuple[float, float, float]:
    """Return standard error, z and p of an estimate."""
    from scipy import stats

    se = float(np.sqrt(variance))
    if not se > 0:
        raise NoConvergenceError
    return se, value / se, float(2 * stats.norm.sf(abs(value / se)))


def _loadings(judged: Judged, covariance: Floats) -> Table:
    fitted, model = judged.fitted, judged.fitted.model
    standardised = standardised_loadings(fitted)
    loadings = fitted.matrices[0].loadings
    rows: list[tuple[Value, ...]] = []
    for item, factor in enumerate(model.factor_of):
        unit = float(judged.units[item] / judged.units[model.markers[factor]])
        value = float(loadings[item, factor]) * unit
        place = model.find("loadings", item, factor)
        test: tuple[Value, ...] = (None, None, None)
        if place is not None:
            test = tested(value, covariance[place, place] * unit**2)
        rows.append((model.items[item], model.factors[factor], value, *test, standardised[item]))
    return Table("loadings", LOADINGS, tuple(rows))


def _factors(judged: Judged) -> Table:
    model, found = judged.fitted.model, judged.fitted.matrices[0].factors
    units, sd = judged.units[model.markers], np.sqrt(np.diag(found))
    covariance, correlation = found * np.outer(units, units), found / np.outer(sd, sd)
    rows = tuple(
        (one, model.factors[j], float(covariance[i, j]), float(correlation[i, j]))
        for i, one in enumerate(model.factors)
        for j in range(i, len(model.factors))
    )
    return Table("factors", ("factor", "with", "covariance", "correlation"), rows)


def _residuals(judged: Judged) -> Table:
    matrices = judged.fitted.matrices[0]
    left = matrices.residuals * judged.units**2
    explained = 1 - matrices.residuals / np.diag(matrices.covariance)
    rows = tuple(
        (item, float(variance), float(r2))
        for item, variance, r2 in zip(judged.fitted.model.items, left, explained, strict=True)
    )
    return Table("residuals", ("item", "variance", "r2"), rows)
