"""Partitions by month on PostgreSQL: for stores of many millions.

Statements and mentions are parted by the month of storing, which their ids begin with. A unique
rule over all partitions would have to hold that month, so the ids that providers give are kept
once more in a table of their own, by a trigger.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from digicantrain.base import append_only
from digicantrain.core.validity import months_later
from digicantrain.records.clock import first_of
from digicantrain.records.models import ActivityMention, AgentMention, Statement
from digicantrain.records.rows import among, as_uuid, table_of

AHEAD: Final = 3
STATEMENTS: Final = table_of(Statement)
KEYS: Final = "records_statementkey"
PARTED: Final = {
    STATEMENTS: "id",
    table_of(AgentMention): "statement_id",
    table_of(ActivityMention): "statement_id",
}


_KEYS_TABLE: Final = f"""
CREATE TABLE {KEYS} (
    organisation_id bigint, uuid uuid, statement_id bigint NOT NULL,
    CONSTRAINT {KEYS}_pkey PRIMARY KEY (organisation_id, uuid)
)
"""
_KEYS_TRIGGERS: Final = (
    f"""
    CREATE FUNCTION {KEYS}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            DELETE FROM {KEYS} WHERE organisation_id = OLD.organisation_id AND uuid = OLD.uuid;
        ELSE
            INSERT INTO {KEYS} VALUES (NEW.organisation_id, NEW.uuid, NEW.id);
        END IF;
        RETURN NULL;
    END $$
    """,  # noqa: S608 - names of ours
    f"CREATE TRIGGER {KEYS}_kept AFTER INSERT OR DELETE ON {STATEMENTS} "
    f"FOR EACH ROW EXECUTE FUNCTION {KEYS}_kept()",
)


class PartitionError(ValueError):
    """The store cannot be partitioned; the sentence says why."""


def is_partitioned() -> bool:
    """Return whether the store is partitioned."""
    return connection.vendor == "postgresql" and _kind() == "p"


def partition(*, today: date) -> int:
    """Part the store by month, in one transaction that locks it; return how many partitions.

    Raises:
        PartitionError: the database is not PostgreSQL, or the store is partitioned already.
    """
    check_possible()
    with transaction.atomic():
        first = _oldest() or today
        for table, column in PARTED.items():
            _part(table, column)
        made = _months(first, today)
        _run(_KEYS_TABLE)
        for table in PARTED:
            _fill(table)
        append_only.guard(connection, STATEMENTS, openable=True)
    for table in PARTED:
        _run(f"ANALYZE {table}")
    remembered.cache_clear()
    return made


def check_possible() -> None:
    """Raise PartitionError if the store cannot be parted, with the reason."""
    if connection.vendor != "postgresql":
        raise PartitionError("Only PostgreSQL has partitions; this database is an SQLite file.")
    if is_partitioned():
        raise PartitionError("The store is partitioned already; the worker adds coming months.")


def estimated_rows() -> int:
    """Return how many rows parting would move, as the database last estimated."""
    tables = ", ".join(f"'{table}'" for table in PARTED)
    sql = f"SELECT sum(greatest(reltuples, 0)) FROM pg_class WHERE relname IN ({tables})"  # noqa: S608 - names of ours
    return int(_rows(sql, [])[0][0] or 0)


def extend(*, today: date) -> int:
    """Make the partitions of this month and the coming ones where they are missing."""
    return _months(today, today) if is_partitioned() else 0


@cache
def remembered() -> bool:
    """Return whether the store was partitioned when this process first asked."""
    return is_partitioned()


def ids_of(organisation_id: int, keys: Iterable[UUID]) -> dict[UUID, int]:
    """Return the ids of statements by the ids that providers gave: from one table in any case."""
    table, column = (KEYS, "statement_id") if remembered() else (STATEMENTS, "id")
    rows = among(table, f"uuid, {column}", organisation_id=organisation_id, key="uuid", wanted=keys)
    return {as_uuid(key): number for key, number in rows}


def _part(table: str, column: str) -> None:
    """Put a parted table with the same columns and indexes in the place of a whole one."""
    _run(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    indexes = _rows("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
    _run(f"ALTER TABLE {table} RENAME TO {table}_whole")
    for name, _definition in indexes:
        _run(f'ALTER INDEX "{name}" RENAME TO "{name}_whole"')
    _run(f"CREATE TABLE {table} (LIKE {table}_whole) PARTITION BY RANGE ({column})")
    for name, definition in indexes:
        once = name.endswith("_once")
        _run(definition.replace("UNIQUE INDEX", "INDEX") if once else definition)


def _fill(table: str) -> None:
    """Move the rows over; the ids of statements are entered by the trigger."""
    if table == STATEMENTS:
        for sql in _KEYS_TRIGGERS:
            _run(sql)
    _run(f"INSERT INTO {table} SELECT * FROM {table}_whole")  # noqa: S608 - names of ours
    _run(f"DROP TABLE {table}_whole")


def _months(first: date, today: date) -> int:
    """Make the partitions from a month up to the coming ones; return how many were missing."""
    start = _after_last() or first.replace(day=1)
    this = today.replace(day=1)
    stop = months_later(this, AHEAD + 1)
    if start >= stop:
        return 0
    with transaction.atomic():
        return sum(_add(table, start, this, stop=stop) for table in PARTED)


def _add(table: str, start: date, this: date, *, stop: date) -> int:
    """Make the months of a table from `start` to before `stop`, and one for all after them.

    None is a default partition: with one the database takes no part as older than another, and a
    page of the newest would look into all of them.
    """
    made = 0
    later = f"{table}_later"
    if _rows("SELECT 1 FROM pg_class WHERE relname = %s", [later]):
        _run(f"ALTER TABLE {table} DETACH PARTITION {later}")
        if _rows(f"SELECT 1 FROM {later} LIMIT 1", []):  # noqa: S608 - names of ours
            # Nobody made the months in time: what was stored since stays together.
            after = months_later(max(this, start), 1)
            name = _name(table, months_later(after, -1))
            _run(f"ALTER TABLE {later} RENAME TO {name}")
            _run(f"ALTER TABLE {table} ATTACH PARTITION {name} {_range(start, after)}")
            start = after
        else:
            _run(f"DROP TABLE {later}")
    while start < stop:
        after = months_later(start, 1)
        name = _name(table, start)
        _run(f"CREATE TABLE {name} PARTITION OF {table} {_range(start, after)}")
        start = after
        made += 1
    _run(f"CREATE TABLE {later} PARTITION OF {table} {_range(stop, None)}")
    return made


def _after_last() -> date | None:
    """Return the month after the last that has a partition."""
    pattern = f"^{STATEMENTS}_[0-9]{{4}}_[0-9]{{2}}$"
    names = _rows("SELECT max(relname) FROM pg_class WHERE relname ~ %s", [pattern])
    last = names[0][0]
    if last is None:
        return None
    year, month = last.rsplit("_", 2)[1:]
    return months_later(date(int(year), int(month), 1), 1)


def _name(table: str, month: date) -> str:
    return f"{table}_{month:%Y_%m}"


def _range(first: date, after: date | None) -> str:
    end = "MAXVALUE" if after is None else first_of(after)
    return f"FOR VALUES FROM ({first_of(first)}) TO ({end})"


def _oldest() -> date | None:
    row = Statement.objects.order_by("id").only("id").first()
    return row.stored.date() if row else None


def _kind() -> str:
    return str(_rows("SELECT relkind FROM pg_class WHERE oid = %s::regclass", [STATEMENTS])[0][0])


def _rows(sql: str, parameters: list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
