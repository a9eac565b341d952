"""What the three resources of documents have in common."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from digicantrain.api.xapi import answers
from digicantrain.api.xapi.answers import Refusal
from digicantrain.api.xapi.asked import Asked
from digicantrain.core.xapi.conditions import (
    Conditions,
    FailedConditionError,
    MissingConditionError,
    Needed,
    UnconditionalError,
)
from digicantrain.core.xapi.media import BYTES, MediaTypeError, media_type
from digicantrain.core.xapi.scopes import Scope
from digicantrain.core.xapi.versions import Version
from digicantrain.records import documents
from digicantrain.records.documents import Content, MergeError, Place, TooLargeError
from digicantrain.records.models import Document

LONGEST_NAME: Final = 2_000
_STATUS: Final = {
    FailedConditionError: 412,
    UnconditionalError: 409,
    MissingConditionError: 400,
    MergeError: 400,
    TooLargeError: 413,
}
Kind = Document.Kind


@dataclass(frozen=True)
class Shelf:
    """A resource of documents: what names a document there, and what a key needs."""

    kind: Document.Kind
    name: str
    about: tuple[str, ...]
    also: tuple[str, ...]
    reads: Scope
    writes: Scope

    def place(self, asked: Asked, *more: str) -> Place:
        """Return the place that the parameters name, without the name of one document."""
        asked.params.only(*self.about, *self.also, self.name, *more)
        asked.params.need(*self.about)
        return Place(
            asked.store,
            self.kind,
            activity=asked.params.iri("activityId"),
            agent=asked.params.identifier(),
            registration=asked.params.uuid("registration"),
        )

    def one(self, asked: Asked) -> Place:
        """Return the place of one document."""
        place = self.place(asked)
        asked.params.need(self.name)
        return replace(place, name=_name(asked, self.name))

    def needed(self, asked: Asked) -> Needed:
        """Return when a PUT must carry a condition: the versions and resources differ."""
        if asked.version is Version.V2:
            return Needed.IF_THERE
        return Needed.NEVER if self.kind == Kind.STATE else Needed.ALWAYS

    # --- the methods ---

    def get(self, asked: Asked) -> HttpResponse:
        """Hand out one document, or the names of all there."""
        asked.require(self.reads)
        if self.name in asked.params:
            asked.params.moment("since")
            asked.params.need(self.name)
            place = self.place(asked, "since")
            return _document(documents.find(replace(place, name=_name(asked, self.name))))
        place = self.place(asked, "since")
        return answers.json(documents.names(place, since=asked.params.moment("since")))

    def put(self, asked: Asked) -> HttpResponse:
        """Store a document, or replace the one there."""
        asked.require(self.writes)
        place, sent = self.one(asked), _content(asked)
        conditions = _conditions(asked, needed=self.needed(asked))
        return _done(lambda: documents.put(place, sent, conditions=conditions, now=timezone.now()))

    def post(self, asked: Asked) -> HttpResponse:
        """Store a document, or merge it into the one there."""
        asked.require(self.writes)
        place, sent = self.one(asked), _content(asked)
        conditions, most = _conditions(asked), settings.RECORDS_BODY
        return _done(
            lambda: documents.merge(
                place, sent, conditions=conditions, now=timezone.now(), most=most
            )
        )

    def delete(self, asked: Asked) -> HttpResponse:
        """Delete one document."""
        asked.require(self.writes)
        place = self.one(asked)
        return _done(lambda: documents.delete(place, conditions=_conditions(asked)))

    def delete_all(self, asked: Asked) -> HttpResponse:
        """Delete all documents there."""
        asked.require(self.writes)
        place = self.place(asked)
        return _done(lambda: documents.delete_all(place))


def _name(asked: Asked, parameter: str) -> str:
    found = asked.params.text(parameter)
    if len(found) > LONGEST_NAME:
        raise Refusal(400, f"The parameter {parameter} is longer than {LONGEST_NAME:,} characters.")
    return found


def _document(row: Document | None) -> HttpResponse:
    if row is None:
        raise Refusal(404, "There is no such document.")
    headers = {"ETag": f'"{row.etag}"', **answers.modified(row.updated)}
    # What others sent as HTML is kept as a file, if a browser is ever led here, and not shown.
    headers["Content-Disposition"] = "attachment"
    return HttpResponse(bytes(row.content), content_type=row.content_type, headers=headers)


def _content(asked: Asked) -> Content:
    """Return the document that a request brings; without a Content-Type it is mere bytes."""
    kind = asked.header("Content-Type") or BYTES
    try:
        media_type(kind)
    except MediaTypeError as error:
        raise Refusal(400, str(error)) from None
    return Content(asked.body(), kind)


def _conditions(asked: Asked, *, needed: Needed = Needed.NEVER) -> Conditions:
    return Conditions(asked.header("If-Match"), asked.header("If-None-Match"), needed)


def _done(change: Callable[[], None]) -> HttpResponse:
    """Make a change, and answer that it is done or why it was not."""
    try:
        change()
    except tuple(_STATUS) as error:
        raise Refusal(_STATUS[type(error)], str(error)) from None
    return answers.nothing()
