"""No table of up to four variables gives a hidden count away, by whatever sums (decision 3)."""

import itertools
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core import measures
from digicantrain.core.measures import complements
from tests.core.measures.attack import Attacker, names_of, thin_lines, truth

LABELS = ("abcd", "wxyz", "ijkl", "mnop")
SMALLEST = 5


@st.composite
def tables(draw, least=1, most=4, most_cells=18):
    """Return counts by some variables: many small ones and none, a few large ones."""
    sizes, cells = [], 1
    for place in range(draw(st.integers(least, most))):
        size = draw(st.integers(1, min(len(LABELS[place]), most_cells // cells)))
        cells *= size
        sizes.append(size)
    names = [LABELS[place][:size] for place, size in enumerate(sizes)]
    count = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 6, 9, 12, 30])
    return {cell: draw(count) for cell in itertools.product(*names)}


def assert_safe(counts, table, *, smallest=SMALLEST):
    """Check all that `protect` promises, against the true counts."""
    true = truth(counts, names_of(table.labels))
    attacker = Attacker(table)
    assert {names: true[names] for names in attacker.shown} == {
        names: attacker.seen[names] for names in attacker.shown
    }
    assert not [names for names in attacker.shown if 0 < true[names] < smallest]
    assert attacker.follows() == []
    assert attacker.narrow(smallest) == {}
    assert thin_lines(table, counts, smallest) == []


@given(tables())
@settings(max_examples=25)
def test_nothing_follows_from_any_sums_of_what_is_shown(counts):
    assert_safe(counts, measures.protect(counts))


@given(tables(2, 3, most_cells=9), st.data())
@settings(max_examples=10)
def test_a_place_that_must_be_hidden_too_is_as_safe(counts, data):
    places = names_of(measures.protect(counts).labels)
    also = data.draw(st.sets(st.sampled_from(places), max_size=2))

    table = measures.protect(counts, smallest=4, also=also)

    assert all(table.cell(*names).hidden for names in also)
    assert_safe(counts, table, smallest=4)


def orbits(sizes, values):
    """Return tables of some values, one of those that differ only in the order of labels."""
    grid = np.indices(sizes).reshape(len(sizes), -1)
    turns = [
        np.ravel_multi_index([np.array(turn)[at] for turn, at in zip(turned, grid, strict=True)],
                             sizes)
        for turned in itertools.product(*(list(itertools.permutations(range(n))) for n in sizes))
    ]  # fmt: skip
    for found in itertools.product(values, repeat=grid.shape[1]):
        if all(found <= tuple(found[i] for i in turn) for turn in turns):
            yield found


@pytest.mark.parametrize(
    ("sizes", "values"),
    [((4,), (0, 1, 4, 9)), ((2, 2), (0, 1, 4, 9)), ((2, 3), (0, 4, 6)), ((2, 2, 2), (0, 3))],
)  # fmt: skip
def test_every_small_table_is_safe(sizes, values):
    cells = list(itertools.product(*(LABELS[i][:n] for i, n in enumerate(sizes))))
    for found in orbits(sizes, values):
        counts = dict(zip(cells, found, strict=True))
        assert_safe(counts, measures.protect(counts))


HOSTILE = {
    "a lone one": {(r, c): 1 if (r, c) == ("a", "w") else 40 for r in "abc" for c in "wxy"},
    "a diagonal": {(r, c): 2 * (i == j) for i, r in enumerate("abc") for j, c in enumerate("wxy")},
    "a ring of six": {
        (r, c): 30 if i == j else 3 * ((j - i) % 3 == 1)
        for i, r in enumerate("abc") for j, c in enumerate("wxy")
    },
    "one row": {("a", c): n for c, n in zip("wxyz", (3, 50, 0, 7), strict=True)},
    "one label each": {("a", "w", "i", "m"): 3},
    "few beside none": {(r, c, k): 4 * (r == "a" and c == "w") for r in "ab" for c in "wx"
                        for k in "ij"},
    "a cube with one small corner": {
        names: 1 if names == ("a", "w", "i") else 50
        for names in itertools.product("ab", "wx", "ij")
    },
    "a small margin of large tables": {
        (r, c, k): 60 if r != "b" else int(k == "i") for r in "abc" for c in "wx" for k in "ij"
    },
    "everybody alone": dict.fromkeys(itertools.product("abc", "wx", "ij"), 1),
    "nearly all the same": {
        names: 200 if names == ("a", "w", "i", "m") else int(names[0] == "b")
        for names in itertools.product("ab", "w", "ij", "mn")
    },
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tables_are_safe(name):
    assert_safe(HOSTILE[name], measures.protect(HOSTILE[name]))


# --- somebody who knows the rule ---


def of_so_many(people, cells):
    """Return each way of putting people into cells."""
    if cells == 1:
        yield (people,)
        return
    for first in range(people + 1):
        for rest in of_so_many(people - first, cells - 1):
            yield (first, *rest)


@pytest.mark.parametrize(("sizes", "most"), [((2,), 24), ((3,), 15), ((4,), 11), ((2, 2), 10)])
def test_who_knows_the_rule_cannot_work_backwards(sizes, most):
    """All tables of so many people that look alike when hidden: small counts differ in them."""
    cells = list(itertools.product(*(LABELS[i][:n] for i, n in enumerate(sizes))))
    alike = defaultdict(list)
    for people in range(2 * SMALLEST, most + 1):
        for found in of_so_many(people, len(cells)):
            counts = dict(zip(cells, found, strict=True))
            seen = tuple((names, cell.count) for names, cell in measures.protect(counts))
            if seen[-1][1] is not None:  # else there is no end of tables that look alike
                alike[seen].append(counts)
    for seen, candidates in alike.items():
        gone = [names for names, count in seen if count is None]
        true = [truth(counts, gone) for counts in candidates]
        for names in gone:
            values = {one[names] for one in true}
            assert len(values) > 1 or values.pop() >= SMALLEST, (seen, candidates)


def test_which_cell_is_hidden_beside_a_small_one_does_not_hang_on_its_size():
    """Were it always the smallest, 4 would follow from [?, 48, ?] of 100."""
    hidden = {
        tuple(cell.hidden for cell in measures.suppress(counts))
        for counts in ([48, 48, 4], [40, 48, 12 - 8], [60, 48, 4], [48, 90, 4])
    }

    assert len(hidden) == 1


# --- what is asked of the table ---


def test_a_table_answers_for_each_cell_margin_slice_and_line():
    counts = {("nurse", "North", "before"): 20, ("nurse", "South", "before"): 30,
              ("doctor", "North", "before"): 3, ("doctor", "South", "before"): 17,
              ("nurse", "North", "after"): 20, ("nurse", "South", "after"): 28,
              ("doctor", "North", "after"): 8, ("doctor", "South", "after"): 16}  # fmt: skip

    table = measures.protect(counts)

    assert table.labels == (("doctor", "nurse"), ("North", "South"), ("after", "before"))
    assert table.cell(None, None, None).count == 142
    assert table.cell("doctor", "North", "before").hidden
    assert table.line(..., "", "before") == {
        "doctor": measures.Cell(20), "nurse": measures.Cell(50),
    }  # fmt: skip
    assert {name: cell.count for name, cell in table.line("nurse", ..., "after").items()} == {
        name: table.cell("nurse", name, "after").count for name in ("North", "South")
    }
    with pytest.raises(KeyError):
        table.cell("cook", None, None)
    with pytest.raises(ValueError, match=r"One variable is written"):
        table.line("nurse", None, None)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({("a",) * 5: 1}, "5 variables: at most 4"),
        ({("a",): 1, ("a", "b"): 2}, "as many names each"),
        ({("", "b"): 9}, "A label is empty"),
        ({("a",): -1}, "below zero"),
        ({(f"{i}", f"{j}"): 1 for i in range(101) for j in range(101)}, "10404 numbers"),
    ],
)
def test_what_is_no_table_of_people_is_refused(counts, words):
    with pytest.raises(ValueError, match=words):
        measures.protect(counts)


