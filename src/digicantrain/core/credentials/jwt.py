"""A credential as a JSON Web Token: a compact JWS over the credential itself.

Two profiles: that of Open Badges 3.0 (section 8.2), which also says the credential's identifiers
and dates as JWT claims, and W3C's VC-JOSE-COSE, whose payload is the credential and nothing else.
A proof inside the document is left out: each form has one signature.
"""

from datetime import datetime
from typing import Any, Final

from digicantrain.core.credentials import jws
from digicantrain.core.credentials.keys import Signer
from digicantrain.core.credentials.moments import read_utc
from digicantrain.core.credentials.public_keys import encode

_UNWRITABLE: Final = "The credential holds letters that cannot be written."
CLAIMS: Final = ("iss", "jti", "sub", "nbf", "exp")


class JWTError(ValueError):
    """A credential that cannot be written as a token; the sentence says why."""


def in_open_badges_profile(document: dict[str, Any], *, signer: Signer) -> str:
    """Return the token of the Open Badges 3.0 profile, with the public key and its address.

    Raises:
        JWTError: the credential lacks what the profile asks for.
    """
    header = {
        "alg": signer.algorithm.value,
        "typ": "JWT",
        "kid": signer.verification_method,
        "jwk": signer.public_jwk,
    }
    try:
        text = jws.signing_input(header, {**_unsigned(document), **_claims(document)})
    except UnicodeEncodeError:
        raise JWTError(_UNWRITABLE) from None
    return f"{text}.{encode(signer.sign(text.encode()))}"


def in_w3c_profile(document: dict[str, Any], *, signer: Signer) -> str:
    """Return the token of VC-JOSE-COSE (section 3.1), with the media types of its parts."""
    try:
        return jws.signed(
            _unsigned(document), signer=signer, algorithm=signer.algorithm.value, kind="vc+jwt"
        )
    except UnicodeEncodeError:
        raise JWTError(_UNWRITABLE) from None


def _unsigned(document: dict[str, Any]) -> dict[str, Any]:
    if not set(CLAIMS).isdisjoint(document):
        raise JWTError("The credential has members with the names of JWT claims.")
    return {name: value for name, value in document.items() if name != "proof"}


def _claims(document: dict[str, Any]) -> dict[str, Any]:
    """Return the claims that say again what the credential says."""
    claims: dict[str, Any] = {
        "iss": _identifier(document.get("issuer"), "issuer"),
        "jti": _identifier(document, "credential"),
        "sub": _identifier(document.get("credentialSubject"), "learner"),
        "nbf": _seconds(document.get("validFrom")),
    }
    if "validUntil" in document:
        claims["exp"] = _seconds(document["validUntil"])
    return claims


def _identifier(value: object, whose: str) -> str:
    found = value.get("id") if isinstance(value, dict) else value
    if not isinstance(found, str) or not found:
        raise JWTError(f"The {whose} has no identifier.")
    return found


def _seconds(text: object) -> int:
    moment: datetime | None = read_utc(text)
    if moment is None:
        raise JWTError("A date of the credential cannot be read.")
    return int(moment.timestamp())
