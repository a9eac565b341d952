"""How well a covariance and means fit the data of a group, by patterns of answered items.

People who answered the same items are summed up once: their number, means and covariance are all
that the normal likelihood asks for (Arbuckle 1996, in Marcoulides and Schumacker, Advanced
Structural Equation Modeling; Jamshidian and Bentler 1999, doi:10.3102/10769986024001021). Matrices
of patterns are stacked, with nothing in the places of what was not answered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import Floats

LOG_2_PI = float(np.log(2 * np.pi))
# How many numbers a stack of matrices may have.
MOST_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Pattern:
    """People who answered the same items: how many, their means and covariance (divisor n)."""

    seen: npt.NDArray[np.intp]
    n: int
    mean: Floats
    covariance: Floats


@dataclass(frozen=True)
class Sample:
    """The data of one group.

    `rows` are people x items, NaN where not answered; `seen` patterns x items; `pattern_of` the
    pattern of each person; `counts` the people of each pattern, `means` (patterns x items) and
    `covariances` (patterns x items x items, divisor n) theirs, 0 where not answered.
    """

    rows: Floats
    seen: npt.NDArray[np.bool_]
    pattern_of: npt.NDArray[np.intp]
    counts: Floats
    means: Floats
    covariances: Floats

    @property
    def n(self) -> int:
        """How many people."""
        return len(self.rows)

    @property
    def is_complete(self) -> bool:
        """Whether everybody answered everything."""
        return bool(self.seen.all())

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """The patterns one by one, each with the answered items only."""
        found = []
        for seen, count, mean, covariance in zip(
            self.seen, self.counts, self.means, self.covariances, strict=True
        ):
            places = np.flatnonzero(seen)
            part = covariance[np.ix_(places, places)]
            found.append(Pattern(places, int(count), mean[places], part))
        return tuple(found)


def sample_of(rows: Floats) -> Sample:
    """Return the data of one group, people x items; NaN is missing, each person answered some."""
    answered = ~np.isnan(rows)
    seen, pattern_of = patterns_of(answered)
    filled = np.where(answered, rows, 0.0)
    counts = np.bincount(pattern_of, minlength=len(seen)).astype(float)
    order = np.argsort(pattern_of, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    p = rows.shape[1]
    means, covariances = np.empty((len(seen), p)), np.empty((len(seen), p, p))
    for place in range(len(seen)):
        part = filled[order[starts[place] : starts[place + 1]]]
        means[place] = part.mean(axis=0)
        moved = part - means[place]
        covariances[place] = moved.T @ moved / len(part)
    return Sample(rows, seen, pattern_of, counts, means, covariances)


def patterns_of(
    answered: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Return the patterns that occur, and which of them each row has."""
    if answered.all():
        return answered[:1], np.zeros(len(answered), dtype=np.intp)
    first, places, _counts = distinct(np.packbits(answered, axis=1))
    return answered[first], places


def distinct(
    rows: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return where each distinct row first stands, which each row is, and how many there are."""
    whole = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).ravel()
    _found, first, places, counts = np.unique(
        whole, return_index=True, return_inverse=True, return_counts=True
    )
    return first, places.ravel(), counts


@dataclass(frozen=True)
class Stack:
    """A piece of the patterns with the inverse of their covariance, 0 where not answered."""

    piece: slice
    inverses: Floats
    log_determinants: Floats


def stacks_of(sample: Sample, covariance: Floats, *, width: int = 0) -> Iterator[Stack]:
    """Yield the inverses for all patterns, a piece at a time.

    `width` is how many numbers the caller keeps of each pattern.

    Raises:
        LinAlgError: the covariance is not positive definite.
    """
    p = len(covariance)
    size = max(1, MOST_AT_ONCE // max(p * p, width))
    for start in range(0, len(sample.counts), size):
        piece = slice(start, start + size)
        seen = sample.seen[piece]
        both = seen[:, :, None] & seen[:, None, :]
        parts = np.where(both, covariance, np.eye(p))
        roots = np.linalg.cholesky(parts)
        logs = 2 * np.log(np.einsum("aii->ai", roots)).sum(axis=1)
        yield Stack(piece, np.where(both, np.linalg.inv(parts), 0.0), logs)


@dataclass(frozen=True)
class Compared:
    """-2 log likelihood of a group, and how it moves with the moments.

    By the covariance it moves with `by_covariance`, by the mean with -2 `by_mean`; it is infinite
    where the covariance is not positive definite.
    """

    value: float
    by_covariance: Floats
    by_mean: Floats


def compare(sample: Sample, covariance: Floats, mean: Floats) -> Compared:
    """Compare moments with the data of a group."""
    p = len(mean)
    value, by_covariance, by_mean = 0.0, np.zeros((p, p)), np.zeros(p)
    try:
        for stack in stacks_of(sample, covariance):
            gaps, spreads = gaps_of(sample, stack.piece, mean)
            counts, inverses = sample.counts[stack.piece], stack.inverses
            turned = inverses @ spreads
            items = sample.seen[stack.piece].sum(axis=1)
            traces = np.einsum("aii->a", turned)
            value += float(counts @ (items * LOG_2_PI + stack.log_determinants + traces))
            by_covariance += np.einsum("a,aij->ij", counts, inverses - turned @ inverses)
            by_mean += np.einsum("a,aij,aj->i", counts, inverses, gaps)
    except np.linalg.LinAlgError:
        value = float("inf")
    return Compared(value, by_covariance, by_mean)


def gaps_of(sample: Sample, piece: slice, mean: Floats) -> tuple[Floats, Floats]:
    """Return patterns' means less the mean, and their spread around it, 0 where not answered."""
    gaps = np.where(sample.seen[piece], sample.means[piece] - mean, 0.0)
    return gaps, sample.covariances[piece] + gaps[:, :, None] * gaps[:, None, :]


def minus_two_log(samples: Sequence[Sample], implied: Sequence[tuple[Floats, Floats]]) -> float:
    """Return -2 log likelihood of groups under (covariance, mean) of each; inf if impossible."""
    return sum(
        compare(sample, covariance, mean).value
        for sample, (covariance, mean) in zip(samples, implied, strict=True)
    )
