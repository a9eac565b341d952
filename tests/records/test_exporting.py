"""Exports: everything, in order, a page at a time, and harmless in a spreadsheet."""

import csv
import io
import json
import tracemalloc

import pytest

from digicantrain.records.exporting import SHARE, all_of, as_blocks, as_lines
from digicantrain.records.writing import store
from tests.records.told import MAIJA, VOIDED, by, of, put, told

pytestmark = pytest.mark.django_db


def test_json_lines_hold_every_statement_once_oldest_first(organisation, other_organisation):
    keys = put(organisation, told(), told())
    keys += put(organisation, told(verb=VOIDED, about=of(keys[0])))
    put(other_organisation, told())

    lines = "".join(as_lines(organisation, kind="jsonl")).splitlines()

    assert [json.loads(line)["id"] for line in lines] == [str(key) for key in keys]
    assert json.loads(lines[0])["actor"] == MAIJA


def test_csv_has_a_row_for_each_and_runs_no_formula(organisation):
    evil = told(result={"response": "=HYPERLINK(1)", "score": {"scaled": -0.5}, "success": True})
    put(organisation, evil)

    text = "".join(as_lines(organisation, kind="csv"))

    (row,) = csv.DictReader(io.StringIO(text))
    assert row["response"] == "'=HYPERLINK(1)"
    assert row["score_scaled"] == "-0.5"
    assert (row["actor"], row["success"]) == ("mbox mailto:maija@ward.example", "True")


def test_an_empty_store_gives_the_heads_of_the_columns(organisation):
    assert "".join(as_lines(organisation, kind="csv")).startswith("id,stored,timestamp,actor")
    assert not "".join(as_lines(organisation, kind="jsonl"))


def test_a_page_is_asked_for_at_a_time(organisation, monkeypatch, django_assert_num_queries):
    put(organisation, *(told() for _ in range(5)))
    monkeypatch.setattr("digicantrain.records.exporting.SHARE", 2)

    # three pages with their agents, and the one that is empty
    with django_assert_num_queries(7):
        assert sum(1 for _each in all_of(organisation)) == 5
    assert SHARE == 500


def test_a_file_of_any_length_takes_the_memory_of_a_page(organisation, monkeypatch):
    for _batch in range(4):
        store(
            organisation.pk, [told(result={"response": "x" * 2_000}) for _ in range(500)], by=by()
        )
    monkeypatch.setattr("digicantrain.records.exporting.SHARE", 50)

    tracemalloc.start()
    length = sum(len(block) for block in as_blocks(organisation, kind="jsonl"))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert length > 4_000_000
    assert peak < 1_500_000
