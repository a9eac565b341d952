"""Reads JSON Web Signatures in compact form (RFC 7515), and checks them.

Refused before anything is computed: `alg` none and HS256, `crit`, `b64`, keys and addresses in the
header, and a spelling of base64url that is not the one.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from digicantrain.core.credentials import strict_json
from digicantrain.core.credentials.keys import PublicKey, Signer
from digicantrain.core.credentials.public_keys import ALGORITHMS, KeyFormatError, decode, encode

_LONGEST_HEADER: Final = 8_000
_COMPACT: Final = re.compile(r"eyJ[A-Za-z0-9_=-]*\.[A-Za-z0-9_=-]*\.[A-Za-z0-9_=-]*", re.ASCII)
_FORBIDDEN: Final = frozenset({"crit", "b64", "jku", "x5u", "zip", "enc"})


class JwsError(ValueError):
    """A text that is no signature in compact form; the sentence says why."""


class AlgorithmError(JwsError):
    """A signature of a kind that is not accepted."""


@dataclass(frozen=True)
class Jws:
    """A signature that was read and not yet checked."""

    header: Mapping[str, Any]
    payload: bytes
    signature: bytes
    signed: bytes

    @property
    def algorithm(self) -> str:
        """The algorithm, one of those that are accepted."""
        return str(self.header["alg"])

    @property
    def kind(self) -> str:
        """The media type in `typ`, in lower case, without `application/`."""
        return str(self.header.get("typ", "")).lower().removeprefix("application/")

    @property
    def key_name(self) -> str:
        """The name of the key in `kid`, or nothing."""
        name = self.header.get("kid")
        return name if isinstance(name, str) else ""

    def holds(self, key: PublicKey) -> bool:
        """Return whether this key made the signature."""
        return key.verifies(self.signature, data=self.signed, algorithm=self.algorithm)


def looks_like_one(text: str) -> bool:
    """Return whether a text may be a signature in compact form: `eyJ` is how a header begins."""
    return bool(_COMPACT.fullmatch(text))


def read(text: str) -> Jws:
    """Read a signature in compact form.

    Raises:
        AlgorithmError: its algorithm, or something in its header, is not accepted.
        JwsError: it cannot be read.
    """
    if len(text) > 2 * strict_json.MAX_BYTES:
        raise JwsError("The signature is too long.")
    parts = text.split(".")
    if len(parts) != 3 or len(parts[0]) > _LONGEST_HEADER:
        raise JwsError("This is no signature in three parts.")
    try:
        header = strict_json.read(decode(parts[0]))
        payload, signature = decode(parts[1]), decode(parts[2])
    except (KeyFormatError, strict_json.JSONError) as error:
        raise JwsError(str(error)) from error
    if _FORBIDDEN & set(header):
        raise AlgorithmError("The header asks for what is not accepted.")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise AlgorithmError(f"The algorithm {str(algorithm)[:40]!r} is not accepted.")
    if not isinstance(header.get("typ", ""), str):
        raise AlgorithmError("The type of the signature is no text.")
    return Jws(header, payload, signature, f"{parts[0]}.{parts[1]}".encode())


def signed(payload: Mapping[str, Any], *, signer: Signer, algorithm: str, kind: str) -> str:
    """Return a document as a JSON Web Signature of a media type: `vc+jwt` or `vp+jwt`."""
    header = {
        "alg": algorithm,
        "kid": signer.verification_method,
        "typ": kind,
        "cty": kind.partition("+")[0],
    }
    text = signing_input(header, payload)
    return f"{text}.{encode(signer.sign(text.encode()))}"


def signing_input(header: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    """Return the first two parts of a signature in compact form: what is signed."""
    return ".".join(
        encode(json.dumps(part, separators=(",", ":"), ensure_ascii=False).encode())
        for part in (header, payload)
    )
