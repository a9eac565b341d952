"""Who waits for whom at one store, until the transaction ends.

Two transactions do not see each other's rows. So one that stores a reference, or erases somebody,
waits for all that store in the same organisation at that moment, and they for it. SQLite has one
writer at a time anyway.
"""

from typing import Final

from django.db import connection

_LOCKS: Final = 0x78415049
_SHARED: Final = "SELECT pg_advisory_xact_lock_shared(%s, %s)"
_ALONE: Final = "SELECT pg_advisory_xact_lock(%s, %s)"


def beside_others(organisation_id: int) -> None:
    """Store beside others that do so; first thing in a transaction."""
    _hold(_SHARED, organisation_id)


def alone(organisation_id: int) -> None:
    """Wait until nobody else stores, and keep others waiting; first thing in a transaction."""
    _hold(_ALONE, organisation_id)


def _hold(sql: str, organisation_id: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, [_LOCKS, organisation_id % 2**31])
