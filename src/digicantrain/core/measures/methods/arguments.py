"""Arguments that several methods take, and the columns they stand for."""

from collections.abc import Sequence

import numpy as np

from digicantrain.core.measures.frame import DataError, Frame
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Classes,
    Kind,
    optional,
)
from digicantrain.core.measures.model_matrix import Factor, Floats, factor

LEVEL = optional("level", Kind.SHARE, "level of the intervals", default=0.95)
OUTCOME = Argument("outcome", Kind.NUMBER_COLUMN, "the column of the outcome")
GROUP = Argument("group", Kind.COLUMN, "the column of the groups")
GROUPS = optional("groups", Kind.TEXTS, "the groups to compare, in this order; else all, sorted")
FACTORS = optional("factors", Kind.COLUMNS, "columns that are labels, not numbers", default=())
TERMS = Argument("terms", Kind.TERMS, "columns, and interactions with a colon")
BEFORE = Argument("before", Kind.NUMBER_COLUMN, "the column of the first wave, a row a person")
AFTER = Argument("after", Kind.NUMBER_COLUMN, "the column of the second wave")
WAVES = Argument("waves", Kind.NUMBER_COLUMNS, "a column for each wave, a row a person")
NOBODY = "no other group"


def variables_of(
    data: Frame, *, names: Sequence[str], factors: Sequence[str]
) -> dict[str, Factor | Floats]:
    """Return columns as a model needs them: labels for factors, numbers for the others."""
    return {
        name: factor(data.labels(name)) if name in factors else data.numbers(name)
        for name in dict.fromkeys(names)
    }


def columns_of(terms: Sequence[str]) -> list[str]:
    """Return the columns that terms name, interactions taken apart."""
    return [name for term in terms for name in term.split(":")]


def class_of_group(_data: Frame, given: Arguments) -> Classes:
    """Yield the groups that are compared."""
    yield (given["group"],)


def classes_of_terms(data: Frame, given: Arguments) -> Classes:
    """Yield the classes of a model: factors, numbers of two values, and what interacts."""
    for term in given.get("terms") or given.get("fixed") or ():
        yield tuple(
            name
            for name in term.split(":")
            if name in given["factors"] or len(set(data.labels(name)) - {None}) <= 2
        )


def numbers_of(data: Frame, *, names: Sequence[str]) -> dict[str, Floats]:
    """Return columns of numbers by name."""
    return {name: data.numbers(name) for name in names}


def groups_of(data: Frame, given: Arguments) -> dict[str, Floats]:
    """Return the outcome of each group, in the order asked for or sorted.

    Raises:
        DataError: a group that is asked for is not among the labels.
    """
    values, labels = data.numbers(given["outcome"]), factor(data.labels(given["group"]))
    wanted = given["groups"] or labels.levels
    for name in wanted:
        if name not in labels.levels:
            known = ", ".join(labels.levels[:12])
            raise DataError(
                f"The column {given['group']!r} has no group {name!r}. It has: {known}."
            )
    return {name: values[labels.codes == labels.levels.index(name)] for name in wanted}


def two_groups_of(data: Frame, given: Arguments) -> dict[str, Floats]:
    """Return the outcome of two groups; where there are fewer, of nobody for what is not there.

    Raises:
        DataError: there are more than two.
    """
    found = groups_of(data, given)
    if len(found) > 2:
        raise DataError(
            f"The column {given['group']!r} has {len(found)} groups ({', '.join(list(found)[:6])})."
            " Name the two to compare under 'groups'."
        )
    names = iter((NOBODY, f"{NOBODY} either"))
    while len(found) < 2:
        found[next(names)] = np.zeros(0)
    return found
