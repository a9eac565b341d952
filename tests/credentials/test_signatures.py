"""A signature that held is remembered; what was altered, or fails, is not."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from digicantrain.core.credentials import integrity, keys
from digicantrain.core.credentials import proof as proofs
from digicantrain.core.credentials.contexts import VC_2
from digicantrain.credentials import signatures

METHOD = "did:key:z#z"


@pytest.fixture
def private():
    return Ed25519PrivateKey.generate()


@pytest.fixture
def key(private):
    return keys.PublicKey(METHOD, keys.write_public(private.public_key()), None)


@pytest.fixture
def signed(private):
    document = {"@context": [VC_2], "id": "urn:uuid:1", "type": ["VerifiableCredential"]}
    signer = keys.LocalSigner(METHOD, private)
    made = proofs.signed(document, signer=signer, created=datetime(2026, 1, 1, tzinfo=UTC))
    return document, made["proof"][0]


@pytest.fixture
def computed(monkeypatch):
    """Count how often a signature is really computed."""
    calls, real = [], integrity.holds

    def counted(document, *, proof, key, load):
        calls.append(document["id"])
        return real(document, proof=proof, key=key, load=load)

    monkeypatch.setattr(integrity, "holds", counted)
    return calls


def test_what_held_is_not_computed_again(signed, key, computed):
    document, proof = signed

    assert signatures.holds(document, proof=proof, key=key)
    assert signatures.holds(document, proof=proof, key=key)
    assert computed == ["urn:uuid:1"]


def test_threat_an_altered_document_is_computed_and_fails(signed, key, computed):
    document, proof = signed
    signatures.holds(document, proof=proof, key=key)

    altered = {**document, "id": "urn:uuid:2"}
    assert not signatures.holds(altered, proof=proof, key=key)
    assert not signatures.holds(altered, proof=proof, key=key)
    assert computed == ["urn:uuid:1", "urn:uuid:2", "urn:uuid:2"]


def test_threat_the_same_proof_does_not_hold_for_another_key(signed, key, computed):
    document, proof = signed
    signatures.holds(document, proof=proof, key=key)
    other = keys.write_public(Ed25519PrivateKey.generate().public_key())

    assert not signatures.holds(document, proof=proof, key=keys.PublicKey(METHOD, other, None))
    assert len(computed) == 2
