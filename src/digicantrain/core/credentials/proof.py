"""Data Integrity proofs of the cryptosuite eddsa-rdfc-2022 (W3C vc-di-eddsa)."""

import hashlib
from datetime import datetime
from typing import Any, Final

from openvc.multibase import MultibaseError, decode_multibase, encode_multibase

from digicantrain.core.credentials.keys import Algorithm, KeyFormatError, PublicKey, Signer
from digicantrain.core.credentials.linked_data import canonical
from digicantrain.core.credentials.moments import utc

TYPE: Final = "DataIntegrityProof"
SUITE: Final = "eddsa-rdfc-2022"
PURPOSE: Final = "assertionMethod"
_SIGNATURE_BYTES: Final = 64


def signed(document: dict[str, Any], *, signer: Signer, created: datetime) -> dict[str, Any]:
    """Return the document with its proof; JSON that the proof would not cover is refused."""
    options = options_of(signer, created=created)
    signature = signer.sign(hash_data(document, options=options))
    return completed(document, options=options, signature=signature)


def options_of(signer: Signer, *, created: datetime) -> dict[str, str]:
    """Return what a proof says beside its value.

    Raises:
        KeyFormatError: this suite signs with Ed25519 only.
    """
    if signer.algorithm is not Algorithm.ED25519:
        raise KeyFormatError(f"{SUITE} needs an Ed25519 key.")
    return {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": utc(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": PURPOSE,
    }


def completed(
    document: dict[str, Any], *, options: dict[str, str], signature: bytes
) -> dict[str, Any]:
    """Return the document with its proof, in an array: valid in every variant of the schema."""
    return {**document, "proof": [{**options, "proofValue": encode_multibase(signature)}]}


def in_context(document: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Return a proof's options as they are hashed: under the contexts of the document."""
    return {"@context": document["@context"], **options}


def hash_data(document: dict[str, Any], *, options: dict[str, Any]) -> bytes:
    """Return the 64 bytes that are signed: the hash of the proof's options, then the document's."""
    parts = (in_context(document, options), document)
    return b"".join(hashlib.sha256(canonical(part)).digest() for part in parts)


def holds(document: dict[str, Any], *, proof: dict[str, Any], key: PublicKey) -> bool:
    """Return whether a proof over a document (which is handed in without it) was made by a key."""
    try:
        signature = decode_multibase(str(proof.get("proofValue", "")))
    except MultibaseError:
        return False
    if len(signature) != _SIGNATURE_BYTES:
        return False
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    return key.verifies(signature, data=hash_data(document, options=options))
