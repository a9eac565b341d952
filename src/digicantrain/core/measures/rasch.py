"""The Rasch model: items by conditional maximum likelihood, persons, infit and outfit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.cfa.likelihood import patterns_of
from digicantrain.core.measures.conditional import Answered, conditional, information
from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.result import Reason, Result, Table, Value

SMALLEST_N = 5
ROUNDS = 200
# A step's square length in standard errors.
CLOSE, FLAT = 1e-20, 1e-14
SHORTEST_BRACKET = 1e-13
METHOD = "Rasch model by conditional maximum likelihood, difficulties sum to zero"
SOURCE = (
    "Andersen 1972, doi:10.1111/j.2517-6161.1972.tb00887.x; Fischer and Molenaar 1995, Rasch "
    "Models, doi:10.1007/978-1-4612-4230-7; fit: Wright and Masters 1982, Rating Scale Analysis"
)
ITEMS = ("item", "difficulty", "se", "right", "answered", "infit", "outfit")
PERSONS = ("score", "people", "ability", "se")
INCOMPLETE = ("score", "answered", "people", "ability", "se")


@dataclass(frozen=True)
class RaschFit:
    """Difficulties that sum to zero, their covariance, the conditional log likelihood."""

    difficulty: Floats
    covariance: Floats
    log_likelihood: float


def rasch_model(answers: npt.ArrayLike, *, names: Sequence[str] | None = None) -> Result:
    """Return the Rasch model of right and wrong answers.

    Args:
        answers: people x items of 0 and 1; NaN is not answered, or not asked by design.
        names: of the items; else item1, item2, ...

    Returns:
        Result with tables "items" (difficulty in logits, SE, infit and outfit mean squares over
        people with neither no nor all points), "persons" (for each score of who answered all
        items: how many people, ability by maximum likelihood in logits; none and all points by a
        natural cubic spline through the scores that occur, as R's eRm does, without SE) and, where
        there are gaps,
        "incomplete" (the same for each score on each set of answered items, the hardest set of a
        score last; people with no or all points have no ability there); details log_likelihood
        (conditional, all people), items, extreme (people with no or all points), left_out.

    Raises:
        ValueError: an answer is neither 0 nor 1.
    """
    table = _zero_or_one(answers)
    labels = _labels(names, table.shape[1])
    kept = table[~np.isnan(table).all(axis=1)]
    fitted = _fit_or_reason(kept)
    if isinstance(fitted, Reason):
        return Result(METHOD, SOURCE, n=len(kept), reason=fitted)
    scored = _scored(kept, fitted.difficulty)
    details: dict[str, Value] = {
        "log_likelihood": fitted.log_likelihood,
        "items": len(labels),
        "extreme": int(np.isnan(scored.ability).sum()),
        "left_out": len(table) - len(kept),
    }
    tables = [_item_table(kept, scored, fitted, labels), _person_table(kept, fitted.difficulty)]
    if np.isnan(kept).any():
        tables.append(_incomplete_table(kept, scored))
    return Result(METHOD, SOURCE, n=len(kept), details=details, tables=tuple(tables))


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
    if not _are_told_apart(told):
        return Reason.SEPARATION
    return fit_conditional(kept)


def _are_told_apart(told: Floats) -> bool:
    """Return whether finite difficulties exist and are unique (Fischer 1981, doi:
    10.1007/BF02293919): however the items are parted in two, somebody solved one of the first part
    and failed one of the second.
    """
    right, wrong = (told == 1).astype(float), (told == 0).astype(float)
    reached = (right.T @ wrong > 0) | np.eye(told.shape[1], dtype=bool)
    # each squaring doubles the length of the ways that count
    for _ in range(max(1, told.shape[1].bit_length())):
        reached = (reached.astype(float) @ reached) > 0
    return bool(reached.all())


def fit_conditional(answers: Floats) -> RaschFit | Reason:
    """Fit by steps in a metric close to the information, then say how sure difficulties are."""
    answered = _answered(answers)
    k = answers.shape[1]
    share = np.clip(np.nanmean(answers, axis=0), 0.01, 0.99)
    beta = -np.log(share / (1 - share))
    beta -= beta.mean()
    here = conditional(answered, beta)
    for _ in range(ROUNDS):
        step, left = _step(here.metric, here.slopes)
        size = 1.0
        new = conditional(answered, beta + step)
        while new.log_likelihood < here.log_likelihood - 1e-12 * abs(here.log_likelihood):
            size /= 2
            if size < 1e-9:
                return Reason.NOT_CONVERGED
            new = conditional(answered, beta + size * step)
        beta, here = beta + size * step, new
        if left < CLOSE:
            break
    told = information(answered, beta)
    if _step(told, here.slopes)[1] > FLAT:
        return Reason.NOT_CONVERGED
    # V of items 2..k with item 1 fixed, turned to the sum of zero
    fixed = np.zeros((k, k))
    fixed[1:, 1:] = np.linalg.inv(told[1:, 1:])
    centre = np.eye(k) - 1 / k
    return RaschFit(beta - beta.mean(), centre @ fixed @ centre.T, here.log_likelihood)


def _step(metric: Floats, slopes: Floats) -> tuple[Floats, float]:
    """Return a step uphill that keeps the sum, and its square length in standard errors."""
    # a sum of zero is added as if it were told as well
    whole = metric + np.trace(metric) / len(metric) ** 2
    step = np.asarray(np.linalg.solve(whole, slopes))
    return step - step.mean(), float(step @ slopes)


def _answered(answers: Floats) -> Answered:
    seen, places = patterns_of(~np.isnan(answers))
    points, k = np.nansum(answers, axis=1).astype(int), answers.shape[1]
    inner = (points > 0) & (points < seen.sum(axis=1)[places])
    scores = np.zeros((len(seen), k + 1))
    np.add.at(scores, (places[inner], points[inner]), 1.0)
    return Answered(seen, scores, np.nansum(answers[inner], axis=0))


# --- persons ---


@dataclass(frozen=True)
class _Scored:
    """Each person's set of answered items, points, ability and its error; NaN for no or all."""

    seen: npt.NDArray[np.bool_]
    pattern_of: npt.NDArray[np.intp]
    points: npt.NDArray[np.int64]
    ability: Floats
    error: Floats


def _scored(kept: Floats, difficulty: Floats) -> _Scored:
    seen, places = patterns_of(~np.isnan(kept))
    points, width = np.nansum(kept, axis=1).astype(np.int64), kept.shape[1] + 1
    keys, group_of = np.unique(places * width + points, return_inverse=True)
    patterns, scores = keys // width, (keys % width).astype(float)
    ability, error = abilities(scores, seen[patterns], difficulty)
    return _Scored(seen, places, points, ability[group_of], error[group_of])


def abilities(
    points: Floats, seen: npt.NDArray[np.bool_], difficulty: Floats
) -> tuple[Floats, Floats]:
    """Return abilities by maximum likelihood and their errors; NaN for no or all points.

    Args:
        points: reached, one number a row.
        seen: rows x items, the items that were answered.
        difficulty: of the items.
    """
    least = np.where(seen, difficulty, np.inf).min(axis=1)
    most = np.where(seen, difficulty, -np.inf).max(axis=1)
    answered = seen.sum(axis=1)
    inner = (points > 0) & (points < answered)
    with np.errstate(divide="ignore"):
        offset = np.log(points) - np.log(answered - points)
    # with all items at their easiest or hardest the ability would lie at these ends
    low, high = np.where(inner, least + offset, -1.0), np.where(inner, most + offset, 1.0)
    theta = (low + high) / 2
    for _ in range(ROUNDS):
        gap, spread = _expected(theta, seen, difficulty)
        gap = points - gap
        low, high = np.where(gap > 0, theta, low), np.where(gap > 0, high, theta)
        new = theta + gap / spread
        inside = (new > low) & (new < high)
        new = np.where(inside, new, (low + high) / 2)
        moved, theta = np.abs(new - theta), new
        if not (moved[inner] > SHORTEST_BRACKET * (1 + np.abs(theta[inner]))).any():
            break
    error = 1 / np.sqrt(_expected(theta, seen, difficulty)[1])
    return np.where(inner, theta, np.nan), np.where(inner, error, np.nan)


def _expected(
    theta: Floats, seen: npt.NDArray[np.bool_], difficulty: Floats
) -> tuple[Floats, Floats]:
    """Return the points to be expected at abilities, and their variance."""
    chance = _chance(theta, difficulty) * seen
    return chance.sum(axis=1), (chance * (1 - chance)).sum(axis=1)


def person_estimates(
    difficulty: Floats, *, people: npt.NDArray[np.int64] | None = None
) -> tuple[Floats, Floats]:
    """Return ability and error for each score from 0 to k.

    By maximum likelihood; no and all points by a natural cubic spline through the scores that
    occur among `people` (how many have each), or through all if fewer than four do, continued in a
    straight line, without an error (NaN).
    """
    from scipy import interpolate

    k = len(difficulty)
    points = np.arange(k + 1, dtype=float)
    theta, error = abilities(points, np.ones((k + 1, k), dtype=bool), difficulty)
    knots = np.arange(1, k)
    if people is not None and (people[1:-1] > 0).sum() > 3:
        knots = 1 + np.flatnonzero(people[1:-1])
    if len(knots) > 1:
        spline = interpolate.CubicSpline(points[knots], theta[knots], bc_type="natural")
        for end, knot in ((0, knots[0]), (k, knots[-1])):
            theta[end] = theta[knot] + (end - knot) * spline(knot, 1)
    return theta, error


def _chance(theta: Floats, difficulty: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(difficulty - theta[:, None])))


