"""A credential as a token: what stands in it, and that libraries of others verify it."""

import base64
import json
from datetime import timedelta

import jwt as pyjwt
import pytest
import time_machine
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from digicantrain.core.credentials import badge, jwt, signers
from digicantrain.core.credentials.keys import Algorithm, KeyFormatError
from tests.core.credentials.conftest import ISSUER, NOW, SIGNER, award, key_pair, sign

METHOD = "did:web:credits.example#key"
SIGNERS = {
    "EdDSA": SIGNER,
    "ES256": signers.P256Signer(METHOD, ec.derive_private_key(7, ec.SECP256R1())),
    "RS256": signers.RSASigner(
        METHOD, rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    ),
}
PROFILES = (jwt.in_open_badges_profile, jwt.in_w3c_profile)
NASTY = 'say "when"\n\t\\ \u202e ملف 🧑 {{ x }} ]]> &amp; <b>'


@pytest.fixture(scope="module")
def document():
    return badge.document_of(award())


def parts(token):
    header, payload, _ = token.split(".")
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, payload)]


@pytest.mark.parametrize("algorithm", SIGNERS)
@pytest.mark.parametrize("write", PROFILES)
def test_another_library_verifies_each_algorithm_in_each_profile(document, write, algorithm):
    signer = SIGNERS[algorithm]
    token = write(document, signer=signer)
    other = {"EdDSA": "ES256", "ES256": "EdDSA", "RS256": "EdDSA"}[algorithm]

    with time_machine.travel(NOW + timedelta(days=1)):
        read = pyjwt.decode(token, pyjwt.PyJWK(signer.public_jwk, algorithm), [algorithm])
        with pytest.raises(pyjwt.InvalidTokenError):
            pyjwt.decode(token, pyjwt.PyJWK(SIGNERS[other].public_jwk, other), [algorithm])

    assert {name: read[name] for name in document} == document
    assert pyjwt.get_unverified_header(token)["alg"] == algorithm == signer.algorithm.value


@pytest.mark.parametrize("algorithm", SIGNERS)
def test_no_part_of_the_private_key_is_in_the_token(document, algorithm):
    header, _ = parts(jwt.in_open_badges_profile(document, signer=SIGNERS[algorithm]))

    assert set(header) == {"alg", "typ", "kid", "jwk"}
    assert set(header["jwk"]) <= {"kty", "crv", "x", "y", "n", "e"}
    assert header["typ"] == "JWT"
    assert header["kid"] == SIGNERS[algorithm].verification_method


def test_the_open_badges_profile_says_identifiers_and_dates_again(document):
    _, payload = parts(jwt.in_open_badges_profile(document, signer=SIGNER))

    assert payload == document | {
        "iss": ISSUER,
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": 1_795_176_000,
        "exp": int((NOW + timedelta(days=700)).timestamp()),
    }
    assert payload["nbf"] == NOW.timestamp()


def test_one_without_end_has_no_exp():
    document = badge.document_of(award(expires_at=None))

    assert "exp" not in parts(jwt.in_open_badges_profile(document, signer=SIGNER))[1]


def test_the_w3c_profile_is_the_credential_itself_with_its_media_types(document):
    header, payload = parts(jwt.in_w3c_profile(document, signer=SIGNER))

    assert payload == document
    assert header == {
        "alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": SIGNER.verification_method,
    }  # fmt: skip


@pytest.mark.parametrize("write", PROFILES)
def test_a_proof_inside_is_left_out(document, write):
    assert write(sign(document), signer=SIGNER) == write(document, signer=SIGNER)


def test_openbadgeslib_verifies_it_through_the_issuers_did(document):
    from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

    token = jwt.in_open_badges_profile(document, signer=SIGNER)
    forged = jwt.in_open_badges_profile(document, signer=key_pair(2)[0])
    with time_machine.travel(NOW + timedelta(days=1)):
        verifier = OB3Verifier.for_issuer_did(ISSUER)

        assert verifier.verify(token).achievement.name == "Reading reports"
        with pytest.raises(OB3VerificationError):
            verifier.verify(forged)


@pytest.mark.parametrize("write", PROFILES)
def test_hostile_values_verify_and_each_change_is_noticed(write):
    document = badge.document_of(award())
    document["name"] = document["credentialSubject"]["achievement"]["description"] = NASTY
    header, payload, signature = write(document, signer=SIGNER).split(".")
    key = pyjwt.PyJWK(SIGNER.public_jwk, "EdDSA")
    with time_machine.travel(NOW + timedelta(days=1)):
        read = pyjwt.decode(f"{header}.{payload}.{signature}", key, ["EdDSA"])
        for place in range(0, len(payload), 499):
            letter = "B" if payload[place] == "A" else "A"
            other = payload[:place] + letter + payload[place + 1 :]
            with pytest.raises(pyjwt.InvalidSignatureError):
                pyjwt.decode(f"{header}.{other}.{signature}", key, ["EdDSA"])

    assert read["name"] == NASTY


@pytest.mark.parametrize(
    "change",
    [
        {"id": None}, {"id": ""}, {"issuer": {}}, {"issuer": 7}, {"credentialSubject": []},
        {"credentialSubject": {"name": "x"}}, {"validFrom": "yesterday"}, {"validUntil": None},
        {"iss": "did:example:other"}, {"exp": 1}, {"name": "\ud800"},
    ],
)  # fmt: skip
def test_what_lacks_what_the_profile_asks_for_is_refused_with_a_sentence(document, change):
    with pytest.raises(jwt.JWTError, match=r"^(The|A) .+\.$"):
        jwt.in_open_badges_profile(document | change, signer=SIGNER)


def test_a_key_that_is_too_weak_or_of_another_curve_is_refused():
    weak = rsa.generate_private_key(public_exponent=65_537, key_size=1_024)  # noqa: S505 - refused
    with pytest.raises(KeyFormatError, match="2048"):
        signers.RSASigner(METHOD, weak)
    with pytest.raises(KeyFormatError, match="P-256"):
        signers.P256Signer(METHOD, ec.derive_private_key(7, ec.SECP384R1()))


def test_data_integrity_wants_an_ed25519_key(document):
    with pytest.raises(KeyFormatError, match="Ed25519"):
        sign(document, signer=SIGNERS["ES256"])


def test_a_p256_signature_is_64_bytes_and_verifies():
    signer = SIGNERS["ES256"]
    r, s = (int.from_bytes(half, "big") for half in _halves(signer.sign(b"text")))
    der = encode_dss_signature(r, s)
    public = signer.private.public_key()

    public.verify(der, b"text", ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(der, b"Text", ec.ECDSA(SHA256()))
    assert signer.algorithm is Algorithm.P256


def _halves(signature):
    assert len(signature) == 64
    return signature[:32], signature[32:]
