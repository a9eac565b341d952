"""The database: its setting, whether it is at this version, and what its errors mean."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.db import DatabaseError, connection

from digicantrain.base.env import SettingError

# Measured: Django's own default gave "database is locked" with two writers; these give none.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=134217728;"
    "PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864;"
)

NOT_CURRENT = "The database is not at this version. Bring it there: digicantrain migrate"
# What the drivers say, and what it means; {place} is where the database is.
MEANINGS = (
    ("no such table", NOT_CURRENT),
    ("no such column", NOT_CURRENT),
    ("does not exist", NOT_CURRENT),
    (
        "unable to open",
        "The database file {place} cannot be opened. Make its folder, let this user write to it, "
        "then run: digicantrain migrate",
    ),
    ("readonly", "The database file {place} cannot be written by this user."),
    ("locked", "Another program holds the database {place}. Try again when it has ended."),
    ("not a database", "{place} is not an SQLite database. Name another file."),
)


class NotCurrentError(ValueError):
    """The database waits for a migration."""


def from_address(address: str) -> dict[str, Any]:
    """Return Django's settings for `sqlite:///path` or `postgresql://user:word@host:port/name`."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return _sqlite(parts.path[1:])
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(parts)
    raise SettingError(
        f"DIGICANTRAIN_DATABASE begins with {parts.scheme!r}; "
        "write sqlite:///path/to/file or postgresql://user@host/name."
    )


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    try:
        port = str(parts.port or "")
    except ValueError:
        raise SettingError("DIGICANTRAIN_DATABASE names a port that is no number.") from None
    if not parts.path[1:]:
        raise SettingError(
            "DIGICANTRAIN_DATABASE names no database; write postgresql://user@host/name."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10},
    }


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path if path == ":memory:" else str(Path(path)),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        },
    }


def check_current() -> None:
    """Refuse a database that lacks a migration of this version."""
    from django.db.migrations.executor import (  # noqa: PLC0415 - settings are read with this file
        MigrationExecutor,
    )

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotCurrentError(NOT_CURRENT)


def meaning(error: DatabaseError) -> str:
    """Say in a sentence what a database error means, and what to do."""
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    found = connection.settings_dict
    if "connection" in first:
        place = f"{found['HOST'] or 'the local socket'}:{found['PORT'] or 5432}"
        return (
            f"The database {found['NAME']} at {place} does not answer ({first}). "
            "Start it, or mend DIGICANTRAIN_DATABASE."
        )
    for words, sentence in MEANINGS:
        if words in first:
            return sentence.format(place=found["NAME"])
    return f"The database refused this: {first}"
