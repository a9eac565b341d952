"""The Rasch model: items by conditional maximum likelihood, persons, fit, marginal likelihood."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.result import Reason, Result, Table, Value

SMALLEST_N = 5
ROUNDS = 100
CLOSE = 1e-12
LARGEST = 25.0
METHOD = "Rasch model by conditional maximum likelihood, difficulties sum to zero"
SOURCE = (
    "Andersen 1972, doi:10.1111/j.2517-6161.1972.tb00887.x; Fischer and Molenaar 1995, Rasch "
    "Models, doi:10.1007/978-1-4612-4230-7; fit: Wright and Masters 1982, Rating Scale Analysis"
)
ITEMS = ("item", "difficulty", "se", "right", "answered", "infit", "outfit")
PERSONS = ("score", "people", "ability", "se")


@dataclass(frozen=True)
class _Pattern:
    """People who answered the same items: how many reached each score, and rights by item."""

    seen: npt.NDArray[np.int64]
    scores: Floats
    right: Floats


@dataclass(frozen=True)
class RaschFit:
    """Difficulties that sum to zero, their covariance, the conditional log likelihood."""

    difficulty: Floats
    covariance: Floats
    log_likelihood: float


def rasch_model(answers: npt.ArrayLike, *, names: Sequence[str] | None = None) -> Result:
    """Return the Rasch model of right and wrong answers.

    Args:
        answers: people x items of 0 and 1; NaN is not answered.
        names: of the items; else item1, item2, ...

    Returns:
        Result with tables "items" (difficulty, SE, infit and outfit mean squares over people with
        neither no nor all points) and "persons" (ability by maximum likelihood for each score of
        who answered all items; the lowest and highest score are extrapolated by a natural cubic
        spline); details log_likelihood (conditional, all people), items, extreme (people with no
        or all points), left_out.

    Raises:
        ValueError: an answer is neither 0 nor 1.
    """
    table = _zero_or_one(answers)
    labels = _labels(names, table.shape[1])
    kept = table[~np.isnan(table).all(axis=1)]
    fitted = _fit_or_reason(kept)
    if isinstance(fitted, Reason):
        return Result(METHOD, SOURCE, n=len(kept), reason=fitted)
    ability = person_estimates(fitted.difficulty)
    extreme = _is_extreme(kept)
    details: dict[str, Value] = {
        "log_likelihood": fitted.log_likelihood,
        "items": len(labels),
        "extreme": int(extreme.sum()),
        "left_out": len(table) - len(kept),
    }
    return Result(
        METHOD,
        SOURCE,
        n=len(kept),
        details=details,
        tables=(
            _item_table(kept[~extreme], kept, fitted, labels),
            _person_table(kept, ability),
        ),
    )


def _zero_or_one(answers: npt.ArrayLike) -> Floats:
    table = np.asarray(answers, dtype=float)
    if table.ndim != 2:
        raise ValueError("Answers are a table of people x items.")
    if not np.isin(table[~np.isnan(table)], (0.0, 1.0)).all():
        raise ValueError("Answers are 0 (wrong) or 1 (right); score them first.")
    return table


def _labels(names: Sequence[str] | None, k: int) -> list[str]:
    if names is None:
        return [f"item{number}" for number in range(1, k + 1)]
    if len(names) != k:
        raise ValueError("Give one name for each item.")
    return list(names)


def _is_extreme(answers: Floats) -> npt.NDArray[np.bool_]:
    points, answered = np.nansum(answers, axis=1), (~np.isnan(answers)).sum(axis=1)
    return np.asarray((points == 0) | (points == answered))


def _fit_or_reason(kept: Floats) -> RaschFit | Reason:
    n, k = kept.shape
    if n == 0:
        return Reason.ALL_MISSING
    if k < 2:
        return Reason.TOO_FEW_ITEMS
    if n < SMALLEST_N:
        return Reason.TOO_FEW
    told = kept[~_is_extreme(kept)]
    shares = np.nanmean(told, axis=0) if len(told) and (~np.isnan(told)).any(axis=0).all() else None
    if shares is None or (shares == 0).any() or (shares == 1).any():
        return Reason.NO_VARIANCE
    return fit_conditional(kept)


def fit_conditional(answers: Floats) -> RaschFit | Reason:
    """Fit by Newton steps on the conditional likelihood; the first item's difficulty is free too,
    since only differences count, and all are moved to sum to zero.
    """
    patterns = _patterns(answers)
    k = answers.shape[1]
    share = np.clip(np.nanmean(answers, axis=0), 0.01, 0.99)
    beta = -np.log(share / (1 - share))
    beta -= beta.mean()
    value, downhill, information = _conditional(patterns, beta)
    for _ in range(ROUNDS):
        step = np.linalg.pinv(information, rcond=1e-12, hermitian=True) @ downhill
        beta, value, downhill, information, size = _walk(patterns, beta, step, value)
        if np.abs(beta).max() > LARGEST or size == 0:
            return Reason.SEPARATION
        if size == 1 and np.abs(step).max() < CLOSE * (1 + np.abs(beta).max()):
            break
    else:
        return Reason.NOT_CONVERGED
    if np.linalg.eigvalsh(information)[1] < 1e-10 * np.trace(information):
        return Reason.SEPARATION
    # V of items 2..k with item 1 fixed, turned to the sum of zero
    fixed = np.zeros((k, k))
    fixed[1:, 1:] = np.linalg.inv(information[1:, 1:])
    centre = np.eye(k) - 1 / k
    return RaschFit(beta, centre @ fixed @ centre.T, value)


def _walk(
    patterns: list[_Pattern], beta: Floats, step: Floats, value: float
) -> tuple[Floats, float, Floats, Floats, float]:
    """Take a step, halved until the likelihood does not fall; size 0 if none helps."""
    size = 1.0
    for _ in range(30):
        new = beta + size * step
        new -= new.mean()
        found = _conditional(patterns, new)
        if found[0] >= value - 1e-9 * abs(value):
            return new, *found, size
        size /= 2
    return beta, *_conditional(patterns, beta), 0.0


def _patterns(answers: Floats) -> list[_Pattern]:
    answered = ~np.isnan(answers)
    found, places = np.unique(answered, axis=0, return_inverse=True)
    patterns = []
    for number, pattern in enumerate(found):
        seen = np.flatnonzero(pattern)
        rows = answers[places.ravel() == number][:, seen]
        points = rows.sum(axis=1).astype(int)
        inner = (points > 0) & (points < len(seen))
        scores = np.bincount(points[inner], minlength=len(seen) + 1).astype(float)
        patterns.append(_Pattern(seen, scores, rows[inner].sum(axis=0)))
    return patterns


def _conditional(patterns: list[_Pattern], beta: Floats) -> tuple[float, Floats, Floats]:
    """Return the conditional log likelihood, its gradient and the information."""
    k = len(beta)
    value, downhill, information = 0.0, np.zeros(k), np.zeros((k, k))
    for pattern in patterns:
        part = beta[pattern.seen]
        easy = np.exp(-part)
        gamma, without_one, without_two = elementary(easy)
        counts = pattern.scores
        top = len(part)
        inner = np.arange(1, top)
        weight = counts[inner] / gamma[inner]
        value -= float(pattern.right @ part + counts[inner] @ np.log(gamma[inner]))
        # chance of each item given the score
        chance = easy[:, None] * without_one[:, inner - 1] / gamma[inner]
        downhill[pattern.seen] += chance @ counts[inner] - pattern.right
        both = np.zeros((top, top))
        if top > 1:
            second = np.arange(2, top)
            both = np.einsum("ijr,r->ij", without_two[:, :, second - 2], weight[second - 1])
            both *= np.outer(easy, easy)
        np.fill_diagonal(both, chance @ counts[inner])
        both -= (chance * counts[inner]) @ chance.T
        information[np.ix_(pattern.seen, pattern.seen)] += both
    return value, downhill, information


def elementary(easy: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the elementary symmetric functions of all items, without one, without two.

    By the summation algorithm, which loses no digits (Liou 1994,
    doi:10.1177/014662169401800108). Shapes k+1, k x k, k x k x (k-1).
    """
    k = len(easy)
    gamma = np.zeros(k + 1)
    gamma[0] = 1.0
    one = np.zeros((k, k))
    one[:, 0] = 1.0
    two = np.zeros((k, k, max(k - 1, 1)))
    two[:, :, 0] = 1.0
    kept_one = 1 - np.eye(k)
    for item, e in enumerate(easy):
        gamma[1:] += e * gamma[:-1]
        one[:, 1:] += (e * kept_one[item])[:, None] * one[:, :-1]
        both = e * np.outer(kept_one[item], kept_one[item])
        two[:, :, 1:] += both[:, :, None] * two[:, :, :-1]
    return gamma, one, two


