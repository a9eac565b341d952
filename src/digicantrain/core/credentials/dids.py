"""Reads identifiers of issuers: `did:key` and `did:jwk` offline, the document of a `did:web`."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from digicantrain.core.credentials import strict_json
from digicantrain.core.credentials.keys import ASSERTION, AUTHENTICATION, PublicKey
from digicantrain.core.credentials.public_keys import (
    KeyFormatError,
    decode,
    from_jwk,
    from_multibase,
    to_multibase,
)

_LONGEST: Final = 2_048
_MOST_KEYS: Final = 64
# the last part of a host is no number: that would be an address, in one of its many spellings
_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9-]{1,63}\.)+(?!([0-9]+|0x[0-9a-f]*)\Z)[a-z0-9-]{1,63}", re.ASCII
)
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_PART: Final = re.compile(r"(?!\.+\Z)[A-Za-z0-9._-]{1,200}", re.ASCII)
_PURPOSES: Final = (ASSERTION, AUTHENTICATION)


class DidError(ValueError):
    """An identifier, or its document, from which no key can be read."""


def method_of(did: str) -> str:
    """Return the method of a DID: key, jwk, web, ...; nothing for what is no DID."""
    parts = did.split(":", 2)
    whole = len(parts) == 3 and parts[0] == "did" and bool(parts[2]) and len(did) <= _LONGEST
    return parts[1] if whole else ""


def offline_keys(did: str) -> tuple[PublicKey, ...]:
    """Return the key that a did:key or did:jwk is, for every purpose.

    Raises:
        DidError: it is neither, or not one that can be read.
    """
    try:
        if method_of(did) == "key":
            multibase = did.removeprefix("did:key:")
            from_multibase(multibase)
            return (PublicKey(f"{did}#{multibase}", multibase, None, frozenset(_PURPOSES)),)
        if method_of(did) == "jwk":
            jwk = json.loads(decode(did.removeprefix("did:jwk:")))
            return (PublicKey(f"{did}#0", _written(jwk), None, frozenset(_PURPOSES)),)
    except (KeyFormatError, ValueError, RecursionError) as error:
        raise DidError("The key in the identifier cannot be read.") from error
    raise DidError("The identifier is not its own key.")


def address_of(did: str) -> str:
    """Return where the document of a did:web stands (did:web method, read and resolve).

    Raises:
        DidError: it is no did:web, or names an address of another form than a host, perhaps a
            port, and a path of plain words.
    """
    if method_of(did) != "web":
        raise DidError("The identifier is no did:web.")
    host, *path = [unquote(part) for part in did.removeprefix("did:web:").split(":")]
    name, colon, port = host.partition(":")
    fits = _HOST.fullmatch(name) and (_PORT.fullmatch(port) if colon else True)
    if not fits or not all(_PART.fullmatch(part) for part in path):
        raise DidError("The identifier names no address that is opened here.")
    return f"https://{host}/{'/'.join(path) or '.well-known'}/did.json"


def keys_in(text: str | bytes, *, did: str) -> tuple[PublicKey, ...]:
    """Return the keys in a DID document that may sign, each with what it may sign.

    Raises:
        DidError: it is not the document of this DID, or cannot be read.
    """
    try:
        document = strict_json.read(text)
    except strict_json.JSONError as error:
        raise DidError(str(error)) from error
    if document.get("id") != did:
        raise DidError("The document is another's.")
    purposes: dict[str, set[str]] = {}
    methods = dict(_methods(document, did))
    for purpose in _PURPOSES:
        for entry in _list(document.get(purpose)):
            name = _absolute(entry.get("id") if isinstance(entry, Mapping) else entry, did)
            if isinstance(entry, Mapping):
                methods[name] = entry
            purposes.setdefault(name, set()).add(purpose)
    found = [
        PublicKey(name, multibase, None, frozenset(may))
        for name, may in purposes.items()
        if name in methods and (multibase := _multibase(methods[name], did))
    ]
    if len(found) > _MOST_KEYS:
        raise DidError("The document names too many keys.")
    return tuple(found)


def _methods(document: Mapping[str, Any], did: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in _list(document.get("verificationMethod")):
        if isinstance(row, Mapping):
            yield _absolute(row.get("id"), did), row


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _absolute(name: object, did: str) -> str:
    """Return the full name of a key; in a document it may be written as a fragment alone."""
    if not isinstance(name, str):
        return ""
    return did + name if name.startswith("#") else name


def _multibase(row: Mapping[str, Any], did: str) -> str:
    """Return the key of a verification method; nothing if it is another's or of no known kind."""
    if row.get("controller") != did or row.get("revoked") or row.get("expires"):
        return ""
    try:
        if isinstance(row.get("publicKeyMultibase"), str):
            text: str = row["publicKeyMultibase"]
            return to_multibase(from_multibase(text))
        return _written(row.get("publicKeyJwk"))
    except KeyFormatError:
        return ""


def _written(jwk: object) -> str:
    return to_multibase(from_jwk(jwk))
