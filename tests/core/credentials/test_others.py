"""Credentials of issuers elsewhere: genuine ones are told from everything else."""

import copy
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digicantrain.core.credentials import dids, jws
from digicantrain.core.credentials.contexts import OPEN_BADGES_3, VC_1, VC_2
from digicantrain.core.credentials.public_keys import (
    KeyFormatError,
    decode,
    encode,
    from_jwk,
    from_multibase,
    to_multibase,
)
from digicantrain.core.credentials.verification import Cause, Report, Verdict, WantKeys
from tests.core.credentials import others
from tests.core.credentials.conftest import NOW
from tests.core.credentials.others import (
    WEB,
    WEB_DOCUMENT,
    Web,
    as_jwt,
    badge,
    badge_jwt,
    did_document,
    proved,
)

KINDS = ("EdDSA", "ES256", "ES384", "ES512", "RS256")
GENUINE = (Verdict.GENUINE, Cause.OTHER_ISSUER)


@pytest.fixture(scope="module")
def keys():
    return {kind: others.key(kind) for kind in KINDS}


@pytest.fixture(scope="module")
def key(keys):
    return keys["EdDSA"]


@pytest.fixture(scope="module")
def signed(key):
    return proved(badge(key), key)


def outcome(report):
    return report.verdict, report.cause


def judged(what, pages=(), **rules):
    return outcome(Web(pages, **rules).judge(what))


# --- genuine ones ---


@pytest.mark.parametrize("kind", KINDS)
def test_a_jwt_of_each_kind_of_key_is_genuine(keys, kind):
    assert judged(badge_jwt(keys[kind])) == GENUINE


@pytest.mark.parametrize("kind", ["EdDSA", "ES256", "ES384"])
def test_a_proof_of_each_suite_is_genuine(keys, kind):
    assert judged(proved(badge(keys[kind]), keys[kind])) == GENUINE


