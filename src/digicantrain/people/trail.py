"""The hash chain of the audit trail: pure arithmetic over entries."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

START = "0" * 64


def entry_hash(
    previous: str,
    *,
    sequence: int,
    at: datetime,
    act: tuple[UUID | None, str, str],
    data: dict[str, Any],
) -> str:
    """Return SHA-256 over the previous hash and the entry, in hexadecimal.

    `act` is (actor's pseudonym, action, subject). Times are taken in UTC to the microsecond, so
    both databases give the same bytes.
    """
    actor, action, subject = act
    content = json.dumps(
        [
            previous,
            sequence,
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            str(actor) if actor else None,
            action,
            subject,
            data,
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(content.encode()).hexdigest()
