"""Repeated-measures analysis of variance: the same people at several waves, in groups or not."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import Factor, Floats, contrasts
from digicantrain.core.measures.result import Reason, Result, Table, Value
from digicantrain.core.measures.spread import is_constant

SMALLEST_N = 5
METHOD = "Repeated-measures analysis of variance, type III, with Greenhouse-Geisser and Huynh-Feldt"
SOURCE = (
    "Greenhouse and Geisser 1959, doi:10.1007/BF02289823; Huynh and Feldt 1976, "
    "doi:10.3102/10769986001001069; Mauchly 1940, doi:10.1214/aoms/1177731915; generalised eta "
    "squared: Olejnik and Algina 2003, doi:10.1037/1082-989X.8.4.434"
)
TESTS = ("effect", "df1", "df2", "F", "p", "p_gg", "p_hf", "ges")


@dataclass(frozen=True)
class _Squares:
    effect: str
    squares: float
    error: float
    df1: float
    df2: float
    within: bool

    @property
    def f(self) -> float:
        return self.squares / self.df1 / (self.error / self.df2)


def repeated_measures_anova(waves: npt.ArrayLike, *, groups: Factor | None = None) -> Result:
    """Return a repeated-measures analysis of variance.

    Args:
        waves: people x waves; who misses a wave is left out.
        groups: each person's group, for a design with a factor between people.

    Returns:
        Result with table "tests" (effects "wave" and, with groups, "group" and "group:wave"; p
        uncorrected and by both corrections, generalised eta squared for factors that were set, not
        measured); details gg_epsilon, hf_epsilon (at most 1 when used), mauchly_w, mauchly_p.
    """
    table = np.asarray(waves, dtype=float)
    if table.ndim != 2 or (groups is not None and len(groups) != len(table)):
        raise ValueError("Waves are a table of people x waves; groups are one label a person.")
    complete = ~np.isnan(table).any(axis=1)
    if groups is not None:
        complete &= ~groups.missing
    kept = table[complete]
    design = _design(groups, complete)
    n = len(kept)
    reason = _reason(kept, design)
    if reason:
        return Result(METHOD, SOURCE, n=n, reason=reason)
    within, covariance = _within(kept, design)
    if covariance is None:
        return Result(METHOD, SOURCE, n=n, reason=Reason.NO_VARIANCE)
    effects = [*_between(kept, design), *within]
    gg, hf = _epsilons(covariance, n - design.shape[1])
    details: dict[str, Value] = {"gg_epsilon": gg, "hf_epsilon": hf}
    details |= _mauchly(covariance, n - design.shape[1])
    details["left_out"] = len(table) - n
    errors = _between_error(kept, design) + within[0].error
    return Result(METHOD, SOURCE, n=n, details=details, tables=(_table(effects, gg, hf, errors),))


def _design(groups: Factor | None, complete: npt.NDArray[np.bool_]) -> Floats:
    """Return intercept and sum-coded groups, so that effects are of type III."""
    ones = np.ones((int(complete.sum()), 1))
    if groups is None:
        return ones
    codes = np.unique(groups.codes[complete], return_inverse=True)[1]
    levels = int(codes.max()) + 1 if len(codes) else 1
    return np.hstack([ones, contrasts(levels, "sum")[codes]]) if levels > 1 else ones


def _reason(kept: Floats, design: Floats) -> Reason | None:
    n, k = kept.shape
    if n < SMALLEST_N or n - design.shape[1] < k - 1:
        return Reason.TOO_FEW if n else Reason.ALL_MISSING
    if k < 2:
        return Reason.TOO_FEW_GROUPS
    with np.errstate(over="ignore", invalid="ignore"):
        if not np.isfinite((kept**2).sum() ** 2):
            return Reason.NOT_FINITE
    return Reason.NO_VARIANCE if is_constant(kept) else None


def _between_error(kept: Floats, design: Floats) -> float:
    """Return the squares of people within their group, summed over waves."""
    return float(_sums(_levels(kept), design, slice(0, 1))[1][0, 0])


def _levels(kept: Floats) -> Floats:
    """Return each person's level, so scaled that its square counts each wave."""
    return np.asarray(kept.sum(axis=1)[:, None] / np.sqrt(kept.shape[1]))


