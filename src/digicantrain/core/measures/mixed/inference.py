"""Degrees of freedom and covariances of a fitted mixed model.

Satterthwaite's df of a contrast c: 2 (se^2)^2 / (g' A g), where A is twice the inverse Hessian of
the deviance in (theta, sigma) and g the gradient of se^2 (Kuznetsova, Brockhoff and Christensen
2017, lmerTest, doi:10.18637/jss.v082.i13; Fai and Cornelius 1996).
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from digicantrain.core.measures.mixed.fitting import Fit, gradient, hessian
from digicantrain.core.measures.mixed.likelihood import Profile, factors_of, profile
from digicantrain.core.measures.model_matrix import Floats


@dataclass(frozen=True)
class Inference:
    """What follows from a fit; parameters on their bound are taken as known."""

    fit: Fit
    _seen: dict[bytes, Profile] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _free(self) -> list[int]:
        return [place for place, bound in enumerate(self.fit.on_bound) if not bound]

    def _moved(self, part: Floats) -> Floats:
        theta = self.fit.theta.copy()
        theta[self._free] = part
        return theta

    def _at(self, part: Floats) -> Profile:
        """Return the likelihood at values of the free parameters, each computed once."""
        key = part.tobytes()
        if key not in self._seen:
            self._seen[key] = profile(self.fit.blocks, self._moved(part))
        return self._seen[key]

    @cached_property
    def _parameter_covariance(self) -> Floats:
        """A: the covariance of (free theta, sigma), sigma in units of the scaled outcome."""
        fit, free = self.fit, self._free
        freedom = fit.at.freedom(reml=fit.reml)
        sigma2 = fit.at.rss / freedom
        sigma = np.sqrt(sigma2)
        here = fit.theta[free]

        def log_dets(part: Floats) -> float:
            at = self._at(part)
            return at.log_det + (at.log_det_x if fit.reml else 0.0)

        def rss(part: Floats) -> float:
            return self._at(part).rss

        k = len(free)
        curve = np.empty((k + 1, k + 1))
        curve[k, k] = 4 * freedom / sigma2
        if k:
            steps = fit.steps[free]
            curve[:k, :k] = hessian(log_dets, here, steps) + hessian(rss, here, steps) / sigma2
            curve[k, :k] = curve[:k, k] = -2 * gradient(rss, here, steps) / sigma**3
        return np.asarray(2 * np.linalg.pinv(curve, hermitian=True))

    @cached_property
    def _gradients(self) -> Floats:
        """The derivatives of the fixed effects' covariance by (free theta, sigma), scaled."""
        fit, free = self.fit, self._free
        sigma2 = fit.at.rss / fit.at.freedom(reml=fit.reml)
        here = fit.theta[free]
        found = []
        for move in np.diag(fit.steps[free]):
            up, down = self._at(here + move).inverse, self._at(here - move).inverse
            found.append(sigma2 * (up - down) / (2 * move.max()))
        found.append(2 * np.sqrt(sigma2) * fit.at.inverse)
        return np.stack(found)

    def satterthwaite(self, contrast: Floats) -> float:
        """Return the degrees of freedom of a contrast of the fixed effects."""
        fit = self.fit
        c = contrast @ fit.blocks.q_to_beta
        sigma2 = fit.at.rss / fit.at.freedom(reml=fit.reml)
        variance = float(sigma2 * c @ fit.at.inverse @ c)
        g = np.einsum("a,kab,b->k", c, self._gradients, c)
        spread = float(g @ self._parameter_covariance @ g)
        return 2 * variance**2 / spread if spread > 0 else float("inf")

    @cached_property
    def random_covariances(self) -> list[Floats]:
        """The covariance of each term's effects, in the units of outcome and columns."""
        fit = self.fit
        found = []
        for term, factor in zip(fit.blocks.terms, factors_of(fit.blocks, fit.theta), strict=True):
            scaled = term.to @ factor
            found.append(fit.sigma2 * scaled @ scaled.T)
        return found

    def modes(self) -> list[Floats]:
        """Return the conditional modes of each term, groups x effects, the eliminated one first."""
        fit, blocks = self.fit, self.fit.blocks
        inner, *others = factors_of(blocks, fit.theta)
        weights = np.append(-fit.at.delta, 1.0)
        rest = _rest_modes(fit, inner, others, weights)
        u = np.concatenate([-rest, weights])
        half = blocks.roots @ inner
        middle = np.eye(len(inner)) + half.transpose(0, 2, 1) @ half
        right = np.einsum("gba,gbm,m->ga", half, blocks.coordinates, u, optimize=True)
        found = [np.linalg.solve(middle, right[:, :, None])[:, :, 0] @ inner.T]
        start = 0
        for term in blocks.rest:
            found.append(rest[start : start + term.width].reshape(-1, term.effects))
            start += term.width
        return [
            modes @ term.to.T * blocks.y_scale
            for modes, term in zip(found, blocks.terms, strict=True)
        ]


def _rest_modes(fit: Fit, inner: Floats, others: list[Floats], weights: Floats) -> Floats:
    from digicantrain.core.measures.mixed import likelihood

    blocks, width = fit.blocks, fit.blocks.rest_width
    if not width:
        return np.zeros(0)
    cross, _log = likelihood.eliminate_groups(blocks, inner)
    big = np.zeros((width, width))
    start = 0
    for term, factor in zip(blocks.rest, others, strict=True):
        for _ in term.levels:
            big[start : start + term.effects, start : start + term.effects] = factor
            start += term.effects
    left = big.T @ cross[:width, width:] @ weights
    middle = np.eye(width) + big.T @ cross[:width, :width] @ big
    return np.asarray(big @ np.linalg.solve(middle, left))
