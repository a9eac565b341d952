"""What a request says of its body and of its reader: media types and languages (RFC 9110)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

JSON: Final = "application/json"
MULTIPART: Final = "multipart/mixed"
FORM: Final = "application/x-www-form-urlencoded"
BYTES: Final = "application/octet-stream"

LONGEST_HEADER: Final = 1_000
MOST_LANGUAGES: Final = 20

_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_KIND: Final = re.compile(rf"{_WORD}/{_WORD}", re.ASCII)
_PARAMETER: Final = re.compile(rf'\s*({_WORD})=(?:"([^"\\]*)"|([^\s";]+))\s*\Z', re.ASCII)
_QUALITY: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII | re.IGNORECASE)
_RANGE: Final = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)


class MediaTypeError(ValueError):
    """A Content-Type that cannot be read; the sentence says why."""


@dataclass(frozen=True)
class MediaType:
    """A media type in lower case, with its parameters."""

    kind: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_json(self) -> bool:
        """Whether it is JSON, as the documents of the xAPI mean it."""
        return self.kind == JSON


def media_type(header: str) -> MediaType:
    """Read a Content-Type; a parameter that is given twice or half is refused.

    Raises MediaTypeError; signs that no header may have are refused too, for the text is handed out
    again as a header. An empty parameter (`multipart/mixed;`) is passed over, as RFC 9110 asks.
    """
    kind, *rest = header[: LONGEST_HEADER + 1].split(";")
    is_plain = len(header) <= LONGEST_HEADER and header.isascii() and header.isprintable()
    if not is_plain or not _KIND.fullmatch(kind.strip()):
        raise MediaTypeError("The Content-Type is no media type, like application/json.")
    parameters: dict[str, str] = {}
    for part in filter(str.strip, rest):
        match = _PARAMETER.match(part)
        if match is None or match[1].lower() in parameters:
            raise MediaTypeError("The Content-Type has a parameter that cannot be read.")
        parameters[match[1].lower()] = match[2] if match[2] is not None else match[3]
    return MediaType(kind.strip().lower(), parameters)


def languages(header: str) -> tuple[str, ...]:
    """Read an Accept-Language: the ranges of languages in lower case, the most wanted first.

    What cannot be read is passed over: a poor wish is no reason to answer nothing. A language of
    quality 0 is not wanted and left out.
    """
    wanted: list[tuple[float, str]] = []
    for part in header[:LONGEST_HEADER].split(",")[:MOST_LANGUAGES]:
        tag, *rest = (piece.strip() for piece in part.split(";"))
        match = _QUALITY.fullmatch(rest[0]) if rest else None
        quality = float(match[1]) if match else 1.0
        if _RANGE.fullmatch(tag) and quality > 0:
            wanted.append((quality, tag.lower()))
    wanted.sort(key=lambda pair: -pair[0])
    return tuple(tag for _quality, tag in wanted)


def best(available: Sequence[str], wanted: Sequence[str]) -> str | None:
    """Choose the tag that serves the reader best, or None where there is none to choose from.

    Each wish in turn: the same tag, a narrower one (`en` takes `en-GB`), then a wider one (`en-GB`
    takes `en`), then another kind of it (`en-US`). Else `und`, English, or the first there is.
    """
    by_tag = {tag.lower(): tag for tag in reversed(available)}
    for wish in wanted:
        if wish == "*":
            break
        found = _fitting(wish, by_tag)
        if found is not None:
            return by_tag[found]
    for tag in ("und", "en"):
        if tag in by_tag:
            return by_tag[tag]
    return available[0] if available else None


def _fitting(wish: str, tags: Mapping[str, str]) -> str | None:
    if wish in tags:
        return wish
    wide = wish.partition("-")[0]
    orders = (f"{wish}-", wide, f"{wide}-")
    for order in orders:
        if order in tags:
            return order
        narrower = [tag for tag in tags if order.endswith("-") and tag.startswith(order)]
        if narrower:
            return narrower[-1]
    return None
