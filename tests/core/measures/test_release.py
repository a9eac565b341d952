"""Nobody follows from comparing two results, or two figures of one (threat 11)."""

from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core import measures
from digicantrain.core.measures import Ledger

PEOPLE = frozenset(range(20))
GROUPS = st.lists(st.frozensets(st.integers(0, 14)), min_size=1, max_size=6)


def test_a_few_who_came_since_wait_for_more():
    ledger = Ledger([{"mean": PEOPLE}])

    assert ledger.fit("mean", PEOPLE | {30, 31}) == PEOPLE
    assert not ledger.thinned


def test_enough_who_came_since_are_taken_in():
    more = PEOPLE | set(range(30, 35))

    assert Ledger([{"mean": PEOPLE}]).fit("mean", more) == more


def test_who_left_is_gone_and_cannot_be_worked_out():
    """Threat 11: differencing the results before and after a withdrawal."""
    ledger = Ledger([{"mean": PEOPLE}])

    now = ledger.fit("mean", PEOPLE - {7})

    assert now is not None
    assert 7 not in now
    assert len(PEOPLE ^ now) >= 5
    assert ledger.thinned


def test_a_figure_cannot_be_subtracted_from_another_of_the_same_variable():
    ledger = Ledger()
    ledger.fit("pairs", PEOPLE)

    found = ledger.fit("all", PEOPLE | {30, 31}, also=("pairs",))

    assert found is None or len(found ^ PEOPLE) >= 5


def test_a_small_group_is_not_shown_and_nobody_is():
    ledger = Ledger()

    assert ledger.fit("mean", {1, 2, 3, 4}) is None
    assert ledger.fit("nobody", set()) == frozenset()
    assert ledger.count("few", {1}) is None


def test_of_two_counts_that_differ_by_few_one_is_hidden():
    ledger = Ledger()

    assert ledger.count("before", PEOPLE) == 20
    assert ledger.count("started", PEOPLE - {1, 2}) is None
    assert ledger.count("after", PEOPLE - {1, 2, 3, 4, 5}) == 15


@given(GROUPS, st.integers(2, 6))
def test_any_row_of_results_gives_nobody_away(rounds, smallest):
    """Threat 11: whatever people come and go, two shown figures differ by nobody or by enough."""
    earlier = []
    for people in rounds:
        ledger = Ledger(earlier, smallest=smallest)
        found = ledger.fit("mean", people)
        assert found is None or found <= people
        earlier.append(ledger.shown)

    shown = [groups["mean"] for groups in earlier if "mean" in groups]
    apart = {len(one ^ other) for one in shown for other in shown}
    assert not any(0 < number < smallest for number in apart)
    assert not any(0 < len(group) < smallest for group in shown)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=7))
def test_no_flow_gives_a_small_loss_away(losses):
    """Threat 11: small stages and losses, and what follows from them by subtraction."""
    stages, people = {}, frozenset(range(60))
    for number, loss in enumerate(losses):
        stages[str(number)] = people
        people = frozenset(sorted(people)[loss:])

    flow = measures.shown_flow(stages, first=list(stages), count=Ledger().count)

    shown = [row.n for row in flow if row.n is not None]
    assert not any(0 < one - other < 5 for one in shown for other in shown)
    assert not any(0 < (row.lost or 0) < 5 for row in flow)
    assert all(row.n in {None, len(stages[row.key])} for row in flow)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 12), min_size=1
    )
)
def test_what_is_hidden_beside_a_shown_total_is_enough(counts):
    table = measures.suppress_table(counts)

    for row, cells, total in zip(table.rows, table.cells, table.row_totals, strict=True):
        gone = [
            counts.get((row, column), 0)
            for column, cell in zip(table.columns, cells, strict=True)
            if cell.hidden
        ]
        assert total.hidden or not gone or sum(gone) >= 5
