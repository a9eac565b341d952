"""The parameters of a factor model with simple structure, in one or several groups.

Each item loads on one factor; the first loading of a factor is 1, factors correlate, residuals do
not. Sigma = Lambda Psi Lambda' + Theta, mu = nu + Lambda alpha (Joereskog 1969,
doi:10.1007/BF02289343; groups and means: Soerbom 1974, doi:10.1111/j.2044-8317.1974.tb00543.x).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from digicantrain.core.measures.model_matrix import Floats

Cell = tuple[int, str, int, int]


class Equal(IntEnum):
    """What is the same in all groups; each level includes those before it."""

    CONFIGURAL = 0
    METRIC = 1
    SCALAR = 2
    STRICT = 3


@dataclass(frozen=True)
class Matrices:
    """The matrices of one group."""

    loadings: Floats
    factors: Floats
    residuals: Floats
    intercepts: Floats
    means: Floats

    @property
    def covariance(self) -> Floats:
        """The covariance of the items that the model implies."""
        common = self.loadings @ self.factors @ self.loadings.T
        return np.asarray(common + np.diag(self.residuals))

    @property
    def mean(self) -> Floats:
        """The means of the items that the model implies."""
        return np.asarray(self.intercepts + self.loadings @ self.means)


@dataclass(frozen=True)
class FactorModel:
    """Which cell of which group's matrices is which parameter.

    `cells` lists for each parameter its cells as (group, matrix, row, column).
    """

    factors: tuple[str, ...]
    items: tuple[str, ...]
    factor_of: tuple[int, ...]
    groups: int
    with_means: bool
    cells: tuple[tuple[Cell, ...], ...]

    def matrices(self, theta: Floats) -> list[Matrices]:
        """Return the matrices of each group."""
        p, k = len(self.items), len(self.factors)
        made = [
            {
                "loadings": np.zeros((p, k)),
                "factors": np.zeros((k, k)),
                "residuals": np.zeros((p, 1)),
                "intercepts": np.zeros((p, 1)),
                "means": np.zeros((k, 1)),
            }
            for _ in range(self.groups)
        ]
        for parts in made:
            for item in _markers(self.factor_of):
                parts["loadings"][item, self.factor_of[item]] = 1.0
        for value, cells in zip(theta, self.cells, strict=True):
            for group, matrix, row, column in cells:
                made[group][matrix][row, column] = value
                if matrix == "factors":
                    made[group][matrix][column, row] = value
        return [
            Matrices(
                parts["loadings"],
                parts["factors"],
                parts["residuals"][:, 0],
                parts["intercepts"][:, 0],
                parts["means"][:, 0],
            )
            for parts in made
        ]

    def find(self, matrix: str, row: int, column: int = 0, *, group: int = 0) -> int | None:
        """Return the parameter at a cell, or none where it is fixed."""
        for place, cells in enumerate(self.cells):
            if (group, matrix, row, column) in cells:
                return place
        return None

    def derivatives(self, matrices: Sequence[Matrices]) -> tuple[list[Floats], list[Floats]]:
        """Return for each group the derivatives of covariance and means by each parameter."""
        p = len(self.items)
        covariances = [np.zeros((len(self.cells), p, p)) for _ in matrices]
        means = [np.zeros((len(self.cells), p)) for _ in matrices]
        for place, cells in enumerate(self.cells):
            for group, matrix, row, column in cells:
                by = _derivative(matrices[group], matrix, row, column)
                covariances[group][place] += by[0]
                means[group][place] += by[1]
        return covariances, means


def _derivative(at: Matrices, matrix: str, row: int, column: int) -> tuple[Floats, Floats]:
    p = len(at.residuals)
    covariance, mean = np.zeros((p, p)), np.zeros(p)
    if matrix == "loadings":
        side = np.zeros((p, p))
        side[row] = (at.loadings @ at.factors)[:, column]
        covariance, mean[row] = side + side.T, at.means[column]
    elif matrix == "factors":
        outer = np.outer(at.loadings[:, row], at.loadings[:, column])
        covariance = outer if row == column else outer + outer.T
    elif matrix == "residuals":
        covariance[row, row] = 1.0
    elif matrix == "intercepts":
        mean[row] = 1.0
    else:
        mean = at.loadings[:, row].copy()
    return covariance, mean


def _markers(factor_of: Sequence[int]) -> list[int]:
    """Return the first item of each factor, whose loading is 1."""
    return [list(factor_of).index(factor) for factor in range(max(factor_of) + 1)]


def build(
    factors: Mapping[str, Sequence[str]],
    *,
    groups: int = 1,
    equal: Equal = Equal.CONFIGURAL,
    with_means: bool = False,
) -> FactorModel:
    """Return the model in which each factor has its items.

    Raises:
        ValueError: an item stands twice, or a factor has no item.
    """
    items = [item for members in factors.values() for item in members]
    if len(set(items)) != len(items) or not all(factors.values()):
        raise ValueError("Each factor needs items, and each item stands with one factor only.")
    factor_of = tuple(place for place, members in enumerate(factors.values()) for _ in members)
    cells = tuple(_parameters(factor_of, groups, equal, with_means=with_means))
    return FactorModel(tuple(factors), tuple(items), factor_of, groups, with_means, cells)


def _parameters(
    factor_of: tuple[int, ...], groups: int, equal: Equal, *, with_means: bool
) -> Iterator[tuple[Cell, ...]]:
    p, k = len(factor_of), max(factor_of) + 1
    markers = set(_markers(factor_of))
    free = [item for item in range(p) if item not in markers]
    yield from _cells(
        "loadings", [(i, factor_of[i]) for i in free], groups, together=equal >= Equal.METRIC
    )
    yield from _cells(
        "residuals", [(i, 0) for i in range(p)], groups, together=equal >= Equal.STRICT
    )
    pairs = [(i, j) for i in range(k) for j in range(i + 1)]
    yield from _cells("factors", pairs, groups, together=False)
    if with_means:
        shared = equal >= Equal.SCALAR
        yield from _cells("intercepts", [(i, 0) for i in range(p)], groups, together=shared)
        if shared:
            for group in range(1, groups):
                yield from (((group, "means", factor, 0),) for factor in range(k))


def _cells(
    matrix: str, places: Sequence[tuple[int, int]], groups: int, *, together: bool
) -> Iterator[tuple[Cell, ...]]:
    for row, column in places:
        cells = [(group, matrix, row, column) for group in range(groups)]
        if together:
            yield tuple(cells)
        else:
            yield from ((cell,) for cell in cells)
