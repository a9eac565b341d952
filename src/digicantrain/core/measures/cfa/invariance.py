"""Measurement invariance over groups as a result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.cfa.fitting import inverted
from digicantrain.core.measures.cfa.indices import Judged, robust
from digicantrain.core.measures.cfa.model import Equal, FactorModel, build
from digicantrain.core.measures.cfa.results import (
    Estimator,
    is_improper,
    is_robust,
    judged_fit,
    reason_of,
    rows_of,
    source_of,
    takes_gaps,
    tested,
)
from digicantrain.core.measures.model_matrix import Factor, Floats
from digicantrain.core.measures.result import Reason, Result, Table, Value

INVARIANCE_SOURCE = "Vandenberg and Lance 2000, doi:10.1177/109442810031002"
STEP_SOURCE = "Satorra and Bentler 2001, doi:10.1007/BF02296192"
METHOD = "Measurement invariance by multi-group confirmatory factor analysis"
WAYS: dict[str, str] = {
    "ml": "",
    "mlr": ", robust tests",
    "fiml": ", full-information maximum likelihood",
    "fiml_mlr": ", full-information maximum likelihood, robust tests",
}
STEPS = ("model", "chisq_difference", "df_difference", "p", "cfi_change", "rmsea_change")
MEANS = ("group", "factor", "mean", "se", "z", "p")


@dataclass(frozen=True)
class _Step:
    """A model that was fitted, its robust figures, and the covariance of its parameters."""

    equal: Equal
    judged: Judged
    corrected: dict[str, float]
    covariance: Floats


def measurement_invariance(
    answers: Mapping[str, npt.ArrayLike],
    *,
    factors: Mapping[str, Sequence[str]],
    groups: Factor,
    up_to: Equal = Equal.STRICT,
    estimator: Estimator = "ml",
) -> Result:
    """Return whether a questionnaire measures alike in several groups.

    Args:
        answers: a column of numbers for each item, a row a person; NaN is missing.
        factors: the items of each factor.
        groups: each person's group.
        up_to: the strictest model: configural, metric (equal loadings), scalar (and intercepts),
            strict (and residual variances).
        estimator: as for `confirmatory_factor_analysis`; with "ml" and "mlr" people with gaps are
            left out, with "mlr" and "fiml_mlr" the differences are scaled.

    Returns:
        Result with tables "models" (each model's fit), "steps" (likelihood-ratio test and change
        of CFI and RMSEA from each model to the next) and, from the scalar model, "means" (of the
        factors in each group less that in the first one). A model that cannot be fitted ends the
        row with a warning; if it is the configural one there is a reason instead.

    Raises:
        ValueError: a factor names an item that is not there.
    """
    source = f"{source_of(estimator)}; {INVARIANCE_SOURCE}"
    source += f"; {STEP_SOURCE}" if is_robust(estimator) else ""
    one = build(factors, with_means=True)
    rows = rows_of(answers, one)
    answered = ~np.isnan(rows)
    kept = answered.any(axis=1) if takes_gaps(estimator) else answered.all(axis=1)
    kept &= ~groups.missing
    there = [code for code in range(len(groups.levels)) if (groups.codes[kept] == code).any()]
    parts = [rows[kept & (groups.codes == code)] for code in there]
    names = [groups.levels[code] for code in there]
    reason = _reason(parts, one)
    steps: list[_Step] = []
    if reason is None:
        steps, reason = _steps(factors, parts, up_to, estimator)
    n, method = int(kept.sum()), METHOD + WAYS[estimator]
    if not steps:
        return Result(method, source, n=n, reason=reason)
    return Result(
        method,
        source,
        n=n,
        details={
            "groups": len(parts),
            **{f"n_{name}": len(part) for name, part in zip(names, parts, strict=True)},
            "left_out": len(rows) - n,
        },
        tables=(_model_table(steps), _step_table(steps), *_mean_tables(steps, names)),
        warnings=_warnings(steps, reason),
    )


def _reason(parts: Sequence[Floats], model: FactorModel) -> Reason | None:
    if not parts:
        return Reason.ALL_MISSING
    if len(parts) < 2:
        return Reason.TOO_FEW_GROUPS
    found = [reason for part in parts if (reason := reason_of(part, model))]
    if Reason.TOO_FEW in found or any(len(part) <= part.shape[1] for part in parts):
        return Reason.GROUP_TOO_SMALL
    return found[0] if found else None


def _steps(
    factors: Mapping[str, Sequence[str]],
    parts: Sequence[Floats],
    up_to: Equal,
    estimator: Estimator,
) -> tuple[list[_Step], Reason | None]:
    """Return the models up to the strictest one or the first that fails, and why it does."""
    found: list[_Step] = []
    for equal in Equal:
        if equal > up_to:
            break
        model = build(factors, groups=len(parts), equal=equal, with_means=True)
        try:
            found.append(_step(model, parts, equal, estimator))
        except np.linalg.LinAlgError:
            return found, Reason.NOT_CONVERGED
        if is_improper(found[-1].judged.fitted):
            return found[:-1], Reason.IMPROPER
    return found, None


def _step(model: FactorModel, parts: Sequence[Floats], equal: Equal, estimator: Estimator) -> _Step:
    judged = judged_fit(model, parts)
    if is_robust(estimator):
        return _Step(equal, judged, *robust(judged))
    fitted = judged.fitted
    information = (
        fitted.observed_information() if takes_gaps(estimator) else fitted.expected_information()
    )
    return _Step(equal, judged, {}, inverted(information))


def _warnings(steps: Sequence[_Step], reason: Reason | None) -> tuple[str, ...]:
    if reason is None:
        return ()
    failed = Equal(len(steps)).name.lower()
    return (f"The {failed} model: {reason.words}.",)


def _model_table(steps: Sequence[_Step]) -> Table:
    figures: list[dict[str, Value]] = [
        {**step.judged.figures(), **step.corrected} for step in steps
    ]
    # a model without degrees of freedom lacks robust figures
    columns = max(figures, key=len)
    rows = tuple(
        (step.equal.name.lower(), *(row.get(name) for name in columns))
        for step, row in zip(steps, figures, strict=True)
    )
    return Table("models", ("model", *columns), rows)


def _step_table(steps: Sequence[_Step]) -> Table:
    from scipy import stats

    rows: list[tuple[Value, ...]] = []
    for free, strict in pairwise(steps):
        chisq, df = _difference(free, strict)
        before, after = free.judged, strict.judged
        changes = (after.cfi - before.cfi, after.rmsea - before.rmsea)
        p = None if chisq is None else float(stats.chi2.sf(max(chisq, 0.0), df))
        rows.append((strict.equal.name.lower(), chisq, df, p, *changes))
    return Table("steps", STEPS, tuple(rows))


def _difference(free: _Step, strict: _Step) -> tuple[float | None, int]:
    """Return the difference of chi-square, scaled if robust; none where its scale is negative."""
    df = strict.judged.df - free.judged.df
    chisq = strict.judged.chisq - free.judged.chisq
    if not strict.corrected:
        return chisq, df
    scales = [step.judged.df * step.corrected.get("scaling_factor", 0.0) for step in (strict, free)]
    scale = (scales[0] - scales[1]) / df
    return (chisq / scale if scale > 0 else None), df


def _mean_tables(steps: Sequence[_Step], groups: Sequence[str]) -> tuple[Table, ...]:
    """Return how the factors' means differ from those of the first group, by the scalar model."""
    if len(steps) <= Equal.SCALAR:
        return ()
    step = steps[Equal.SCALAR]
    fitted = step.judged.fitted
    rows = []
    for group, name in enumerate(groups[1:], 1):
        for number, factor in enumerate(fitted.model.factors):
            place = fitted.model.find("means", number, group=group)
            if place is not None:
                unit = float(step.judged.units[fitted.model.markers[number]])
                value = float(fitted.theta[place]) * unit
                test = tested(value, step.covariance[place, place] * unit**2)
                rows.append((name, factor, value, *test))
    return (Table("means", MEANS, tuple(rows)),)
