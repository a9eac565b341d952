"""How statements are numbered: the microsecond of storing, then a tie-break."""

import hashlib
import re
from typing import Final
from uuid import UUID

TIE_BITS = 10
LAST = 2**63 - 1
# Agents of others stand in stored statements as accounts of this home, by the id of their naming.
MASK = "x-digicantrain:agent"
# The account that vouches for what this platform tells itself.
PLATFORM = "digicantrain"
# The account of a key, which vouches for what its programs bring.
CLIENT_ID: Final = re.compile(r"key(-[a-z0-9]{4}){3}")


def first_id(microsecond: int) -> int:
    """Return the lowest id that a statement stored in a microsecond since 1970 can have.

    Times before 1970, and those that 64 bits do not reach, are the first and the last there is.
    """
    return min(max(microsecond, 0) << TIE_BITS, LAST)


def digest(text: str) -> UUID:
    """Return the digest by which a long text is found: BLAKE2b of 128 bits."""
    return UUID(bytes=hashlib.blake2b(text.encode(), digest_size=16).digest())


def is_pseudonym(name: str) -> bool:
    """Return whether the name of an account is a UUID, as pseudonyms are written."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
