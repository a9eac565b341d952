"""The profiled deviance of a mixed model (Bates, Maechler, Bolker and Walker 2015, Fitting linear
mixed-effects models using lme4, doi:10.18637/jss.v067.i01, sections 3.4 and 3.6).

`theta` holds the lower triangles of the relative covariance factors, column by column, term by
term; a covariance is sigma^2 times factor times its transpose.
"""

import math
from dataclasses import dataclass

import numpy as np

from digicantrain.core.measures.mixed.blocks import Blocks, Grouped
from digicantrain.core.measures.model_matrix import Floats


def start_of(blocks: Blocks) -> Floats:
    """Return where the search begins: factors that are the identity."""
    return np.concatenate([_entries(term, np.eye(term.effects)) for term in blocks.terms])


def is_diagonal(blocks: Blocks) -> list[bool]:
    """Return for each parameter whether it stands on the diagonal, where it is not negative."""
    found: list[bool] = []
    for term in blocks.terms:
        rows, columns = _places(term)
        found += [bool(r == c) for r, c in zip(rows, columns, strict=True)]
    return found


def factors_of(blocks: Blocks, theta: Floats) -> list[Floats]:
    """Return the relative covariance factor of each term."""
    found, start = [], 0
    for term in blocks.terms:
        factor = np.zeros((term.effects, term.effects))
        factor[_places(term)] = theta[start : start + term.parameters]
        found.append(factor)
        start += term.parameters
    return found


def _places(term: Grouped) -> tuple[list[int], list[int]]:
    k = term.effects
    pairs = [(r, c) for c in range(k) for r in range(c, k) if term.term.correlated or r == c]
    return [r for r, _ in pairs], [c for _, c in pairs]


def _entries(term: Grouped, factor: Floats) -> Floats:
    return np.asarray(factor[_places(term)])


def _theta_of(blocks: Blocks, factors: list[Floats]) -> Floats:
    parts = [_entries(term, one) for term, one in zip(blocks.terms, factors, strict=True)]
    return np.concatenate(parts)


def upright(blocks: Blocks, theta: Floats) -> Floats:
    """Return the same covariances by factors whose diagonals are not negative."""
    factors = factors_of(blocks, theta)
    return _theta_of(blocks, [one * np.where(np.diag(one) < 0, -1.0, 1.0) for one in factors])


def without(blocks: Blocks, theta: Floats, place: int) -> tuple[Floats, list[bool]]:
    """Return theta with nothing at a place of the diagonal, and which places that holds.

    What stands below in its column moves on to the columns behind, so covariances stay as near as
    can be: an effect keeps what it shares with those before it.
    """
    factors, held = factors_of(blocks, theta), np.zeros(len(theta), dtype=bool)
    start = 0
    for number, term in enumerate(blocks.terms):
        if start <= place < start + term.parameters:
            columns = np.array(_places(term)[1])
            c = int(columns[place - start])
            factors[number] = _without(factors[number], c)
            held[start : start + term.parameters] = columns == c
        start += term.parameters
    return _theta_of(blocks, factors), held.tolist()


def _without(factor: Floats, c: int) -> Floats:
    """Return a factor whose column c is nothing, its lower part turned into the columns behind."""
    found = factor.copy()
    found[c, c] = 0.0
    for j in range(c + 1, len(factor)):
        size = math.hypot(found[j, j], found[j, c])
        if size > 0:
            turn = np.array([[found[j, j], -found[j, c]], [found[j, c], found[j, j]]]) / size
            found[:, [j, c]] = found[:, [j, c]] @ turn
    return found


@dataclass(frozen=True)
class Profile:
    """The likelihood's parts at one theta, in the units of the orthonormal basis.

    `log_det` belongs to the random effects, `log_det_x` to the fixed ones; `rss` is the penalised
    residual sum of squares; `delta` and `inverse` are the fixed effects and their covariance over
    sigma^2.
    """

    n: int
    fixed: int
    log_det: float
    log_det_x: float
    rss: float
    delta: Floats
    inverse: Floats

    def freedom(self, *, reml: bool) -> int:
        """Return n, or n less the fixed effects."""
        return self.n - self.fixed if reml else self.n

    def deviance(self, *, reml: bool) -> float:
        """Return -2 log likelihood (or the REML criterion) at the best sigma."""
        freedom = self.freedom(reml=reml)
        extra = self.log_det_x if reml else 0.0
        if self.rss <= 0 or not math.isfinite(self.rss):
            return math.inf
        scale = math.log(2 * math.pi * self.rss / freedom)
        return self.log_det + extra + freedom * (1 + scale)


