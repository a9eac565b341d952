"""The data of a mixed model, brought into blocks so that a likelihood costs little.

The largest grouping factor is eliminated group by group; what remains (coarser or crossed groups,
fixed effects, outcome) is a small dense matrix. Groups with the same pattern of observations are
added up beforehand, so that a balanced study of 10,000 people costs as much as one of ten.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import (
    SINGULAR,
    Factor,
    Floats,
    ModelMatrix,
    Variables,
)

MOST_PATTERNS = 256
SMALLEST = 1e-12


@dataclass(frozen=True)
class RandomTerm:
    """Effects that vary from group to group: an intercept, slopes of numeric columns, or both.

    `correlated` lets intercept and slopes vary together, with a free covariance.
    """

    group: str
    slopes: tuple[str, ...] = ()
    intercept: bool = True
    correlated: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The effects in their order."""
        return (("(Intercept)",) if self.intercept else ()) + self.slopes


@dataclass(frozen=True)
class Grouped:
    """One random term on the analysed rows: each row's group and its values of the effects.

    The values are an orthonormal basis of the effects' columns (of one size only, where effects are
    not correlated), so that all parameters are alike; `to` leads from its effects to those asked
    for.
    """

    term: RandomTerm
    levels: tuple[str, ...]
    codes: npt.NDArray[np.int64]
    values: Floats
    to: Floats

    @property
    def effects(self) -> int:
        """Effects a group."""
        return int(self.values.shape[1])

    @property
    def parameters(self) -> int:
        """Parameters of the covariance factor."""
        k = self.effects
        return k * (k + 1) // 2 if self.term.correlated else k

    @property
    def width(self) -> int:
        """Columns in the matrix of random effects."""
        return self.effects * len(self.levels)


def grouped(term: RandomTerm, *, variables: Variables, rows: npt.NDArray[np.bool_]) -> Grouped:
    """Return a random term on the analysed rows.

    Raises:
        ValueError: a group is not a factor, or a slope is not a column of numbers.
    """
    group = _group(term, variables)
    slopes = [_slope(name, variables)[rows] for name in term.slopes]
    values = np.column_stack([np.ones(int(rows.sum())), *slopes])[:, not term.intercept :]
    to = _basis(values, correlated=term.correlated)
    there, codes = np.unique(group.codes[rows], return_inverse=True)
    levels = tuple(group.levels[place] for place in there)
    return Grouped(term, levels, codes, values @ to, to)


def _basis(values: Floats, *, correlated: bool) -> Floats:
    scale = np.sqrt((values**2).mean(axis=0))
    scale[scale == 0] = 1.0
    to = np.diag(1 / scale)
    if not correlated or len(values) < len(to):
        return to
    r = np.linalg.qr(values @ to, mode="r")
    if np.abs(np.diag(r)).min() < SINGULAR * np.sqrt(len(values)):
        return to
    return np.asarray(to @ np.linalg.inv(r) * np.sqrt(len(values)))


def _group(term: RandomTerm, variables: Variables) -> Factor:
    found = variables.get(term.group)
    if isinstance(found, Factor):
        return found
    raise ValueError(f"{term.group!r} must be a column of labels: it groups the rows.")


def _slope(name: str, variables: Variables) -> Floats:
    found = variables.get(name)
    if found is None or isinstance(found, Factor):
        raise ValueError(f"{name!r} must be a column of numbers: its slope varies by group.")
    return found


@dataclass(frozen=True)
class Patterns:
    """Groups of the eliminated factor, added up by their pattern.

    `roots` are their roots (patterns x k x k), `counts` the groups of each, `outer` the sums over
    groups of (coordinate a of U)' (coordinate b of U): patterns x k x k x m x m.
    """

    roots: Floats
    counts: Floats
    outer: Floats


@dataclass(frozen=True)
class Blocks:
    """All that the likelihood reads; U = [random effects of the other terms | Q | residual].

    Each group's effects have values Z = E R, E orthonormal: `roots` are R (groups x k x k),
    `coordinates` E'U (groups x k x m), and `left` the cross-products of what of U is not in E,
    summed over groups (m x m).
    """

    n: int
    fixed: int
    inner: Grouped
    rest: tuple[Grouped, ...]
    roots: Floats
    coordinates: Floats
    left: Floats
    patterns: Patterns | None
    q_to_beta: Floats
    beta_ols: Floats
    y_scale: float

    @property
    def rest_width(self) -> int:
        """Columns of the random effects that are not eliminated."""
        return sum(term.width for term in self.rest)

    @property
    def terms(self) -> tuple[Grouped, ...]:
        """All terms, the eliminated one first."""
        return (self.inner, *self.rest)


