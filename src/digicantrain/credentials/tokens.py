"""Keys inside a hardware token (PKCS#11): made there, used there, never seen here.

One session a process is kept open: opening one for each signature would cost more than the
signature. A token that was taken out and put back is asked anew, once.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from digicantrain.core.credentials.keys import Algorithm, jwk_of
from digicantrain.core.lazy import lazily

pkcs11 = lazily("pkcs11")  # only an installation with a token loads it

EDWARDS_25519: Final = "1.3.101.112"
_POINT: Final = 32
_lock = threading.RLock()
_open: dict[int, Any] = {}
T = TypeVar("T")


class TokenError(ValueError):
    """The hardware token cannot be used; the sentence says what to check."""


@dataclass(frozen=True)
class TokenSigner:
    """Signs with an Ed25519 key in the token."""

    verification_method: str
    handle: str
    public_multibase: str

    @property
    def algorithm(self) -> Algorithm:
        """Ed25519."""
        return Algorithm.ED25519

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public key as a JWK."""
        return jwk_of(self.public_multibase)

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature over the data."""

        def run(session: Any) -> bytes:
            key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self.handle)
            return bytes(key.sign(data, mechanism=pkcs11.Mechanism.EDDSA))

        return with_session(run)


def make(handle: str) -> Ed25519PublicKey:
    """Make a key pair in the token under a label and return the public key.

    The private key can be read out by nobody, as far as the token keeps its word.
    """

    def run(session: Any) -> Ed25519PublicKey:
        curve = import_module("pkcs11.util.ec").encode_named_curve_parameters(EDWARDS_25519)
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: curve}, local=True
        )
        secret = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}
        public, _private = parameters.generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
            store=True,
            label=handle,
            private_template=secret,
        )
        # some tokens wrap the point in an octet string, as the standard says, some do not
        point = bytes(public[pkcs11.Attribute.EC_POINT])[-_POINT:]
        return Ed25519PublicKey.from_public_bytes(point)

    return with_session(run)


def forget_session() -> None:
    """Let the next signature open a session anew."""
    with _lock:
        _open.clear()


def with_session(run: Callable[[Any], T]) -> T:
    """Return what a function makes of the open session; one that was lost is opened once more."""
    with _lock:
        try:
            return run(_session())
        except pkcs11.NoSuchKey:
            raise TokenError(
                "The hardware token does not have this key. "
                "Check DIGICANTRAIN_PKCS11_TOKEN: it must name the token the key was made in."
            ) from None
        except (pkcs11.PKCS11Error, RuntimeError):
            _open.clear()
        try:
            return run(_session())
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            _open.clear()
            raise TokenError(
                f"The hardware token refused ({type(error).__name__}). "
                "See that it is there and that it can make Ed25519 signatures."
            ) from error


def _session() -> Any:
    """Return this process's session; one that was opened before a fork is not used."""
    process = os.getpid()
    if process not in _open:
        _open.clear()
        _open[process] = _new_session()
    return _open[process]


def _new_session() -> Any:
    if not settings.PKCS11_MODULE:
        raise TokenError(
            "No hardware token is set up. "
            "Set DIGICANTRAIN_PKCS11_MODULE, DIGICANTRAIN_PKCS11_TOKEN and DIGICANTRAIN_PKCS11_PIN."
        )
    try:
        library = pkcs11.lib(settings.PKCS11_MODULE)
        library.reinitialize()
        token = library.get_token(token_label=settings.PKCS11_TOKEN)
        return token.open(rw=True, user_pin=settings.PKCS11_PIN)
    except (pkcs11.NoSuchToken, pkcs11.MultipleTokensReturned):
        raise TokenError(
            f"There is not one hardware token called {settings.PKCS11_TOKEN!r}. "
            "Check DIGICANTRAIN_PKCS11_TOKEN."
        ) from None
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.ArgumentsBad):
        raise TokenError(
            "The hardware token refuses the PIN. Check DIGICANTRAIN_PKCS11_PIN; "
            "most tokens lock after a few wrong ones."
        ) from None
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise TokenError(
            f"The library {settings.PKCS11_MODULE} cannot be used "
            f"({error or type(error).__name__}). Check DIGICANTRAIN_PKCS11_MODULE."
        ) from error
