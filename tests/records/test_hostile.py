"""What providers send to wear the store out, to learn of others, or to stand in their way."""

from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from digicantrain.core.xapi.identity import identifier
from digicantrain.records import clock, interning, linking, reading, writing
from digicantrain.records.erasing import forget
from digicantrain.records.interning import agent_ids
from digicantrain.records.models import Activity, FurtherMatch, Statement
from digicantrain.records.reading import Filters, find
from digicantrain.records.rows import insert
from digicantrain.records.rules import first_id
from digicantrain.records.writing import StatementConflictError, store
from tests.records.told import DID, MAIJA, OSKAR, OTHER, VOIDED, by, of, put, told

pytestmark = pytest.mark.django_db
FAR = [clock.moment(0).replace(year=year) for year in (1, 1969, 2045, 9999)]


def ids(page):
    return [one["id"] for one in page.statements]


# --- what costs too much ---


def test_threat_39_a_chain_of_references_costs_no_square_of_itself(
    organisation, django_assert_max_num_queries
):
    keys = [str(uuid4()) for _ in range(200)]
    batch = [told(about=of(after)) | {"id": key} for key, after in pairwise(keys)]
    with django_assert_max_num_queries(120):
        store(organisation.pk, batch, by=by())
        put(organisation, told(verb="https://v.example/end") | {"id": keys[-1]})

    led = ids(find(organisation.pk, Filters(verb="https://v.example/end")))
    assert sorted(led) == sorted(keys[-linking.FARTHEST - 1 :])


def test_threat_39_no_request_makes_more_pairs_than_a_bound(organisation, monkeypatch):
    monkeypatch.setattr(linking, "MOST", 10)
    target = told({"objectType": "Group", "member": [MAIJA, OSKAR, OTHER]})
    put(organisation, *(told(about=of(target["id"])) for _ in range(4)))

    with pytest.raises(linking.TooManyLinksError, match="More than 10 pairs"):
        put(organisation, target)
    assert not FurtherMatch.objects.exists()
    put(organisation, *(told(about=of(target["id"])) for _ in range(7)))
    with pytest.raises(linking.TooManyLinksError):
        put(organisation, told() | {"id": target["id"]})


def test_threat_39_no_request_names_more_than_a_bound(organisation, monkeypatch):
    monkeypatch.setattr(writing, "MOST_NAMED", 6)
    many = [{"id": f"https://a.example/{number}"} for number in range(4)]
    put(organisation, told(context={"contextActivities": {"other": many}}))

    with pytest.raises(writing.TooMuchError, match="name 8 agents and activities"):
        put(organisation, told({"objectType": "Group", "member": [MAIJA] * 7}))
    with pytest.raises(writing.TooMuchError):
        store(organisation.pk, [told(), told(), told(), told()], by=by())
    assert Statement.objects.count() == 1


def test_threat_39_a_page_ends_before_it_is_too_heavy(organisation, monkeypatch):
    monkeypatch.setattr(reading, "HEAVIEST", 50_000)
    keys = put(organisation, *(told(result={"response": "x" * 24_000}) for _ in range(5)), told())
    met, after = [], None
    sizes = []
    while True:
        page = find(organisation.pk, Filters(verb=DID), after=after)
        met += ids(page)
        sizes.append(len(page.statements))
        after = page.cursor
        if after is None:
            break
    assert met == [str(key) for key in reversed(keys)]
    assert sizes == [3, 2, 1]


def test_threat_39_heavy_statements_that_come_again_are_compared_one_by_one(
    organisation, monkeypatch
):
    monkeypatch.setattr(writing, "COMPARED", 50_000)
    batch = [told(result={"response": "x" * 24_000}) for _ in range(5)]
    sent = [dict(one) for one in batch]
    store(organisation.pk, batch, by=by())

    assert len(store(organisation.pk, sent, by=by())) == 5
    with pytest.raises(StatementConflictError):
        store(organisation.pk, [sent[0], told() | {"id": sent[4]["id"]}], by=by())


def test_threat_39_what_is_known_of_an_activity_does_not_grow_for_ever(organisation, monkeypatch):
    monkeypatch.setattr(interning, "LARGEST", 200)
    for number in range(4):
        more = {"name": {f"x-{number}": "n" * 60}}
        put(organisation, told(about={"id": "https://a.example/1", "definition": more}))
    heavy = {"type": f"a:{'b' * 300}"}
    put(organisation, told(about={"id": "https://a.example/2", "definition": heavy}))

    first, second = Activity.objects.order_by("pk").values_list("definition", flat=True)
    assert [*(first or {})["name"]] == ["x-0", "x-1"]
    assert second is None


@pytest.mark.parametrize("at", FAR)
@pytest.mark.parametrize("verb", [None, DID])
def test_threat_39_a_time_that_no_number_reaches_is_taken(organisation, at, verb):
    put(organisation, told(), told())

    is_late = at.year > 2026
    assert len(ids(find(organisation.pk, Filters(verb=verb, since=at)))) == (0 if is_late else 2)
    assert len(ids(find(organisation.pk, Filters(verb=verb, until=at)))) == (2 if is_late else 0)


def test_a_statement_that_many_rows_find_leaves_room_for_others(organisation):
    """Several rows that find one statement once filled the page, and pushed others off it."""
    target = told(verb="https://v.example/sought")
    group = {
        "objectType": "Group",
        "member": [MAIJA, OSKAR, OTHER, {"openid": "https://o.example"}],
    }
    first = told(about=of(target["id"]))
    last = told(group, verb="https://v.example/sought")
    keys = put(organisation, target, first, last)

    met = ids(find(organisation.pk, Filters(verb="https://v.example/sought", limit=2)))
    assert met == [str(keys[2]), str(keys[1])]


