"""Classical item analysis in a plan, and how the tests of a plan are given."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import Counts, Details, Follows, Shares, Thirds
from digicantrain.core.measures.items import (
    distractor_analysis,
    is_right,
    item_analysis,
    score_answers,
)
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    choice,
    optional,
)
from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.result import Result

# A test is given in one of two ways.
TEST = (
    optional("items", Kind.BINARY_COLUMNS, "the columns of the test's items, 1 where right"),
    optional("key", Kind.RIGHT_ANSWERS, "or the columns as answered, each with its right answer"),
)
OMITTED = choice("omitted", "an item without an answer counts as", "missing", "wrong")

DISCRIMINATION = ("point_biserial", "corrected_point_biserial", "upper_minus_lower")
SHARES = ("lower", "middle", "upper")
THIRDS = tuple(f"n_{name}" for name in SHARES)


@dataclass(frozen=True)
class Scored:
    """A test: 1 right, 0 wrong, NaN omitted (people x items), and what to warn of."""

    points: Floats
    names: list[str]
    warnings: tuple[str, ...] = ()

    def result(self, found: Result) -> Result:
        """Return a result with the warnings about the key."""
        return replace(found, warnings=(*found.warnings, *self.warnings))


def scored(data: Frame, given: Arguments) -> Scored:
    """Return the test that a plan gives by its items or by its key."""
    if given["key"] is None:
        found = Scored(data.table(given["items"]), list(given["items"]))
    else:
        found = _by_key(data, given["key"])
    if given.get("omitted") == "wrong":
        return replace(found, points=np.nan_to_num(found.points))
    return found


def _by_key(data: Frame, key: Arguments) -> Scored:
    columns = [data.labels(name) for name in key]
    points = score_answers(list(zip(*columns, strict=True)), key=list(key.values()))
    unseen = [
        name
        for name, labels in zip(key, columns, strict=True)
        if any(labels) and not any(is_right(label, key[name]) for label in set(labels))
    ]
    names = ", ".join(unseen)
    text = f"Nobody gave the right answer to {names}: look whether the key is right."
    return Scored(points, list(key), (text,) if unseen else ())


def objections(given: Arguments) -> Objections:
    """Yield what is wrong if a test is given in no way or in two."""
    if given["items"] is None and given["key"] is None:
        yield "items", "is missing: name columns of 0 and 1, or give right answers under 'key'."
    elif given["items"] is not None and given["key"] is not None:
        yield "key", "stands beside 'items'; a test is given by one of them. Take one out."


def run_on_test(
    function: Callable[[Scored, Frame, Arguments], Result],
) -> Callable[[Frame, Arguments], Result]:
    """Return how a method runs whose function gets the scored test."""

    def run(data: Frame, given: Arguments) -> Result:
        test = scored(data, given)
        return test.result(function(test, data, given))

    return run


def _items(test: Scored, _data: Frame, _given: Arguments) -> Result:
    return item_analysis(test.points, names=test.names)


def _distractors(data: Frame, given: Arguments) -> Result:
    key = given["key"]
    rows = list(zip(*[data.labels(name) for name in key], strict=True))
    found = distractor_analysis(rows, key=list(key.values()), names=list(key))
    return _by_key(data, key).result(found)


METHODS = (
    Method(
        "item_analysis",
        "Items of a test: difficulty, point-biserial, upper and lower thirds, KR-20",
        TEST,
        run_on_test(_items),
        told=(
            Shares("items", "difficulty", figures=DISCRIMINATION),
            Details(THIRDS, follows=Follows(columns=(("items", "upper_minus_lower"),))),
        ),
        example={
            "method": "item_analysis",
            "key": {"c1": "a", "c2": "b", "c3": "c", "c4": "a"},
        },
        objections=objections,
    ),
    Method(
        "distractor_analysis",
        "Who chose which answer of a test, by thirds of the score",
        (Argument("key", Kind.RIGHT_ANSWERS, "the items, each with its right answer"),),
        _distractors,
        told=(
            Counts(
                "choices",
                "people",
                of=("answer",),
                within=("item",),
                figures=("share", *SHARES, "point_biserial"),
            ),
            Thirds("choices", SHARES, within="item"),
        ),
        example={
            "method": "distractor_analysis",
            "key": {"c1": "a", "c2": "b", "c3": "c", "c4": "a"},
        },
    ),
)
