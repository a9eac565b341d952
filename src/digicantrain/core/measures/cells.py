"""Small cells: counts of few people are hidden, and enough beside them that none can be worked out.

One function for tables, charts and filters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product


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


Key = tuple[str, str]


def suppress_table(
    counts: Mapping[Key, int], *, smallest: int = 5
) -> dict[Key, Cell]:
    """Hide small cells of a two-way table whose row, column and grand totals are shown.

    Args:
        counts: by (row, column); absent cells are zero.
        smallest: the smallest count that may be shown.

    Returns:
        A cell for each row and column. In each row and each column with a hidden cell there are at
        least two, and together they hold at least `smallest` people.
    """
    rows = sorted({row for row, _ in counts})
    columns = sorted({column for _, column in counts})
    full = {key: counts.get(key, 0) for key in product(rows, columns)}
    hidden = {key for key, count in full.items() if 0 < count < smallest}
    lines = [[(row, column) for column in columns] for row in rows]
    lines += [[(row, column) for row in rows] for column in columns]
    while True:
        added = [key for line in lines for key in _guards(line, full, hidden, smallest)]
        if not added:
            break
        hidden.update(added)
    return {key: Cell(None if key in hidden else count) for key, count in full.items()}


def _guards(
    line: list[Key], full: dict[Key, int], hidden: set[Key], smallest: int
) -> list[Key]:
    inside = [key for key in line if key in hidden]
    if not inside or (len(inside) > 1 and sum(full[key] for key in inside) >= smallest):
        return []
    rest = [key for key in line if key not in hidden]
    if not rest:
        return []
    return [min(rest, key=lambda key: (full[key] == 0, full[key], key))]
