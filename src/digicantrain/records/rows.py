"""Many rows at once into a table and out of it, by the quickest way that the database has."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models

COPIED = 16


def table_of(model: type[models.Model]) -> str:
    """Return the name of the table of a model."""
    return model._meta.db_table  # noqa: SLF001 - the public name of a private place


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows: a few by INSERT, many on PostgreSQL by COPY, which does a fifth of the work."""
    if not rows:
        return
    table = table_of(model)
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
        elif len(rows) < COPIED:
            line = f"({', '.join(['%s'] * len(columns))})"
            values = ", ".join([line] * len(rows))
            flat = [value for row in rows for value in row]
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES {values}", flat)  # noqa: S608
        else:
            # COPY is psycopg's own: without this its errors would not be those that callers await.
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)


def among(
    table: str, columns: str, *, organisation_id: int, key: str, wanted: Iterable[UUID]
) -> list[tuple[Any, ...]]:
    """Return columns of an organisation's rows whose key is one of those wanted."""
    listed = list(wanted)
    if not listed:  # an empty array has no kind that PostgreSQL could compare
        return []
    condition, value = one_of(key, listed)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {table} "  # noqa: S608 - names of ours
            f"WHERE organisation_id = %s AND {condition}",
            [organisation_id, value],
        )
        return list(cursor.fetchall())


def one_of(column: str, wanted: Sequence[UUID] | Sequence[int]) -> tuple[str, str]:
    """Return the condition that a column is one of many values, and these as one parameter.

    A place for each of them costs more to write and to read than to look up.
    """
    if connection.vendor == "postgresql":
        kind = "uuid" if wanted and isinstance(wanted[0], UUID) else "bigint"
        return f"{column} = ANY(%s::{kind}[])", f"{{{','.join(map(str, wanted))}}}"
    values = [one.hex if isinstance(one, UUID) else one for one in wanted]
    condition = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - names of ours
    return condition, orjson.dumps(values).decode()


def as_uuid(value: Any) -> UUID:
    """Return a UUID that this database gave."""
    return value if isinstance(value, UUID) else UUID(hex=value)


def adapted(key: Any) -> Any:
    """Return a UUID as this database keeps it."""
    return key if connection.features.has_native_uuid_field or key is None else key.hex
