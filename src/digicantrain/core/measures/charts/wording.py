"""Words in charts: made harmless, measured, broken into lines, put together into sentences."""

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from html import escape

from digicantrain.core.measures.result import Value

SIZE = 14
LINE = 18
MOST_IN_SENTENCE = 60
MINUS = "\u2212"
# From here numbers are whole, and from there powers of ten.
WHOLE, POWERS = 10_000, 10_000_000
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# What XML 1.0 forbids, and the signs that turn the direction of all that follows.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
NARROWEST = 0.42
NARROW = frozenset("ijlrtfI.,:;'|!()[]{}/\\ -`")
WIDE = frozenset("mwMW@%&œæŒÆ—…ωΩΦΨ")


def clean(text: str) -> str:
    """Return a text in one line, without signs that XML forbids or that turn directions."""
    return " ".join(FORBIDDEN.sub("\ufffd", text).split())


def escaped(text: str) -> str:
    """Return a text as it may stand in XML, between tags or in an attribute."""
    return escape(clean(text))


def width_of(text: str, *, size: float = SIZE) -> float:
    """Return how wide a text is at most in a common sans-serif, in pixels.

    No font is at hand, so that charts are the same on every machine: shares of the size are those
    of a wide face (DejaVu Sans), and common faces take less.
    """
    return size * sum(map(_share, text))


@cache
def _share(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if sign in NARROW:
        return NARROWEST
    if sign in WIDE or unicodedata.east_asian_width(sign) in "WF":
        return 1.03
    return 0.72 if sign.isupper() else 0.64


def cut(text: str, *, room: float) -> str:
    """Return a text that fits into a width, with three dots where its middle was cut.

    Its end stays, since names of one list often differ there only.
    """
    if width_of(text) <= room:
        return text
    for kept in range(min(len(text) - 1, int(room / (SIZE * NARROWEST))), 0, -1):
        tail = kept // 3
        short = f"{text[: kept - tail].rstrip()}…{text[len(text) - tail :].lstrip()}"
        if width_of(short) <= room:
            return short
    return "…"


def lines_of(text: str, *, room: float, most: int = 2) -> list[str]:
    """Return a text in lines that fit, broken at spaces or else anywhere; the last may be cut."""
    rest = clean(text)
    found: list[str] = []
    while rest and len(found) < most - 1 and width_of(rest) > room:
        end = _break(rest, room)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*found, cut(rest, room=room)] if rest else found


def _break(text: str, room: float) -> int:
    end = 1
    while end < len(text) and width_of(text[: end + 1].rstrip()) <= room:
        end += 1
    space = text.rfind(" ", 0, end + 1)
    return space if space > end / 2 else end


# --- numbers ---


def minus(text: str) -> str:
    """Return a number's text with a true minus sign, none before nothing, and powers of ten."""
    bare = text.lstrip("-")
    if not bare.strip("0."):
        return bare
    mantissa, _e, exponent = text.replace("-", MINUS).partition("e")
    if not exponent:
        return mantissa
    power = str(int(exponent.replace(MINUS, "-")))
    return f"{mantissa}×10{power.translate(RAISED)}"


def told(value: float) -> str:
    """Return a number for a reader: two decimals, or three digits where those say too little."""
    if value == 0 or 0.01 <= abs(value) < WHOLE:
        return minus(f"{value:.2f}")
    return minus(f"{value:.0f}" if WHOLE <= abs(value) < POWERS else f"{value:.3g}")


def places_for(half: float) -> int:
    """Return how many decimals an estimate needs whose interval reaches so far to each side."""
    return 2 if half <= 0 else max(2, -math.floor(math.log10(half)))


def told_to(value: float, places: int) -> str:
    """Return a number with so many decimals; one that needs more than six with three digits."""
    return told(value) if places > 6 or abs(value) >= WHOLE else minus(f"{value:.{places}f}")


def per_cent(share: float) -> str:
    """Return a share in per cent, whole or, where small, with one decimal."""
    amount = 100 * share
    places = 1 if 0 < amount < 10 or 99 < amount < 100 else 0
    return f"{minus(f'{amount:.{places}f}')} %"


def number(value: Value) -> float | None:
    """Return a figure of a result if it is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


# --- sentences ---


def listed(names: Sequence[str], *, most: int = 4) -> str:
    """Return names as part of a sentence; where there are many, the first and how many more."""
    short = [_shortened(clean(name)) for name in names]
    if len(short) > most:
        short = [*short[: most - 1], f"{len(short) - most + 1} more"]
    return " and ".join(filter(None, (", ".join(short[:-1]), *short[-1:])))


def _shortened(name: str) -> str:
    tail = MOST_IN_SENTENCE // 3
    if len(name) <= MOST_IN_SENTENCE:
        return name
    return f"{name[: MOST_IN_SENTENCE - tail - 1].rstrip()}…{name[-tail:].lstrip()}"


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: 1 person, 2 people."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
