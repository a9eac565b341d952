"""The rules of the Verifiable Credentials Data Model (W3C, 2.0 and 1.1) that JSON alone shows."""

import hashlib
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from openvc.multibase import MultibaseError, decode_multibase

from digicantrain.core.credentials.contexts import EARLIER, PINS, VC_1, VC_2, bytes_of
from digicantrain.core.credentials.moments import read_stamp
from digicantrain.core.credentials.public_keys import KeyFormatError, decode

CREDENTIAL: Final = "VerifiableCredential"
_EUROPEAN: Final = "EuropeanDigitalCredential"
PRESENTATION: Final = "VerifiablePresentation"
ENVELOPED: Final = "EnvelopedVerifiableCredential"
ENVELOPED_PRESENTATION: Final = "EnvelopedVerifiablePresentation"

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_TEXT_MEMBERS: Final = frozenset({"@value", "@language", "@direction"})
_STATUS_ENTRY: Final = "BitstringStatusListEntry"


class MalformedError(ValueError):
    """A document that breaks a rule of the data model; the sentence names the member."""


class Period(NamedTuple):
    """From when and until when a credential is valid; none where it does not say."""

    begins: datetime | None
    ends: datetime | None


def is_url(value: object) -> bool:
    """Return whether a value is a text of the form of an absolute address."""
    return isinstance(value, str) and bool(_URL.fullmatch(value))


def types_of(value: Mapping[str, Any]) -> list[Any]:
    """Return the types of an object, one or several."""
    found = value.get("type")
    return found if isinstance(found, list) else [found]


def is_european(document: Mapping[str, Any]) -> bool:
    """Return whether this is a European Digital Credential: sealed, to upload, or plain."""
    sealed, whole = document.get("payload"), document.get("credential")
    if isinstance(sealed, str) and "signatures" in document:
        return _EUROPEAN in sealed
    return _EUROPEAN in types_of(whole if isinstance(whole, Mapping) else document)


def issuer_of(document: Mapping[str, Any]) -> str:
    """Return the address of the issuer, or of the holder who presents; nothing if there is none."""
    for name in ("issuer", "holder"):
        value = document.get(name)
        value = value.get("id") if isinstance(value, Mapping) else value
        if isinstance(value, str):
            return value
    return ""


def period_of(document: Mapping[str, Any]) -> Period:
    """Return when a credential is valid.

    Raises:
        MalformedError: a date that is no dateTimeStamp, or an end before the beginning.
    """
    names = ("validFrom", "validUntil")
    if _first_context(document) == VC_1:
        names = ("issuanceDate", "expirationDate")
    moments = [read_stamp(document.get(name)) for name in names]
    for name, moment in zip(names, moments, strict=True):
        if name in document and moment is None:
            raise MalformedError(f"{name} is no moment with its time zone.")
    begins, ends = moments
    if begins and ends and ends < begins:
        raise MalformedError(f"{names[1]} is before {names[0]}.")
    return Period(begins, ends)


def _first_context(document: Mapping[str, Any]) -> str:
    contexts = document.get("@context")
    first = contexts[0] if isinstance(contexts, list) and contexts else None
    return first if isinstance(first, str) else ""


def require_credential(document: Mapping[str, Any]) -> None:
    """Refuse what is no credential by the data model.

    Raises:
        MalformedError: it names the member.
    """
    _require_contexts(document)
    _require_type(document, CREDENTIAL)
    _require_id(document, "id")
    _require_issuer(document)
    _require_subjects(document)
    if _first_context(document) == VC_1 and "issuanceDate" not in document:
        raise MalformedError("issuanceDate is missing.")
    period_of(document)
    for path in _bad_texts(document):
        raise MalformedError(f"{path} is neither a text nor a text with its language.")
    _require_parts(document)
    _require_related(document)