@pytest.mark.parametrize("kind", ["ES512", "RS256"])
def test_a_key_that_no_suite_of_proofs_knows_makes_none(keys, kind):
    assert judged(proved(badge(keys[kind]), keys[kind])) == (Verdict.ALTERED, Cause.SIGNATURE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_did_web_is_asked_for_its_document_and_nothing_else(kind):
    key = others.key(kind).named(WEB)
    web = Web({WEB_DOCUMENT: did_document(key)})

    assert outcome(web.judge(badge_jwt(key))) == GENUINE
    assert web.asked == [WantKeys(WEB), *web.asked[1:]]
    assert web.opened == [WEB_DOCUMENT]


@pytest.mark.parametrize("kind", KINDS)
def test_a_did_jwk_is_its_own_key(kind):
    key = others.key(kind)
    key.named(f"did:jwk:{encode(json.dumps(key.jwk).encode())}", "0")

    assert judged(badge_jwt(key)) == GENUINE


@pytest.mark.parametrize("version", ["3.0.1", "3.0.2", "3.0.3"])
def test_each_version_of_open_badges_is_known(key, version):
    named = {"@context": [VC_2, OPEN_BADGES_3.replace("3.0.3", version)]}

    assert judged(badge_jwt(key, **named)) == GENUINE
    if version != "3.0.1":
        assert judged(proved(badge(key, **named), key)) == GENUINE


def test_contexts_that_contradict_one_another_are_not_judged(key, signed):
    """Open Badges 3.0.1 redefines a name that the base context protects: no RDF can be made."""
    named = {"@context": [VC_2, OPEN_BADGES_3.replace("3.0.3", "3.0.1")]}

    assert judged({**signed, **named}) == (Verdict.NOT_CHECKED, Cause.UNKNOWN_CONTEXT)


def test_any_other_verifiable_credential_is_judged_too(key):
    plain = {
        "@context": [VC_2],
        "type": ["VerifiableCredential"],
        "issuer": key.did,
        "credentialSubject": {"id": "did:example:x"},
    }

    assert judged(proved(plain, key)) == GENUINE


def test_one_of_the_data_model_of_2019_is_judged_by_its_own_dates(key):
    document = {
        "@context": [VC_1, "https://w3id.org/security/data-integrity/v2"],
        "type": ["VerifiableCredential"],
        "issuer": key.did,
        "issuanceDate": "2026-01-01T00:00:00.123Z",
        "expirationDate": "2026-11-20T13:00:00+02:00",
        "credentialSubject": {"id": "did:example:x"},
    }

    assert judged(proved(document, key)) == (Verdict.EXPIRED, Cause.EXPIRED)
    assert judged(proved(document, key), now=datetime(2026, 11, 20, 10, tzinfo=UTC)) == GENUINE


@pytest.mark.parametrize(
    ("dates", "outcome_"),
    [
        ({"validFrom": "2026-11-20T12:00:00.001Z"}, (Verdict.NOT_YET_VALID, Cause.NOT_YET)),
        ({"validUntil": "2026-11-20T11:59:59Z"}, (Verdict.EXPIRED, Cause.EXPIRED)),
        ({"validUntil": "2026-11-20"}, (Verdict.UNREADABLE, Cause.NO_DATE)),
        ({"validUntil": "2025-01-01T00:00:00Z"}, (Verdict.UNREADABLE, Cause.NO_DATE)),
    ],
)
def test_dates_of_others_decide_as_ours_do(key, dates, outcome_):
    assert judged(proved(badge(key, **dates), key)) == outcome_


# --- threat 41: whatever was done to it ---


@pytest.mark.parametrize("made", ["proof", "jwt"])
def test_threat_41_another_word_in_it_is_noticed(key, signed, made):
    if made == "proof":
        what = json.dumps(signed).replace("Wound care", "Brain surgery")
    else:
        head, payload, tail = badge_jwt(key).split(".")
        text = decode(payload).replace(b"Wound care", b"Brain surgery")
        what = f"{head}.{encode(text)}.{tail}"

    assert judged(what) == (Verdict.ALTERED, Cause.SIGNATURE)


def test_threat_41_signed_with_the_key_of_another(key):
    other = others.key(seed=8)
    lent = copy.copy(other)
    lent.verification_method = key.verification_method

    assert judged(proved(badge(key), other)) == (Verdict.ALTERED, Cause.OTHER_KEY)
    assert judged(proved(badge(key), lent)) == (Verdict.ALTERED, Cause.SIGNATURE)
    assert judged(as_jwt(badge(key), other)) == (Verdict.ALTERED, Cause.OTHER_KEY)
    assert judged(as_jwt(badge(key), lent)) == (Verdict.ALTERED, Cause.SIGNATURE)
    assert judged(as_jwt(badge(key), other, kid=None)) == (Verdict.ALTERED, Cause.SIGNATURE)
    assert judged(as_jwt(badge(key), other, kid=None, jwk=other.jwk)) == (
        Verdict.ALTERED, Cause.OTHER_KEY,
    )  # fmt: skip


def test_a_key_in_the_header_must_be_among_the_issuers(key):
    assert judged(as_jwt(badge(key), key, kid=None, jwk=key.jwk)) == GENUINE
    assert judged(as_jwt(badge(key), key, kid=None, jwk="x")) == (
        Verdict.ALTERED, Cause.OTHER_KEY,
    )  # fmt: skip


@pytest.mark.parametrize("kid", [None, "key-1", "#key-1"])
def test_a_key_may_be_named_shortly(kid):
    key = others.key().named(WEB)

    token = as_jwt(badge(key), key, kid=kid)

    assert judged(token, {WEB_DOCUMENT: did_document(key)}) == GENUINE


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "HS512", "PS256", "", None, 7, ["x"]]
)
def test_threat_41_algorithms_that_anybody_could_use_are_refused(key, algorithm):
    payload = badge(key)
    for signature in ("", encode(b"x" * 64)):
        head = encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
        token = f"{head}.{encode(json.dumps(payload).encode())}.{signature}"

        assert judged(token) == (Verdict.ALTERED, Cause.OTHER_PROOF)