def _between(kept: Floats, design: Floats) -> list[_Squares]:
    if design.shape[1] == 1:
        return []
    hypothesis, error, df = _sums(_levels(kept), design, slice(1, None))
    squares = [float(hypothesis[0, 0]), float(error[0, 0])]
    return [_Squares("group", squares[0], squares[1], design.shape[1] - 1, df, within=False)]


def _within(kept: Floats, design: Floats) -> tuple[list[_Squares], Floats | None]:
    k = kept.shape[1]
    rotation = np.linalg.qr(np.column_stack([np.ones(k), np.eye(k)[:, 1:]]))[0][:, 1:]
    moved = kept @ rotation
    wave, error, df = _sums(moved, design, slice(0, 1))
    size = float(np.trace(error))
    if size <= 1e-20 * max(float((kept**2).sum()), 1e-300):
        return [], None
    found = [_Squares("wave", float(np.trace(wave)), size, k - 1, df * (k - 1), within=True)]
    if design.shape[1] > 1:
        both, _error, _df = _sums(moved, design, slice(1, None))
        df1 = (design.shape[1] - 1) * (k - 1)
        found.append(
            _Squares("group:wave", float(np.trace(both)), size, df1, df * (k - 1), within=True)
        )
    return found, error / df


def _sums(outcomes: Floats, design: Floats, tested: slice) -> tuple[Floats, Floats, int]:
    """Return the sums of squares and products of a hypothesis and of the error, and its df."""
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ (design.T @ outcomes)
    residual = outcomes - design @ beta
    part = beta[tested]
    hypothesis = part.T @ np.linalg.solve(inverse[tested, tested], part)
    return hypothesis, residual.T @ residual, len(outcomes) - design.shape[1]


def _epsilons(covariance: Floats, df: int) -> tuple[float, float]:
    p = len(covariance)
    gg = float(np.trace(covariance) ** 2 / (p * (covariance**2).sum()))
    hf = ((df + 1) * p * gg - 2) / (p * (df - p * gg))
    return gg, hf


def _mauchly(covariance: Floats, df: int) -> dict[str, Value]:
    """Return Mauchly's W with Box's second-order approximation of its p.

    As in R's mauchly.test the last term has 3k, k the waves, where Anderson (2003, An Introduction
    to Multivariate Statistical Analysis, section 10.7.4) prints 3(k - 1): for more than three waves
    p moves by less than 0.001, and lies no farther from the exact distribution.
    """
    from scipy import stats

    p = len(covariance)
    if p < 2:
        return {"mauchly_w": None, "mauchly_p": None}
    w = float(np.linalg.det(covariance / (np.trace(covariance) / p)))
    if w <= 0:
        return {"mauchly_w": max(w, 0.0), "mauchly_p": 0.0}
    rho = 1 - (2 * p**2 + p + 2) / (6 * p * df)
    second: float = (p + 2) * (p - 1) * (p - 2) * (2 * p**3 + 6 * p**2 + 3 * (p + 1) + 2)
    second /= 288 * (df * p * rho) ** 2
    z, f = -df * rho * np.log(w), p * (p + 1) / 2 - 1
    first, later = float(stats.chi2.sf(z, f)), float(stats.chi2.sf(z, f + 4))
    return {"mauchly_w": w, "mauchly_p": first + second * (later - first)}


def _table(effects: list[_Squares], gg: float, hf: float, errors: float) -> Table:
    """Return the tests; `errors` are the squares of people and of people by wave."""
    from scipy import stats

    rows: list[tuple[Value, ...]] = []
    for effect in effects:
        df1, df2 = effect.df1, effect.df2
        p = [
            float(stats.f.sf(effect.f, df1 * e, df2 * e)) if effect.within else None
            for e in (gg, min(hf, 1.0))
        ]
        plain = float(stats.f.sf(effect.f, df1, df2))
        ges = effect.squares / (effect.squares + errors)
        rows.append((effect.effect, df1, df2, effect.f, plain, *p, ges))
    return Table("tests", TESTS, tuple(rows))
