"""k-anonymity by hand: classes, gaps, what helps, and nobody given away."""

import json
import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core.measures import Reason, k_anonymity, read_plan, run_plan

PEOPLE = {
    "site": ["North"] * 6 + ["South"] * 6,
    "age": [30, 30, 30, 30, 30, 61, 40, 40, 40, 40, 40, 40],
    "ill": ["yes"] * 5 + ["no"] + ["yes", "no", "no", "no", "no", "no"],
}


def test_the_smallest_class_and_the_rows_below_k():
    result = k_anonymity(PEOPLE, quasi=["site", "age"], k=5)

    assert result.value == 1
    assert result.details == {"k": 5, "classes": 3, "rows_below": 1, "share_below": 1 / 12}


def test_a_missing_value_is_a_value_of_its_own():
    ages = [30, None, "", math.nan, 30, 30]

    result = k_anonymity({"age": ages}, quasi=["age"], k=4)

    assert (result.value, result.details["classes"], result.details["rows_below"]) == (3, 2, 6)


def test_what_would_help_most_stands_first():
    people = {**PEOPLE, "sex": ["f", "m"] * 6}

    rows = k_anonymity(people, quasi=["site", "age", "sex"], k=5).table("columns").rows

    assert rows[0] == ("sex", 1, 1, 1, 12)
    assert [row[0] for row in rows] == ["sex", "site", "age"]


def test_rare_values_put_together_may_be_enough():
    people = {"age": [30] * 6 + [61, 62, 63, 64, 65]}

    result = k_anonymity(people, quasi=["age"], k=5)

    assert result.table("columns").row("age") == {
        "column": "age", "smallest_class_without": 11, "rows_below_without": 0,
        "smallest_class_merged": 5, "rows_below_merged": 0,
    }  # fmt: skip


def test_counts_of_few_are_hidden_among_the_values():
    rows = k_anonymity(PEOPLE, quasi=["site", "age"], k=5).table("values").rows

    counts = [count for row in rows for count in row[2:]]
    assert ("age", "61", "hidden", "hidden") in rows
    assert not [count for count in counts if isinstance(count, int) and 0 < count < 5]


def test_classes_where_all_have_the_same_secret():
    result = k_anonymity(PEOPLE, quasi=["site", "age"], k=5, sensitive="ill")

    assert (result.details["fewest_sensitive"], result.details["rows_alike"]) == (1, 6)
    assert "10.1145/1217299.1217302" in result.source


def test_nobody_and_no_column():
    assert k_anonymity({"a": []}, quasi=["a"]).reason is Reason.ALL_MISSING
    with pytest.raises(ValueError, match="at least one column"):
        k_anonymity(PEOPLE, quasi=[])
    with pytest.raises(ValueError, match="There is no column 'town'"):
        k_anonymity(PEOPLE, quasi=["town"])


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1), st.data())
def test_rows_below_k_are_those_with_too_few_like_them(rows, data):
    k = data.draw(st.integers(1, 6))

    result = k_anonymity(dict(zip("pq", zip(*rows, strict=True), strict=True)), quasi="pq", k=k)

    below = [row for row in rows if rows.count(row) < k]
    assert result.details["rows_below"] == len(below)
    assert result.value == min(Counter(rows).values())
    assert (result.value >= k) == (not below)


def test_a_plan_asks_for_it_and_refuses_one_column_twice():
    data = "site,age\n" + "North,30\n" * 6 + "South,30\n" * 5
    step = {"method": "k_anonymity", "quasi": ["site", "age"], "k": 6}

    document = run_plan(read_plan(json.dumps({"analyses": [step]}), data=data))

    assert document["analyses"][0]["results"][0]["details"]["rows_below"] == 5
    with pytest.raises(ValueError, match="is one of 'quasi' too"):
        read_plan(json.dumps({"analyses": [{**step, "sensitive": "age"}]}), data=data)