def test_threat_37_the_public_key_is_no_shared_secret(keys):
    """HS256 with the text of the issuer's public key as its secret."""
    import hashlib
    import hmac

    key = keys["RS256"]
    text = jws.signing_input({"alg": "HS256", "typ": "JWT"}, badge(key))
    tag = hmac.new(key.multibase.encode(), text.encode(), hashlib.sha256).digest()

    assert judged(f"{text}.{encode(tag)}") == (Verdict.ALTERED, Cause.OTHER_PROOF)


@pytest.mark.parametrize(("kind", "claimed"), [("EdDSA", "ES256"), ("ES256", "ES384"),
                                              ("RS256", "EdDSA"), ("ES384", "ES512")])  # fmt: skip
def test_an_algorithm_of_another_key_does_not_hold(keys, kind, claimed):
    key = keys[kind]

    assert judged(as_jwt(badge(key), key, alg=claimed)) == (Verdict.ALTERED, Cause.SIGNATURE)


@pytest.mark.parametrize(
    "header", [{"crit": ["exp"]}, {"b64": False}, {"jku": "https://x.example/"}, {"zip": "DEF"},
               {"x5u": "https://x.example/"}, {"typ": 7}, {"typ": "at+jwt"}, {"typ": "sd-jwt"}],
)  # fmt: skip
def test_a_header_that_asks_for_more_is_refused(key, header):
    web = Web()

    assert outcome(web.judge(as_jwt(badge(key), key, **header))) == (
        Verdict.ALTERED, Cause.OTHER_PROOF,
    )  # fmt: skip
    assert web.opened == []


@pytest.mark.parametrize(
    "claims", [{"iss": "did:example:x"}, {"jti": "urn:uuid:1"}, {"sub": "did:example:x"},
               {"nbf": 1e300}, {"exp": 1e300}],
)  # fmt: skip
def test_claims_that_say_other_than_the_document_make_it_unreadable(key, claims):
    token = as_jwt({**badge(key), **claims}, key)

    assert judged(token)[0] is Verdict.UNREADABLE


@pytest.mark.parametrize(
    ("claims", "verdict"),
    [({"exp": 1}, Verdict.EXPIRED), ({"nbf": 4_000_000_000}, Verdict.NOT_YET_VALID),
     ({"iat": "yesterday"}, Verdict.GENUINE), ({"exp": True}, Verdict.GENUINE)],
)  # fmt: skip
def test_the_times_of_a_jwt_count_beside_those_of_the_document(key, claims, verdict):
    assert judged(as_jwt({**badge(key), **claims}, key))[0] is verdict


def test_the_media_type_says_where_the_document_stands(key):
    document = badge(key)

    assert judged(as_jwt(document, key, typ="vc+jwt")) == GENUINE
    assert judged(as_jwt({"iss": key.did, "vc": document}, key)) == GENUINE
    assert judged(as_jwt({"iss": key.did, "vc": document}, key, typ="vc+jwt")) == (
        Verdict.UNREADABLE, Cause.MALFORMED,
    )  # fmt: skip


def test_threat_41_every_letter_of_a_jwt_counts(key):
    token = badge_jwt(key)
    for place in range(0, len(token), 37):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]

        assert not Web().judge(other).is_authentic, place


@pytest.mark.parametrize("cut", [3, 200, -1, -20])
def test_threat_41_a_truncated_jwt_is_none(key, cut):
    assert not Web().judge(badge_jwt(key)[:cut]).is_authentic


# --- contexts ---