def prepare(outcome: Floats, *, matrix: ModelMatrix, terms: Sequence[Grouped]) -> Blocks:
    """Bring the analysed rows into blocks.

    The outcome is replaced by its least-squares residual and X by an orthonormal basis, which keeps
    the digits that sums of squares would lose.
    """
    x = matrix.matrix
    q, r = np.linalg.qr(x)
    beta = np.linalg.solve(r, q.T @ outcome)
    residual = outcome - x @ beta
    scale = float(np.sqrt((residual**2).mean())) or 1.0
    order = sorted(range(len(terms)), key=lambda i: -terms[i].width)
    inner, rest = terms[order[0]], tuple(terms[i] for i in order[1:])
    u = np.hstack([*(_dense(term) for term in rest), q, (residual / scale)[:, None]])
    roots, coordinates, left, patterns = _reduced(inner, u)
    return Blocks(
        n=len(outcome),
        fixed=x.shape[1],
        inner=inner,
        rest=rest,
        roots=roots,
        coordinates=coordinates,
        left=left,
        patterns=patterns,
        q_to_beta=np.linalg.inv(r),
        beta_ols=beta,
        y_scale=scale,
    )


def _dense(term: Grouped) -> Floats:
    matrix = np.zeros((len(term.codes), term.width))
    for effect in range(term.effects):
        columns = term.codes * term.effects + effect
        matrix[np.arange(len(term.codes)), columns] = term.values[:, effect]
    return matrix


def _reduced(inner: Grouped, u: Floats) -> tuple[Floats, Floats, Floats, Patterns | None]:
    """Return roots, coordinates, what is left, and patterns where there are few."""
    groups, k = len(inner.levels), inner.effects
    order = np.argsort(inner.codes, kind="stable")
    starts = np.searchsorted(inner.codes[order], np.arange(groups))
    values, rows = inner.values[order], u[order]
    within = np.add.reduceat(values[:, :, None] * values[:, None, :], starts, axis=0)
    mixed = np.stack(
        [np.add.reduceat(values[:, [a]] * rows, starts, axis=0) for a in range(k)], axis=1
    )
    found, places, counts = _alike(within)
    roots, inverses = _roots(found)
    coordinates = inverses[places].transpose(0, 2, 1) @ mixed
    fitted = inverses[places] @ coordinates
    at = inner.codes[order]
    for a in range(k):
        rows = rows - values[:, [a]] * fitted[at, a]
    patterns = _patterns(roots, counts, coordinates, places)
    return roots[places], coordinates, rows.T @ rows, patterns


def _alike(within: Floats) -> tuple[Floats, npt.NDArray[np.int64], Floats]:
    """Return the different cross-products of effects, which each group has, and how often."""
    flat = np.round(within.reshape(len(within), -1), 12)
    found, places, counts = np.unique(flat, axis=0, return_inverse=True, return_counts=True)
    k = within.shape[1]
    return found.reshape(-1, k, k), places.ravel(), counts.astype(float)


def _roots(within: Floats) -> tuple[Floats, Floats]:
    """Return R and a right inverse of it for each R'R; of what has no variance both are nothing."""
    sizes, directions = np.linalg.eigh(within)
    kept = sizes > SMALLEST * sizes[:, -1:]
    root = np.sqrt(np.where(kept, sizes, 0.0))
    inverse = np.where(kept, 1 / np.where(kept, root, 1.0), 0.0)
    return root[:, :, None] * directions.transpose(0, 2, 1), directions * inverse[:, None, :]


def _patterns(
    roots: Floats, counts: Floats, coordinates: Floats, places: npt.NDArray[np.int64]
) -> Patterns | None:
    """Add groups up by pattern, where there are few patterns; else None."""
    k, m = coordinates.shape[1], coordinates.shape[2]
    if len(roots) * k * k * m * m > MOST_PATTERNS * 4_096 or len(roots) > MOST_PATTERNS:
        return None
    outer = np.empty((len(roots), k, k, m, m))
    for pattern in range(len(roots)):
        flat = coordinates[places == pattern].reshape(-1, k * m)
        outer[pattern] = (flat.T @ flat).reshape(k, m, k, m).transpose(0, 2, 1, 3)
    return Patterns(roots, counts, outer)
