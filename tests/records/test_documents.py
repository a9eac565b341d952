"""Documents of which two want to change the same one at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from digicantrain.core.xapi.conditions import Conditions, FailedConditionError, etag
from digicantrain.records import documents
from digicantrain.records.documents import Content, Place
from digicantrain.records.models import Document

pytestmark = pytest.mark.django_db
NEW = Conditions(if_none_match="*")


@pytest.fixture
def place(organisation):
    return Place(organisation.pk, Document.Kind.AGENT, agent="mbox mailto:a@b.example", name="1")


def put(place, data, conditions):
    sent = Content(data, "text/plain")
    documents.put(place, sent, conditions=conditions, now=timezone.now())


def test_of_two_first_ones_one_wins(place, monkeypatch):
    """The second saw no document, and finds one when it stores its own."""
    put(place, b"first", NEW)
    held, seen = documents._held, []

    def late(place):
        seen.append(place)
        return None if len(seen) == 1 else held(place)

    monkeypatch.setattr(documents, "_held", late)
    with pytest.raises(FailedConditionError):
        put(place, b"second", NEW)

    assert len(seen) == 2
    assert bytes(documents.find(place).content) == b"first"


def test_of_two_changes_of_the_same_one_one_wins(place):
    put(place, b"first", NEW)
    same = Conditions(if_match=f'"{etag(b"first")}"')
    with CaptureQueriesContext(
        connection,
    ) as asked:
        put(place, b"second", same)
    with pytest.raises(FailedConditionError):
        put(place, b"third", same)

    if connection.vendor == "postgresql":
        assert any("FOR UPDATE" in query["sql"] for query in asked)
    assert bytes(documents.find(place).content) == b"second"


def test_a_name_is_a_place_of_its_own(organisation, other_organisation, place):
    put(place, b"first", NEW)
    kind, agent = Document.Kind.AGENT, place.agent

    for other in (
        Place(other_organisation.pk, kind, agent=agent, name="1"),
        Place(organisation.pk, kind, agent=agent, name="2"),
        Place(organisation.pk, kind, agent="openid https://a.example", name="1"),
        Place(organisation.pk, Document.Kind.STATE, activity="a:b", agent=agent, name="1"),
    ):
        assert documents.find(other) is None