@pytest.mark.parametrize(
    "more",
    [
        "https://attacker.example/context.json", {"name": "urn:x"}, {"stars": "urn:stars"}, 7, None,
        "https://www.w3.org/ns/credentials/examples/v2", ["x"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("made", ["proof", "jwt"])
def test_threat_41_a_vocabulary_that_is_not_pinned_is_not_judged(key, signed, made, more):
    named = {"@context": [VC_2, OPEN_BADGES_3, more]}
    what = {**signed, **named} if made == "proof" else badge_jwt(key, **named)

    web = Web()
    assert outcome(web.judge(what)) == (Verdict.NOT_CHECKED, Cause.UNKNOWN_CONTEXT)
    assert web.opened == []


def test_words_may_say_their_language(key):
    name = [
        {"@value": "Haavanhoito", "@language": "fi"},
        {"@value": "Wound care", "@language": "en"},
    ]

    assert judged(proved(badge(key, name=name), key)) == GENUINE
    assert judged(proved(badge(key, name={"@value": "x", "@direction": "rtl"}), key)) == GENUINE


def test_the_direction_of_a_text_is_signed(key):
    document = proved(badge(key, name={"@value": "x", "@direction": "rtl"}), key)
    document["name"]["@direction"] = "ltr"

    assert judged(document) == (Verdict.ALTERED, Cause.SIGNATURE)


@pytest.mark.parametrize("change", [{"type": "Ed25519Signature2020"}, {"cryptosuite": "bbs-2023"},
                                    {"proofPurpose": "authentication"}, {"challenge": "x"},
                                    {"previousProof": "urn:x"}])  # fmt: skip
def test_a_proof_of_another_kind_is_not_judged(signed, change):
    document = {**signed, "proof": {**signed["proof"], **change}}

    assert judged(document) == (Verdict.NOT_CHECKED, Cause.OTHER_PROOF)


def test_threat_41_a_second_proof_makes_it_not_valid(signed):
    document = {**signed, "proof": [signed["proof"]] * 2}

    assert judged(document) == (Verdict.ALTERED, Cause.SEVERAL_PROOFS)
    assert judged(document, several_proofs=True) == GENUINE


def test_what_is_genuine_and_breaks_the_data_model_is_unreadable(key):
    document = badge(key, evidence=[{"id": "urn:uuid:1"}])

    assert judged(proved(document, key)) == (Verdict.UNREADABLE, Cause.MALFORMED)


# --- DID documents ---


def method(document):
    return document["verificationMethod"][0]


def broken(change):
    key = others.key().named(WEB)
    document = did_document(key)
    change(document)
    return judged(badge_jwt(key), {WEB_DOCUMENT: document})


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda d: d.update(id="did:web:other.example"), Cause.NO_KEYS),
        (lambda d: d.update(assertionMethod=[]), Cause.OTHER_KEY),
        (lambda d: d.update(assertionMethod="x"), Cause.OTHER_KEY),
        (lambda d: method(d).update(controller="did:web:x.example"), Cause.OTHER_KEY),
        (lambda d: method(d).update(revoked="2020-01-01T00:00:00Z"), Cause.OTHER_KEY),
        (lambda d: method(d).update(publicKeyJwk={"kty": "oct"}), Cause.OTHER_KEY),
        (lambda d: d.update(verificationMethod=[7, None, "x"]), Cause.OTHER_KEY),
        (lambda d: d.update(x=[[]] * 5_000), Cause.NO_KEYS),
    ],
)  # fmt: skip
def test_a_document_that_does_not_name_the_key_gives_none(change, cause):
    assert broken(change)[1] is cause


@pytest.mark.parametrize("page", [None, "", "text", "[]", b"\xff", "<html>"])
def test_without_the_issuers_document_it_is_not_checked(page):
    key = others.key().named(WEB)

    assert judged(badge_jwt(key), {WEB_DOCUMENT: page}) == (Verdict.NOT_CHECKED, Cause.NO_KEYS)


def test_a_key_may_be_written_into_the_list_itself():
    key = others.key().named(WEB)
    method = {"id": "#key-1", "type": "Multikey", "controller": WEB,
              "publicKeyMultibase": key.multibase}  # fmt: skip
    page = did_document(key, verificationMethod=[], assertionMethod=[method])

    assert judged(badge_jwt(key), {WEB_DOCUMENT: page}) == GENUINE


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:a.example", "https://a.example/.well-known/did.json"),
        ("did:web:a.example:o:turku", "https://a.example/o/turku/did.json"),
        ("did:web:a.example%3A8443:x", "https://a.example:8443/x/did.json"),
    ],
)
def test_a_did_web_says_where_its_document_stands(did, address):
    assert dids.address_of(did) == address


