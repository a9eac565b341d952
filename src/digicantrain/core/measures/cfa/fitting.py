"""Finds the parameters that fit best, by Fisher scoring with shortened steps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digicantrain.core.measures.cfa.likelihood import (
    Sample,
    expected_information,
    gradient,
    implied_by,
    minus_two_log,
)
from digicantrain.core.measures.cfa.model import FactorModel, Matrices
from digicantrain.core.measures.model_matrix import Floats

ROUNDS = 500
CLOSE = 1e-10
HALVINGS = 40
STEP = 1e-5


class NoConvergenceError(ArithmeticError):
    """No best parameters were found."""


@dataclass(frozen=True)
class Fitted:
    """A model with the parameters that fit best."""

    model: FactorModel
    samples: tuple[Sample, ...]
    theta: Floats
    minus_two_log: float

    @property
    def matrices(self) -> list[Matrices]:
        """The matrices of each group."""
        return self.model.matrices(self.theta)

    @property
    def n(self) -> int:
        """How many people."""
        return sum(sample.n for sample in self.samples)

    def observed_information(self) -> Floats:
        """Return half the curvature of -2 log likelihood, by differences of its gradient."""
        return observed_information(self.model, self.samples, self.theta)

    def expected_information(self) -> Floats:
        """Return the expected information."""
        return expected_information(self.model, self.samples, self.theta)


def observed_information(model: FactorModel, samples: Sequence[Sample], theta: Floats) -> Floats:
    """Return half the curvature of -2 log likelihood, by differences of fourth order."""
    k = len(theta)
    found = np.empty((k, k))
    for place in range(k):
        h = np.zeros(k)
        h[place] = STEP * max(0.1, abs(theta[place])) * 10
        near = gradient(model, samples, theta + h) - gradient(model, samples, theta - h)
        far = gradient(model, samples, theta + 2 * h) - gradient(model, samples, theta - 2 * h)
        found[place] = (8 * near - far) / (12 * h[place])
    return (found + found.T) / 4


def fit(model: FactorModel, samples: Sequence[Sample], *, start: Floats) -> Fitted:
    """Fit a model.

    Raises:
        NoConvergenceError: no best parameters were found.
    """

    def value(theta: Floats) -> float:
        matrices = model.matrices(theta)
        return minus_two_log(samples, implied_by(matrices, samples, with_means=model.with_means))

    theta, here = start, value(start)
    for number in range(ROUNDS):
        downhill = gradient(model, samples, theta)
        information = expected_information(model, samples, theta)
        try:
            step = np.asarray(np.linalg.solve(2 * information, downhill))
        except np.linalg.LinAlgError:
            raise NoConvergenceError from None
        size = _shortened(value, theta, step, here)
        theta = theta - size * step
        here = value(theta)
        if size == 1.0 and np.abs(step).max() < CLOSE * (1 + np.abs(theta).max()):
            return Fitted(model, tuple(samples), theta, here)
        if size == 0.0 or not np.isfinite(here) or number == ROUNDS - 1:
            break
    return _at_a_flat_place(model, samples, theta, here)


def _at_a_flat_place(
    model: FactorModel, samples: Sequence[Sample], theta: Floats, here: float
) -> Fitted:
    """Accept parameters that no step betters, if the gradient there is nothing."""
    information = expected_information(model, samples, theta)
    downhill = gradient(model, samples, theta)
    try:
        left = float(downhill @ np.linalg.solve(information, downhill))
    except np.linalg.LinAlgError:
        raise NoConvergenceError from None
    if not np.isfinite(here) or not 0 <= left < 1e-12 * max(1.0, abs(here)):
        raise NoConvergenceError
    return Fitted(model, tuple(samples), theta, here)


def _shortened(value, theta: Floats, step: Floats, here: float) -> float:  # type: ignore[no-untyped-def]
    """Return the share of a step that does not make the fit worse; nothing if there is none."""
    size = 1.0
    for _ in range(HALVINGS):
        if value(theta - size * step) <= here + 1e-10 * abs(here):
            return size
        size /= 2
    return 0.0


def start_of(model: FactorModel, samples: Sequence[Sample]) -> Floats:
    """Return where the search begins: half of each variance is common, factors correlate a little.

    Loadings start at the ratio of standard deviations to that of the factor's first item.
    """
    spread = [np.nanvar(sample.rows, axis=0) for sample in samples]
    centre = [np.nanmean(sample.rows, axis=0) for sample in samples]
    first = [model.factor_of.index(factor) for factor in range(len(model.factors))]
    theta = np.zeros(len(model.cells))
    for place, cells in enumerate(model.cells):
        group, matrix, row, column = cells[0]
        variance = spread[group]
        if matrix == "loadings":
            theta[place] = np.sqrt(variance[row] / variance[first[column]]) * _sign(
                samples[group].rows, row, first[column]
            )
        elif matrix == "residuals":
            theta[place] = variance[row] / 2
        elif matrix == "factors":
            size = np.sqrt(variance[first[row]] * variance[first[column]]) / 2
            theta[place] = (
                size
                if row == column
                else 0.2 * size * _sign(samples[group].rows, first[row], first[column])
            )
        elif matrix == "intercepts":
            theta[place] = centre[group][row]
    return theta


def _sign(rows: Floats, one: int, other: int) -> float:
    both = ~np.isnan(rows[:, one]) & ~np.isnan(rows[:, other])
    if both.sum() < 3:
        return 1.0
    moved = rows[both][:, [one, other]]
    moved = moved - moved.mean(axis=0)
    return 1.0 if float(moved[:, 0] @ moved[:, 1]) >= 0 else -1.0
