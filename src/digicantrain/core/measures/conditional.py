"""Chances of right answers given the score, as the conditional likelihood of Rasch needs them.

With easiness e and the elementary symmetric functions g, the chance of an item at score r follows
from that at r - 1: c(r) = e g(r-1)/g(r) (1 - c(r-1)), and backwards from r + 1 (Fischer 1974,
Einfuehrung in die Theorie psychologischer Tests; Verhelst, Glas and van der Sluis 1984,
Computational Statistics Quarterly 1). Forwards no error grows while the chance is below one half,
backwards while it is above; both are used where they are safe, so that long tests lose no digits.

People who answered the same items are a pattern; arrays are patterns x items x ..., an item that
was not answered having the easiness 0.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import Floats

MOST_AT_ONCE = 500_000


@dataclass(frozen=True)
class Answered:
    """What the conditional likelihood asks of the data.

    `seen` (patterns x items) says which items a pattern has, `scores` (patterns x items + 1) how
    many people reached each score that is neither none nor all, `right` how many of them solved
    each item.
    """

    seen: npt.NDArray[np.bool_]
    scores: Floats
    right: Floats


@dataclass(frozen=True)
class Conditional:
    """The conditional log likelihood and its slopes by the difficulties.

    `metric` is close to the information, and found much sooner.
    """

    log_likelihood: float
    slopes: Floats
    metric: Floats


def conditional(answered: Answered, difficulty: Floats) -> Conditional:
    """Return the conditional likelihood of the answers."""
    k = len(difficulty)
    value = -float(answered.right @ difficulty)
    slopes, metric = -answered.right, np.zeros((k, k))
    for piece in _pieces(answered, k * k):
        scores, easy = answered.scores[piece], _easiness(answered.seen[piece], difficulty)
        chances = _score_chances(easy)
        logs = np.log(np.where(scores > 0, chances, 1.0))
        value -= float((scores * logs).sum() + scores.sum(axis=1) @ np.log1p(easy).sum(axis=1))
        given = given_score(easy, _ratios(chances))
        slopes = slopes + np.einsum("pir,pr->i", given, scores)
        # flat: one row for each pattern and score
        spread = (given * (1 - given)).transpose(0, 2, 1).reshape(-1, k)
        total = spread.sum(axis=1)
        # independent but for the score; with two items alike this is the information itself
        size = answered.seen[piece].sum(axis=1)
        people = (scores * (size / np.maximum(size - 1, 1))[:, None]).ravel()
        share = np.divide(people, total, out=np.zeros_like(total), where=total > 0)
        metric += np.diag(people @ spread) - (spread * share[:, None]).T @ spread
    return Conditional(value, slopes, metric)


def information(answered: Answered, difficulty: Floats) -> Floats:
    """Return the information of all difficulties (one of them, or their sum, is free)."""
    k = len(difficulty)
    found = np.zeros((k, k))
    for piece in _pieces(answered, k * k):
        scores, easy = answered.scores[piece], _easiness(answered.seen[piece], difficulty)
        ratios = _ratios(_score_chances(easy))
        given = given_score(easy, ratios)
        weighted = given * scores[:, None, :]
        both = _both(easy, given, ratios, weighted)
        both -= (
            weighted.transpose(1, 0, 2).reshape(k, -1) @ given.transpose(1, 0, 2).reshape(k, -1).T
        )
        np.fill_diagonal(both, (weighted * (1 - given)).sum(axis=(0, 2)))
        found += both
    return (found + found.T) / 2


def _pieces(answered: Answered, width: int) -> list[slice]:
    size = max(1, MOST_AT_ONCE // width)
    return [slice(start, start + size) for start in range(0, len(answered.seen), size)]


def _easiness(seen: npt.NDArray[np.bool_], difficulty: Floats) -> Floats:
    return np.where(seen, np.exp(-difficulty), 0.0)


def _score_chances(easy: Floats) -> Floats:
    """Return the chance of each score at ability 0: the symmetric functions over prod(1 + e)."""
    found = np.zeros((easy.shape[0], easy.shape[1] + 1))
    found[:, 0] = 1.0
    right = easy / (1 + easy)
    for item in range(easy.shape[1]):
        p = right[:, [item]]
        found[:, 1:] = found[:, 1:] * (1 - p) + found[:, :-1] * p
        found[:, 0] *= 1 - p[:, 0]
    return found


def _ratios(chances: Floats) -> Floats:
    """Return g(r)/g(r+1), 0 where that score cannot be."""
    last, this = chances[..., 1:], chances[..., :-1]
    return np.divide(this, last, out=np.zeros_like(this), where=last > 0)


def given_score(easy: Floats, ratios: Floats) -> Floats:
    """Return the chance of each item at each score, patterns x items x scores."""
    forward = np.zeros((*easy.shape, ratios.shape[1] + 1))
    backward = np.ones_like(forward)
    steps = easy[:, :, None] * ratios[:, None, :]
    back = np.divide(1.0, steps, out=np.zeros_like(steps), where=steps > 0)
    for score in range(ratios.shape[1]):
        forward[:, :, score + 1] = np.minimum(steps[:, :, score] * (1 - forward[:, :, score]), 1.0)
    for score in range(ratios.shape[1] - 1, -1, -1):
        wrong = np.minimum(backward[:, :, score + 1] * back[:, :, score], 1.0)
        backward[:, :, score] = 1 - wrong
    safe = np.logical_and.accumulate(forward <= 0.5, axis=2)
    return np.where(safe, forward, backward)


def _both(easy: Floats, given: Floats, ratios: Floats, weighted: Floats) -> Floats:
    """Return how often each two items are expected right together.

    Given that item i is right, the rest is a test without it that has one point less.
    """
    k = easy.shape[1]
    without = _ratios_without(given, ratios)
    found = np.zeros((k, k))
    crossed = np.full((*easy.shape, k), k)
    chance = np.zeros((*easy.shape, k))
    for score in range(1, k):
        chance = np.minimum(easy[:, None, :] * without[:, :, [score - 1]] * (1 - chance), 1.0)
        crossed = np.where((chance > 0.5) & (crossed == k), score, crossed)
        safe = np.where(score < crossed, chance, 0.0)
        found += np.einsum("pij,pi->ij", safe, weighted[:, :, score + 1])
    chance = np.ones_like(chance)
    for score in range(k - 1, 0, -1):
        if score < k - 1:
            steps = easy[:, None, :] * without[:, :, [score]]
            wrong = np.divide(chance, steps, out=np.zeros_like(steps), where=steps > 0)
            chance = 1 - np.minimum(wrong, 1.0)
        safe = np.where(score >= crossed, chance, 0.0)
        found += np.einsum("pij,pi->ij", safe, weighted[:, :, score + 1])
    return found


def _ratios_without(given: Floats, ratios: Floats) -> Floats:
    """Return g(r)/g(r+1) of the test without each item, patterns x items x scores."""
    wrong = 1 - given
    low = ratios[:, None, :-1] * np.divide(
        wrong[:, :, :-2], wrong[:, :, 1:-1], out=np.zeros_like(wrong[:, :, 1:-1]),
        where=wrong[:, :, 1:-1] > 0,
    )  # fmt: skip
    high = ratios[:, None, 1:] * np.divide(
        given[:, :, 1:-1], given[:, :, 2:], out=np.zeros_like(given[:, :, 2:]),
        where=given[:, :, 2:] > 0,
    )  # fmt: skip
    return np.where(given[:, :, 1:-1] <= 0.5, low, high)
