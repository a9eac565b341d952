"""A test in a plan is given by its items or by its key, in one way for all methods."""

import json

import numpy as np
import pytest

from digicantrain.core.measures import PlanError, read_plan, run_plan
from tests.core.measures import examples

KEY = {"c1": "a", "c2": "b", "c3": "c", "c4": "a"}
METHODS = [
    {"method": "item_analysis"},
    {"method": "rasch_model"},
    {"method": "item_response_model", "slopes": "one"},
    {"method": "mantel_haenszel_dif", "group": "arm"},
    {"method": "logistic_dif", "group": "arm"},
]
ids = pytest.mark.parametrize("step", METHODS, ids=lambda step: step["method"])


def data(*, omit=()):
    """Return a CSV of chosen and of scored answers (s1 to s4), some omitted."""
    random = np.random.default_rng(4)
    rows: list[list[object]] = [["person", "arm", *KEY, "s1", "s2", "s3", "s4"]]
    for person in range(120):
        ability = random.normal()
        chosen = [
            right if random.random() < 1 / (1 + np.exp(-ability)) else "d" for right in KEY.values()
        ]
        chosen = ["" if (person, place) in omit else c for place, c in enumerate(chosen)]
        scored = [
            int(c == right) if c else "" for c, right in zip(chosen, KEY.values(), strict=True)
        ]
        rows.append([person, ("x", "y")[person % 2], *chosen, *scored])
    return examples.written(rows)


def result(step, text):
    plan = read_plan(json.dumps({"analyses": [step]}), data=text)
    found = run_plan(plan)["analyses"][0]["results"][0]
    # the same figures under the same names
    return json.loads(json.dumps(found).replace('"c', '"s'))


def faults(step):
    with pytest.raises(PlanError) as error:
        read_plan(json.dumps({"analyses": [step]}), data=data())
    return str(error.value)


OMITTED = {(3, 0), (10, 2), (11, 2), (40, 3)}


@ids
def test_a_key_gives_what_the_scored_items_give(step):
    text = data(omit=OMITTED)

    by_key = result({**step, "key": KEY}, text)

    by_items = result({**step, "items": ["s1", "s2", "s3", "s4"]}, text)
    assert by_key == by_items
    assert by_key["reason"] is None


@pytest.mark.parametrize("step", METHODS[1:], ids=lambda step: step["method"])
def test_an_omitted_answer_is_missing_unless_the_plan_says_it_is_wrong(step):
    missing = result({**step, "key": KEY}, data(omit=OMITTED))
    wrong = result({**step, "key": KEY, "omitted": "wrong"}, data(omit=OMITTED))

    nothing = data(omit=OMITTED).replace(",,", ",d,").replace(",,", ",d,")
    assert wrong["tables"] != missing["tables"]
    assert wrong["tables"] == result({**step, "key": KEY}, nothing)["tables"]


@ids
def test_a_test_in_no_way_or_in_two_is_a_fault_of_one_sentence(step):
    both = {**step, "items": ["s1", "s2", "s3"], "key": KEY}

    assert "items: is missing: name columns of 0 and 1, or give right answers" in faults(step)
    assert "key: stands beside 'items'" in faults(both)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ({}, "must be an object"),
        ({"c9": "a"}, "no column 'c9'"),
        ({"c1": True}, "the right answer of 'c1' must be a text or a number"),
        ({"c1": []}, "the right answer of 'c1' must be a text or a number"),
        ({"c1": ["a", None]}, "the right answer of 'c1' must be a text or a number"),
    ],
)
def test_a_key_that_is_none_is_a_fault(key, words):
    assert words in faults({"method": "rasch_model", "key": key})


def test_columns_as_answered_are_no_items():
    found = faults({"method": "rasch_model", "items": ["c1", "c2"]})

    assert "is not a number" in found


def test_several_right_answers_and_numbers_count():
    key = {"c1": ["a", "d"], "c2": "b", "c3": "c", "s4": 1}

    found = result({"method": "item_analysis", "key": key}, data())

    shares = [row[1] for row in found["tables"][0]["rows"]]
    assert shares[0] == 1
    assert 0 < shares[3] < 1


@pytest.mark.parametrize("method", ["item_analysis", "distractor_analysis"])
def test_a_right_answer_that_nobody_gave_is_warned_of(method):
    found = result({"method": method, "key": {**KEY, "c2": "B"}}, data())

    assert found["warnings"] == [
        "Nobody gave the right answer to c2: look whether the key is right."
    ]
