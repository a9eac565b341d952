"""The learner in a credential: a salted hash, which tells nothing and can be confirmed.

The form is the IdentityObject of Open Badges 3.0: SHA-256 over the identifier and the salt.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class IdentityKind(Enum):
    """What was hashed, as Open Badges names it."""

    EMAIL = "emailAddress"
    NAME = "name"

    def normalised(self, value: str) -> str:
        """Return the one spelling that is hashed: an address in lower case, a name in NFC."""
        text = " ".join(unicodedata.normalize("NFC", value).split())
        return text.lower() if self is IdentityKind.EMAIL else text


@dataclass(frozen=True)
class Identity:
    """A hashed identifier of the learner."""

    kind: IdentityKind
    digest: str
    salt: str

    @classmethod
    def of(cls, kind: IdentityKind, value: str, *, salt: str) -> "Identity":
        """Hash an identifier with a salt that was made for it alone."""
        return cls(kind, _digest(kind.normalised(value), salt), salt)

    def as_object(self) -> dict[str, Any]:
        """Return the IdentityObject."""
        return {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": self.digest,
            "identityType": self.kind.value,
            "salt": self.salt,
        }


def matches(document: Mapping[str, Any], *, kind: IdentityKind, value: str) -> bool:
    """Return whether a credential was issued to somebody with this name or address."""
    subject = document.get("credentialSubject")
    rows = subject.get("identifier") if isinstance(subject, Mapping) else None
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, Mapping) or row.get("identityType") != kind.value:
            continue
        said = _digest(kind.normalised(value), str(row.get("salt", "")))
        if hmac.compare_digest(said.encode(), str(row.get("identityHash")).encode()):
            return True
    return False


def _digest(text: str, salt: str) -> str:
    return "sha256$" + hashlib.sha256(f"{text}{salt}".encode()).hexdigest()
