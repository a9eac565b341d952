"""Finds the minimum of the profiled deviance: a quasi-Newton search, then Newton steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digicantrain.core.measures.mixed.blocks import Blocks
from digicantrain.core.measures.mixed.likelihood import (
    Profile,
    is_diagonal,
    profile,
    start_of,
    upright,
    without,
)
from digicantrain.core.measures.model_matrix import Floats

SEARCH_STEP = 1e-6
STEP = 1e-3
# of a parameter's standard error: by so much it is moved to take derivatives
SHARE = 1e-2
NEWTON_STEPS = 30
# gains of a Newton step in the deviance: the old curvature will do, no gain at all, no minimum
NEAR = 1e-4
NOTHING = 1e-12
FLAT = 1e-6
STRAIGHT = 1e-8
NEAR_ZERO = 1e-3
# values at which a variance that seems to vanish is tried, relative to the residual's
BESIDE = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
NO_WORSE = 1e-9
RESTARTS = 20
HALVINGS = 20


class NoConvergenceError(ArithmeticError):
    """No minimum was found."""


@dataclass(frozen=True)
class Fit:
    """A fitted model: theta, the likelihood there, and which parameters lie on their bound.

    `steps` are by how much to move each parameter to take derivatives.
    """

    blocks: Blocks
    theta: Floats
    reml: bool
    at: Profile
    on_bound: tuple[bool, ...]
    steps: Floats

    @property
    def sigma2(self) -> float:
        """The residual variance, in the outcome's units."""
        return self.at.rss / self.at.freedom(reml=self.reml) * self.blocks.y_scale**2

    @property
    def beta(self) -> Floats:
        """The fixed effects."""
        moved = self.blocks.q_to_beta @ self.at.delta
        return np.asarray(self.blocks.beta_ols + moved * self.blocks.y_scale)

    @property
    def covariance(self) -> Floats:
        """The covariance of the fixed effects."""
        to = self.blocks.q_to_beta
        return np.asarray(self.sigma2 * to @ self.at.inverse @ to.T)

    @property
    def deviance(self) -> float:
        """-2 log likelihood, or the REML criterion, in the outcome's units."""
        units = 2 * self.at.freedom(reml=self.reml) * np.log(self.blocks.y_scale)
        return float(self.at.deviance(reml=self.reml) + units)


def fit(blocks: Blocks, *, reml: bool) -> Fit:
    """Fit the model.

    Raises:
        NoConvergenceError: no minimum was found.
    """

    def deviance(theta: Floats) -> float:
        try:
            return profile(blocks, theta).deviance(reml=reml)
        except np.linalg.LinAlgError:
            return float("inf")

    theta = _search(deviance, start_of(blocks))
    for _ in range(RESTARTS):
        theta = upright(blocks, theta)
        beside = _beside_zero(deviance, theta, is_diagonal(blocks))
        if beside is None:
            break
        theta = _search(deviance, beside)
    theta, on_bound = _settle(deviance, theta, blocks)
    theta, steps = _polish(deviance, theta, on_bound)
    theta = upright(blocks, theta)
    return Fit(blocks, theta, reml, profile(blocks, theta), tuple(on_bound), steps)


Deviance = Callable[[Floats], float]


def _search(deviance: Deviance, start: Floats) -> Floats:
    """Search without bounds: a factor and the same with a column's sign changed are equal."""
    from scipy import optimize

    found = optimize.minimize(  # type: ignore[call-overload]  # its stubs want arrays of one axis
        deviance,
        start,
        jac=lambda theta: slope(deviance, theta),
        method="L-BFGS-B",
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-5},
    )
    if not np.isfinite(found.fun):
        raise NoConvergenceError
    return np.asarray(found.x)


def _beside_zero(deviance: Deviance, theta: Floats, diagonal: list[bool]) -> Floats | None:
    """Return a better point off zero, or none: beside a valley at zero there may be a deeper one.

    The deviance is even in a variance's root, so its slope is nothing at zero, be it a valley or a
    summit.
    """
    best, found = deviance(theta) - NO_WORSE, None
    for place in np.flatnonzero(np.asarray(diagonal) & (theta < NEAR_ZERO)):
        for value in BESIDE:
            moved = theta.copy()
            moved[place] = value
            here = deviance(moved)
            if here < best:
                best, found = here, moved
    return found


