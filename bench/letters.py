"""A mail server that takes every letter and keeps none, so that the worker has where to send."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer


class _Taker(StreamRequestHandler):
    def handle(self) -> None:
        self._say(b"220 ready")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self._say(b"354 go on")
                while (part := self.rfile.readline()) and part != b".\r\n":
                    pass
            self._say(b"221 bye" if word == b"QUIT" else b"250 ok")
            if word == b"QUIT":
                return

    def _say(self, text: bytes) -> None:
        self.wfile.write(text + b"\r\n")


@contextmanager
def taking() -> Iterator[int]:
    """Take letters while the block runs; yield the port."""
    with ThreadingTCPServer(("127.0.0.1", 0), _Taker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
