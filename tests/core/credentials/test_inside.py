"""Credentials inside others, in envelopes and in presentations."""

import base64
import hashlib
import json

import pytest
from openvc import cbor
from pyld.jsonld import JsonLdProcessor

from digicantrain.core.credentials.contexts import OPEN_BADGES_3, VC_2
from digicantrain.core.credentials.keys import AUTHENTICATION
from digicantrain.core.credentials.linked_data import MAX_TERMS
from digicantrain.core.credentials.public_keys import encode
from digicantrain.core.credentials.verification import (
    MOST_INSIDE,
    Cause,
    Rules,
    Verdict,
    answered,
    judge_presentation,
)
from tests.core.credentials import others
from tests.core.credentials.conftest import NOW
from tests.core.credentials.others import Web, as_jwt, badge, badge_jwt, proved

CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
GENUINE = (Verdict.GENUINE, Cause.OTHER_ISSUER)
KEY, OTHER = others.key(), others.key(seed=8)


def transcript(*inside, **changes):
    """Return a Comprehensive Learner Record that holds credentials."""
    return {
        "@context": [VC_2, CLR, OPEN_BADGES_3],
        "id": "urn:uuid:99999999-9999-4999-8999-999999999999",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": KEY.did, "type": ["Profile"]},
        "name": "Transcript",
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:holder",
            "type": ["ClrSubject"],
            "verifiableCredential": list(inside),
        },
        **changes,
    }


def enveloped(media, content, kind="EnvelopedVerifiableCredential"):
    return {"@context": VC_2, "type": kind, "id": f"data:{media},{content}"}


def judged(what, **rules):
    report = Web(**rules).judge(what)
    return report.verdict, report.cause


@pytest.mark.parametrize("made", [proved, as_jwt])
def test_a_transcript_holds_what_stands_by_itself(made):
    inner = [proved(badge(OTHER), OTHER)]
    if made is as_jwt:  # in linked data each is an object
        inner.append(badge_jwt(OTHER))

    report = Web().judge(made(transcript(*inner), KEY))

    assert (report.verdict, report.cause) == GENUINE
    assert [one.verdict for one in report.inner] == [Verdict.GENUINE] * len(inner)


def test_one_that_was_altered_inside_spoils_the_whole():
    inner = proved(badge(OTHER), OTHER)
    inner["credentialSubject"]["achievement"]["name"] = "Surgery"

    report = Web().judge(proved(transcript(inner), KEY))

    assert (report.verdict, report.cause) == (Verdict.ALTERED, Cause.EMBEDDED)
    assert not report.is_authentic
    assert report.inner[0].cause is Cause.SIGNATURE


def test_one_that_is_over_inside_is_told():
    inner = badge_jwt(OTHER, validUntil="2026-02-01T00:00:00Z")

    assert judged(as_jwt(transcript(inner), KEY)) == (Verdict.EXPIRED, Cause.EMBEDDED)


def test_an_unsigned_one_inside_is_none_though_the_whole_is_signed():
    assert judged(as_jwt(transcript(badge(OTHER)), KEY)) == (Verdict.ALTERED, Cause.EMBEDDED)


@pytest.mark.parametrize("inner", [7, None, [], {}, "text", {"type": "x"}])
def test_what_is_no_credential_inside_is_refused(inner):
    report = Web().judge(as_jwt(transcript(inner), KEY))

    assert not report.stands
    assert not report.is_authentic


def test_threat_47_credentials_inside_one_another_end_soon():
    made = badge_jwt(KEY)
    for _ in range(4):
        made = as_jwt(transcript(made), KEY)

    assert judged(made) == (Verdict.NOT_CHECKED, Cause.EMBEDDED)
    many = as_jwt(transcript(*[""] * (MOST_INSIDE + 1)), KEY)
    assert judged(many) == (Verdict.NOT_CHECKED, Cause.TOO_MUCH)


# --- threat 47: contexts ---


@pytest.fixture
def defined(monkeypatch):
    """The terms that were defined: what contexts cost."""
    terms = []
    plain = JsonLdProcessor._create_term_definition

    def counted(self, *args, **options):
        terms.append(1)
        return plain(self, *args, **options)

    monkeypatch.setattr(JsonLdProcessor, "_create_term_definition", counted)
    return terms


def endorsed(lists):
    """Return a credential with endorsements, each with its own list of the credential's names."""
    endorsements = [
        {
            "@context": listed,
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "issuer": OTHER.did,
            "credentialSubject": {"id": "urn:x:1", "type": ["EndorsementSubject"]},
        }
        for listed in lists
    ]
    return {**proved(badge(KEY), KEY), "endorsement": endorsements}


def mixed(number, *, long=16):
    """Return lists of contexts, each in an order of its own."""
    return [
        [VC_2, *(OPEN_BADGES_3 if n >> place & 1 else VC_2 for place in range(long - 1))]
        for n in range(number)
    ]


