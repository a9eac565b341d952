"""The rules that our own statements keep besides those of xAPI: a pseudonym, and nothing more."""

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from digicantrain.core.xapi.errors import StatementError

KEYS = frozenset(
    {
        "id",
        "actor",
        "verb",
        "object",
        "result",
        "context",
        "timestamp",
        "version",
        "authority",
        "stored",
    }
)
NEEDED = ("id", "actor", "verb", "object", "timestamp")


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
