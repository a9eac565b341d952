"""Moments as credentials write them: in UTC, to the second."""

import re
from datetime import UTC, datetime
from typing import Final

_WRITTEN: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


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
