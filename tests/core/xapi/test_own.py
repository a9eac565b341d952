"""Statements: built right, and wrong ones refused."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.events import (
    Activity,
    Event,
    Result,
    Score,
    Verb,
    statement,
)
from digicantrain.core.xapi.own import check

KEY = UUID("5f0c7f3e-4dbb-4d27-9a53-1d9f4f5a8a10")
ACTOR = UUID("0b8a4a52-13a7-41d3-9f1e-0d6d8d4f1b11")
COURSE = Activity("https://train.example/activities/x/X1/1", "course", {"en": "A course"})
LESSON = Activity("https://train.example/activities/x/X1/1/steps/s1", "lesson")


def built(**changes):
    event = Event(
        **{
            "actor": ACTOR,
            "verb": Verb.COMPLETED,
            "activity": LESSON,
            "at": datetime(2026, 11, 20, 12, tzinfo=UTC),
            "registration": KEY,
            "parents": (COURSE,),
        }
        | changes
    )
    return statement(event, key=KEY, origin="https://train.example")


def test_a_statement_says_who_did_what_to_what_and_when():
    told = built()

    assert told["actor"] == {
        "objectType": "Agent",
        "account": {"homePage": "https://train.example", "name": str(ACTOR)},
    }
    assert told["verb"]["id"] == "http://adlnet.gov/expapi/verbs/completed"
    assert told["object"]["id"] == LESSON.iri
    assert told["context"]["contextActivities"]["parent"][0]["id"] == COURSE.iri
    assert told["timestamp"] == "2026-11-20T12:00:00+00:00"
    check(told)


def test_what_is_not_known_is_left_out():
    assert "result" not in built()
    assert built(result=Result(success=False))["result"] == {"success": False}


@pytest.mark.parametrize(
    ("points", "possible", "written"),
    [
        ("3", "4", {"scaled": 0.75, "raw": 3.0, "min": 0.0, "max": 4.0}),
        ("0", "4", {"scaled": 0.0, "raw": 0.0, "min": 0.0, "max": 4.0}),
        ("0", "0", {"raw": 0.0}),
    ],
)
def test_a_score_is_points_of_possible(points, possible, written):
    assert Score(Decimal(points), Decimal(possible)).as_score() == written


@pytest.mark.parametrize(
    ("part", "value", "why"),
    [
        ("actor", {"mbox": "mailto:aino@example.org"}, "account only"),
        ("actor", {"name": "Aino", "account": {}}, "account only"),
        ("actor", {"account": {"homePage": "https://train.example"}}, "homePage and a name"),
        ("actor", {"account": {"homePage": "https://t.example", "name": "aino"}}, "pseudonym"),
        ("actor", {"account": {"homePage": "", "name": str(ACTOR)}}, "pseudonym"),
        ("actor", "aino", "account only"),
        ("id", "7", "UUID"),
        ("verb", {"id": "passed"}, "verb"),
        ("object", {"id": None}, "object"),
        ("object", [], "object"),
        ("timestamp", "2026-11-20T12:00:00", "zone"),
        ("timestamp", "yesterday", "zone"),
        ("timestamp", None, "zone"),
        ("context", {"registration": "me"}, "registration"),
        ("result", {"score": {"scaled": 1.5}}, "between -1 and 1"),
        ("result", {"score": {"raw": float("nan")}}, "finite"),
        ("result", {"score": {"raw": float("inf")}}, "finite"),
        ("result", {"score": {"raw": True}}, "finite"),
        ("result", {"score": {"raw": 5, "min": 0, "max": 4}}, "least and its greatest"),
        ("result", {"score": {"raw": -1, "min": 0, "max": 4}}, "least and its greatest"),
        ("note", "secret", "no property named note"),
    ],
)
def test_a_statement_that_breaks_a_rule_is_refused_threat_40(part, value, why):
    with pytest.raises(StatementError, match=why):
        check(built() | {part: value})


def test_a_statement_without_its_parts_is_refused():
    with pytest.raises(StatementError, match="lacks id, actor"):
        check({})
