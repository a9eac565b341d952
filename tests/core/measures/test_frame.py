"""Reading a file of data: the quick way gives what the careful one gives."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core.measures import DataError, read_frame

CELLS = st.text(alphabet="ab1.-_ \t,;é\u2028", max_size=4)


def quoted(rows, end):
    return "".join(";".join(f'"{cell}"' for cell in row) + end for row in rows)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6), st.sampled_from(["\n", "\r\n", "\r"]))
def test_cells_are_the_same_with_and_without_quotation_marks(rows, end):
    rows = [tuple(cell.replace(";", "") for cell in row) for row in rows]
    plain = "one;two;three" + end + "".join(";".join(row) + end for row in rows)

    frame = read_frame(plain)

    assert frame == read_frame(quoted([("one", "two", "three"), *rows], end))
    assert len(frame) == sum(any(row) for row in rows)


def test_lines_are_those_of_the_file_whatever_stands_between():
    frame = read_frame("a,b\n\n1,2\n,\r\n3, 4 \r5,\n")

    assert frame.lines == (3, 5, 6)
    assert frame.columns == {"a": ("1", "3", "5"), "b": ("2", "4", "")}


@pytest.mark.parametrize("text", ["a,b\n1,2\n3\n", 'a,b\n1,"2"\n3\n'])
def test_a_row_of_another_width_is_refused_by_both_ways(text):
    with pytest.raises(DataError, match="Line 3 has 1 cells, the first line has 2"):
        read_frame(text)


@pytest.mark.parametrize("word", ["1_000", "nan", "inf", "1e999", "x"])
def test_a_word_is_refused_where_it_first_stands(word):
    frame = read_frame(f"a\n1\n{word}\n2\n{word}\n")

    with pytest.raises(DataError, match=f"Line 3, column 'a': '{word}' is not a number"):
        frame.numbers("a")


def test_numbers_are_read_once_and_cannot_be_changed():
    frame = read_frame("a\n1\nNA\n2.5\n1\n", missing=["NA"])

    found = frame.numbers("a")

    assert np.array_equal(found, [1, math.nan, 2.5, 1], equal_nan=True)
    assert frame.numbers("a") is found
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 2


@pytest.mark.parametrize("read_before", [True, False])
def test_chosen_rows_hold_their_cells_numbers_and_lines(read_before):
    frame = read_frame("a,b\n1,x\n2,y\n3,z\n")
    if read_before:
        frame.numbers("a")

    part = frame.where([True, False, True])

    assert (part.column("b"), part.lines, list(part.numbers("a"))) == (("x", "z"), (2, 4), [1, 3])
    assert list(part.where(np.array([False, True])).numbers("a")) == [3]
    assert not part.numbers("a").flags.writeable
    assert part == read_frame("a,b\n1,x\n\n3,z\n")


def test_a_word_in_a_row_that_is_not_chosen_does_no_harm():
    part = read_frame("a\n1\nx\n3\n").where([True, False, True])

    assert list(part.numbers("a")) == [1, 3]
    with pytest.raises(DataError, match=r"no column 'c'\. They have: a"):
        part.numbers("c")
