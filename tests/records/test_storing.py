"""Storing: all or nothing, each once, by whom, and what is refused."""

from copy import deepcopy
from uuid import uuid4

import pytest
from django.db import connection

from digicantrain.records import clock, reading
from digicantrain.records.linking import ForeignVoidingError, VoidingError
from digicantrain.records.models import Activity, Agent, Attachment, Naming, Statement
from digicantrain.records.writing import StatementConflictError, store
from tests.records.told import DID, MAIJA, MAIJA_AGAIN, OTHER, VOIDED, WARD, by, kept, of, put, told

pytestmark = pytest.mark.django_db


def test_a_store_sets_what_a_store_sets_threat_39(organisation):
    sent = told(stored="2020-01-01T00:00:00Z", authority=OTHER)
    del sent["timestamp"], sent["id"]

    (key,) = put(organisation, sent)

    row = kept(organisation, key)
    assert row["authority"] == WARD
    assert row["stored"] == row["timestamp"] > "2026"
    assert row["version"] == "1.0.0"
    assert row["id"] == str(key)


def test_no_name_and_no_address_stands_in_a_stored_statement(organisation):
    inner = {
        "objectType": "SubStatement", "actor": MAIJA, "verb": {"id": "https://v.example/plan"},
        "object": {"objectType": "Agent", **MAIJA_AGAIN}, "context": {"instructor": MAIJA},
    }  # fmt: skip
    team = {"objectType": "Group", "member": [MAIJA]}
    sent = told(about=inner, context={"instructor": MAIJA, "team": team})
    (key,) = put(organisation, deepcopy(sent))

    row = Statement.objects.get()
    assert "aija" not in row.text
    assert "ward.example" not in row.text
    row = kept(organisation, key)
    assert {part: row[part] for part in sent} == sent


def test_who_pretends_to_be_put_away_is_nobody_else_threat_39(organisation):
    put(organisation, told())
    naming = Naming.objects.get()
    mask = {"account": {"homePage": "x-digicantrain:agent", "name": str(naming.pk)}}

    (key,) = put(organisation, told(mask))

    assert kept(organisation, key)["actor"] == mask


def test_a_batch_is_stored_whole_or_not_at_all(organisation):
    (key,) = put(organisation, told())
    other = told(id=str(key), verb="https://v.example/other")

    with pytest.raises(StatementConflictError, match=str(key)):
        store(organisation.pk, [told(), told(), other], by=by())

    assert Statement.objects.count() == 1


def test_the_same_again_is_stored_once_whatever_does_not_count(organisation):
    sent = told(context={"contextActivities": {"parent": {"id": "https://a.example/p"}}})
    again = {
        **sent, "object": {"id": sent["object"]["id"], "objectType": "Activity",
                           "definition": {"name": {"en": "New"}}},
        "context": {"contextActivities": {"parent": [{"id": "https://a.example/p"}]}},
        "timestamp": "2026-11-20T14:00:00+02:00",
    }  # fmt: skip
    put(organisation, sent)

    put(organisation, again)

    assert Statement.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"verb": {"id": "https://v.example/x"}},
        {"actor": MAIJA_AGAIN},
        {"timestamp": "2026-11-21T12:00:00Z"},
        {"result": {"success": True}},
        {"context": {"language": "fi"}},
    ],
)
def test_the_same_id_with_other_content_is_refused_threat_39(organisation, change):
    sent = told()
    put(organisation, dict(sent))

    with pytest.raises(StatementConflictError):
        put(organisation, {**sent, **change})


def test_definitions_of_an_activity_come_together(organisation):
    iri = "https://a.example/1"
    first = {"name": {"en": "Ward"}, "type": "https://t.example/a", "extensions": {"a:b": 1}}
    second = {"name": {"fi": "Osasto"}, "type": "https://t.example/b", "extensions": {"a:c": 2}}
    put(organisation, told(about={"id": iri, "definition": first}), told())
    put(organisation, told(about={"id": iri, "definition": second}))

    assert (reading.activity(organisation.pk, iri) or {})["definition"] == {
        "name": {"en": "Ward", "fi": "Osasto"},
        "type": "https://t.example/b",
        "extensions": {"a:b": 1, "a:c": 2},
    }
    assert Activity.objects.count() == 1


