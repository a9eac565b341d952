"""Status lists (W3C Bitstring Status List): one bit a credential, set when it does not stand.

A credential of ours has the same place in two lists: one says what was withdrawn, which cannot be
undone, the other what is suspended for now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from openvc.status.bitstring import (
    StatusListError,
    decode_bitstring,
    encode_bitstring,
    get_status_bit,
    new_bitstring,
    set_status_bit,
)

from digicantrain.core.credentials.contexts import VC_2
from digicantrain.core.credentials.data_model import MalformedError, require_status_entry, types_of
from digicantrain.core.credentials.moments import utc

SIZE: Final = 131_072
REVOCATION: Final = "revocation"
SUSPENSION: Final = "suspension"
# what else a list may say, which leaves the credential standing
_TELLS_ONLY: Final = frozenset({"message", "refresh"})
MOST_ENTRIES: Final = 6
# how long a list that was published is to be relied on, so that an old one cannot be shown for ever
LASTS: Final = timedelta(hours=24)


class StatusError(ValueError):
    """A status list that cannot be relied on."""


@dataclass(frozen=True)
class StatusEntry:
    """Where a credential's status stands: `size` bits in a list at an address."""

    url: str
    index: int
    purpose: str = REVOCATION
    size: int = 1

    def as_object(self) -> dict[str, Any]:
        """Return the entry as a credential carries it."""
        return {
            "id": f"{self.url}#{self.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.url,
        }

    @property
    def decides(self) -> bool:
        """Whether it can say that the credential does not stand."""
        return self.purpose in {REVOCATION, SUSPENSION}

    @classmethod
    def read(cls, value: object) -> "StatusEntry":
        """Read the entry of a credential; anything but one such entry is refused."""
        if not isinstance(value, Mapping) or types_of(value) != ["BitstringStatusListEntry"]:
            raise StatusError("The credential names a status of another kind.")
        try:
            require_status_entry(value)
        except MalformedError as error:
            raise StatusError(str(error)) from error
        entry = cls(
            value["statusListCredential"],
            int(value["statusListIndex"]),
            value["statusPurpose"],
            value.get("statusSize", 1),
        )
        if not entry.decides and entry.purpose not in _TELLS_ONLY:
            raise StatusError(f"The purpose {entry.purpose!r} is not known here.")
        return entry


def entries_of(document: Mapping[str, Any]) -> tuple[StatusEntry, ...]:
    """Return the entries of a credential that can say that it does not stand.

    Raises:
        StatusError: one of them cannot be read, or there are too many.
    """
    value = document.get("credentialStatus", [])
    listed = value if isinstance(value, list) else [value]
    if len(listed) > MOST_ENTRIES:
        raise StatusError("The credential names too many status lists.")
    return tuple(entry for entry in map(StatusEntry.read, listed) if entry.decides)


@dataclass(frozen=True)
class StatusList:
    """A list as it stood at a moment: which of its places are withdrawn, or suspended."""

    url: str
    issuer: str
    withdrawn: frozenset[int]
    changed_at: datetime
    purpose: str = REVOCATION
    size: int = SIZE
    ends_at: datetime | None = None

    def as_document(self) -> dict[str, Any]:
        """Return the BitstringStatusListCredential, to be signed."""
        ends = {"validUntil": utc(self.ends_at)} if self.ends_at else {}
        return {
            "@context": [VC_2],
            "id": self.url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.issuer,
            "validFrom": utc(self.changed_at),
            **ends,
            "credentialSubject": {
                "id": f"{self.url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": self.purpose,
                "encodedList": encoded(self.withdrawn, size=self.size),
            },
        }


def encoded(withdrawn: Iterable[int], *, size: int = SIZE) -> str:
    """Return a bitstring with these places set: gzip, base64url, multibase `u`."""
    bits = new_bitstring(size)
    for index in withdrawn:
        set_status_bit(bits, index, 1)
    return encode_bitstring(bytes(bits))


def is_withdrawn(document: dict[str, Any], entry: StatusEntry) -> bool:
    """Return whether an entry is set in a status list whose signature was checked before.

    Raises:
        StatusError: the list serves another purpose or stands at another address, is shorter than
            the standard allows, or cannot be read.
    """
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or "BitstringStatusList" not in types_of(subject):
        raise StatusError("This is no status list.")
    purposes = subject.get("statusPurpose")
    if entry.purpose not in (purposes if isinstance(purposes, list) else [purposes]):
        raise StatusError("The status list serves another purpose.")
    if document.get("id") != entry.url:
        raise StatusError("This is another status list.")
    try:
        bits = decode_bitstring(str(subject.get("encodedList", "")))
        if len(bits) * 8 < SIZE * entry.size:
            raise StatusError("The status list is shorter than the standard allows.")
        first = entry.index * entry.size
        return any(get_status_bit(bits, first + place) for place in range(entry.size))
    except StatusListError as error:
        raise StatusError(f"The status list cannot be read: {error}.") from error
