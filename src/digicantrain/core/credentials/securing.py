"""Whether a document was signed by whom it names: by proofs inside it, or as a whole (JWS)."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from digicantrain.core.credentials import dids, enveloped, integrity, jws, strict_json
from digicantrain.core.credentials.contexts import OPEN_BADGES_3, VC_2
from digicantrain.core.credentials.data_model import (
    ENVELOPED,
    ENVELOPED_PRESENTATION,
    MalformedError,
    issuer_of,
    require_envelope,
    types_of,
)
from digicantrain.core.credentials.jws import AlgorithmError, Jws, JwsError
from digicantrain.core.credentials.keys import ASSERTION, PublicKey
from digicantrain.core.credentials.linked_data import (
    ContextClashError,
    LinkedDataError,
    WorkError,
    require_few_contexts,
    said_once,
    without_inside,
)
from digicantrain.core.credentials.moments import read_stamp
from digicantrain.core.credentials.public_keys import KeyFormatError, from_jwk, to_multibase
from digicantrain.core.credentials.terms import PINNED, digest_of
from digicantrain.core.credentials.verdicts import (
    Answer,
    Cause,
    IssuerKeys,
    Refused,
    Rules,
    Verdict,
    Want,
    WantDocument,
    WantKeys,
)

Asking = Generator[Want, Answer, Any]

_CLAIMS: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf"})
_JOSE_KINDS: Final = frozenset({"vc+jwt", "vp+jwt", "vc+sd-jwt", "vp+sd-jwt", "vc+cose", "vp+cose"})
_PLAIN_KINDS: Final = frozenset({"", "jwt"})
# the contexts that our own documents name, in this order, after the base context
_OURS: Final = (
    VC_2,
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    OPEN_BADGES_3,
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
_MOST_PROOFS: Final = 8


@dataclass(frozen=True)
class Secured:
    """A document that was read, with the signature around it if there is one."""

    document: dict[str, Any]
    jws: Jws | None = None
    claims: Mapping[str, Any] | None = None

    def moment(self, claim: str) -> datetime | None:
        """Return a moment that the signature itself names, as `exp` and `nbf` do."""
        value = (self.claims or {}).get(claim)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            return datetime.fromtimestamp(value, tz=UTC)
        except (ValueError, OverflowError, OSError):
            raise Refused(Verdict.UNREADABLE, Cause.NO_DATE, f"{claim} is no moment.") from None


@dataclass(frozen=True)
class Issuer:
    """Who signed, with the keys that may sign for it."""

    did: str
    keys: tuple[PublicKey, ...]
    is_ours: bool

    def may(self, purpose: str) -> tuple[PublicKey, ...]:
        """Return the keys for a purpose."""
        return tuple(key for key in self.keys if purpose in key.purposes)

    def unlike_ours(self, cause: Cause, detail: str = "") -> Refused:
        """Refuse what we never write: of ours it was altered, of others it is not known here."""
        verdict = Verdict.ALTERED if self.is_ours else Verdict.NOT_CHECKED
        return Refused(verdict, cause, detail)


# --- reading ---


def read(what: str | bytes | Mapping[str, Any]) -> Secured:
    """Read what was handed in: JSON, a JSON Web Signature, or an envelope around one.

    Raises:
        Refused: it cannot be read, or not within the limits.
    """
    if isinstance(what, Mapping):
        document = dict(what)
    else:
        text = what.decode("utf-8-sig", "replace") if isinstance(what, bytes) else what
        if jws.looks_like_one(text.strip()):
            return _opened(_jws("application/jwt", text.strip()))
        document = _json(what)
    for kind in (ENVELOPED, ENVELOPED_PRESENTATION):
        if kind in types_of(document):
            try:
                media, content = require_envelope(document, kind)
            except MalformedError as error:
                raise Refused(Verdict.UNREADABLE, Cause.MALFORMED, str(error)) from None
            return _opened(_jws(media, content))
    return _bounded(Secured(document))


def _json(text: str | bytes) -> dict[str, Any]:
    try:
        return strict_json.read(text)
    except strict_json.TooLargeError:
        raise Refused(Verdict.UNREADABLE, Cause.TOO_LARGE) from None
    except strict_json.JSONError:
        raise Refused(Verdict.UNREADABLE, Cause.NOT_JSON) from None


def _jws(media: str, content: str) -> Jws:
    try:
        return enveloped.read(media, content)
    except AlgorithmError as error:
        raise Refused(Verdict.ALTERED, Cause.OTHER_PROOF, str(error)) from None
    except (JwsError, KeyFormatError, ValueError) as error:
        raise Refused(Verdict.UNREADABLE, Cause.NOT_JSON, str(error)) from None


def _opened(found: Jws) -> Secured:
    """Take the document out of a signature, as its media type says where it stands.

    In VC-JOSE-COSE the payload is the document. Open Badges puts registered claims beside it; the
    data model of 2019 put it into a claim `vc` or `vp` of its own.
    """
    claims = _json(found.payload)
    inner = claims.get("vc", claims.get("vp"))
    if found.kind in _JOSE_KINDS:
        if "vc" in claims or "vp" in claims:
            raise Refused(
                Verdict.UNREADABLE, Cause.MALFORMED, "The claims vc and vp do not belong."
            )
        document = claims
    elif found.kind not in _PLAIN_KINDS:
        raise Refused(Verdict.ALTERED, Cause.OTHER_PROOF, f"The type {found.kind!r} is unknown.")
    elif isinstance(inner, dict):
        document = {"issuer": claims.get("iss"), **inner} if "vc" in claims else dict(inner)
    else:
        document = claims
    document = {name: value for name, value in document.items() if name not in _CLAIMS}
    _require_same_claims(claims, document)
    return _bounded(Secured(document, found, claims))


def _bounded(secured: Secured) -> Secured:
    """Refuse what would cost too much, before a signature in it or inside it is worked on."""
    try:
        require_few_contexts(secured.document)
    except WorkError as error:
        raise Refused(Verdict.NOT_CHECKED, Cause.TOO_MUCH, str(error)) from None
    return secured


def _require_same_claims(claims: Mapping[str, Any], document: Mapping[str, Any]) -> None:
    """Refuse claims around a document that say other than it does."""
    subject = document.get("credentialSubject")
    pairs = (
        ("iss", issuer_of(document)),
        ("jti", document.get("id")),
        ("sub", subject.get("id") if isinstance(subject, Mapping) else None),
    )
    for claim, said in pairs:
        if claim in claims and said and claims[claim] != said:
            raise Refused(Verdict.UNREADABLE, Cause.MALFORMED, f"{claim} says another thing.")


# --- keys ---


def issuer(did: str) -> Asking:
    """Find the keys of an issuer: ours in our own records, others' where their name says.

    Raises:
        Refused: its name leads to no keys.
    """
    found = yield WantKeys(did)
    if isinstance(found, IssuerKeys) and found.keys:
        return Issuer(did, found.keys, found.is_ours)
    if dids.method_of(did) in {"key", "jwk"}:
        try:
            return Issuer(did, dids.offline_keys(did), is_ours=False)
        except dids.DidError as error:
            raise Refused(Verdict.NOT_OURS, Cause.UNKNOWN_ISSUER, str(error)) from None
    try:
        address = dids.address_of(did)
    except dids.DidError as error:
        raise Refused(Verdict.NOT_OURS, Cause.UNKNOWN_ISSUER, str(error)) from None
    text = yield WantDocument(address)
    if not isinstance(text, str | bytes):
        raise Refused(Verdict.NOT_CHECKED, Cause.NO_KEYS)
    try:
        return Issuer(did, dids.keys_in(text, did=did), is_ours=False)
    except dids.DidError as error:
        raise Refused(Verdict.NOT_CHECKED, Cause.NO_KEYS, str(error)) from None


# --- signatures ---


def require_signed(
    secured: Secured, signer: Issuer, rules: Rules, *, purpose: str = ASSERTION
) -> Asking:
    """Refuse a document that its issuer did not sign as it stands.

    Raises:
        Refused: as said, with the reason.
    """
    if secured.jws is not None:
        _require_contexts(secured.document, signer, rules)
        _require_jws(secured, secured.jws, signer, purpose)
    else:
        yield from _require_proofs(secured.document, signer, rules, purpose)


def _require_jws(secured: Secured, found: Jws, signer: Issuer, purpose: str) -> None:
    candidates = _named(found, signer, purpose)
    made_at = secured.moment("iat") or secured.moment("nbf")
    made_at = made_at or read_stamp(secured.document.get("validFrom"))
    try:
        for key in candidates:
            if found.holds(key):
                _require_not_retired(key, made_at)
                return
    except KeyFormatError:
        raise Refused(Verdict.ALTERED, Cause.OTHER_KEY) from None
    raise Refused(Verdict.ALTERED, Cause.SIGNATURE)


def _named(found: Jws, signer: Issuer, purpose: str) -> tuple[PublicKey, ...]:
    """Return the issuer's keys that a header may mean: the one that it names, else each of them.

    A key inside the header is looked at only to find the same among the issuer's own.
    """
    keys = signer.may(purpose)
    if "jwk" in found.header:
        try:
            told = to_multibase(from_jwk(found.header["jwk"]))
        except KeyFormatError:
            told = ""
        keys = tuple(key for key in keys if key.multibase == told)
    elif "#" in found.key_name:
        name = found.key_name
        full = signer.did + name if name.startswith("#") else name
        keys = tuple(key for key in keys if key.verification_method == full)
    if not keys:
        raise Refused(Verdict.ALTERED, Cause.OTHER_KEY)
    return keys


def _require_not_retired(key: PublicKey, made_at: datetime | None) -> None:
    """A retired key signed nothing afterwards."""
    if key.retired_at is None:
        return
    if made_at is None:
        raise Refused(Verdict.ALTERED, Cause.NO_DATE)
    if made_at > key.retired_at:
        raise Refused(Verdict.ALTERED, Cause.RETIRED_KEY)


def _require_proofs(document: dict[str, Any], signer: Issuer, rules: Rules, purpose: str) -> Asking:
    """Check each proof; at least one must be the issuer's own."""
    proofs = integrity.proofs_of(document)
    if not proofs:
        raise Refused(Verdict.ALTERED, Cause.NO_PROOF)
    if len(proofs) > (_MOST_PROOFS if rules.several_proofs else 1):
        raise Refused(Verdict.ALTERED, Cause.SEVERAL_PROOFS)
    members = integrity.CHAINED if rules.several_proofs else integrity.ALONE
    by_issuer = False
    for proof in proofs:
        try:
            integrity.require_form(proof, members=members, purpose=purpose)
        except integrity.ProofError as error:
            raise signer.unlike_ours(Cause.OTHER_PROOF, str(error)) from None
        owner = signer
        method = proof["verificationMethod"]
        if len(proofs) > 1 and not method.startswith(f"{signer.did}#"):
            owner = yield from issuer(method.partition("#")[0])
        key = _key(proof, owner, purpose, rules)
        _require_contexts(document, signer, rules)
        _require_holds(document, proof, key, signer, rules)
        by_issuer = by_issuer or owner is signer
    if not by_issuer:
        raise Refused(Verdict.ALTERED, Cause.OTHER_KEY)


