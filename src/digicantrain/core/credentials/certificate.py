"""Finds the signed credential that a certificate in PDF carries as its attachment.

Only what this platform writes is understood: one embedded file, plain or deflated. The words on
the page are not read at all: whoever checks a certificate is told what was signed.
"""

import re
import zlib
from typing import Final

from digicantrain.core.credentials.strict_json import MAX_BYTES

MAGIC: Final = b"%PDF-"
_ENTRIES: Final = 1_000
_EMBEDDED: Final = re.compile(rb"/Type\s?/EmbeddedFile\b")
_LENGTH: Final = re.compile(rb"/Length\s?(\d{1,8})\b")
_STREAM: Final = re.compile(rb">>\s?stream\r?\n")


def attachment_of(data: bytes) -> bytes | None:
    """Return the first file embedded in a PDF, or none; at most a little more than is read."""
    for found in _EMBEDDED.finditer(data):
        content = _stream_of(data, found.start())
        if content is not None:
            return content
    return None


def _stream_of(data: bytes, place: int) -> bytes | None:
    """Return the content of the stream in whose dictionary this place is."""
    start = data.rfind(b" obj", max(0, place - _ENTRIES), place)
    begin = _STREAM.search(data, place, place + _ENTRIES)
    if start < 0 or begin is None:
        return None
    entries = data[start : begin.start()]
    length = _LENGTH.search(entries)
    if length is None:
        return None
    content = data[begin.end() : begin.end() + int(length[1])]
    if b"/Filter" not in entries:
        return content
    try:
        return zlib.decompressobj().decompress(content, MAX_BYTES + 1)
    except zlib.error:
        return None
