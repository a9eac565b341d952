"""Private keys at rest: encrypted with a key that stands in the environment only."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class VaultError(ValueError):
    """A private key cannot be opened; the sentence says what to check."""


@lru_cache(maxsize=4)
def _fernet(secret: str) -> Fernet:
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=b"digicantrain issuer keys").derive(
        secret.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))


def close_bytes(secret: bytes) -> str:
    """Return any secret encrypted."""
    return _fernet(settings.KEY_ENCRYPTION_KEY).encrypt(secret).decode()


def open_bytes(encrypted: str) -> bytes:
    """Return a secret from its encrypted form."""
    try:
        return _fernet(settings.KEY_ENCRYPTION_KEY).decrypt(encrypted.encode())
    except InvalidToken:
        raise VaultError(
            "A private key cannot be opened. "
            "Check DIGICANTRAIN_KEY_ENCRYPTION_KEY: it must be the one the key was made under."
        ) from None


def close(private: Ed25519PrivateKey) -> str:
    """Return a private key encrypted."""
    return _fernet(settings.KEY_ENCRYPTION_KEY).encrypt(private.private_bytes_raw()).decode()


def open_key(encrypted: str) -> Ed25519PrivateKey:
    """Return a private key from its encrypted form."""
    try:
        raw = _fernet(settings.KEY_ENCRYPTION_KEY).decrypt(encrypted.encode())
    except InvalidToken:
        raise VaultError(
            "The issuer's private key cannot be opened. "
            "Check DIGICANTRAIN_KEY_ENCRYPTION_KEY: it must be the one the key was made under."
        ) from None
    return Ed25519PrivateKey.from_private_bytes(raw)
