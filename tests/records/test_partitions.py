"""Partitions by month: the same store, in parts, on PostgreSQL."""

from datetime import UTC, date, datetime
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from digicantrain.core.xapi.identity import identifier
from digicantrain.records import partitions
from digicantrain.records.clock import microseconds
from digicantrain.records.models import Statement
from digicantrain.records.partitions import PartitionError, extend, partition
from digicantrain.records.reading import Filters, find
from digicantrain.records.retention import keep_for, remove_old
from digicantrain.records.writing import StatementConflictError
from tests.records.told import MAIJA, VOIDED, kept, of, put, told

TODAY = date(2026, 11, 26)
pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no partitions."
)


@pytest.fixture
def parted(organisation):
    """A store with statements of two months, parted; the test's transaction takes it back."""
    with patch("digicantrain.records.clock.microsecond", return_value=_at(2026, 9, 3)):
        keys = put(organisation, told())
    keys += put(organisation, told())
    partition(today=TODAY)
    yield keys
    partitions.remembered.cache_clear()


def _at(year, month, day):
    return microseconds(datetime(year, month, day, tzinfo=UTC))


@on_postgresql
def test_what_was_stored_is_found_in_its_month(organisation, parted):
    assert partitions.is_partitioned()
    months = partitions._rows("SELECT relname FROM pg_class WHERE relname LIKE %s",
                              ["records\\_statement\\_2026%"])  # fmt: skip
    assert {"records_statement_2026_09", "records_statement_2026_11"} <= {
        name for (name,) in months
    }
    page = find(organisation.pk, Filters(agent=identifier(MAIJA), related_agents=True))
    assert [one["id"] for one in page.statements] == [str(key) for key in reversed(parted)]


@on_postgresql
def test_storing_voiding_and_conflicts_go_on(organisation, parted):
    first, _second = parted
    put(organisation, told(verb=VOIDED, about=of(first)))
    again = kept(organisation, first, voided=True)

    with pytest.raises(StatementConflictError):
        put(organisation, {**again, "verb": {"id": "https://v.example/x"}})
    put(organisation, again)

    assert Statement.objects.count() == 3


@on_postgresql
def test_an_id_is_unique_over_all_months_threat_39(organisation, parted):
    row = Statement.objects.order_by("id").first()

    with pytest.raises(DatabaseError, match="records_statementkey"), transaction.atomic():
        Statement.objects.bulk_create(
            [Statement(**{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields
                          if f.name != "id"}, id=row.pk + 1)]
        )  # fmt: skip


@on_postgresql
def test_the_parts_are_append_only_and_retention_still_removes(organisation, parted):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE records_statement_2026_09 SET text = 'x'")
    keep_for(organisation, statements=1, documents=None, by=None)

    assert remove_old(organisation, now=datetime(2026, 11, 26, tzinfo=UTC)).statements == 1
    assert partitions.ids_of(organisation.pk, parted).keys() == {parted[1]}


@on_postgresql
def test_the_coming_months_are_made_once(parted):
    assert extend(today=TODAY) == 0
    assert extend(today=date(2026, 12, 1)) == len(partitions.PARTED)
    with pytest.raises(PartitionError, match="already"):
        partition(today=TODAY)


@on_postgresql
def test_what_came_after_the_last_month_stays_together(organisation, parted):
    with patch("digicantrain.records.clock.microsecond", return_value=_at(2027, 4, 9)):
        (late,) = put(organisation, told())

    assert extend(today=date(2027, 4, 10)) == 3 * len(partitions.PARTED)
    assert extend(today=date(2027, 4, 10)) == 0
    assert partitions._rows("SELECT uuid FROM records_statement_2027_04", []) == [(late,)]
    with pytest.raises(StatementConflictError):
        put(organisation, {**told(verb="https://v.example/x"), "id": str(late)})


@on_postgresql
def test_a_page_of_the_newest_looks_into_no_older_months(organisation, parted):
    with connection.cursor() as cursor:
        # Pages that other tests left behind would make it look larger than the statements.
        cursor.execute("TRUNCATE records_furthermatch")
    put(organisation, told())
    with CaptureQueriesContext(connection) as asked:
        find(organisation.pk, Filters(limit=1))
        find(organisation.pk, Filters(limit=1, agent=identifier(MAIJA)))
        find(organisation.pk, Filters(limit=1, agent=identifier(MAIJA), related_agents=True))
    queries = [query["sql"] for query in asked]
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):  # what a table of three rows tempts to
            cursor.execute(f"SET LOCAL enable_{way} = off")
        looked = []
        for query in queries:
            cursor.execute(f"EXPLAIN ANALYZE {query}")
            looked += [line for (line,) in cursor.fetchall() if "2026_09" in line]

    assert looked
    assert all("never executed" in line for line in looked)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has partitions.")
def test_sqlite_says_that_it_has_none():
    with pytest.raises(PartitionError, match="Only PostgreSQL"):
        partition(today=TODAY)
    assert extend(today=TODAY) == 0
