"""What a result says of data worked out by hand, and what it never says (threat 11)."""

import csv
import json
import math
from pathlib import Path

import pytest

from digicantrain.evaluation.analysis import analyse_tables, score

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "statistics" / "simulated"
needs_reference = pytest.mark.skipif(
    not DATA.is_dir(), reason="The reference data does not stand beside this checkout."
)
INSTRUMENT = {
    "items": [
        {"id": "a", "kind": "scale", "domain": "D1"},
        {"id": "b", "kind": "scale", "domain": "D1"},
        {"id": "c", "kind": "scale", "domain": "D2"},
        {"id": "why", "kind": "text"},
    ]
}


def person(number, **fields):
    return {
        "id": number, "site": "Turku", "profession": "nurse", "eligible": True, "consented": True,
    } | fields  # fmt: skip


def tables(before, after, *, people=None, activity=None, instrument=INSTRUMENT, smallest=5):
    """Return what an analysis reads; everybody started and completed unless it is said."""
    ids = sorted(before.keys() | after.keys())
    return {
        "instrument": instrument,
        "answers": {"pre": before, "post": after},
        "people": people or [person(number) for number in ids],
        "activity": activity if activity is not None else dict.fromkeys(ids, (True, True)),
        "smallest_cell": smallest,
    }


def wave(values):
    """Return answers of people 1, 2, ... to a, b and c."""
    return {number: dict(zip("abc", row, strict=True)) for number, row in enumerate(values, 1)}


BEFORE = wave([(1, 3, 2), (2, 2, 2), (3, 3, 3), (2, 4, 1), (1, 1, 2), (4, 4, 2)])
AFTER = wave([(2, 4, 3), (3, 3, 2), (3, 5, 4), (4, 4, 1), (2, 2, 3), (4, 5, 2)])


