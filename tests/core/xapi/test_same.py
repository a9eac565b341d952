"""A statement that came again: the same in any order of writing, another by any change."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core.xapi.same import LISTS, same
from tests.core.xapi.sample import AINO, BEN, FULL, LESSON, TEAM, about, attached

WHOLE = copy.deepcopy(
    FULL
    | {"actor": {"objectType": "Group", "name": "Ward", "member": [AINO, BEN]}}
    | {"attachments": attached(length=1, fileUrl="https://lms.example/file")["attachments"]}
    | {"context": FULL["context"] | {
        "contextAgents": [{"objectType": "contextAgent", "agent": AINO},
                          {"objectType": "contextAgent", "agent": BEN,
                           "relevantTypes": ["https://lms.example/type"]}],
        "contextGroups": [{"objectType": "contextGroup", "group": TEAM}],
    }}
)  # fmt: skip
WHOLE["result"]["extensions"] = {"https://lms.example/e": [1, True, 0, False, 0.5, None, "1", {}]}
WHOLE["context"]["contextActivities"]["other"].append({"id": "https://lms.example/other"})
SUB = about(actor=BEN, context={"team": TEAM, "instructor": AINO}, result={"success": True})
# What does not count: what the store sets, and how an activity or a verb is described.
SILENT = {"id", "stored", "authority", "version"}
DESCRIBED = {"definition", "display"}


def leaves(value, path=()):
    """Yield where single values stand, and empty ones."""
    if not isinstance(value, dict | list) or not value:
        yield path
        return
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in members:
        if key in DESCRIBED and path[:1] != ("attachments",):
            continue
        if path or key not in SILENT:
            yield from leaves(one, (*path, key))


def changed(statement, path):
    """Return the statement with one value changed, and of true and false the nearest number."""
    made = copy.deepcopy(statement)
    holder = made
    for key in path[:-1]:
        holder = holder[key]
    old: Any = holder[path[-1]]
    others: list[Any]
    match old:
        case bool():
            others = [not old, int(old)]
        case int() | float():
            others = [old + 1, bool(old)]
        case str():
            others = [f"{old}1", f"x{old}"]
        case _:
            others = ["x"]
    for other in others:
        holder[path[-1]] = other
        yield copy.deepcopy(made)


def is_listed(path):
    """Whether a change here makes a list of activities something that no rule lets pass."""
    return "contextActivities" in path and path[-1] != "id"


@pytest.mark.parametrize("statement", [WHOLE, SUB])
def test_any_change_of_meaning_makes_another_statement_threat_39(statement):
    paths = [path for path in leaves(statement) if not is_listed(path) and path[-1] != "objectType"]

    assert len(paths) > 10
    for path in paths:
        for other in changed(statement, path):
            assert not same(statement, other), path
            assert not same(other, statement), path


@pytest.mark.parametrize("path", [("result",), ("context",), ("object",), ("result", "success")])
def test_what_is_left_out_or_added_makes_another_statement_threat_39(path):
    other = copy.deepcopy(WHOLE)
    holder = other if len(path) == 1 else other[path[0]]
    if path == ("object",):
        holder["object"] = LESSON | {"id": "https://lms.example/lessons/2"}
    else:
        del holder[path[-1]]
    assert not same(WHOLE, other)
    assert not same(other, WHOLE)


def shuffled(value, draw, key=""):
    """Return the value written in another order, where the order means nothing."""
    if isinstance(value, dict):
        names = draw(st.permutations(list(value)))
        return {name: shuffled(value[name], draw, name) for name in names}
    if isinstance(value, list):
        made = [shuffled(one, draw) for one in value]
        free = key in LISTS or key in {"parent", "grouping", "category", "other"}
        return draw(st.permutations(made)) if free else made
    return value


@settings(max_examples=20)
@given(st.data())
def test_the_order_of_writing_does_not_count(data):
    for statement in (WHOLE, SUB):
        again = shuffled(statement, data.draw)
        assert same(statement, again)
        assert same(again, statement)


def test_what_is_left_to_the_writer_does_not_count():
    again = copy.deepcopy(WHOLE)
    again["verb"]["display"] = {"fi": "luki"}
    again["object"]["definition"] = {"name": {"fi": "Tunti"}}
    again["result"]["duration"] = "PT1M30.259S"
    again["timestamp"] = "2026-11-20T10:00:00.500Z"
    again["context"]["contextAgents"][1]["agent"] = {"objectType": "Agent", **BEN}
    again["context"]["contextActivities"]["grouping"] = again["context"]["contextActivities"][
        "grouping"
    ][0]
    del again["timestamp"]
    assert same(WHOLE, again)