def _require_parts(document: Mapping[str, Any]) -> None:
    for name in _TYPED:
        for entry in _entries(document, name):
            _require_id(entry, f"{name}.id")
            _require_typed(entry, name)
    for entry in _entries(document, "credentialSchema"):
        if not is_url(entry.get("id")):
            raise MalformedError("credentialSchema.id is no address.")
    for entry in _entries(document, "credentialStatus"):
        if _STATUS_ENTRY in types_of(entry):
            require_status_entry(entry)


_TYPED: Final = (
    "credentialStatus",
    "credentialSchema",
    "termsOfUse",
    "evidence",
    "refreshService",
    "proof",
)


def require_presentation(document: Mapping[str, Any]) -> None:
    """Refuse what is no presentation by the data model.

    Raises:
        MalformedError: it names the member.
    """
    _require_contexts(document)
    _require_type(document, PRESENTATION)
    _require_id(document, "id")
    if "holder" in document:
        holder = document["holder"]
        name = holder.get("id") if isinstance(holder, Mapping) else holder
        if not is_url(name):
            raise MalformedError("holder is no address.")
    for entry in _entries(document, "verifiableCredential"):
        if not {CREDENTIAL, ENVELOPED} & {one for one in types_of(entry) if isinstance(one, str)}:
            raise MalformedError("verifiableCredential holds something that is no credential.")
    for entry in _entries(document, "proof"):
        _require_typed(entry, "proof")


def require_envelope(document: Mapping[str, Any], kind: str) -> tuple[str, str]:
    """Return the media type and the content of an enveloped credential or presentation.

    Raises:
        MalformedError: it is no envelope of this kind.
    """
    contexts = document.get("@context")
    if contexts != VC_2 and _first_context(document) != VC_2:
        raise MalformedError("@context does not begin with the base context.")
    if types_of(document) != [kind]:
        raise MalformedError(f"type is not {kind}.")
    address = document.get("id")
    if not isinstance(address, str) or not address.startswith("data:") or "," not in address:
        raise MalformedError("id is no data: address.")
    media, _comma, content = address.removeprefix("data:").partition(",")
    return media, content


def require_status_entry(entry: Mapping[str, Any]) -> None:
    """Refuse an entry that breaks a rule of Bitstring Status List, section 2.1.

    Raises:
        MalformedError: it names the member.
    """
    index = entry.get("statusListIndex")
    if not isinstance(index, str) or not re.fullmatch(r"0|[1-9][0-9]{0,11}", index, re.ASCII):
        raise MalformedError("statusListIndex is no whole number written as a text.")
    if not isinstance(entry.get("statusPurpose"), str):
        raise MalformedError("statusPurpose is no text.")
    if not is_url(entry.get("statusListCredential")):
        raise MalformedError("statusListCredential is no address.")
    if entry.get("id") == entry["statusListCredential"]:
        raise MalformedError("credentialStatus.id is the address of the list itself.")
    size = entry.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= _WIDEST:
        raise MalformedError("statusSize is no whole number above zero.")
    _require_messages(entry, size)


_WIDEST: Final = 8


def _require_messages(entry: Mapping[str, Any], size: int) -> None:
    """A value of several bits must say what each of its values means."""
    if size == 1 and "statusMessage" not in entry:
        return
    messages = entry.get("statusMessage")
    if not isinstance(messages, list) or len(messages) != 2**size:
        raise MalformedError("statusMessage has not one message for each value.")
    for row in messages:
        texts = isinstance(row, Mapping) and {type(row.get(n)) for n in ("status", "message")}
        if texts != {str}:
            raise MalformedError("statusMessage holds something else than values with messages.")


def _require_contexts(document: Mapping[str, Any]) -> None:
    contexts = document.get("@context")
    if not isinstance(contexts, list) or _first_context(document) not in {VC_1, VC_2}:
        raise MalformedError("@context does not begin with the base context.")
    for context in contexts[1:]:
        if not is_url(context) and not isinstance(context, Mapping):
            raise MalformedError("@context holds something that is no context.")


