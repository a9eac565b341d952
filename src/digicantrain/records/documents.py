"""Documents of the state and profile resources: put, merged, read, listed, deleted.

Each change holds the document's row, so of two that name the same ETag one alone can win.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from digicantrain.core.xapi import strict
from digicantrain.core.xapi.conditions import Conditions, etag
from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.media import MediaTypeError, media_type
from digicantrain.records import locks
from digicantrain.records.interning import activity_ids, agent_ids
from digicantrain.records.models import Document
from digicantrain.records.rules import digest

ATTEMPTS: Final = 3


class MergeError(ValueError):
    """Two documents that cannot be made one; the sentence says why."""


class TooLargeError(ValueError):
    """A document that would grow over what a request may bring."""


@dataclass(frozen=True)
class Place:
    """Where documents lie: of which store and resource, about what, and under which name.

    `activity` is an IRI, `agent` an identifier; a place without a name holds all that are there.
    """

    organisation_id: int
    kind: Document.Kind
    activity: str | None = None
    agent: str | None = None
    registration: UUID | None = None
    name: str = ""

    @property
    def key(self) -> UUID:
        """The digest of all that names one document."""
        parts = (self.kind, self.activity, self.agent, self.registration, self.name)
        return digest(json.dumps([part and str(part) for part in parts]))


@dataclass(frozen=True)
class Content:
    """What a document holds, and what it says it is."""

    data: bytes
    kind: str

    @property
    def is_json(self) -> bool:
        """Whether it calls itself JSON."""
        try:
            return media_type(self.kind).is_json
        except MediaTypeError:
            return False


def find(place: Place) -> Document | None:
    """Return a document, or nothing."""
    rows = Document.objects.filter(organisation_id=place.organisation_id, key=place.key)
    return rows.first()


def names(place: Place, *, since: datetime | None = None) -> list[str]:
    """Return the names of the documents there, or of those changed after a time, in order."""
    rows = _there(place)
    if since is not None:
        rows = rows.filter(updated__gt=since)
    return list(rows.order_by("name").values_list("name", flat=True).distinct())


def put(place: Place, sent: Content, *, conditions: Conditions, now: datetime) -> None:
    """Store a document, or replace the one that is there.

    Raises an error of `core.xapi.conditions`.
    """
    _change(place, lambda _old: sent, conditions=conditions, now=now)


def merge(place: Place, sent: Content, *, conditions: Conditions, now: datetime, most: int) -> None:
    """Store a document, or lay its properties over those of the JSON object that is there.

    Raises an error of `core.xapi.conditions`; MergeError if one of the two is no JSON object;
    TooLargeError if more than `most` bytes would be kept.
    """
    if sent.is_json:
        _read(sent)

    def united(old: Content | None) -> Content:
        if old is None:
            return sent
        made = json.dumps({**_properties(old), **_properties(sent)}, ensure_ascii=False)
        data = made.encode()
        if len(data) > most:
            raise TooLargeError(f"The merged document would have more than {most:,} bytes.")
        return Content(data, sent.kind)

    _change(place, united, conditions=conditions, now=now)


def delete(place: Place, *, conditions: Conditions) -> None:
    """Delete a document; one that is not there is gone already.

    Raises an error of `core.xapi.conditions`.
    """
    with transaction.atomic():
        row = _held(place)
        conditions.require(row.etag if row else None)
        if row is not None:
            row.delete()


def delete_all(place: Place) -> None:
    """Delete all documents there."""
    _there(place).delete()


Make = Callable[[Content | None], Content]


def _change(place: Place, make: Make, *, conditions: Conditions, now: datetime) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                _keep(place, make, conditions=conditions, now=now)
        except IntegrityError:
            # Somebody else put the first one in between: now there is a row to hold.
            if attempt == ATTEMPTS:
                raise
        else:
            return


def _keep(place: Place, make: Make, *, conditions: Conditions, now: datetime) -> None:
    row = _held(place)
    conditions.require(row.etag if row else None)
    made = make(Content(bytes(row.content), row.content_type) if row else None)
    values: dict[str, Any] = {
        "content": made.data,
        "content_type": made.kind,
        "etag": etag(made.data),
        "updated": now,
    }
    if row is None:
        # Whom somebody erases meanwhile is somebody new here, and not the one who was erased.
        locks.beside_others(place.organisation_id)
        Document.objects.create(**_named(place), **values)
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*values])


def _held(place: Place) -> Document | None:
    rows = Document.objects.select_for_update()
    return rows.filter(organisation_id=place.organisation_id, key=place.key).first()


def _named(place: Place) -> dict[str, Any]:
    """Return the columns that name a document; agent and activity are made where new."""
    store, activity, agent = place.organisation_id, place.activity, place.agent
    return {
        "organisation_id": store,
        "key": place.key,
        "kind": place.kind,
        "activity_id": activity_ids(store, {activity: None})[activity] if activity else None,
        "agent_id": agent_ids(store, {agent})[agent] if agent else None,
        "registration": place.registration,
        "name": place.name,
    }


def _there(place: Place) -> QuerySet[Document]:
    """Return the documents of a place; one without a registration has those of all."""
    rows = Document.objects.filter(organisation_id=place.organisation_id, kind=place.kind)
    if place.activity is not None:
        rows = rows.filter(
            activity__organisation_id=place.organisation_id, activity__key=digest(place.activity)
        )
    if place.agent is not None:
        rows = rows.filter(
            agent__organisation_id=place.organisation_id, agent__key=digest(place.agent)
        )
    if place.registration is not None:
        rows = rows.filter(registration=place.registration)
    return rows


def _properties(content: Content) -> dict[str, Any]:
    value = _read(content) if content.is_json else None
    if not isinstance(value, dict):
        raise MergeError(
            "Documents are merged only if both are JSON objects sent as application/json; "
            "put the new one instead."
        )
    return value


def _read(content: Content) -> object:
    try:
        return strict.read(content.data)
    except StatementError as error:
        raise MergeError(f"The document is not the JSON that it says it is: {error}") from None
