"""Branching cases: a path leads somewhere, its result is points earned of points possible."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core import cases

CALL = tomllib.loads(
    (Path(__file__).resolve().parents[1] / "sample/modules/X1/cases/call.toml").read_text("utf-8")
)


def walk(*choices, design=CALL):
    path: list[tuple[str, str]] = []
    for choice in choices:
        path = cases.advance(design, path, choice)
    return path


@pytest.mark.parametrize(
    ("choices", "ending", "points", "possible", "variants"),
    [
        ("aa", "A", 4, 4, ()),
        ("ab", "B", 3, 4, ()),
        ("ba", "B", 1, 3, ("late",)),
        ("bb", "C", 0, 3, ()),
    ],
)
def test_a_path_ends_with_its_points_and_the_words_that_fit_it(
    choices,
    ending,
    points,
    possible,
    variants,
):
    assert cases.result(CALL, walk(*choices)) == cases.CaseResult(
        points, possible, ending, variants
    )


def test_a_path_is_where_its_last_choice_leads():
    assert cases.position(CALL, []) == cases.Position("S1", ended=False)
    assert cases.position(CALL, walk("b")) == cases.Position("S3", ended=False)
    assert cases.position(CALL, walk("b", "b")) == cases.Position("C", ended=True)


@pytest.mark.parametrize(
    ("path", "choice", "said"),
    [
        ([], "z", "does not belong"),
        ([("S1", "a"), ("S2", "a")], "a", "has ended"),
        ([("S3", "a")], "a", "has moved on"),
        ([("S1", "z")], "a", "does not belong"),
    ],
)
def test_a_choice_that_does_not_fit_changes_nothing(path, choice, said):
    """Threat 45: an option of another moment, a path that was tampered with."""
    before = list(path)

    with pytest.raises(cases.CaseError, match=said):
        cases.advance(CALL, path, choice)

    assert path == before


def test_a_case_that_has_not_ended_has_no_result():
    with pytest.raises(cases.CaseError, match="not ended"):
        cases.result(CALL, walk("a"))


def test_a_state_that_is_not_scored_adds_nothing():
    states = {**CALL["states"], "S1": {**CALL["states"]["S1"], "scored": False}}

    result = cases.result({**CALL, "states": states}, walk("a", "a"))

    assert (result.points, result.possible) == (2, 2)


def test_words_can_be_for_paths_that_avoided_a_state():
    endings = {**CALL["endings"], "B": {"variants": [{"id": "soon", "unless": ["S3"]}]}}
    design = {**CALL, "endings": endings}

    assert cases.result(design, walk("a", "b")).variants == ("soon",)
    assert cases.result(design, walk("b", "a")).variants == ()


def test_states_that_cannot_be_reached_or_left_are_found():
    design = {
        "start": "S1",
        "states": {
            "S1": {"choices": [{"id": "a", "next": "S2", "score": 1}]},
            "S2": {"choices": [{"id": "a", "next": "S2", "score": 0}]},
            "S3": {"choices": [{"id": "a", "next": "A", "score": 1}]},
        },
        "endings": {"A": {}},
    }

    assert cases.unreachable(design) == ["S3", "A"]
    assert cases.without_end(design) == ["S1", "S2"]


def test_a_way_without_points_is_found():
    choices = [{"id": "a", "next": "A", "score": 2}, {"id": "b", "next": "S2", "score": 0}]
    flat = {"scored": False, "choices": [{"id": "a", "next": "S3", "score": 2}]}
    design = {
        "start": "S2",
        "states": {"S3": {"choices": choices}, "S2": flat},
        "endings": {"A": {}},
    }

    assert not cases.has_way_without_points(design)
    assert cases.has_way_without_points({**design, "start": "A"})


@given(st.text("ab", max_size=6))
def test_whatever_is_chosen_points_stay_within_what_is_possible(choices):
    path: list[tuple[str, str]] = []
    for choice in choices:
        if not cases.position(CALL, path).ended:
            path = cases.advance(CALL, path, choice)
    if cases.position(CALL, path).ended:
        result = cases.result(CALL, path)
        assert 0 <= result.points <= result.possible
        assert result.possible > 0