MANY = [VC_2, OPEN_BADGES_3] * 150


def crowded():
    """Return credentials that list far more contexts than any has need of."""
    one = {**proved(badge(KEY), KEY), "@context": MANY}
    return {
        "itself": one,
        "a token": as_jwt({**badge(OTHER), "@context": MANY}, OTHER),
        "inside a transcript": {**proved(badge(KEY), KEY), **transcript(one)},
        "inside a token": as_jwt(transcript(one), KEY),
        "an endorsement": endorsed([MANY]),
        "many endorsements": endorsed(mixed(60, long=9)),
    }


@pytest.mark.parametrize("where", crowded())
def test_threat_47_hundreds_of_contexts_are_never_worked_on(defined, where):
    what = crowded()[where]
    defined.clear()

    assert judged(what) == (Verdict.NOT_CHECKED, Cause.TOO_MUCH)
    assert not defined


def test_threat_47_a_presentation_of_many_contexts_is_not_worked_on(defined):
    for document in (presented(**{"@context": MANY}), presented({**badge(KEY), "@context": MANY})):
        proof = proved(badge(OTHER), OTHER)["proof"]
        defined.clear()

        assert shown({**document, "proof": proof}) == (Verdict.NOT_CHECKED, Cause.TOO_MUCH)
        assert not defined


def test_threat_47_terms_of_contexts_under_one_another_are_metered(defined):
    what = endorsed(mixed(16))
    defined.clear()

    assert judged(what) == (Verdict.NOT_CHECKED, Cause.TOO_MUCH)
    assert len(defined) <= MAX_TERMS


def test_a_transcript_of_sixty_credentials_is_not_too_much():
    inner = [proved({**badge(OTHER), "id": f"urn:x:{n}"}, OTHER) for n in range(60)]

    assert judged(proved(transcript(*inner), KEY)) == GENUINE


def test_what_was_put_in_or_taken_out_is_noticed():
    one, two = proved(badge(OTHER), OTHER), proved(badge(OTHER, name="Another"), OTHER)
    signed = proved(transcript(one), KEY)

    for inner in ([one, two], [two], []):
        subject = {**signed["credentialSubject"], "verifiableCredential": inner}
        verdict, cause = judged({**signed, "credentialSubject": subject})
        assert (verdict, cause) == (Verdict.ALTERED, Cause.SIGNATURE), inner


# --- envelopes ---


def test_an_envelope_is_opened():
    document = badge(KEY)

    for media, typ in (("application/vc+jwt", "vc+jwt"), ("application/jwt", "JWT")):
        assert judged(enveloped(media, as_jwt(document, KEY, typ=typ))) == GENUINE


@pytest.mark.parametrize(
    "change",
    [
        {"@context": "https://x.example/"}, {"@context": []}, {"type": ["x", "y"]}, {"id": "x"},
        {"id": None}, {"id": "data:application/vc+jwt"}, {"id": "data:,"},
        {"type": ["EnvelopedVerifiableCredential", "x"]},
    ],
)  # fmt: skip
def test_an_envelope_that_breaks_a_rule_is_not_opened(change):
    document = {**enveloped("application/vc+jwt", badge_jwt(KEY)), **change}

    assert not Web().judge(document).is_authentic


@pytest.mark.parametrize("media", ["text/plain", "application/vc+jwt;base64", "", "image/svg+xml"])
def test_an_envelope_of_another_kind_is_not_opened(media):
    assert judged(enveloped(media, badge_jwt(KEY))) == (Verdict.ALTERED, Cause.OTHER_PROOF)


def disclosure(*row):
    text = encode(json.dumps(row).encode())
    return text, encode(hashlib.sha256(text.encode()).digest())


def sd_jwt(*, shown=True, more=(), **claims):
    text, digest = disclosure("salt", "name", "Wound care")
    document = {**badge(KEY), "_sd": [digest], "_sd_alg": "sha-256", **claims}
    del document["name"]
    token = as_jwt(document, KEY, typ="vc+sd-jwt")
    return "~".join([token, *([text] if shown else []), *more, ""])


def test_an_sd_jwt_shows_what_its_holder_discloses():
    for shown in (True, False):
        report = Web().judge(enveloped("application/vc+sd-jwt", sd_jwt(shown=shown)))

        assert (report.verdict, report.cause) == GENUINE
        assert ("name" in report.document) is shown
        assert "_sd" not in report.document


