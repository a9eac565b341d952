"""Starts several programs and stops them together."""

import os
import signal
import socket
import subprocess
import threading
from types import FrameType


class PortTakenError(ValueError):
    """The port is in use by another program."""


def check_port(host: str, *, port: int) -> None:
    """Refuse a port that another program listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTakenError(
                f"Port {port} is in use by another program. "
                f"Choose another: PORT={port + 1} make demo"
            ) from None


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
        for command in self._commands:
            self._running.append(
                subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own commands
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
