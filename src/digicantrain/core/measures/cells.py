"""Small cells: counts of few people are hidden, and enough beside them that none can be worked out.

One function for tables, charts and filters.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digicantrain.core.lazy import lazily

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
else:
    np = lazily("numpy")


@dataclass(frozen=True)
class Cell:
    """A count, or nothing where it is hidden."""

    count: int | None

    @property
    def hidden(self) -> bool:
        """Whether the count may not be shown."""
        return self.count is None


def suppress(counts: Sequence[int], *, smallest: int = 5, total_known: bool = True) -> list[Cell]:
    """Hide counts from 1 to `smallest` - 1; beside a known total never only one.

    Args:
        counts: of groups that make up a whole.
        smallest: the smallest count that may be shown.
        total_known: whether readers know the sum; then a second cell is hidden with a lone one,
            and the hidden cells together hold at least `smallest` people.

    A zero is shown: it tells of nobody. A zero is hidden only when no other cell is left to guard
    a lone small one.
    """
    hidden = {i for i, count in enumerate(counts) if 0 < count < smallest}
    if hidden and total_known:
        rest = sorted(
            (i for i in range(len(counts)) if i not in hidden),
            key=lambda i: (counts[i] == 0, counts[i], i),
        )
        while rest and (len(hidden) == 1 or sum(counts[i] for i in hidden) < smallest):
            hidden.add(rest.pop(0))
    return [Cell(None if i in hidden else count) for i, count in enumerate(counts)]


@dataclass(frozen=True)
class ProtectedTable:
    """A two-way table with its totals, in the order of `rows` and `columns`."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    row_totals: tuple[Cell, ...]
    column_totals: tuple[Cell, ...]
    total: Cell


Place = tuple[int, int]


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
        also: further (row, column) that must be hidden; an empty name stands for all, so that
            ("nurse", "") is the total of a row.

    Returns:
        The table. No hidden value follows from the shown ones by adding and subtracting along rows
        and columns: each is checked against the null space of the table's equations (complementary
        suppression, Willenborg and de Waal 2001, doi:10.1007/978-1-4613-0121-9). What is hidden
        beside a shown total adds up to at least `smallest`.
    """
    rows = tuple(sorted({row for row, _ in counts}))
    columns = tuple(sorted({column for _, column in counts}))
    values = _with_totals(counts, rows=rows, columns=columns)
    hidden = {place for place, count in values.items() if 0 < count < smallest}
    across, down = dict(zip((*rows, ""), range(len(rows) + 1), strict=True)), {"": len(columns)}
    down |= {column: number for number, column in enumerate(columns)}
    hidden |= {(across[r], down[c]) for r, c in also if r in across and c in down}
    size = (len(rows) + 1, len(columns) + 1)
    while (bare := _first_bare(hidden, values=values, size=size, smallest=smallest)) is not None:
        hidden.add(_next_to_hide(bare, hidden=hidden, values=values, size=size))
    shown = {place: Cell(None if place in hidden else n) for place, n in values.items()}
    last_row, last_column = len(rows), len(columns)
    return ProtectedTable(
        rows=rows,
        columns=columns,
        cells=tuple(tuple(shown[r, c] for c in range(last_column)) for r in range(last_row)),
        row_totals=tuple(shown[r, last_column] for r in range(last_row)),
        column_totals=tuple(shown[last_row, c] for c in range(last_column)),
        total=shown[last_row, last_column],
    )


def _with_totals(
    counts: Mapping[tuple[str, str], int], *, rows: Sequence[str], columns: Sequence[str]
) -> dict[Place, int]:
    flat = [counts.get((row, column), 0) for row in rows for column in columns]
    inner = np.array(flat, dtype=int).reshape(len(rows), len(columns))
    table = np.pad(inner, ((0, 1), (0, 1)))
    table[-1, :] = table.sum(axis=0)
    table[:, -1] = table[:, :-1].sum(axis=1)
    return {(int(r), int(c)): int(n) for (r, c), n in np.ndenumerate(table)}


def _equations(places: Sequence[Place], *, size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Each row and each column: its cells minus its total is nothing."""
    matrix = np.zeros((size[0] + size[1], len(places)))
    for number, (row, column) in enumerate(places):
        matrix[row, number] = -1.0 if column == size[1] - 1 else 1.0
        matrix[size[0] + column, number] = -1.0 if row == size[0] - 1 else 1.0
    return matrix


def _first_given_away(hidden: set[Place], *, size: tuple[int, int]) -> Place | None:
    places = sorted(hidden)
    if not places:
        return None
    matrix = _equations(places, size=size)
    _u, singular, basis = np.linalg.svd(matrix)
    rank = int((singular > 1e-9).sum())
    freedom = np.abs(basis[rank:]).sum(axis=0) if rank < len(places) else np.zeros(len(places))
    return next((place for place, free in zip(places, freedom, strict=True) if free < 1e-9), None)


def _lines(size: tuple[int, int]) -> list[list[Place]]:
    """Each row and each column; its total stands last."""
    rows = [[(r, c) for c in range(size[1])] for r in range(size[0])]
    return rows + [[(r, c) for r in range(size[0])] for c in range(size[1])]


def _first_thin(
    hidden: set[Place], *, values: dict[Place, int], size: tuple[int, int], smallest: int
) -> Place | None:
    """A hidden cell of a line whose total is shown and whose hidden cells hold too few."""
    for *cells, total in _lines(size):
        gone = [place for place in cells if place in hidden]
        if gone and total not in hidden and sum(values[p] for p in gone) < smallest:
            return gone[0]
    return None


def _first_bare(
    hidden: set[Place], *, values: dict[Place, int], size: tuple[int, int], smallest: int
) -> Place | None:
    """A hidden place that what is shown still gives away, alone or with few others."""
    given = _first_given_away(hidden, size=size)
    if given is not None:
        return given
    return _first_thin(hidden, values=values, size=size, smallest=smallest)


def _next_to_hide(
    bare: Place, *, hidden: set[Place], values: dict[Place, int], size: tuple[int, int]
) -> Place:
    rest = [place for place in values if place not in hidden]
    beside = [p for p in rest if p[0] == bare[0] or p[1] == bare[1]]

    def cost(place: Place) -> tuple[bool, bool, int, Place]:
        is_total = place[0] == size[0] - 1 or place[1] == size[1] - 1
        return is_total, values[place] == 0, values[place], place

    return min(beside or rest, key=cost)
