"""Exploratory factors of a correlation matrix: minimum residuals, oblimin, Schmid-Leiman."""

from dataclasses import dataclass

import numpy as np

from digicantrain.core.measures.model_matrix import Floats

ROUNDS = 1_000
CLOSE = 1e-9
TILT = 1e-3
SMALLEST_UNIQUE, LARGEST_UNIQUE = 0.005, 1.0


class FactorError(ArithmeticError):
    """The factors could not be found."""


@dataclass(frozen=True)
class Extracted:
    """Loadings (items x factors) and uniquenesses."""

    loadings: Floats
    unique: Floats


def minres(correlation: Floats, *, factors: int = 1) -> Extracted:
    """Return unrotated factors with the smallest residuals off the diagonal.

    Harman and Jones 1966, doi:10.1007/BF02289468; found over the uniquenesses, as ordinary least
    squares (Joereskog 1972). Signs are such that loadings of a factor sum to more than nothing.

    Raises:
        FactorError: the search did not end.
    """
    from scipy import optimize

    p = len(correlation)
    off = ~np.eye(p, dtype=bool)

    def residual(unique: Floats) -> float:
        loadings = _loadings(correlation, unique, factors)
        gap = (correlation - loadings @ loadings.T)[off]
        return float((gap**2).sum()) / 2

    def slope(unique: Floats) -> Floats:
        # at the best loadings for these uniquenesses only the diagonal still moves the criterion
        loadings = _loadings(correlation, unique, factors)
        return np.asarray(np.diag(loadings @ loadings.T) + unique - np.diag(correlation))

    smc = 1 - 1 / np.diag(np.linalg.inv(correlation))
    found = optimize.minimize(
        residual,
        np.clip(1 - smc, 0.05, 0.95),
        jac=slope,
        method="L-BFGS-B",
        bounds=[(SMALLEST_UNIQUE, LARGEST_UNIQUE)] * p,
        options={"maxiter": ROUNDS, "ftol": 1e-15, "gtol": CLOSE},
    )
    if not np.isfinite(found.fun):
        raise FactorError
    loadings = _polished(correlation, _loadings(correlation, found.x, factors), factors)
    return Extracted(loadings, 1 - (loadings**2).sum(axis=1))


def _polished(correlation: Floats, loadings: Floats, factors: int) -> Floats:
    """Iterate principal axes until communalities stand still: the minimum's own condition."""
    communality = (loadings**2).sum(axis=1)
    for _ in range(5 * ROUNDS):
        loadings = _loadings(correlation, 1 - communality, factors)
        new = np.minimum((loadings**2).sum(axis=1), 1.0)
        if np.abs(new - communality).max() < 1e-12:
            break
        communality = new
    return loadings


def _loadings(correlation: Floats, unique: Floats, factors: int) -> Floats:
    reduced = correlation - np.diag(unique)
    values, vectors = np.linalg.eigh(reduced)
    kept = np.argsort(values)[::-1][:factors]
    loadings = vectors[:, kept] * np.sqrt(np.maximum(values[kept], 0.0))
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))


def oblimin(loadings: Floats) -> tuple[Floats, Floats]:
    """Return loadings rotated by direct quartimin (oblimin, gamma 0) and factor correlations.

    Gradient projection of Jennrich 2002, doi:10.1007/BF02294706 (Bernaards and Jennrich 2005,
    doi:10.1177/0013164404272507), from the unrotated start.

    Raises:
        FactorError: the search did not end.
    """
    k = loadings.shape[1]
    # clusters of equal size leave the unrotated start on a saddle; a little off it goes downhill
    rotation = np.eye(k) + TILT * np.tri(k, k, -1)
    rotation = rotation / np.sqrt((rotation**2).sum(axis=0))
    away = np.ones((k, k)) - np.eye(k)
    size = 1.0

    def criterion(turned: Floats) -> tuple[float, Floats]:
        squares = turned**2
        others = squares @ away
        return float((squares * others).sum()) / 4, turned * others

    turned = loadings @ np.linalg.inv(rotation).T
    value, by_loadings = criterion(turned)
    gradient = -(turned.T @ by_loadings @ np.linalg.inv(rotation)).T
    for _ in range(ROUNDS):
        along = gradient - rotation * (rotation * gradient).sum(axis=0)
        length = float(np.sqrt((along**2).sum()))
        if length < 1e-10:
            return turned, rotation.T @ rotation
        size *= 2
        for _halving in range(30):
            moved = rotation - size * along
            moved = moved / np.sqrt((moved**2).sum(axis=0))
            new = loadings @ np.linalg.inv(moved).T
            new_value, new_by = criterion(new)
            if new_value < value - 0.5 * length**2 * size:
                break
            size /= 2
        else:
            break
        rotation, turned, value = moved, new, new_value
        gradient = -(turned.T @ new_by @ np.linalg.inv(rotation)).T
    if length > 1e-5:
        raise FactorError
    return turned, rotation.T @ rotation


@dataclass(frozen=True)
class Hierarchy:
    """Loadings on a general factor, on groups, and uniquenesses."""

    general: Floats
    groups: Floats
    unique: Floats


def schmid_leiman(correlation: Floats, *, factors: int = 3) -> Hierarchy:
    """Return a general factor and group factors (Schmid and Leiman 1957, doi:10.1007/BF02289209).

    Minimum residuals, oblimin, then one minres factor of the factors' correlations; with two
    factors their correlation is shared alike.

    Raises:
        FactorError: a step did not end.
    """
    rotated, phi = oblimin(minres(correlation, factors=factors).loadings)
    signs = np.where(rotated.sum(axis=0) < 0, -1.0, 1.0)
    rotated, phi = rotated * signs, phi * np.outer(signs, signs)
    if factors == 2:
        second = np.full(2, np.sqrt(max(float(phi[0, 1]), 0.0)))
    else:
        second = minres(phi, factors=1).loadings[:, 0]
    general = rotated @ second
    groups = rotated * np.sqrt(np.maximum(1 - second**2, 0.0))
    common = (rotated @ phi * rotated).sum(axis=1)
    return Hierarchy(general, groups, 1 - common)
