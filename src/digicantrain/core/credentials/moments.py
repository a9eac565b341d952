"""Moments as credentials write them: ours in UTC, to the second."""

import re
from datetime import UTC, datetime
from typing import Final

_WRITTEN: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_STAMP: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?(Z|[+-](0\d|1[0-4]):[0-5]\d)", re.ASCII
)


def utc(moment: datetime) -> str:
    """Return a moment as text: 2026-11-20T12:00:00Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def read_utc(text: object) -> datetime | None:
    """Read such a text; anything else is none."""
    if not isinstance(text, str) or not _WRITTEN.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def read_stamp(text: object) -> datetime | None:
    """Read a dateTimeStamp of XML Schema 1.1, which always names its zone; anything else is none.

    Others write moments so: with fractions of a second, and in zones of their own.
    """
    if not isinstance(text, str) or not _STAMP.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
