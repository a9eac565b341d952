"""How our own statements are built.

A statement names its actor by a pseudonymous account only. It never carries what somebody wrote in
her own words: statements outlive erasure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

ADL_VERBS = "http://adlnet.gov/expapi/verbs/"
ADL_ACTIVITIES = "http://adlnet.gov/expapi/activities/"
VERSION = "1.0.3"


class Verb(Enum):
    """What somebody did: address and word."""

    REGISTERED = (f"{ADL_VERBS}registered", "registered")
    LEFT = ("http://activitystrea.ms/schema/1.0/leave", "left")
    OPENED = ("http://activitystrea.ms/schema/1.0/open", "opened")
    ANSWERED = (f"{ADL_VERBS}answered", "answered")
    RESPONDED = (f"{ADL_VERBS}responded", "responded")
    ATTEMPTED = (f"{ADL_VERBS}attempted", "attempted")
    PASSED = (f"{ADL_VERBS}passed", "passed")
    FAILED = (f"{ADL_VERBS}failed", "failed")
    COMPLETED = (f"{ADL_VERBS}completed", "completed")
    EARNED = ("http://id.tincanapi.com/verb/earned", "earned")

    @property
    def iri(self) -> str:
        """The address of the verb."""
        return self.value[0]

    @property
    def display(self) -> dict[str, str]:
        """The word for it, in English."""
        return {"en": self.value[1]}


@dataclass(frozen=True)
class Activity:
    """What it was done to: a course, a module, a lesson, a question."""

    iri: str
    kind: str
    name: Mapping[str, str] = field(default_factory=dict)

    def as_object(self) -> dict[str, Any]:
        """Return the activity as an xAPI object."""
        definition: dict[str, Any] = {"type": ADL_ACTIVITIES + self.kind}
        if self.name:
            definition["name"] = dict(self.name)
        return {"objectType": "Activity", "id": self.iri, "definition": definition}

    def below(self, kind: str, path: str) -> "Activity":
        """Return an activity inside this one."""
        return Activity(f"{self.iri}/{path}", kind)


@dataclass(frozen=True)
class Score:
    """Points of possible points."""

    points: Decimal
    possible: Decimal

    def as_score(self) -> dict[str, float]:
        """Return the score as xAPI writes it; nothing possible leaves `scaled` out."""
        written = {"raw": float(self.points), "min": 0.0, "max": float(self.possible)}
        if self.possible > 0:
            return {"scaled": round(float(self.points / self.possible), 4), **written}
        return {"raw": float(self.points)}


@dataclass(frozen=True)
class Result:
    """How it went."""

    score: Score | None = None
    success: bool | None = None
    completion: bool | None = None
    response: str | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)

    def as_result(self) -> dict[str, Any]:
        """Return the result as xAPI writes it, with only what is known."""
        known = {
            "score": self.score.as_score() if self.score else None,
            "success": self.success,
            "completion": self.completion,
            "response": self.response,
            "extensions": dict(self.extensions) or None,
        }
        return {key: value for key, value in known.items() if value is not None}


@dataclass(frozen=True)
class Event:
    """Somebody did something at a time."""

    actor: UUID
    verb: Verb
    activity: Activity
    at: datetime
    registration: UUID | None = None
    result: Result | None = None
    parents: tuple[Activity, ...] = ()


def statement(event: Event, *, key: UUID, origin: str) -> dict[str, Any]:
    """Return the statement that tells an event; `origin` is this platform's own address."""
    context: dict[str, Any] = {"platform": "DigiCanTrain"}
    if event.registration:
        context["registration"] = str(event.registration)
    if event.parents:
        context["contextActivities"] = {
            "parent": [event.parents[0].as_object()],
            "grouping": [parent.as_object() for parent in event.parents[1:]],
        }
        if not event.parents[1:]:
            del context["contextActivities"]["grouping"]
    built = {
        "id": str(key),
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": origin, "name": str(event.actor)},
        },
        "verb": {"id": event.verb.iri, "display": event.verb.display},
        "object": event.activity.as_object(),
        "context": context,
        "timestamp": event.at.isoformat(),
        "version": VERSION,
    }
    result = event.result.as_result() if event.result else {}
    return {**built, "result": result} if result else built
