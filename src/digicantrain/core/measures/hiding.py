"""What a result tells of few people is hidden before it leaves: one place for all methods.

A method says which of its figures are counts of people, or figures of groups of people (`Method`
has the field `told`); the functions of the statistics stay exact. Counts go through `protect`.
Shown in full are n, and tests and models of all people.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from digicantrain.core.measures.cells import protect
from digicantrain.core.measures.flow import shown_flow
from digicantrain.core.measures.release import Ledger
from digicantrain.core.measures.result import Reason, Result, Table, Value

HIDDEN: Final = "hidden"
# Counts of people who are not among the n of a result, whatever the method.
LEFT_OUT: Final = ("left_out", "omitted", "missing_before", "missing_after", "missing_both")
FEW_SHOW: Final = "A count of a few people would follow from its figures."
# With more rows, all counts of a table are hidden as soon as one is small.
MOST_ROWS: Final = 500


def without_few(
    result: Result, *, told: Sequence["Told"], smallest: int, dropped: Sequence[str] = ()
) -> Result:
    """Return a result in which nothing tells of fewer people than may be shown.

    Args:
        result: of a method, about people.
        told: what the method says of its figures.
        smallest: the smallest count that may be shown; with 1 nothing is hidden.
        dropped: tables that are left out, since a row of them is about few people.
    """
    if smallest <= 1 or result.reason is Reason.HIDDEN:
        return result
    draft = Draft(result, smallest)
    if 0 < result.n < smallest:
        draft.hide_all()
    for one in (*told, Details(LEFT_OUT)):
        one.hide(draft)
    for table in dropped:
        draft.drop(table)
    return draft.result()


def hidden_result(method: str, source: str, *, why: str = "") -> Result:
    """Return nothing of a result but its method."""
    return Result(method, source, n=0, reason=Reason.HIDDEN, warnings=(why,) if why else ())


class Draft:
    """A result whose figures can be hidden one by one; they are read as they were."""

    def __init__(self, result: Result, smallest: int) -> None:
        self.before = result
        self.smallest = smallest
        self._rows = {table.name: [list(row) for row in table.rows] for table in result.tables}
        self._details = dict(result.details)
        self._is_hidden = False

    def is_small(self, count: Value | float) -> bool:
        """Whether a count is of somebody, and of fewer than may be shown."""
        return isinstance(count, int | float) and 0 < count < self.smallest

    def rows(self, table: str) -> list[dict[str, Value]]:
        """Return the rows of a table by column; none if there is no such table."""
        found = (one for one in self.before.tables if one.name == table)
        return [dict(zip(one.columns, row, strict=True)) for one in found for row in one.rows]

    def hide(self, table: str, *columns: str, rows: Sequence[int] | None = None) -> None:
        """Hide columns of a table, in some rows or in all; what says nothing stays."""
        found = next((one for one in self.before.tables if one.name == table), None)
        if found is None:
            return
        lines = self._rows[table]
        for number in range(len(lines)) if rows is None else rows:
            for column in columns:
                place = found.columns.index(column)
                if lines[number][place] is not None:
                    lines[number][place] = HIDDEN

    def drop(self, table: str) -> None:
        """Leave a table out."""
        self._rows.pop(table, None)

    def hide_details(self, *names: str) -> None:
        """Hide details, as far as they are there."""
        for name in names:
            if self._details.get(name) is not None:
                self._details[name] = HIDDEN

    def hide_all(self) -> None:
        """Hide everything."""
        self._is_hidden = True

    def result(self) -> Result:
        """Return the result without what is hidden."""
        if self._is_hidden:
            why = FEW_SHOW if self.before.n >= self.smallest else ""
            return hidden_result(self.before.method, self.before.source, why=why)
        tables = tuple(
            Table(table.name, table.columns, tuple(map(tuple, self._rows[table.name])))
            for table in self.before.tables
            if table.name in self._rows
        )
        return replace(self.before, details=self._details, tables=tables)


class Told(Protocol):
    """What a method says of some of its figures."""

    def hide(self, draft: Draft) -> None:
        """Hide those that tell of few people."""


@dataclass(frozen=True)
class Follows:
    """What follows from counts, and is hidden with them: details, columns of tables, or all."""

    details: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    everything: bool = False

    def hide(self, draft: Draft) -> None:
        """Hide it."""
        draft.hide_details(*self.details)
        for table, column in self.columns:
            draft.hide(table, column)
        if self.everything:
            draft.hide_all()


NOTHING: Final = Follows()


@dataclass(frozen=True)
class Counts:
    """Rows that part people: each has a count, and figures of just these people.

    The people are parted by the columns `of`, in each class of the columns `within` apart.
    """

    table: str
    count: str
    of: tuple[str, ...]
    within: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    follows: Follows = NOTHING

    def hide(self, draft: Draft) -> None:
        """Hide small counts, enough beside them, and the figures of both."""
        rows = draft.rows(self.table)
        wholes: dict[tuple[Value, ...], list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            wholes[tuple(row[name] for name in self.within)].append(number)
        for numbers in wholes.values():
            counts = {self._names(number, rows[number]): number for number in numbers}
            gone = hidden_of(
                {names: _count(rows[n][self.count]) for names, n in counts.items()},
                smallest=draft.smallest,
            )
            draft.hide(self.table, self.count, *self.figures, rows=[counts[one] for one in gone])
            if gone:
                self.follows.hide(draft)

    def _names(self, number: int, row: Mapping[str, Value]) -> tuple[str, ...]:
        # the number tells apart rows of one line that have the same label
        if len(self.of) == 1:
            return (f"{number}",)
        return tuple(f"={row[name]}" for name in self.of)


@dataclass(frozen=True)
class Parts:
    """Columns of a row that part people, like those who answered and those who did not.

    `figures` are other words for the parts; `of_first` are of the people of the first part, and
    `follows` goes with them.
    """

    table: str
    columns: tuple[str, ...]
    figures: tuple[str, ...] = ()
    of_first: tuple[str, ...] = ()
    follows: Follows = NOTHING

    def hide(self, draft: Draft) -> None:
        """Hide small parts, and enough others; figures of the first part only if it is small."""
        for number, row in enumerate(draft.rows(self.table)):
            counts = [_count(row[name]) for name in self.columns]
            gone = hidden_parts(counts, smallest=draft.smallest)
            hidden = [name for place, name in enumerate(self.columns) if place in gone]
            draft.hide(self.table, *hidden, *(self.figures if gone else ()), rows=[number])
            if draft.is_small(counts[0]):
                draft.hide(self.table, *self.of_first, rows=[number])
                self.follows.hide(draft)


@dataclass(frozen=True)
class Shares:
    """Shares of n, each a count in other words; the rest of n is a part too."""

    table: str
    share: str
    figures: tuple[str, ...] = ()

    def hide(self, draft: Draft) -> None:
        """Hide a share of few, or of nearly all, with the other figures of its row."""
        n = draft.before.n
        for number, row in enumerate(draft.rows(self.table)):
            count = round(_number(row[self.share]) * n)
            if draft.is_small(count) or draft.is_small(n - count):
                draft.hide(self.table, self.share, *self.figures, rows=[number])


@dataclass(frozen=True)
class Thirds:
    """Shares of thirds of the people, in classes of a column of which each part is a row."""

    table: str
    shares: tuple[str, ...]
    within: str

    def hide(self, draft: Draft) -> None:
        """Hide all shares of a class if one of them may be of few; not all may have answered."""
        least = max(draft.before.n // 3 - _count(draft.before.details.get("omitted")), 0)
        rows = draft.rows(self.table)
        few = {
            row[self.within]
            for row in rows
            for name in self.shares
            if (share := _number(row[name])) > 0 and share * least < draft.smallest - 0.5
        }
        numbers = [number for number, row in enumerate(rows) if row[self.within] in few]
        draft.hide(self.table, *self.shares, rows=numbers)


@dataclass(frozen=True)
class Details:
    """Details that part people; with `of_n`, the rest of n is a part too.

    `of_first` are details of the people of the first part.
    """

    names: tuple[str, ...]
    of_n: bool = False
    of_first: tuple[str, ...] = ()
    follows: Follows = NOTHING

    def hide(self, draft: Draft) -> None:
        """Hide small parts, and enough others; figures of the first part only if it is small."""
        details = draft.before.details
        names = [name for name in self.names if details.get(name) is not None]
        counts = [_count(details[name]) for name in names]
        if names and self.of_n:
            counts.append(draft.before.n - sum(counts))
        gone = hidden_parts(counts, smallest=draft.smallest)
        draft.hide_details(*(name for place, name in enumerate(names) if place in gone))
        if gone:
            self.follows.hide(draft)
        if names and draft.is_small(counts[0]):
            draft.hide_details(*self.of_first)


@dataclass(frozen=True)
class Each:
    """Counts of a row that are each a group of their own, with the figures of these groups."""

    table: str
    counts: tuple[str, ...]
    figures: tuple[str, ...]
    follows: Follows = NOTHING

    def hide(self, draft: Draft) -> None:
        """Hide small counts with all figures of their row."""
        for number, row in enumerate(draft.rows(self.table)):
            small = [name for name in self.counts if draft.is_small(row[name])]
            if small:
                draft.hide(self.table, *small, *self.figures, rows=[number])
                self.follows.hide(draft)


@dataclass(frozen=True)
class AllOrNone:
    """Counts that hang together in more ways than a table: all are hidden if one is small.

    With a column `of`, what a count leaves of it is a part too.
    """

    table: str
    count: str
    of: str | None = None
    figures: tuple[str, ...] = ()
    follows: Follows = NOTHING

    def hide(self, draft: Draft) -> None:
        """Hide all counts if one is small."""
        parts = list(self._parts(draft))
        if any(map(draft.is_small, parts)):
            draft.hide(self.table, self.count, *self.figures)
            self.follows.hide(draft)

    def _parts(self, draft: Draft) -> Iterator[int]:
        for row in draft.rows(self.table):
            count = _count(row[self.count])
            yield count
            if self.of is not None:
                yield _count(row[self.of]) - count


@dataclass(frozen=True)
class Stages:
    """Rows of stages that people go through: each has those who are left of the one before."""

    table: str
    count: str
    lost: str

    def hide(self, draft: Draft) -> None:
        """Hide small stages, and of two that differ by few the second; with it the losses."""
        rows = draft.rows(self.table)
        reached = {f"{n}": range(_count(row[self.count])) for n, row in enumerate(rows)}
        ledger = Ledger(smallest=draft.smallest)
        for number, stage in enumerate(
            shown_flow(reached, first=list(reached), count=ledger.count)
        ):
            if stage.n is None:
                draft.hide(self.table, self.count, rows=[number])
            if stage.lost is None and number:
                draft.hide(self.table, self.lost, rows=[number])


def hidden_of(counts: Mapping[tuple[str, ...], int], *, smallest: int) -> set[tuple[str, ...]]:
    """Return which counts of a table must be hidden."""
    if not any(0 < count < smallest for count in counts.values()):
        return set()
    if len(counts) > MOST_ROWS:
        return set(counts)
    table = protect(counts, smallest=smallest)
    return {names for names in counts if table.cell(*names).hidden}


def hidden_parts(counts: Sequence[int], *, smallest: int) -> set[int]:
    """Return which parts of a whole must be hidden, by their place."""
    named: dict[tuple[str, ...], int] = {
        (f"{place:06d}",): count for place, count in enumerate(counts)
    }
    return {int(names[0]) for names in hidden_of(named, smallest=smallest)}


def _count(value: Value | object) -> int:
    return value if isinstance(value, int) else 0


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
