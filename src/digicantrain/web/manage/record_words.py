"""Statements in plain words: for a glance at what arrives, not for reading all of it.

Each text in a statement is what a provider's program, or somebody in it, has written. So all are
cut to a length, no address becomes a link, and the template escapes the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digicantrain.core.xapi import values
from digicantrain.core.xapi.identity import identifier
from digicantrain.records.rules import PLATFORM, is_pseudonym

Json = dict[str, Any]
LONGEST = 140


@dataclass(frozen=True)
class Known:
    """What is known beside a statement: words by IRI, and the names of keys by client."""

    displays: Mapping[str, Json]
    definitions: Mapping[str, Json]
    keys: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One statement for a reader; `exactly` says in small letters what the words stand for."""

    at: datetime
    who: str
    who_exactly: str
    did: str
    what: str
    what_exactly: str
    outcome: str
    sender: str


def up_to(number: int, most: int) -> str:
    """Return a number that was counted no further than `most`, in words."""
    if number > most:
        return _("more than %s") % number_format(most, force_grouping=True)
    return number_format(number, force_grouping=True)


def at_least(number: int, *, more: bool) -> str:
    """Return a number, or that it is not all of it yet, in words."""
    words = number_format(number, force_grouping=True)
    return _("at least %s") % words if more else words


def lines(statements: Iterable[Json], known: Known) -> list[Line]:
    """Return statements as lines for a reader."""
    return [_line(statement, known) for statement in statements]


def _line(statement: Json, known: Known) -> Line:
    who, who_exactly = _who(statement["actor"])
    what, what_exactly = _what(statement["object"], known)
    return Line(
        at=values.moment(statement["stored"]),
        who=_cut(who),
        who_exactly=_cut(who_exactly),
        did=_cut(_did(statement["verb"], known)),
        what=_cut(what),
        what_exactly=_cut(what_exactly),
        outcome=_cut(_outcome(statement.get("result", {}))),
        sender=_cut(_sender(statement["authority"], known)),
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _who(agent: Json) -> tuple[str, str]:
    """Return how an agent is called, and what it is known by."""
    account = agent.get("account", {})
    if account.get("homePage") == settings.ORIGIN and is_pseudonym(account["name"]):
        return _("Pseudonym"), account["name"]
    exactly = _identity(agent)
    name = agent.get("name") or ""
    if agent.get("objectType") == "Group":
        name = name or _("A group")
    return (name, exactly) if name else (exactly, "")


def _identity(agent: Json) -> str:
    account = agent.get("account")
    if account:
        return f"{account['name']} · {account['homePage']}"
    known = identifier(agent) or ""
    return known.partition(" ")[2].removeprefix("mailto:")


def _did(verb: Json, known: Known) -> str:
    iri = verb["id"]
    return _worded(verb.get("display")) or _worded(known.displays.get(iri)) or iri


def _what(target: Json, known: Known) -> tuple[str, str]:
    kind = target.get("objectType", "Activity")
    if kind in {"Agent", "Group"}:
        return _who(target)
    if kind == "StatementRef":
        return _("another statement"), target["id"]
    if kind == "SubStatement":
        what, exactly = _what(target["object"], known)
        return f"{_who(target['actor'])[0]} · {_did(target['verb'], known)} · {what}", exactly
    return _activity(target, known)


def _activity(target: Json, known: Known) -> tuple[str, str]:
    iri = target["id"]
    name = _worded(target.get("definition", {}).get("name"))
    name = name or _worded(known.definitions.get(iri, {}).get("name"))
    return (name, iri) if name else (iri, "")


def _worded(words: Json | None) -> str:
    """Return words in the reader's language, else in English, else in any."""
    if not words:
        return ""
    wanted = (get_language() or "en").partition("-")[0]
    for language in (wanted, "en"):
        for tag, text in words.items():
            if tag.lower().partition("-")[0] == language:
                return str(text)
    return str(next(iter(words.values())))


def _outcome(result: Json) -> str:
    found = []
    if "success" in result:
        found.append(_("successful") if result["success"] else _("not successful"))
    if result.get("completion"):
        found.append(_("completed"))
    if score := _score(result.get("score", {})):
        found.append(score)
    return ", ".join(found)


def _score(score: Json) -> str:
    if "scaled" in score:
        return f"{number_format(round(score['scaled'] * 100))} %"
    if "raw" not in score:
        return ""
    if "max" in score:
        return _("%(raw)s of %(max)s") % {"raw": f"{score['raw']:g}", "max": f"{score['max']:g}"}
    return f"{score['raw']:g}"


def _sender(authority: Json, known: Known) -> str:
    account = authority.get("account", {})
    name = account.get("name", "")
    if account.get("homePage") != settings.ORIGIN:
        return _identity(authority)
    return _("This platform") if name == PLATFORM else known.keys.get(name, name)
