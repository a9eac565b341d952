"""Classical item analysis: difficulty, discrimination, distractors, KR-20."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.omega import alpha_of
from digicantrain.core.measures.result import Reason, Result, Table, Value

SMALLEST_N = 5
METHOD = "Item analysis: difficulty, point-biserial, upper and lower thirds, KR-20"
SOURCE = (
    "Kuder and Richardson 1937, doi:10.1007/BF02288391; Crocker and Algina 1986, Introduction to "
    "Classical and Modern Test Theory"
)
CHOICES = "Distractor analysis: who chose which answer, by thirds of the score"
ITEMS = (
    "item", "difficulty", "point_biserial", "corrected_point_biserial", "alpha_without",
    "upper_minus_lower",
)  # fmt: skip
ANSWERS = (
    "item", "answer", "people", "share", "lower", "middle", "upper", "point_biserial", "key",
)  # fmt: skip


Right = str | float | Sequence[str | float]


def score_answers(choices: Sequence[Sequence[str | None]], *, key: Sequence[Right]) -> Floats:
    """Return the answers to a test scored by its key.

    Args:
        choices: people x items, the chosen answer or None where omitted.
        key: the right answer of each item, or a list of them where several count; a number is
            right however it is written ("3" and "3.0").

    Returns:
        People x items: 1 right, 0 wrong, NaN omitted.

    Raises:
        ValueError: a person has more or fewer choices than the key has items.
    """
    _check_choices(choices, key)
    columns = zip(*choices, strict=True) if choices else [()] * len(key)
    return np.column_stack(
        [_scored(column, right) for column, right in zip(columns, key, strict=True)]
    )


def _check_choices(choices: Sequence[Sequence[str | None]], key: Sequence[Right]) -> None:
    if any(len(row) != len(key) for row in choices):
        raise ValueError("Each person has one choice (or None) for each item of the key.")


def _scored(column: Sequence[str | None], right: Right) -> Floats:
    points = {answer: float(is_right(answer, right)) for answer in set(column) - {None}}
    return np.array([points.get(answer, np.nan) for answer in column], dtype=float)


def is_right(answer: str | None, right: Right) -> bool:
    """Return whether an answer is the right one, or one of them."""
    if answer is None:
        return False
    if isinstance(right, str):
        return answer == right
    if isinstance(right, Sequence):
        return any(is_right(answer, one) for one in right)
    try:
        return float(answer) == right
    except ValueError:
        return False


def thirds_of(totals: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return 0, 1 or 2 for each person: the lower, middle, upper third of the scores.

    Scores are ranked with ties in file order; the cuts lie at 1 + (n-1)/3 and 1 + 2(n-1)/3, right
    closed.
    """
    values = np.asarray(totals, dtype=float)
    n = len(values)
    rank = np.empty(n)
    rank[np.argsort(values, kind="stable")] = np.arange(1, n + 1)
    cuts = [1 + (n - 1) / 3, 1 + 2 * (n - 1) / 3]
    return np.searchsorted(np.array(cuts) + 1e-9, rank, side="left")


def item_analysis(answers: npt.ArrayLike, *, names: Sequence[str] | None = None) -> Result:
    """Return the classical analysis of a test.

    Args:
        answers: people x items of 0 and 1; what is omitted (NaN) counts 0 points.
        names: of the items; else item1, item2, ...

    Returns:
        Result with `value` KR-20 with variances of divisor n-1 (which is alpha); table "items";
        details mean, sd, sem (SD sqrt(1 - KR-20)), items, omitted, and the sizes of the thirds.

    Raises:
        ValueError: an answer is neither 0 nor 1.
    """
    table = np.asarray(answers, dtype=float)
    if table.ndim != 2 or not np.isin(table[~np.isnan(table)], (0.0, 1.0)).all():
        raise ValueError("Answers are a table of people x items of 0 (wrong) and 1 (right).")
    n, k = table.shape
    labels = list(names) if names else [f"item{i}" for i in range(1, k + 1)]
    omitted = int(np.isnan(table).sum())
    points = np.nan_to_num(table)
    totals = points.sum(axis=1)
    reason = _reason(table, totals)
    if reason:
        return Result(METHOD, SOURCE, n=n, reason=reason)
    covariance = np.cov(points, rowvar=False)
    kr20 = alpha_of(covariance)
    third = thirds_of(totals)
    sd = float(totals.std(ddof=1))
    details: dict[str, Value] = {
        "mean": float(totals.mean()),
        "sd": sd,
        "sem": sd * float(np.sqrt(max(1 - kr20, 0.0))),
        "items": k,
        "omitted": omitted,
    }
    details |= {
        f"n_{name}": int((third == place).sum())
        for place, name in enumerate(("lower", "middle", "upper"))
    }
    rows = tuple(
        (label, *_item(points, totals, covariance, third, item))
        for item, label in enumerate(labels)
    )
    return Result(
        METHOD, SOURCE, n=n, value=kr20, details=details, tables=(Table("items", ITEMS, rows),)
    )


