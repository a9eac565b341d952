"""Rows whose covariances are exactly those wanted, so that the right answer is known."""

import numpy as np


def rows_with(covariance, *, n=60, mean=0.0, seed=1):
    """Return n rows with a covariance (divisor n) and mean, to rounding."""
    table = np.asarray(covariance, dtype=float)
    noise = np.random.default_rng(seed).normal(size=(n, len(table)))
    plain = np.linalg.qr(noise - noise.mean(axis=0))[0] * np.sqrt(n)
    return plain @ np.linalg.cholesky(table).T + mean


def one_factor(loadings, *, residuals=None):
    """Return the covariance of items with one factor of variance 1."""
    loads = np.asarray(loadings, dtype=float)
    own = 1 - loads**2 if residuals is None else np.asarray(residuals, dtype=float)
    return np.outer(loads, loads) + np.diag(own)


def number(value):
    """Return a figure, which must be a number."""
    assert isinstance(value, int | float)
    return value


def named(rows, names):
    """Return columns by name."""
    return dict(zip(names, np.asarray(rows).T, strict=True))
