"""Judges a credential: a generator that asks for what it needs and is told.

It knows no network, database or clock, so it is tested with a dictionary. Whatever it is not told,
or cannot read, makes the answer anything but valid.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final

from digicantrain.core.credentials.contexts import OPEN_BADGES_3, VC_2
from digicantrain.core.credentials.keys import KeyFormatError, PublicKey
from digicantrain.core.credentials.linked_data import LinkedDataError
from digicantrain.core.credentials.moments import read_utc
from digicantrain.core.credentials.proof import PURPOSE, SUITE, TYPE, holds
from digicantrain.core.credentials.status import StatusEntry, StatusError, is_withdrawn
from digicantrain.core.credentials.strict_json import JSONError, TooLargeError, read
from digicantrain.core.credentials.terms import PINNED, digest_of


class Verdict(Enum):
    """The answer to "is this credential valid?"."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"
    NOT_OURS = "not-ours"
    UNREADABLE = "unreadable"
    NOT_CHECKED = "not-checked"


class Cause(Enum):
    """Why a credential is not valid."""

    NOT_JSON = "it is not JSON, or a part is missing"
    TOO_LARGE = "it is too large or nested too deeply"
    NOT_A_BADGE = "it is not an Open Badges 3.0 credential"
    UNKNOWN_ISSUER = "its issuer is not known here"
    NO_PROOF = "it is not signed"
    SEVERAL_PROOFS = "it carries more than one signature"
    OTHER_PROOF = "its signature is of another kind"
    OTHER_KEY = "it is signed with a key that is not the issuer's"
    RETIRED_KEY = "it is signed with a key after that was retired"
    UNKNOWN_CONTEXT = "it uses a vocabulary that is not known here"
    UNSIGNED_PART = "a part of it is not covered by the signature"
    SIGNATURE = "its content is not what was signed"
    NO_DATE = "its dates cannot be read"
    STATUS = "its status list cannot be relied on"
    WITHDRAWN = "it was withdrawn"
    NOT_YET = "it begins later"
    EXPIRED = "its time is over"


@dataclass(frozen=True)
class WantKeys:
    """Asks for the public keys of an issuer; none means that the issuer is unknown."""

    issuer: str


@dataclass(frozen=True)
class WantStatusList:
    """Asks for the text of a status list; none means that it cannot be had.

    Who keeps the list's own records says what stands at `index` instead, as a Standing.
    """

    url: str
    index: int


@dataclass(frozen=True)
class IssuerKeys:
    """The answer to WantKeys."""

    keys: tuple[PublicKey, ...]


@dataclass(frozen=True)
class Standing:
    """The answer to WantStatusList from the issuer's own records, which need no signature."""

    withdrawn: bool


Want = WantKeys | WantStatusList
Answer = IssuerKeys | Standing | str | bytes | None
Judging = Generator[Want, Answer, "Report"]
# says of a document, its proof and a key whether the signature holds, as proof.holds does
Holds = Callable[..., bool]


@dataclass(frozen=True)
class Report:
    """The verdict with its cause, and the document where it could be read."""

    verdict: Verdict
    cause: Cause | None = None
    document: Mapping[str, Any] | None = None

    @property
    def is_valid(self) -> bool:
        """Whether the credential stands."""
        return self.verdict is Verdict.VALID

    @property
    def is_authentic(self) -> bool:
        """Whether the issuer said this, be it still in force or not."""
        return self.verdict in _AUTHENTIC


_AUTHENTIC: Final = frozenset(
    {Verdict.VALID, Verdict.EXPIRED, Verdict.NOT_YET_VALID, Verdict.WITHDRAWN, Verdict.NOT_CHECKED}
)


class _Refused(Exception):  # noqa: N818 - it ends the checks; it is no error of the program
    def __init__(self, verdict: Verdict, cause: Cause) -> None:
        super().__init__(cause.value)
        self.verdict = verdict
        self.cause = cause


