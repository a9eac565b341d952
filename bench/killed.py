"""Kills the record store under load: `python bench/killed.py --help`, explained in README.md."""

import argparse
import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

import clusters
import sent
import servers

CLIENTS, LARGEST, PATIENCE = 4, 60, 90
KINDS = ("sqlite", "postgresql")
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
Json = dict[str, Any]


@dataclass
class Batch:
    """Statements that belong together, and what became of them."""

    statements: list[Json]
    sent: int = 0
    acknowledged: bool = False

    @property
    def ids(self) -> list[str]:
        """The ids under which they are sent, each time."""
        return [one["id"] for one in self.statements]


@dataclass
class Client:
    """Sends one batch after another, each until it is acknowledged, over and over if need be."""

    number: int
    door: Any
    seed: int
    stop: threading.Event
    batches: list[Batch] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Go on until told to stop; the last batch is brought to its end."""
        draw = random.Random(f"{self.seed}-{self.number}")  # noqa: S311 - the same for the same seed
        while not self.stop.is_set():
            first = (self.number + 1) * 10_000_000 + len(self.batches) * LARGEST
            batch = Batch(list(sent.several(self.seed, first, draw.randint(1, LARGEST - 1))))
            batch.statements.append(_voiding(batch.statements[0], draw))
            self.batches.append(batch)
            self._bring(batch)

    def _bring(self, batch: Batch) -> None:
        body = json.dumps(batch.statements).encode()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            batch.sent += 1
            try:
                status, answer = self._post(body)
            except (OSError, http.client.HTTPException) as error:
                status, answer = 0, type(error).__name__.encode()
            if status == 200 and json.loads(answer) == batch.ids:
                batch.acknowledged = True
                return
            self.faults[f"{status or answer.decode()}"] += 1
            time.sleep(0.02)
        raise SystemExit(f"A batch was not taken within {PATIENCE} seconds: {self.faults}")

    def _post(self, body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=30)
        with contextlib.closing(connection):
            headers = self.door.headers() | {"Content-Type": "application/json"}
            connection.request("POST", "/xapi/statements", body, headers)
            response = connection.getresponse()
            return response.status, response.read()


def _voiding(target: Json, draw: random.Random) -> Json:
    """Return a statement that makes another one void: it has rows in every table."""
    return {
        "id": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
        "actor": sent.actor(1),
        "verb": {"id": VOIDED},
        "object": {"objectType": "StatementRef", "id": target["id"]},
    }


# --- what is killed, and started again ---


class Victims:
    """The server and the background worker, which are killed and started again."""

    def __init__(self, port: int, log: Path, draw: random.Random) -> None:
        self._port, self._draw = port, draw
        self._log = log.open("ab")
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        self.revive()

    def kill(self, kind: str) -> str:
        """Kill one of them, or what the database works with, and say what it was."""
        kinds = ["gunicorn worker", "gunicorn worker", "gunicorn master", "background worker"]
        if kind == "postgresql":
            kinds += ["database backend", "database backend"]
        chosen = self._draw.choice(kinds)
        for pid in self._pids(chosen):
            # it may have gone by itself
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return chosen

    def _pids(self, chosen: str) -> list[int]:
        if chosen == "background worker":
            return [self._programs["worker"].pid]
        master = self._programs["serve"].pid
        if chosen == "gunicorn master":
            # its workers after it, as systemd does: under load orphans would serve on and on
            return [master, *servers.children(master)]
        pids = backends() if chosen == "database backend" else servers.children(master)
        return [self._draw.choice(pids)] if pids else []

    def revive(self) -> None:
        """Start again what has ended."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for name, more in (("serve", ["--port", str(self._port)]), ("worker", [])):
                program = self._programs.get(name)
                if program is None or program.poll() is not None:
                    command = [sys.executable, "-m", "digicantrain", name, *more]
                    self._programs[name] = subprocess.Popen(
                        command, stdout=self._log, stderr=self._log
                    )
            time.sleep(0.2)
            listens = bool(servers.children(self._programs["serve"].pid))
            if listens and all(one.poll() is None for one in self._programs.values()):
                return
        raise SystemExit(f"The server did not come back; see {self._log.name}.")

    def end(self) -> None:
        """End both in order."""
        for program in self._programs.values():
            program.terminate()
            program.wait(timeout=60)
        self._log.close()


