"""Small cells: counts of few people are hidden, and enough beside them that none can be worked out.

One function for tables, charts and filters: `protect`. A chart is a margin of what it returns, a
filter a slice; the others here are its short forms for one and for two variables.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import TYPE_CHECKING, Final

from digicantrain.core.lazy import lazily
from digicantrain.core.measures.complements import hidden_places, with_totals

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazily("numpy")

MOST_VARIABLES: Final = 4
MOST_NUMBERS: Final = 10_000
Names = tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A count, or nothing where it is hidden."""

    count: int | None

    @property
    def hidden(self) -> bool:
        """Whether the count may not be shown."""
        return self.count is None


@dataclass(frozen=True)
class ProtectedCounts:
    """Counts of people by up to four variables with all their margins; some are hidden.

    `labels` are those of each variable, sorted.
    """

    labels: tuple[Names, ...]
    _counts: Mapping[Names, int | None]

    def cell(self, *names: str | None) -> Cell:
        """Return a count: a name for each variable; None, or an empty name, stands for all.

        Raises:
            KeyError: a name is no label of its variable, or there are more or fewer names.
        """
        return Cell(self._counts[tuple(name or "" for name in names)])

    def line(self, *names: str | EllipsisType | None) -> dict[str, Cell]:
        """Return the count of each label of one variable (`...`), the others as in `cell`.

        Raises:
            KeyError: as in `cell`.
            ValueError: not exactly one name is `...`.
        """
        if names.count(...) != 1:
            raise ValueError("One variable is written as '...': the one that runs.")
        place = names.index(...)
        fixed = [None if name is ... else name for name in names]
        return {
            label: self.cell(*fixed[:place], label, *fixed[place + 1 :])
            for label in self.labels[place]
        }

    def __iter__(self) -> Iterator[tuple[Names, Cell]]:
        return ((names, Cell(count)) for names, count in self._counts.items())


def protect(
    counts: Mapping[Names, int], *, smallest: int = 5, also: Collection[Names] = ()
) -> ProtectedCounts:
    """Hide small cells and margins of a table, and enough others that none follows.

    Args:
        counts: people by the labels of one to four variables; absent cells are zero.
        smallest: the smallest count that may be shown.
        also: further places that must be hidden; an empty name stands for all, so that
            ("nurse", "") is the total of the nurses.

    Returns:
        The counts with every margin of every set of the variables. Counts from 1 to `smallest` - 1
        are hidden. For each hidden number two tables of whole numbers, none below zero, agree with
        all that is shown and differ in that number by at least `smallest`. So nobody can work out
        a hidden number from all that is shown, or that it is small; and a group that follows from
        shown numbers and holds a hidden one has `smallest` people or more. Somebody who runs this
        on every table that would fit can tell more of a few very small tables (decision 3).
        A zero is shown: it tells of nobody. It is hidden where nothing else guards a small count,
        and in a table with small counts of fewer than twice `smallest` people, which shows nothing
        but its total.

    Raises:
        ValueError: no table of people; more than four variables; a table that is too large.
    """
    labels = _labels_of(counts)
    if not labels:
        return ProtectedCounts((), {(): 0})
    inner = np.zeros([len(names) for names in labels], dtype=np.int64)
    at = [{name: place for place, name in enumerate(names)} for names in labels]
    for names, count in counts.items():
        inner[tuple(one[name] for one, name in zip(at, names, strict=True))] += count
    table = with_totals(inner)
    marked = np.zeros(table.shape, dtype=bool)
    for one in at:
        one[""] = len(one)
    for names in also:
        if all(name in one for one, name in zip(at, names, strict=True)):
            marked[tuple(one[name] for one, name in zip(at, names, strict=True))] = True
    hidden = hidden_places(table, marked, smallest=smallest)
    places = itertools.product(*((*names, "") for names in labels))
    return ProtectedCounts(
        labels,
        {
            names: None if gone else int(count)
            for names, count, gone in zip(places, table.flat, hidden.flat, strict=True)
        },
    )


def _labels_of(counts: Mapping[Names, int]) -> tuple[Names, ...]:
    """Return the labels of each variable.

    Raises:
        ValueError: as `protect`.
    """
    if len({len(names) for names in counts}) > 1:
        raise ValueError("All counts of a table have the same variables: as many names each.")
    labels = tuple(tuple(sorted(set(column))) for column in zip(*counts, strict=True))
    if len(labels) > MOST_VARIABLES:
        raise ValueError(f"A table of {len(labels)} variables: at most {MOST_VARIABLES}.")
    if any("" in names for names in labels):
        raise ValueError("A label is empty: an empty name stands for all. Name it.")
    if min(counts.values(), default=0) < 0:
        raise ValueError("A count of people is below zero.")
    numbers = int(np.prod([len(names) + 1 for names in labels])) if len(labels) > 1 else 0
    if numbers > MOST_NUMBERS:
        raise ValueError(
            f"A table of {numbers} numbers: at most {MOST_NUMBERS}. Put labels together."
        )
    return labels


def suppress(counts: Sequence[int], *, smallest: int = 5, total_known: bool = True) -> list[Cell]:
    """Hide counts from 1 to `smallest` - 1; beside a known total never only one.

    Args:
        counts: of groups that make up a whole.
        smallest: the smallest count that may be shown.
        total_known: whether readers know the sum; then it is one of the numbers that `protect`
            reckons with, and if it is small itself, nothing is shown.
    """
    if not total_known:
        return [Cell(None if 0 < count < smallest else count) for count in counts]
    names = [f"{place:09d}" for place in range(len(counts))]
    table = protect(
        {(name,): count for name, count in zip(names, counts, strict=True)}, smallest=smallest
    )
    if 0 < sum(counts) < smallest:
        return [Cell(None)] * len(counts)
    return [table.cell(name) for name in names]


@dataclass(frozen=True)
class ProtectedTable:
    """A two-way table with its totals, in the order of `rows` and `columns`."""

    rows: Names
    columns: Names
    cells: tuple[tuple[Cell, ...], ...]
    row_totals: tuple[Cell, ...]
    column_totals: tuple[Cell, ...]
    total: Cell


def suppress_table(
    counts: Mapping[tuple[str, str], int],
    *,
    smallest: int = 5,
    also: Collection[tuple[str, str]] = (),
) -> ProtectedTable:
    """Hide small cells and totals of a two-way table, and enough others that none follows.

    Args:
        counts: by (row, column); absent cells are zero.
        smallest: the smallest count that may be shown.
        also: further (row, column) that must be hidden, as in `protect`, which does the work.
    """
    if not counts:
        return ProtectedTable((), (), (), (), (), Cell(0))
    table = protect(
        {(row, column): n for (row, column), n in counts.items()}, smallest=smallest, also=also
    )
    rows, columns = table.labels
    return ProtectedTable(
        rows=rows,
        columns=columns,
        cells=tuple(tuple(table.line(row, ...).values()) for row in rows),
        row_totals=tuple(table.line(..., None).values()),
        column_totals=tuple(table.line(None, ...).values()),
        total=table.cell(None, None),
    )
