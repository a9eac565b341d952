"""The one place that opens an address which a credential names: over https, and public ones only.

What the address leads to is looked up here, looked at, and connected to: a name that leads
elsewhere the next moment leads nowhere. Nothing is followed, nobody is greeted, and what comes is
read within limits of size and time.
"""

import fcntl
import http.client
import io
import ipaddress
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

MAX_BYTES: Final = 1_000_000
SECONDS: Final = 4.0
_WAIT: Final = 1.0
_LOOK_AGAIN: Final = 0.05
_CHUNK: Final = 16_384
_HOST: Final = re.compile(r"(?=.{1,253}\Z)([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_PRINTABLE: Final = re.compile(r"[!-~]*", re.ASCII)
_HTTPS: Final = 443
_UNPRIVILEGED: Final = 1_024
# addresses of version 6 that lead to one of version 4: mapped, translated (two prefixes), tunnelled
_CARRIERS: Final = tuple(
    map(
        ipaddress.IPv6Network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
    )
)
HEADERS: Final = {
    "Accept": "application/did+json, application/vc, application/vc+jwt, application/json",
    "Accept-Encoding": "gzip, identity;q=0.5",
    "User-Agent": "DigiCanTrain (checks a credential)",
    "Connection": "close",
}


class FetchError(ValueError):
    """An address that is not opened, or from which nothing useful came; the sentence says why."""


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: Address) -> bool:
    """Return whether an address belongs to the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None or address.is_site_local or address.scope_id:
            return False
        if any(address in network for network in _CARRIERS):
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_private
    )


@dataclass(frozen=True)
class Target:
    """An address, taken apart and found to be of the one form that is opened."""

    host: str
    port: int
    path: str

    @classmethod
    def read(cls, url: str) -> "Target":
        """Read an address: https, a host by its name, perhaps a port and a path.

        Raises:
            FetchError: it is of another form.
        """
        if not _PRINTABLE.fullmatch(url) or len(url) > 2_000 or "\\" in url:
            raise FetchError("The address holds signs that do not belong there.")
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port or _HTTPS
        except ValueError as error:
            raise FetchError("The address cannot be read.") from error
        if parts.scheme != "https" or parts.username is not None or parts.password is not None:
            raise FetchError("Only https is opened, and without a name or password.")
        if not _HOST.fullmatch(host) or _NUMBER.fullmatch(host.rpartition(".")[2]):
            raise FetchError("The address names no host by its name.")
        if port != _HTTPS and port < _UNPRIVILEGED:
            raise FetchError("The address names a port of another service.")
        return cls(host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """Ask the resolver of this machine for the addresses of a host.

    It knows no time limit of its own, so it is asked beside and not waited for any longer.
    """
    asked = _resolvers.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        rows = asked.result(timeout=seconds)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host} is not known.") from error
    finally:
        asked.cancel()
    return [str(row[4][0]) for row in rows]


_resolvers: Final = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolve")


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """Connect to an address, and to no other."""
    return socket.create_connection((address, port), timeout=seconds)


@contextmanager
def one_at_a_time(folder: Path, *, wait: float = _WAIT) -> Iterator[None]:
    """Hold the one turn of this machine to open an address, or refuse after a short wait.

    Whoever hands in credentials with slow addresses holds up the like of them, and not all the
    processes that serve pages. The turn ends with the process, however that ends.

    Raises:
        FetchError: others hold it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ends_at = time.monotonic() + wait
    with (folder / "fetching.lock").open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= ends_at:
                    raise FetchError("Other addresses are being opened.") from None
                time.sleep(_LOOK_AGAIN)
            else:
                break
        yield


class Fetcher:
    """Opens addresses; the tests hand in a resolver, a way to connect and a clock."""

    def __init__(
        self,
        *,
        resolve: Callable[[str, int, float], list[str]] = resolve,
        connect: Callable[[str, int, float], socket.socket] = connect,
        trust: ssl.SSLContext | None = None,
        now: Callable[[], float] = time.monotonic,
        turn: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._resolve = resolve
        self._connect = connect
        self._trust = trust
        self._now = now
        self._turn = turn

    def fetch(self, url: str) -> bytes:
        """Return what stands at an address, at most a megabyte.

        Raises:
            FetchError: it is not opened, not answered in time, or answered with something else.
        """
        target = Target.read(url)
        try:
            with self._turn():
                left = _clock(SECONDS, self._now)
                return self._read(target, self._public_address(target, left), left)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            if isinstance(error, FetchError):
                raise
            raise FetchError(f"{target.host} does not answer as it should.") from error

    def _public_address(self, target: Target, left: Callable[[], float]) -> str:
        """Return the address to connect to; one among several that is not public spoils all."""
        found = self._resolve(target.host, target.port, left())
        if not found:
            raise FetchError(f"{target.host} is not known.")
        for text in found:
            try:
                address = ipaddress.ip_address(text)
            except ValueError as error:
                raise FetchError(f"{target.host} leads to no address.") from error
            if not is_public(address):
                raise FetchError(f"{target.host} leads to an address that is not public.")
        return found[0]

    def _read(self, target: Target, address: str, left: Callable[[], float]) -> bytes:
        trust = self._trust or ssl.create_default_context()
        plain = self._connect(address, target.port, left())
        with plain, trust.wrap_socket(plain, server_hostname=target.host) as tls:
            connection = http.client.HTTPSConnection(target.host, target.port)
            connection.sock = _Timed(tls, left)
            host = target.host if target.port == _HTTPS else f"{target.host}:{target.port}"
            connection.request("GET", target.path, headers={"Host": host, **HEADERS})
            answer = connection.getresponse()
            if answer.status != http.client.OK:
                raise FetchError(
                    f"{target.host} answers with {answer.status}; nothing is followed."
                )
            return _body(answer, left)


def _clock(seconds: float, now: Callable[[], float]) -> Callable[[], float]:
    """Return a function that says how much time is left, and refuses when there is none."""
    ends_at = now() + seconds

    def left() -> float:
        rest = ends_at - now()
        if rest <= 0:
            raise FetchError("The answer takes too long.")
        return rest

    return left


class _Timed:
    """A socket whose every act ends with the time that is left, however slowly bytes drip."""

    def __init__(self, sock: ssl.SSLSocket, left: Callable[[], float]) -> None:
        self._sock = sock
        self._left = left

    def sendall(self, data: bytes) -> None:
        """Send the question."""
        self._sock.settimeout(self._left())
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a reader for the answer, its headers too."""
        return io.BufferedReader(_TimedReader(self._sock, self._left))

    def close(self) -> None:
        """Leave it open: the library hangs up before the answer is read."""


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: ssl.SSLSocket, left: Callable[[], float]) -> None:
        super().__init__()
        self._sock = sock
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._left())
        return self._sock.recv_into(buffer)


def _body(answer: http.client.HTTPResponse, left: Callable[[], float]) -> bytes:
    """Read an answer; compressed or not, no more than the limit is ever held."""
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip"}:
        raise FetchError("The answer is packed in a way that is not known here.")
    unpack = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    data = bytearray()
    taken = 0
    while True:
        left()
        piece = answer.read1(_CHUNK)
        taken += len(piece)
        if not piece:
            break
        data += unpack.decompress(piece, MAX_BYTES + 1 - len(data)) if unpack else piece
        if max(len(data), taken) > MAX_BYTES:
            raise FetchError("The answer is longer than a megabyte.")
    if unpack is not None and not unpack.eof:
        raise FetchError("The answer is cut off.")
    return bytes(data)
