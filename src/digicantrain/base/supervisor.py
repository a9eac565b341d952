"""Starts several programs and stops them together."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

SUPERVISOR = "DIGICANTRAIN_SUPERVISOR"
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
# How this process tells gunicorn that it is at work; nothing where gunicorn did not start it.
TELL: list[Callable[[], None]] = []


class PortTakenError(ValueError):
    """The port cannot be listened on; the sentence says why."""


def check_port(host: str, *, port: int, instead: str) -> None:
    """Refuse a port that another program listens on, or that this user may not have.

    `instead` is the call that takes another port; `{port}` in it becomes one to try.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(_why(error, host, port, instead)) from None


def _why(error: OSError, host: str, port: int, instead: str) -> str:
    another = instead.format(port=port + 1 if 1024 <= port < 65535 else 8000)
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Choose another: {another}"
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this user. Choose another: {another}"
    return f"{host} is no address of this machine. Name one of its own."


def end_with_supervisor() -> bool:
    """Have the kernel end this process when the supervisor that started it dies, however it dies.

    A supervisor that is killed can stop nothing itself. Return whether there is one.
    """
    supervisor = os.environ.pop(SUPERVISOR, None)
    if supervisor is None:
        return False
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(supervisor):
            sys.exit(1)
    return True


def post_fork(_server: Any, worker: Any) -> None:
    """Remember how a worker tells that it lives (a hook of gunicorn, by its name)."""
    TELL[:] = [worker.notify]


def still_at_work() -> None:
    """Tell gunicorn that a long answer goes on: it ends workers that are silent for 30 seconds."""
    for tell in TELL:
        tell()


class Supervisor:
    """Runs programs until one of them ends or a signal asks all to stop.

    It sets its own handlers: a shell that starts a job in the background hands down SIGINT as
    ignored, and then nothing would ever stop it.
    """

    def __init__(self, commands: list[list[str]]) -> None:
        self._commands = commands
        self._asked = threading.Event()
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self) -> int:
        """Start all, wait, stop all; return the exit code of the first that ended by itself."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        environment = {**os.environ, SUPERVISOR: str(os.getpid())}
        for command in self._commands:
            self._running.append(
                subprocess.Popen(command, start_new_session=True, env=environment)  # noqa: S603 - ours
            )
        ended = None
        while not self._asked.wait(0.2):
            ended = next((p for p in self._running if p.poll() is not None), None)
            if ended is not None:
                break
        self._stop_all()
        return 0 if ended is None else (ended.returncode or 1)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked.set()

    def _stop_all(self) -> None:
        for process in self._running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._running:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
