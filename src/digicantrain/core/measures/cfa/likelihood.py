"""How well parameters fit the data: -2 log likelihood, its gradient, the information."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.cfa.model import FactorModel, Matrices
from digicantrain.core.measures.model_matrix import Floats

LOG_2_PI = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class Pattern:
    """People who answered the same items: how many, their means and covariance (divisor n)."""

    seen: npt.NDArray[np.intp]
    n: int
    mean: Floats
    covariance: Floats


@dataclass(frozen=True)
class Sample:
    """The data of one group: its rows, and its patterns of answered items."""

    rows: Floats
    patterns: tuple[Pattern, ...]

    @property
    def n(self) -> int:
        """How many people."""
        return len(self.rows)


def sample_of(rows: Floats) -> Sample:
    """Return the data of one group, people x items; NaN is missing."""
    answered = ~np.isnan(rows)
    found, places = np.unique(answered, axis=0, return_inverse=True)
    patterns = []
    for number, seen in enumerate(found):
        if not seen.any():
            continue
        part = rows[places.ravel() == number][:, seen]
        mean = part.mean(axis=0)
        moved = part - mean
        patterns.append(Pattern(np.flatnonzero(seen), len(part), mean, moved.T @ moved / len(part)))
    return Sample(rows, tuple(patterns))


def minus_two_log(samples: Sequence[Sample], implied: Sequence[tuple[Floats, Floats]]) -> float:
    """Return -2 log likelihood of groups under (covariance, mean) of each; inf if impossible."""
    total = 0.0
    for sample, (covariance, mean) in zip(samples, implied, strict=True):
        for pattern in sample.patterns:
            part = covariance[np.ix_(pattern.seen, pattern.seen)]
            try:
                root = np.linalg.cholesky(part)
            except np.linalg.LinAlgError:
                return float("inf")
            gap = pattern.mean - mean[pattern.seen]
            spread = pattern.covariance + np.outer(gap, gap)
            half = np.linalg.solve(root, spread)
            trace = float(np.trace(np.linalg.solve(root.T, half)))
            logs = 2 * float(np.log(np.diag(root)).sum())
            total += pattern.n * (len(gap) * LOG_2_PI + logs + trace)
    return total


def implied_by(matrices: Sequence[Matrices], samples: Sequence[Sample], *, with_means: bool):  # type: ignore[no-untyped-def]
    """Return (covariance, mean) of each group; without means in the model they are the data's."""
    if with_means:
        return [(one.covariance, one.mean) for one in matrices]
    return [
        (one.covariance, sample.rows.mean(axis=0))
        for one, sample in zip(matrices, samples, strict=True)
    ]


def gradient(model: FactorModel, samples: Sequence[Sample], theta: Floats) -> Floats:
    """Return the gradient of -2 log likelihood."""
    matrices = model.matrices(theta)
    implied = implied_by(matrices, samples, with_means=model.with_means)
    covariances, means = model.derivatives(matrices)
    total = np.zeros(len(theta))
    for group, (sample, (covariance, mean)) in enumerate(zip(samples, implied, strict=True)):
        by_covariance, by_mean = _by_moments(sample, covariance, mean)
        total += np.einsum("tij,ij->t", covariances[group], by_covariance)
        if model.with_means:
            total += means[group] @ by_mean
    return total


def _by_moments(sample: Sample, covariance: Floats, mean: Floats) -> tuple[Floats, Floats]:
    p = len(mean)
    by_covariance, by_mean = np.zeros((p, p)), np.zeros(p)
    for pattern in sample.patterns:
        places = np.ix_(pattern.seen, pattern.seen)
        inverse = np.linalg.inv(covariance[places])
        gap = pattern.mean - mean[pattern.seen]
        spread = pattern.covariance + np.outer(gap, gap)
        by_covariance[places] += pattern.n * (inverse - inverse @ spread @ inverse)
        by_mean[pattern.seen] -= 2 * pattern.n * inverse @ gap
    return by_covariance, by_mean


def expected_information(model: FactorModel, samples: Sequence[Sample], theta: Floats) -> Floats:
    """Return the expected information, half the expected curvature of -2 log likelihood.

    Of data with gaps it is that of the items answered.
    """
    matrices = model.matrices(theta)
    covariances, means = model.derivatives(matrices)
    total = np.zeros((len(theta), len(theta)))
    for group, sample in enumerate(samples):
        covariance = matrices[group].covariance
        for pattern in sample.patterns:
            places = np.ix_(np.arange(len(theta)), pattern.seen, pattern.seen)
            inverse = np.linalg.inv(covariance[np.ix_(pattern.seen, pattern.seen)])
            turned = inverse @ covariances[group][places]
            total += pattern.n / 2 * np.einsum("aij,bji->ab", turned, turned, optimize=True)
            if model.with_means:
                part = means[group][:, pattern.seen]
                total += pattern.n * part @ inverse @ part.T
    return total


def scores(model: FactorModel, samples: Sequence[Sample], theta: Floats) -> Floats:
    """Return each person's derivative of the log likelihood, people x parameters (no gaps)."""
    matrices = model.matrices(theta)
    implied = implied_by(matrices, samples, with_means=model.with_means)
    covariances, means = model.derivatives(matrices)
    found = []
    for group, (sample, (covariance, mean)) in enumerate(zip(samples, implied, strict=True)):
        inverse = np.linalg.inv(covariance)
        turned = (sample.rows - mean) @ inverse
        by_covariance = np.einsum(
            "ni,tij,nj->nt", turned, covariances[group], turned, optimize=True
        )
        by_covariance -= np.einsum("tij,ji->t", covariances[group], inverse)
        by_mean = turned @ means[group].T if model.with_means else 0.0
        found.append(by_covariance / 2 + by_mean)
    return np.vstack(found)
