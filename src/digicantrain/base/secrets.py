"""Short secrets at rest, encrypted with the key that stands in the environment only."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SecretError(ValueError):
    """A secret cannot be opened; the sentence says what to check."""


@lru_cache(maxsize=4)
def _fernet(secret: str) -> Fernet:
    derived = HKDF(hashes.SHA256(), length=32, salt=None, info=b"digicantrain sign-in").derive(
        secret.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))


def close(text: str) -> str:
    """Return a text encrypted."""
    return _fernet(settings.KEY_ENCRYPTION_KEY).encrypt(text.encode()).decode()


def open_text(encrypted: str) -> str:
    """Return a text from its encrypted form."""
    try:
        return _fernet(settings.KEY_ENCRYPTION_KEY).decrypt(encrypted.encode()).decode()
    except InvalidToken:
        raise SecretError(
            "A sign-in secret cannot be opened. "
            "Check DIGICANTRAIN_KEY_ENCRYPTION_KEY: it must be the one it was made under."
        ) from None