def _require_type(document: Mapping[str, Any], wanted: str) -> None:
    types = types_of(document)
    if not all(isinstance(one, str) and one for one in types) or wanted not in types:
        raise MalformedError(f"type does not name {wanted}.")


def _require_typed(entry: Mapping[str, Any], name: str) -> None:
    types = types_of(entry)
    if not types or not all(isinstance(one, str) and one for one in types):
        raise MalformedError(f"{name} has no type.")


def _require_id(entry: Mapping[str, Any], path: str) -> None:
    if "id" in entry and not is_url(entry["id"]):
        raise MalformedError(f"{path} is not one address.")


def _require_issuer(document: Mapping[str, Any]) -> None:
    issuer = document.get("issuer")
    if not is_url(issuer.get("id") if isinstance(issuer, Mapping) else issuer):
        raise MalformedError("issuer is no address, nor an object with one.")


def _require_subjects(document: Mapping[str, Any]) -> None:
    value = document.get("credentialSubject")
    subjects = value if isinstance(value, list) else [value]
    for subject in subjects or [None]:
        if not isinstance(subject, Mapping) or not subject:
            raise MalformedError("credentialSubject says nothing.")
        _require_id(subject, "credentialSubject.id")


def _bad_texts(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names and descriptions that are no language value (data model, section 11.1)."""
    issuer = document.get("issuer")
    for holder, path in ((document, ""), (issuer, "issuer.")):
        for name in ("name", "description"):
            value = holder.get(name, "") if isinstance(holder, Mapping) else ""
            for one in value if isinstance(value, list) else [value]:
                if not isinstance(one, str) and not _is_language_value(one):
                    yield path + name


def _is_language_value(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("@value"), str)
        and set(value) <= _TEXT_MEMBERS
        and all(isinstance(one, str) for one in value.values())
    )


def _entries(document: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects under a name; anything else there is refused."""
    value = document.get(name, [])
    for entry in value if isinstance(value, list) else [value]:
        if not isinstance(entry, Mapping):
            raise MalformedError(f"{name} holds something that is no object.")
        yield entry


# --- related resources ---


def _require_related(document: Mapping[str, Any]) -> None:
    """Refuse a related resource without a name or digest, and a digest that is known to be wrong.

    Nothing is fetched to compute one: only the contexts that are pinned here can be compared.
    """
    seen = set()
    for entry in _entries(document, "relatedResource"):
        name = entry.get("id")
        if not is_url(name) or name in seen:
            raise MalformedError("relatedResource.id is no address, or stands twice.")
        seen.add(name)
        digests = [*_texts(entry, "digestSRI"), *_texts(entry, "digestMultibase")]
        if not digests:
            raise MalformedError("relatedResource has no digest.")
        known = _digests_of(str(name))
        if known and not all(_as_hex(digest) in known for digest in digests):
            raise MalformedError(f"The digest of {name} is another one.")


def _texts(entry: Mapping[str, Any], name: str) -> list[str]:
    value = entry.get(name, [])
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def _digests_of(url: str) -> set[str]:
    if url not in PINS:
        return set()
    data = bytes_of(PINS[url])
    made = {hashlib.new(name, data).hexdigest() for name in ("sha256", "sha384", "sha512")}
    return made | set(EARLIER.get(url, ()))


def _as_hex(digest: str) -> str:
    """Return a digest in hexadecimal, however it is written: as an SRI hash or in multibase.

    A multibase value may be bare, or a multihash: then two bytes say its kind and length.
    """
    name, dash, rest = digest.partition("-")
    try:
        if dash and name in {"sha256", "sha384", "sha512"}:
            return b64decode(rest, validate=True).hex()
        data = decode(digest[1:]) if digest.startswith("u") else decode_multibase(digest)
    except (KeyFormatError, MultibaseError, Base64Error):
        return ""
    is_multihash = len(data) in {34, 50, 66} and data[1] == len(data) - 2
    return (data[2:] if is_multihash else data).hex()