def profile(blocks: Blocks, theta: Floats) -> Profile:
    """Return the likelihood's parts at a theta."""
    inner, *others = factors_of(blocks, theta)
    cross, log_inner = eliminate_groups(blocks, inner)
    width = blocks.rest_width
    if width:
        cross, log_rest = _eliminate_rest(blocks, cross, others, width)
    else:
        log_rest = 0.0
    xx, xy, yy = cross[:-1, :-1], cross[:-1, -1], cross[-1, -1]
    root = np.linalg.cholesky(xx)
    half = np.linalg.solve(root, xy)
    inverse_root = np.linalg.inv(root)
    return Profile(
        n=blocks.n,
        fixed=blocks.fixed,
        log_det=log_inner + log_rest,
        log_det_x=float(2 * np.log(np.diag(root)).sum()) + _log_det_r(blocks),
        rss=float(yy - half @ half),
        delta=inverse_root.T @ half,
        inverse=inverse_root.T @ inverse_root,
    )


def _log_det_r(blocks: Blocks) -> float:
    """Return log |R'R|, which the orthonormal basis took out of |X'V^-1 X|."""
    return float(-2 * np.log(np.abs(np.diag(blocks.q_to_beta))).sum())


def eliminate_groups(blocks: Blocks, factor: Floats) -> tuple[Floats, float]:
    """Return U' V1^-1 U and log |V1|, V1 = I + Z1 F F' Z1'.

    In a group's coordinates V1 is I + R F F' R', and the unit matrix in what is left: nothing is
    taken away from anything, so no digits are lost where groups differ much.
    """
    patterns = blocks.patterns
    roots = patterns.roots if patterns else blocks.roots
    half = roots @ factor
    inverse, logs = _inverted(np.eye(len(factor)) + half @ half.transpose(0, 2, 1))
    if patterns:
        added = inverse.ravel() @ patterns.outer.reshape(inverse.size, -1)
        return blocks.left + added.reshape(blocks.left.shape), float(logs @ patterns.counts)
    m = blocks.coordinates.shape[2]
    weighted = inverse @ blocks.coordinates
    added = blocks.coordinates.reshape(-1, m).T @ weighted.reshape(-1, m)
    return blocks.left + added, float(logs.sum())


def _inverted(inner: Floats) -> tuple[Floats, Floats]:
    if inner.shape[1] == 1:
        return 1 / inner, np.log(inner[:, 0, 0])
    return np.asarray(np.linalg.inv(inner)), np.asarray(np.linalg.slogdet(inner)[1])


def left_by_all(blocks: Blocks) -> float:
    """Return the share of the residual squares that is left if all effects are fixed.

    Nothing is left where groups have so few rows that they explain each: then the residual variance
    cannot be told from the others.
    """
    others, outcome = blocks.left[:-1, :-1], blocks.left[:-1, -1]
    inverse = np.linalg.pinv(others, rcond=1e-9, hermitian=True)
    return float((blocks.left[-1, -1] - outcome @ inverse @ outcome) / blocks.n)


def _eliminate_rest(
    blocks: Blocks, cross: Floats, factors: list[Floats], width: int
) -> tuple[Floats, float]:
    z, zu = cross[:width, :width], cross[:width, width:]
    left = _times_factors(blocks, factors, zu)
    inner = _times_factors(blocks, factors, _times_factors(blocks, factors, z).T)
    inner = inner + np.eye(width)
    root = np.linalg.cholesky(inner)
    half = np.linalg.solve(root, left)
    return cross[width:, width:] - half.T @ half, float(2 * np.log(np.diag(root)).sum())


def _times_factors(blocks: Blocks, factors: list[Floats], rows: Floats) -> Floats:
    """Return F' rows, F being block diagonal over the groups of each remaining term."""
    parts, start = [], 0
    for term, factor in zip(blocks.rest, factors, strict=True):
        part = rows[start : start + term.width]
        start += term.width
        if term.effects == 1:
            parts.append(factor[0, 0] * part)
            continue
        shaped = part.reshape(len(term.levels), term.effects, -1)
        parts.append((factor.T @ shaped).reshape(term.width, -1))
    return np.vstack(parts) if len(parts) > 1 else parts[0]
