"""The VC-API: off until it has a token, and then exact."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from digicantrain.core.credentials import jws
from digicantrain.core.credentials.contexts import DATA_INTEGRITY_2, OPEN_BADGES_3, VC_1, VC_2
from digicantrain.core.credentials.keys import LocalSigner
from digicantrain.credentials import trials
from digicantrain.credentials.models import TrialCredential
from tests.core.credentials.conftest import key_pair

pytestmark = pytest.mark.django_db
TOKEN = "a token that only this test knows"
POSTS = (
    "/credentials/issue",
    "/credentials/verify",
    "/credentials/status",
    "/presentations/verify",
)
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


@pytest.fixture(autouse=True)
def turned_on(settings):
    settings.VC_API_TOKEN = hashlib.sha256(TOKEN.encode()).hexdigest()


def ask(client, path, body, *, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return client.post(path, body, content_type="application/json", headers=headers)


def credential(**changes):
    return {
        "@context": [VC_2],
        "type": ["VerifiableCredential"],
        "issuer": trials.did(),
        "credentialSubject": {"id": "did:example:subject"},
        **changes,
    }


def issue(client, *, options=None, **changes):
    body = {"credential": credential(**changes), "options": options or {}}
    return ask(client, "/credentials/issue", body)


def issued(client, **given):
    response = issue(client, **given)
    assert response.status_code == 201, response.content
    return response.json()["verifiableCredential"]


def verify(client, document, **options):
    body = {"verifiableCredential": document, "options": options}
    return ask(client, "/credentials/verify", body)


def problem(response):
    assert response.status_code == 400
    answer = response.json()
    assert answer["verified"] is False
    return answer["problemDetails"][0]["title"]


# --- who may ask ---


@pytest.mark.parametrize("path", POSTS)
def test_without_a_token_in_the_settings_there_is_nothing(client, settings, path):
    settings.VC_API_TOKEN = ""

    for token in (TOKEN, "", None):
        assert ask(client, path, {}, token=token).status_code == 404
    assert client.get("/status/vc-api/revocation").status_code == 404


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", [None, "", "another", TOKEN[:-1], TOKEN + " x", "é"])
def test_another_token_is_refused(client, path, token):
    response = ask(client, path, {}, token=token)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="VC-API"'


def test_the_hash_of_the_token_is_no_token(client, settings):
    assert ask(client, POSTS[0], {}, token=settings.VC_API_TOKEN).status_code == 401


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body", ["", "[]", "{", "{}", '{"credential": 7}', '{"a": 1, "a": 2}', "[" * 900_000,
             '{"verifiableCredential": "text"}', '{"verifiablePresentation": []}'],
)  # fmt: skip
def test_nonsense_is_refused_with_a_problem(client, path, body):
    response = ask(client, path, body)

    assert response.status_code in {400, 413}
    assert response.json()["problemDetails"][0]["detail"]


@pytest.mark.parametrize("path", POSTS)
def test_a_body_over_a_megabyte_is_refused(client, path):
    assert ask(client, path, "x" * 1_000_001).status_code == 413


# --- issuing and checking ---


def test_what_is_issued_is_verified(client):
    document = issued(client)

    assert document["proof"][0]["cryptosuite"] == "eddsa-rdfc-2022"
    answer = verify(client, document)
    assert (answer.status_code, answer.json()["verified"]) == (200, True)
    assert answer.json()["warnings"]


def test_it_signs_for_nobody_but_its_own_issuer(client):
    for issuer in ("did:web:other.example", None, {}, {"name": "x"}, [trials.did()]):
        assert issue(client, issuer=issuer).status_code == 400

    assert issue(client, issuer={"id": trials.did(), "name": "Tests"}).status_code == 201


def test_its_key_belongs_to_no_organisation(client, organisation):
    from digicantrain.credentials import checking

    report = checking.judge(json.dumps(issued(client)), now=timezone.now()).report

    assert report.verdict.value == "genuine-of-another-issuer"
    assert not organisation.issuer_keys.exists()


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"@context": [EXAMPLES]}, "MALFORMED_VALUE_ERROR"),
        ({"@context": [VC_2, "https://unknown.example/v1"]}, "DATA_LOSS_DETECTION_ERROR"),
        ({"@context": [VC_2, {"type": "urn:x"}]}, "DATA_LOSS_DETECTION_ERROR"),
        ({"type": ["VerifiableCredential", "Unknown"]}, "DATA_LOSS_DETECTION_ERROR"),
        ({"unknown": "x"}, "DATA_LOSS_DETECTION_ERROR"),
        ({"credentialSubject": {}}, "MALFORMED_VALUE_ERROR"),
        ({"validFrom": "yesterday"}, "MALFORMED_VALUE_ERROR"),
        ({"id": "https ://x"}, "MALFORMED_VALUE_ERROR"),
        ({"proof": {}}, "PARSING_ERROR"),
    ],
)
def test_what_breaks_a_rule_is_not_signed(client, change, title):
    assert problem(issue(client, **change)) == title


def test_threat_47_a_credential_of_many_contexts_is_not_worked_on(client):
    response = issue(client, **{"@context": [VC_2, OPEN_BADGES_3] * 150})

    assert problem(response) == "DATA_LOSS_DETECTION_ERROR"
    assert response.json()["errors"] == ["The document lists more than 16 contexts."]


def test_the_cause_is_told_in_plain_words(client):
    told = issue(client, **{"@context": [VC_2, {"type": "urn:x"}]}).content.decode()

    assert "tried to redefine a protected term." in told
    assert "('" not in told


def test_a_misspelt_property_is_not_signed_though_a_vocabulary_takes_any_word(client):
    named = [VC_2, EXAMPLES]

    assert issue(client, **{"@context": named}).status_code == 201
    assert problem(issue(client, **{"@context": named, "validUntl": "2026-01-01T00:00:00Z"})) == (
        "DATA_LOSS_DETECTION_ERROR"
    )


def test_one_of_the_first_data_model_gets_the_terms_of_its_proof(client):
    document = issued(client, **{"@context": [VC_1], "issuanceDate": "2026-01-01T00:00:00Z"})

    assert document["@context"] == [VC_1, DATA_INTEGRITY_2]
    assert verify(client, document).status_code == 200


@pytest.mark.parametrize(
    "options",
    [
        {"type": "Ed25519Signature2020"}, {"cryptosuite": "eddsa-jcs-2022"}, {"type": ["x"]},
        {"credentialStatus": {"type": "StatusList2021Entry"}}, {"credentialStatus": "x"},
        {"credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "x"}},
    ],
)  # fmt: skip
def test_what_it_cannot_do_it_does_not_do_otherwise(client, options):
    assert issue(client, options=options).status_code == 400
    assert not TrialCredential.objects.exists()


def test_an_envelope_holds_a_jwt_that_is_verified(client):
    document = issued(client, options={"type": "vc+jwt"})

    assert document["type"] == "EnvelopedVerifiableCredential"
    read = jws.read(document["id"].partition(",")[2])
    assert dict(read.header) == {
        "alg": "EdDSA", "kid": trials.signer().verification_method, "typ": "vc+jwt", "cty": "vc",
    }  # fmt: skip
    assert verify(client, document).status_code == 200


@pytest.mark.parametrize("typed", ["data:application/jwt,", "data:text/plain,", "", "data:,"])
def test_an_envelope_with_something_else_in_it_is_refused(client, typed):
    document = issued(client, options={"type": "vc+jwt"})
    document["id"] = typed + document["id"].partition(",")[2][:-4]

    assert verify(client, document).status_code == 400


# --- proofs ---


def test_every_proof_of_a_set_must_hold(client):
    document = issued(client)
    document["proof"] *= 2
    assert verify(client, document).status_code == 200

    document["proof"][1] = {**document["proof"][1], "created": "2020-01-01T00:00:00Z"}
    assert problem(verify(client, document)) == "PROOF_VERIFICATION_ERROR"


@pytest.mark.parametrize("named", ["urn:uuid:1", ["urn:uuid:1"], 7, [None]])
def test_a_chain_that_refers_to_nothing_is_refused(client, named):
    document = issued(client)
    document["proof"][0]["previousProof"] = named

    assert problem(verify(client, document)) == "PROOF_VERIFICATION_ERROR"


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Unknown"}, {"cryptosuite": "x"}, {"proofPurpose": "authentication"},
        {"proofValue": None}, {"verificationMethod": "did:key:z#z"}, {"created": "yesterday"},
        {"expires": "2020-01-01T00:00:00Z"}, {"extra": "x"},
    ],
)  # fmt: skip
def test_a_proof_that_says_otherwise_is_refused(client, change):
    document = issued(client)
    document["proof"] = {**document["proof"][0], **change}

    assert verify(client, document).status_code == 400


# --- status ---

BOTH = {
    "credentialStatus": [
        {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
        for purpose in ("revocation", "suspension")
    ]
}


def set_status(client, name, purpose, *, status=True):
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": purpose, "status": status}
    body = {"credentialId": name, "credentialStatus": [entry]}
    return ask(client, "/credentials/status", body).status_code


def test_a_status_is_given_set_lifted_and_published(client):
    document = issued(client, options=BOTH)
    purposes = [entry["statusPurpose"] for entry in document["credentialStatus"]]
    assert purposes == ["revocation", "suspension"]
    assert verify(client, document).status_code == 200

    assert set_status(client, document["id"], "suspension") == 200
    assert problem(verify(client, document)) == "STATUS_VERIFICATION_ERROR"
    assert verify(client, document, checks=["proof"]).status_code == 200
    assert set_status(client, document["id"], "suspension", status=False) == 200
    assert verify(client, document).status_code == 200
    assert set_status(client, document["id"], "revocation") == 200
    assert "withdrawn" in verify(client, document).json()["errors"][0]


def test_what_was_revoked_stays_so(client):
    document = issued(client, options=BOTH)
    set_status(client, document["id"], "revocation")

    assert set_status(client, document["id"], "revocation", status=False) == 400
    assert set_status(client, "urn:uuid:unknown", "revocation") == 400
    assert set_status(client, document["id"], "message") == 400


def test_the_published_lists_are_signed_and_say_the_same(client):
    document = issued(client, options=BOTH)
    set_status(client, document["id"], "revocation")

    for purpose in ("revocation", "suspension"):
        listed = client.get(f"/status/vc-api/{purpose}").json()
        assert verify(client, listed).status_code == 200
        assert listed["credentialSubject"]["statusPurpose"] == purpose
    assert client.get("/status/vc-api/message").status_code == 404


def test_the_place_of_another_credential_is_noticed(client):
    """Swapped index: what is signed cannot be pointed elsewhere."""
    document = issued(client, options=BOTH)
    document["credentialStatus"][0]["statusListIndex"] = "5"

    assert problem(verify(client, document)) == "PROOF_VERIFICATION_ERROR"


def test_the_same_credential_gets_no_second_place(client):
    given = {"id": "urn:uuid:1", "options": BOTH}

    assert issue(client, **given).status_code == 201
    assert issue(client, **given).status_code == 400
    assert TrialCredential.objects.count() == 1


# --- dates ---


def test_dates_decide(client):
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    dates = {"validFrom": "2026-11-20T13:00:00+01:00", "validUntil": "2026-11-21T00:00:00.5Z"}
    with time_machine.travel(now, tick=False) as clock:
        document = issued(client, **dates)
        assert verify(client, document).status_code == 200
        clock.shift(timedelta(days=1))
        assert problem(verify(client, document)) == "RANGE_ERROR"
        clock.shift(timedelta(days=-2))
        assert problem(verify(client, document)) == "RANGE_ERROR"


# --- presentations ---

HOLDER, PUBLIC = key_pair(9)
HOLDER_DID = PUBLIC.verification_method.partition("#")[0]


def presented(*inside, signer=HOLDER, holder=HOLDER_DID, **claims):
    """Return a presentation as a JWT in its envelope."""
    payload = {
        "@context": [VC_2],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": list(inside),
        "nonce": "challenge-1",
        "aud": "shop.example",
        **claims,
    }
    text = jws.signed(payload, signer=signer, algorithm="EdDSA", kind="vp+jwt")
    kind = "EnvelopedVerifiablePresentation"
    return {"@context": VC_2, "type": kind, "id": f"data:application/vp+jwt,{text}"}


def present(client, document, **options):
    body = {"verifiablePresentation": document, "options": options}
    return ask(client, "/presentations/verify", body)


MEANT = {"challenge": "challenge-1", "domain": "shop.example"}


def test_a_presentation_is_verified_with_what_is_in_it(client):
    document = presented(issued(client), issued(client, options={"type": "vc+jwt"}))

    assert present(client, document, **MEANT).status_code == 200
    assert present(client, document).status_code == 200


@pytest.mark.parametrize(
    "options", [{**MEANT, "challenge": "another"}, {**MEANT, "domain": "other.example"},
                {"challenge": 7}, {"domain": ["shop.example"]}],
)  # fmt: skip
def test_one_that_was_made_for_somebody_else_is_refused(client, options):
    assert present(client, presented(issued(client)), **options).status_code == 400


def test_one_of_another_holder_is_refused(client):
    other = LocalSigner(PUBLIC.verification_method, key_pair(8)[0].private)

    assert present(client, presented(issued(client), signer=other), **MEANT).status_code == 400
    assert present(client, presented(holder="did:example:x"), **MEANT).status_code == 400


@pytest.mark.parametrize("inside", ["text", 7, {}, {"type": "VerifiableCredential"}, None])
def test_one_with_something_else_in_it_is_refused(client, inside):
    assert present(client, presented(inside), **MEANT).status_code == 400


def test_one_with_an_altered_credential_in_it_is_refused(client):
    document = issued(client)
    document["credentialSubject"]["id"] = "did:example:other"

    assert present(client, presented(document), **MEANT).status_code == 400


def test_an_unsigned_one_is_refused(client):
    plain = {"@context": [VC_2], "type": ["VerifiablePresentation"]}

    assert present(client, plain, **MEANT).status_code == 400
    assert present(client, {**plain, "proof": {"type": "x"}}, **MEANT).status_code == 400


def test_one_whose_time_is_over_is_refused(client):
    assert present(client, presented(exp=1_000_000_000), **MEANT).status_code == 400
    assert present(client, presented(exp=1e300), **MEANT).status_code == 400
