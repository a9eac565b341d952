"""A credential baked into a PNG: a chunk iTXt with the keyword of Open Badges 3.0, section 5.3.1.

The picture's chunks are walked with their lengths and checksums; the picture itself is never
decoded. A file that goes on after its end, or that is broken anywhere, is refused as a whole.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

MAGIC: Final = b"\x89PNG\r\n\x1a\n"
KEYWORD: Final = b"openbadgecredential"
MAX_BYTES: Final = 4_000_000
MAX_CHUNKS: Final = 5_000
MAX_TEXT: Final = 1_000_000
_HEADER_BYTES: Final = 13


class ImageError(ValueError):
    """A picture that is not read; the sentence says why."""


class Chunk(NamedTuple):
    """A chunk of a PNG: its kind, its content, and where it ends."""

    kind: bytes
    data: bytes
    end: int


def bake(image: bytes, credential: str) -> bytes:
    """Return the picture with a credential in it, uncompressed, directly after the header.

    Raises:
        ImageError: it is no sound PNG, or holds a credential already.
    """
    chunks = list(_chunks(image))
    if any(_is_credential(chunk) for chunk in chunks):
        raise ImageError("The picture holds a credential already.")
    text = KEYWORD + b"\0" * 5 + credential.encode()
    if len(text) > MAX_TEXT:
        raise ImageError("The credential is too long for a picture.")
    place = chunks[0].end
    return image[:place] + _written(b"iTXt", text) + image[place:]


def unbake(image: bytes) -> str | None:
    """Return the credential in a picture, or none.

    Raises:
        ImageError: it is no sound PNG, it holds two credentials, or one that is too long.
    """
    found = [chunk for chunk in _chunks(image) if _is_credential(chunk)]
    if not found:
        return None
    if len(found) > 1:
        raise ImageError("The picture holds more than one credential.")
    return _text_of(found[0].data)


def _chunks(image: bytes) -> Iterator[Chunk]:
    """Yield the chunks of a PNG, each with its checksum checked."""
    if len(image) > MAX_BYTES:
        raise ImageError(f"The picture is larger than {MAX_BYTES:,} bytes.")
    if not image.startswith(MAGIC):
        raise ImageError("The picture is not a PNG.")
    place, number, kind = len(MAGIC), 0, b""
    while kind != b"IEND":
        chunk = _chunk_at(image, place)
        place, kind = chunk.end, chunk.kind
        if (number == 0) != (kind == b"IHDR") or number >= MAX_CHUNKS:
            raise ImageError("The picture's parts are not in order.")
        yield chunk
        number += 1
    if place != len(image):
        raise ImageError("The file goes on after the end of the picture.")


def _chunk_at(image: bytes, place: int) -> Chunk:
    if place + 12 > len(image):
        raise ImageError("The picture is cut off.")
    length, kind = struct.unpack_from(">I4s", image, place)
    end = place + 12 + length
    if end > len(image):
        raise ImageError("The picture is cut off.")
    data = image[place + 8 : end - 4]
    (checksum,) = struct.unpack_from(">I", image, end - 4)
    if zlib.crc32(data, zlib.crc32(kind)) != checksum:
        raise ImageError("A part of the picture is damaged.")
    if kind == b"IHDR" and length != _HEADER_BYTES:
        raise ImageError("The picture's header is damaged.")
    return Chunk(kind, data, end)


def _is_credential(chunk: Chunk) -> bool:
    return chunk.kind == b"iTXt" and chunk.data.split(b"\0", 1)[0] == KEYWORD


def _text_of(data: bytes) -> str:
    """Return the text of an iTXt chunk; a compressed one of others is read up to a limit."""
    rest = data[len(KEYWORD) + 1 :]
    names = rest[2:].split(b"\0", 2)
    if len(names) != 3 or rest[0] not in (0, 1) or rest[1] != 0:
        raise ImageError("The credential in the picture is damaged.")
    text = names[2] if rest[0] == 0 else _inflated(names[2])
    if len(text) > MAX_TEXT:
        raise ImageError("The credential in the picture is too long.")
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise ImageError("The credential in the picture is no text.") from None


def _inflated(data: bytes) -> bytes:
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(data, MAX_TEXT + 1)
    except zlib.error:
        text = b""
    if not text or (len(text) <= MAX_TEXT and not reader.eof):
        raise ImageError("The credential in the picture is damaged.")
    return text


def _written(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", checksum)
