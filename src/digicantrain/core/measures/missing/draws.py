"""Draws of one column given others: a Bayesian regression, nearest donors, a multinomial model."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import Floats

RIDGE = 1e-5
DONORS = 5
ROUNDS = 25
# A Newton step of this size leaves an error of its square, far below a coefficient's spread.
CLOSE = 1e-2
HALVINGS = 10
SLACK = 1e-9
# Of the coefficients of a multinomial model: it keeps them finite where labels are separated.
PRIOR, PRIOR_OF_INTERCEPT = 0.1, 1e-3


@dataclass(frozen=True)
class Line:
    """Least-squares coefficients, drawn ones, and a drawn residual SD."""

    beta: Floats
    drawn: Floats
    sigma: float


def bayesian_line(
    cross: Floats, right: Floats, square: float, *, n: int, random: np.random.Generator
) -> Line:
    """Draw a line from its posterior under a flat prior (Rubin 1987, page 167).

    Args:
        cross: X'X of the answered rows, columns x columns.
        right: X'y.
        square: y'y.
        n: answered rows.
        random: where draws come from.

    A little ridge keeps columns apart that follow from others.
    """
    size = np.diag(cross)
    # a label that nobody has among those who answered leaves a column of nothing
    ridge = RIDGE * np.where(size > 0, size, n)
    inverse_root = np.linalg.inv(np.linalg.cholesky(cross + np.diag(ridge)))
    beta = inverse_root.T @ (inverse_root @ right)
    rss = max(float(square - 2 * right @ beta + beta @ cross @ beta), 0.0)
    sigma = float(np.sqrt(rss / random.chisquare(max(n - len(beta), 1))))
    drawn = beta + sigma * (inverse_root.T @ random.standard_normal(len(beta)))
    return Line(beta, drawn, sigma)


def nearest(donors: Floats, wanted: Floats, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return for each wanted value the place of one of its nearest donors, at random.

    Donors are mixed first, so that among those that are equally near none is preferred.
    """
    mixed = random.permutation(len(donors))
    order = mixed[np.argsort(donors[mixed], kind="stable")]
    ranked = donors[order]
    k = min(DONORS, len(donors))
    width = min(2 * k, len(donors))
    start = np.clip(np.searchsorted(ranked, wanted) - k, 0, len(donors) - width)
    window = start[:, None] + np.arange(width)
    gaps = np.abs(ranked[window] - wanted[:, None])
    closest = np.argpartition(gaps, k - 1, axis=1)[:, :k]
    rows = np.arange(len(wanted))
    chosen = closest[rows, random.integers(0, k, len(wanted))]
    return np.asarray(order[window[rows, chosen]])


def multinomial_labels(
    known: Floats,
    codes: npt.NDArray[np.int64],
    gaps: Floats,
    *,
    random: np.random.Generator,
    start: Floats | None = None,
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Draw labels from a multinomial logistic model whose coefficients are drawn too.

    Args:
        known: answered rows x columns, the first of ones.
        codes: the label of each answered row, 0 to labels - 1, each there.
        gaps: rows to draw for x columns.
        random: where draws come from.
        start: coefficients to begin from.

    Returns:
        The codes drawn, and the coefficients (columns x labels less the first) at the mode. A weak
        normal prior keeps these finite (White, Daniel and Royston 2010,
        doi:10.1016/j.csda.2010.04.005, ask for as much); they are drawn from the normal
        approximation at the mode.
    """
    model = _Multinomial(known, codes)
    mode, information = model.mode(np.zeros(model.shape) if start is None else start)
    root = np.linalg.cholesky(information)
    moved = np.linalg.solve(root.T, random.standard_normal(mode.size))
    shares = shares_of(gaps, mode + moved.reshape(mode.shape[::-1]).T)
    picks = (shares.cumsum(axis=1) < random.random((len(gaps), 1))).sum(axis=1)
    return np.minimum(picks, shares.shape[1] - 1), mode


def shares_of(x: Floats, beta: Floats) -> Floats:
    """Return the chance of each label, rows x labels."""
    logits = np.hstack([np.zeros((len(x), 1)), x @ beta])
    sizes = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(sizes / sizes.sum(axis=1, keepdims=True))


class _Multinomial:
    """A multinomial logistic model with a weak prior; the first label is the reference."""

    def __init__(self, x: Floats, codes: npt.NDArray[np.int64]) -> None:
        self._x = x
        self._is = np.eye(int(codes.max()) + 1)[codes][:, 1:]
        self._prior = np.full((x.shape[1], 1), PRIOR)
        self._prior[0] = PRIOR_OF_INTERCEPT
        self.shape = (x.shape[1], self._is.shape[1])

    def mode(self, beta: Floats) -> tuple[Floats, Floats]:
        """Return the coefficients of the highest posterior, by Newton steps, and the information
        there."""
        before = self._height(beta)
        for _ in range(ROUNDS):
            information = self.information(beta)
            gap = self._is - shares_of(self._x, beta)[:, 1:]
            uphill = (self._x.T @ gap - self._prior * beta).T.ravel()
            step = np.linalg.solve(information, uphill).reshape(self.shape[::-1]).T
            beta, before = self._climb(beta, step, before)
            if np.abs(step).max() < CLOSE:
                break
        return beta, information

    def _climb(self, beta: Floats, step: Floats, before: float) -> tuple[Floats, float]:
        for _ in range(HALVINGS):
            now = self._height(beta + step)
            if now >= before - SLACK:
                return beta + step, now
            step = step / 2
        return beta, before

    def _height(self, beta: Floats) -> float:
        shares = shares_of(self._x, beta)
        whole = np.hstack([1 - self._is.sum(axis=1, keepdims=True), self._is])
        likelihood = np.log(np.maximum((shares * whole).sum(axis=1), 1e-300)).sum()
        return float(likelihood - (self._prior * beta**2).sum() / 2)

    def information(self, beta: Floats) -> Floats:
        """Return the information, coefficients label by label."""
        shares, x = shares_of(self._x, beta)[:, 1:], self._x
        p, labels = self.shape
        found = np.empty((labels, p, labels, p))
        for a in range(labels):
            for b in range(a, labels):
                weight = shares[:, a] * ((a == b) - shares[:, b])
                found[a, :, b] = found[b, :, a] = x.T @ (x * weight[:, None])
            found[a, :, a] += np.diag(self._prior[:, 0])
        return found.reshape(labels * p, labels * p)
