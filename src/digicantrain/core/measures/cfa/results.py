"""Confirmatory factor analysis and measurement invariance as results."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.cfa.fitting import Fitted, NoConvergenceError, fit, start_of
from digicantrain.core.measures.cfa.indices import Judged, judge, robust, standardised_loadings
from digicantrain.core.measures.cfa.likelihood import Sample, sample_of
from digicantrain.core.measures.cfa.model import Equal, FactorModel, build
from digicantrain.core.measures.model_matrix import Factor, Floats
from digicantrain.core.measures.result import Reason, Result, Table, Value

SMALLEST_N = 5
SOURCE = (
    "Joereskog 1969, doi:10.1007/BF02289343; Bentler 1990, doi:10.1037/0033-2909.107.2.238; "
    "Steiger 1990, doi:10.1207/s15327906mbr2502_4; Hu and Bentler 1999, "
    "doi:10.1080/10705519909540118"
)
ROBUST_SOURCE = "Yuan and Bentler 2000, doi:10.1111/0081-1750.00078"
FIML_SOURCE = "Arbuckle 1996; Enders and Bandalos 2001, doi:10.1207/S15328007SEM0803_5"
INVARIANCE_SOURCE = "Vandenberg and Lance 2000, doi:10.1177/109442810031002"
LOADINGS = ("item", "factor", "loading", "se", "z", "p", "standardised")
Estimator = Literal["ml", "mlr", "fiml"]
METHODS: dict[str, str] = {
    "ml": "Confirmatory factor analysis by maximum likelihood, complete answers",
    "mlr": "Confirmatory factor analysis by maximum likelihood, robust errors and test",
    "fiml": "Confirmatory factor analysis by full-information maximum likelihood",
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
        factors: the items of each factor; the first one's loading is fixed at 1.
        estimator: "ml" (people without gaps), "mlr" (the same with robust standard errors and
            scaled test), "fiml" (all people who answered anything, missing at random).

    Returns:
        Result with details chisq, df, p, cfi, tli, rmsea and its 90 % interval, srmr, aic, bic,
        log_likelihood, baseline_chisq, baseline_df, with "mlr" also chisq_scaled,
        scaling_factor, cfi_robust, tli_robust, rmsea_robust; tables "loadings" (expected
        information's errors; observed with FIML), "factors" (covariances, correlations),
        "residuals". A negative variance is warned of.

    Raises:
        ValueError: a factor names an item that is not there.
    """
    model = build(factors, with_means=estimator == "fiml")
    rows = _rows(answers, model)
    source = SOURCE + {"ml": "", "mlr": f"; {ROBUST_SOURCE}", "fiml": f"; {FIML_SOURCE}"}[estimator]
    kept = ~np.isnan(rows).all(axis=1) if estimator == "fiml" else ~np.isnan(rows).any(axis=1)
    rows = rows[kept]
    reason = _reason(rows, model)
    if reason is None:
        try:
            samples = [sample_of(rows)]
            judged = judge(fit(model, samples, start=start_of(model, samples)))
            return _result(judged, estimator, source, left_out=int((~kept).sum()))
        except (NoConvergenceError, np.linalg.LinAlgError):
            reason = Reason.NOT_CONVERGED
    return Result(METHODS[estimator], source, n=len(rows), reason=reason)


def _rows(answers: Mapping[str, npt.ArrayLike], model: FactorModel) -> Floats:
    missing = [item for item in model.items if item not in answers]
    if missing:
        raise ValueError(f"The factors name {missing[0]!r}, which is not among the columns.")
    return np.column_stack([np.asarray(answers[item], dtype=float) for item in model.items])


def _reason(rows: Floats, model: FactorModel) -> Reason | None:
    n, p = rows.shape
    if n == 0:
        return Reason.ALL_MISSING
    moments = p * (p + 1) // 2 + (p if model.with_means else 0)
    if n <= p or n < SMALLEST_N or (~np.isnan(rows)).sum(axis=0).min() < SMALLEST_N:
        return Reason.TOO_FEW
    if len(model.cells) > moments * model.groups:
        return Reason.TOO_FEW_ITEMS
    with np.errstate(over="ignore", invalid="ignore"):
        spread = np.nanvar(rows, axis=0)
    if not np.isfinite(spread).all():
        return Reason.NOT_FINITE
    if (spread == 0).any():
        return Reason.NO_VARIANCE
    return _deficiency(rows)


def _deficiency(rows: Floats) -> Reason | None:
    """Return whether items follow from others, as far as complete rows can tell."""
    complete = rows[~np.isnan(rows).any(axis=1)]
    if len(complete) <= rows.shape[1]:
        return None
    moved = complete - complete.mean(axis=0)
    size = np.sqrt((moved**2).sum(axis=0))
    if (size == 0).any():
        return None
    rank = int(np.linalg.matrix_rank(moved / size, tol=1e-10))
    return Reason.RANK_DEFICIENT if rank < rows.shape[1] else None


def _result(judged: Judged, estimator: Estimator, source: str, *, left_out: int) -> Result:
    fitted = judged.fitted
    details: dict[str, Value] = dict(judged.figures())
    if estimator == "mlr":
        more, covariance = robust(judged)
        details |= more
    elif estimator == "fiml":
        covariance = np.asarray(np.linalg.inv(fitted.observed_information()))
        details["patterns"] = len(fitted.samples[0].patterns)
    else:
        covariance = np.asarray(np.linalg.inv(fitted.expected_information()))
    details["left_out"] = left_out
    return Result(
        METHODS[estimator],
        source,
        n=judged.n,
        details=details,
        tables=(_loadings(fitted, covariance), _factors(fitted), _residuals(fitted)),
        warnings=_warnings(fitted),
    )


