"""Statements as a ward's courses send them: about 1.2 kB each, the same for the same seed."""

import random
import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any

Json = dict[str, Any]
ACTORS, ACTIVITIES, CASES, MODULES = 2_000, 500, 480, 20
SOURCE = "https://courses.bench.example"
# nearly all statements name it, as a tool that sends them does
CATEGORY = f"{SOURCE}/profiles/course/1.0"
VERBS = (
    "answered", "attempted", "completed", "experienced", "failed", "initialized", "interacted",
    "launched", "passed", "progressed", "suspended", "terminated",
)  # fmt: skip
PROFILE = "http://adlnet.gov/expapi/verbs"
_WORDS = (
    "wound", "ward", "insulin", "handover", "allergy", "monitor", "record", "consent", "fall",
    "dose", "nurse", "triage", "pressure", "alarm", "privacy", "remote", "visit", "signal",
)  # fmt: skip


def statement(seed: int, number: int) -> Json:
    """Return one statement; another number is another one, with an id of its own."""
    draw = random.Random(f"{seed}-{number}")  # noqa: S311 - the same for the same seed
    person, place = draw.randrange(ACTORS), draw.randrange(CASES)
    verb = draw.choices(VERBS, weights=(30, 8, 8, 20, 2, 6, 10, 4, 6, 4, 1, 1))[0]
    module = place % MODULES
    return {
        "id": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
        "actor": actor(person),
        "verb": {"id": verb_iri(verb), "display": {"en": verb, "fi": f"{verb} (fi)"}},
        "object": activity(MODULES + place),
        "result": _result(draw),
        "context": {
            "registration": str(registration(person, module)),
            "contextActivities": {
                "parent": [activity(module)],
                "grouping": [{"id": f"{SOURCE}/runs/{person % 40}"}],
                "category": [{"id": CATEGORY}],
            },
            "platform": "Ward tablets",
            "language": "en",
            "extensions": {f"{SOURCE}/ext/session": f"{draw.getrandbits(64):016x}"},
        },
        "timestamp": f"2026-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}T"
        f"{draw.randrange(24):02}:{draw.randrange(60):02}:{draw.randrange(60):02}.000Z",
    }


def several(seed: int, first: int, count: int) -> Iterator[Json]:
    """Yield statements of consecutive numbers."""
    return (statement(seed, number) for number in range(first, first + count))


def actor(person: int) -> Json:
    """Return a person: two in three by mail address, one by account."""
    if person % 3:
        return {"mbox": f"mailto:p{person}@ward.bench.example", "name": f"Person {person}"}
    home = "https://login.bench.example"
    return {"account": {"homePage": home, "name": f"{person:06}"}, "name": f"Person {person}"}


def verb_iri(verb: str) -> str:
    """Return the address of a verb."""
    return f"{PROFILE}/{verb}"


def registration(person: int, module: int) -> uuid.UUID:
    """Return the enrolment of a person in a module."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{SOURCE}/{person}/{module}")


@cache
def activity(number: int) -> Json:
    """Return an activity with its definition: the first ones are modules, the others cases."""
    draw = random.Random(number)  # noqa: S311 - the same each time
    kind = "module" if number < MODULES else "case"
    about = " ".join(draw.choices(_WORDS, k=7))
    return {
        "objectType": "Activity",
        "id": f"{SOURCE}/{kind}s/{number}",
        "definition": {
            "type": f"{SOURCE}/types/{kind}",
            "name": {"en": f"The {kind} of {about[:20]}", "fi": f"Osa {number}"},
            "description": {"en": f"{about.capitalize()}."},
        },
    }


def _result(draw: random.Random) -> Json:
    scaled = round(draw.random(), 2)
    return {
        "score": {"scaled": scaled, "raw": scaled * 20, "min": 0, "max": 20},
        "success": scaled >= 0.5,
        "completion": True,
        "response": "[,]".join(draw.sample("abcdef", 3)),
        "duration": f"PT{draw.randrange(5, 600)}S",
    }
