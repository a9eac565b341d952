"""What the demo would have sent: the files of Django's file mail back-end, newest first."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

SEPARATOR = "-" * 79


class Letter(NamedTuple):
    """One mail as it would have left."""

    to: str
    subject: str
    sent: datetime | None
    text: str


def letters(folder: Path, *, limit: int = 50) -> list[Letter]:
    """Return the newest mails in the folder; a missing folder holds none."""
    if not folder.is_dir():
        return []
    found: list[Letter] = []
    for path in sorted(folder.glob("*.log"), key=lambda p: p.stat().st_mtime, reverse=True):
        parts = [part.strip() for part in path.read_text(encoding="utf-8").split(SEPARATOR)]
        found += [_letter(part) for part in reversed(parts) if part]
        if len(found) >= limit:
            break
    return found[:limit]


def _when(message: EmailMessage) -> datetime | None:
    """Return when it was written; "-0000" is how mail says UTC of an unknown place."""
    date = message["Date"]
    if date is None or date.datetime is None:
        return None
    found: datetime = date.datetime
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _letter(raw: str) -> Letter:
    message = email.message_from_string(raw, _class=EmailMessage, policy=email.policy.default)
    body = message.get_body(("plain",))
    return Letter(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent=_when(message),
        text=body.get_content() if body else "",
    )
