"""Statements to try rules on: a plain one, and one that uses what there is."""

import copy
from typing import Any

ID = "9a1f2c52-5b0b-4a53-8d0c-6f3f5f4b7d10"
OTHER_ID = "0e7c2f5e-91f0-4f43-9a52-61d6b1b0a111"
AINO: dict[str, Any] = {"objectType": "Agent", "name": "Aino", "mbox": "mailto:aino@ward.example"}
BEN: dict[str, Any] = {"account": {"homePage": "https://lms.example", "name": "ben"}}
TEAM: dict[str, Any] = {"objectType": "Group", "member": [AINO, BEN]}
LESSON: dict[str, Any] = {"objectType": "Activity", "id": "https://lms.example/lessons/1"}
REF: dict[str, Any] = {"objectType": "StatementRef", "id": OTHER_ID}


def plain(**parts):
    """Return the shortest statement, with these parts put in or in place."""
    return copy.deepcopy(
        {"actor": AINO, "verb": {"id": "https://lms.example/verbs/read"}, "object": LESSON} | parts
    )


def about(**parts):
    """Return a statement about a statement that did not happen."""
    return plain(object={"objectType": "SubStatement"} | plain(**parts))


def defined(**definition):
    """Return a statement whose activity is defined so."""
    return plain(object=LESSON | {"definition": definition})


def attached(**changes):
    """Return a statement with one attachment, changed so; None takes a property out."""
    attachment = {
        "usageType": "https://lms.example/uses/essay",
        "display": {"fi": "Essee"},
        "contentType": "text/plain; charset=utf-8",
        "length": 12,
        "sha2": "0f" * 32,
    } | changes
    kept = {key: value for key, value in attachment.items() if value is not None}
    return plain(attachments=[kept])


FULL = plain(
    id=ID,
    result={
        "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
        "success": True,
        "completion": False,
        "response": "",
        "duration": "PT1M30.25S",
        "extensions": {"https://lms.example/ext/mood": None},
    },
    context={
        "registration": OTHER_ID,
        "instructor": BEN,
        "team": TEAM,
        "contextActivities": {
            "parent": LESSON,
            "grouping": [LESSON],
            "category": [],
            "other": [LESSON | {"definition": {}}],
        },
        "revision": "3",
        "platform": "LMS",
        "language": "fi-FI",
        "statement": REF,
        "extensions": {"urn:example:x": {"": [None, {}]}},
    },
    timestamp="2026-11-20T12:00:00.5+02:00",
    stored="2026-11-20T10:00:01Z",
    authority=BEN,
    version="1.0.0",
)