def numbers(value):
    """Return every number in a result, at any depth."""
    if isinstance(value, dict):
        return [n for inner in value.values() for n in numbers(inner)]
    if isinstance(value, list | tuple):
        return [n for inner in value for n in numbers(inner)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_the_figures_are_those_worked_out_by_hand():
    result, _groups = analyse_tables(tables(BEFORE, AFTER))

    first = result["change"][0]
    assert first["domain"] == "D1"
    # scores before 2 2 3 3 1 4, after 3 3 4 4 2 4.5: changes 1 1 1 1 1 0.5
    assert first["paired"]["n"] == 6
    assert first["paired"]["value"] == pytest.approx(5.5 / 6)
    assert first["paired"]["details"]["t"] == pytest.approx(11)
    assert first["wilcoxon"]["value"] == 21
    # D1 before: item variances 1.36..., 1.36..., of the sum 4.4; alpha = 2 (1 - sum / 4.4)
    assert result["reliability"][0]["alpha"]["value"] == pytest.approx(
        2 * (1 - (41 / 30 + 41 / 30) / 4.4)
    )
    assert [row["n"] for row in result["flow"]] == [6] * 7


def test_a_score_needs_half_of_its_items():
    assert score({"a": 4}, items=["a", "b"]) == 4
    assert math.isnan(score({"a": 4}, items=["a", "b", "c"]))


@needs_reference
@pytest.mark.parametrize("name", ["knowledge", "attitude", "pilot"])
def test_the_change_agrees_with_r(name):
    want = json.loads((DATA / "S07_expected.json").read_text(encoding="utf-8"))[name]
    with (DATA / "S07_data.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == name]
    instrument = {"items": [{"id": "x", "kind": "scale", "domain": "D1"}]}
    before, after = (
        {n: {"x": float(row[key])} for n, row in enumerate(rows) if row[key]}
        for key in ("pre", "post")
    )

    result, _groups = analyse_tables(tables(before, after, instrument=instrument))

    paired = result["change"][0]["paired"]
    assert paired["n"] == want["n"]
    assert paired["value"] == pytest.approx(want["mean_change"], rel=1e-9)
    assert paired["details"]["p"] == pytest.approx(want["p"], rel=1e-9)
    assert paired["effect"]["value"] == pytest.approx(want["hedges_gz"], rel=1e-9)
    assert result["change"][0]["wilcoxon"]["value"] == want["wilcoxon_V"]


@needs_reference
def test_alpha_agrees_with_r():
    want = json.loads((DATA / "S01_expected.json").read_text(encoding="utf-8"))
    with (DATA / "S01_data.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    items = [name for name in rows[0] if name.startswith("s1_")]
    flipped = set(want["reversed_items"])
    before = {
        n: {i: 6 - float(r[i]) if i in flipped else float(r[i]) for i in items if r[i]}
        for n, r in enumerate(rows)
    }
    instrument = {"items": [{"id": i, "kind": "scale", "domain": "s1"} for i in items]}

    result, _groups = analyse_tables(tables(before, {}, instrument=instrument))

    assert result["reliability"][0]["alpha"]["n"] == want["s1"]["n"]
    assert result["reliability"][0]["alpha"]["value"] == pytest.approx(
        want["s1"]["alpha_raw"], rel=1e-9
    )


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_threat_11_of_a_few_people_not_one_number_is_shown(few):
    def some(rows):
        return dict(list(rows.items())[:few])

    result, groups = analyse_tables(tables(some(BEFORE), some(AFTER)))

    assert groups == {}
    assert set(numbers({k: v for k, v in result.items() if k != "smallest_cell"})) <= {0, 1, 2}
    assert {row["paired"]["n"] for row in result["change"]} == {None}
    assert {row["paired"]["reason"] for row in result["change"]} == {"small-cell"}
    assert {row["alpha"]["n"] for row in result["reliability"]} == {None}
    assert {row["n"] for row in result["flow"]} == {None}
    assert {row["people"] for row in result["missing"]} == {None}
    assert result["analysed"]["total"] in {0, None}


def test_threat_11_with_ten_as_the_smallest_cell_six_people_are_hidden():
    result, groups = analyse_tables(tables(BEFORE, AFTER, smallest=10))

    assert groups == {}
    assert result["change"][0]["paired"]["value"] is None
    assert result["change"][0]["all_before"] == {"n": None, "mean": None, "sd": None}


def test_threat_11_the_mean_of_those_who_left_does_not_follow_by_subtraction():
    stayed = {n: AFTER[n] for n in AFTER if n != 6}

    result, _groups = analyse_tables(tables(BEFORE, stayed))

    first = result["change"][0]
    assert first["paired"]["n"] == 5
    assert first["all_before"]["mean"] is None
    assert first["all_before"]["n"] is None


def test_threat_11_small_losses_are_hidden_in_the_flow():
    people = [person(n, consented=n > 2) for n in range(1, 13)]
    answers = {n: {"a": n % 5, "b": n % 4, "c": n % 3} for n in range(3, 13)}

    result, _groups = analyse_tables(tables(answers, answers, people=people))

    shown = [row["n"] for row in result["flow"] if row["n"] is not None]
    assert 10 in shown
    assert 12 not in shown
    assert {row["lost"] for row in result["flow"]} <= {None, 0}


def test_threat_11_one_left_out_question_is_not_counted_aloud():
    before = {n: dict(row) for n, row in BEFORE.items()}
    del before[1]["a"]

    result, _groups = analyse_tables(tables(before, AFTER))

    assert result["missing"][0] == {"wave": "pre", "people": 6, "asked": 18, "missing": None}
    assert "left_out" not in result["reliability"][0]["alpha"]["details"]


def test_threat_11_a_second_analysis_after_one_more_person_shows_the_first_again():
    more = {**BEFORE, 7: {"a": 5, "b": 5, "c": 5}}
    first, groups = analyse_tables(tables(BEFORE, AFTER))

    second, _groups = analyse_tables(
        tables(more, {**AFTER, 7: {"a": 5, "b": 1, "c": 5}}), earlier=[groups]
    )

    assert second["change"] == first["change"]
    assert second["flow"] == first["flow"]
    assert second["reliability"] == first["reliability"]


def test_threat_11_cells_of_profession_and_site_do_not_follow_from_the_totals():
    answers = {n: {"a": n % 5, "b": n % 4, "c": n % 3} for n in range(30)}
    people = [
        person(n, profession="gp" if n < 3 else "nurse", site="Salo" if n % 2 else "Turku")
        for n in range(30)
    ]

    table = analyse_tables(tables(answers, answers, people=people))[0]["analysed"]

    assert table["total"] == 30
    assert [None if cell is None else cell for row in table["cells"] for cell in row] == [None] * 4
    assert table["row_totals"] == [None, None]


def test_people_are_counted_in_groups_and_named_nowhere():
    result, _groups = analyse_tables(
        tables({9_001: BEFORE[1], **BEFORE}, {9_001: AFTER[1], **AFTER})
    )

    assert "9001" not in json.dumps(result)


def test_the_same_data_in_another_order_gives_the_same_bytes():
    turned = (dict(reversed(BEFORE.items())), dict(reversed(AFTER.items())))

    first = analyse_tables(tables(BEFORE, AFTER))[0]
    second = analyse_tables(tables(*turned))[0]

    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
