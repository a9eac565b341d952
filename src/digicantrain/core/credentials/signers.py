"""Signers with a P-256 or RSA-2048 key in memory, where a profile asks for one."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from digicantrain.core.credentials.keys import Algorithm, KeyFormatError
from digicantrain.core.credentials.public_keys import encode

_P256_BYTES = 32
_RSA_BITS = 2048


@dataclass(frozen=True)
class P256Signer:
    """Signs ES256: ECDSA on P-256 with SHA-256, the two numbers side by side (RFC 7518, 3.4)."""

    verification_method: str
    private: ec.EllipticCurvePrivateKey

    def __post_init__(self) -> None:
        """Refuse a key on another curve."""
        if not isinstance(self.private.curve, ec.SECP256R1):
            raise KeyFormatError("The key is not on the curve P-256.")

    @property
    def algorithm(self) -> Algorithm:
        """ES256."""
        return Algorithm.P256

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public key as a JWK of the kind EC."""
        point = self.private.public_key().public_numbers()
        x, y = (encode(number.to_bytes(_P256_BYTES, "big")) for number in (point.x, point.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def sign(self, data: bytes) -> bytes:
        """Return the signature: 64 bytes."""
        pair = decode_dss_signature(self.private.sign(data, ec.ECDSA(SHA256())))
        return b"".join(number.to_bytes(_P256_BYTES, "big") for number in pair)


@dataclass(frozen=True)
class RSASigner:
    """Signs RS256: RSA of 2048 bits or more, PKCS #1 v1.5, with SHA-256 (RFC 7518, 3.3)."""

    verification_method: str
    private: rsa.RSAPrivateKey

    def __post_init__(self) -> None:
        """Refuse a key that is too short."""
        if self.private.key_size < _RSA_BITS:
            raise KeyFormatError(f"An RSA key needs {_RSA_BITS} bits or more.")

    @property
    def algorithm(self) -> Algorithm:
        """RS256."""
        return Algorithm.RSA

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public key as a JWK of the kind RSA."""
        numbers = self.private.public_key().public_numbers()
        n, e = (
            encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))
            for number in (numbers.n, numbers.e)
        )
        return {"kty": "RSA", "n": n, "e": e}

    def sign(self, data: bytes) -> bytes:
        """Return the signature: as many bytes as the key has."""
        return self.private.sign(data, padding.PKCS1v15(), SHA256())