# --- persons ---


@dataclass(frozen=True)
class Abilities:
    """Ability and standard error for each score from 0 to the number of items."""

    ability: Floats
    error: Floats


def person_estimates(difficulty: Floats) -> Abilities:
    """Return abilities by maximum likelihood; scores of nothing and all by a natural cubic spline
    through the others, continued in a straight line, without a standard error (NaN).
    """
    from scipy import interpolate

    k = len(difficulty)
    scores = np.arange(1, k, dtype=float)
    theta = np.log(scores / (k - scores)) + difficulty.mean()
    for _ in range(ROUNDS):
        chance = _chance(theta, difficulty)
        information = (chance * (1 - chance)).sum(axis=1)
        step = np.clip((scores - chance.sum(axis=1)) / information, -1, 1)
        theta = theta + step
        if np.abs(step).max() < 1e-13:
            break
    chance = _chance(theta, difficulty)
    error = 1 / np.sqrt((chance * (1 - chance)).sum(axis=1))
    ends = np.full(2, np.nan)
    if k > 2:
        spline = interpolate.CubicSpline(scores, theta, bc_type="natural") if k > 3 else None
        slopes = (
            (float(spline(1.0, 1)), float(spline(k - 1.0, 1)))
            if spline
            else (float(theta[1] - theta[0]),) * 2
        )
        ends = np.array([theta[0] - slopes[0], theta[-1] + slopes[1]])
    return Abilities(
        np.concatenate([ends[:1], theta, ends[1:]]), np.concatenate([[np.nan], error, [np.nan]])
    )


