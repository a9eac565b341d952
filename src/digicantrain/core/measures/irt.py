"""Item response models by marginal maximum likelihood: two parameters, or one discrimination.

logit P = a (theta - b) = a theta + d with theta ~ N(0, 1); the integral is a Gauss-Hermite sum.
Bock and Aitkin 1981, doi:10.1007/BF02293801; standard errors from the observed information, found
by Louis 1982, doi:10.1111/j.2517-6161.1982.tb01203.x, at the estimates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.cfa.likelihood import distinct
from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.result import Reason, Result, Table, Value

SMALLEST_N = 5
POINTS = 61
WARM_UP = 12
ROUNDS = 60
CLOSE = 1e-9
LARGEST = 30.0
SOURCE = (
    "Birnbaum 1968, in Lord and Novick, Statistical Theories of Mental Test Scores; Bock and "
    "Aitkin 1981, doi:10.1007/BF02293801"
)
ITEMS = (
    "item", "discrimination", "se_discrimination", "difficulty", "se_difficulty",
    "intercept", "se_intercept", "right", "answered",
)  # fmt: skip
Slopes = Literal["free", "common", "one"]
METHODS: dict[str, str] = {
    "free": "Two-parameter logistic model by marginal maximum likelihood",
    "common": "Rasch model with a common discrimination by marginal maximum likelihood",
    "one": "Rasch model with discrimination 1 by marginal maximum likelihood",
}


@dataclass(frozen=True)
class _Data:
    """Answer patterns and how many gave each; what is not answered counts for nothing."""

    right: Floats
    seen: Floats
    weight: Floats
    answers: Floats


@dataclass(frozen=True)
class _Grid:
    """Places on the ability scale and the logarithm of their weight under N(0, 1)."""

    theta: Floats
    log_weight: Floats

    @classmethod
    def of(cls, points: int) -> "_Grid":
        """Return Gauss-Hermite points for a standard normal."""
        x, w = np.polynomial.hermite_e.hermegauss(points)
        with np.errstate(divide="ignore"):
            return cls(x, np.log(w / np.sqrt(2 * np.pi)))


def item_response_model(
    answers: npt.ArrayLike,
    *,
    names: Sequence[str] | None = None,
    slopes: Slopes = "free",
    points: int = POINTS,
    patterns: bool = False,
) -> Result:
    """Return an item response model of right and wrong answers.

    Args:
        answers: people x items of 0 and 1; NaN is not answered (missing at random).
        names: of the items; else item1, item2, ...
        slopes: "free" discriminations (2PL), one "common" to all items, or "one" (Rasch).
        points: Gauss-Hermite points.
        patterns: whether the ability of each answer pattern is returned (EAP: the posterior mean,
            with the posterior SD as its error).

    Returns:
        Result with table "items", and "patterns" if asked for; details log_likelihood, aic, bic,
        parameters, left_out. Slopes that run off have no finite estimate: reason "separation".

    Raises:
        ValueError: an answer is neither 0 nor 1.
    """
    table = np.asarray(answers, dtype=float)
    if table.ndim != 2 or not np.isin(table[~np.isnan(table)], (0.0, 1.0)).all():
        raise ValueError("Answers are a table of people x items of 0 (wrong) and 1 (right).")
    labels = list(names) if names else [f"item{i}" for i in range(1, table.shape[1] + 1)]
    kept = table[~np.isnan(table).all(axis=1)]
    reason = _reason(kept, slopes)
    fitted = reason or _fit(_data(kept), _Grid.of(points), slopes)
    if isinstance(fitted, Reason):
        return Result(METHODS[slopes], SOURCE, n=len(kept), reason=fitted)
    k = len(fitted.free)
    details: dict[str, Value] = {
        "log_likelihood": fitted.log_likelihood,
        "aic": -2 * fitted.log_likelihood + 2 * k,
        "bic": -2 * fitted.log_likelihood + k * float(np.log(len(kept))),
        "parameters": k,
        "left_out": len(table) - len(kept),
    }
    tables = [_item_table(fitted, kept, labels)]
    if patterns:
        tables.append(_pattern_table(fitted))
    return Result(METHODS[slopes], SOURCE, n=len(kept), details=details, tables=tuple(tables))


def _reason(kept: Floats, slopes: Slopes) -> Reason | None:
    n, k = kept.shape
    if n < SMALLEST_N:
        return Reason.TOO_FEW if n else Reason.ALL_MISSING
    if k < (3 if slopes == "free" else 2):
        return Reason.TOO_FEW_ITEMS if k < 2 else Reason.NOT_IDENTIFIED
    if (np.isnan(kept).all(axis=0)).any():
        return Reason.ALL_MISSING
    shares = np.nanmean(kept, axis=0)
    return Reason.NO_VARIANCE if ((shares == 0) | (shares == 1)).any() else None


def _data(kept: Floats) -> _Data:
    codes = np.where(np.isnan(kept), 2, kept).astype(np.uint8)
    first, _places, counts = distinct(codes)
    found = kept[first]
    seen = (~np.isnan(found)).astype(float)
    return _Data(np.nan_to_num(found), seen, counts.astype(float), found)


# --- likelihood ---


@dataclass(frozen=True)
class _Fitted:
    """Slopes a and intercepts d, the free parameters' covariance, the likelihood, posteriors."""

    a: Floats
    d: Floats
    free: Floats
    covariance: Floats
    log_likelihood: float
    posterior: Floats
    grid: _Grid
    data: _Data
    slopes: Slopes


