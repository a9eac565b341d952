"""The clock that statements are stored by, and until when readers have seen all of them."""

from datetime import UTC, date, datetime, time, timedelta
from time import time_ns

from django.db import OperationalError, connection

from digicantrain.records.models import EPOCH, Statement
from digicantrain.records.rules import TIE_BITS, first_id

# The oldest transaction that has written and has not ended: what it stores is not seen yet. Where
# there is none it is the time before looking for one: who begins to write meanwhile is later.
_OPEN = """
SELECT floor(extract(epoch FROM coalesce(
    min(xact_start) FILTER (WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()),
    statement_timestamp())) * 1000000)::bigint
FROM pg_stat_activity WHERE datname = current_database()
"""
# The transaction is known to write before it knows the time: no reader passes it over.
_NOW = """
WITH writing AS MATERIALIZED (SELECT pg_current_xact_id())
SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM writing
"""


def microsecond() -> int:
    """Return the time to store by, in microseconds since 1970; asked inside a transaction.

    On PostgreSQL it is the database's clock, one for all servers of ours. An SQLite file has one
    writer at a time on one machine, and its next time is never before its last.
    """
    if connection.vendor == "postgresql":
        return _asked(_NOW)
    return max(time_ns() // 1_000, _last() + 1)


def consistent_through() -> datetime:
    """Return the time up to which each statement that was or will be stored is seen by readers."""
    if connection.vendor == "postgresql":
        return moment(_asked(_OPEN) - 1)
    return moment(_unwritten() or _last())


def moment(microseconds: int) -> datetime:
    """Return a time in microseconds since 1970 as a datetime."""
    return EPOCH + timedelta(microseconds=microseconds)


def written(microseconds: int) -> str:
    """Return a time in microseconds since 1970 as statements write it: in UTC, to the digit."""
    return moment(microseconds).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def microseconds(at: datetime) -> int:
    """Return a datetime in microseconds since 1970, what is finer left off."""
    return (at.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def first_of(day: date) -> int:
    """Return the lowest id that a statement stored on a day of UTC, or after it, can have."""
    return first_id(microseconds(datetime.combine(day, time(), tzinfo=UTC)))


def _asked(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return int(row[0])


def _unwritten() -> int | None:
    """Return the time at a moment in which nobody writes to the SQLite file; None if one does."""
    if connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            cursor.execute("BEGIN IMMEDIATE")
            now = max(time_ns() // 1_000, _last())
            cursor.execute("ROLLBACK")
        except OperationalError:
            return None
        finally:
            wait = connection.settings_dict["OPTIONS"].get("timeout", 5)
            cursor.execute(f"PRAGMA busy_timeout = {int(wait * 1_000)}")
    return now


def _last() -> int:
    newest = Statement.objects.order_by("-id").values_list("id", flat=True).first()
    return (newest or 0) >> TIE_BITS