@pytest.mark.parametrize(
    "did",
    ["did:web:", "did:web:localhost", "did:web:127.0.0.1", "did:web:2130706433", "did:web:0x7f.1",
     "did:web:a.example:..:x", "did:web:a.example:%2e%2e", "did:web:a.example%2Fx",
     "did:web:a.example:x%2Fy", "did:web:user%40a.example", "did:web:a.example:", "did:web:[::1]",
     "did:web:a.example%3A0", "did:web:a.example%3Ax", "did:web:a.example?x", "did:web:A.example",
     "did:web:a.example#x", "did:key:z6Mk", "web:a.example", "did:web:" + "a" * 3_000],
)  # fmt: skip
def test_threat_36_a_did_web_that_leads_elsewhere_has_no_address(did):
    with pytest.raises(dids.DidError):
        dids.address_of(did)


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_the_same_text_however_it_was_written(keys, kind):
    key = keys[kind]

    assert to_multibase(from_jwk(key.jwk)) == key.multibase
    assert to_multibase(from_multibase(key.multibase)) == key.multibase


@pytest.mark.parametrize(
    "jwk",
    [None, "x", {}, {"kty": "oct", "k": "AA"}, {"kty": "OKP", "crv": "X25519", "x": "AA"},
     {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
     {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
     {"kty": "EC", "crv": ["x"]}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
     {"kty": "RSA", "n": 7, "e": "AQAB"},
     {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43, "d": "A"}],
)  # fmt: skip
def test_what_is_no_public_jwk_is_refused(jwk):
    with pytest.raises(KeyFormatError):
        from_jwk(jwk)


@pytest.mark.parametrize("text", ["AA==", "A+A", "AB", " AA", "A\n", "é", None, 7])
def test_base64url_has_one_spelling(text):
    with pytest.raises(KeyFormatError):
        decode(text)


# --- nothing breaks it ---

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False),
    st.text(max_size=12), st.sampled_from([VC_2, "did:web:a.example", "@type", "_:b", "data:,"]),
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["id", "type", "@context", "@value", "x", "@id"]), inner,
                        max_size=3),
    ),
    max_leaves=8,
)  # fmt: skip
NAMES = ("@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject",
         "credentialStatus", "proof", "evidence", "name", "relatedResource")  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(NAMES), value=VALUES, as_token=st.booleans())
def test_whatever_stands_there_a_verdict_comes_out(key, signed, name, value, as_token):
    """Signed by its issuer, so that all that follows the signature is reached too."""
    web = Web(several_proofs=True, inline_contexts=True, examples=True)
    if as_token and name != "proof":
        what = as_jwt(badge(key, **{name: value}), key)
    else:
        what = {**signed, name: value}

    assert isinstance(web.judge(what), Report)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(["alg", "typ", "kid", "jwk", "cty", "x"]), value=VALUES)
def test_whatever_a_header_says_a_verdict_comes_out(key, name, value):
    assert isinstance(Web().judge(as_jwt(badge(key), key, **{name: value})), Report)


@settings(max_examples=100, deadline=None)
@given(
    text=st.one_of(st.text(), st.binary(), st.text(alphabet="eyJ.AB-_~=").map(lambda t: f"eyJ{t}"))
)
def test_whatever_is_handed_in_a_verdict_comes_out(text):
    assert not Web().judge(text).is_authentic


def test_threat_47_a_jwt_of_ten_megabytes_is_refused_at_once(key):
    begun = time.process_time()

    assert Web().judge("eyJ" + "A" * 10_000_000 + "..").verdict is Verdict.UNREADABLE
    assert Web().judge(b"eyJ" + b"A." * 5_000_000).verdict is Verdict.UNREADABLE
    assert time.process_time() - begun < 2


def test_a_moment_is_one_second_after_another(key):
    """The dates of others may hold fractions and zones."""
    document = proved(badge(key, validUntil="2026-11-20T14:00:00.250+02:00"), key)

    assert judged(document) == GENUINE
    assert judged(document, now=NOW + timedelta(seconds=1))[0] is Verdict.EXPIRED
