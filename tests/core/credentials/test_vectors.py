"""W3C's test vectors for eddsa-rdfc-2022 (vc-di-eddsa), where they are present.

Two contexts that the vectors name are not pinned here. For the examples' one W3C's text is a single
@vocab; for the citizenship's one a stand-in maps the terms that occur as the vector's N-Quads say.
"""

import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openvc.multibase import decode_multibase, encode_multibase

from digicantrain.core.credentials import contexts, integrity, keys, linked_data, proof
from digicantrain.core.credentials.moments import read_utc

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "judges" / "w3c-di-eddsa"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="W3C's test vectors do not stand beside this checkout."
)
# printed in the specification, as the key of all its examples
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
VECTORS = {
    "alumni": ("unsigned.json", "eddsa-rdfc-2022"),
    "employment": ("employmentAuth.json", "eddsa-rdfc-2022/employ"),
}
XSD_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
SCHEMA = "https://schema.org/"
MORE = {
    "https://www.w3.org/ns/credentials/examples/v2": {
        "@vocab": "https://www.w3.org/ns/credentials/examples#"
    },
    "https://w3id.org/citizenship/v4rc1": {
        "@vocab": "https://w3id.org/citizenship#",
        "image": {"@id": f"{SCHEMA}image", "@type": "@id"},
        "birthDate": {"@id": f"{SCHEMA}birthDate", "@type": XSD_TIME},
        "residentSince": {"@type": XSD_TIME},
        "Person": f"{SCHEMA}Person",
        **{
            name: SCHEMA + name
            for name in ("additionalName", "familyName", "givenName", "gender", "identifier")
        },
    },
}


@pytest.fixture(autouse=True)
def more_contexts(monkeypatch):
    pinned = contexts.load

    def load(url, options=None):
        if url not in MORE:
            return pinned(url, options)
        return {
            "contextUrl": None,
            "documentUrl": url,
            "contentType": "application/ld+json",
            "document": {"@context": MORE[url]},
        }

    monkeypatch.setattr(contexts, "load", load)


@pytest.fixture
def signer():
    secret = Ed25519PrivateKey.from_private_bytes(decode_multibase(SECRET)[2:])
    public = keys.write_public(secret.public_key())
    return keys.LocalSigner(keys.method_of(keys.did_key(public), public), secret)


def read(name):
    return (DATA / name).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("vector", VECTORS)
def test_the_proof_value_is_byte_identical(vector, signer):
    file, folder = VECTORS[vector]
    document, want = json.loads(read(file)), json.loads(read(f"{folder}/signedDataInt.json"))

    made = proof.signed(document, signer=signer, created=read_utc(want["proof"]["created"]))

    assert made["proof"] == [{k: v for k, v in want["proof"].items() if k != "@context"}]
    assert want["proof"]["proofValue"] == read(f"{folder}/sigBTC58DataInt.txt")


@pytest.mark.parametrize("vector", VECTORS)
def test_canonical_form_and_hashes_are_those_of_the_vector(vector):
    file, folder = VECTORS[vector]
    document, options = (
        json.loads(read(file)),
        json.loads(read(f"{folder}/proofConfigDataInt.json")),
    )

    quads = linked_data.canonical(document)

    assert quads.decode().strip() == read(f"{folder}/canonDocDataInt.txt")
    assert hashlib.sha256(quads).hexdigest() == read(f"{folder}/docHashDataInt.txt")
    both = proof.hash_data(document, options={k: v for k, v in options.items() if k != "@context"})
    assert both.hex() == read(f"{folder}/combinedHashDataInt.txt")


@pytest.mark.parametrize("vector", VECTORS)
def test_the_vectors_signature_verifies_and_one_over_another_text_does_not(vector, signer):
    file, folder = VECTORS[vector]
    document, want = json.loads(read(file)), json.loads(read(f"{folder}/signedDataInt.json"))
    key = keys.PublicKey(want["proof"]["verificationMethod"], signer.verification_method[8:56])
    given = {k: v for k, v in want["proof"].items() if k != "@context"}

    assert proof.holds(document, proof=given, key=key)
    assert not proof.holds({**document, "name": "Another"}, proof=given, key=key)
    assert (
        encode_multibase(bytes.fromhex(read(f"{folder}/sigHexDataInt.txt")))
        == (given["proofValue"])
    )


@pytest.mark.parametrize("vector", VECTORS)
def test_what_checks_others_signs_and_checks_the_same_bytes(vector, signer):
    file, folder = VECTORS[vector]
    document, want = json.loads(read(file)), json.loads(read(f"{folder}/signedDataInt.json"))
    created = read_utc(want["proof"]["created"])

    made = integrity.signed(document, signer=signer, created=created, load=contexts.load)

    assert made["proof"][0]["proofValue"] == want["proof"]["proofValue"]
    key = keys.PublicKey(want["proof"]["verificationMethod"], signer.verification_method[8:56])
    for proof_ in (made["proof"][0], want["proof"]):
        assert integrity.holds(document, proof=proof_, key=key, load=contexts.load)