def _chance(theta: Floats, difficulty: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(difficulty - theta[:, None])))


def _ability_of(answers: Floats, difficulty: Floats) -> Floats:
    """Return each person's ability, from the items she answered; extreme scores are left out."""
    answered = ~np.isnan(answers)
    found, places = np.unique(answered, axis=0, return_inverse=True)
    points = np.nansum(answers, axis=1).astype(int)
    theta = np.empty(len(answers))
    for number, pattern in enumerate(found):
        own = places.ravel() == number
        theta[own] = person_estimates(difficulty[pattern]).ability[points[own]]
    return theta


# --- tables ---


def _item_table(told: Floats, kept: Floats, fitted: RaschFit, labels: list[str]) -> Table:
    infit, outfit = item_fit(told, fitted.difficulty)
    se = np.sqrt(np.diag(fitted.covariance))
    rows = tuple(
        (
            label,
            float(fitted.difficulty[item]),
            float(se[item]),
            int(np.nansum(kept[:, item])),
            int((~np.isnan(kept[:, item])).sum()),
            float(infit[item]),
            float(outfit[item]),
        )
        for item, label in enumerate(labels)
    )
    return Table("items", ITEMS, rows)


def item_fit(answers: Floats, difficulty: Floats) -> tuple[Floats, Floats]:
    """Return infit sum (x-p)^2 / sum pq and outfit mean (x-p)^2 / pq of people without extremes."""
    chance = _chance(_ability_of(answers, difficulty), difficulty)
    variance = chance * (1 - chance)
    squares = (answers - chance) ** 2
    seen = ~np.isnan(answers)
    infit = np.nansum(squares, axis=0) / (variance * seen).sum(axis=0)
    return infit, np.nansum(squares / variance, axis=0) / seen.sum(axis=0)


def _person_table(kept: Floats, ability: Abilities) -> Table:
    complete = kept[~np.isnan(kept).any(axis=1)]
    k = kept.shape[1]
    people = np.bincount(complete.sum(axis=1).astype(int), minlength=k + 1)
    rows = tuple(
        (
            score,
            int(people[score]),
            _number(ability.ability[score]),
            _number(ability.error[score]),
        )
        for score in range(k + 1)
    )
    return Table("persons", PERSONS, rows)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
