"""Keys: how they are written, named and used. Ed25519 signs everything; see `signers` for others.

A provider with an https origin is a `did:web`, whose document lists all its keys, old ones too; a
demo without one is a `did:key`, which is its own key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from digicantrain.core.credentials.public_keys import (
    KeyFormatError,
    encode,
    from_multibase,
    to_multibase,
    verifies,
)

__all__ = ["Algorithm", "KeyFormatError", "LocalSigner", "PublicKey", "Signer"]

ASSERTION: Final = "assertionMethod"
AUTHENTICATION: Final = "authentication"


class Algorithm(Enum):
    """How a key signs, as JOSE names it (RFC 7518, RFC 8037)."""

    ED25519 = "EdDSA"
    P256 = "ES256"
    RSA = "RS256"


class Signer(Protocol):
    """Whatever can sign: a key in memory, a hardware module, a remote service."""

    @property
    def verification_method(self) -> str:
        """The address of the public key."""

    @property
    def algorithm(self) -> Algorithm:
        """How it signs."""

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public key as a JWK (RFC 7517), with nothing of the private one."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature over the data in the bytes that JOSE wants."""


@dataclass(frozen=True)
class LocalSigner:
    """Signs with an Ed25519 key in memory."""

    verification_method: str
    private: Ed25519PrivateKey

    @property
    def algorithm(self) -> Algorithm:
        """Ed25519."""
        return Algorithm.ED25519

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public key as a JWK of the kind OKP."""
        return _jwk(self.private.public_key())

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature over the data."""
        return self.private.sign(data)


def _jwk(key: Ed25519PublicKey) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": encode(key.public_bytes_raw())}


def jwk_of(multibase: str) -> dict[str, str]:
    """Return an Ed25519 key in multibase as a JWK of the kind OKP.

    Raises:
        KeyFormatError: it is another key, or none.
    """
    key = from_multibase(multibase)
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFormatError("The key is not a public Ed25519 key.")
    return _jwk(key)


@dataclass(frozen=True)
class PublicKey:
    """A public key of an issuer; after `retired_at` it signed nothing new.

    `multibase` is a Multikey: Ed25519, P-256, P-384, P-521 or RSA.
    """

    verification_method: str
    multibase: str
    retired_at: datetime | None = None
    purposes: frozenset[str] = frozenset({ASSERTION})

    def verifies(self, signature: bytes, *, data: bytes, algorithm: str = "EdDSA") -> bool:
        """Return whether the signature over the data was made with this key."""
        key = from_multibase(self.multibase)
        return verifies(key, signature, data=data, algorithm=algorithm)


def write_public(key: Ed25519PublicKey) -> str:
    """Return a public key in multibase, as a Multikey holds it."""
    return to_multibase(key)


def did_key(multibase: str) -> str:
    """Return the DID that is this key."""
    return f"did:key:{multibase}"


def did_web(origin: str, *, path: str = "") -> str:
    """Return the DID whose document stands at `origin`/`path`/did.json.

    Without a path it stands at `origin`/.well-known/did.json.
    """
    host = quote(urlsplit(origin).netloc, safe="")
    parts = [quote(part, safe="") for part in path.split("/") if part]
    return ":".join(["did:web", host, *parts])


def method_of(did: str, multibase: str) -> str:
    """Return the address of a key in a DID document: its own multibase is its name."""
    return f"{did}#{multibase}"


def did_document(did: str, *, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return the DID document that publishes all keys: what old ones signed still verifies."""
    listed = list(keys)
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {
                "id": key.verification_method,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": key.multibase,
            }
            for key in listed
        ],
        "assertionMethod": [key.verification_method for key in listed],
    }