def answered(judging: Judging, answer: Callable[[Want], Answer]) -> Report:
    """Run a judging to its end with a function that answers."""
    try:
        want = next(judging)
        while True:
            want = judging.send(answer(want))
    except StopIteration as end:
        report: Report = end.value
        return report


def judge(text: str | bytes, *, now: datetime, holds: Holds = holds) -> Judging:
    """Judge the text of a credential at a moment; `holds` may be one that remembers."""
    document: dict[str, Any] | None = None
    try:
        document = _read(text)
        _require_badge(document)
        yield from _require_signed(document, contexts=_BADGE, holds=holds)
        begins, ends = _dates(document)
        yield from _require_standing(document)
        _require_in_force(begins, ends, now)
    except _Refused as refused:
        return Report(refused.verdict, refused.cause, document)
    return Report(Verdict.VALID, None, document)


def _read(text: str | bytes) -> dict[str, Any]:
    try:
        return read(text)
    except TooLargeError:
        raise _Refused(Verdict.UNREADABLE, Cause.TOO_LARGE) from None
    except JSONError:
        raise _Refused(Verdict.UNREADABLE, Cause.NOT_JSON) from None


def _types(document: Mapping[str, Any]) -> list[Any]:
    value = document.get("type")
    return value if isinstance(value, list) else [value]


def _require_badge(document: dict[str, Any]) -> None:
    types = _types(document)
    named = {"OpenBadgeCredential", "AchievementCredential"} & {t for t in types if _is_text(t)}
    subject = document.get("credentialSubject")
    if "VerifiableCredential" not in types or not named or not isinstance(subject, dict):
        raise _Refused(Verdict.UNREADABLE, Cause.NOT_A_BADGE)
    if not _is_text(document.get("id")) or not _issuer(document):
        raise _Refused(Verdict.UNREADABLE, Cause.NOT_A_BADGE)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _issuer(document: Mapping[str, Any]) -> str:
    issuer = document.get("issuer")
    value = issuer.get("id") if isinstance(issuer, dict) else issuer
    return value if isinstance(value, str) else ""


# --- signature ---

_BADGE: Final = (VC_2, OPEN_BADGES_3)
_LIST: Final = (VC_2,)


def _require_signed(
    document: dict[str, Any], *, contexts: tuple[str, ...], holds: Holds = holds
) -> Generator[Want, Answer, None]:
    """Refuse a document that its issuer, who must be known, did not sign as it stands."""
    found = yield WantKeys(_issuer(document))
    if not isinstance(found, IssuerKeys) or not found.keys:
        raise _Refused(Verdict.NOT_OURS, Cause.UNKNOWN_ISSUER)
    proof = _proof(document)
    key = _key(proof, found)
    _require_contexts(document, contexts)
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    try:
        genuine = holds(unsigned, proof=proof, key=key)
    except KeyFormatError:
        raise _Refused(Verdict.ALTERED, Cause.OTHER_KEY) from None
    except LinkedDataError:
        raise _Refused(Verdict.ALTERED, Cause.UNSIGNED_PART) from None
    if not genuine:
        raise _Refused(Verdict.ALTERED, Cause.SIGNATURE)


def _proof(document: Mapping[str, Any]) -> dict[str, Any]:
    proofs = document.get("proof")
    if isinstance(proofs, dict):
        proofs = [proofs]
    if not proofs or not isinstance(proofs, list) or not isinstance(proofs[0], dict):
        raise _Refused(Verdict.ALTERED, Cause.NO_PROOF)
    if len(proofs) > 1:
        raise _Refused(Verdict.ALTERED, Cause.SEVERAL_PROOFS)
    proof: dict[str, Any] = proofs[0]
    wanted = {"type": TYPE, "cryptosuite": SUITE, "proofPurpose": PURPOSE}
    texts = all(_is_text(value) for value in proof.values())
    if not texts or set(proof) != _PROOF_MEMBERS or not wanted.items() <= proof.items():
        raise _Refused(Verdict.ALTERED, Cause.OTHER_PROOF)
    return proof