def _key(proof: Mapping[str, Any], owner: Issuer, purpose: str, rules: Rules) -> PublicKey:
    """Return the key that a proof names, if it may sign this."""
    for key in owner.may(purpose):
        if key.verification_method == proof["verificationMethod"]:
            break
    else:
        raise Refused(Verdict.ALTERED, Cause.OTHER_KEY)
    created = read_stamp(proof.get("created"))
    expires = read_stamp(proof.get("expires"))
    if ("created" in proof and not created) or ("expires" in proof and not expires):
        raise Refused(Verdict.ALTERED, Cause.NO_DATE)
    if expires and rules.now > expires:
        raise Refused(Verdict.EXPIRED, Cause.EXPIRED)
    _require_not_retired(key, created)
    return key


def _require_holds(
    document: dict[str, Any], proof: dict[str, Any], key: PublicKey, signer: Issuer, rules: Rules
) -> None:
    covered = {name: value for name, value in document.items() if name != "proof"}
    if "@context" in proof and proof["@context"] != document.get("@context"):
        raise Refused(Verdict.ALTERED, Cause.UNKNOWN_CONTEXT)
    try:
        earlier = integrity.before(proof, integrity.proofs_of(document))
        if earlier:
            covered["proof"] = earlier
        genuine = rules.holds(covered, proof=proof, key=key, load=rules.load)
    except (KeyFormatError, integrity.ProofError, LinkedDataError) as error:
        raise _refusal(error, signer) from None
    if not genuine:
        raise Refused(Verdict.ALTERED, Cause.SIGNATURE)