@pytest.mark.parametrize(
    "token",
    [
        sd_jwt(more=(disclosure("salt", "name", "Surgery")[0],)),
        sd_jwt(more=(disclosure("x", "y")[0],)),
        sd_jwt(more=("AA",)),
        sd_jwt(more=(encode(b"7"),)),
        sd_jwt(more=(encode(b"[" * 200_000),)),
        sd_jwt(more=(encode(b'["salt", "x", ' + b"[" * 30 + b"]" * 30 + b"]"),)),
        sd_jwt(more=(encode(b'["salt", "x", {"a": 1, "a": 2}]'),)),
        sd_jwt(_sd_alg="md5"),
        sd_jwt(_sd=5),
        sd_jwt(_sd=None),
        sd_jwt(_sd={"a": 1}),
        sd_jwt(credentialSubject={"_sd": 5}),
        sd_jwt()[:-1],
        sd_jwt() + "x",
    ],
    ids=[
        "not signed",
        "of a list",
        "no JSON",
        "no list",
        "poison",
        "deep",
        "a name twice",
        "weak digest",
        "a number",
        "nothing",
        "an object",
        "a number inside",
        "cut",
        "key binding",
    ],
)
def test_an_sd_jwt_with_something_else_in_it_is_refused(token):
    report = Web().judge(enveloped("application/vc+sd-jwt", token))

    assert not report.is_authentic
    assert report.verdict in {Verdict.UNREADABLE, Verdict.ALTERED}


def cose(document, key, **headers):
    protected = cbor.encode(
        {1: {"EdDSA": -8, "ES256": -7}[key.algorithm], 16: "application/vc+cose"}
    )
    payload = json.dumps(document).encode()
    signed = cbor.encode(["Signature1", protected, b"", payload])
    parts = [protected, headers, payload, key.sign(signed)]
    return base64.b64encode(cbor.encode(parts)).decode()


@pytest.mark.parametrize("kind", ["EdDSA", "ES256"])
def test_a_cose_envelope_is_opened(kind):
    key = others.key(kind)

    assert judged(enveloped("application/vc+cose;base64", cose(badge(key), key))) == GENUINE


def test_a_cose_envelope_of_another_signer_is_refused():
    content = cose(badge(KEY), OTHER)

    assert judged(enveloped("application/vc+cose;base64", content)) == (
        Verdict.ALTERED, Cause.SIGNATURE,
    )  # fmt: skip


@pytest.mark.parametrize(
    "content", ["", "AAAA", "!!!", base64.b64encode(cbor.encode([1, 2])).decode()]
)
def test_a_cose_envelope_that_is_none_cannot_be_read(content):
    assert judged(enveloped("application/vc+cose;base64", content)) == (
        Verdict.UNREADABLE, Cause.NOT_JSON,
    )  # fmt: skip


# --- presentations ---


def presented(*inside, **changes):
    return {
        "@context": [VC_2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": list(inside),
        **changes,
    }


def shown(document, **asked):
    rules = Rules(NOW, several_proofs=True, inline_contexts=True, examples=True)
    report = answered(judge_presentation(document, rules, **asked), Web().answer)
    return report.verdict, report.cause


def by_holder(document, key=OTHER, **options):
    return proved(document, key, proofPurpose=AUTHENTICATION, **options)


MEANT = {"challenge": "c-1", "domain": "shop.example"}


def test_a_presentation_is_its_holders_and_holds_what_stands():
    document = by_holder(presented(proved(badge(KEY), KEY)), **MEANT)

    assert shown(document, **MEANT) == GENUINE
    assert shown(document) == GENUINE
    assert shown(document, challenge="c-2") == (Verdict.NOT_CHECKED, Cause.PRESENTATION)
    assert shown(document, domain="x.example") == (Verdict.NOT_CHECKED, Cause.PRESENTATION)


def test_a_presentation_without_its_challenge_answers_none():
    assert shown(by_holder(presented()), challenge="c-1") == (
        Verdict.NOT_CHECKED, Cause.PRESENTATION,
    )  # fmt: skip


def test_the_purpose_of_an_issuer_is_not_that_of_a_holder():
    assert shown(proved(presented(), OTHER)) == (Verdict.NOT_CHECKED, Cause.OTHER_PROOF)


@pytest.mark.parametrize("holder", [KEY.did, {"id": KEY.did}])
def test_somebody_elses_presentation_is_refused(holder):
    assert shown(by_holder(presented(holder=holder)))[0] is Verdict.ALTERED


@pytest.mark.parametrize("change", [{"holder": "x"}, {"id": "x"}, {"type": ["x"]},
                                    {"verifiableCredential": ["text"]}])  # fmt: skip
def test_a_presentation_that_breaks_a_rule_is_refused(change):
    document = as_jwt({**presented(), **change}, OTHER, typ="vp+jwt")

    assert shown(document)[0] is not Verdict.GENUINE


def test_one_credential_that_does_not_stand_spoils_a_presentation():
    over = proved(badge(KEY, validUntil="2026-02-01T00:00:00Z"), KEY)

    assert shown(by_holder(presented(over))) == (Verdict.EXPIRED, Cause.EMBEDDED)


def test_a_credential_is_no_presentation_and_the_other_way_round():
    assert shown(proved(badge(KEY), KEY)) == (Verdict.UNREADABLE, Cause.NOT_A_CREDENTIAL)
    assert judged(by_holder(presented())) == (Verdict.UNREADABLE, Cause.NOT_A_CREDENTIAL)
