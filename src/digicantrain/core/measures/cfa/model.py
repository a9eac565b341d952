"""The parameters of a factor model with simple structure, in one or several groups.

Each item loads on one factor; factors correlate, residuals do not. The first loading of a factor is
1; in a standardised model (one group) it is the variance of each factor. The only item of a factor
is that factor, without a residual. Sigma = Lambda Psi Lambda' + Theta, mu = nu + Lambda alpha
(Joereskog 1969, doi:10.1007/BF02289343; groups and means: Soerbom 1974,
doi:10.1111/j.2044-8317.1974.tb00543.x).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.cfa.likelihood import Compared
from digicantrain.core.measures.cfa.moves import Directions, Moves, Places
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
    standardised: bool = False

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
            if self.standardised:
                parts["factors"] = np.eye(k)
                continue
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

    @property
    def markers(self) -> list[int]:
        """The first item of each factor."""
        return _markers(self.factor_of)

    def moves(self, at: Matrices, group: int) -> Moves:
        """Return how the moments of a group move with its parameters; `places` says which."""
        vectors = np.hstack([np.eye(len(self.items)), at.loadings @ at.factors, at.loadings])
        way = self._ways[group]
        shift = np.where(way.of_loading, at.means[way.column], way.shift)
        return Moves(vectors, way.directions, shift)

    def places(self, group: int) -> Places:
        """Return which parameters a group has."""
        return self._ways[group].places

    def bends(self, at: Matrices, compared: Compared, group: int) -> Floats:
        """Return what the bends of the moments add to `Moves.observed`."""
        way = self._ways[group]
        row, column = way.row, way.column
        slopes = compared.by_covariance
        loadings = slopes[np.ix_(row, row)] * at.factors[np.ix_(column, column)]
        # loading of an item on factor c against the covariance of factors r and s
        turned = (slopes @ at.loadings)[row]
        c, r, s = column[:, None], np.where(way.of_factors, row, 0), column
        factors = turned[:, r] * (s == c) + turned[:, s] * ((r == c) & (r != s))
        means = -compared.by_mean[row][:, None] * (c == column)
        side = way.of_loading[:, None] * (way.of_factors * factors + way.of_means * means)
        return np.asarray(np.outer(way.of_loading, way.of_loading) * loadings + side + side.T)

    @cached_property
    def _ways(self) -> tuple["_Ways", ...]:
        return tuple(_ways_of(self, group) for group in range(self.groups))


@dataclass(frozen=True)
class _Ways:
    """The parameters of a group: their number, cell, and directions."""

    places: Places
    row: Places
    column: Places
    of_loading: npt.NDArray[np.bool_]
    of_factors: npt.NDArray[np.bool_]
    of_means: npt.NDArray[np.bool_]
    shift: Floats
    directions: Directions


def _ways_of(model: FactorModel, group: int) -> _Ways:
    p, k = len(model.items), len(model.factors)
    own = [
        (place, matrix, row, column)
        for place, cells in enumerate(model.cells)
        for g, matrix, row, column in cells
        if g == group
    ]
    ways = np.array([_way(matrix, row, column, p, k) for _place, matrix, row, column in own])
    kind = np.array([matrix for _place, matrix, _row, _column in own])
    # the mean of a factor stands in the row of its matrix
    column = [row if matrix == "means" else column for _place, matrix, row, column in own]
    whole = ways[:, :3].astype(np.intp)
    return _Ways(
        np.array([place for place, *_cell in own], dtype=np.intp),
        np.array([row for _place, _matrix, row, _column in own], dtype=np.intp),
        np.array(column, dtype=np.intp),
        kind == "loadings",
        kind == "factors",
        kind == "means",
        np.isin(kind, ("intercepts", "means")).astype(float),
        Directions(whole[:, 0], whole[:, 1], ways[:, 3], whole[:, 2]),
    )


def _way(matrix: str, row: int, column: int, p: int, k: int) -> tuple[int, int, int, float]:
    """Return which vectors are x, y and z of a cell, and its weight.

    The vectors are units of items, then columns of Lambda Psi, then of Lambda.
    """
    if matrix == "loadings":
        return row, p + column, row, 1.0
    if matrix == "factors":
        return p + k + row, p + k + column, 0, 0.5 if row == column else 1.0
    if matrix == "residuals":
        return row, row, 0, 0.5
    return 0, 0, row if matrix == "intercepts" else p + k + row, 0.0


def _markers(factor_of: Sequence[int]) -> list[int]:
    """Return the first item of each factor, whose loading is 1."""
    return [list(factor_of).index(factor) for factor in range(max(factor_of) + 1)]


def build(
    factors: Mapping[str, Sequence[str]],
    *,
    groups: int = 1,
    equal: Equal = Equal.CONFIGURAL,
    with_means: bool = False,
    standardised: bool = False,
) -> FactorModel:
    """Return the model in which each factor has its items.

    Raises:
        ValueError: an item stands twice, or a factor has no item.
    """
    items = [item for members in factors.values() for item in members]
    if len(set(items)) != len(items) or not all(factors.values()):
        raise ValueError("Each factor needs items, and each item stands with one factor only.")
    factor_of = tuple(place for place, members in enumerate(factors.values()) for _ in members)
    cells = [*_loadings(factor_of, groups, equal, standardised=standardised)]
    cells += _variances(factor_of, groups, equal, standardised=standardised)
    if with_means:
        cells += _means(factor_of, groups, equal)
    return FactorModel(
        tuple(factors), tuple(items), factor_of, groups, with_means, tuple(cells), standardised
    )


def _loadings(
    factor_of: tuple[int, ...], groups: int, equal: Equal, *, standardised: bool
) -> Iterator[tuple[Cell, ...]]:
    fixed = set() if standardised else set(_markers(factor_of))
    free = [(item, factor) for item, factor in enumerate(factor_of) if item not in fixed]
    yield from _cells("loadings", free, groups, together=equal >= Equal.METRIC)


def _variances(
    factor_of: tuple[int, ...], groups: int, equal: Equal, *, standardised: bool
) -> Iterator[tuple[Cell, ...]]:
    k = max(factor_of) + 1
    alone = [factor_of.count(factor) == 1 for factor in factor_of]
    free = [(item, 0) for item, only in enumerate(alone) if not only]
    yield from _cells("residuals", free, groups, together=equal >= Equal.STRICT)
    pairs = [(i, j) for i in range(k) for j in range(i if standardised else i + 1)]
    yield from _cells("factors", pairs, groups, together=False)


def _means(factor_of: tuple[int, ...], groups: int, equal: Equal) -> Iterator[tuple[Cell, ...]]:
    places = [(item, 0) for item in range(len(factor_of))]
    yield from _cells("intercepts", places, groups, together=equal >= Equal.SCALAR)
    if equal >= Equal.SCALAR:
        for group in range(1, groups):
            yield from (((group, "means", factor, 0),) for factor in range(max(factor_of) + 1))


def _cells(
    matrix: str, places: Sequence[tuple[int, int]], groups: int, *, together: bool
) -> Iterator[tuple[Cell, ...]]:
    for row, column in places:
        cells = [(group, matrix, row, column) for group in range(groups)]
        if together:
            yield tuple(cells)
        else:
            yield from ((cell,) for cell in cells)