def _unpack(free: Floats, k: int, slopes: Slopes) -> tuple[Floats, Floats]:
    if slopes == "free":
        return free[:k], free[k:]
    return (np.full(k, free[0]), free[1:]) if slopes == "common" else (np.ones(k), free)


def _design(k: int, slopes: Slopes) -> Floats:
    """Return how (a, d) depend on the free parameters, 2k x parameters."""
    if slopes == "free":
        return np.eye(2 * k)
    lower = np.vstack([np.zeros((k, k)), np.eye(k)])
    if slopes == "one":
        return lower
    return np.hstack([np.concatenate([np.ones(k), np.zeros(k)])[:, None], lower])


def _posterior(data: _Data, grid: _Grid, a: Floats, d: Floats) -> tuple[Floats, float]:
    """Return the posterior of each pattern over the grid, and the log likelihood."""
    logit = grid.theta[:, None] * a + d
    log_right = -np.logaddexp(0, -logit)
    # log P(wrong) = log P(right) - logit
    joint = data.seen @ log_right.T - (data.seen - data.right) @ logit.T + grid.log_weight
    top = joint.max(axis=1, keepdims=True)
    weights = np.exp(joint - top)
    total = weights.sum(axis=1, keepdims=True)
    value = float(data.weight @ (top[:, 0] + np.log(total[:, 0])))
    return weights / total, value


def _gradient_of(data: _Data, grid: _Grid, post: Floats, chance: Floats) -> Floats:
    """Return the derivative of the log likelihood by (a, d)."""
    weighted = post * data.weight[:, None]
    right, seen = data.right.T @ weighted, data.seen.T @ weighted
    gap = right - seen * chance.T
    return np.concatenate([gap @ grid.theta, gap.sum(axis=1)])


