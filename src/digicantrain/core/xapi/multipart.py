"""Statements with their attachments as multipart/mixed, read and written.

xAPI 1.0.3 Communication 1.5.2 and 2.0 section 4.1.3, over RFC 2046 section 5.1: the first part is
JSON and holds the statements; every further part is the content of an attachment, named by the
SHA-2 of its bytes in `X-Experience-API-Hash`. Time is linear in the bytes.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from digicantrain.core.xapi.media import JSON, MULTIPART, MediaTypeError, media_type

MOST_PARTS: Final = 1_000
MOST_HEADERS: Final = 20
LONGEST_HEADERS: Final = 8_000
HASHES: Final = {64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}

_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]", re.ASCII)
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]+", re.ASCII)
_CRLF: Final = b"\r\n"


class AttachmentError(ValueError):
    """A body of many parts that cannot be taken; the sentence says what is wrong."""


@dataclass(frozen=True)
class Attachment:
    """The content of an attachment; `sha2` in lower case."""

    sha2: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Body:
    """What a body holds: the JSON text of the statements, and contents by their SHA-2."""

    statements: bytes
    attachments: Mapping[str, Attachment]


# --- reading ---


def boundary(content_type: str) -> str:
    """Return the boundary that the Content-Type of a multipart/mixed body names."""
    try:
        read = media_type(content_type)
    except MediaTypeError as error:
        raise AttachmentError(str(error)) from None
    found = read.parameters.get("boundary", "")
    if read.kind != MULTIPART or not _BOUNDARY.fullmatch(found):
        raise AttachmentError(
            "The Content-Type of a body of many parts is multipart/mixed with a boundary of at "
            "most 70 characters."
        )
    return found


def read(raw: bytes, *, boundary: str) -> Body:
    """Read a whole body: its statements, and its attachments checked against their hashes.

    Raises AttachmentError. Lines may end with CR LF, or all with LF alone.
    """
    parts = _parts(raw, b"--" + boundary.encode("ascii"))
    statements = _statements(next(parts))
    attachments: dict[str, Attachment] = {}
    for number, part in enumerate(parts, start=2):
        found = _attachment(part, number)
        if found.sha2 in attachments:
            raise AttachmentError(f"Part {number} has the same X-Experience-API-Hash as another.")
        attachments[found.sha2] = found
    return Body(statements, attachments)


@dataclass(frozen=True)
class _Part:
    headers: Mapping[str, str]
    content: bytes


def _parts(raw: bytes, delimiter: bytes) -> Iterator[_Part]:
    """Yield the parts between delimiters; there is at least one, and the last is closed."""
    start, newline = _opening(raw, delimiter)
    number = 1
    while True:
        end, after, last = _next(raw, newline + delimiter, start)
        yield _part(raw, start, end, newline=newline, number=number)
        if last:
            return
        start = after + len(newline)
        number += 1
        if number > MOST_PARTS + 1:
            raise AttachmentError(f"The body has more than {MOST_PARTS} attachments.")


def _opening(raw: bytes, delimiter: bytes) -> tuple[int, bytes]:
    """Return where the first part begins, and how lines end; what stands before is passed over."""
    at = 0 if raw.startswith(delimiter) else raw.find(b"\n" + delimiter) + 1
    if at == 0 and not raw.startswith(delimiter):
        raise AttachmentError("The body does not hold the boundary that its Content-Type names.")
    end = at + len(delimiter)
    line_end = raw.find(b"\n", end, end + LONGEST_HEADERS)
    rest = raw[end : line_end + 1] if line_end >= 0 else b"-"
    if rest.strip(b" \t\r\n"):
        raise AttachmentError("After its first boundary the body has something else than a part.")
    return line_end + 1, _CRLF if rest.endswith(_CRLF) else b"\n"


def _next(raw: bytes, delimiter: bytes, start: int) -> tuple[int, int, bool]:
    """Return where a part ends, where its delimiter's line ends, and whether it is the last one.

    A part without content may follow its delimiter at once: the line end before it serves both.
    """
    at = start - (2 if delimiter.startswith(_CRLF) else 1)
    newline = delimiter[: delimiter.index(b"-")]
    while (at := raw.find(delimiter, at)) >= 0:
        after = at + len(delimiter)
        if raw[after : after + 2] == b"--":
            return max(at, start), after, True
        while raw[after : after + 1] in {b" ", b"\t"}:
            after += 1
        if raw.startswith(newline, after):
            return max(at, start), after, False
        at = after
    raise AttachmentError("The body does not end with its boundary: it was cut, or is wrong.")


def _part(raw: bytes, start: int, end: int, *, newline: bytes, number: int) -> _Part:
    if raw.startswith(newline, start, end):
        return _Part({}, raw[start + len(newline) : end])
    blank = raw.find(newline * 2, start, min(end, start + LONGEST_HEADERS))
    if blank < 0:
        raise AttachmentError(
            f"Part {number} has no empty line after its headers, or more than "
            f"{LONGEST_HEADERS:,} bytes of them."
        )
    lines = raw[start:blank].decode("latin-1").split(newline.decode("ascii"))
    content = raw[blank + 2 * len(newline) : end]
    return _Part(_headers(lines, number), content)


def _headers(lines: Sequence[str], number: int) -> dict[str, str]:
    if len(lines) > MOST_HEADERS:
        raise AttachmentError(f"Part {number} has more than {MOST_HEADERS} headers.")
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name) or name.lower() in found:
            raise AttachmentError(f"Part {number} has a header that cannot be read.")
        found[name.lower()] = value.strip(" \t")
    return found


def _statements(part: _Part) -> bytes:
    kind = part.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise AttachmentError("The first part is application/json and holds the statements.")
    _same_length(part, 1)
    return part.content


def _attachment(part: _Part, number: int) -> Attachment:
    name = part.headers.get("x-experience-api-hash", "").lower()
    if not name:
        raise AttachmentError(f"Part {number} has no X-Experience-API-Hash.")
    if part.headers.get("content-transfer-encoding", "").lower() != "binary":
        raise AttachmentError(f"Part {number} has no Content-Transfer-Encoding of binary.")
    _same_length(part, number)
    if not _is_hash_of(name, part.content):
        raise AttachmentError(
            f"The X-Experience-API-Hash of part {number} is not the SHA-256, SHA-384 or SHA-512 "
            "of its bytes."
        )
    return Attachment(name, part.headers.get("content-type", ""), part.content)


def _same_length(part: _Part, number: int) -> None:
    told = part.headers.get("content-length")
    if told is not None and told != str(len(part.content)):
        raise AttachmentError(
            f"Part {number} says Content-Length {told[:20]} and has {len(part.content)} bytes."
        )


def _is_hash_of(name: str, content: bytes) -> bool:
    maker = HASHES.get(len(name))
    return maker is not None and bool(_HEX.fullmatch(name)) and maker(content).hexdigest() == name


# --- the statements and their parts ---


def declared(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the attachment objects of a statement and of a sub-statement in it."""
    yield from statement.get("attachments", ())
    inner = statement.get("object", {})
    if inner.get("objectType") == "SubStatement":
        yield from inner.get("attachments", ())


