"""The record store: append-only, once only, and left without a name by erasure."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from digicantrain.base import append_only
from digicantrain.base.append_only import AppendOnlyError
from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.events import Activity, Event, Verb, statement
from digicantrain.people.actions import erase_person, export_person
from digicantrain.people.queries import key_of, name_of
from digicantrain.records.actions import StatementConflictError, append, write
from digicantrain.records.models import Statement
from digicantrain.records.queries import statements_about, statements_of

REGISTRATION = UUID("4a8c1f8e-97a4-4e66-8e07-0f3d1a52d9aa")


def told(actor, *, key=None, verb=Verb.OPENED):
    event = Event(
        actor=actor,
        verb=verb,
        activity=Activity("https://train.example/activities/x", "lesson"),
        at=datetime(2026, 11, 20, 12, tzinfo=UTC),
        registration=REGISTRATION,
    )
    return statement(event, key=key or uuid4(), origin=settings.ORIGIN)


def test_a_statement_is_kept_whole_and_by_its_parts(organisation, aino):
    body = told(key_of(aino))

    row = write(organisation=organisation, statement=body)

    row.refresh_from_db()
    assert row.body == body
    assert row.agent.identifier.endswith(str(key_of(aino)))
    assert row.verb.iri.endswith("/open")
    assert list(statements_of(key_of(aino))) == [row]
    assert list(statements_about(REGISTRATION)) == [row]


def test_the_same_statement_again_is_stored_once_threat_39(organisation, aino):
    body = told(key_of(aino))

    assert write(organisation=organisation, statement=body) == write(
        organisation=organisation, statement=body
    )

    assert Statement.objects.count() == 1


def test_another_statement_under_the_same_id_is_refused_threat_39(organisation, aino):
    key = uuid4()
    write(organisation=organisation, statement=told(key_of(aino), key=key))

    with pytest.raises(StatementConflictError):
        write(organisation=organisation, statement=told(key_of(aino), key=key, verb=Verb.PASSED))

    assert Statement.objects.get().verb.iri.endswith("/open")


def test_two_providers_may_hold_the_same_id_and_never_learn_of_it_threat_39(
    organisation, other_organisation, aino
):
    key = uuid4()
    write(organisation=organisation, statement=told(key_of(aino), key=key))
    write(organisation=other_organisation, statement=told(key_of(aino), key=key, verb=Verb.PASSED))

    assert [row.verb.iri.rsplit("/", 1)[1] for row in Statement.objects.filter(uuid=key)] == [
        "open",
        "passed",
    ]


def test_a_statement_that_breaks_a_rule_leaves_nothing_behind(organisation, aino):
    body = told(key_of(aino)) | {"actor": {"mbox": "mailto:aino@example.org"}}

    with pytest.raises(StatementError):
        append(organisation=organisation, statement=body)

    assert not Statement.objects.exists()


def test_a_stored_statement_is_neither_changed_nor_deleted(organisation, aino):
    row = write(organisation=organisation, statement=told(key_of(aino)))

    with pytest.raises(AppendOnlyError):
        row.save()
    with pytest.raises(AppendOnlyError):
        row.delete()
    for change in (Statement.objects.all().delete, lambda: Statement.objects.update(text="x")):
        with pytest.raises(AppendOnlyError):
            change()


@pytest.mark.parametrize(
    "statement", ["UPDATE records_statement SET text = 'x'", "DELETE FROM records_statement"]
)
def test_the_database_itself_refuses_to_change_a_statement(organisation, aino, statement):
    append(organisation=organisation, statement=told(key_of(aino)))
    if connection.vendor == "sqlite":
        append_only.guard(connection, "records_statement")

    with (
        pytest.raises(DatabaseError, match="records_statement is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_nor_are_many_at_once(organisation, aino):
    append(organisation=organisation, statement=told(key_of(aino)))

    with pytest.raises(AppendOnlyError):
        statements_of(key_of(aino)).update(text="x")
    with pytest.raises(AppendOnlyError):
        Statement.objects.all().delete()
    assert Statement.objects.exclude(text="x").count() == 1


@pytest.mark.parametrize(
    "sql", ["UPDATE records_statement SET text = 'x'", "DELETE FROM records_statement"]
)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="the trigger is PostgreSQL's")
def test_nor_by_a_program_that_knows_nothing_of_ours(organisation, aino, sql):
    append(organisation=organisation, statement=told(key_of(aino)))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)

    assert Statement.objects.exclude(text="x").count() == 1


def test_appending_asks_for_new_names_once(organisation, aino, django_assert_num_queries):
    append(organisation=organisation, statement=told(key_of(aino)))

    # its pseudonym, agents, activities, verbs, time, statement, two kinds of mentions
    with django_assert_num_queries(8):
        append(organisation=organisation, statement=told(key_of(aino)))


def test_erasure_keeps_statements_under_a_key_that_leads_to_nobody(organisation, aino):
    key = key_of(aino)
    append(organisation=organisation, statement=told(key))
    assert export_person(aino)["records"]["statements"][0]["actor"]["account"]["name"] == str(key)

    receipt = erase_person(aino, by=None)

    assert receipt.kept["statements"] == 1
    assert statements_of(key).count() == 1
    assert name_of(key) == ""