def backends() -> list[int]:
    """Return the process ids of PostgreSQL that work for the server, those at work before all."""
    rows = _rows(
        "SELECT pid, state FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    busy = [pid for pid, state in rows if state != "idle"]
    return busy or [pid for pid, _state in rows]


# --- what is found ---


def _rows(query: str) -> list[tuple[Any, ...]]:
    """Ask the database, waiting where it recovers."""
    from django.db import DatabaseError, connection  # noqa: PLC0415 - only after the start

    for _attempt in range(600):
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return list(cursor.fetchall())
        except DatabaseError:
            connection.close()
            time.sleep(0.1)
    raise SystemExit("The database does not come back.")


def judged(batches: list[Batch]) -> dict[str, int]:
    """Return how many statements were acknowledged, found, lost, doubled, and half batches."""
    # what was acknowledged before the look must be there; more may have come meanwhile
    looked = [(batch, batch.acknowledged) for batch in batches]
    there = Counter(uuid.UUID(str(key)) for (key,) in _rows("SELECT uuid FROM records_statement"))
    found = [
        (batch, sure, sum(uuid.UUID(one) in there for one in batch.ids)) for batch, sure in looked
    ]
    return {
        "acknowledged": sum(len(batch.ids) for batch, sure in looked if sure),
        "found": sum(count for _batch, _sure, count in found),
        "lost": sum(len(batch.ids) - count for batch, sure, count in found if sure),
        "half": sum(0 < count < len(batch.ids) for batch, _sure, count in found),
        "doubled": sum(count - 1 for count in there.values()),
    }


def faults(batches: list[Batch]) -> dict[str, int]:
    """Return how far the rows around the statements differ from what they should be."""
    statements = [one for batch in batches for one in batch.statements]
    voiding = len(batches)
    others = len(statements) - voiding
    wanted = {
        "records_statement": len(statements),
        # the actor and the authority; a voiding one names no activity
        "records_agentmention": 2 * len(statements),
        "records_activitymention": 4 * others,
        "records_reference": voiding,
        "records_voided": voiding,
        "records_furthermatch": voiding,
    }
    found = {
        f"{table}, differs": abs(_count(f"SELECT count(*) FROM {table}") - count)  # noqa: S608
        for table, count in wanted.items()
    }
    for table in ("agentmention", "activitymention", "reference", "furthermatch"):
        found[f"records_{table}, orphans"] = _count(
            f"SELECT count(*) FROM records_{table} x WHERE NOT EXISTS "  # noqa: S608
            "(SELECT 1 FROM records_statement s WHERE s.id = x.statement_id)"
        )
    return {name: count for name, count in found.items() if count}


def _count(query: str) -> int:
    return int(_rows(query)[0][0])


# --- the run ---


def run(chosen: argparse.Namespace) -> int:
    """Kill, look, and kill again; return 1 where anything was lost, doubled or left over."""
    with ExitStack() as stack:
        address = _address(chosen, stack)
        folder = stack.enter_context(servers.place(address, keep=True))
        django.setup()
        import asked  # noqa: PLC0415 - only after the start
        import filled  # noqa: PLC0415

        door = asked.Door(chosen.port, filled.opened().authorization)
        draw = random.Random(chosen.seed)  # noqa: S311 - the same for the same seed
        victims = Victims(chosen.port, folder / "server.log", draw)
        stack.callback(victims.end)
        stop = threading.Event()
        clients = [Client(place, door, chosen.seed, stop) for place in range(CLIENTS)]
        threads = [threading.Thread(target=client.run) for client in clients]
        for thread in threads:
            thread.start()
        try:
            killed = _rounds(chosen, victims, clients)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        return 0 if _ended(clients, killed) else 1


def _address(chosen: argparse.Namespace, stack: ExitStack) -> str:
    """Return the address of a database that nobody else uses, and that is gone afterwards."""
    if chosen.kind == "postgresql":
        return f"{stack.enter_context(clusters.cluster(chosen.port + 2))}/bench"
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="digicantrain-bench-"))
    return f"sqlite:///{folder}/bench.sqlite3"


def _rounds(chosen: argparse.Namespace, victims: Victims, clients: list[Client]) -> Counter[str]:
    """Kill at random moments, look each time; return how often what was killed."""
    draw = random.Random(chosen.seed + 1)  # noqa: S311 - the same for the same seed
    killed: Counter[str] = Counter()
    print(f"\n{chosen.kind}\n{'round':>5}  {'killed':20}{_heads()}")
    for number in range(1, chosen.rounds + 1):
        time.sleep(draw.uniform(0.05, 0.8))
        what = victims.kill(chosen.kind)
        killed[what] += 1
        victims.revive()
        row = judged([batch for client in clients for batch in list(client.batches)])
        if not _shown(f"{number:5}  {what:20}", row):
            killed["(with a loss)"] += 1
    return killed


def _heads() -> str:
    return "".join(f"{name:>14}" for name in ("acknowledged", "found", "lost", "half", "doubled"))


def _shown(name: str, row: dict[str, int]) -> bool:
    print(f"{name}{''.join(f'{count:14,}' for count in row.values())}", flush=True)
    return not (row["lost"] or row["half"] or row["doubled"])


def _ended(clients: list[Client], killed: Counter[str]) -> bool:
    """Look at all of it once more, when nothing is under way."""
    batches = [batch for client in clients for batch in client.batches]
    row = judged(batches)
    good = _shown(f"{'':5}  {'at the end':20}", row)
    left = faults(batches)
    answers: Counter[str] = sum((client.faults for client in clients), Counter())
    again = sum(batch.sent > 1 for batch in batches)
    print(
        f"{len(batches):,} batches, {again} of them sent again under the same ids. "
        f"Killed: {dict(killed)}. Clients met: {dict(answers)}.\n"
        f"Rows that are missing or left over: {left or 'none'}.",
        flush=True,
    )
    good = good and not left and "(with a loss)" not in killed
    return good and row["found"] == row["acknowledged"]


def main() -> int:
    """Run one kind, or each in a process of its own."""
    parser = argparse.ArgumentParser(
        description="Kill the record store under load, and look whether anything was lost."
    )
    parser.add_argument("--kind", choices=KINDS, help="default: both")
    parser.add_argument("--rounds", type=int, default=40, help="how often something is killed")
    parser.add_argument("--port", type=int, default=8160, help="this port and the next but one")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    chosen = parser.parse_args()
    if chosen.kind:
        return run(chosen)
    given = ["--rounds", str(chosen.rounds), "--port", str(chosen.port)]
    command = [sys.executable, __file__, *given, "--seed", str(chosen.seed)]
    print(f"Seed {chosen.seed}", flush=True)
    return max(subprocess.run([*command, "--kind", kind], check=False).returncode for kind in KINDS)


if __name__ == "__main__":
    raise SystemExit(main())
