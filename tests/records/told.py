"""Statements as a provider of an organisation sends them, and a short way to store them."""

from uuid import uuid4

from digicantrain.core.xapi.versions import Version
from digicantrain.records import reading
from digicantrain.records.writing import Writer, store

WARD = {"objectType": "Agent", "account": {"homePage": "http://127.0.0.1:8000", "name": "ward"}}
OTHER = {"objectType": "Agent", "account": {"homePage": "http://127.0.0.1:8000", "name": "other"}}
MAIJA = {"mbox": "mailto:maija@ward.example", "name": "Maija"}
MAIJA_AGAIN = {"mbox": "mailto:maija@ward.example", "name": "Maija V."}
OSKAR = {"account": {"homePage": "https://ward.example", "name": "oskar"}}
DID = "https://v.example/did"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def by(authority=WARD, *, voids_all=False):
    """Who stores."""
    return Writer(authority, Version.V1, voids_all=voids_all)


def told(actor=MAIJA, *, verb=DID, about="https://a.example/1", **more):
    """A statement; `about` is the IRI of an activity, or a whole object."""
    target = {"id": about} if isinstance(about, str) else about
    return {
        "id": str(uuid4()),
        "actor": dict(actor),
        "verb": {"id": verb},
        "object": target,
        "timestamp": "2026-11-20T12:00:00.000Z",
        **more,
    }


def of(key):
    """An object that refers to a statement."""
    return {"objectType": "StatementRef", "id": str(key)}


def put(organisation, *statements, authority=WARD, **more):
    """Store statements one request after another, and return their ids."""
    return [
        store(organisation.pk, [statement], by=by(authority, **more))[0] for statement in statements
    ]


def kept(organisation, key, **how):
    """Return a statement that is there."""
    found = reading.one(organisation.pk, key, **how)
    assert found is not None
    return found
