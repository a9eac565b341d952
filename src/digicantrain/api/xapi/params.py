"""The parameters of a request: each known, each once, each of its kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote_to_bytes
from uuid import UUID

from digicantrain.api.xapi.answers import Refusal
from digicantrain.core.xapi import identity, rules, strict, values
from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.versions import Version

MOST: Final = 50
LONGEST_LIMIT: Final = 9
PIECE: Final = 64 * 1_024


@dataclass(frozen=True)
class Params:
    """Parameters by their names, which are told apart by case."""

    given: Mapping[str, str]
    version: Version = Version.V1

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def only(self, *names: str) -> None:
        """Refuse a parameter that is not known here."""
        for name in self.given:
            if name not in names:
                known = ", ".join(names) or "none"
                raise Refusal(400, f"There is no parameter {name[:40]!r} here; known are: {known}.")

    def need(self, *names: str) -> None:
        """Refuse a request that lacks a parameter."""
        for name in names:
            if not self.given.get(name):
                raise Refusal(400, f"The parameter {name} is missing.")

    def text(self, name: str) -> str:
        """Return a text, empty where none was given."""
        return self.given.get(name, "")

    def iri(self, name: str) -> str | None:
        """Return an IRI."""
        if name not in self.given:
            return None
        if not values.is_iri(self.given[name]):
            raise Refusal(400, f"The parameter {name} is no IRI; it begins with a scheme.")
        return self.given[name]

    def uuid(self, name: str) -> UUID | None:
        """Return a UUID."""
        if name not in self.given:
            return None
        if not values.is_uuid(self.given[name]):
            raise Refusal(400, f"The parameter {name} is no UUID.")
        return UUID(self.given[name])

    def moment(self, name: str) -> datetime | None:
        """Return a time; a plus that a client forgot to encode, so became a blank, is one again."""
        if name not in self.given:
            return None
        try:
            return values.moment(self.given[name].replace(" ", "+"))
        except ValueError:
            raise Refusal(
                400, f"The parameter {name} is no timestamp, like 2026-11-01T12:00:00Z."
            ) from None

    def flag(self, name: str) -> bool:
        """Return true or false; false where nothing was given."""
        found = self.given.get(name, "false")
        if found not in {"true", "false"}:
            raise Refusal(400, f"The parameter {name} is true or false.")
        return found == "true"

    def number(self, name: str) -> int:
        """Return a whole number, 0 where none was given."""
        found = self.given.get(name, "0")
        if not (found.isascii() and found.isdigit() and len(found) <= LONGEST_LIMIT):
            raise Refusal(400, f"The parameter {name} is a whole number, 0 or more.")
        return int(found)

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        """Return one of the options, the first where nothing was given."""
        found = self.given.get(name, options[0])
        if found not in options:
            raise Refusal(400, f"The parameter {name} is one of {', '.join(options)}.")
        return found

    def agent(self, name: str = "agent") -> dict[str, Any] | None:
        """Return an agent, or a group that has an identifier of its own."""
        if name not in self.given:
            return None
        try:
            found = strict.read(self.given[name].encode())
            rules.check_actor(found, version=self.version, path=name)
        except StatementError as error:
            raise Refusal(400, f"The parameter {name} is no Agent: {error}") from None
        if not isinstance(found, dict) or identity.identifier(found) is None:
            raise Refusal(400, f"The parameter {name} has no identifier, as an mbox or account.")
        return found

    def identifier(self, name: str = "agent") -> str | None:
        """Return the identifier of an agent."""
        found = self.agent(name)
        return identity.identifier(found) if found else None


def of_query(query: str) -> dict[str, str]:
    """Read a query string, as WSGI hands it over: bytes in Latin-1."""
    return of_bytes(query.encode("latin-1"))


def of_bytes(raw: bytes) -> dict[str, str]:
    """Read form-encoded parameters.

    The standard library takes eighty times the bytes of a form that is all escapes in memory, and a
    form is read before its key is known.
    """
    if raw.count(b"&") >= MOST:
        raise Refusal(400, f"There are more than {MOST} parameters.")
    try:
        pairs = [
            (_decoded(name), _decoded(value))
            for name, _sign, value in (part.partition(b"=") for part in raw.split(b"&") if part)
        ]
    except UnicodeDecodeError:
        raise Refusal(400, "The parameters are no UTF-8.") from None
    return _each_once(pairs)


def _decoded(raw: bytes) -> str:
    """Return a name or value, its escapes resolved piece by piece; none is cut in two."""
    pieces: list[bytes] = []
    start = 0
    while start < len(raw):
        end = start + PIECE
        cut = raw.rfind(b"%", end - 2, end)
        end = end if cut < 0 else cut
        pieces.append(unquote_to_bytes(raw[start:end].replace(b"+", b" ")))
        start = end
    return b"".join(pieces).decode()


def _each_once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise Refusal(400, f"The parameter {name[:40]!r} is given twice.")
        if "\0" in name or "\0" in value:
            raise Refusal(400, "A parameter holds a NUL, which nothing here does.")
        found[name] = value
    return found
