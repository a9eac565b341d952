"""Starts what is measured, and reads what it used from /proc."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import letters

HERE = Path(__file__).resolve().parent
HOST = "bench.example"
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def database(address: str, *, folder: Path) -> Iterator[str]:
    """Give an empty database: a file in the folder, or one made on a server and dropped again."""
    if not address:
        yield f"sqlite:///{folder}/bench.sqlite3"
        return
    import psycopg  # noqa: PLC0415 - only where PostgreSQL is measured

    name = f"digicantrain_bench_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def kept(address: str, *, drop: bool) -> Iterator[str]:
    """Give the database that the address names, made where it is missing, so a run can go on.

    Its name holds `bench`: a measure never writes into another database.
    """
    parts = urlsplit(address)
    name = parts.path[1:]
    if "bench" not in name:
        raise SystemExit(f"The database {name!r} has no 'bench' in its name; choose another.")
    if parts.scheme == "sqlite":
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        yield address
        for file in (name, f"{name}-wal", f"{name}-shm") if drop else ():
            Path(file).unlink(missing_ok=True)
        return
    if not exists(address):
        _tell(address, f'CREATE DATABASE "{name}"')
    yield address
    if drop:
        _tell(address, f'DROP DATABASE "{name}" WITH (FORCE)')


def exists(address: str) -> bool:
    """Return whether a server has the database that the address names."""
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    return bool(_tell(address, query, urlsplit(address).path[1:]))


def copied(source: str, target: str) -> None:
    """Make a database anew as a copy of another on the same server, which nobody may be using."""
    names = [urlsplit(address).path[1:] for address in (target, source)]
    _tell(source, f'DROP DATABASE IF EXISTS "{names[0]}" WITH (FORCE)')
    _tell(source, 'CREATE DATABASE "{}" TEMPLATE "{}"'.format(*names))


def _tell(address: str, command: str, *values: str) -> int:
    """Say something to the server of a database, and return how many rows it answers with."""
    import psycopg  # noqa: PLC0415 - only where PostgreSQL is measured

    server = urlsplit(address)._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        return connection.execute(command, values or None).rowcount  # type: ignore[arg-type]


@contextmanager
def place(address: str, *, keep: bool = False, drop: bool = False) -> Iterator[Path]:
    """Set the environment of a production server, in a folder that is gone afterwards.

    The address is that of a server, and the database is gone afterwards too; with `keep` it is
    that of a database, which stays unless it is to be dropped.

    It is production as it stands behind a proxy that ends TLS: requests say so in a header, so
    that all of it, secure cookies and checks of the referrer too, runs over plain loopback.
    """
    # who stops a measure by a signal leaves no server, database or folder behind
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="digicantrain-bench-"))
    try:
        given = kept(address, drop=drop) if keep else database(address, folder=folder)
        with given as made, letters.taking() as mail:
            os.environ |= {
                "DIGICANTRAIN_MODE": "production",
                "DIGICANTRAIN_ORIGIN": f"https://{HOST}",
                "DIGICANTRAIN_SECRET_KEY": "not-secret-" * 4,
                "DIGICANTRAIN_KEY_ENCRYPTION_KEY": "not-secret-" * 4,
                "DIGICANTRAIN_BEHIND_PROXY": "yes",
                "DIGICANTRAIN_DATABASE": made,
                "DIGICANTRAIN_MAIL_HOST": "127.0.0.1",
                "DIGICANTRAIN_MAIL_PORT": str(mail),
                "DIGICANTRAIN_VAR": str(folder),
                "DIGICANTRAIN_CONTENT": str(HERE.parent / "content"),
                "DJANGO_SETTINGS_MODULE": "digicantrain.settings",
            }
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(*command: str, port: int | None = None) -> Iterator[int]:
    """Run a program, waiting until it listens on its port; yield its process id."""
    program = subprocess.Popen([sys.executable, *command])
    try:
        if port:
            wait_for(port, program)
        yield program.pid
    finally:
        program.terminate()
        program.wait(timeout=30)


def wait_for(port: int, program: subprocess.Popen[bytes]) -> None:
    """Wait until a program listens on its port."""
    for _ in range(600):
        if program.poll() is not None:
            raise SystemExit(f"{program.args} ended with {program.returncode}.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"Nothing listens on port {port} after a minute.")


class Generator:
    """The load generator, in a process of its own."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, str(HERE / "load.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, job: dict[str, Any]) -> dict[str, Any]:
        """Run one job."""
        if self._program.stdin is None or self._program.stdout is None:
            raise SystemExit("The load generator has no pipes.")
        self._program.stdin.write(json.dumps(job) + "\n")
        self._program.stdin.flush()
        done: dict[str, Any] = json.loads(self._program.stdout.readline())
        return done

    def close(self) -> None:
        """End the process."""
        self._program.terminate()
        self._program.wait(timeout=30)


def children(pid: int) -> list[int]:
    """Return the processes that a process started and that live."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu(pids: list[int]) -> dict[int, float]:
    """Return the seconds of processor time that each process has used, in user and system."""
    found = {}
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        found[pid] = (int(fields[11]) + int(fields[12])) / TICKS
    return found


def memory(pids: list[int]) -> float:
    """Return the megabytes of processes; a page that several share is counted once (PSS)."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def most_memory(pids: list[int]) -> dict[int, float]:
    """Return the megabytes that each process had in memory (RSS) when it had most."""
    found = {}
    for pid in pids:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                found[pid] = int(line.split()[1]) / 1024
    return found
