"""A worker that is killed midway through issuing loses and doubles nothing (threat 42).

Real processes on a database of their own: the test only watches its tables.
"""

import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from digicantrain.base.outbox import letters
from tests.conftest import ROOT

HOW_MANY, SINGLY = 330, 16
DEADLINE = 120
ISSUED = "SELECT enrolment_id FROM credentials_credential"
OPEN = "SELECT status FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING')"


@contextmanager
def postgres(address):
    """Make a database beside the tests' own, and drop it again."""
    parts = urlsplit(address)
    name = f"killed_{secrets.token_hex(4)}"
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(tmp_path):
    """The address of an empty database of the kind that the tests run on."""
    address = os.environ["DIGICANTRAIN_DATABASE"]
    if address.startswith("postgres"):
        with postgres(address) as made:
            yield made
    else:
        yield f"sqlite:///{tmp_path / 'killed.sqlite3'}"


@pytest.fixture
def run(database, tmp_path):
    """Start programs on that database; none outlives the test."""
    environment = {
        **os.environ,
        "DIGICANTRAIN_MODE": "demo",
        "DIGICANTRAIN_VAR": str(tmp_path),
        "DIGICANTRAIN_DATABASE": database,
        "DIGICANTRAIN_WORKER_LEASE": "1",
    }
    started = []

    def start(*arguments):
        process = subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, "-m", *arguments], env=environment, cwd=ROOT, stdout=subprocess.PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def rows(database, query):
    """Ask the database as a stranger would."""
    if database.startswith("postgres"):
        with psycopg.connect(database) as connection:
            return [row[0] for row in connection.execute(query)]
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"), timeout=10)) as connection:
        return [row[0] for row in connection.execute(query)]


def watch(process, until):
    """Look again and again while the process runs, until something holds."""
    end = time.monotonic() + DEADLINE
    while not until():
        assert time.monotonic() < end, "It took too long."
        try:
            code = process.wait(timeout=0.01)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"The process ended by itself, with {code}.")


def test_threat_42_a_worker_killed_midway_loses_and_doubles_nothing(database, run, tmp_path):
    assert run("tests.credentials.due", str(HOW_MANY), str(SINGLY)).wait(DEADLINE) == 0

    for early in (5, SINGLY + 100):
        worker = run("digicantrain", "worker")
        watch(worker, lambda early=early: len(rows(database, ISSUED)) >= early)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert early <= len(rows(database, ISSUED)) < HOW_MANY, "It was not killed midway."
        assert rows(database, OPEN)

    workers = [run("digicantrain", "worker") for _ in range(2)]
    watch(workers[0], lambda: not rows(database, OPEN))
    for worker in workers:
        worker.terminate()
        assert worker.wait(DEADLINE) == 0

    assert sorted(Counter(rows(database, ISSUED)).values()) == [1] * HOW_MANY
    sent = Counter(letter.to for letter in letters(tmp_path / "outbox", limit=1_000))
    assert sorted(sent) == [f"p{number:03}@example.org" for number in range(HOW_MANY)]
    assert set(sent.values()) == {1}
    assert rows(database, "SELECT count(*) FROM learning_notice") == [HOW_MANY]
    open_runs = "SELECT count(*) FROM credentials_issuingrun WHERE finished_at IS NULL"
    assert rows(database, open_runs) == [0]
    trail = run("digicantrain", "check-trail")
    assert b" 0 faults" in trail.communicate()[0]
    assert trail.returncode == 0


def test_killed_while_it_is_replaced_a_credential_stands_as_it_did(database, run):
    """It had been put away and the new one written, and the transaction had not ended."""
    assert run("tests.credentials.struck").wait(DEADLINE) == -signal.SIGKILL

    assert rows(database, "SELECT count(*) FROM credentials_credential") == [1]
    assert rows(database, "SELECT revoked_at FROM credentials_credential") == [None]
    assert rows(database, "SELECT how FROM credentials_issuerequest") == ["hand"]
    assert rows(
        database, "SELECT count(*) FROM people_auditentry WHERE action LIKE '%replaced'"
    ) == [0]