# --- tables ---


def _item_table(kept: Floats, scored: _Scored, fitted: RaschFit, labels: list[str]) -> Table:
    told = ~np.isnan(scored.ability)
    infit, outfit = item_fit(kept[told], fitted.difficulty, scored.ability[told])
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


def item_fit(answers: Floats, difficulty: Floats, ability: Floats) -> tuple[Floats, Floats]:
    """Return infit sum (x-p)^2 / sum pq and outfit mean (x-p)^2 / pq of people without extremes."""
    chance = _chance(ability, difficulty)
    variance = chance * (1 - chance)
    squares = (answers - chance) ** 2
    seen = ~np.isnan(answers)
    infit = np.nansum(squares, axis=0) / (variance * seen).sum(axis=0)
    return infit, np.nansum(squares / variance, axis=0) / seen.sum(axis=0)


def _person_table(kept: Floats, difficulty: Floats) -> Table:
    complete = kept[~np.isnan(kept).any(axis=1)]
    k = kept.shape[1]
    people = np.bincount(complete.sum(axis=1).astype(int), minlength=k + 1)
    ability, error = person_estimates(difficulty, people=people)
    rows = tuple(
        (score, int(people[score]), _number(ability[score]), _number(error[score]))
        for score in range(k + 1)
    )
    return Table("persons", PERSONS, rows)


def _incomplete_table(kept: Floats, scored: _Scored) -> Table:
    answered = scored.seen.sum(axis=1)[scored.pattern_of]
    found: dict[tuple[int, int, int], list[int]] = {}
    for person in np.flatnonzero(answered < kept.shape[1]):
        key = (int(scored.points[person]), int(answered[person]), int(scored.pattern_of[person]))
        found.setdefault(key, []).append(int(person))
    rows = [
        (
            score,
            count,
            len(people),
            _number(scored.ability[people[0]]),
            _number(scored.error[people[0]]),
        )
        for (score, count, _pattern), people in found.items()
    ]
    rows.sort(key=lambda row: (row[0], row[1], row[3] if row[3] is not None else 0.0))
    return Table("incomplete", INCOMPLETE, tuple(rows))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
