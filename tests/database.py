"""The migrated database, made once: to migrate takes seconds, and each worker of a run needs one.

It is kept beside the installed packages under a name that is made of all code, so that whatever
changes makes it anew. `digicantrain migrate` itself is tried by tests/test_commands.py.
"""

import fcntl
import hashlib
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
KEPT = Path(sys.prefix)


def name() -> str:
    """Return the name of the file: another one when code, its data or a package has changed."""
    found = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted((ROOT / "src" / "digicantrain").rglob("*")):
        if path.suffix in {".py", ".toml", ".json"}:
            found.update(f"{path}\n".encode() + path.read_bytes())
    return f"test-database-{found.hexdigest()[:16]}.sqlite3"


def migrate_once() -> None:
    """Have the next `migrate`, which makes the tests' database in memory, copy one if it can."""
    from django.core.management.commands.migrate import Command
    from django.db import connections

    def handle(command: Command, *args: Any, **options: Any) -> None:
        patch.stop()
        connection = connections[options["database"]]
        if connection.vendor != "sqlite" or not os.access(KEPT, os.W_OK):
            command.handle(*args, **options)
            return
        with (KEPT / "test-database.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            connection.ensure_connection()
            if not _copy(KEPT / name(), connection.connection):
                command.handle(*args, **options)
                _keep(connection.connection, KEPT / name())

    patch = mock.patch.object(Command, "handle", handle)
    patch.start()


def _copy(file: Path, into: sqlite3.Connection) -> bool:
    """Copy the database that is kept; return whether there is one."""
    if not file.exists():
        return False
    source = sqlite3.connect(file)
    source.backup(into)
    source.close()
    return True


def _keep(made: sqlite3.Connection, file: Path) -> None:
    for old in file.parent.glob("test-database-*.sqlite3"):
        old.unlink()
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    target = sqlite3.connect(part)
    made.backup(target)
    target.close()
    part.rename(file)
