"""The audit trail: append-only, chained, and still whole after an erasure."""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.db import DatabaseError, connection, transaction

from digicantrain.base import append_only
from digicantrain.base.append_only import AppendOnlyError
from digicantrain.people import actions, queries
from digicantrain.people.models import AuditEntry, ErasureReceipt, Person
from digicantrain.people.trail import TrailHead

pytestmark = pytest.mark.django_db


def faults():
    return list(actions.faults_of_trail())


def test_a_trail_of_acts_holds(aino, ben):
    actions.record("first", actor=aino, subject="thing:1", data={"n": 1})
    actions.record("second", actor=ben)
    actions.record("third", actor=None)

    assert faults() == []
    assert list(AuditEntry.objects.values_list("action", flat=True))[-3:] == [
        "first",
        "second",
        "third",
    ]


def test_an_entry_cannot_be_changed_or_deleted(aino):
    entry = actions.record("act", actor=aino)
    entry.action = "other"

    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()


def forged(statement, *values):
    """Change the trail as somebody does who owns the database: she takes the triggers away."""
    append_only.unguard(connection, "people_auditentry")
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def trail(aino):
    """Five acts of Aino; the sequence of the first."""
    acts = [actions.record("act", actor=aino, data={"n": number}) for number in range(5)]
    return acts[0].sequence


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("action = 'forged'", "changed after"),
        ("data = '{\"n\": 7}'", "changed after"),
        ("actor = NULL", "changed after"),
        ("subject = 'person:another'", "changed after"),
        ("at = '2026-01-01 00:00:00+00:00'", "changed after"),
        (f"previous = '{'f' * 64}'", "does not continue"),
        (f"hash = '{'f' * 64}'", "does not continue"),
        ("sequence = 99", "missing before"),
    ],
)
def test_a_change_behind_our_back_is_found(trail, change, why):
    statement = f"UPDATE people_auditentry SET {change} WHERE sequence = %s"  # noqa: S608 - ours
    forged(statement, trail + 2)

    assert any(why in fault.why for fault in faults())


@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_removed_entry_is_found_where_it_stood(trail, place):
    forged("DELETE FROM people_auditentry WHERE sequence = %s", trail + place)

    assert faults()[0].sequence == trail + place + 1
    assert f"entry {trail + place} is missing" in faults()[0].why


def test_two_entries_that_changed_places_are_found(trail):
    for old, new in ((trail + 1, -1), (trail + 2, trail + 1), (-1, trail + 2)):
        forged("UPDATE people_auditentry SET sequence = %s WHERE sequence = %s", new, old)

    assert {fault.sequence for fault in faults()} >= {trail + 1, trail + 2}


def test_an_end_that_was_cut_off_is_found_by_the_head_kept_elsewhere(trail):
    head = queries.head_of_trail()

    forged("DELETE FROM people_auditentry WHERE sequence >= %s", trail + 3)

    assert faults() == []
    (fault,) = actions.faults_of_trail(head)
    assert fault.sequence == trail + 4
    assert "is gone with all after it" in fault.why


def test_a_trail_written_anew_is_found_by_the_head_kept_elsewhere(trail, aino):
    head = queries.head_of_trail()
    forged("DELETE FROM people_auditentry WHERE sequence >= %s", trail + 3)
    for _ in range(4):
        actions.record("another act", actor=aino)

    (fault,) = actions.faults_of_trail(head)

    assert "was rewritten" in fault.why


def test_a_trail_that_goes_on_holds_its_old_head(trail, aino):
    head = queries.head_of_trail()
    actions.record("act", actor=aino)

    assert list(actions.faults_of_trail(head)) == []
    assert TrailHead.read(str(head)) == head


@pytest.mark.parametrize("text", ["", "7", "7:abc", f"x:{'0' * 64}", f"7:{'0' * 64}x"])
def test_what_is_no_head_is_refused(text):
    with pytest.raises(ValueError, match="is no head"):
        TrailHead.read(text)


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(action="forged"),
        lambda rows: rows.delete(),
        lambda rows: rows.bulk_update(list(rows), ["action"]),
        lambda rows: rows.bulk_create([], update_conflicts=True),
        lambda rows: AuditEntry.objects.all().delete(),
    ],
    ids=["update", "delete", "bulk_update", "bulk_create over others", "delete all"],
)
def test_many_entries_at_once_cannot_be_changed_or_deleted(trail, change):
    with pytest.raises(AppendOnlyError, match="append-only"):
        change(AuditEntry.objects.filter(sequence__gte=trail))


@pytest.mark.parametrize("table", ["people_auditentry", "records_statement"])
def test_the_migrations_make_the_triggers_of_both_tables(django_db_setup, table):
    """A later migration that builds such a table anew must guard it again."""
    assert {f"{table}_no_update", f"{table}_no_delete"} <= django_db_setup


@pytest.mark.parametrize(
    "statement", ["UPDATE people_auditentry SET action = 'x'", "DELETE FROM people_auditentry"]
)
def test_the_database_itself_refuses_a_change(trail, statement):
    if connection.vendor == "sqlite":
        append_only.guard(connection, "people_auditentry")

    with (
        pytest.raises(DatabaseError, match="people_auditentry is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert faults() == []


WRITER = (
    "import django; django.setup()\n"
    "from digicantrain.people import actions\n"
    "for number in range(40): actions.record('act', actor=None, data={'n': number})\n"
)


@pytest.mark.django_db(transaction=True)
def test_two_programs_that_write_at_once_do_not_fork_the_chain(tmp_path):
    found = connection.settings_dict
    address = f"postgresql://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
    if connection.vendor == "sqlite":
        address = f"sqlite:///{tmp_path / 'copy'}"
        with sqlite3.connect(tmp_path / "copy") as copy:
            connection.connection.backup(copy)
    environment = {**os.environ, "DIGICANTRAIN_DATABASE": address}

    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER], env=environment)  # noqa: S603 - our code
        for _ in range(2)
    ]
    codes = [writer.wait(timeout=300) for writer in writers]
    done = subprocess.run(
        [sys.executable, "-m", "digicantrain", "check-trail"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert codes == [0, 0]
    assert done.stdout.startswith("80 entries, 0 faults."), done.stdout + done.stderr


def test_the_chain_holds_after_a_person_is_erased_and_names_nobody(aino, ben, turku_site):
    actions.grant_role(aino, role="mentor", organisation=turku_site.organisation, by=ben)
    name, email, pk = aino.name, aino.email, aino.pk

    receipt = actions.erase_person(aino, by=None)

    assert faults() == []
    assert not Person.objects.filter(pk=pk).exists()
    stored = str(list(AuditEntry.objects.values())) + str(list(ErasureReceipt.objects.values()))
    assert name not in stored
    assert email not in stored
    assert receipt.removed["roles"] == 1
