"""Multiple imputation by chained equations (van Buuren and Groothuis-Oudshoorn 2011,
doi:10.18637/jss.v045.i03): each incomplete column in turn is drawn given all others.

Numbers are drawn from a Bayesian linear regression, or taken from the nearest donors (predictive
mean matching, Little 1988, doi:10.1080/07350015.1988.10509663); labels from a multinomial model
fitted by one-against-rest logistic regressions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import Factor, Floats, Variables
from digicantrain.core.measures.result import Reason

SMALLEST_N = 5
RIDGE = 1e-5
DONORS = 5
How = Literal["matching", "normal"]


class ImputationError(ValueError):
    """Missing values cannot be imputed; `reason` is the code, the sentence says why."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True)
class Imputed:
    """Completed data sets: the same columns without a gap, `m` times."""

    completed: tuple[dict[str, Factor | Floats], ...]
    n: int
    seed: int
    rounds: int

    @property
    def m(self) -> int:
        """How many data sets."""
        return len(self.completed)


def impute(
    variables: Variables, *, m: int = 20, rounds: int = 10, how: How = "matching", seed: int
) -> Imputed:
    """Return completed data sets.

    Args:
        variables: columns by name, numbers (NaN is missing) or factors, a row a person.
        m: how many data sets.
        rounds: how often the chain goes through the columns for each data set.
        how: numbers by predictive mean "matching" (they stay values that occur) or by a "normal"
            regression.
        seed: of the random numbers; the same seed gives the same data sets.

    Raises:
        ImputationError: a column has too few answers, does not vary, or is not finite.
    """
    columns = {name: _Column.of(name, variable) for name, variable in variables.items()}
    if m < 1 or rounds < 1:
        raise ValueError("Give at least one data set and one round.")
    random = np.random.default_rng(seed)
    chain = _Chain(columns, how)
    completed = tuple(chain.run(child, rounds) for child in random.spawn(m))
    n = len(next(iter(variables.values()))) if variables else 0
    return Imputed(completed, n, seed, rounds)


@dataclass(frozen=True)
class _Column:
    """A column with its gaps; `levels` is empty for numbers."""

    values: Floats
    gaps: npt.NDArray[np.bool_]
    levels: tuple[str, ...]

    @classmethod
    def of(cls, name: str, variable: Factor | Floats) -> "_Column":
        """Read a column and refuse one from which nothing can be drawn."""
        if isinstance(variable, Factor):
            values, gaps = variable.codes.astype(float), variable.missing
            levels = variable.levels
        else:
            values, levels = np.asarray(variable, dtype=float), ()
            gaps = np.isnan(values)
        answered = values[~gaps]
        if len(answered) < SMALLEST_N:
            text = f"The column {name!r} has fewer than {SMALLEST_N} answers; leave it out."
            raise ImputationError(Reason.TOO_FEW, text)
        if not np.isfinite(answered).all() or np.abs(answered).max() > 1e150:
            text = f"The column {name!r} holds values too large to compute with."
            raise ImputationError(Reason.NOT_FINITE, text)
        if gaps.any() and np.ptp(answered) == 0:
            text = f"In the column {name!r} everybody answered alike; leave it out."
            raise ImputationError(Reason.NO_VARIANCE, text)
        return cls(values, gaps, levels)

    def coded(self, values: Floats) -> Floats:
        """Return the columns by which this one predicts others, of mean 0 and SD 1."""
        if not self.levels:
            answered = self.values[~self.gaps]
            return np.asarray(((values - answered.mean()) / (answered.std() or 1.0))[:, None])
        return np.asarray(np.eye(len(self.levels))[values.astype(int)][:, 1:])


