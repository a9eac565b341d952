"""How the fit of a group moves with its parameters: slopes, information, each person's scores.

Each parameter moves the covariance by w (x y' + y x') and the mean by s z, with vectors x, y, z
that many parameters share. So the likelihood's derivatives (Magnus and Neudecker 1999, Matrix
Differential Calculus) need no more of each pattern than the products of those vectors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.cfa.likelihood import Compared, Sample, gaps_of, stacks_of
from digicantrain.core.measures.model_matrix import Floats

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Directions:
    """Which vectors are x, y, z of each parameter, and the weight of its move."""

    x: Places
    y: Places
    weight: Floats
    z: Places

    @cached_property
    def pairs(self) -> tuple[Places, Places]:
        """Each pair of parameters once."""
        return np.triu_indices(len(self.x))

    @cached_property
    def weights(self) -> Floats:
        """The product of the weights of each pair."""
        one, other = self.pairs
        return np.asarray(self.weight[one] * self.weight[other])

    def products(self, width: int) -> tuple[Places, Places, Places, Places]:
        """Return where x'x, y'y, x'y and y'x of each pair stand in a table of that width."""
        one, other = self.pairs
        x, y = self.x, self.y
        return (
            x[one] * width + x[other],
            y[one] * width + y[other],
            x[one] * width + y[other],
            y[one] * width + x[other],
        )

    def square(self, values: Floats) -> Floats:
        """Return values of pairs as a symmetric table of parameters."""
        k = len(self.x)
        table = np.zeros((k, k))
        table[self.pairs] = values
        return table + np.triu(table, 1).T


@dataclass(frozen=True)
class Moves:
    """The moves of a group: `vectors` stand side by side, `shift` is how far means go along z."""

    vectors: Floats
    directions: Directions
    shift: Floats

    def slopes(self, compared: Compared) -> Floats:
        """Return the derivatives of -2 log likelihood."""
        way = self.directions
        turned = compared.by_covariance @ self.vectors
        along = np.einsum("pk,pk->k", self.vectors[:, way.x], turned[:, way.y])
        means = (self.vectors.T @ compared.by_mean)[way.z]
        return np.asarray(2 * way.weight * along - 2 * self.shift * means)

    def expected(self, sample: Sample, covariance: Floats) -> Floats:
        """Return the expected information, of the items that were answered."""
        way, k = self.directions, len(self.shift)
        by_pairs, inverse = np.zeros(len(way.weights)), np.zeros_like(covariance)
        for piece, inverses, products in self._products(sample, covariance):
            counts = sample.counts[piece]
            xx, yy, xy, yx = (products[:, place] for place in self._tables)
            by_pairs += counts @ (xx * yy + xy * yx)
            inverse += np.tensordot(counts, inverses, axes=1)
        means = self._of_means(inverse) if self.shift.any() else np.zeros((k, k))
        return way.square(way.weights * by_pairs) + means

    def observed(self, sample: Sample, covariance: Floats, mean: Floats) -> Floats:
        """Return half the curvature of -2 log likelihood, as if moments moved in straight lines."""
        way, k = self.directions, len(self.shift)
        by_pairs, inverse = np.zeros(len(way.weights)), np.zeros_like(covariance)
        crossed = np.zeros((k, k))
        for piece, inverses, products in self._products(sample, covariance):
            counts = sample.counts[piece]
            gaps, spreads = gaps_of(sample, piece, mean)
            around = self._turned(inverses @ spreads @ inverses)
            xx, yy, xy, yx = (products[:, place] for place in self._tables)
            sx, sy, sxy, syx = (around[:, place] for place in self._tables)
            by_pairs += counts @ (xy * syx + yx * sxy + xx * sy + yy * sx - xx * yy - xy * yx)
            inverse += np.tensordot(counts, inverses, axes=1)
            if self.shift.any() and gaps.any():
                crossed += self._crossed(counts, np.einsum("aij,aj->ai", inverses, gaps), products)
        found = way.square(way.weights * by_pairs)
        return found + crossed + crossed.T + self._of_means(inverse)

    @cached_property
    def _tables(self) -> tuple[Places, Places, Places, Places]:
        return self.directions.products(self.vectors.shape[1])

    def _products(
        self, sample: Sample, covariance: Floats
    ) -> Iterator[tuple[slice, Floats, Floats]]:
        """Yield of each piece the inverses, and the vectors' products under them, a row each."""
        for stack in stacks_of(sample, covariance, width=len(self.directions.weights)):
            yield stack.piece, stack.inverses, self._turned(stack.inverses)

    def _turned(self, matrices: Floats) -> Floats:
        products = self.vectors.T @ matrices @ self.vectors
        return np.asarray(products.reshape(len(matrices), -1))

    def _of_means(self, inverse: Floats) -> Floats:
        z = self.directions.z
        products = (self.vectors.T @ inverse @ self.vectors)[np.ix_(z, z)]
        return np.asarray(products * np.outer(self.shift, self.shift))

    def _crossed(self, counts: Floats, turned: Floats, products: Floats) -> Floats:
        """Return how the covariance's moves meet those of the means."""
        way, width = self.directions, self.vectors.shape[1]
        along = (turned @ self.vectors) * counts[:, None]
        # sum over patterns of (x'q)(y'Wz): a table of three vectors
        cube = (along.T @ products).reshape(width, width, width)
        x, y, z = way.x[:, None], way.y[:, None], way.z[None, :]
        return np.asarray((cube[x, y, z] + cube[y, x, z]) * np.outer(way.weight, self.shift))

    def scores(self, sample: Sample, covariance: Floats, mean: Floats) -> Floats:
        """Return each person's derivatives of the log likelihood, people x parameters."""
        way = self.directions
        found = np.empty((sample.n, len(self.shift)))
        gaps = np.where(np.isnan(sample.rows), 0.0, sample.rows - mean)
        for stack in stacks_of(sample, covariance, width=self.vectors.shape[1] ** 2):
            products = self._turned(stack.inverses)
            at = way.x * self.vectors.shape[1] + way.y
            for place, inverse in enumerate(stack.inverses):
                own = np.flatnonzero(sample.pattern_of == stack.piece.start + place)
                along = gaps[own] @ inverse @ self.vectors
                pairs = along[:, way.x] * along[:, way.y] - products[place, at]
                found[own] = way.weight * pairs + self.shift * along[:, way.z]
        return found


def free_moves(p: int, *, with_means: bool, correlated: bool = True) -> Moves:
    """Return the moves of moments without a model, or of items that do not correlate."""
    x, y = np.tril_indices(p) if correlated else (np.arange(p), np.arange(p))
    means = np.arange(p) if with_means else np.arange(0)
    nothing = np.zeros(len(means), dtype=np.intp)
    way = Directions(
        np.concatenate([x, nothing]),
        np.concatenate([y, nothing]),
        np.concatenate([np.where(x == y, 0.5, 1.0), np.zeros(len(means))]),
        np.concatenate([np.zeros(len(x), dtype=np.intp), means]),
    )
    return Moves(np.eye(p), way, np.concatenate([np.zeros(len(x)), np.ones(len(means))]))
