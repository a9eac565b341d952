"""Exploratory factors of a correlation matrix: minimum residuals, oblimin, Schmid-Leiman."""

from dataclasses import dataclass

import numpy as np

from digicantrain.core.measures.model_matrix import Floats

ROUNDS = 1_000
SMALLEST_UNIQUE = 0.005
CLOSE = 1e-11
TILT = 1e-3
# Newton's steps end in a solution this flat.
FLAT = 1e-9


class FactorError(ArithmeticError):
    """The factors could not be found."""


class ImproperError(FactorError):
    """The best factors leave an item, or a factor, a negative variance of its own."""


@dataclass(frozen=True)
class Extracted:
    """Loadings (items x factors) and uniquenesses."""

    loadings: Floats
    unique: Floats


def minres(correlation: Floats, *, factors: int = 1) -> Extracted:
    """Return unrotated factors with the smallest residuals off the diagonal.

    Harman and Jones 1966, doi:10.1007/BF02289468; found over the uniquenesses, as ordinary least
    squares, at last by Newton's steps (Joereskog 1977, in Enslein, Ralston and Wilf, Statistical
    Methods for Digital Computers). Loadings of a factor sum to more than nothing.

    Raises:
        FactorError: the search did not end.
        ImproperError: a uniqueness is nothing or below.
    """
    from scipy import optimize

    def value_and_slopes(unique: Floats) -> tuple[float, Floats]:
        at = _at(correlation, unique, factors)
        return at.value, at.slopes

    try:
        start = 1 / np.diag(np.linalg.inv(correlation))
    except np.linalg.LinAlgError:
        raise FactorError from None
    found = optimize.minimize(
        value_and_slopes,
        np.clip(start, 0.05, 0.95),
        jac=True,
        method="L-BFGS-B",
        bounds=[(SMALLEST_UNIQUE, 1.0)] * len(correlation),
        options={"maxiter": ROUNDS, "ftol": 1e-14, "gtol": 1e-8},
    )
    if (found.x < 2 * SMALLEST_UNIQUE).any() and found.jac[found.x.argmin()] > 0:
        raise ImproperError
    here = _polished(correlation, found.x, factors)
    loadings = here.vectors[:, :factors] * np.sqrt(np.maximum(here.values[:factors], 0.0))
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return Extracted(loadings, 1 - (loadings**2).sum(axis=1))


def _polished(correlation: Floats, unique: Floats, factors: int) -> "_Residual":
    here = _at(correlation, unique, factors)
    for _ in range(ROUNDS):
        new = _nearer(correlation, here, factors)
        if new is None or np.abs(new.unique - here.unique).max() < CLOSE:
            break
        here = new
    if (here.unique <= 0).any():
        raise ImproperError
    if np.abs(here.slopes).max() > FLAT:
        raise FactorError
    return here


@dataclass(frozen=True)
class _Residual:
    """Half the squared residuals at some uniquenesses, their slopes and curvature.

    With the eigenvalues (largest first) and vectors of the correlations less the uniquenesses.
    """

    unique: Floats
    value: float
    values: Floats
    vectors: Floats
    slopes: Floats
    curvature: Floats


def _at(correlation: Floats, unique: Floats, factors: int) -> _Residual:
    values, vectors = np.linalg.eigh(correlation - np.diag(unique))
    values, vectors = values[::-1], vectors[:, ::-1]
    # a factor whose eigenvalue is below nothing accounts for nothing
    used = min(factors, int((values > 0).sum()))
    left, squares = values[used:], vectors[:, used:] ** 2
    curvature = (vectors[:, used:] @ vectors[:, used:].T) ** 2
    for place in range(used):
        share = left / (left - values[place])
        part = vectors[:, [place]] * vectors[:, used:]
        curvature += 2 * (part * share) @ part.T
    return _Residual(
        unique, float((left**2).sum()) / 2, values, vectors, -squares @ left, curvature
    )


def _nearer(correlation: Floats, here: _Residual, factors: int) -> _Residual | None:
    """Return uniquenesses that leave smaller residuals, or none."""
    values, vectors = np.linalg.eigh(here.curvature)
    safe = np.maximum(np.abs(values), 1e-6 * values[-1])
    step = vectors @ ((vectors.T @ here.slopes) / safe)
    step = step * min(1.0, 0.5 / max(float(np.abs(step).max()), 1e-300))
    for halving in range(30):
        new = _at(correlation, here.unique - step / 2**halving, factors)
        if new.value <= here.value * (1 + 1e-12) + 1e-15:
            return new
    return None


def varimax(loadings: Floats) -> Floats:
    """Return loadings rotated to the largest variance of their squares (Kaiser 1958,
    doi:10.1007/BF02289233), rows of length one meanwhile.
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    rows = loadings / np.where(length > 0, length, 1.0)
    rotation, before = np.eye(loadings.shape[1]), 0.0
    for _ in range(ROUNDS):
        turned = rows @ rotation
        pull = rows.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        left, sizes, right = np.linalg.svd(pull)
        rotation = left @ right
        if sizes.sum() < before * (1 + 1e-8):
            break
        before = float(sizes.sum())
    return np.asarray(loadings @ rotation)


def oblimin(loadings: Floats) -> tuple[Floats, Floats]:
    """Return loadings rotated by direct quartimin (oblimin, gamma 0) and factor correlations.

    Gradient projection of Jennrich 2002, doi:10.1007/BF02294706 (Bernaards and Jennrich 2005,
    doi:10.1177/0013164404272507), from where the loadings stand.

    Raises:
        FactorError: the search did not end.
    """
    k = loadings.shape[1]
    # clusters of equal size may leave the start on a saddle; a little off it goes downhill
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

    Minimum residuals, varimax, oblimin, then one minres factor of the factors' correlations; with
    two factors their correlation is shared alike.

    Raises:
        FactorError: a step did not end, or (ImproperError) left a negative variance.
    """
    found = minres(correlation, factors=factors)
    rotated, phi = oblimin(varimax(found.loadings))
    signs = np.where(rotated.sum(axis=0) < 0, -1.0, 1.0)
    rotated, phi = rotated * signs, phi * np.outer(signs, signs)
    if factors == 2:
        second = np.sqrt(abs(phi[0, 1])) * np.array([1.0, -1.0 if phi[0, 1] < 0 else 1.0])
    else:
        second = minres(phi, factors=1).loadings[:, 0]
    return Hierarchy(rotated @ second, rotated * np.sqrt(1 - second**2), found.unique)
