"""Finds the parameters that fit best: scoring with shortened steps, then Newton's."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from digicantrain.core.measures.cfa.likelihood import Compared, Sample, compare
from digicantrain.core.measures.cfa.model import FactorModel, Matrices
from digicantrain.core.measures.model_matrix import Floats

ROUNDS = 250
# So many rounds may pass that better the fit by nothing.
IDLE = 20
HALVINGS = 30
# Steps are measured in standard errors, squared.
NEAR, CLOSE, FLAT = 1e-2, 1e-18, 1e-12
SINGULAR = 1e-11


class NoConvergenceError(np.linalg.LinAlgError):
    """No best parameters were found."""


@dataclass(frozen=True)
class Point:
    """A model at some parameters, compared with the data."""

    model: FactorModel
    samples: tuple[Sample, ...]
    theta: Floats

    @cached_property
    def matrices(self) -> list[Matrices]:
        """The matrices of each group."""
        return self.model.matrices(self.theta)

    @cached_property
    def moments(self) -> list[tuple[Floats, Floats]]:
        """Covariance and means of each group; without means in the model they are the data's."""
        with_means = self.model.with_means
        return [
            (at.covariance, at.mean if with_means else sample.rows.mean(axis=0))
            for at, sample in zip(self.matrices, self.samples, strict=True)
        ]

    @cached_property
    def compared(self) -> list[Compared]:
        """How each group's moments fit."""
        return [
            compare(sample, *moments)
            for sample, moments in zip(self.samples, self.moments, strict=True)
        ]

    @property
    def minus_two_log(self) -> float:
        """-2 log likelihood of all groups."""
        return sum(one.value for one in self.compared)

    @property
    def n(self) -> int:
        """How many people."""
        return sum(sample.n for sample in self.samples)

    def gradient(self) -> Floats:
        """Return the derivatives of -2 log likelihood."""
        total = np.zeros(len(self.theta))
        for group, (at, compared) in enumerate(zip(self.matrices, self.compared, strict=True)):
            slopes = self.model.moves(at, group).slopes(compared)
            total[self.model.places(group)] += slopes
        return total

    def expected_information(self) -> Floats:
        """Return the expected information."""
        return self._summed(
            [
                self.model.moves(at, group).expected(sample, covariance)
                for group, (at, sample, (covariance, _mean)) in enumerate(
                    zip(self.matrices, self.samples, self.moments, strict=True)
                )
            ]
        )

    def observed_information(self) -> Floats:
        """Return half the curvature of -2 log likelihood."""
        return self._summed(
            [
                self.model.moves(at, group).observed(sample, *moments)
                + self.model.bends(at, compared, group)
                for group, (at, sample, moments, compared) in enumerate(
                    zip(self.matrices, self.samples, self.moments, self.compared, strict=True)
                )
            ]
        )

    def _summed(self, parts: Sequence[Floats]) -> Floats:
        total = np.zeros((len(self.theta), len(self.theta)))
        for group, part in enumerate(parts):
            places = self.model.places(group)
            total[np.ix_(places, places)] += part
        return total

    def scores(self) -> Floats:
        """Return each person's derivatives of the log likelihood, people x parameters."""
        found = []
        for group, (at, sample, moments) in enumerate(
            zip(self.matrices, self.samples, self.moments, strict=True)
        ):
            part = np.zeros((sample.n, len(self.theta)))
            part[:, self.model.places(group)] = self.model.moves(at, group).scores(sample, *moments)
            found.append(part)
        return np.vstack(found)


def inverted(information: Floats) -> Floats:
    """Return the inverse of an information matrix.

    Raises:
        NoConvergenceError: it is not that of a maximum, or does not tell parameters apart.
    """
    size = np.sqrt(np.maximum(np.diag(information), 0.0))
    if not (size > 0).all() or not np.isfinite(information).all():
        raise NoConvergenceError
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    if values[0] < SINGULAR * values[-1]:
        raise NoConvergenceError
    return np.asarray((vectors / values) @ vectors.T / np.outer(size, size))


