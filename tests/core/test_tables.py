"""CSV in and out; threats 24 and 33 by their kinds of file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core import tables
from digicantrain.core.tables import TableError, read_csv, write_csv

PLAIN = "email,name\nann@example.org,Ann\n"


def read(data, **kwargs):
    return read_csv(data, required=("email", "name"), optional=("language",), **kwargs)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        ("EMAIL , Name\n" + PLAIN.split("\n")[1]).encode(),
    ],
)
def test_what_spreadsheet_programs_write_is_read(data):
    """Threat 33: BOM, UTF-16, semicolons, tabs, line ends of any kind."""
    table = read(data)

    assert [row.cells for row in table.rows] == [{"email": "ann@example.org", "name": "Ann"}]
    assert (table.rows[0].line, table.faults) == (2, [])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        ("email,name\nann@example.org,Änn\n".encode("latin-1"), "Line 2 is not UTF-8"),
        (b"email,name\nann@example.org,A\0nn\n", "NUL"),
        (b"address,name\nx,y\n", "missing: email"),
        (b"email,name,email\nx,y,z\n", "stands twice"),
        (("email,name," + ",".join(f"c{i}" for i in range(10_000))).encode(), "columns"),
        (b"x" * (tables.MAX_BYTES + 1), "Split it"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(data, sentence):
    """Threat 33: Latin-1, NUL, 10,000 columns, too large."""
    with pytest.raises(TableError, match=sentence):
        read(data)


def test_faults_name_their_line():
    table = read(b'email,name\na@example.org,A,more\nb@example.org,B\nc@example.org,"C\n')

    assert [(fault.line, fault.text) for fault in table.faults] == [
        (2, "It has 3 cells, the first line has 2."),
        (4, "A quotation mark is opened and never closed."),
    ]
    assert len(table.rows) == 1


def test_columns_that_give_power_are_left_out():
    """Threats 2 and 33: a column `is_superuser` is not read at all."""
    table = read(b"email,name,is_superuser,role\na@example.org,A,1,administrator\n")

    assert table.ignored == ["is_superuser", "role"]
    assert set(table.rows[0].cells) == {"email", "name"}


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 3)

    with pytest.raises(TableError, match="more than 3 rows"):
        read(b"email,name\n" + b"a@example.org,A\n" * 4)


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+cmd|x", "-2+3", "@SUM", "\t=1", "\r=1"])
def test_a_cell_that_would_run_begins_with_an_apostrophe(cell):
    """Threat 24: formula injection in exports."""
    assert tables.safe_cell(cell) == f"'{cell}"


def test_numbers_stay_numbers():
    assert write_csv(["n"], rows=[[-2], [3.5], [None]]) == 'n\r\n-2\r\n3.5\r\n""\r\n'


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_a_sentence(data):
    assert outcome(data) in {"read", "refused"}


def outcome(data):
    try:
        table = read(data)
    except TableError as error:
        return "refused" if str(error).endswith(".") else str(error)
    return "read" if all(set(row.cells) >= {"email", "name"} for row in table.rows) else "half"