# --- who learns of whom, and who stands in whose way ---


def test_threat_39_a_strangers_early_voiding_does_not_hinder_the_providers_own(organisation):
    late = told()
    put(organisation, told(verb=VOIDED, about=of(late["id"])), authority=OTHER)
    put(organisation, told(verb=VOIDED, about=of(late["id"])))
    (key,) = put(organisation, late)

    assert reading.one(organisation.pk, key) is None
    assert reading.one(organisation.pk, key, voided=True)


def test_threat_39_bytes_are_told_with_the_statements_that_brought_them(organisation):
    carried = {"usageType": "https://u.example", "display": {"en": "x"}, "length": 3,
               "contentType": "text/plain", "sha2": "E" * 64}  # fmt: skip
    bytes_of = {"e" * 64: b"abc"}
    (key,) = store(organisation.pk, [told(attachments=[carried])], by=by(), attachments=bytes_of)
    (claimed,) = put(organisation, told(attachments=[{**carried, "fileUrl": "https://x.example"}]))

    assert [*reading.brought(organisation.pk, [key])] == ["e" * 64]
    assert reading.brought(organisation.pk, [claimed]) == {}


# --- at the same time ---


def test_a_conflict_of_many_rows_is_the_error_that_callers_await(organisation):
    put(organisation, told())
    row = Statement.objects.values_list(*writing.COLUMNS).get()
    rows = [(first_id(number), *row[1:]) for number in range(1, 20)]
    if connection.vendor != "postgresql":
        rows = [(*one[:2], one[2].hex, *one[3:]) for one in rows]

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Statement, writing.COLUMNS, rows)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_threat_39_no_reader_is_promised_what_a_transaction_is_about_to_store():
    """It knows the time that it will store by, and has written nothing yet."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(clock._NOW)
            (at,) = cursor.fetchone()
        assert clock.microseconds(clock.consistent_through()) <= at
        other.rollback()
    finally:
        other.close()


# --- erasure ---


def left_of(text):
    """Return the tables of the store in which a text stands, in any case of letters."""
    with connection.cursor() as cursor:
        tables = [
            name
            for name in connection.introspection.table_names(cursor)
            if name.startswith("records_")
        ]
        found = set()
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - names of ours
            rows = [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor]
            if text in str(rows).lower():
                found.add(table)
    return found


def everywhere(agent):
    """Statements that name somebody at every place where a statement may."""
    group = {"objectType": "Group", "member": [OSKAR, agent]}
    person = {"objectType": "Agent", **agent}
    context = {
        "instructor": agent,
        "team": group,
        "contextAgents": [{"objectType": "contextAgent", "agent": agent}],
        "contextGroups": [{"objectType": "contextGroup", "group": group}],
    }
    inner = {"actor": agent, "verb": {"id": DID}, "object": person, "context": context}
    yield told(agent)
    yield told(group, about=person)
    yield told(OSKAR, about=group, context=context)
    yield told(OSKAR, about={"objectType": "SubStatement", **inner})


@pytest.mark.parametrize(
    "known",
    [
        {"mbox": "mailto:maija@ward.example"},
        {"mbox": "mailto:Maija@Ward.example"},
        {"account": {"homePage": "https://ward.example", "name": "maija@ward.example"}},
        {"mbox_sha1sum": "fb0bdd3ec2ba1ed3c3b1cbdc9e7bbf1fe0ee3ecd"},
    ],
)
def test_after_erasure_no_table_of_the_store_holds_name_or_address(organisation, known):
    agent = {**known, "name": "Maija Virtanen"}
    keys = put(organisation, *everywhere(agent))
    assert left_of("maija") == {"records_naming", "records_agent"} - (
        {"records_agent"} if "mbox_sha1sum" in known else set()
    )
    asked = {"mbox": "mailto:maija@ward.example"} if "mbox_sha1sum" not in known else known

    forget(organisation, [str(identifier(asked))], by=None)

    assert left_of("maija") == left_of("fb0bdd3ec2ba1ed3") == set()
    assert all("aija" not in str(reading.one(organisation.pk, key)) for key in keys)


def test_erasure_by_address_takes_nobody_of_a_longer_or_like_address(organisation):
    names = ["anna.maija@ward.example", "maija_@ward.example", "maijax@ward.example"]
    others = [*names, "maija@ward.example.org"]
    agent_ids(organisation.pk, [f"mbox mailto:{other}" for other in others])
    put(organisation, told({"account": {"homePage": "https://w.example", "name": others[0]}}))

    done = forget(organisation, ["mbox mailto:maija@ward.example"], by=None)
    like = forget(organisation, ["mbox mailto:maij__@ward.example"], by=None)

    assert done.agents == like.agents == 0


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_who_erases_waits_for_who_stores_and_the_other_way(organisation):
    """Another connection stores: it may do so beside others, and nobody may be alone."""
    other = connection.copy()
    asked = "SELECT pg_try_advisory_xact_lock(%s, %s), pg_try_advisory_xact_lock_shared(%s, %s)"
    put(organisation, told())
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(asked, [0x78415049, organisation.pk] * 2)
            assert cursor.fetchone() == (False, True)
        other.rollback()
        forget(organisation, [str(identifier(MAIJA))], by=None)
        with other.cursor() as cursor:
            cursor.execute(asked, [0x78415049, organisation.pk] * 2)
            assert cursor.fetchone() == (False, False)
        other.rollback()
    finally:
        other.close()
