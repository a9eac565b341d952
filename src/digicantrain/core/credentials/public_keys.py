"""Public keys as DID documents write them: Multikey and JWK, read strictly into one form.

Kept is the multibase of a Multikey (W3C Controlled Identifiers, section 2.2.2), whatever was read:
so two ways to write the same key are the same text.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from openvc.multibase import MultibaseError, decode_multibase, encode_multibase

Public = Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey

# multicodec prefixes as unsigned varints
_ED25519: Final = b"\xed\x01"
_RSA: Final = b"\x85\x24"
_CURVES: Final[dict[bytes, ec.EllipticCurve]] = {
    b"\x80\x24": ec.SECP256R1(),
    b"\x81\x24": ec.SECP384R1(),
    b"\x82\x24": ec.SECP521R1(),
}
_JWK_CURVES: Final[dict[str, ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}
# JOSE names (RFC 7518, RFC 8037, RFC 9864). There is neither `none` nor HS256 among them.
_BY_CURVE: Final[dict[str, tuple[str, hashes.HashAlgorithm]]] = {
    "ES256": ("secp256r1", hashes.SHA256()),
    "ES384": ("secp384r1", hashes.SHA384()),
    "ES512": ("secp521r1", hashes.SHA512()),
}
_EDDSA: Final = frozenset({"EdDSA", "Ed25519"})
ALGORITHMS: Final = frozenset({*_EDDSA, *_BY_CURVE, "RS256"})
_LEAST_RSA: Final = 2_048
_MOST_RSA: Final = 8_192
_ED25519_BYTES: Final = 32
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


class KeyFormatError(ValueError):
    """A key that is no public key of a kind that is known here."""


def from_multibase(text: str) -> Public:
    """Read a Multikey: Ed25519, P-256, P-384, P-521 or RSA of 2,048 to 8,192 bits."""
    try:
        data = decode_multibase(text)
    except MultibaseError as error:
        raise KeyFormatError(f"The key is not written in multibase: {error}.") from error
    try:
        return _checked(_read(data[:2], data[2:]))
    except (ValueError, TypeError) as error:
        if isinstance(error, KeyFormatError):
            raise
        raise KeyFormatError("The key is not a public key that can be read.") from error


def _read(prefix: bytes, data: bytes) -> Any:
    if prefix == _ED25519 and len(data) == _ED25519_BYTES:
        return Ed25519PublicKey.from_public_bytes(data)
    if prefix in _CURVES:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[prefix], data)
    if prefix == _RSA:
        return load_der_public_key(data)
    raise KeyFormatError("The key is not a public key of a kind that is known here.")


def _checked(key: Any) -> Public:
    if isinstance(key, rsa.RSAPublicKey) and not _LEAST_RSA <= key.key_size <= _MOST_RSA:
        raise KeyFormatError(f"The RSA key has {key.key_size} bits.")
    if not isinstance(key, Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise KeyFormatError("The key is not a public key of a kind that is known here.")
    return key


def to_multibase(key: Public) -> str:
    """Write a public key as a Multikey does."""
    if isinstance(key, Ed25519PublicKey):
        return encode_multibase(_ED25519 + key.public_bytes_raw())
    if isinstance(key, rsa.RSAPublicKey):
        return encode_multibase(_RSA + key.public_bytes(Encoding.DER, PublicFormat.PKCS1))
    point = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    for prefix, curve in _CURVES.items():
        if curve.name == key.curve.name:
            return encode_multibase(prefix + point)
    raise KeyFormatError("The key is on a curve that is not known here.")


def from_jwk(jwk: object) -> Public:
    """Read a public JWK (RFC 7517); one that holds a private part is refused."""
    if not isinstance(jwk, Mapping) or "d" in jwk or "k" in jwk:
        raise KeyFormatError("The key is not a public JWK.")
    try:
        return _checked(_from_jwk(jwk))
    except (ValueError, TypeError) as error:
        if isinstance(error, KeyFormatError):
            raise
        raise KeyFormatError("The key is not a JWK that can be read.") from error


def _from_jwk(jwk: Mapping[str, Any]) -> Any:
    kind, curve = jwk.get("kty"), jwk.get("crv")
    if kind == "OKP" and curve == "Ed25519":
        return Ed25519PublicKey.from_public_bytes(decode(jwk.get("x")))
    if kind == "EC" and isinstance(curve, str) and curve in _JWK_CURVES:
        x, y = _number(jwk.get("x")), _number(jwk.get("y"))
        return ec.EllipticCurvePublicNumbers(x, y, _JWK_CURVES[curve]).public_key()
    if kind == "RSA":
        return rsa.RSAPublicNumbers(_number(jwk.get("e")), _number(jwk.get("n"))).public_key()
    raise KeyFormatError("The key is not a public key of a kind that is known here.")


def _number(text: object) -> int:
    return int.from_bytes(decode(text), "big")


def decode(text: object) -> bytes:
    """Read base64url without padding (RFC 7515, section 2), in its one spelling."""
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        raise KeyFormatError("A part is not base64url.")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise KeyFormatError("A part is not base64url.") from None
    if encode(data) != text:
        raise KeyFormatError("A part is not base64url in its one spelling.")
    return data


def encode(data: bytes) -> str:
    """Write base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def verifies(key: Public, signature: bytes, *, data: bytes, algorithm: str) -> bool:
    """Return whether a signature over the data was made with this key and this algorithm.

    The algorithm must be that of the key: a header cannot choose another for it.
    """
    try:
        if isinstance(key, Ed25519PublicKey):
            return algorithm in _EDDSA and _done(key.verify(signature, data))
        if isinstance(key, rsa.RSAPublicKey):
            return algorithm == "RS256" and _done(
                key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            )
        curve, digest = _BY_CURVE.get(algorithm, ("", hashes.SHA256()))
        size = (key.curve.key_size + 7) // 8
        if key.curve.name != curve or len(signature) != 2 * size:
            return False
        pair = (int.from_bytes(part, "big") for part in (signature[:size], signature[size:]))
        return _done(key.verify(encode_dss_signature(*pair), data, ec.ECDSA(digest)))
    except InvalidSignature:
        return False


def _done(answer: None) -> bool:
    """Say that a check ended without an exception, which is how the library says yes."""
    return answer is None
