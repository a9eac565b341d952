"""The data of a mixed model, brought into blocks so that a likelihood costs little.

The largest grouping factor is eliminated group by group; what remains (coarser or crossed groups,
fixed effects, outcome) is a small dense matrix. Groups with the same pattern of observations are
added up beforehand, so that a balanced study of 10,000 people costs as much as one of ten.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import Factor, Floats, ModelMatrix, Variables

MOST_PATTERNS = 256


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

    `scale` is what the values were divided by, so that all parameters are of one size.
    """

    term: RandomTerm
    levels: tuple[str, ...]
    codes: npt.NDArray[np.int64]
    values: Floats
    scale: Floats

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
    scale = np.sqrt((values**2).mean(axis=0))
    scale[scale == 0] = 1.0
    there, codes = np.unique(group.codes[rows], return_inverse=True)
    levels = tuple(group.levels[place] for place in there)
    return Grouped(term, levels, codes, values / scale, scale)


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

    `within` are the cross-products of the effects (patterns x k x k), `counts` the groups of each,
    `outer` the sums over groups of (effect a with U)' (effect b with U): patterns x k x k x m x m.
    """

    within: Floats
    counts: Floats
    outer: Floats


@dataclass(frozen=True)
class Blocks:
    """All that the likelihood reads; U = [random effects of the other terms | Q | residual]."""

    n: int
    fixed: int
    inner: Grouped
    rest: tuple[Grouped, ...]
    cross: Floats
    within: Floats
    mixed: Floats
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
    groups, k = len(inner.levels), inner.effects
    by_group = np.argsort(inner.codes, kind="stable")
    starts = np.searchsorted(inner.codes[by_group], np.arange(groups))
    values, sorted_u = inner.values[by_group], u[by_group]
    within = _sums(values[:, :, None] * values[:, None, :], starts)
    mixed = np.stack([_sums(values[:, [a]] * sorted_u, starts) for a in range(k)], axis=1)
    return Blocks(
        n=len(outcome),
        fixed=x.shape[1],
        inner=inner,
        rest=rest,
        cross=u.T @ u,
        within=within,
        mixed=mixed,
        patterns=_patterns(within, mixed),
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


def _sums(rows: Floats, starts: npt.NDArray[np.int64]) -> Floats:
    return np.add.reduceat(rows, starts, axis=0)


def _patterns(within: Floats, mixed: Floats) -> Patterns | None:
    """Add groups up by pattern, where there are few patterns; else None."""
    k, m = mixed.shape[1], mixed.shape[2]
    flat = np.round(within.reshape(len(within), -1), 12)
    found, places, counts = np.unique(flat, axis=0, return_inverse=True, return_counts=True)
    if len(found) * k * k * m * m > MOST_PATTERNS * 4_096 or len(found) > MOST_PATTERNS:
        return None
    outer = np.empty((len(found), k, k, m, m))
    for pattern in range(len(found)):
        chosen = mixed[places.ravel() == pattern]
        outer[pattern] = np.einsum("gam,gbn->abmn", chosen, chosen, optimize=True)
    return Patterns(found.reshape(-1, k, k), counts.astype(float), outer)