def _information(data: _Data, grid: _Grid, post: Floats, chance: Floats) -> Floats:
    """Return the observed information of (a, d): complete less missing (Louis)."""
    k = chance.shape[1]
    weighted = post * data.weight[:, None]
    seen = data.seen.T @ weighted
    curve = seen * (chance * (1 - chance)).T
    theta = grid.theta
    complete = np.zeros((2 * k, 2 * k))
    for i, power in enumerate((theta**2, theta, theta, np.ones_like(theta))):
        block = (slice(i // 2 * k, i // 2 * k + k), slice(i % 2 * k, i % 2 * k + k))
        complete[block] = np.diag(curve @ power)
    return complete - _missing(data, grid, post, chance)


def _missing(data: _Data, grid: _Grid, post: Floats, chance: Floats) -> Floats:
    """Return the sum over people of the posterior covariance of their complete-data scores.

    The score of an item is theta (x - P) or x - P; its products are taken apart, so that sums over
    the grid come before those over people.
    """
    right, seen, theta = data.right, data.seen, grid.theta
    weighted = post * data.weight[:, None]
    second = []
    for power in (theta**2, theta, np.ones_like(theta)):
        own = weighted * power
        rights = right.T @ (own.sum(axis=1)[:, None] * right)
        mixed = right.T @ (seen * (own @ chance))
        second.append(rights - mixed - mixed.T + _expected_pairs(seen, own, chance))
    by_slope = right * (post @ theta)[:, None] - seen * (post @ (theta[:, None] * chance))
    by_intercept = right - seen * (post @ chance)
    means = np.hstack([by_slope, by_intercept]) * np.sqrt(data.weight)[:, None]
    found = np.block([[second[0], second[1]], [second[1], second[2]]])
    return np.asarray(found - means.T @ means)


def _expected_pairs(seen: Floats, own: Floats, chance: Floats) -> Floats:
    """Return the sum over people and grid of the chances of each two items they answered."""
    if seen.all():
        return np.asarray(chance.T @ (own.sum(axis=0)[:, None] * chance))
    found = np.zeros((seen.shape[1],) * 2)
    for place, row in enumerate(chance):
        found += np.outer(row, row) * (seen.T @ (own[:, [place]] * seen))
    return found


# --- fitting ---


def _fit(data: _Data, grid: _Grid, slopes: Slopes) -> _Fitted | Reason:
    k = data.right.shape[1]
    share = (data.weight @ data.right) / (data.weight @ data.seen)
    start = np.concatenate([np.ones(k), np.log(share / (1 - share)) * 1.2])
    design = _design(k, slopes)
    free = _warm_up(data, _Grid.of(21), np.linalg.lstsq(design, start, rcond=None)[0], slopes)
    post, value = _posterior(data, grid, *_unpack(free, k, slopes))
    for _ in range(ROUNDS):
        step, certain = _step(data, grid, post, free, slopes)
        size, free, post, value = _walk(data, grid, (free, step, value, post), slopes)
        if np.abs(free).max() > LARGEST or not np.isfinite(value):
            return Reason.SEPARATION
        if certain and size == 1 and np.abs(step).max() < CLOSE * (1 + np.abs(free).max()):
            return _finished(data, grid, free, slopes)
        if size == 0:
            break
    return Reason.NOT_CONVERGED


def _chances(grid: _Grid, a: Floats, d: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(grid.theta[:, None] * a + d))))


def _step(
    data: _Data, grid: _Grid, post: Floats, free: Floats, slopes: Slopes
) -> tuple[Floats, bool]:
    """Return a Newton step, and whether the curvature was that of a maximum."""
    k = data.right.shape[1]
    design = _design(k, slopes)
    chance = _chances(grid, *_unpack(free, k, slopes))
    downhill = design.T @ _gradient_of(data, grid, post, chance)
    information = design.T @ _information(data, grid, post, chance) @ design
    values, vectors = np.linalg.eigh(information)
    certain = bool(values[0] > 1e-9 * values[-1])
    safe = np.maximum(np.abs(values), 1e-3 * values[-1]) if not certain else values
    return vectors @ ((vectors.T @ downhill) / safe), certain


_State = tuple[Floats, Floats, float, Floats]


