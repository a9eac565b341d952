"""Statements that carry a signature: read, held against the statement, checked where it can be.

xAPI 1.0.3 Data 2.6 and 2.0 section 4.2.3: the signature is an attachment, a JSON Web Signature in
compact form (RFC 7515) by RS256, RS384 or RS512, whose payload is the statement as it was before
it was signed.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from digicantrain.core.credentials.public_keys import KeyFormatError, decode
from digicantrain.core.xapi import rules, strict
from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.multipart import Attachment
from digicantrain.core.xapi.same import same
from digicantrain.core.xapi.versions import Version

USAGE: Final = "http://adlnet.gov/expapi/attachments/signature"
ALGORITHMS: Final[Mapping[str, hashes.HashAlgorithm]] = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
}
LEAST_BITS: Final = 2_048
MOST_BITS: Final = 8_192
# A duration is compared to the hundredth of a second (xAPI 1.0.3 Data 4.6).
_FINE: Final = re.compile(r"(\.\d\d)\d+S\Z", re.ASCII)
Json = dict[str, Any]


class SignatureError(ValueError):
    """A signature that a statement may not carry; the sentence says why."""


def check(statement: Json, attachments: Mapping[str, Attachment], *, version: Version) -> None:
    """Refuse a statement whose signature is none, or is one of another statement.

    A signature with a certificate (`x5c`) must hold under its key; whether the certificate is
    trusted is for the reader to say. Without one the key is not known here, and only the form and
    the payload are judged. A signature at a `fileUrl` is not fetched.

    Raises SignatureError.
    """
    seen: set[str] = set()
    for number, declared in enumerate(statement.get("attachments", ())):
        found = attachments.get(declared["sha2"].lower())
        if declared["usageType"] == USAGE and found is not None and found.sha2 not in seen:
            seen.add(found.sha2)  # one that is declared a thousand times is checked once
            try:
                _check(statement, found.content, version=version)
            except (SignatureError, StatementError, KeyFormatError) as error:
                raise SignatureError(
                    f"The signature in $.attachments[{number}] cannot be taken: {error}"
                ) from None


def _check(statement: Json, content: bytes, *, version: Version) -> None:
    parts = content.decode("latin-1").split(".")
    if len(parts) != 3:
        raise SignatureError("it is no JSON Web Signature in three parts.")
    header = strict.read(decode(parts[0]))
    if not isinstance(header, dict) or header.get("alg") not in ALGORITHMS:
        raise SignatureError(f"its algorithm is none of {', '.join(ALGORITHMS)}.")
    payload = strict.read(decode(parts[1]))
    rules.check(payload, version=version, path="payload")
    if not isinstance(payload, dict) or not _is_of(statement, payload):
        raise SignatureError("its payload is another statement than the one that carries it.")
    if "x5c" in header:
        signed = f"{parts[0]}.{parts[1]}".encode()
        _require_holds(header, signed, decode(parts[2]))


def _is_of(statement: Json, payload: Json) -> bool:
    """Say whether a payload is the statement, under the same id: none is signed for another."""
    ids = [found.get("id", "").lower() for found in (statement, payload)]
    return ids[1] in {"", ids[0]} and same(_signed(statement), _signed(payload))


def _signed(statement: Json) -> Json:
    """Return what a signature vouches for: all but the attachments, where it stands itself."""
    found = {key: value for key, value in statement.items() if key != "attachments"}
    duration = found.get("result", {}).get("duration")
    if duration is not None:
        found["result"] = {**found["result"], "duration": _FINE.sub(r"\1S", duration)}
    return found


def _require_holds(header: Json, signed: bytes, signature: bytes) -> None:
    key = _key(header["x5c"])
    try:
        key.verify(signature, signed, PKCS1v15(), ALGORITHMS[header["alg"]])
    except InvalidSignature:
        raise SignatureError("it does not hold under the key of its certificate.") from None


def _key(chain: object) -> RSAPublicKey:
    """Return the key of the first certificate (RFC 7515, section 4.1.6)."""
    first = chain[0] if isinstance(chain, list) and chain else None
    try:
        der = base64.b64decode(first, validate=True) if isinstance(first, str) else b""
        key = x509.load_der_x509_certificate(der).public_key()
    except (binascii.Error, ValueError):
        raise SignatureError("its x5c holds no certificate.") from None
    if not isinstance(key, RSAPublicKey) or not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise SignatureError(
            f"the key of its certificate is no RSA key of {LEAST_BITS:,} to {MOST_BITS:,} bits."
        )
    return key
