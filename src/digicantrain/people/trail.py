"""The hash chain of the audit trail: pure arithmetic over entries."""

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

START = "0" * 64


class TrailHead(NamedTuple):
    """The newest entry, written as `sequence:hash`; kept elsewhere, it proves what stood before."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> "TrailHead":
        """Return the head that `str` wrote.

        Raises:
            ValueError: it is none.
        """
        found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip())
        if found is None:
            raise ValueError(f"{text!r} is no head; copy what check-trail printed.")
        return cls(int(found[1]), found[2])


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
