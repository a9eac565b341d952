"""Handing statements out: one by its id, or pages of those that fit, with their attachments."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import orjson
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from digicantrain.api.xapi import answers, cursors
from digicantrain.api.xapi.answers import Refusal
from digicantrain.api.xapi.asked import Asked
from digicantrain.api.xapi.cursors import Cursor
from digicantrain.core.xapi import formats, media, multipart
from digicantrain.core.xapi.formats import FORMATS, Wording
from digicantrain.core.xapi.identity import identifier
from digicantrain.core.xapi.multipart import Attachment
from digicantrain.core.xapi.scopes import Scope
from digicantrain.records import reading
from digicantrain.records.reading import Filters

MOST: Final = 100
ONE: Final = ("statementId", "voidedStatementId")
ALWAYS: Final = ("format", "attachments")
# How many bytes of definitions a page may be told in the store's words.
HEAVIEST: Final = 5_000_000
FILTERS: Final = (
    "agent",
    "verb",
    "activity",
    "registration",
    "related_activities",
    "related_agents",
    "since",
    "until",
    "limit",
    "ascending",
)
Json = dict[str, Any]


def get(asked: Asked) -> HttpResponseBase:
    """Hand out one statement, or a page of those that fit the filters, or the page after it."""
    mine = _mine(asked)
    if "more" in asked.params:
        asked.params.only("more")
        cursor = cursors.read(asked.params.text("more"), store=asked.store)
        asked = replace(asked, params=replace(asked.params, given=cursor.given))
        return _page(asked, mine, after=cursor.after)
    asked.params.only(*ONE, *FILTERS, *ALWAYS)
    named = [name for name in ONE if name in asked.params]
    if not named:
        return _page(asked, mine)
    if len(named) > 1 or any(name in asked.params for name in FILTERS):
        raise Refusal(400, f"Beside {named[0]} only format and attachments may be given.")
    return _one(asked, mine, name=named[0])


def _mine(asked: Asked) -> str | None:
    """Return whose statements alone a key may read, or None for all."""
    if asked.access.may(Scope.READ):
        return None
    asked.require(Scope.READ_MINE)
    return identifier(asked.access.authority)


def _one(asked: Asked, mine: str | None, *, name: str) -> HttpResponseBase:
    asked.params.need(name)
    key = asked.params.uuid(name)
    told, with_attachments = _told(asked), asked.params.flag("attachments")
    found = None
    if key is not None:
        is_voided = name == "voidedStatementId"
        found = reading.one(asked.store, key, voided=is_voided, mine=mine)
    if found is None:
        raise Refusal(404, "There is no such statement.")
    response = _answer(asked, told([found])[0], [found], with_attachments=with_attachments)
    stored = datetime.fromisoformat(found["stored"])
    for header, value in answers.modified(stored).items():
        response.headers[header] = value
    return response


def _page(asked: Asked, mine: str | None, *, after: int | None = None) -> HttpResponseBase:
    told, with_attachments = _told(asked), asked.params.flag("attachments")
    page = reading.find(asked.store, _filters(asked, mine), after=after)
    more = ""
    if page.cursor is not None:
        cursor = Cursor(asked.params.given, page.cursor).written(store=asked.store)
        more = f"{asked.spoken.request.META.get('SCRIPT_NAME', '')}{asked.route.address}"
        more = f"{more}?more={cursor}"
    result = {"statements": told(page.statements), "more": more}
    return _answer(asked, result, page.statements, with_attachments=with_attachments)


def _filters(asked: Asked, mine: str | None) -> Filters:
    given = asked.params
    return Filters(
        agent=given.identifier(),
        verb=given.iri("verb"),
        activity=given.iri("activity"),
        registration=given.uuid("registration"),
        related_agents=given.flag("related_agents"),
        related_activities=given.flag("related_activities"),
        since=given.moment("since"),
        until=given.moment("until"),
        limit=min(given.number("limit") or MOST, MOST),
        ascending=given.flag("ascending"),
        mine=mine,
    )


# --- formats ---


class _Told:
    """Tells statements in the format that was asked for."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._format = asked.params.choice("format", FORMATS)

    def __call__(self, statements: list[Json]) -> list[Json]:
        if self._format == "ids":
            return [formats.as_ids(one) for one in statements]
        if self._format == "canonical":
            wording = self._wording(statements)
            return [formats.as_canonical(one, wording=wording) for one in statements]
        return statements

    def _wording(self, statements: list[Json]) -> Wording:
        store = self._asked.store
        met = formats.Addresses.of(statements)
        return Wording(
            _bearable(reading.definitions(store, met.activities), met.activities),
            reading.displays(store, met.verbs),
            media.languages(self._asked.header("Accept-Language") or ""),
        )


_told = _Told


def _bearable(definitions: dict[str, Json], times: Counter[str]) -> dict[str, Json]:
    """Return what is known of activities, or nothing if a page would hold too much of it.

    An activity may stand in a page ten thousand times, each time to be told all that is known; it
    is told there as the statement tells it.
    """
    size = sum(times[iri] * len(orjson.dumps(known)) for iri, known in definitions.items())
    return definitions if size <= HEAVIEST else {}


# --- with attachments ---


def _answer(
    asked: Asked, value: Any, statements: list[Json], *, with_attachments: bool
) -> HttpResponse | StreamingHttpResponse:
    if not with_attachments:
        return answers.json(value)
    boundary = uuid.uuid4().hex
    pieces = multipart.written(
        orjson.dumps(value), _attachments(asked.store, statements), boundary=boundary
    )
    return StreamingHttpResponse(pieces, content_type=f"multipart/mixed; boundary={boundary}")


def _attachments(store: int, statements: list[Json]) -> Iterator[Attachment]:
    """Yield each content once, read when its turn comes: never all of a page in memory."""
    kinds: dict[str, str] = {}
    for statement in statements:
        for attachment in multipart.declared(statement):
            kinds.setdefault(attachment["sha2"].lower(), attachment["contentType"])
    keys = [uuid.UUID(statement["id"]) for statement in statements] if kinds else []
    brought = reading.brought(store, keys) if keys else {}
    for sha2, kind in kinds.items():
        if sha2 in brought:
            yield Attachment(sha2, kind, reading.content(brought[sha2]))
