"""Programs that are started together end together, however the end comes."""

import os
import select
import signal
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest

from digicantrain.base import supervisor
from digicantrain.base.supervisor import (
    SUPERVISOR,
    PortTakenError,
    Supervisor,
    check_port,
    end_with_supervisor,
)
from tests.house import ROOT

CHILD = (
    "from digicantrain.base.supervisor import end_with_supervisor\n"
    "import os, signal\n"
    "end_with_supervisor()\n"
    "os.write(1, b'%d\\n' % os.getpid())\n"
    "signal.pause()\n"
)
PARENT = (
    "import sys\n"
    "from digicantrain.base.supervisor import Supervisor\n"
    f"sys.exit(Supervisor([[sys.executable, '-c', {CHILD!r}]] * 2).run())\n"
)


@pytest.fixture
def supervised():
    """A supervisor with two children, started as a script's background job is: SIGINT ignored."""
    parent = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", PARENT],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509
    )
    children = [os.pidfd_open(int(parent.stdout.readline())) for _ in range(2)]
    yield parent, children
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for child in children:
        os.close(child)


def ended(child):
    """Whether a process ends within a minute; its descriptor can be read when it has."""
    return bool(select.select([child], [], [], 60)[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_even_in_the_background(supervised, number):
    parent, children = supervised

    parent.send_signal(number)

    assert parent.wait(timeout=60) == 0
    assert all(ended(child) for child in children)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell a child")
def test_a_killed_supervisor_takes_its_programs_along(supervised):
    parent, children = supervised

    parent.kill()

    assert all(ended(child) for child in children)


def test_one_program_that_ends_ends_the_other(supervised):
    parent, children = supervised

    signal.pidfd_send_signal(children[0], signal.SIGKILL)

    assert parent.wait(timeout=60) != 0
    assert ended(children[1])


def test_a_program_without_a_supervisor_lives_alone(monkeypatch):
    monkeypatch.delenv(SUPERVISOR, raising=False)

    assert end_with_supervisor() is False


def test_the_exit_code_is_that_of_the_program_that_failed():
    kept = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    code = Supervisor([[sys.executable, "-c", "raise SystemExit(7)"]]).run()

    for number, handler in zip((signal.SIGINT, signal.SIGTERM), kept, strict=True):
        signal.signal(number, handler)
    assert code == 7


def test_a_port_that_is_taken_is_named_with_another():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(PortTakenError, match=f"Port {port} is in use .* PORT="):
            check_port("127.0.0.1", port=port, instead="PORT={port} make demo")


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(PortTakenError, match=r"192\.0\.2\.1 is no address of this machine"):
        check_port("192.0.2.1", port=8000, instead="")


def test_a_worker_of_gunicorn_tells_that_a_long_answer_goes_on(monkeypatch):
    monkeypatch.setattr(supervisor, "TELL", [])
    told = []
    supervisor.still_at_work()

    supervisor.post_fork(None, SimpleNamespace(notify=lambda: told.append("alive")))
    supervisor.still_at_work()

    assert told == ["alive"]
