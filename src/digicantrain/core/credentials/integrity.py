"""Data Integrity proofs (W3C vc-data-integrity): eddsa-rdfc-2022 and ecdsa-rdfc-2019.

Sets of proofs and chains of them are understood here; whether they are wanted, the rules say.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from openvc.multibase import MultibaseError, decode_multibase, encode_multibase

from digicantrain.core.credentials.contexts import load
from digicantrain.core.credentials.keys import PublicKey, Signer
from digicantrain.core.credentials.linked_data import canonical
from digicantrain.core.credentials.moments import utc
from digicantrain.core.credentials.proof import PURPOSE, TYPE
from digicantrain.core.credentials.public_keys import from_multibase

EDDSA: Final = "eddsa-rdfc-2022"
ECDSA: Final = "ecdsa-rdfc-2019"
SUITES: Final = frozenset({EDDSA, ECDSA})
_NEEDED: Final = frozenset(
    {"type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"}
)
# a proof that says more than this says something that nobody here would look at
ALONE: Final = _NEEDED | {"created", "id", "expires", "nonce"}
CHAINED: Final = ALONE | {"previousProof", "domain", "challenge", "@context"}

# by the bits of a curve: how its signatures are named, and what is hashed with
_BY_SIZE: Final[dict[int, tuple[str, Callable[..., Any]]]] = {
    256: ("ES256", hashlib.sha256),
    384: ("ES384", hashlib.sha384),
}


class ProofError(ValueError):
    """A proof that is of no kind that is checked here, or refers to what is not there."""


def proofs_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the proofs of a document; anything that is no set of objects is none."""
    value = document.get("proof")
    listed = value if isinstance(value, list) else [value]
    found = [one for one in listed if isinstance(one, dict) and one]
    return found if len(found) == len(listed) else []


def require_form(
    proof: Mapping[str, Any], *, members: frozenset[str] = ALONE, purpose: str = PURPOSE
) -> None:
    """Refuse a proof that says too little, too much, or something of another kind.

    Raises:
        ProofError: as said.
    """
    if not _NEEDED <= set(proof) <= members:
        raise ProofError("The proof lacks a member, or has one that is not understood.")
    texts = {name: value for name, value in proof.items() if name not in _FREE}
    if not all(isinstance(value, str) for value in texts.values()):
        raise ProofError("The proof has a member that is no text.")
    if proof["type"] != TYPE or proof["cryptosuite"] not in SUITES:
        raise ProofError("The proof is of another kind.")
    if proof["proofPurpose"] != purpose:
        raise ProofError("The proof was made for another purpose.")


_FREE: Final = frozenset({"previousProof", "domain", "@context"})


def signed(
    document: dict[str, Any], *, signer: Signer, created: datetime, load: Any = load
) -> dict[str, Any]:
    """Return a document with a proof of eddsa-rdfc-2022, under other contexts than the pinned too.

    Raises:
        LinkedDataError: JSON that the proof would not cover.
    """
    options = {
        "type": TYPE,
        "cryptosuite": EDDSA,
        "created": utc(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": PURPOSE,
    }
    data = _hashed(document, options, digest=hashlib.sha256, load=load)
    return {**document, "proof": [{**options, "proofValue": encode_multibase(signer.sign(data))}]}


def _hashed(
    document: Mapping[str, Any], options: Mapping[str, Any], *, digest: Any, load: Any
) -> bytes:
    parts = ({**options, "@context": document["@context"]}, dict(document))
    return b"".join(digest(canonical(part, load)).digest() for part in parts)


def holds(
    document: dict[str, Any], *, proof: dict[str, Any], key: PublicKey, load: Any = load
) -> bool:
    """Return whether a proof over a document, handed in without its proofs, was made by a key.

    A document that is handed in with proofs is one in a chain: these are covered too.

    Raises:
        KeyFormatError: the key is none that can be read.
        LinkedDataError: the document is not safe JSON-LD.
    """
    try:
        signature = decode_multibase(str(proof.get("proofValue", "")))
    except MultibaseError:
        return False
    algorithm, digest = _algorithm(key, proof)
    if not algorithm:
        return False
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    data = _hashed(document, options, digest=digest, load=load)
    return key.verifies(signature, data=data, algorithm=algorithm)


def _algorithm(key: PublicKey, proof: Mapping[str, Any]) -> tuple[str, Callable[..., Any]]:
    """Return how a key signs in this suite and what it hashes with; nothing if it cannot."""
    if proof.get("cryptosuite") == EDDSA:
        return "EdDSA", hashlib.sha256
    size = getattr(from_multibase(key.multibase), "key_size", 0)
    return _BY_SIZE.get(size, ("", hashlib.sha256))


def before(proof: Mapping[str, Any], proofs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the proofs that a proof in a chain says came before it.

    Raises:
        ProofError: one of them is not there, or the chain bites its tail.
    """
    named = proof.get("previousProof", [])
    wanted = named if isinstance(named, list) else [named]
    found = [one for one in proofs if one.get("id") in wanted and one is not proof]
    if len(found) != len(wanted) or not all(isinstance(name, str) for name in wanted):
        raise ProofError("A proof names one before it that is not there.")
    return found
