"""Tables in which a row, once written, stays as it is: refused by the ORM and by the database.

Triggers guard the rows from SQL that goes past the models. Who owns the database can take a
trigger away, so the audit trail is chained besides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Never, TypeVar

from django.apps.registry import Apps
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import RunPython

EVENTS = ("update", "delete")
Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class AppendOnlyError(ValueError):
    """A row of an append-only table was to be changed or deleted."""


class AppendOnlyRows(models.QuerySet[Row_co]):
    """Rows that can be read and added; whatever would change them is refused."""

    def update(self, **_values: Any) -> Never:
        raise self._refusal()

    def delete(self) -> Never:
        raise self._refusal()

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> Never:
        raise self._refusal()

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Row_co]:
        if kwargs.get("update_conflicts"):
            raise self._refusal()
        return super().bulk_create(objs, *args, **kwargs)

    def _refusal(self) -> AppendOnlyError:
        return AppendOnlyError(
            f"This table is append-only: no {self.model.__name__} can be changed or deleted."
        )


def guard(connection: BaseDatabaseWrapper, table: str, *, openable: bool = False) -> None:
    """Have the database refuse to change or delete a row; `opened` can open it for deleting."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor, table, openable=openable):
            cursor.execute(statement)


def unguard(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the triggers away again."""
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for event in EVENTS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}{on}")


def guards(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the triggers that guard tables."""
    where = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'"}
    with connection.cursor() as cursor:
        cursor.execute(where.get(connection.vendor, "SELECT tgname FROM pg_trigger"))
        return {name for (name,) in cursor.fetchall() if "_no_" in name}


def guarded(table: str, *, openable: bool = False) -> RunPython:
    """Return the step of a migration that guards a table."""

    def forwards(_apps: Apps, editor: Any) -> None:
        guard(editor.connection, table, openable=openable)

    def backwards(_apps: Apps, editor: Any) -> None:
        unguard(editor.connection, table)

    return RunPython(forwards, backwards)


@contextmanager
def opened(connection: BaseDatabaseWrapper, table: str) -> Iterator[None]:
    """Let rows of a table be deleted within a transaction: where a rule of retention says so.

    PostgreSQL lets this transaction only. SQLite has one writer at a time, so that nobody else can
    write while the trigger is away.
    """
    guarded_here = f"{table}_no_delete" in guards(connection)
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT set_config('digicantrain.opened', %s, true)", [table])
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
        yield
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT set_config('digicantrain.opened', '', true)")
            elif guarded_here:
                cursor.execute(_statements(connection.vendor, table)[EVENTS.index("delete")])


def _statements(vendor: str, table: str, *, openable: bool = False) -> list[str]:
    said = f"{table} is append-only"
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            for event in EVENTS
        ]
    function = f"refuse_change_of_{table}" if openable else "refuse_change"
    unless = (
        "IF TG_OP = 'DELETE' AND current_setting('digicantrain.opened', true) "
        f"= '{table}' THEN RETURN OLD; END IF; "
    )
    named = f"'{table}'" if openable else "TG_TABLE_NAME"  # a partition has a name of its own
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {unless if openable else ''}"
        f"RAISE EXCEPTION '% is append-only', {named}; END $$"
    ] + [
        f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        for event in EVENTS
    ]