def _loadings(fitted: Fitted, covariance: Floats) -> Table:
    from scipy import stats

    model, standardised = fitted.model, standardised_loadings(fitted)
    loadings = fitted.matrices[0].loadings
    rows: list[tuple[Value, ...]] = []
    for item, factor in enumerate(model.factor_of):
        value = float(loadings[item, factor])
        place = model.find("loadings", item, factor)
        tested: tuple[Value, ...] = (None, None, None)
        if place is not None:
            se = float(np.sqrt(max(covariance[place, place], 0.0)))
            tested = (se, value / se, float(2 * stats.norm.sf(abs(value / se))))
        rows.append((model.items[item], model.factors[factor], value, *tested, standardised[item]))
    return Table("loadings", LOADINGS, tuple(rows))


def _factors(fitted: Fitted) -> Table:
    covariance = fitted.matrices[0].factors
    sd = np.sqrt(np.diag(covariance))
    names = fitted.model.factors
    rows = tuple(
        (one, names[j], float(covariance[i, j]), float(covariance[i, j] / (sd[i] * sd[j])))
        for i, one in enumerate(names)
        for j in range(i, len(names))
    )
    return Table("factors", ("factor", "with", "covariance", "correlation"), rows)


def _residuals(fitted: Fitted) -> Table:
    matrices = fitted.matrices[0]
    total = np.diag(matrices.covariance)
    rows = tuple(
        (item, float(left), float(1 - left / all_))
        for item, left, all_ in zip(fitted.model.items, matrices.residuals, total, strict=True)
    )
    return Table("residuals", ("item", "variance", "r2"), rows)


def _warnings(fitted: Fitted) -> tuple[str, ...]:
    found = []
    for matrices in fitted.matrices:
        if (matrices.residuals < 0).any():
            found.append(
                "An item has a negative residual variance: do not interpret this solution."
            )
        if np.linalg.eigvalsh(matrices.factors)[0] <= 0:
            found.append("Factors correlate beyond 1: do not interpret this solution.")
    return tuple(dict.fromkeys(found))


# --- invariance ---


def measurement_invariance(
    answers: Mapping[str, npt.ArrayLike],
    *,
    factors: Mapping[str, Sequence[str]],
    groups: Factor,
    up_to: Equal = Equal.STRICT,
) -> Result:
    """Return whether a questionnaire measures alike in several groups.

    Args:
        answers: a column of numbers for each item; people with gaps are left out.
        factors: the items of each factor.
        groups: each person's group.
        up_to: the strictest model: configural, metric (equal loadings), scalar (and intercepts),
            strict (and residual variances).

    Returns:
        Result with tables "models" (each model's fit) and "steps" (likelihood-ratio test and change
        of CFI and RMSEA from each model to the next).
    """
    method = "Measurement invariance by multi-group confirmatory factor analysis"
    source = f"{SOURCE}; {INVARIANCE_SOURCE}"
    one = build(factors, with_means=True)
    rows = _rows(answers, one)
    kept = ~np.isnan(rows).any(axis=1) & ~groups.missing
    there = [code for code in range(len(groups.levels)) if (groups.codes[kept] == code).any()]
    parts = [rows[kept & (groups.codes == code)] for code in there]
    n = int(kept.sum())
    reason = _reason_of_groups(parts, one)
    if reason:
        return Result(method, source, n=n, reason=reason)
    try:
        judged = _models(factors, [sample_of(part) for part in parts], up_to)
    except (NoConvergenceError, np.linalg.LinAlgError):
        return Result(method, source, n=n, reason=Reason.NOT_CONVERGED)
    warnings = tuple(
        dict.fromkeys(text for one_model in judged for text in _warnings(one_model.fitted))
    )
    return Result(
        method,
        source,
        n=n,
        details={
            "groups": len(parts),
            **{f"n_{groups.levels[code]}": len(p) for code, p in zip(there, parts, strict=True)},
            "left_out": len(rows) - n,
        },
        tables=(_model_table(judged), _step_table(judged)),
        warnings=warnings,
    )


def _reason_of_groups(parts: Sequence[Floats], model: FactorModel) -> Reason | None:
    if not parts:
        return Reason.ALL_MISSING
    if len(parts) < 2:
        return Reason.TOO_FEW_GROUPS
    found = [reason for part in parts if (reason := _reason(part, model))]
    if Reason.TOO_FEW in found:
        return Reason.GROUP_TOO_SMALL
    return found[0] if found else None


def _models(
    factors: Mapping[str, Sequence[str]], samples: Sequence[Sample], up_to: Equal
) -> list[Judged]:
    found = []
    for equal in Equal:
        if equal <= up_to:
            model = build(factors, groups=len(samples), equal=equal, with_means=True)
            found.append(judge(fit(model, samples, start=start_of(model, samples))))
    return found


def _model_table(judged: Sequence[Judged]) -> Table:
    figures = [one.figures() for one in judged]
    columns = ("model", *figures[0])
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (Equal(place).name.lower(), *row.values()) for place, row in enumerate(figures)
    )
    return Table("models", columns, rows)


def _step_table(judged: Sequence[Judged]) -> Table:
    from scipy import stats

    rows: list[tuple[Value, ...]] = []
    for place, (free, strict) in enumerate(pairwise(judged), 1):
        chisq, df = strict.chisq - free.chisq, strict.df - free.df
        before, after = free.figures(), strict.figures()
        changes = (after["cfi"] - before["cfi"], after["rmsea"] - before["rmsea"])
        p = float(stats.chi2.sf(max(chisq, 0.0), df))
        rows.append((Equal(place).name.lower(), chisq, df, p, *changes))
    columns = ("model", "chisq_difference", "df_difference", "p", "cfi_change", "rmsea_change")
    return Table("steps", columns, tuple(rows))
