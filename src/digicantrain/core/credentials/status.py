"""Status lists (W3C Bitstring Status List): one bit a credential, set when it was withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
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
from digicantrain.core.credentials.moments import utc

SIZE: Final = 131_072
REVOCATION: Final = "revocation"


class StatusError(ValueError):
    """A status list that cannot be relied on."""


@dataclass(frozen=True)
class StatusEntry:
    """Where a credential's status stands: a bit in a list at an address."""

    url: str
    index: int
    purpose: str = REVOCATION

    def as_object(self) -> dict[str, Any]:
        """Return the entry as a credential carries it."""
        return {
            "id": f"{self.url}#{self.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.url,
        }

    @classmethod
    def read(cls, value: object) -> "StatusEntry":
        """Read the entry of a credential; anything but one such entry is refused."""
        if not isinstance(value, dict) or value.get("type") != "BitstringStatusListEntry":
            raise StatusError("The credential names no status list.")
        url, index = value.get("statusListCredential"), value.get("statusListIndex")
        purpose = value.get("statusPurpose")
        if not isinstance(url, str) or not isinstance(index, str) or not isinstance(purpose, str):
            raise StatusError("The credential's status entry is incomplete.")
        if not (index.isascii() and index.isdecimal()) or str(int(index)) != index:
            raise StatusError("The credential's place in the status list is no number.")
        return cls(url, int(index), purpose)


@dataclass(frozen=True)
class StatusList:
    """A list as it stood at a moment: which of its places are withdrawn."""

    url: str
    issuer: str
    withdrawn: frozenset[int]
    changed_at: datetime
    purpose: str = REVOCATION
    size: int = SIZE

    def as_document(self) -> dict[str, Any]:
        """Return the BitstringStatusListCredential, to be signed."""
        return {
            "@context": [VC_2],
            "id": self.url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.issuer,
            "validFrom": utc(self.changed_at),
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
    """Return the bit of an entry in a status list whose signature was checked before."""
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or subject.get("statusPurpose") != entry.purpose:
        raise StatusError("The status list serves another purpose.")
    if document.get("id") != entry.url:
        raise StatusError("This is another status list.")
    try:
        bits = decode_bitstring(str(subject.get("encodedList", "")))
        if len(bits) * 8 < SIZE:
            raise StatusError("The status list is shorter than the standard allows.")
        return bool(get_status_bit(bits, entry.index))
    except StatusListError as error:
        raise StatusError(f"The status list cannot be read: {error}.") from error
