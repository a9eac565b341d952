"""Seals JSON as the European Digital Credential wants it: JAdES B-B (ETSI TS 119 182-1).

The Commission's issuer encloses the document in the general JSON serialization of a JWS, with the
payload as it is (RFC 7797, `b64: false`), the signer's certificates, and the claimed moment. It is
an advanced seal; whether it is qualified is a matter of the certificate and of the device.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from digicantrain.core.credentials.moments import read_utc, utc
from digicantrain.core.credentials.strict_json import JSONError, read

MAX_BYTES: Final = 8_000_000
_HALF: Final = 32
_UNDERSTOOD: Final = frozenset({"b64", "sigT"})
_HEADER: Final = frozenset({"alg", "cty", "typ", "b64", "crit", "x5c", "x5t#S256", "sigT", "iat"})


class SealError(ValueError):
    """A seal that does not hold, or cannot be made; the sentence says why."""


class Claimed(Enum):
    """How the moment of sealing is written: as the Commission's issuer does, or as a number."""

    SIG_T = "sigT"
    IAT = "iat"


class Sealer(Protocol):
    """Whatever can seal: a key in memory, a hardware module, a remote service."""

    @property
    def algorithm(self) -> str:
        """ES256 or RS256."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The signer's certificate, then those above it, as DER."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature over the data, in the form of JWA (RFC 7518)."""


PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class LocalSealer:
    """Seals with a key in memory: P-256, or RSA of 2048 bits or more."""

    private: PrivateKey
    chain: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not self.chain:
            raise SealError("A seal needs a certificate.")
        algorithm_of(self.private.public_key())

    @property
    def algorithm(self) -> str:
        """ES256 or RS256."""
        return algorithm_of(self.private.public_key())

    def sign(self, data: bytes) -> bytes:
        """Return the signature over the data."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_HALF) + s.to_bytes(_HALF)


@dataclass(frozen=True)
class Sealed:
    """What a seal that holds covers: the document's text, whose certificate, the claimed moment."""

    payload: str
    certificate: x509.Certificate
    claimed_at: datetime


def algorithm_of(key: object) -> str:
    """Return the algorithm of a public key.

    Raises:
        SealError: it is neither P-256 nor RSA of at least 2048 bits.
    """
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
        return "RS256"
    raise SealError("A seal's key must be P-256, or RSA of at least 2048 bits.")


def seal(
    document: Mapping[str, Any],
    *,
    sealer: Sealer,
    now: datetime,
    claimed: Claimed = Claimed.SIG_T,
) -> str:
    """Return a document sealed, as JSON text.

    `claimed` is how the moment is written. TS 119 182-1 V1.2.1 prefers `iat`; what the Commission
    published of its issuer reads `sigT`.
    """
    payload = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    protected = _encode(json.dumps(_header(sealer, now, claimed), separators=(",", ":")).encode())
    signature = _encode(sealer.sign(_input(protected, payload)))
    whole = {
        "payload": payload,
        "signatures": [{"protected": protected, "signature": signature}],
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _header(sealer: Sealer, now: datetime, claimed: Claimed) -> dict[str, Any]:
    header: dict[str, Any] = {
        "alg": sealer.algorithm,
        "cty": "vc+ld+json",
        "x5t#S256": _encode(hashlib.sha256(sealer.chain[0]).digest()),
        "x5c": [base64.b64encode(one).decode() for one in sealer.chain],
        "typ": "jose+json",
        "b64": False,
    }
    if claimed is Claimed.SIG_T:
        return {**header, "sigT": utc(now), "crit": ["b64", "sigT"]}
    return {**header, "iat": int(now.timestamp()), "crit": ["b64"]}


def opened(text: str | bytes) -> Sealed:
    """Return what a seal covers, if it holds; who the certificate belongs to is for the caller.

    Raises:
        SealError: it is no JAdES seal as they are made here, or it does not hold.
    """
    payload, protected, signature = _parts(text)
    header = _read_header(protected)
    certificate = _certificate(header)
    if algorithm_of(certificate.public_key()) != header["alg"]:
        raise SealError("The seal's algorithm is not that of its key.")
    if not _holds(certificate, signature, _input(protected, payload)):
        raise SealError("The content is not what was sealed.")
    moment = _moment(header)
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        raise SealError("The seal was made outside the time of its certificate.")
    return Sealed(payload, certificate, moment)


def _parts(text: str | bytes) -> tuple[str, str, bytes]:
    if len(text) > MAX_BYTES:
        raise SealError("The text is too long to be a sealed credential.")
    try:
        whole = json.loads(text)
        (only,) = whole["signatures"]
        payload, protected = whole["payload"], only["protected"]
        signature = _decode(only["signature"])
        payload.encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SealError("This is not a sealed credential.") from None
    if not isinstance(payload, str) or not isinstance(protected, str):
        raise SealError("This is not a sealed credential.")
    return payload, protected, signature


def _read_header(protected: str) -> dict[str, Any]:
    try:
        header = read(_decode(protected))
    except (JSONError, ValueError):
        raise SealError("The seal's header cannot be read.") from None
    critical = header.get("crit")
    if not isinstance(critical, list) or not {"b64"} <= set(map(str, critical)) <= _UNDERSTOOD:
        raise SealError("The seal asks for something that is not understood here.")
    if not header.keys() <= _HEADER or header.get("b64") is not False:
        raise SealError("The seal asks for something that is not understood here.")
    return header


def _certificate(header: Mapping[str, Any]) -> x509.Certificate:
    try:
        der = base64.b64decode(header["x5c"][0], validate=True)
        certificate = x509.load_der_x509_certificate(der)
    except (ValueError, KeyError, TypeError, IndexError):
        raise SealError("The seal has no certificate that can be read.") from None
    if header.get("x5t#S256") != _encode(hashlib.sha256(der).digest()):
        raise SealError("The seal names another certificate than it holds.")
    return certificate


def _moment(header: Mapping[str, Any]) -> datetime:
    number = header.get("iat")
    moment = read_utc(header.get("sigT"))
    if isinstance(number, int) and 0 <= number < 2**33 and moment is None:
        return datetime.fromtimestamp(number, UTC)
    if moment is None or number is not None:
        raise SealError("The seal does not say when it was made.")
    return moment


def _holds(certificate: x509.Certificate, signature: bytes, data: bytes) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey) and len(signature) == 2 * _HALF:
            r, s = (int.from_bytes(part) for part in (signature[:_HALF], signature[_HALF:]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _input(protected: str, payload: str) -> bytes:
    return protected.encode() + b"." + payload.encode()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    if not text.isascii() or set(text) & set("+/= \n\r\t"):
        raise ValueError("not base64url")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
