"""A table of data as a study has it: columns of numbers and of labels, with what is missing.

Format: CSV (RFC 4180) with a header line; empty cells are missing. Numbers have a decimal point.
"""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SEPARATORS = ",;\t"


class DataError(ValueError):
    """The data cannot be used; the sentence says where and how to mend it."""


@dataclass(frozen=True)
class Frame:
    """Columns of text cells of equal length; `lines` are the lines of the file they came from."""

    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...]
    missing: frozenset[str] = frozenset({""})
    _numbers: dict[str, Floats] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells of a column.

        Raises:
            DataError: there is no such column.
        """
        if name not in self.columns:
            known = ", ".join(list(self.columns)[:12])
            raise DataError(f"The data have no column {name!r}. They have: {known}.")
        return self.columns[name]

    def numbers(self, name: str) -> Floats:
        """Return a column as numbers; missing cells are NaN.

        Raises:
            DataError: a cell is no finite number; the sentence names its line.
        """
        if name in self._numbers:
            return self._numbers[name]
        cells = self.column(name)
        # answers take few values: each is read once
        values = {cell: self._number(cell) for cell in set(cells)}
        if None in values.values():
            self._refuse_number(name, cells)
        found = np.fromiter(map(values.__getitem__, cells), dtype=float, count=len(cells))
        found.flags.writeable = False
        self._numbers[name] = found
        return found

    def _number(self, cell: str) -> float | None:
        if cell in self.missing:
            return math.nan
        return float(cell) if _is_number(cell) else None

    def _refuse_number(self, name: str, cells: Sequence[str]) -> None:
        for line, cell in zip(self.lines, cells, strict=True):
            if cell not in self.missing and not _is_number(cell):
                raise DataError(
                    f"Line {line}, column {name!r}: {cell[:40]!r} is not a number. "
                    "Write digits with a decimal point, or leave the cell empty."
                )

    def table(self, names: Sequence[str]) -> Floats:
        """Return several columns as numbers, people x columns."""
        return np.column_stack([self.numbers(name) for name in names])

    def labels(self, name: str) -> list[str | None]:
        """Return a column as labels; missing cells are None."""
        return [None if cell in self.missing else cell for cell in self.column(name)]

    def where(self, chosen: Sequence[bool] | npt.NDArray[np.bool_]) -> "Frame":
        """Return the rows that are chosen."""
        places = np.flatnonzero(chosen)
        numbers = {name: values[places] for name, values in self._numbers.items()}
        for values in numbers.values():
            values.flags.writeable = False
        kept = places.tolist()
        lines = tuple(self.lines[place] for place in kept)
        return Frame(_Chosen(self.columns, kept), lines, self.missing, numbers)


class _Chosen(Mapping[str, tuple[str, ...]]):
    """Some rows of columns; a column is cut when it is first asked for."""

    def __init__(self, columns: Mapping[str, tuple[str, ...]], places: Sequence[int]) -> None:
        self._columns = columns
        self._places = places
        self._cut: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        if name not in self._cut:
            cells = self._columns[name]
            self._cut[name] = tuple(cells[place] for place in self._places)
        return self._cut[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell)) and "_" not in cell
    except ValueError:
        return False


def read_frame(text: str, *, missing: Sequence[str] = ("",)) -> Frame:
    """Read a CSV text.

    Args:
        text: the whole file; its first line names the columns.
        missing: what stands for a missing value, beside an empty cell.

    Raises:
        DataError: it is no table; the sentence says where and how to mend it.
    """
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DataError(f"Line {line} holds a character of no text (NUL). Export the file again.")
    separator = max(SEPARATORS, key=text[: _end_of_line(text)].count)
    header, lines, cells = (_quoted if '"' in text else _plain)(text, separator)
    width = len(header)
    columns = {name: tuple(map(str.strip, cells[n::width])) for n, name in enumerate(header)}
    return Frame(columns, tuple(lines), frozenset({"", *missing}))


def _end_of_line(text: str) -> int:
    """Return where the first line ends, however lines end."""
    ends = [place for end in "\r\n" if (place := text.find(end)) >= 0]
    return min(ends, default=len(text))


# the names of the columns, the lines of the rows, and all cells row by row
Parts = tuple[list[str], list[int], list[str]]


def _plain(text: str, separator: str) -> Parts:
    """Take a text without quotation marks apart: many times faster than a reader of CSV."""
    first, *rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    header = _names(first.split(separator))
    lines = [number for number, row in enumerate(rest, 2) if row.strip(separator)]
    rows = [rest[number - 2] for number in lines]
    if max(map(len, rows), default=0) > csv.field_size_limit():
        return _quoted(text, separator)
    for number, row in zip(lines, rows, strict=True):
        _check_width(number, row.count(separator) + 1, len(header))
    return header, lines, separator.join(rows).split(separator) if rows else []


def _quoted(text: str, separator: str) -> Parts:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[int] = []
    cells: list[str] = []
    widths: list[int] = []
    try:
        header = _names(next(reader, []))
        for row in reader:
            if any(row):
                lines.append(reader.line_num)
                widths.append(len(row))
                cells += row
    except csv.Error as error:
        raise DataError(
            f"Line {reader.line_num} cannot be read: {error}. Look for a quotation mark that is "
            "not closed at it or before, or export the file again."
        ) from None
    for line, width in zip(lines, widths, strict=True):
        _check_width(line, width, len(header))
    return header, lines, cells


def _check_width(line: int, cells: int, columns: int) -> None:
    if cells != columns:
        raise DataError(
            f"Line {line} has {cells} cells, the first line has {columns}. Export the file again."
        )


def _names(first: Sequence[str]) -> list[str]:
    """Return the names of the columns."""
    header = [name.strip() for name in first]
    _check_header(header)
    return header


def _check_header(header: Sequence[str]) -> None:
    if not any(header):
        raise DataError("The file is empty. Its first line names the columns.")
    seen: set[str] = set()
    for place, name in enumerate(header, 1):
        if not name:
            raise DataError(f"Line 1: column {place} has no name. Name it, or take it out.")
        if name in seen:
            raise DataError(f"Line 1: the column {name[:40]!r} stands twice. Rename one of them.")
        seen.add(name)
