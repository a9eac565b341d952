"""Which versions of xAPI are spoken, and how a request and a statement name them."""

import re
from enum import Enum
from typing import Self

_HEADERS = re.compile(r"(1|2)\.0(\.[0-9A-Za-z.+-]+)?", re.ASCII).fullmatch


class VersionError(ValueError):
    """A request whose version is not spoken here; the sentence says which are."""


class Version(Enum):
    """A version of xAPI; its value is what the header X-Experience-API-Version answers."""

    V1 = "1.0.3"
    V2 = "2.0.0"

    @classmethod
    def of(cls, header: str | None, *, mount: "Version | None") -> "Version":
        """Return the version that a request speaks.

        `header` is its X-Experience-API-Version, None where it sent none; `mount` the version of
        the address that it called, None for the address of both. 1.0 and 1.0.x mean 1.0.3, and
        2.0 and 2.0.x mean 2.0.0 (xAPI 1.0.3, Communication 3.3). An address of one version takes
        that version only and wants the header; the address of both takes a request without a
        header as 1.0.3, for clients that send none.

        Raises VersionError.
        """
        if header is None and mount is None:
            return cls.V1
        if header is None:
            raise VersionError(
                "The request lacks the header X-Experience-API-Version;"
                f" send X-Experience-API-Version: {mount.value if mount else cls.V1.value}."
            )
        found = cls._named(header.strip())
        if found is None or mount not in {None, found}:
            spoken = mount.value if mount else " and ".join(version.value for version in cls)
            raise VersionError(
                f"X-Experience-API-Version is {header[:40]!r}; this address speaks {spoken}."
            )
        return found

    @classmethod
    def _named(cls, text: str) -> "Self | None":
        match = _HEADERS(text)
        return None if match is None else cls("1.0.3" if match[1] == "1" else "2.0.0")

    def takes(self, text: str) -> bool:
        """Say whether a statement may carry this text as its `version`.

        1.0.3 takes 1.0 and 1.0.x (xAPI 1.0.3, Data 2.4.10); 2.0 takes these and 2.0 and 2.0.x,
        for a statement of 1.0.3 is handed on unchanged (IEEE 9274.1.1, 4.2.4.3).
        """
        named = Version._named(text)
        return named is Version.V1 or (named is self and named is not None)
