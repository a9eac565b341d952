"""Two stores with their keys, and a client that speaks xAPI."""

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from digicantrain.records import keys
from digicantrain.records.keys import Wanted

AINO = {"objectType": "Agent", "name": "Aino", "mbox": "mailto:aino@example.org"}
LESSON = "https://a.example/lesson"
AGENT = json.dumps({"mbox": "mailto:aino@example.org"})


def statement(**changes):
    return {
        "id": str(uuid4()),
        "actor": AINO,
        "verb": {"id": "https://a.example/did", "display": {"en": "did", "fi": "teki"}},
        "object": {"id": LESSON, "definition": {"name": {"en": "Lesson", "fi": "Tunti"}}},
        **changes,
    }


@dataclass
class Provider:
    """A program with a key, that asks under a mount."""

    client: Any
    authorization: str
    mount: str = "/xapi/"
    version: str = "1.0.3"

    def ask(self, method, path, body=None, *, headers=None, query=None, kind="application/json"):
        sent = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.generic(
            method.upper(),
            f"{self.mount}{path}",
            "" if body is None else sent,
            content_type=kind,
            query_params=query or {},
            headers={
                "Authorization": self.authorization,
                "X-Experience-API-Version": self.version,
                **(headers or {}),
            },
        )

    def post(self, body, **more):
        return self.ask("post", "statements", body, **more)

    def find(self, **query):
        return self.ask("get", "statements", query=query)


@pytest.fixture
def key_for(client):
    """Return what makes a provider of an organisation with scopes."""

    def make(organisation, *scopes, name="Tablets"):
        wanted = Wanted(name, scopes or ("all",))
        opened = keys.make(organisation, wanted=wanted, by=None, now=timezone.now())
        pair = b64encode(f"{opened.key.client_id}:{opened.secret}".encode()).decode()
        return Provider(client, f"Basic {pair}")

    return make


@pytest.fixture
def turku(key_for, organisation):
    """A program of the provider in Turku that may do all."""
    return key_for(organisation)


@pytest.fixture
def elsewhere(key_for, other_organisation):
    """A program of another provider that may do all in its own store."""
    return key_for(other_organisation)