def test_zeros_are_shown_and_nothing_is_hidden_without_need():
    table = measures.protect({("a", "w"): 0, ("a", "x"): 40, ("b", "w"): 12, ("b", "x"): 5})

    assert not any(cell.hidden for _names, cell in table)
    assert not any(c.hidden for _n, c in measures.protect({("a",): 2, ("b",): 1}, smallest=1))


def test_so_few_people_show_nothing_but_their_total():
    table = measures.protect({("a",): 0, ("b",): 3, ("c",): 6})

    assert [names for names, cell in table if not cell.hidden] == [("",)]
    assert [cell.count for cell in measures.suppress([0, 3, 0])] == [None] * 3


# --- how much is hidden, and how much work it is ---


def people_in(sizes, people, seed):
    """Return counts of people who are spread unevenly."""
    random = np.random.default_rng(seed)
    shares = np.ones(())
    for size in sizes:
        shares = np.multiply.outer(shares, random.dirichlet(np.full(size, 2.0)))
    shares = shares * random.gamma(1.5, size=sizes)
    counts = random.multinomial(people, (shares / shares.sum()).ravel())
    names = itertools.product(*([f"{i}{n}" for n in range(size)] for i, size in enumerate(sizes)))
    return dict(zip(names, map(int, counts), strict=True))


def test_four_variables_are_done_with_little_work_and_few_margins_hidden(monkeypatch):
    """6 sites, 5 professions, 3 languages, 3 waves: a table of 672 numbers."""
    calls = []
    explore, hide = complements._Search._explore_to, complements._Search._hide_cheapest

    def counted(name, method):
        def run(*arguments):
            calls.append(name)
            return method(*arguments)

        return run

    monkeypatch.setattr(complements._Search, "_explore_to", counted("explore", explore))
    monkeypatch.setattr(complements._Search, "_hide_cheapest", counted("hide", hide))
    counts = people_in((6, 5, 3, 3), 20_000, seed=3)

    table = measures.protect(counts)

    gone = [names.count("") for names, cell in table if cell.hidden]
    small = [names.count("") for names, n in truth(counts, names_of(table.labels)).items()
             if 0 < n < SMALLEST]  # fmt: skip
    assert not table.cell(None, None, None, None).hidden
    assert gone.count(3) == 0
    assert len(gone) < 5 * len(small)
    assert len(calls) < 100
    attacker = Attacker(table)
    assert attacker.follows() == []


@pytest.mark.parametrize("sizes", [(5,), (6, 5), (3, 3, 2)])
def test_tables_of_real_sizes_are_safe(sizes):
    for people, seed in ((80, 1), (400, 2)):
        counts = people_in(sizes, people, seed)
        table = measures.protect(counts)
        assert_safe(counts, table)
        assert not table.cell(*[None] * len(sizes)).hidden