def _walk(
    data: _Data, grid: _Grid, state: _State, slopes: Slopes
) -> tuple[float, Floats, Floats, float]:
    """Take a step, halved until the likelihood does not fall; size 0 if none helps."""
    free, step, value, post = state
    k, size = data.right.shape[1], 1.0
    for _ in range(30):
        new = free + size * step
        new_post, new_value = _posterior(data, grid, *_unpack(new, k, slopes))
        if new_value >= value - 1e-10 * abs(value):
            return size, new, new_post, new_value
        size /= 2
    return 0.0, free, post, value


def _warm_up(data: _Data, grid: _Grid, free: Floats, slopes: Slopes) -> Floats:
    """Take a few rounds of expectation and maximisation, which cannot go astray."""
    k = data.right.shape[1]
    design = _design(k, slopes)
    for _ in range(WARM_UP):
        a, d = _unpack(free, k, slopes)
        post, _value = _posterior(data, grid, a, d)
        weighted = post * data.weight[:, None]
        right, seen = data.right.T @ weighted, data.seen.T @ weighted
        for _inner in range(2):
            chance = _chances(grid, *_unpack(free, k, slopes)).T
            gap, curve = right - seen * chance, seen * chance * (1 - chance)
            downhill = design.T @ np.concatenate([gap @ grid.theta, gap.sum(axis=1)])
            diagonal = [np.diag(curve @ power) for power in (grid.theta**2, grid.theta)]
            complete = np.block(
                [[diagonal[0], diagonal[1]], [diagonal[1], np.diag(curve.sum(axis=1))]]
            )
            move = np.linalg.solve(design.T @ complete @ design, downhill)
            free = free + np.clip(move, -1.0, 1.0)
    return free


def _finished(data: _Data, grid: _Grid, free: Floats, slopes: Slopes) -> _Fitted | Reason:
    k = data.right.shape[1]
    design = _design(k, slopes)
    a, d = _unpack(free, k, slopes)
    if slopes != "one" and a.sum() < 0:
        # the scale may as well point the other way; more ability is to mean more right answers
        a, free = -a, np.concatenate([-free[: len(free) - k], free[len(free) - k :]])
    post, value = _posterior(data, grid, a, d)
    information = design.T @ _information(data, grid, post, _chances(grid, a, d)) @ design
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return Reason.NOT_CONVERGED
    inverse = np.linalg.inv(information)
    return _Fitted(a, d, free, design @ inverse @ design.T, value, post, grid, data, slopes)


# --- tables ---


def _item_table(fitted: _Fitted, kept: Floats, labels: list[str]) -> Table:
    k = len(labels)
    a, d, covariance = fitted.a, fitted.d, fitted.covariance
    rows = []
    for item, label in enumerate(labels):
        own = covariance[np.ix_((item, k + item), (item, k + item))]
        b = -d[item] / a[item]
        slope = np.array([d[item] / a[item] ** 2, -1 / a[item]])
        se_a = float(np.sqrt(own[0, 0])) if fitted.slopes != "one" else None
        rows.append(
            (
                *(label, float(a[item]), se_a, float(b), float(np.sqrt(slope @ own @ slope))),
                *(float(d[item]), float(np.sqrt(own[1, 1]))),
                int(np.nansum(kept[:, item])),
                int((~np.isnan(kept[:, item])).sum()),
            )
        )
    return Table("items", ITEMS, tuple(rows))


def _pattern_table(fitted: _Fitted) -> Table:
    theta = fitted.grid.theta
    mean = fitted.posterior @ theta
    spread = np.sqrt(np.maximum(fitted.posterior @ theta**2 - mean**2, 0.0))
    signs = {0.0: "0", 1.0: "1"}
    rows = tuple(
        (
            "".join(signs.get(float(one), ".") for one in pattern),
            int(count),
            float(ability),
            float(error),
        )
        for pattern, count, ability, error in zip(
            fitted.data.answers, fitted.data.weight, mean, spread, strict=True
        )
    )
    return Table("patterns", ("pattern", "people", "ability", "se"), rows)