def test_a_voiding_statement_cannot_be_made_void(organisation):
    (key,) = put(organisation, told())
    (voiding,) = put(organisation, told(verb=VOIDED, about=of(key)))

    with pytest.raises(VoidingError, match=str(voiding)):
        put(organisation, told(verb=VOIDED, about=of(voiding)))

    assert Statement.objects.count() == 2


def test_another_providers_statement_is_made_void_by_nobody_without_all_threat_39(organisation):
    (key,) = put(organisation, told())
    void = told(verb=VOIDED, about=of(key))

    with pytest.raises(ForeignVoidingError, match=str(key)):
        put(organisation, void, authority=OTHER)
    assert reading.one(organisation.pk, key)

    put(organisation, void, authority=OTHER, voids_all=True)
    assert reading.one(organisation.pk, key) is None


def test_nor_before_it_came_threat_39(organisation):
    late = told()
    put(organisation, told(verb=VOIDED, about=of(late["id"])), authority=OTHER)

    (key,) = put(organisation, late)

    assert reading.one(organisation.pk, key)


def test_a_voiding_statement_that_was_awaited_is_not_void(organisation):
    (key,) = put(organisation, told())
    late = told(verb=VOIDED, about=of(key))
    put(organisation, told(verb=VOIDED, about=of(late["id"])))

    put(organisation, late)

    assert reading.one(organisation.pk, late["id"] and key) is None
    assert reading.find(organisation.pk, reading.Filters()).statements[0]["id"] == late["id"]


def test_an_attachment_is_kept_once_for_each_store(organisation, other_organisation):
    sha2 = "e" * 64
    carried = {"usageType": "https://u.example", "display": {"en": "x"}, "length": 3,
               "contentType": "text/plain", "sha2": sha2}  # fmt: skip
    for place in (other_organisation, organisation, organisation):
        keys = store(place.pk, [told(attachments=[carried])], by=by(), attachments={sha2: b"abc"})

    assert Attachment.objects.count() == 2
    (number,) = reading.brought(organisation.pk, keys).values()
    assert reading.content(number) == b"abc"


@pytest.mark.parametrize("many", [1, 40])
def test_a_batch_asks_the_same_however_many(organisation, many, django_assert_num_queries):
    put(organisation, told())
    batch = [told() for _ in range(many)]

    # savepoint, on PostgreSQL a lock, known, agents, namings, activities, verbs, time, statements,
    # two kinds of mentions, awaited, release
    with django_assert_num_queries(13 if connection.vendor == "postgresql" else 12):
        store(organisation.pk, batch, by=by())


def test_who_is_named_again_and_again_is_kept_once(organisation):
    put(organisation, *(told() for _ in range(3)), told(MAIJA_AGAIN))

    assert Naming.objects.count() == 2
    assert Agent.objects.count() == 2  # she, and the one who vouches


def test_the_order_of_ids_is_the_order_of_storing(organisation):
    keys = put(organisation, *(told() for _ in range(4)))
    batch = store(organisation.pk, [told() for _ in range(4)], by=by())

    rows = Statement.objects.order_by("id")
    assert [row.uuid for row in rows] == keys + batch
    assert [row.stored for row in rows] == sorted({row.stored for row in rows})


def test_what_is_consistent_reaches_the_newest(organisation):
    put(organisation, told(id=str(uuid4())))

    newest = Statement.objects.get().stored
    assert clock.consistent_through() >= newest


def test_two_words_for_a_verb_in_a_language_called_name_are_two_words(organisation):
    """Four letters may name a language (RFC 5646), and `name` is a field of definitions."""
    batch = [told() for _ in range(2)]
    for word, statement in zip(("did", "done"), batch, strict=True):
        statement["verb"]["display"] = {"name": word}

    store(organisation.pk, batch, by=by())

    assert reading.displays(organisation.pk, [DID]) == {DID: {"name": "done"}}