def _reason(table: Floats, totals: Floats) -> Reason | None:
    n, k = table.shape
    if k < 2:
        return Reason.TOO_FEW_ITEMS
    if n < SMALLEST_N:
        return Reason.TOO_FEW if n else Reason.ALL_MISSING
    if np.isnan(table).all():
        return Reason.ALL_MISSING
    return Reason.NO_VARIANCE if np.ptp(totals) == 0 else None


def _item(
    points: Floats, totals: Floats, covariance: Floats, third: npt.NDArray[np.int64], item: int
) -> tuple[Value, ...]:
    own = points[:, item]
    others = np.delete(np.arange(points.shape[1]), item)
    without = alpha_of(covariance[np.ix_(others, others)]) if len(others) > 1 else None
    return (
        float(own.mean()),
        _correlation(own, totals),
        _correlation(own, totals - own),
        without if without is not None and np.isfinite(without) else None,
        float(own[third == 2].mean() - own[third == 0].mean()),
    )


def _correlation(one: Floats, other: Floats) -> float | None:
    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt(a @ a) * np.sqrt(b @ b))
    return float(a @ b) / size if size > 0 else None


def distractor_analysis(
    choices: Sequence[Sequence[str | None]],
    *,
    key: Sequence[Right],
    names: Sequence[str] | None = None,
) -> Result:
    """Return who chose which answer.

    Args:
        choices: people x items, the chosen answer or None where omitted.
        key: the right answer of each item, as for `score_answers`.
        names: of the items.

    Returns:
        Result with table "choices": for each item and answer the people, their share of those who
        answered, the share in the lower, middle and upper third of the score, the point-biserial of
        choosing it, and whether it is the key. A wrong answer that the upper third likes, or that
        nobody chooses, is worth a look; details omitted.
    """
    n, k = len(choices), len(key)
    labels = list(names) if names else [f"item{i}" for i in range(1, k + 1)]
    totals = np.nansum(score_answers(choices, key=key), axis=1) if n else np.zeros(0)
    table = np.array([[c or "" for c in row] for row in choices], dtype=object).reshape(n, k)
    if n < SMALLEST_N or np.ptp(totals) == 0:
        few = Reason.TOO_FEW if n else Reason.ALL_MISSING
        return Result(CHOICES, SOURCE, n=n, reason=few if n < SMALLEST_N else Reason.NO_VARIANCE)
    third = thirds_of(totals)
    rows: list[tuple[Value, ...]] = []
    for item, (label, right) in enumerate(zip(labels, key, strict=True)):
        column = table[:, item]
        rows += [
            (label, answer, *_choice(column, answer, third, totals), int(is_right(answer, right)))
            for answer in _answers(column, right)
        ]
    return Result(
        CHOICES,
        SOURCE,
        n=n,
        details={"omitted": int((table == "").sum())},
        tables=(Table("choices", ANSWERS, tuple(rows)),),
    )


def _answers(column: npt.NDArray[np.object_], right: Right) -> list[str]:
    """Return the answers that were given, and the right ones if nobody gave them."""
    given: set[str] = set(column) - {""}
    rights: Sequence[Any] = [right] if isinstance(right, str | float | int) else right
    unseen = (one for one in rights if not any(is_right(answer, one) for answer in given))
    return sorted(given | {one if isinstance(one, str) else f"{one:g}" for one in unseen})


def _choice(
    column: npt.NDArray[np.object_],
    answer: str,
    third: npt.NDArray[np.int64],
    totals: npt.NDArray[np.float64],
) -> tuple[Value, ...]:
    chosen = (column == answer).astype(float)
    answered = column != ""
    shares = [
        float(chosen[answered & (third == place)].mean())
        if (answered & (third == place)).any()
        else None
        for place in range(3)
    ]
    share = float(chosen[answered].mean()) if answered.any() else None
    return int(chosen.sum()), share, *shares, _correlation(chosen, totals.astype(float))
