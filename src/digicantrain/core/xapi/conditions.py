"""Entity tags and the conditions that a change of a document is bound to.

xAPI 1.0.3 Communication 3.1, 2.0 section 4.1.4, over RFC 9110 section 13.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

LONGEST_HEADER: Final = 4_000
_TAGS: Final = re.compile(r'(?:W/)?"([^"]*)"', re.ASCII)


class FailedConditionError(ValueError):
    """The document is not, or no longer, the one that the request means (HTTP 412)."""


class UnconditionalError(ValueError):
    """A document would be overwritten unseen (HTTP 409)."""


class MissingConditionError(ValueError):
    """A new document is put without saying that it is meant to be new (HTTP 400)."""


class Needed(Enum):
    """When a change must carry a condition."""

    NEVER = "never"
    IF_THERE = "if there is a document already"
    ALWAYS = "always"


def etag(content: bytes) -> str:
    """Return the entity tag of a content, without its quotes: SHA-1 in hexadecimal."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Conditions:
    """The conditions of one request: what stands in `If-Match` and `If-None-Match`."""

    if_match: str | None = None
    if_none_match: str | None = None
    needed: Needed = Needed.NEVER

    def require(self, tag: str | None) -> None:
        """Refuse a change of the document with this tag; None where there is no document.

        Raises FailedConditionError, UnconditionalError or MissingConditionError.
        """
        if self.if_match is not None and not _matches(self.if_match, tag):
            raise FailedConditionError(
                "The document is another one than If-Match names; get it again and merge."
            )
        if self.if_none_match is not None and _matches(self.if_none_match, tag):
            raise FailedConditionError(
                "There is such a document already, and If-None-Match does not want it changed."
            )
        if self.if_match is None and self.if_none_match is None:
            self._require_one(tag)

    def _require_one(self, tag: str | None) -> None:
        if tag is not None and self.needed is not Needed.NEVER:
            raise UnconditionalError(
                "There is a document already. Get it, and send its ETag in If-Match to replace it."
            )
        if tag is None and self.needed is Needed.ALWAYS:
            raise MissingConditionError(
                "Send If-None-Match: * to put a new document, or If-Match to replace one."
            )


def _matches(header: str, tag: str | None) -> bool:
    """Say whether a header names the tag; a weak tag is taken for the strong one of its text.

    A proxy that compresses answers makes strong tags weak, and the content is the same.
    """
    if tag is None:
        return False
    return header.strip() == "*" or tag in _TAGS.findall(header[:LONGEST_HEADER])
