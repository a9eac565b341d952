"""The page of results: whole in itself, with every figure in a table, and safe from its data."""

import json
import re
from html.parser import HTMLParser

import pytest

from digicantrain.core.measures import methods
from digicantrain.core.measures.methods import described
from digicantrain.core.measures.page import page_of
from digicantrain.core.measures.plan import read_plan, run_plan
from tests.core.measures import examples, hostile

CHANGE = {"method": "paired_change", "before": "pre", "after": "post"}


def page(*analyses, data=None, options=None):
    plan = json.dumps({"title": "A pilot", "data": options or {}, "analyses": list(analyses)})
    return page_of(run_plan(read_plan(plan, data=data or examples.people())))


def test_the_page_needs_nothing_from_elsewhere():
    steps = [dict(m.example) for m in methods.known().values() if not m.repeated]
    found = page(*steps, options={"missing": ["NA"]})

    assert not re.search(r"https?:|src=|@import|url\(|<script|<link", found)
    assert "default-src 'none'" in found


class Outline(HTMLParser):
    """Gathers what a reader with a screen reader needs."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.named, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [found["id"]] if "id" in found else []
        self.named += [found["aria-labelledby"]] if "aria-labelledby" in found else []
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("method", methods.known().values(), ids=methods.known())
def test_every_table_has_a_caption_and_every_name_leads_somewhere(method):
    plan = read_plan(described.written_example(method), data=examples.data_for(method))

    found = Outline(page_of(run_plan(plan)))

    assert found.open == []
    assert found.tags.count("table") == found.tags.count("caption") >= 1
    assert len(set(found.ids)) == len(found.ids)
    assert set(found.named) <= set(found.ids)
    assert found.tags.count("h1") == found.tags.count("main") == 1


def test_a_reason_stands_in_words_and_figures_stand_with_interval_effect_and_source():
    where = {"site": "North", "person": {"at_most": 9}}
    few = page({**CHANGE, "where": where}, options={"smallest_group": 1})
    many = page(CHANGE)

    assert "Not computed: fewer than 5 complete answers." in few
    assert "Rows where site: North; person: at most 9." in few
    for text in ("95 % interval", "Hedges g", "doi:10.1093/biomet/6.1.1", "mean before"):
        assert text in many


def test_a_hidden_group_shows_no_n():
    found = page({**CHANGE, "by": "site"}, options={"smallest_group": 21})

    assert found.count("Hidden: the group is too small to be shown.") == 3
    assert "<table>" not in found


def test_labels_of_the_data_cannot_act_in_the_page():
    data = hostile.file("strange labels", examples.people())

    found = page({"method": "contingency", "row": "site", "column": "arm"},
                 {"method": "suppress", "column": "site"}, data=data)  # fmt: skip

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in found
    assert "<script" not in found


def test_a_chart_stands_before_its_tables_and_not_where_there_is_no_number():
    found = page(CHANGE)

    assert found.index('<figure class="chart">') < found.index("<table>")
    assert "<figcaption" in found
    assert "<figure" not in page({**CHANGE, "where": {"site": "nowhere"}})


def test_groups_are_drawn_in_one_chart_with_a_table_of_its_own():
    found = page({**CHANGE, "by": "site"})

    assert found.count("<figure") == 1
    assert found.index("<figure") < found.index("<h3>site: North</h3>")
    assert ">North</th>" in found


def test_several_changes_are_drawn_together_as_effect_sizes():
    found = page(CHANGE, {**CHANGE, "name": "Later", "after": "later"}, options={"missing": ["NA"]})

    assert '<h2 id="a0">Changes together</h2>' in found
    assert found.count("<figure") == 3
    assert "Changes together" not in page(CHANGE)


def test_the_same_chart_twice_has_ids_of_its_own():
    found = Outline(page({**CHANGE, "name": "One"}, {**CHANGE, "name": "Other"}))

    assert len(set(found.ids)) == len(found.ids)
    assert set(found.named) <= set(found.ids)


def test_the_smallest_group_of_the_plan_holds_in_its_charts():
    rasch = {"method": "rasch_model", "items": [f"k{i}" for i in range(1, 7)]}

    assert "No bar tells of fewer than 12 people." in page(rasch, options={"smallest_group": 12})