def _refusal(error: ValueError, signer: Issuer) -> Refused:
    """Return what a fault that was found on the way to a signature means for the document."""
    if isinstance(error, ContextClashError):
        return signer.unlike_ours(Cause.UNKNOWN_CONTEXT, str(error))
    if isinstance(error, WorkError):
        return Refused(Verdict.NOT_CHECKED, Cause.TOO_MUCH, str(error))
    if isinstance(error, LinkedDataError):
        return Refused(Verdict.ALTERED, Cause.UNSIGNED_PART, str(error))
    is_key = isinstance(error, KeyFormatError)
    return Refused(Verdict.ALTERED, Cause.OTHER_KEY if is_key else Cause.OTHER_PROOF, str(error))


# --- contexts ---


def _require_contexts(document: dict[str, Any], signer: Issuer, rules: Rules) -> None:
    """Refuse contexts that are not known here: one inside a document, or at another address.

    They could give its words other meanings.
    """
    contexts = document.get("@context")
    listed = contexts if isinstance(contexts, list) else [contexts]
    named = [one for one in listed if isinstance(one, str)]
    written = [one for one in listed if not isinstance(one, str)]
    known = bool(named) and all(name in rules.known_contexts for name in named)
    if signer.is_ours:
        known = known and _as_we_write(listed, named)
    if not (signer.is_ours or rules.inline_contexts):
        written = [one for one in written if not _is_pinned(one)]
        known = known and not written
    if not known or any(
        _is_odd(name, rules) for name in _names(said_once(without_inside(document)))
    ):
        raise signer.unlike_ours(Cause.UNKNOWN_CONTEXT)


def _as_we_write(listed: list[Any], named: list[str]) -> bool:
    """Return whether these are contexts as ours name them: in our order, then pinned inline ones.

    A proof covers what the words mean and not the contexts themselves, so no other may stand there.
    """
    in_order = named == [one for one in _OURS if one in named] and named[0] == VC_2
    return in_order and listed[: len(named)] == named and all(map(_is_pinned, listed[len(named) :]))


def _is_pinned(context: object) -> bool:
    return isinstance(context, dict) and digest_of(context) in PINNED


def _is_odd(name: str, rules: Rules) -> bool:
    """Return whether a name inside a document is a keyword or address, which ours never are."""
    if name.startswith("@"):
        return name not in _TEXT_MEMBERS
    return ":" in name and not rules.inline_contexts


_TEXT_MEMBERS: Final = frozenset({"@value", "@language", "@direction"})


def _names(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield each name in a document, without those of its contexts."""
    todo: list[Any] = [value for name, value in document.items() if name != "@context"]
    yield from (name for name in document if name != "@context")
    while todo:
        here = todo.pop()
        if isinstance(here, Mapping):
            yield from here
            todo += here.values()
        elif isinstance(here, list):
            todo += here
