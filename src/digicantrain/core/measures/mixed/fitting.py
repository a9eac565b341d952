"""Finds the minimum of the profiled deviance: a quasi-Newton search, then Newton steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digicantrain.core.measures.mixed.blocks import Blocks
from digicantrain.core.measures.mixed.likelihood import Profile, is_diagonal, profile, start_of
from digicantrain.core.measures.model_matrix import Floats

GRADIENT_STEP = 1e-5
HESSIAN_STEP = 1e-3
NEWTON_STEPS = 12
SMALLEST_STEP = 1e-10
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

    bounds = [(0.0, None) if d else (None, None) for d in diagonal]
    found = optimize.minimize(
        deviance,
        start,
        jac=lambda theta: gradient(deviance, theta),
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 500, "ftol": 1e-15, "gtol": 1e-7},
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
        slope = gradient(deviance, theta)[free]
        curve = hessian(deviance, theta)[np.ix_(free, free)]
        step = _newton_step(curve, slope)
        theta = theta.copy()
        theta[free] -= step
        if np.abs(step).max() < SMALLEST_STEP * (1 + np.abs(theta).max()):
            break
    slope = gradient(deviance, theta)[free]
    if not np.isfinite(slope).all() or np.abs(slope).max() > FLAT:
        raise NoConvergenceError
    return theta


def _newton_step(curve: Floats, slope: Floats) -> Floats:
    try:
        np.linalg.cholesky(curve)
        return np.asarray(np.linalg.solve(curve, slope))
    except np.linalg.LinAlgError:
        # a direction without curvature (a correlation at its limit) is left as it is
        return np.asarray(np.linalg.pinv(curve, rcond=1e-8, hermitian=True) @ slope)


def gradient(function: Deviance, at: Floats, *, step: float = GRADIENT_STEP) -> Floats:
    """Return the gradient by central differences of fourth order."""
    found = np.empty(len(at))
    for place in range(len(at)):
        h = np.zeros(len(at))
        h[place] = step * max(1.0, abs(at[place]))
        far = function(at + 2 * h) - function(at - 2 * h)
        near = function(at + h) - function(at - h)
        found[place] = (8 * near - far) / (12 * h[place])
    return found


def hessian(function: Deviance, at: Floats, *, step: float = HESSIAN_STEP) -> Floats:
    """Return the matrix of second derivatives by differences of the gradient."""
    k = len(at)
    found = np.empty((k, k))
    for place in range(k):
        h = np.zeros(k)
        h[place] = step * max(1.0, abs(at[place]))
        up, down = gradient(function, at + h, step=step), gradient(function, at - h, step=step)
        found[place] = (up - down) / (2 * h[place])
    return (found + found.T) / 2