def require_parts(
    statements: Iterable[Mapping[str, Any]], attachments: Mapping[str, Attachment]
) -> None:
    """Refuse an attachment that is neither here nor at a fileUrl, and a part nobody declares.

    The `length` of an attachment object is not held against the bytes: ADL's suite has it differ
    and wants the statement taken; the hash says which bytes are meant.
    """
    named: set[str] = set()
    for statement in statements:
        for attachment in declared(statement):
            name = str(attachment.get("sha2", "")).lower()
            named.add(name)
            if name not in attachments and "fileUrl" not in attachment:
                raise AttachmentError(
                    f"The attachment {name[:128]} has neither a fileUrl nor a part of its own in a "
                    "multipart/mixed body."
                )
    for name in attachments:
        if name not in named:
            raise AttachmentError(f"No statement declares the attachment {name}.")


# --- writing ---


def written(first: bytes, attachments: Iterable[Attachment], *, boundary: str) -> Iterator[bytes]:
    """Yield a body piece by piece: the JSON text, then each attachment as it is handed over.

    `boundary` must not occur in what is sent: hand in a random one.
    """
    line = f"--{boundary}".encode("ascii")
    yield line + b"\r\nContent-Type: application/json\r\n\r\n"
    yield first
    for attachment in attachments:
        yield b"\r\n" + line + _written_headers(attachment)
        yield attachment.content
    yield b"\r\n" + line + b"--\r\n"


def _written_headers(attachment: Attachment) -> bytes:
    kind = attachment.content_type or "application/octet-stream"
    return (
        f"\r\nContent-Type: {_one_line(kind)}\r\nContent-Transfer-Encoding: binary\r\n"
        f"X-Experience-API-Hash: {_one_line(attachment.sha2)}\r\n\r\n"
    ).encode()


def _one_line(value: str) -> str:
    """Return a header's value without what would begin another header."""
    return "".join(sign for sign in value if sign.isprintable())
