"""The results of linear mixed models: fixed and random effects, intraclass correlation, means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.distributions import normal_quantile, t_quantile, t_upper
from digicantrain.core.measures.mixed.blocks import Grouped, RandomTerm, grouped, prepare
from digicantrain.core.measures.mixed.fitting import Fit, NoConvergenceError, fit
from digicantrain.core.measures.mixed.inference import Inference
from digicantrain.core.measures.mixed.likelihood import left_by_all
from digicantrain.core.measures.model_matrix import (
    Factor,
    Floats,
    ModelMatrix,
    Variables,
    model_matrix,
)
from digicantrain.core.measures.result import Interval, Reason, Result, Table, Value

SMALLEST_N = 5
SATURATED = 1e-9
LARGE_THETA = 100.0
VANISHED = 1e-12
SOURCE = (
    "Bates, Maechler, Bolker and Walker 2015, doi:10.18637/jss.v067.i01; Satterthwaite df: "
    "Kuznetsova, Brockhoff and Christensen 2017, doi:10.18637/jss.v082.i13"
)
FIXED = ("term", "estimate", "se", "df", "t", "p", "low", "high")
RANDOM = ("group", "effect", "with", "covariance", "sd_or_correlation")
MEANS = ("mean", "se", "df", "low", "high")
CONTRASTS = ("contrast", "difference", "se", "df", "t", "p")


@dataclass(frozen=True)
class MixedModel:
    """What is modelled: an outcome by fixed terms, with random terms; REML or ML.

    `fixed` names columns and interactions ("arm", "pre", "arm:month").
    """

    outcome: str
    fixed: tuple[str, ...] = ()
    random: tuple[RandomTerm, ...] = ()
    reml: bool = True

    @property
    def method(self) -> str:
        """The model in words."""
        how = "REML" if self.reml else "maximum likelihood"
        right = " + ".join(("1", *self.fixed, *(_written(term) for term in self.random)))
        return f"Linear mixed model by {how}: {self.outcome} ~ {right}"


def _written(term: RandomTerm) -> str:
    bar = "|" if term.correlated or len(term.names) == 1 else "||"
    left = " + ".join(("1" if term.intercept else "0", *term.slopes))
    return f"({left} {bar} {term.group})"


@dataclass(frozen=True)
class _Prepared:
    model: MixedModel
    matrix: ModelMatrix
    terms: tuple[Grouped, ...]
    outcome: Floats


@dataclass(frozen=True)
class _Fitted:
    prepared: _Prepared
    fit: Fit
    inference: Inference


def linear_mixed_model(
    variables: Variables, *, model: MixedModel, level: float = 0.95, modes: bool = False
) -> Result:
    """Return a linear mixed model.

    Args:
        variables: columns by name, factors or numbers, a row an observation; rows that miss the
            outcome or a term are left out.
        model: what is modelled.
        level: of the Wald intervals.
        modes: whether the conditional modes of the random effects are returned too.

    Returns:
        Result with tables "fixed" (estimate, GLS standard error, Satterthwaite df, t, p, interval),
        "random" (variances, covariances; standard deviations, correlations) and, if asked for,
        "modes: GROUP"; details log_likelihood, criterion (-2 log likelihood, or the REML
        criterion), aic, bic, groups of each term, left_out. A variance that vanishes is warned of.

    Raises:
        ValueError: the model names a column that is not there or is of the wrong kind.
    """
    found = _fit(variables, model)
    if isinstance(found, Result):
        return found
    fitted = found.fit
    tables = [_fixed_table(found, level), _random_table(found)]
    if modes:
        tables += _mode_tables(found)
    return Result(
        model.method,
        SOURCE,
        n=fitted.blocks.n,
        details=_details(found, len(next(iter(variables.values())))),
        tables=tuple(tables),
        warnings=_warnings(found),
    )


def _fit(variables: Variables, model: MixedModel) -> "_Fitted | Result":
    prepared = _prepare(variables, model)
    reason = _reason(prepared)
    if reason is None:
        with np.errstate(all="ignore"):
            found = _fitted(prepared, reml=model.reml)
        if not isinstance(found, Reason):
            return _Fitted(prepared, found, Inference(found))
        reason = found
    return Result(model.method, SOURCE, n=len(prepared.outcome), reason=reason)


def _fitted(prepared: _Prepared, *, reml: bool) -> Fit | Reason:
    try:
        blocks = prepare(prepared.outcome, matrix=prepared.matrix, terms=prepared.terms)
    except np.linalg.LinAlgError:
        return Reason.NOT_CONVERGED
    explained = left_by_all(blocks) < SATURATED
    try:
        found = fit(blocks, reml=reml)
    except (NoConvergenceError, np.linalg.LinAlgError):
        return Reason.GROUP_TOO_SMALL if explained else Reason.NOT_CONVERGED
    # where groups can explain each row, the residual variance may run off to nothing
    runs_off = explained and np.abs(found.theta).max() > LARGE_THETA
    return Reason.GROUP_TOO_SMALL if runs_off else found


def _prepare(variables: Variables, model: MixedModel) -> _Prepared:
    if not model.random:
        raise ValueError("A mixed model needs a random term; without one it is a regression.")
    outcome = variables.get(model.outcome)
    if outcome is None or isinstance(outcome, Factor):
        raise ValueError(f"The outcome {model.outcome!r} must be a column of numbers.")
    keep = ~np.isnan(outcome)
    for name in {name for term in model.random for name in (term.group, *term.slopes)}:
        keep &= _present(variables.get(name), len(outcome))
    matrix = model_matrix({**variables, model.outcome: outcome}, terms=model.fixed, keep=keep)
    terms = (
        tuple(grouped(term, variables=variables, rows=matrix.complete) for term in model.random)
        if matrix.complete.any()
        else ()
    )
    return _Prepared(model, matrix, terms, outcome[matrix.complete])


def _present(variable: Factor | Floats | None, rows: int) -> npt.NDArray[np.bool_]:
    if variable is None:
        return np.ones(rows, dtype=bool)
    return ~variable.missing if isinstance(variable, Factor) else ~np.isnan(variable)


def _reason(prepared: _Prepared) -> Reason | None:
    outcome, matrix = prepared.outcome, prepared.matrix.matrix
    n = len(outcome)
    if n < SMALLEST_N or n <= matrix.shape[1]:
        return Reason.TOO_FEW if n else Reason.ALL_MISSING
    values = [outcome, matrix, *(term.values for term in prepared.terms)]
    with np.errstate(over="ignore", invalid="ignore"):
        if not all(np.isfinite((value**2).sum()) for value in values):
            return Reason.NOT_FINITE
    if any(len(term.levels) < 2 for term in prepared.terms):
        return Reason.TOO_FEW_GROUPS
    if any(_is_crowded(term, n) for term in prepared.terms):
        return Reason.GROUP_TOO_SMALL
    if prepared.matrix.is_deficient or any(_is_deficient(term) for term in prepared.terms):
        return Reason.RANK_DEFICIENT
    return Reason.NO_VARIANCE if _is_explained(outcome, matrix) else None


def _is_crowded(term: Grouped, n: int) -> bool:
    """Return whether a term has as many effects as there are rows."""
    return (term.width if term.term.correlated else len(term.levels)) >= n


def _is_deficient(term: Grouped) -> bool:
    return bool(np.linalg.matrix_rank(term.values) < term.effects)


def _is_explained(outcome: Floats, matrix: Floats) -> bool:
    """Return whether nothing is left to explain: all alike, or predicted without error."""
    residual = outcome - matrix @ np.linalg.lstsq(matrix, outcome, rcond=None)[0]
    return bool(np.abs(residual).max() <= 1e-10 * max(1.0, float(np.abs(outcome).max())))


# --- tables ---


def _fixed_table(found: _Fitted, level: float) -> Table:
    beta, covariance = found.fit.beta, found.fit.covariance
    z = normal_quantile((1 + level) / 2)
    rows = []
    for place, name in enumerate(found.prepared.matrix.names):
        contrast = np.zeros(len(beta))
        contrast[place] = 1.0
        se = float(np.sqrt(covariance[place, place]))
        df, t, p = _t_test(found.inference, contrast, float(beta[place]), se)
        estimate = float(beta[place])
        rows.append((name, estimate, se, df, t, p, estimate - z * se, estimate + z * se))
    return Table("fixed", FIXED, tuple(rows))


def _t_test(
    inference: Inference, contrast: Floats, estimate: float, se: float
) -> tuple[float, float, float]:
    df = inference.satterthwaite(contrast)
    t = estimate / se
    return df, t, 2 * t_upper(abs(t), df)


def _random_table(found: _Fitted) -> Table:
    rows: list[tuple[Value, ...]] = []
    covariances = found.inference.random_covariances
    for term, covariance in zip(found.fit.blocks.terms, covariances, strict=True):
        names, group = term.term.names, term.term.group
        sd = np.sqrt(np.diag(covariance))
        rows += [
            (group, name, "", float(covariance[i, i]), float(sd[i])) for i, name in enumerate(names)
        ]
        if term.term.correlated:
            rows += [
                (group, names[j], names[i], float(covariance[i, j]), _ratio(covariance, sd, i, j))
                for i in range(len(names))
                for j in range(i)
            ]
    sigma2 = found.fit.sigma2
    rows.append(("Residual", "", "", sigma2, float(np.sqrt(sigma2))))
    return Table("random", RANDOM, tuple(rows))


def _ratio(covariance: Floats, sd: Floats, i: int, j: int) -> float | None:
    size = sd[i] * sd[j]
    return float(covariance[i, j] / size) if size > 0 else None


def _mode_tables(found: _Fitted) -> list[Table]:
    return [
        Table(
            f"modes: {term.term.group}",
            ("level", *term.term.names),
            tuple(
                (level, *(float(one) for one in row))
                for level, row in zip(term.levels, modes, strict=True)
            ),
        )
        for term, modes in zip(found.fit.blocks.terms, found.inference.modes(), strict=True)
    ]


def _details(found: _Fitted, rows: int) -> dict[str, Value]:
    fitted = found.fit
    parameters = fitted.blocks.fixed + len(fitted.theta) + 1
    deviance = fitted.deviance
    groups = {f"groups_{t.term.group}": len(t.levels) for t in fitted.blocks.terms}
    return {
        "log_likelihood": -deviance / 2,
        "criterion": deviance,
        "aic": deviance + 2 * parameters,
        "bic": deviance + float(np.log(fitted.blocks.n)) * parameters,
        **groups,
        "left_out": rows - fitted.blocks.n,
    }


def _warnings(found: _Fitted) -> tuple[str, ...]:
    if not any(found.fit.on_bound):
        return ()
    sizes = [np.diag(one) for one in found.inference.random_covariances]
    if any((size <= VANISHED * size.max()).any() for size in sizes):
        return ("A variance is estimated as zero: the groups do not differ beyond chance.",)
    return ("Random effects are estimated as wholly correlated: the data do not tell them apart.",)


# --- intraclass correlation ---


def intraclass_correlation_of_model(
    variables: Variables, *, outcome: str, group: str, reml: bool = False
) -> Result:
    """Return the share of variance between groups in a model with an intercept only.

    ICC = between / (between + residual). Value 0 to 1; details between, residual, groups.
    """
    model = MixedModel(outcome, (), (RandomTerm(group),), reml)
    found = _fit(variables, model)
    if isinstance(found, Result):
        return found
    between = float(found.inference.random_covariances[0][0, 0])
    residual = found.fit.sigma2
    return Result(
        f"Intraclass correlation from the null model. {model.method}",
        SOURCE,
        n=found.fit.blocks.n,
        value=between / (between + residual),
        details={
            "between": between,
            "residual": residual,
            "groups": len(found.fit.blocks.inner.levels),
        },
        warnings=_warnings(found),
    )


# --- marginal means ---


def mixed_marginal_means(
    variables: Variables,
    *,
    model: MixedModel,
    of: Sequence[str],
    by: Sequence[str] = (),
    at: Mapping[str, float] | None = None,
) -> Result:
    """Return estimated marginal means and their pairwise differences (Searle, Speed and Milliken
    1980, doi:10.1080/00031305.1980.10483031).

    Args:
        variables: as for `linear_mixed_model`.
        model: what is modelled.
        of: factors whose means are wanted; differences are between their levels.
        by: factors within whose levels they are compared.
        at: values at which covariates are held; else at their mean over the analysed rows.

    Returns:
        Result with tables "means" and "differences", with Satterthwaite df (no Kenward-Roger);
        factors that are not named are averaged with equal weights. p values are unadjusted.
    """
    found = _fit(variables, model)
    if isinstance(found, Result):
        return found
    grid = _Grid(found, tuple(by), tuple(of), dict(at or {}))
    return Result(
        f"Estimated marginal means. {model.method}",
        f"Searle, Speed and Milliken 1980, doi:10.1080/00031305.1980.10483031; {SOURCE}",
        n=found.fit.blocks.n,
        tables=(grid.means(), grid.differences()),
        details={f"{name}_held_at": value for name, value in grid.covariates.items()},
        warnings=_warnings(found),
    )


class _Grid:
    """The reference grid: each combination of levels as a row of the model's matrix."""

    def __init__(
        self, found: _Fitted, by: tuple[str, ...], of: tuple[str, ...], at: dict[str, float]
    ) -> None:
        self._found = found
        self._by, self._of = by, of
        kept = found.prepared.matrix.variables
        self._factors = {k: v.levels for k, v in kept.items() if isinstance(v, Factor)}
        for name in (*by, *of):
            if name not in self._factors:
                raise ValueError(f"{name!r} is not a factor of the model.")
        self.covariates = {
            k: float(at.get(k, v.mean())) for k, v in kept.items() if not isinstance(v, Factor)
        }

    def _row(self, chosen: Mapping[str, str]) -> Floats:
        free = [name for name in self._factors if name not in chosen]
        rows = [
            self._found.prepared.matrix.row(
                {**self.covariates, **chosen, **dict(zip(free, levels, strict=True))}
            )
            for levels in product(*(self._factors[name] for name in free))
        ]
        return np.asarray(np.mean(rows, axis=0))

    def _settings(self, names: tuple[str, ...]) -> list[dict[str, str]]:
        levels = product(*(self._factors[name] for name in names))
        return [dict(zip(names, one, strict=True)) for one in levels]

    def _estimate(self, contrast: Floats) -> tuple[float, float]:
        fitted = self._found.fit
        variance = float(contrast @ fitted.covariance @ contrast)
        return float(contrast @ fitted.beta), float(np.sqrt(variance))

    def means(self, level: float = 0.95) -> Table:
        """Return the mean of each combination, with its t interval."""
        rows: list[tuple[Value, ...]] = []
        for within in self._settings(self._by):
            for one in self._settings(self._of):
                contrast = self._row({**within, **one})
                mean, se = self._estimate(contrast)
                df = self._found.inference.satterthwaite(contrast)
                half = t_quantile((1 + level) / 2, df) * se
                limits = Interval(mean - half, mean + half, level)
                shown = (*within.values(), *one.values())
                rows.append((*shown, mean, se, df, limits.low, limits.high))
        return Table("means", (*self._by, *self._of, *MEANS), tuple(rows))

    def differences(self) -> Table:
        """Return first minus second for each pair within each setting of `by`."""
        rows: list[tuple[Value, ...]] = []
        for within in self._settings(self._by):
            settings = self._settings(self._of)
            for i, first in enumerate(settings):
                for second in settings[i + 1 :]:
                    contrast = self._row({**within, **first}) - self._row({**within, **second})
                    estimate, se = self._estimate(contrast)
                    name = f"{', '.join(first.values())} - {', '.join(second.values())}"
                    test = _t_test(self._found.inference, contrast, estimate, se)
                    rows.append((*within.values(), name, estimate, se, *test))
        return Table("differences", (*self._by, *CONTRASTS), tuple(rows))
