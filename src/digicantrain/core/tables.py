"""CSV in and out: what a person's spreadsheet program writes is read, or refused by line and field.

Format: RFC 4180, with the separators and encodings that spreadsheet programs really write.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 2_000
SEPARATORS = ",;\t"
# A spreadsheet program runs a cell that begins with one of these.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class TableError(ValueError):
    """The file as a whole cannot be read; the sentence says why and what to do."""


@dataclass(frozen=True)
class Fault:
    """What is wrong at a line (counted from 1, the header is line 1) in a field."""

    line: int
    field: str
    text: str


@dataclass(frozen=True)
class Row:
    """One line of the file with the line number it began on."""

    line: int
    cells: dict[str, str]


@dataclass
class Table:
    """The rows of a file, its faults, and the columns that nobody asked for."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 with its mark."""
    if len(data) > MAX_BYTES:
        raise TableError(
            f"The file has {len(data):,} bytes; at most {MAX_BYTES:,} are read. Split it."
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TableError(
            f"Line {line} is not UTF-8. Save the file again as “CSV UTF-8” and send that."
        ) from None
    if "\0" in text:
        raise TableError("The file holds NUL characters, so it is not a CSV file. Export it again.")
    return text


def read_csv(data: bytes, *, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read a CSV file with a header line.

    Args:
        data: the bytes of the file.
        required: columns that must be there, in lower case.
        optional: columns that may be there.

    Returns:
        The table; columns not named are left out and listed in `ignored`.

    Raises:
        TableError: the file as a whole cannot be read.
    """
    text = decode(data)
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader)]
    except StopIteration:
        raise TableError("The file is empty. Its first line names the columns.") from None
    except csv.Error as error:
        raise TableError(f"Line 1 cannot be read: {_plain(error)}.") from None
    _check_header(header, required=required)
    wanted = {*required, *optional}
    table = Table(ignored=[name for name in header if name not in wanted])
    _read_rows(reader, header=header, wanted=wanted, table=table)
    return table


def _plain(error: csv.Error) -> str:
    words = {
        "unexpected end of data": "a quotation mark is opened and never closed",
        "field larger": "a cell is far too long",
    }
    found = next((plain for start, plain in words.items() if str(error).startswith(start)), None)
    return found or str(error)


def _check_header(header: list[str], *, required: Sequence[str]) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        raise TableError(
            f"The first line must name the columns; missing: {', '.join(missing)}. "
            f"Found: {', '.join(header[:10])}."
        )
    double = sorted({name for name in header if name and header.count(name) > 1})
    if double:
        raise TableError(
            f"The column {double[0]} stands twice in the first line. Keep one of them."
        )
    if len(header) > MAX_COLUMNS:
        raise TableError(f"The file has {len(header):,} columns; at most {MAX_COLUMNS} are read.")


def _read_rows(reader, *, header: list[str], wanted: set[str], table: Table) -> None:  # type: ignore[no-untyped-def]
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            table.faults.append(Fault(line, "", f"{_plain(error).capitalize()}."))
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(table.rows) >= MAX_ROWS:
            raise TableError(f"The file has more than {MAX_ROWS:,} rows. Split it.")
        if len(cells) != len(header):
            table.faults.append(
                Fault(line, "", f"It has {len(cells)} cells, the first line has {len(header)}.")
            )
            continue
        table.rows.append(_row(line, cells=cells, header=header, wanted=wanted, table=table))


def _row(line: int, *, cells: list[str], header: list[str], wanted: set[str], table: Table) -> Row:
    kept = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if name in wanted}
    table.faults += [
        Fault(line, name, f"It has {len(cell):,} characters; at most {MAX_CELL:,} are read.")
        for name, cell in kept.items()
        if len(cell) > MAX_CELL
    ]
    return Row(line, kept)


def safe_cell(value: object) -> object:
    """Return a value that no spreadsheet program will run; numbers stay numbers."""
    if isinstance(value, int | float | Decimal) or value is None:
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write_csv(header: Sequence[str], *, rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV text; cells that would run as a formula begin with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(name) for name in header])
    writer.writerows([[safe_cell(cell) for cell in row] for row in rows])
    return out.getvalue()
