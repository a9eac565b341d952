"""A PostgreSQL server of its own, in a folder that is gone afterwards.

Whoever kills a backend has all others of its server killed too: that may hit nobody else.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import servers

PLACES = Path("/usr/lib/postgresql")


@contextmanager
def cluster(port: int) -> Iterator[str]:
    """Run a new server on a port; yield its address without a database."""
    folder = Path(tempfile.mkdtemp(prefix="digicantrain-bench-pg-"))
    who = _owner()
    try:
        if who:
            shutil.chown(folder, **who)
        data = folder / "data"
        initdb = [_program("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
        program = subprocess.Popen(
            [
                _program("postgres"), "-D", str(data), "-p", str(port), "-k", str(folder),
                "-c", "listen_addresses=127.0.0.1", "-c", "log_min_messages=panic",
            ],
            cwd=folder, stderr=subprocess.DEVNULL, **who,
        )  # fmt: skip
        try:
            servers.wait_for(port, program)
            yield f"postgresql://postgres@127.0.0.1:{port}"
        finally:
            program.send_signal(signal.SIGINT)  # it cuts off who is still connected
            program.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """Return where a program of PostgreSQL is; Debian keeps it off the path."""
    found = sorted(PLACES.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(found[-1]) if found else shutil.which(name) or _missing(name)


def _missing(name: str) -> str:
    raise SystemExit(f"There is no {name} here; on Debian: apt-get install postgresql")


def _owner() -> dict[str, Any]:
    """Return as whom it runs: PostgreSQL refuses to run as root."""
    if os.getuid():
        return {}
    row = pwd.getpwnam("postgres")
    return {"user": row.pw_uid, "group": row.pw_gid}