class _Chain:
    def __init__(self, columns: Mapping[str, _Column], how: How) -> None:
        self._columns = columns
        self._how = how
        incomplete = [name for name, column in columns.items() if column.gaps.any()]
        self._order = sorted(incomplete, key=lambda name: int(columns[name].gaps.sum()))

    def run(self, random: np.random.Generator, rounds: int) -> dict[str, Factor | Floats]:
        """Return one completed data set."""
        filled = {name: column.values.copy() for name, column in self._columns.items()}
        for name in self._order:
            column = self._columns[name]
            donors = column.values[~column.gaps]
            filled[name][column.gaps] = random.choice(donors, int(column.gaps.sum()))
        coded = {name: column.coded(filled[name]) for name, column in self._columns.items()}
        for _ in range(rounds):
            for name in self._order:
                self._draw(name, filled, coded, random)
        return {name: self._finished(name, values) for name, values in filled.items()}

    def _draw(
        self,
        name: str,
        filled: dict[str, Floats],
        coded: dict[str, Floats],
        random: np.random.Generator,
    ) -> None:
        column = self._columns[name]
        others = [part for other, part in coded.items() if other != name]
        x = np.hstack([np.ones((len(column.values), 1)), *others])
        known, gaps = x[~column.gaps], x[column.gaps]
        values = column.values[~column.gaps]
        if column.levels:
            drawn = _labels(known, values.astype(int), gaps, random)
        else:
            drawn = _numbers(known, values, gaps, random, matching=self._how == "matching")
        filled[name][column.gaps] = drawn
        coded[name] = column.coded(filled[name])

    def _finished(self, name: str, values: Floats) -> Factor | Floats:
        column = self._columns[name]
        return Factor(column.levels, values.astype(np.int64)) if column.levels else values


def _bayesian_line(
    x: Floats, y: Floats, random: np.random.Generator
) -> tuple[Floats, Floats, float]:
    """Return least-squares coefficients, drawn ones, and a drawn residual SD.

    Rubin 1987, page 167; a little ridge keeps columns apart that follow from others.
    """
    cross = x.T @ x
    size = np.diag(cross)
    # a label that nobody has among those who answered leaves a column of nothing
    inverse = np.linalg.inv(cross + RIDGE * np.diag(np.where(size > 0, size, len(y))))
    beta = inverse @ (x.T @ y)
    residual = y - x @ beta
    df = max(len(y) - x.shape[1], 1)
    sigma = float(np.sqrt(residual @ residual / random.chisquare(df)))
    root = np.linalg.cholesky((inverse + inverse.T) / 2)
    return beta, beta + sigma * (root @ random.standard_normal(len(beta))), sigma


def _numbers(
    known: Floats, values: Floats, gaps: Floats, random: np.random.Generator, *, matching: bool
) -> Floats:
    beta, drawn, sigma = _bayesian_line(known, values, random)
    if not matching:
        return np.asarray(gaps @ drawn + sigma * random.standard_normal(len(gaps)))
    return values[_nearest(known @ beta, gaps @ drawn, random)]


def _nearest(donors: Floats, wanted: Floats, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return for each wanted value one of its nearest donors, at random."""
    order = np.argsort(donors, kind="stable")
    ranked = donors[order]
    k = min(DONORS, len(donors))
    start = np.clip(np.searchsorted(ranked, wanted) - k, 0, max(len(donors) - 2 * k, 0))
    window = start[:, None] + np.arange(min(2 * k, len(donors)))
    gaps = np.abs(ranked[window] - wanted[:, None])
    closest = np.argpartition(gaps, k - 1, axis=1)[:, :k]
    chosen = closest[np.arange(len(wanted)), random.integers(0, k, len(wanted))]
    return np.asarray(order[window[np.arange(len(wanted)), chosen]])


def _labels(
    known: Floats, codes: npt.NDArray[np.int64], gaps: Floats, random: np.random.Generator
) -> Floats:
    levels = np.unique(codes)
    shares = np.column_stack(
        [_drawn_share(known, (codes == level).astype(float), gaps, random) for level in levels]
    )
    shares /= shares.sum(axis=1, keepdims=True)
    picks = (shares.cumsum(axis=1) < random.random((len(gaps), 1))).sum(axis=1)
    return np.asarray(levels[np.minimum(picks, len(levels) - 1)], dtype=float)


def _drawn_share(x: Floats, y: Floats, gaps: Floats, random: np.random.Generator) -> Floats:
    """Return shares from a logistic model whose coefficients are drawn from their normal spread.

    A weak prior keeps them finite where outcomes are separated (White, Daniel and Royston 2010,
    doi:10.1016/j.csda.2010.04.005, ask for as much).
    """
    prior = np.eye(x.shape[1]) * 0.1
    prior[0, 0] = 1e-3
    beta = np.zeros(x.shape[1])
    for _ in range(25):
        share = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        information = x.T @ (x * (share * (1 - share))[:, None]) + prior
        step = np.linalg.solve(information, x.T @ (y - share) - prior @ beta)
        beta = beta + step
        if np.abs(step).max() < 1e-6:
            break
    root = np.linalg.cholesky(np.linalg.inv(information))
    drawn = beta + root @ random.standard_normal(len(beta))
    return np.asarray(1 / (1 + np.exp(-np.clip(gaps @ drawn, -30, 30)))) + 1e-12
