"""Analysis of covariance: groups compared at the same value of a covariate."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from digicantrain.core.measures.model_matrix import (
    SINGULAR,
    Factor,
    Floats,
    ModelMatrix,
    Variables,
    model_matrix,
)
from digicantrain.core.measures.multiplicity import holm
from digicantrain.core.measures.result import Effect, Reason, Result, Table, Value
from digicantrain.core.measures.spread import is_constant

SMALLEST_N = 5
# An integral for each pair takes milliseconds: of more groups than this Tukey's p is left out.
MOST_FOR_TUKEY = 20
SOURCE = (
    "Fisher 1932, Statistical Methods for Research Workers, section 49.1; adjusted means: Searle, "
    "Speed and Milliken 1980, doi:10.1080/00031305.1980.10483031; Tukey 1949, doi:10.2307/3001913"
)
MEANS = ("group", "n", "mean", "adjusted_mean", "se", "low", "high")
PAIRS = ("contrast", "difference", "se", "t", "p", "p_holm", "p_tukey", "low", "high")
TESTS = ("term", "sum_of_squares", "df", "F", "p", "partial_eta2")


def ancova(
    variables: Variables,
    *,
    outcome: str,
    group: str,
    covariates: Sequence[str],
    level: float = 0.95,
) -> Result:
    """Return an analysis of covariance with adjusted means and pairwise contrasts.

    Args:
        variables: columns by name; rows that miss a value are left out.
        outcome: numbers after the intervention.
        group: factor of the groups.
        covariates: numbers measured before (the same outcome at baseline, say).
        level: of the intervals, which are not adjusted for the number of pairs.

    Returns:
        Result with `effect` = partial eta squared of the group; details F, df1, df2, p of the
        group and slopes_p (whether slopes differ by group: a small p forbids this model); tables
        "tests" (type II sums of squares), "adjusted_means" (covariates at their mean),
        "contrasts" (p unadjusted, by Holm, by Tukey for up to 20 groups).
    """
    method = f"Analysis of covariance: {outcome} ~ {' + '.join((*covariates, group))}"
    values, labels = variables.get(outcome), variables.get(group)
    if values is None or isinstance(values, Factor) or not isinstance(labels, Factor):
        raise ValueError(f"{outcome!r} must be a column of numbers and {group!r} one of labels.")
    full = _Model(variables, outcome, (*covariates, group))
    reason = _reason(full, group)
    if reason:
        return Result(method, SOURCE, n=full.n, reason=reason)
    tests = _tests(full)
    _name, _ss, df1, f, p, eta2 = tests.rows[-1]
    details: dict[str, Value] = {"F": f, "df1": df1, "df2": full.df, "p": p}
    details["slopes_p"] = _slopes_p(variables, full, covariates, group)
    details["left_out"] = len(values) - full.n
    means, rows = _means(full, group, level)
    return Result(
        method,
        SOURCE,
        n=full.n,
        effect=Effect("partial eta squared", float(eta2 or 0.0)),
        details=details,
        tables=(tests, means, _contrasts(full, rows, level)),
    )


class _Model:
    """A least-squares fit."""

    def __init__(self, variables: Variables, outcome: str, terms: Sequence[str]) -> None:
        values = np.asarray(variables[outcome])
        self.design: ModelMatrix = model_matrix(variables, terms=terms, keep=~np.isnan(values))
        self.y = values[self.design.complete]
        self.n, self.columns = self.design.matrix.shape
        self.df = self.n - self.columns

    def fit(self) -> "_Model":
        """Compute coefficients, their unscaled covariance and the residual sum of squares."""
        q, r = np.linalg.qr(self.design.matrix)
        self.beta = np.linalg.solve(r, q.T @ self.y)
        inverse = np.linalg.inv(r)
        self.unscaled = inverse @ inverse.T
        residual = self.y - self.design.matrix @ self.beta
        self.rss = float(residual @ residual)
        return self

    @property
    def sigma2(self) -> float:
        """The residual variance."""
        return float(self.rss / self.df)


def _reason(model: _Model, group: str) -> Reason | None:
    if model.n < SMALLEST_N or model.df < 1:
        return Reason.TOO_FEW if model.n else Reason.ALL_MISSING
    labels = model.design.variables[group]
    assert isinstance(labels, Factor)  # noqa: S101 - checked before
    if np.bincount(labels.codes).min() < 2 or len(labels.levels) < 2:
        few = len(labels.levels) < 2
        return Reason.TOO_FEW_GROUPS if few else Reason.GROUP_TOO_SMALL
    with np.errstate(over="ignore", invalid="ignore"):
        if not np.isfinite((model.y**2).sum() + (model.design.matrix**2).sum()):
            return Reason.NOT_FINITE
    if model.design.is_deficient:
        return Reason.RANK_DEFICIENT
    if is_constant(model.y):
        return Reason.NO_VARIANCE
    model.fit()
    total = float(((model.y - model.y.mean()) ** 2).sum())
    return Reason.NO_VARIANCE if model.rss <= 1e-20 * total else None


def _tests(full: _Model) -> Table:
    from scipy import stats

    rows: list[tuple[Value, ...]] = []
    matrix, term_of = full.design.matrix, np.array(full.design.term_of)
    for number, term in enumerate(full.design.terms, 1):
        own = term_of == number
        squares, df, _left = _added(matrix[:, ~own], matrix[:, own], full)
        f = squares / df / full.sigma2
        p = float(stats.f.sf(f, df, full.df))
        rows.append((term, squares, df, f, p, squares / (squares + full.rss)))
    return Table("tests", TESTS, tuple(rows))


def _added(less: Floats, columns: Floats, full: _Model) -> tuple[float, int, float]:
    """Return what columns explain beyond others: sum of squares, df, and the squares left."""
    basis = np.linalg.qr(less)[0]
    residual, own = full.y, columns / np.sqrt((columns**2).sum(axis=0))
    for _ in range(2):
        residual = residual - basis @ (basis.T @ residual)
        own = own - basis @ (basis.T @ own)
    directions, sizes, _turn = np.linalg.svd(own, full_matrices=False)
    directions = directions[:, sizes > SINGULAR]
    explained = directions.T @ residual
    left = residual - directions @ explained
    return float(explained @ explained), directions.shape[1], float(left @ left)


def _slopes_p(
    variables: Variables, full: _Model, covariates: Sequence[str], group: str
) -> float | None:
    """Return the p of the interaction of group and covariates, or none where it cannot be told.

    Slopes of groups in which a covariate does not vary are left out of it.
    """
    from scipy import stats

    terms = [f"{name}:{group}" for name in covariates]
    products = model_matrix(variables, terms=terms, keep=full.design.complete, intercept=False)
    kept = products.matrix[:, (products.matrix != 0).any(axis=0)]
    squares, df, left = _added(full.design.matrix, kept, full)
    rest = full.df - df
    if df < 1 or rest < 1 or left <= 1e-20 * full.rss:
        return None
    return float(stats.f.sf(squares / df / (left / rest), df, rest))


def _means(full: _Model, group: str, level: float) -> tuple[Table, list[tuple[str, Floats]]]:
    from scipy import stats

    labels = full.design.variables[group]
    assert isinstance(labels, Factor)  # noqa: S101 - checked before
    at = {
        name: float(column.mean())
        for name, column in full.design.variables.items()
        if not isinstance(column, Factor)
    }
    half = float(stats.t.ppf((1 + level) / 2, full.df))
    rows: list[tuple[Value, ...]] = []
    settings = []
    for place, name in enumerate(labels.levels):
        contrast = full.design.row({**at, group: name})
        settings.append((name, contrast))
        mean, se = _estimate(full, contrast)
        own = full.y[labels.codes == place]
        shown = float(own.mean()) if len(own) >= SMALLEST_N else None
        rows.append((name, len(own), shown, mean, se, mean - half * se, mean + half * se))
    return Table("adjusted_means", MEANS, tuple(rows)), settings


def _estimate(full: _Model, contrast: Floats) -> tuple[float, float]:
    variance = full.sigma2 * float(contrast @ full.unscaled @ contrast)
    return float(contrast @ full.beta), float(np.sqrt(variance))


def _contrasts(full: _Model, settings: list[tuple[str, Floats]], level: float) -> Table:
    from scipy import stats

    pairs = [
        (f"{first} - {second}", *_estimate(full, one - other))
        for (first, one), (second, other) in combinations(settings, 2)
    ]
    t = np.array([estimate / se for _name, estimate, se in pairs])
    p = 2 * stats.t.sf(np.abs(t), full.df)
    tukey: list[float | None] = [None] * len(pairs)
    if len(settings) <= MOST_FOR_TUKEY:
        found = stats.studentized_range.sf(np.abs(t) * np.sqrt(2), len(settings), full.df)
        tukey = [float(value) for value in found]
    by_holm = holm(p)
    half = float(stats.t.ppf((1 + level) / 2, full.df))
    rows = tuple(
        (
            *(name, estimate, se, float(t[i]), float(p[i]), float(by_holm[i]), tukey[i]),
            *(estimate - half * se, estimate + half * se),
        )
        for i, (name, estimate, se) in enumerate(pairs)
    )
    return Table("contrasts", PAIRS, rows)
