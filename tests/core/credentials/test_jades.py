"""JAdES seals: what a foreign library makes of them, and each way in which one does not hold."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core.credentials import jades
from digicantrain.core.credentials.jades import Claimed, LocalSealer, SealError, opened, seal
from digicantrain.core.credentials.seal_certificate import NOT_QUALIFIED, Subject, self_made
from digicantrain.core.credentials.tellings import Learner
from tests.core.credentials.conftest import NOW, changed
from tests.core.credentials.european import document
from tests.core.credentials.test_elm import HOSTILE

SUBJECT = Subject("Turku Training Ältere Straße", "FI", "VATFI-01234567")
PRIVATE = ec.derive_private_key(7, ec.SECP256R1())
CHAIN = (self_made(SUBJECT, private=PRIVATE, serial=1, now=NOW),)
SEALER = LocalSealer(PRIVATE, CHAIN)
DOCUMENT = document()


def sealed(what=DOCUMENT, **kwargs):
    return seal(what, **({"sealer": SEALER, "now": NOW} | kwargs))


def parts(text):
    whole = json.loads(text)
    header = json.loads(unb64(whole["signatures"][0]["protected"]))
    return whole, header


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed_again(*, payload=None, sealer=SEALER, **changes):
    """Return a seal whose header was changed and then signed properly."""
    whole, header = parts(sealed())
    header = {k: v for k, v in (header | changes).items() if v is not None}
    protected = b64(json.dumps(header).encode())
    payload = whole["payload"] if payload is None else payload
    signature = b64(sealer.sign(protected.encode() + b"." + payload.encode()))
    return json.dumps(
        {"payload": payload, "signatures": [{"protected": protected, "signature": signature}]}
    )


def test_the_header_is_that_of_the_baseline_and_of_the_commissions_own():
    whole, header = parts(sealed())

    assert set(header) == {"alg", "cty", "typ", "b64", "crit", "x5c", "x5t#S256", "sigT"}
    assert header["b64"] is False
    assert header["crit"] == ["b64", "sigT"]
    assert header["typ"] == "jose+json"
    assert header["sigT"] == "2026-11-20T12:00:00Z"
    assert base64.b64decode(header["x5c"][0]) == CHAIN[0]
    assert json.loads(whole["payload"]) == DOCUMENT
    assert set(whole) == {"payload", "signatures"}


def test_what_was_sealed_comes_out_with_certificate_and_moment():
    found = opened(sealed())

    assert json.loads(found.payload) == DOCUMENT
    assert found.claimed_at == NOW
    assert found.certificate.serial_number == 1


def test_the_moment_may_be_a_number():
    text = sealed(claimed=Claimed.IAT)

    assert parts(text)[1]["iat"] == int(NOW.timestamp())
    assert parts(text)[1]["crit"] == ["b64"]
    assert opened(text).claimed_at == NOW


def test_a_foreign_library_finds_the_signature_good():
    """joserfc knows RFC 7797, and nothing of ours."""
    from joserfc import jws
    from joserfc.jwk import ECKey
    from joserfc.registry import HeaderParameter

    whole, _header = parts(sealed(claimed=Claimed.IAT))
    key = ECKey.import_key(PRIVATE.public_key())
    flat: Any = {"payload": whole["payload"], **whole["signatures"][0]}
    more = {"iat": HeaderParameter("moment", "int")}
    registry = jws.JWSRegistry(more, algorithms=["ES256"], strict_check_header=False)
    registry.max_header_length, registry.max_payload_length = 10_000, 1_000_000

    found = jws.deserialize_json(flat, key, registry=registry)

    assert found.payload == whole["payload"].encode()


def test_rsa_seals_too():
    private = rsa.generate_private_key(65537, 2048)
    certificate = _certificate_for(private)

    text = sealed(sealer=LocalSealer(private, (certificate,)))

    assert parts(text)[1]["alg"] == "RS256"
    assert json.loads(opened(text).payload) == DOCUMENT


def _certificate_for(private):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "RSA")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(2)
    builder = builder.not_valid_before(NOW - timedelta(days=1)).public_key(private.public_key())
    signed = builder.not_valid_after(NOW + timedelta(days=1)).sign(private, hashes.SHA256())
    return signed.public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    "private", [ec.derive_private_key(3, ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()]
)
def test_other_keys_do_not_seal(private):
    with pytest.raises(SealError, match="P-256, or RSA"):
        LocalSealer(private, CHAIN)


def test_a_seal_needs_a_certificate():
    with pytest.raises(SealError, match="needs a certificate"):
        LocalSealer(PRIVATE, ())


OTHER = LocalSealer(ec.derive_private_key(8, ec.SECP256R1()), CHAIN)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "not a sealed credential"),
        ("[]", "not a sealed credential"),
        ('{"payload": 1, "signatures": [{"protected": "", "signature": ""}]}', "not a sealed"),
        (sealed()[:-9], "not a sealed credential"),
        (json.dumps(DOCUMENT), "not a sealed credential"),
        ("[" * 100_000, "not a sealed credential"),
        (" " * (jades.MAX_BYTES + 1), "too long"),
        (sealed(sealer=OTHER), "not what was sealed"),
        (signed_again(b64=True), "not understood"),
        (signed_again(crit=None), "not understood"),
        (signed_again(crit=["b64", "exp"]), "not understood"),
        (signed_again(crit=["sigT"]), "not understood"),
        (signed_again(jwk={"kty": "EC"}), "not understood"),
        (signed_again(alg="none"), "algorithm"),
        (signed_again(alg="HS256"), "algorithm"),
        (signed_again(x5c=[]), "no certificate"),
        (signed_again(x5c=["AAAA"]), "no certificate"),
        (signed_again(**{"x5t#S256": "AAAA"}), "another certificate"),
        (signed_again(sigT=None), "when it was made"),
        (signed_again(iat=1), "when it was made"),
        (signed_again(sigT="soon"), "when it was made"),
        (signed_again(sigT="2001-01-01T00:00:00Z"), "outside the time"),
        (sealed(now=NOW + timedelta(days=4_000)), "outside the time"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_cause(text, cause):
    with pytest.raises(SealError, match=cause):
        opened(text)


def test_a_second_signature_is_refused():
    whole, _header = parts(sealed())
    whole["signatures"] *= 2

    with pytest.raises(SealError, match="not a sealed credential"):
        opened(json.dumps(whole))


def _paths(value, path=()):
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _paths(child, (*path, key))
    else:
        yield path


def test_each_field_changed_is_noticed():
    whole, _header = parts(sealed())
    paths = list(_paths(DOCUMENT))
    for path in paths:
        changed_one = json.loads(whole["payload"])
        place = changed_one
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = f"{place[path[-1]]} changed"
        text = json.dumps({**whole, "payload": json.dumps(changed_one, ensure_ascii=False)})
        with pytest.raises(SealError, match="not what was sealed"):
            opened(text)
    assert len(paths) > 100


@settings(max_examples=25)
@given(name=st.text(min_size=1, max_size=40).filter(str.strip), title=st.text(max_size=40))
def test_any_text_survives_sealing(name, title):
    what = {"name": name.encode("utf-16", "replace").decode("utf-16"), "title": [title, {"x": 1}]}

    assert json.loads(opened(sealed(what).encode()).payload) == what


def test_hostile_values_survive_sealing():
    made = document(changed(title=HOSTILE, description=HOSTILE), learner=Learner(HOSTILE))

    assert json.loads(opened(sealed(made)).payload) == made


def test_a_self_made_certificate_says_so_and_names_the_organisation():
    certificate = x509.load_der_x509_certificate(CHAIN[0])
    said = {one.oid: one.value for one in certificate.subject}

    assert said[NameOID.COMMON_NAME].endswith(f"({NOT_QUALIFIED})")
    assert said[NameOID.ORGANIZATION_IDENTIFIER] == "VATFI-01234567"
    assert said[NameOID.COUNTRY_NAME] == "FI"
    certificate.verify_directly_issued_by(certificate)


@pytest.mark.parametrize("name", ["x" * 200, "Ελληνικό " * 30])
def test_a_long_name_gives_a_certificate(name):
    der = self_made(Subject(name, "GR"), private=PRIVATE, serial=3, now=NOW)

    common = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert len(common[0].value) <= 64
    assert common[0].value.endswith(f"({NOT_QUALIFIED})")