def fit(model: FactorModel, samples: Sequence[Sample], *, start: Floats) -> Point:
    """Fit a model.

    Raises:
        NoConvergenceError: no best parameters were found.
    """
    here = Point(model, tuple(samples), start)
    left, idle = np.inf, 0
    for _ in range(ROUNDS):
        if not np.isfinite(here.minus_two_log):
            break
        step, left = _step(here, here.gradient(), near=left < NEAR)
        new = _shortened(here, step)
        if left < CLOSE or (new is None and left < FLAT):
            inverted(here.observed_information())
            return new or here
        if new is None:
            break
        # the fit should better by the step's length; a search that runs off betters by nothing
        gained = here.minus_two_log - new.minus_two_log
        idle = idle + 1 if gained < 1e-3 * left else 0
        if idle == IDLE:
            break
        here = new
    raise NoConvergenceError


def _step(here: Point, downhill: Floats, *, near: bool) -> tuple[Floats, float]:
    """Return a step downhill and its square length in standard errors."""
    if near:
        step, left, surely = _solved(here.observed_information(), downhill)
        if surely:
            return step, left
    step, left, _surely = _solved(here.expected_information(), downhill)
    return step, left


def _solved(information: Floats, downhill: Floats) -> tuple[Floats, float, bool]:
    """Return step, square length, and whether the curvature is that of a minimum."""
    size = np.sqrt(np.abs(np.diag(information)))
    size = np.where(size > 0, size, 1.0)
    scaled, along = information / np.outer(size, size), downhill / (2 * size)
    if _is_surely_positive(scaled):
        moved = np.linalg.solve(scaled, along)
        return moved / size, float(along @ moved), True
    values, vectors = np.linalg.eigh(scaled)
    along = vectors.T @ along
    moved = along / np.maximum(values, SINGULAR * values[-1])
    return (vectors @ moved) / size, float(along @ moved), False


def _is_surely_positive(scaled: Floats) -> bool:
    try:
        np.linalg.cholesky(scaled - SINGULAR * len(scaled) * np.eye(len(scaled)))
    except np.linalg.LinAlgError:
        return False
    return True


def _shortened(here: Point, step: Floats) -> Point | None:
    """Return the point after a step, halved until the fit is not worse; none if it never is."""
    was = here.minus_two_log
    for halving in range(HALVINGS):
        new = Point(here.model, here.samples, here.theta - step / 2**halving)
        if new.minus_two_log <= was + 1e-12 * abs(was):
            return new
    return None


def start_of(model: FactorModel, samples: Sequence[Sample]) -> Floats:
    """Return where the search begins: half of each variance is common, factors correlate a little.

    Loadings start at the ratio of standard deviations to that of the factor's first item.
    """
    together = [_together(sample) for sample in samples]
    centre = [np.nanmean(sample.rows, axis=0) for sample in samples]
    first = model.markers
    theta = np.zeros(len(model.cells))
    for place, cells in enumerate(model.cells):
        group, matrix, row, column = cells[0]
        products, variance = together[group], np.diag(together[group])
        if matrix == "loadings":
            unit = 2.0 if model.standardised else variance[first[column]]
            sign = _sign(products, row, first[column])
            theta[place] = np.sqrt(variance[row] / unit) * sign
        elif matrix == "residuals":
            theta[place] = variance[row] / 2
        elif matrix == "factors":
            theta[place] = _common(model, products, first[row], first[column])
        elif matrix == "intercepts":
            theta[place] = centre[group][row]
    return theta


def _together(sample: Sample) -> Floats:
    """Return the items' variances, and covariances as far as they were answered together."""
    if sample.is_complete:
        return np.asarray(sample.covariances[0])
    answered = ~np.isnan(sample.rows)
    moved = np.where(answered, sample.rows - np.nanmean(sample.rows, axis=0), 0.0)
    return np.asarray(moved.T @ moved / np.maximum(answered.T.astype(float) @ answered, 1.0))


def _common(model: FactorModel, products: Floats, one: int, other: int) -> float:
    """Return the covariance of two factors to begin with, given their first items."""
    if one == other:
        alone = model.factor_of.count(model.factor_of[one]) == 1
        return float(products[one, one]) / (1 if alone else 2)
    size = float(np.sqrt(products[one, one] * products[other, other])) / 2
    # so small that no factor follows from the others
    share = min(0.2, 0.9 / (len(model.factors) - 1))
    return share * (1.0 if model.standardised else size) * _sign(products, one, other)


def _sign(products: Floats, one: int, other: int) -> float:
    return 1.0 if products[one, other] >= 0 else -1.0
