"""Statements: built right, and wrong ones refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.events import (
    Activity,
    ActivityType,
    Event,
    Extension,
    Interaction,
    Result,
    Score,
    Verb,
    duration,
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


def test_around_it_stand_what_it_is_part_of_and_the_profile():
    programme = Activity("https://train.example/activities/x", "programme", {"en": "A programme"})

    around = built(parents=(COURSE, programme))["context"]["contextActivities"]

    assert around["parent"] == [COURSE.as_object("https://train.example")]
    assert around["grouping"] == [programme.as_object("https://train.example")]
    assert around["category"][0]["id"] == "https://train.example/xapi/profile/v1"
    assert set(built(parents=())["context"]["contextActivities"]) == {"category"}


def test_a_context_holds_only_what_is_known():
    attempt = {Extension.ATTEMPT: 2}

    told = built(language="fi", revision="3", extensions=attempt)["context"]

    assert (told["language"], told["revision"]) == ("fi", "3")
    assert told["extensions"] == {"https://train.example/xapi/profile/extensions/attempt": 2}
    assert not {"language", "revision", "extensions"} & set(built()["context"])


def test_a_question_tells_its_choices_and_what_is_right_only_where_it_is_said():
    asked = Interaction("choice", {"a": {"en": "Yes"}, "b": {}})
    known = Interaction("choice", {"a": {}}, correct=("a",))

    assert asked.as_definition() == {
        "interactionType": "choice",
        "choices": [{"id": "a", "description": {"en": "Yes"}}, {"id": "b"}],
    }
    assert known.as_definition()["correctResponsesPattern"] == ["a"]


def test_every_type_has_an_address_and_only_ours_stand_below_the_profile():
    for kind in ActivityType:
        below = kind.iri("https://train.example").startswith("https://train.example/xapi/profile/")
        assert below is kind.is_ours


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (timedelta(), "PT0S"),
        (timedelta(minutes=1, milliseconds=900), "PT60S"),
        (timedelta(days=2), "PT172800S"),
        (timedelta(seconds=-1), "PT0S"),
    ],
)
def test_a_duration_is_whole_seconds_and_never_negative(length, written):
    assert duration(length) == written


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
