"""The database setting: an SQLite file by default, PostgreSQL by address."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from digicantrain.base.env import SettingError

# Measured: Django's own default gave "database is locked" with two writers; these give none.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=134217728;"
    "PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864;"
)


def from_address(address: str) -> dict[str, Any]:
    """Return Django's settings for `sqlite:///path` or `postgresql://user:word@host:port/name`."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return _sqlite(parts.path[1:])
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path[1:],
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise SettingError(
        f"DIGICANTRAIN_DATABASE begins with {parts.scheme!r}; "
        "write sqlite:///path/to/file or postgresql://user@host/name."
    )


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
