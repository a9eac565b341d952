"""Degrees of freedom and covariances of a fitted mixed model.

Satterthwaite's df of a contrast c: 2 (se^2)^2 / (g' A g), where A is twice the inverse Hessian of
the deviance in (theta, sigma) and g the gradient of se^2 (Kuznetsova, Brockhoff and Christensen
2017, lmerTest, doi:10.18637/jss.v082.i13; Fai and Cornelius 1996).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from digicantrain.core.measures.mixed.fitting import Fit, gradient, hessian
from digicantrain.core.measures.mixed.likelihood import factors_of, profile
from digicantrain.core.measures.model_matrix import Floats

STEP = 1e-3


@dataclass(frozen=True)
class Inference:
    """What follows from a fit; parameters on their bound are taken as known."""

    fit: Fit

    @cached_property
    def _free(self) -> list[int]:
        return [place for place, bound in enumerate(self.fit.on_bound) if not bound]

    def _moved(self, part: Floats) -> Floats:
        theta = self.fit.theta.copy()
        theta[self._free] = part
        return theta

    @cached_property
    def _parameter_covariance(self) -> Floats:
        """A: the covariance of (free theta, sigma), sigma in units of the scaled outcome."""
        fit, free = self.fit, self._free
        freedom = fit.at.freedom(reml=fit.reml)
        sigma2 = fit.at.rss / freedom
        sigma = np.sqrt(sigma2)
        here = fit.theta[free]

        def log_dets(part: Floats) -> float:
            at = profile(fit.blocks, self._moved(part))
            return at.log_det + (at.log_det_x if fit.reml else 0.0)

        def rss(part: Floats) -> float:
            return profile(fit.blocks, self._moved(part)).rss

        k = len(free)
        curve = np.empty((k + 1, k + 1))
        curve[k, k] = 4 * freedom / sigma2
        if k:
            curve[:k, :k] = hessian(log_dets, here) + hessian(rss, here) / sigma2
            curve[k, :k] = curve[:k, k] = -2 * gradient(rss, here, step=STEP) / sigma**3
        return np.asarray(2 * np.linalg.pinv(curve, hermitian=True))

    @cached_property
    def _gradients(self) -> Floats:
        """The derivatives of the fixed effects' covariance by (free theta, sigma), scaled."""
        fit, free = self.fit, self._free
        sigma2 = fit.at.rss / fit.at.freedom(reml=fit.reml)
        here = fit.theta[free]
        found = []
        for place in range(len(free)):
            h = np.zeros(len(free))
            h[place] = STEP * max(1.0, abs(here[place]))
            up = profile(fit.blocks, self._moved(here + h)).inverse
            down = profile(fit.blocks, self._moved(here - h)).inverse
            found.append(sigma2 * (up - down) / (2 * h[place]))
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
            scaled = factor / term.scale[:, None]
            found.append(fit.sigma2 * scaled @ scaled.T)
        return found

    def modes(self) -> list[Floats]:
        """Return the conditional modes of each term, groups x effects, the eliminated one first."""
        fit, blocks = self.fit, self.fit.blocks
        inner, *others = factors_of(blocks, fit.theta)
        weights = np.append(-fit.at.delta, 1.0)
        rest = _rest_modes(fit, inner, others, weights)
        u = np.concatenate([-rest, weights])
        middle = np.eye(len(inner)) + inner.T @ blocks.within @ inner
        right = np.einsum("ba,gbm,m->ga", inner, blocks.mixed, u)
        found = [np.linalg.solve(middle, right[:, :, None])[:, :, 0] @ inner.T]
        start = 0
        for term in blocks.rest:
            found.append(rest[start : start + term.width].reshape(-1, term.effects))
            start += term.width
        return [
            modes * blocks.y_scale / term.scale
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
