"""What the statistics do on data whose answer can be worked out by hand, and on bad data."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core import measures
from digicantrain.core.measures import Reason, Result

NAN = math.nan
STAGES = (("invited", ""), ("consented", "declined"), ("before", "no answer"), ("after", "left"))


def test_alpha_by_hand():
    # three parallel items that differ by a constant: alpha is exactly 1
    table = [[1, 2, 3], [2, 3, 4], [4, 5, 6], [3, 4, 5], [5, 6, 7]]

    assert measures.cronbach_alpha(table).value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[3, 3], [3, 3], [3, 3], [3, 3], [3, 3]], Reason.NO_VARIANCE),
        ([[NAN, NAN]] * 8, Reason.ALL_MISSING),
        ([[1, 2]], Reason.TOO_FEW),
        ([[1], [2], [3], [4], [5]], Reason.TOO_FEW_ITEMS),
        ([[1e308, -1e308], [1e308, 1], [2, 3], [4, 5], [1e308, 1e308]], Reason.NOT_FINITE),
    ],
)
def test_alpha_gives_a_reason_instead_of_a_number(table, reason):
    result = measures.cronbach_alpha(table)

    assert (result.value, result.interval, result.reason) == (None, None, reason)
    assert reason.words


@given(st.permutations(range(12)))
def test_alpha_does_not_depend_on_the_order_of_people(order):
    table = np.array([[i % 5, (i * 7) % 5, (i * 3 + i // 4) % 5] for i in range(12)], dtype=float)

    shuffled = measures.cronbach_alpha(table[list(order)])

    assert shuffled.value == pytest.approx(measures.cronbach_alpha(table).value)


def test_paired_change_by_hand():
    before, after = [1, 2, 3, 4, 5, NAN, 2], [2, 4, 4, 6, 6, 5, NAN]

    result = measures.paired_change(before, after)

    assert result.n == 5
    assert result.value == pytest.approx(1.4)
    assert result.details["missing_before"] == 1
    assert result.details["missing_after"] == 1
    assert result.details["t"] == pytest.approx(1.4 / (math.sqrt(0.3) / math.sqrt(5)))


@given(
    st.lists(st.integers(1, 5), min_size=8, max_size=30),
    st.integers(-50, 50),
    st.integers(1, 9),
)
def test_change_follows_affine_rules(before, shift, scale):
    after = [value + (i % 3) for i, value in enumerate(before)]
    plain = measures.paired_change(before, after)

    moved = measures.paired_change(
        [scale * v + shift for v in before], [scale * v + shift for v in after]
    )

    assert moved.value == pytest.approx(scale * plain.value)
    assert moved.effect.value == pytest.approx(plain.effect.value)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ([1, 2, 3, 4, 5], [2, 3, 4, 5, 6], Reason.NO_VARIANCE),
        ([1, 2], [2, 2], Reason.TOO_FEW),
        ([NAN] * 6, [1] * 6, Reason.ALL_MISSING),
        ([1e308] * 6, [-1e308, 1, 2, 3, 4, 5], Reason.NOT_FINITE),
    ],
)
def test_change_gives_a_reason_instead_of_a_number(before, after, reason):
    result = measures.paired_change(before, after)

    assert (result.value, result.effect, result.reason) == (None, None, reason)


def test_wilcoxon_of_people_who_all_rose_by_one():
    result = measures.wilcoxon_signed_rank([1, 2, 3, 4, 5, 3], [2, 3, 4, 5, 6, 4])

    assert result.effect.value == pytest.approx(1.0)
    assert result.details["n_nonzero"] == 6


def test_nobody_moved_is_a_reason():
    same = [1, 2, 3, 4, 5, 3]

    assert measures.wilcoxon_signed_rank(same, same).reason is Reason.NO_VARIANCE


def test_pairs_of_different_length_are_refused():
    with pytest.raises(ValueError, match="same length"):
        measures.paired_change([1, 2], [1])


def test_a_result_goes_to_json_and_back():
    for result in (
        measures.paired_change([1, 2, 3, 4, 5], [2, 4, 4, 6, 6]),
        measures.cronbach_alpha([[1, 2]]),
    ):
        assert Result.from_json(result.to_json()) == result


@given(st.lists(st.tuples(*[st.booleans()] * 4), max_size=40))
def test_flow_closes_whatever_people_did(people):
    rows = [dict(zip([key for key, _ in STAGES], person, strict=True)) for person in people]

    flow = measures.participant_flow(rows, stages=STAGES)

    assert flow.closes()
    assert flow.stages[0].n == sum(person[0] for person in people)


def test_a_small_cell_never_stands_alone():
    cells = measures.suppress([61, 3, 48, 0])

    assert [cell.count for cell in cells] == [61, None, None, 0]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_no_hidden_cell_follows_from_the_total(counts):
    cells = measures.suppress(counts)

    gone = [count for count, cell in zip(counts, cells, strict=True) if cell.hidden]
    small = [count for count in counts if 0 < count < 5]
    assert all(cell.hidden or cell.count == c for c, cell in zip(counts, cells, strict=True))
    assert not small or set(small) <= set(gone)
    # one hidden cell could be worked out from the total, unless there is no other to hide
    assert len(gone) != 1 or len(counts) == 1


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from("wxyz")), st.integers(0, 12), min_size=1
    )
)
def test_no_table_gives_a_hidden_count_away(counts):
    table = measures.suppress_table(counts)

    shown = {**margins(table)}
    hidden = [place for place, cell in shown.items() if cell.hidden]
    assert not any(0 < (cell.count or 0) < 5 for cell in shown.values())
    for place in hidden:
        assert another_table_fits(table, place)


def margins(table):
    """Return every cell and total of a table by place."""
    grid = [[*row, total] for row, total in zip(table.cells, table.row_totals, strict=True)]
    grid.append([*table.column_totals, table.total])
    return {(r, c): cell for r, row in enumerate(grid) for c, cell in enumerate(row)}


def another_table_fits(table, place):
    """Whether a hidden place could hold one more, with all that is shown unchanged."""
    cells = margins(table)
    height, width = len(table.rows) + 1, len(table.columns) + 1
    hidden = sorted(p for p, cell in cells.items() if cell.hidden)
    rows = [[(-1 if p[1] == width - 1 else 1) * (p[0] == r) for p in hidden] for r in range(height)]
    rows += [
        [(-1 if p[0] == height - 1 else 1) * (p[1] == c) for p in hidden] for c in range(width)
    ]
    change = np.zeros(len(rows) + 1)
    change[-1] = 1.0
    system = np.array([*rows, [1.0 * (p == place) for p in hidden]], dtype=float)
    found = np.linalg.lstsq(system, change, rcond=None)[0]
    return np.allclose(system @ found, change, atol=1e-8)


def test_a_table_of_nobody_is_empty():
    table = measures.suppress_table({})

    assert (table.rows, table.cells, table.total.count) == ((), (), 0)