_PROOF_MEMBERS: Final = {
    "type",
    "cryptosuite",
    "created",
    "verificationMethod",
    "proofPurpose",
    "proofValue",
}


def _key(proof: dict[str, Any], issuer: IssuerKeys) -> PublicKey:
    """Return the issuer's key that a proof names; a retired one signed nothing afterwards."""
    for key in issuer.keys:
        if key.verification_method == proof["verificationMethod"]:
            break
    else:
        raise _Refused(Verdict.ALTERED, Cause.OTHER_KEY)
    created = read_utc(proof["created"])
    if created is None:
        raise _Refused(Verdict.ALTERED, Cause.NO_DATE)
    if key.retired_at is not None and created > key.retired_at:
        raise _Refused(Verdict.ALTERED, Cause.RETIRED_KEY)
    return key


def _require_contexts(document: Mapping[str, Any], wanted: tuple[str, ...]) -> None:
    """Refuse any contexts but exactly those: named ones in their order, then pinned inline ones.

    A context inside the document, or one at another address, could give its words other meanings.
    """
    contexts = document.get("@context")
    if not isinstance(contexts, list) or contexts[: len(wanted)] != list(wanted):
        raise _Refused(Verdict.ALTERED, Cause.UNKNOWN_CONTEXT)
    for inline in contexts[len(wanted) :]:
        if not isinstance(inline, dict) or digest_of(inline) not in PINNED:
            raise _Refused(Verdict.ALTERED, Cause.UNKNOWN_CONTEXT)
    members = {name: value for name, value in document.items() if name != "@context"}
    if any(name.startswith("@") or ":" in name for name in _names(members)):
        raise _Refused(Verdict.ALTERED, Cause.UNKNOWN_CONTEXT)


def _names(value: Any) -> Generator[str, None, None]:
    if isinstance(value, dict):
        yield from value
        for child in value.values():
            yield from _names(child)
    elif isinstance(value, list):
        for child in value:
            yield from _names(child)


# --- status and dates ---


def _require_standing(document: dict[str, Any]) -> Generator[Want, Answer, None]:
    """Refuse a credential whose bit is set, or whose status list cannot be relied on."""
    unknown = _Refused(Verdict.NOT_CHECKED, Cause.STATUS)
    try:
        entry = StatusEntry.read(document.get("credentialStatus"))
    except StatusError:
        raise unknown from None
    answer = yield WantStatusList(entry.url, entry.index)
    if isinstance(answer, Standing):
        withdrawn = answer.withdrawn
    elif isinstance(answer, str | bytes):
        withdrawn = yield from _is_withdrawn(document, entry, answer)
    else:
        raise unknown
    if withdrawn:
        raise _Refused(Verdict.WITHDRAWN, Cause.WITHDRAWN)


def _is_withdrawn(
    document: dict[str, Any], entry: StatusEntry, text: str | bytes
) -> Generator[Want, Answer, bool]:
    """Return an entry's bit in a list that the credential's own issuer must have signed."""
    unknown = _Refused(Verdict.NOT_CHECKED, Cause.STATUS)
    try:
        listed = _read(text)
        if "BitstringStatusListCredential" not in _types(listed):
            raise unknown
        if _issuer(listed) != _issuer(document):
            raise unknown
        yield from _require_signed(listed, contexts=_LIST)
        return is_withdrawn(listed, entry)
    except (_Refused, StatusError):
        raise unknown from None


def _dates(document: Mapping[str, Any]) -> tuple[datetime, datetime | None]:
    begins = read_utc(document.get("validFrom"))
    ends = read_utc(document.get("validUntil"))
    if begins is None or (ends is None and "validUntil" in document):
        raise _Refused(Verdict.UNREADABLE, Cause.NO_DATE)
    return begins, ends


def _require_in_force(begins: datetime, ends: datetime | None, now: datetime) -> None:
    if now < begins:
        raise _Refused(Verdict.NOT_YET_VALID, Cause.NOT_YET)
    if ends is not None and now > ends:
        raise _Refused(Verdict.EXPIRED, Cause.EXPIRED)
