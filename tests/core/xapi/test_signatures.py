"""Signed statements: the form, the payload and, where there is a certificate, the signature."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from digicantrain.core.xapi import signatures
from digicantrain.core.xapi.multipart import Attachment
from digicantrain.core.xapi.signatures import SignatureError
from digicantrain.core.xapi.versions import Version

STATEMENT = {
    "actor": {"mbox": "mailto:aino@example.org"},
    "verb": {"id": "https://a.example/did"},
    "object": {"id": "https://a.example/lesson"},
    "result": {"duration": "PT1.239S"},
}
USAGE = "http://adlnet.gov/expapi/attachments/signature"


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65_537, 2_048)


@pytest.fixture(scope="module")
def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Provider")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    der = made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    return base64.b64encode(der).decode()


def encoded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def jws(payload, *, key=None, **header):
    told = {"alg": "RS256", **header}
    text = b".".join(encoded(json.dumps(part).encode()) for part in (told, payload))
    signature = key.sign(text, PKCS1v15(), hashes.SHA256()) if key else b"any"
    return text + b"." + encoded(signature)


def check(content, statement=STATEMENT):
    sha2 = hashlib.sha256(content).hexdigest()
    declared = {"usageType": USAGE, "sha2": sha2.upper()}
    here = {sha2: Attachment(sha2, "application/octet-stream", content)}
    signatures.check({**statement, "attachments": [declared]}, here, version=Version.V1)


ID = "9a1f2c52-5b0b-4a53-8d0c-6f3f5f4b7d10"
OTHER_ID = "0e7c2f5e-91f0-4f43-9a52-61d6b1b0a111"


@pytest.mark.parametrize(("own", "passes"), [(ID, True), (ID.upper(), True), (OTHER_ID, False)])
def test_threat_39_a_signature_is_not_taken_under_another_id(own, passes):
    content = jws({**STATEMENT, "id": ID})
    if passes:
        check(content, {**STATEMENT, "id": own})
        return
    for statement in ({**STATEMENT, "id": own}, STATEMENT):
        with pytest.raises(signatures.SignatureError, match="another statement"):
            check(content, statement)


def test_threat_39_a_signature_that_is_declared_again_and_again_is_checked_once(monkeypatch):
    checked = []
    monkeypatch.setattr(signatures, "_check", lambda *_given, **_more: checked.append(1))
    here = {"a" * 64: Attachment("a" * 64, "application/octet-stream", b"x")}
    declared = [{"usageType": USAGE, "sha2": "A" * 64}] * 1_000

    signatures.check({**STATEMENT, "attachments": declared}, here, version=Version.V1)

    assert checked == [1]


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_a_signature_of_the_statement_is_taken(algorithm):
    check(jws({**STATEMENT, "result": {"duration": "PT1.23S"}}, alg=algorithm))


def test_a_signature_with_a_certificate_holds_or_is_refused(key, certificate):
    good = jws(STATEMENT, key=key, x5c=[certificate])
    check(good)

    for bad, sentence in (
        (good[:-4] + b"AAAA", "does not hold|one spelling"),
        (jws(STATEMENT, key=key, x5c=[]), "holds no certificate"),
        (jws(STATEMENT, key=key, x5c=["AAAA"]), "holds no certificate"),
        (jws(STATEMENT, key=key, x5c=[7]), "holds no certificate"),
    ):
        with pytest.raises(SignatureError, match=sentence):
            check(bad)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "three parts"),
        (b"a.b.c", "base64url|JSON"),
        (jws(STATEMENT, alg="HS256"), "algorithm"),
        (jws(STATEMENT, alg="none"), "algorithm"),
        (jws(STATEMENT, alg=None), "algorithm"),
        (jws("no statement"), "payload"),
        (jws([STATEMENT]), "payload"),
        (jws({**STATEMENT, "verb": {"id": "https://a.example/other"}}), "another statement"),
    ],
)
def test_threat_39_a_signature_of_something_else_is_refused(content, sentence):
    with pytest.raises(SignatureError, match=sentence):
        check(content)


def test_what_is_no_signature_or_elsewhere_is_passed_over():
    other = {"usageType": "https://a.example/other", "sha2": "00"}
    elsewhere = {"usageType": USAGE, "sha2": "00", "fileUrl": "https://a.example/s"}

    signatures.check({"attachments": [other, elsewhere]}, {}, version=Version.V2)
