"""Finds the minimum of the profiled deviance: a quasi-Newton search, then Newton steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digicantrain.core.measures.mixed.blocks import Blocks
from digicantrain.core.measures.mixed.likelihood import Profile, is_diagonal, profile, start_of
from digicantrain.core.measures.model_matrix import Floats

SEARCH_STEP = 1e-6
GRADIENT_STEP = 1e-4
HESSIAN_STEP = 1e-3
NEWTON_STEPS = 12
SMALLEST_STEP = 1e-8
FLAT = 1e-3
AT_ZERO = 1e-5


class NoConvergenceError(ArithmeticError):
    """No minimum was found."""


@dataclass(frozen=True)
class Fit:
    """A fitted model: theta, the likelihood there, and which parameters lie on their bound."""

    blocks: Blocks
    theta: Floats
    reml: bool
    at: Profile
    on_bound: tuple[bool, ...]

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

    diagonal = is_diagonal(blocks)
    theta = _search(deviance, start_of(blocks), diagonal)
    theta, on_bound = _settle(deviance, theta, diagonal)
    theta = _polish(deviance, theta, on_bound)
    return Fit(blocks, theta, reml, profile(blocks, theta), tuple(on_bound))


Deviance = Callable[[Floats], float]


def _search(deviance: Deviance, start: Floats, diagonal: list[bool]) -> Floats:
    from scipy import optimize

    bounds: list[tuple[float | None, float | None]] = [(0.0 if d else None, None) for d in diagonal]
    found = optimize.minimize(  # type: ignore[call-overload]  # its stubs want arrays of one axis
        deviance,
        start,
        jac=lambda theta: slope(deviance, theta),
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-5},
    )
    if not np.isfinite(found.fun):
        raise NoConvergenceError
    return np.asarray(found.x)


def _settle(deviance: Deviance, theta: Floats, diagonal: list[bool]) -> tuple[Floats, list[bool]]:
    """Put variances that vanish at exactly zero, if that is not worse."""
    on_bound = [False] * len(theta)
    for place, is_diag in enumerate(diagonal):
        if is_diag and theta[place] < AT_ZERO * 100:
            zero = theta.copy()
            zero[place] = 0.0
            if deviance(zero) <= deviance(theta) + 1e-9:
                theta, on_bound[place] = zero, True
    return theta, on_bound


def _polish(deviance: Deviance, theta: Floats, on_bound: list[bool]) -> Floats:
    """Take Newton steps on the parameters that are free, until they are nothing."""
    free = [place for place, bound in enumerate(on_bound) if not bound]
    if not free:
        return theta
    for _ in range(NEWTON_STEPS):
        downhill = gradient(deviance, theta)[free]
        curve = hessian(deviance, theta)[np.ix_(free, free)]
        step = _newton_step(curve, downhill)
        theta = theta.copy()
        theta[free] -= step
        if np.abs(step).max() < SMALLEST_STEP * (1 + np.abs(theta).max()):
            break
    downhill = gradient(deviance, theta)[free]
    if not np.isfinite(downhill).all() or np.abs(downhill).max() > FLAT:
        raise NoConvergenceError
    return theta


def _newton_step(curve: Floats, downhill: Floats) -> Floats:
    try:
        np.linalg.cholesky(curve)
        return np.asarray(np.linalg.solve(curve, downhill))
    except np.linalg.LinAlgError:
        # a direction without curvature (a correlation at its limit) is left as it is
        return np.asarray(np.linalg.pinv(curve, rcond=1e-8, hermitian=True) @ downhill)


def slope(function: Deviance, at: Floats, *, step: float = SEARCH_STEP) -> Floats:
    """Return the gradient by central differences, good enough to search by."""
    steps = np.diag(step * np.maximum(1.0, np.abs(at)))
    return np.array([(function(at + h) - function(at - h)) / (2 * h.max()) for h in steps])


def gradient(function: Deviance, at: Floats, *, step: float = GRADIENT_STEP) -> Floats:
    """Return the gradient by central differences of fourth order."""
    near, far = slope(function, at, step=step), slope(function, at, step=2 * step)
    return (4 * near - far) / 3


def hessian(function: Deviance, at: Floats, *, step: float = HESSIAN_STEP) -> Floats:
    """Return the matrix of second derivatives by central differences."""
    k, here = len(at), function(at)
    steps = np.diag(step * np.maximum(1.0, np.abs(at)))
    size = steps.max(axis=1)
    found = np.empty((k, k))
    for i in range(k):
        up, down = function(at + steps[i]), function(at - steps[i])
        found[i, i] = (up - 2 * here + down) / size[i] ** 2
        for j in range(i):
            together, apart = steps[i] + steps[j], steps[i] - steps[j]
            same = function(at + together) + function(at - together)
            opposite = function(at + apart) + function(at - apart)
            found[i, j] = found[j, i] = (same - opposite) / (4 * size[i] * size[j])
    return found
