"""The backup of docs/run: a copy made while the database is in use holds every row."""

import hashlib
import sqlite3

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


def checksum(database):
    """Return the SHA-256 of all that a database holds, tables and rows, as SQL."""
    return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()


@pytest.fixture
def copy(enrolment, tmp_path):
    """Back the database up as sqlite3's `.backup` does; return the copy, opened again."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own backup; PostgreSQL's is pg_dump.")
    place = tmp_path / "backup.sqlite3"
    target = sqlite3.connect(place)
    connection.connection.backup(target)
    target.close()
    opened = sqlite3.connect(place)
    yield opened
    opened.close()


def test_threat_46_a_restored_backup_is_equal_by_checksum(copy, enrolment):
    assert checksum(copy) == checksum(connection.connection)
    assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert copy.execute("SELECT key FROM learning_enrolment").fetchall() == [(enrolment.key.hex,)]


def test_threat_46_a_row_that_came_after_the_backup_is_noticed(copy, enrolment):
    enrolment.delete()

    assert checksum(copy) != checksum(connection.connection)
