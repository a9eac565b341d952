"""Reads what an enveloped credential holds: a JWT, an SD-JWT or a COSE_Sign1 (W3C VC-JOSE-COSE).

Each becomes a Jws, whose signature is then checked in one way.
"""

import base64
import binascii
import hashlib
import json
from typing import Any, Final

from digicantrain.core.credentials import jws, strict_json
from digicantrain.core.credentials.jws import AlgorithmError, Jws, JwsError
from digicantrain.core.credentials.public_keys import KeyFormatError, decode, encode

_COSE_ALGORITHMS: Final = {-7: "ES256", -35: "ES384", -36: "ES512", -8: "EdDSA"}
_ALG, _KID, _TYP = 1, 4, 16
_DEEPEST: Final = 20
_MOST: Final = 200


def read(media: str, content: str) -> Jws:
    """Read the content of a data: address by its media type.

    White space around it is left out, as whoever reads addresses does (WHATWG URL, section 4.4).

    Raises:
        AlgorithmError: the media type, or how it is signed, is not known here.
        JwsError: it cannot be read.
    """
    content = content.strip()
    kind, _semicolon, coding = media.lower().partition(";")
    kind = kind.strip().removeprefix("application/")
    if kind in {"vc+sd-jwt", "vp+sd-jwt"} and not coding:
        return _sd_jwt(content)
    if kind in {"vc+cose", "vp+cose"} and coding.strip() == "base64":
        return _cose(content)
    if kind in {"jwt", "vc+jwt", "vp+jwt"} and not coding:
        return jws.read(content)
    raise AlgorithmError(f"An envelope of the kind {media!r} is not known here.")


# --- SD-JWT (RFC 9901) ---


def _sd_jwt(content: str) -> Jws:
    first, *disclosures = content.split("~")
    if not disclosures or disclosures.pop() or len(disclosures) > _MOST:
        raise JwsError("This is no SD-JWT, or one bound to the key of its holder.")
    found = jws.read(first)
    try:
        payload = strict_json.read(found.payload)
        if payload.pop("_sd_alg", "sha-256") != "sha-256":
            raise AlgorithmError("The digests of the SD-JWT are of a kind that is not known here.")
        disclosed = _Disclosures(disclosures)
        whole = json.dumps(disclosed.put_into(payload), ensure_ascii=False).encode()
    except (strict_json.JSONError, KeyFormatError) as error:
        raise JwsError(str(error)) from error
    if disclosed.left:
        raise JwsError("The SD-JWT discloses something that was not signed.")
    return Jws(found.header, whole, found.signature, found.signed)


class _Disclosures:
    """The disclosures of an SD-JWT by their digests; each is used once."""

    def __init__(self, texts: list[str]) -> None:
        self.left: dict[str, list[Any]] = {}
        for text in texts:
            row = _row(text)
            if not isinstance(row, list) or len(row) not in {2, 3}:
                raise JwsError("A disclosure of the SD-JWT cannot be read.")
            self.left[encode(hashlib.sha256(text.encode()).digest())] = row

    def put_into(self, value: Any, depth: int = 0) -> Any:
        """Return a value with what is disclosed in its place."""
        if depth > _DEEPEST:
            raise JwsError("The SD-JWT is nested too deeply.")
        if isinstance(value, list):
            return [self.put_into(one, depth + 1) for one in self._elements(value)]
        if not isinstance(value, dict):
            return value
        whole = {name: one for name, one in value.items() if name != "_sd"}
        digests = value.get("_sd", [])
        if not isinstance(digests, list):
            raise JwsError("The digests of the SD-JWT are no list.")
        for digest in digests:
            row = self._taken(digest, length=3)
            if row is None:
                continue
            if not isinstance(row[1], str) or row[1] in whole or row[1] in {"_sd", "..."}:
                raise JwsError("A disclosure of the SD-JWT has a name that cannot be.")
            whole[row[1]] = row[2]
        return {name: self.put_into(one, depth + 1) for name, one in whole.items()}

    def _elements(self, value: list[Any]) -> list[Any]:
        kept = []
        for one in value:
            if not isinstance(one, dict) or set(one) != {"..."}:
                kept.append(one)
            elif (row := self._taken(one["..."], length=2)) is not None:
                kept.append(row[1])
        return kept

    def _taken(self, digest: object, *, length: int) -> list[Any] | None:
        row = self.left.pop(digest, None) if isinstance(digest, str) else None
        if row is not None and len(row) != length:
            raise JwsError("A disclosure of the SD-JWT stands in another place.")
        return row


def _row(text: str) -> object:
    """Return what a disclosure says, within the limits on any other text."""
    try:
        made = strict_json.read(b'{"row":%b}' % decode(text))
        return made["row"] if len(made) == 1 else None
    except (strict_json.JSONError, KeyFormatError) as error:
        raise JwsError("A disclosure of the SD-JWT cannot be read.") from error


# --- COSE_Sign1 (RFC 9052) ---


def _cose(content: str) -> Jws:
    from openvc import cbor, cose  # noqa: PLC0415 - seldom needed

    try:
        data = base64.b64decode(content + "=" * (-len(content) % 4), validate=True)
        if len(data) > strict_json.MAX_BYTES:
            raise JwsError("The signature is too long.")
        sign1 = cose.parse_sign1(cbor.decode(data))
        signed = cbor.encode(["Signature1", sign1.protected, b"", sign1.payload])
        number = sign1.alg
    except (binascii.Error, cbor.CborError, cose.CoseError, RecursionError) as error:
        raise JwsError("This is no COSE_Sign1 that can be read.") from error
    if number not in _COSE_ALGORITHMS or sign1.payload is None:
        raise AlgorithmError("The COSE_Sign1 is signed in a way that is not accepted.")
    header = {"alg": _COSE_ALGORITHMS[number], "typ": _text(sign1.protected_header.get(_TYP))}
    name = sign1.protected_header.get(_KID, sign1.unprotected.get(_KID))
    return Jws({**header, "kid": _text(name)}, sign1.payload, sign1.signature, signed)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""
