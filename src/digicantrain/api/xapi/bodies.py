"""Reading bodies, never more of them than may come."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError

from digicantrain.api.xapi.answers import Refusal

PIECE: Final = 64 * 1_024
# What is read and thrown away of a body that is too large, so that its sender hears the answer.
MOST_PASSED_OVER: Final = 200_000_000


def whole(request: HttpRequest) -> bytes:
    """Return the body; one that is too large is refused, by its length before it is read."""
    most: int = settings.RECORDS_BODY
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return _in_chunks(request, most)
    length = _length(request)
    if length > most:
        if length <= MOST_PASSED_OVER:
            _pass_over(request.read)
        raise _too_large(most)
    try:
        raw: bytes = request.read(length)
    except (UnreadablePostError, OSError):
        raw = b""
    if len(raw) != length:
        raise Refusal(400, "The body is shorter than its Content-Length; it was cut on its way.")
    return raw


def _length(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not (told.isascii() and told.isdigit() and len(told) < 20):
        raise Refusal(400, "The Content-Length is no number of bytes.")
    return int(told)


def _in_chunks(request: HttpRequest, most: int) -> bytes:
    """Return a body whose length nobody told; the server must know where it ends."""
    stream: Any = request.META.get("wsgi.input")
    if not request.META.get("wsgi.input_terminated"):
        raise Refusal(411, "Send the body with a Content-Length.")
    pieces: list[bytes] = []
    size = 0
    while piece := _piece(stream):
        size += len(piece)
        if size > most:
            _pass_over(stream.read)
            raise _too_large(most)
        pieces.append(piece)
    return b"".join(pieces)


def _piece(stream: Any) -> bytes:
    """Return the next piece; each server has errors of its own for chunks that are none."""
    try:
        found: bytes = stream.read(PIECE)
    except Exception:  # noqa: BLE001 - whatever it is, the sender's chunks are at fault
        raise Refusal(400, "The body comes in chunks that cannot be read.") from None
    return found


def _too_large(most: int) -> Refusal:
    return Refusal(413, f"The body has more than {most:,} bytes; send less at a time.")


def _pass_over(read: Callable[[int], bytes]) -> None:
    """Read piece by piece and keep nothing: a sender whose line is cut never sees the answer."""
    try:
        for _piece in range(MOST_PASSED_OVER // PIECE):
            if not read(PIECE):
                return
    except Exception:  # noqa: BLE001 - of a body that is refused anyway
        return
