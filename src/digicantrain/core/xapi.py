"""xAPI statements: how ours are built, and the rules that each of them keeps.

A statement names its actor by a pseudonymous account only. It never carries what somebody wrote in
her own words: statements outlive erasure.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

ADL_VERBS = "http://adlnet.gov/expapi/verbs/"
ADL_ACTIVITIES = "http://adlnet.gov/expapi/activities/"
VERSION = "1.0.3"
KEYS = frozenset(
    {"id", "actor", "verb", "object", "result", "context", "timestamp", "version", "authority"}
)
NEEDED = ("id", "actor", "verb", "object", "timestamp")


class StatementError(ValueError):
    """A statement that breaks a rule; the sentence says which."""


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


def check(candidate: Mapping[str, Any]) -> None:
    """Refuse a statement that breaks a rule of the record store."""
    for rule in _RULES:
        for fault in rule(candidate):
            raise StatementError(fault)


def _keys(candidate: Mapping[str, Any]) -> Iterator[str]:
    unknown = sorted(set(candidate) - KEYS)
    if unknown:
        yield f"A statement has no property named {', '.join(unknown)}."
    missing = [key for key in NEEDED if key not in candidate]
    if missing:
        yield f"The statement lacks {', '.join(missing)}."


def _identifier(candidate: Mapping[str, Any]) -> Iterator[str]:
    if not _is_uuid(candidate["id"]):
        yield "The id of a statement is a UUID."
    registration = candidate.get("context", {}).get("registration")
    if registration is not None and not _is_uuid(registration):
        yield "The registration of a statement is a UUID."


def _actor(candidate: Mapping[str, Any]) -> Iterator[str]:
    actor = candidate["actor"]
    if not isinstance(actor, Mapping) or set(actor) - {"objectType", "account"}:
        yield "The actor of a statement is an account only: no name and no address."
        return
    account = actor.get("account")
    if not isinstance(account, Mapping) or set(account) != {"homePage", "name"}:
        yield "The actor's account has a homePage and a name, and nothing else."
    elif not _is_uuid(account["name"]) or not _is_iri(account["homePage"]):
        yield "The actor's account is named by a pseudonym at an address."


def _addresses(candidate: Mapping[str, Any]) -> Iterator[str]:
    for key in ("verb", "object"):
        part = candidate[key]
        if not isinstance(part, Mapping) or not _is_iri(part.get("id")):
            yield f"The {key} of a statement has an address as its id."


def _time(candidate: Mapping[str, Any]) -> Iterator[str]:
    try:
        zone = datetime.fromisoformat(candidate["timestamp"]).tzinfo
    except (TypeError, ValueError):
        zone = None
    if zone is None:
        yield "The timestamp of a statement is a date and time with its zone."


def _score(candidate: Mapping[str, Any]) -> Iterator[str]:
    score = candidate.get("result", {}).get("score")
    if score is None:
        return
    if not all(_is_finite(score[key]) for key in ("raw", "scaled", "min", "max") if key in score):
        yield "A score is a finite number."
        return
    if not -1 <= score.get("scaled", 0) <= 1:
        yield "A scaled score lies between -1 and 1."
    raw = score.get("raw", score.get("min", 0))
    if not score.get("min", raw) <= raw <= score.get("max", raw):
        yield "A score lies between its least and its greatest possible value."


_RULES: tuple[Callable[[Mapping[str, Any]], Iterator[str]], ...] = (
    _keys,
    _identifier,
    _actor,
    _addresses,
    _time,
    _score,
)


def _is_uuid(value: object) -> bool:
    try:
        return UUID(str(value)) is not None
    except ValueError:
        return False


def _is_iri(value: object) -> bool:
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return bool(parts.scheme and (parts.netloc or parts.path))


def _is_finite(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
