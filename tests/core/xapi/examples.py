"""One event for each template of the profile, as docs/develop/xapi-profile.md shows them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from digicantrain.core.xapi.events import (
    Activity,
    ActivityType,
    Event,
    Extension,
    Interaction,
    Result,
    Score,
    Verb,
    statement,
)

ORIGIN = "https://train.example"
KEY = UUID("5f0c7f3e-4dbb-4d27-9a53-1d9f4f5a8a10")
RUN = UUID("4a8c1f8e-97a4-4e66-8e07-0f3d1a52d9aa")
ACTOR = UUID("0b8a4a52-13a7-41d3-9f1e-0d6d8d4f1b11")

PROGRAMME = Activity(f"{ORIGIN}/activities/digicantrain", ActivityType.PROGRAMME)
COURSE = PROGRAMME.below(ActivityType.COURSE, "N1/3", name={"en": "Reading reports"})
PAGE = COURSE.below(ActivityType.LESSON, "steps/first-look", name={"en": "A first look"})
CASE = COURSE.below(ActivityType.SIMULATION, "steps/call", name={"en": "The call"})
TEST = COURSE.below(ActivityType.ASSESSMENT, "steps/test", name={"en": "The test"})
FORM = COURSE.below(ActivityType.SURVEY, "steps/feedback", name={"en": "Your feedback"})
ASKED = PAGE.below(
    ActivityType.INTERACTION,
    "questions/q1",
    name={"en": "Which line do you read first?"},
    interaction=Interaction(
        "choice", {"a": {"en": "The words"}, "b": {"en": "The colour"}}, correct=("a",)
    ),
)
UNTOLD = Interaction("choice", {"a": {}, "b": {}})
BADGE = Activity(
    "urn:uuid:2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d", ActivityType.BADGE, {"en": "Reading reports"}
)
ONCE = {Extension.ATTEMPT: 1}


def _event(verb: Verb, activity: Activity, *parents: Activity, **more: Any) -> Event:
    known = {
        "registration": RUN,
        "at": datetime(2026, 11, 20, 12, tzinfo=UTC),
        "language": "" if parents == (PROGRAMME,) else "en",
        "revision": "3",
    }
    return Event(actor=ACTOR, verb=verb, activity=activity, parents=parents, **(known | more))


def _marked(points: int, *, passed: bool) -> Result:
    return Result(
        score=Score(Decimal(points), Decimal(4)),
        success=passed,
        completion=True,
        duration=timedelta(minutes=12, seconds=5),
    )


DONE = Result(completion=True)
IN_COURSE = (COURSE, PROGRAMME)
EVENTS = {
    "registered": _event(Verb.REGISTERED, COURSE, PROGRAMME),
    "left": _event(Verb.LEFT, COURSE, PROGRAMME),
    "completed-course": _event(Verb.COMPLETED, COURSE, PROGRAMME, result=DONE),
    "opened-step": _event(Verb.OPENED, PAGE, *IN_COURSE),
    "completed-step": _event(Verb.COMPLETED, PAGE, *IN_COURSE, result=DONE),
    "completed-form": _event(Verb.COMPLETED, FORM, *IN_COURSE, result=DONE),
    "answered-practice": _event(
        Verb.ANSWERED, ASKED, PAGE, *IN_COURSE, result=Result(success=False, response="b")
    ),
    "answered-own-words": _event(
        Verb.ANSWERED,
        PAGE.below(ActivityType.QUESTION, "questions/n1", name={"en": "Write your note."}),
        PAGE,
        *IN_COURSE,
        result=DONE,
    ),
    "answered-test": _event(
        Verb.ANSWERED,
        TEST.below(ActivityType.INTERACTION, "questions/o1-4", interaction=UNTOLD),
        TEST,
        *IN_COURSE,
        result=Result(response="a"),
        extensions=ONCE,
    ),
    "chose-in-case": _event(
        Verb.RESPONDED,
        CASE.below(ActivityType.INTERACTION, "states/S2", interaction=UNTOLD),
        CASE,
        *IN_COURSE,
        result=Result(
            score=Score(Decimal(1), Decimal(2)),
            response="b",
            extensions={
                Extension.CONSEQUENCE: {"state": "B", "ended": True, "quality": "mixed"},
            },
        ),
    ),
    "attempted-test": _event(Verb.ATTEMPTED, TEST, *IN_COURSE, extensions=ONCE),
    "passed-test": _event(
        Verb.PASSED, TEST, *IN_COURSE, result=_marked(3, passed=True), extensions=ONCE
    ),
    "failed-test": _event(
        Verb.FAILED, TEST, *IN_COURSE, result=_marked(1, passed=False), extensions=ONCE
    ),
    "earned-in-course": _event(Verb.EARNED, BADGE, *IN_COURSE, language=""),
    "earned-path": _event(Verb.EARNED, BADGE, PROGRAMME, registration=None, revision="0.1.0"),
}


def example(key: str) -> dict[str, Any]:
    """Return the statement that is the example of a template."""
    return statement(EVENTS[key], key=KEY, origin=ORIGIN)
