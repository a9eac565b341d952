"""A small load generator: sends given requests over so many connections and times each answer.

It runs as a process of its own and takes one job a line on standard input, so that its work is
never counted as the server's. A connection is kept where the server keeps it; gunicorn's sync
workers close it after each answer, as they do behind a proxy.
"""

import base64
import json
import socket
import sys
import threading
import time
from collections import Counter
from typing import Any, NamedTuple

TIMEOUT = 30
AT_ONCE = 65_536
LAST_CHUNK = b"0\r\n\r\n"
# addresses of a loopback network from which requests seem to come: limits by address see many
VISITORS = 200 * 250


class Answer(NamedTuple):
    """What came back to one request."""

    status: int
    seconds: float
    size: int


class Connection:
    """Sends one request after another, over one socket while the server keeps it open."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._address = (job["host"], job["port"])
        self._many_visitors = job["host"].startswith("127.")
        self._socket: socket.socket | None = None

    def send(self, request: bytes, *, visitor: int) -> Answer:
        """Send a request and read its whole answer; opening the connection counts too."""
        name = f"X-Forwarded-For: 10.{visitor // 250 % 200}.1.{visitor % 250 + 1}\r\n\r\n".encode()
        start = time.perf_counter()
        if self._socket is None:
            self._socket = self._open(visitor)
        self._socket.sendall(request.replace(b"\r\n\r\n", b"\r\n" + name, 1))
        head, body = self._read(self._socket)
        if b"connection: close" in head.lower():
            self.close()
        return Answer(int(head[9:12]), time.perf_counter() - start, body)

    def _open(self, visitor: int) -> socket.socket:
        source = (f"127.{visitor // 250 % 200 + 1}.1.{visitor % 250 + 1}", 0)
        return socket.create_connection(
            self._address, TIMEOUT, source if self._many_visitors else None
        )

    def _read(self, connection: socket.socket) -> tuple[bytes, int]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(connection)
        head, _, body = data.partition(b"\r\n\r\n")
        if b"transfer-encoding: chunked" in head.lower():
            while not body.endswith(LAST_CHUNK):
                body += self._more(connection)
            return head, len(body)
        length = _length(head)
        while len(body) < length:
            body += self._more(connection)
        return head, len(body)

    @staticmethod
    def _more(connection: socket.socket) -> bytes:
        data = connection.recv(AT_ONCE)
        if not data:
            raise ConnectionError("The server closed the connection before its answer ended.")
        return data

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Send the requests of a job, from `offset` on, shared out among its connections."""
    requests = [base64.b64decode(text) for text in job["requests"]]
    width, answers, faults = job["connections"], [], Counter[str]()

    def drive(first: int) -> None:
        connection = Connection(job)
        for number in range(job["offset"] + first, job["offset"] + job["total"], width):
            try:
                request = requests[number % len(requests)]
                answers.append(connection.send(request, visitor=number % VISITORS))
            except OSError as error:
                faults[f"{type(error).__name__}: {error}"] += 1
                connection.close()
        connection.close()

    threads = [threading.Thread(target=drive, args=(first,)) for first in range(width)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "seconds": time.perf_counter() - start,
        "times": [answer.seconds for answer in answers],
        "statuses": Counter(str(answer.status) for answer in answers) + faults,
    }


def main() -> None:
    """Answer each job with a line."""
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
