"""How our own statements are built.

A statement names its actor by a pseudonymous account only. It never carries what somebody wrote in
her own words: statements outlive erasure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from digicantrain.core.xapi.identity import account_agent
from digicantrain.core.xapi.vocabulary import (
    PROFILE_TYPE,
    ActivityType,
    Extension,
    Verb,
    version_iri,
)

__all__ = [
    "Activity", "ActivityType", "Event", "Extension", "Interaction", "Result", "Score", "Verb",
    "duration", "statement",
]  # fmt: skip

VERSION = "1.0.3"
PLATFORM = "DigiCanTrain"


@dataclass(frozen=True)
class Interaction:
    """A question as xAPI describes one (1.0.3, data, 2.4.4.1): its kind and its choices.

    `choices` maps the key of each choice to its words by language, which may be none; `correct`
    are the keys of the right ones, and is empty where they may not be known.
    """

    kind: str
    choices: Mapping[str, Mapping[str, str]]
    correct: tuple[str, ...] = ()

    def as_definition(self) -> dict[str, Any]:
        """Return the properties of an activity's definition that say it."""
        written: dict[str, Any] = {
            "interactionType": self.kind,
            "choices": [_component(key, words) for key, words in self.choices.items()],
        }
        if self.correct:
            written["correctResponsesPattern"] = list(self.correct)
        return written


def _component(key: str, words: Mapping[str, str]) -> dict[str, Any]:
    return {"id": key, "description": dict(words)} if words else {"id": key}


@dataclass(frozen=True)
class Activity:
    """What it was done to: a course, a step, a question; `kind` is an ActivityType by its value."""

    iri: str
    kind: str
    name: Mapping[str, str] = field(default_factory=dict)
    interaction: Interaction | None = None

    def as_object(self, origin: str) -> dict[str, Any]:
        """Return the activity as an xAPI object.

        Its definition is the same wherever it is told: a store need not merge it anew each time.
        """
        definition: dict[str, Any] = {"type": ActivityType(self.kind).iri(origin)}
        if self.name:
            definition["name"] = dict(self.name)
        if self.interaction:
            definition.update(self.interaction.as_definition())
        return {"objectType": "Activity", "id": self.iri, "definition": definition}

    def below(self, kind: str, path: str, **known: Any) -> "Activity":
        """Return an activity inside this one."""
        return Activity(f"{self.iri}/{path}", kind, **known)


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
    duration: timedelta | None = None
    extensions: Mapping[Extension, Any] = field(default_factory=dict)

    def as_result(self, origin: str) -> dict[str, Any]:
        """Return the result as xAPI writes it, with only what is known."""
        known = {
            "score": self.score.as_score() if self.score else None,
            "success": self.success,
            "completion": self.completion,
            "response": self.response,
            "duration": duration(self.duration) if self.duration is not None else None,
            "extensions": _extensions(self.extensions, origin) or None,
        }
        return {key: value for key, value in known.items() if value is not None}


def duration(length: timedelta) -> str:
    """Return a length in whole seconds as ISO 8601 writes it (xAPI 1.0.3, data, 4.6).

    >>> duration(timedelta(hours=1, seconds=7))
    'PT3607S'
    """
    return f"PT{max(0, int(length.total_seconds()))}S"


def _extensions(known: Mapping[Extension, Any], origin: str) -> dict[str, Any]:
    return {extension.iri(origin): value for extension, value in known.items()}


@dataclass(frozen=True)
class Event:
    """Somebody did something at a time.

    `parents` are what the activity stands in, the nearest first; `language` is that in which she
    met it, `revision` the version of the module; what is not known is empty.
    """

    actor: UUID
    verb: Verb
    activity: Activity
    at: datetime
    registration: UUID | None = None
    result: Result | None = None
    parents: tuple[Activity, ...] = ()
    language: str = ""
    revision: str = ""
    extensions: Mapping[Extension, Any] = field(default_factory=dict)


def statement(event: Event, *, key: UUID, origin: str) -> dict[str, Any]:
    """Return the statement that tells an event; `origin` is this platform's own address."""
    built = {
        "id": str(key),
        "actor": account_agent(origin, str(event.actor)),
        "verb": {"id": event.verb.iri, "display": event.verb.display},
        "object": event.activity.as_object(origin),
        "context": _context(event, origin),
        "timestamp": event.at.isoformat(),
        "version": VERSION,
    }
    result = event.result.as_result(origin) if event.result else {}
    return {**built, "result": result} if result else built


def _context(event: Event, origin: str) -> dict[str, Any]:
    known = {
        "registration": str(event.registration) if event.registration else "",
        "platform": PLATFORM,
        "language": event.language,
        "revision": event.revision,
        "contextActivities": _around(event.parents, origin),
        "extensions": _extensions(event.extensions, origin),
    }
    return {key: value for key, value in known.items() if value}


def _around(parents: tuple[Activity, ...], origin: str) -> dict[str, Any]:
    """Return what the activity stands in, and the profile that the statement follows."""
    above = [parent.as_object(origin) for parent in parents]
    known = {
        "parent": above[:1],
        "grouping": above[1:],
        "category": [{"id": version_iri(origin), "definition": {"type": PROFILE_TYPE}}],
    }
    return {key: value for key, value in known.items() if value}
