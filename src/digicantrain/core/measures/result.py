"""The one shape of every result: a number that may be shown, or a reason why there is none."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from digicantrain import __version__

Value = float | int | str | None


class Reason(StrEnum):
    """Why there is no number; the value is the code that stands in files."""

    TOO_FEW = "n-too-small"
    NO_VARIANCE = "zero-variance"
    ALL_MISSING = "all-missing"
    TOO_FEW_ITEMS = "too-few-items"
    TOO_FEW_GROUPS = "too-few-groups"
    GROUP_TOO_SMALL = "group-too-small"
    NOT_IDENTIFIED = "not-identified"
    NOT_FINITE = "not-finite"
    NOT_CONVERGED = "not-converged"
    RANK_DEFICIENT = "rank-deficient"
    SEPARATION = "separation"
    IMPROPER = "improper-solution"
    HIDDEN = "small-cell"

    @property
    def words(self) -> str:
        """The reason as a sentence."""
        return {
            Reason.TOO_FEW: "not computed: fewer than 5 complete answers",
            Reason.NO_VARIANCE: "not computed: everybody answered alike",
            Reason.ALL_MISSING: "not computed: no answers",
            Reason.TOO_FEW_ITEMS: "not computed: fewer than two items",
            Reason.TOO_FEW_GROUPS: "not computed: fewer than two groups have answers",
            Reason.GROUP_TOO_SMALL: "not computed: a group has too few answers",
            Reason.NOT_IDENTIFIED: (
                "not computed: too few people or items to find what the model asks for"
            ),
            Reason.NOT_FINITE: "not computed: the data hold values too large to compute with",
            Reason.NOT_CONVERGED: "not computed: the model did not converge",
            Reason.RANK_DEFICIENT: (
                "not computed: some columns follow from others, so their effects cannot be "
                "told apart"
            ),
            Reason.SEPARATION: (
                "not computed: a column predicts the outcome perfectly, so no finite estimate "
                "exists"
            ),
            Reason.IMPROPER: (
                "not computed: the solution has a negative variance or a correlation beyond 1"
            ),
            Reason.HIDDEN: "hidden: the group is too small to be shown",
        }[self]


@dataclass(frozen=True)
class Interval:
    """A confidence interval, `level` as a share (0.95)."""

    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True)
class Effect:
    """An effect size with its name and interval."""

    name: str
    value: float
    interval: Interval | None = None


@dataclass(frozen=True)
class Table:
    """Figures that belong together: a row for each item, parameter, group or step."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def column(self, name: str) -> list[Value]:
        """Return the values of a column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def row(self, first: Value) -> dict[str, Value]:
        """Return the row that begins with a value, by column.

        Raises:
            KeyError: no row begins so.
        """
        for row in self.rows:
            if row[0] == first:
                return dict(zip(self.columns, row, strict=True))
        raise KeyError(first)


@dataclass(frozen=True)
class Result:
    """A statistic: `value` with `n`, interval, effect size, details and tables, or a `reason`.

    `details` holds further figures by name (test statistics, degrees of freedom, p, means), and
    `tables` those that come in rows. With a reason there is no number but `n` and counts. A result
    without one headline figure (an item analysis, say) has tables and no `value`.
    """

    method: str
    source: str
    n: int
    value: float | None = None
    interval: Interval | None = None
    effect: Effect | None = None
    details: dict[str, Value] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    reason: Reason | None = None
    tables: tuple[Table, ...] = ()
    software: str = f"digicantrain {__version__}"

    def table(self, name: str) -> Table:
        """Return a table by its name.

        Raises:
            KeyError: the result has no such table.
        """
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a file."""
        return {**asdict(self), "reason": self.reason.value if self.reason else None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Result":
        """Return the result that `to_json` wrote, also after a way through a file."""
        effect = data["effect"]
        if effect is not None:
            inner = effect["interval"]
            effect = Effect(effect["name"], effect["value"], Interval(**inner) if inner else None)
        return cls(
            **{
                **data,
                "interval": Interval(**data["interval"]) if data["interval"] else None,
                "effect": effect,
                "reason": Reason(data["reason"]) if data["reason"] else None,
                "warnings": tuple(data["warnings"]),
                "tables": tuple(_table(table) for table in data.get("tables", ())),
            }
        )

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """Yield the result as a table for a terminal, a figure a line."""
        yield f"{self.method} (n = {self.n})"
        if self.reason:
            yield f"  {self.reason.words}"
        rows = [*self._headline(), *((k, shown(v)) for k, v in self.details.items())]
        width = max((len(name) for name, _text in rows), default=0)
        yield from (f"  {name:<{width}}  {text}" for name, text in rows)
        for table in self.tables:
            yield from _lines_of(table)
        yield from (f"  Warning: {text}" for text in self.warnings)
        yield f"  {self.source}; {self.software}"

    def _headline(self) -> Iterator[tuple[str, str]]:
        if self.value is not None:
            yield "value", _with_interval(self.value, self.interval)
        if self.effect is not None:
            yield self.effect.name, _with_interval(self.effect.value, self.effect.interval)


def shown(value: Value) -> str:
    """Return a value as people read it: four significant digits, whole numbers whole."""
    if value is None:
        return "-"
    if isinstance(value, str | int):
        return str(value)
    return f"{value:.4g}"


def _with_interval(value: float, interval: Interval | None) -> str:
    if interval is None:
        return shown(value)
    level = f"{interval.level * 100:g} %"
    return f"{shown(value)} [{shown(interval.low)}, {shown(interval.high)}] ({level})"


def _table(data: Mapping[str, Any]) -> Table:
    return Table(data["name"], tuple(data["columns"]), tuple(tuple(row) for row in data["rows"]))


def _lines_of(table: Table) -> Iterator[str]:
    rows = [table.columns, *([shown(value) for value in row] for row in table.rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    yield f"  {table.name}:"
    for row in rows:
        yield (
            "    "
            + "  ".join(
                f"{text:<{width}}" for text, width in zip(row, widths, strict=True)
            ).rstrip()
        )


def are_finite(*values: float | Sequence[float] | None) -> bool:
    """Return whether all numbers are finite; what is not there does not count."""
    flat = [
        one
        for value in values
        if value is not None
        for one in ([value] if isinstance(value, int | float) else value)
    ]
    return all(math.isfinite(one) for one in flat)