def _settle(deviance: Deviance, theta: Floats, blocks: Blocks) -> tuple[Floats, list[bool]]:
    """Put variances that vanish at exactly zero, if that is not worse; say what is held there."""
    held = [False] * len(theta)
    for place, is_diag in enumerate(is_diagonal(blocks)):
        if is_diag and theta[place] < NEAR_ZERO:
            zero, column = without(blocks, theta, place)
            if deviance(zero) <= deviance(theta) + NO_WORSE:
                theta = zero
                held = [old or new for old, new in zip(held, column, strict=True)]
    return theta, held


def _polish(deviance: Deviance, theta: Floats, on_bound: list[bool]) -> tuple[Floats, Floats]:
    """Take Newton steps on the parameters that are free, until they gain nothing.

    What a step may gain (the Newton decrement) tells how near the minimum is, whatever the units.
    Returns the steps by which derivatives are to be taken, too.
    """
    free = [place for place, bound in enumerate(on_bound) if not bound]
    steps, gain, curve = STEP * np.maximum(1.0, np.abs(theta)), np.inf, np.zeros((0, 0))
    for _ in range(NEWTON_STEPS if free else 0):
        if gain > NEAR:
            curve = hessian(deviance, theta, steps)[np.ix_(free, free)]
            steps[free] = _steps(curve, steps[free])
        downhill = gradient(deviance, theta, steps)[free]
        step = _newton_step(curve, downhill)
        gain = float(downhill @ step)
        theta = _moved(deviance, theta, free, step)
        if gain <= NOTHING:
            break
    if free and not gain < FLAT:
        raise NoConvergenceError
    return theta, steps


def _steps(curve: Floats, first: Floats) -> Floats:
    """Return a hundredth of each parameter's standard error, where it can be told."""
    size = np.diag(curve)
    found = np.where(size > 0, SHARE * np.sqrt(2 / np.where(size > 0, size, 1.0)), first)
    return np.clip(found, first * 1e-3, first * 10)


def _moved(deviance: Deviance, theta: Floats, free: list[int], step: Floats) -> Floats:
    """Return theta after a step, which is halved while it leads uphill."""
    before = deviance(theta)
    for _ in range(HALVINGS):
        moved = theta.copy()
        moved[free] -= step
        if deviance(moved) <= before + NO_WORSE * (1 + abs(before)) * 1e-3:
            return moved
        step = step / 2
    return theta


def _newton_step(curve: Floats, downhill: Floats) -> Floats:
    """Return the step to the minimum of a parabola; away from the summit of one that opens down.

    A direction without curvature is left as it is.
    """
    sizes, directions = np.linalg.eigh(curve)
    bent = np.abs(sizes) > STRAIGHT * np.abs(sizes).max()
    along = directions[:, bent]
    return np.asarray(along @ ((along.T @ downhill) / np.abs(sizes[bent])))


def slope(function: Deviance, at: Floats, steps: Floats | float = SEARCH_STEP) -> Floats:
    """Return the gradient by central differences, good enough to search by."""
    size = np.broadcast_to(steps, at.shape)
    return np.array([(function(at + h) - function(at - h)) / (2 * h.max()) for h in np.diag(size)])


def gradient(function: Deviance, at: Floats, steps: Floats) -> Floats:
    """Return the gradient by central differences of fourth order."""
    near, far = slope(function, at, steps), slope(function, at, 2 * steps)
    return (4 * near - far) / 3


def hessian(function: Deviance, at: Floats, steps: Floats) -> Floats:
    """Return the matrix of second derivatives by central differences."""
    k, here, moves = len(at), function(at), np.diag(steps)
    found = np.empty((k, k))
    for i in range(k):
        up, down = function(at + moves[i]), function(at - moves[i])
        found[i, i] = (up - 2 * here + down) / steps[i] ** 2
        for j in range(i):
            together, apart = moves[i] + moves[j], moves[i] - moves[j]
            same = function(at + together) + function(at - together)
            opposite = function(at + apart) + function(at - apart)
            found[i, j] = found[j, i] = (same - opposite) / (4 * steps[i] * steps[j])
    return found
