"""A table of data as a study has it: columns of numbers and of labels, with what is missing.

Format: CSV (RFC 4180) with a header line; empty cells are missing. Numbers have a decimal point.
"""

import csv
import io
import math
from collections.abc import Mapping, Sequence
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
        try:
            values = np.array(["nan" if c in self.missing else c for c in cells], dtype=float)
        except ValueError:
            values = None
        if values is None or _has_words_for_numbers(cells, values, self.missing):
            self._refuse_number(name, cells)
        assert values is not None  # noqa: S101 - refused above
        values.flags.writeable = False
        self._numbers[name] = values
        return values

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
        places = [place for place, wanted in enumerate(chosen) if wanted]
        return Frame(
            {name: tuple(cells[p] for p in places) for name, cells in self.columns.items()},
            tuple(self.lines[p] for p in places),
            self.missing,
        )


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell)) and "_" not in cell
    except ValueError:
        return False


def _has_words_for_numbers(cells: Sequence[str], values: Floats, missing: frozenset[str]) -> bool:
    """Return whether a cell says "nan", "inf" or "1_000" instead of a number."""
    odd = np.flatnonzero(~np.isfinite(values))
    if any(cells[int(place)] not in missing for place in odd):
        return True
    return "_" in "".join(cells) and any("_" in c and c not in missing for c in cells)


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
    separator = max(SEPARATORS, key=text.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header)
        for row in reader:
            if any(row):
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise DataError(
            f"Line {reader.line_num} cannot be read: {error}. Look for a quotation mark that is "
            "not closed at it or before, or export the file again."
        ) from None
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(header):
            raise DataError(
                f"Line {line} has {len(row)} cells, the first line has {len(header)}. "
                "Export the file again."
            )
    cells = [tuple(cell.strip() for cell in column) for column in zip(*rows, strict=True)]
    columns = cells or [()] * len(header)
    return Frame(dict(zip(header, columns, strict=True)), tuple(lines), frozenset({"", *missing}))


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
