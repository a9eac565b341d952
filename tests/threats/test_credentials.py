"""Threats 7, 34, 36, 41, 43, 44 and 47: a credential at the public page and at the API.

Each forgery is handed in both ways; the core's own tests go through every field and form.
"""

import json
from datetime import timedelta

import orjson
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from digicantrain.core.credentials import proof
from digicantrain.core.credentials.moments import utc
from digicantrain.credentials import actions, checking
from digicantrain.credentials.certificates import certificate_of
from digicantrain.credentials.models import Credential, IssuerKey
from digicantrain.credentials.signers import signer_of
from tests.core.credentials import others
from tests.core.credentials.conftest import key_pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(enrolment):
    from tests.credentials.earned import issued

    return issued(enrolment)


@pytest.fixture(autouse=True)
def no_network(monkeypatch, settings):
    """Others may be checked, and nothing is ever looked up."""
    settings.CHECK_OTHERS = True
    monkeypatch.setattr(
        checking._fetcher, "_resolve", lambda *_: pytest.fail("A name was looked up.")
    )


def told(client, what):
    """Hand something in at both places, and return verdict and cause once they agree."""
    data = what if isinstance(what, bytes) else what.encode()
    answer = client.post("/api/verify", data, content_type="application/json").json()
    page = client.post("/verify/", {"file": SimpleUploadedFile("x", data)})

    assert page.status_code == 200
    assert page.context["verdict"] == answer["verdict"]
    return answer["verdict"], answer["cause"]


def parts(credential):
    document = json.loads(credential.document)
    return document, document["proof"][0]


def signed_again(credential, **changes):
    """Return the credential as its own issuer might have signed it with other words."""
    document = {k: v for k, v in json.loads(credential.document).items() if k != "proof"} | changes
    signer = signer_of(IssuerKey.objects.get())
    return orjson.dumps(proof.signed(document, signer=signer, created=credential.issued_at))


def one_byte(credential):
    return credential.document.replace("Reading reports", "Reading Reports", 1)


def another_recipient(credential):
    document, _proof = parts(credential)
    document["credentialSubject"]["identifier"][1]["identityHash"] = "sha256$" + "0" * 64
    return json.dumps(document)


def anothers_key(credential):
    document, _proof = parts(credential)
    del document["proof"]
    signer, _public = key_pair(5)
    return orjson.dumps(proof.signed(document, signer=signer, created=credential.issued_at))


def no_proof(credential):
    document, _proof = parts(credential)
    del document["proof"]
    return json.dumps(document)


def second_proof(credential):
    document, first = parts(credential)
    return json.dumps({**document, "proof": [first, first]})


def with_context(context):
    def made(credential):
        document, _proof = parts(credential)
        return json.dumps({**document, "@context": [*document["@context"], context]})

    return made


def swapped_index(credential):
    document, _proof = parts(credential)
    document["credentialStatus"]["statusListIndex"] = "1"
    return json.dumps(document)


def poison(credential):
    document, _proof = parts(credential)
    part = {"type": ["Alignment"], "targetName": "same", "targetUrl": "urn:same"}
    achievement = {"type": ["Achievement"], "name": "same", "alignment": [part] * 40}
    document["credentialSubject"]["achievement"] = [achievement] * 2
    return json.dumps(document)


FORGERIES = {
    "one byte": (one_byte, "altered", "its content is not what was signed"),
    "another recipient": (another_recipient, "altered", "its content is not what was signed"),
    "another's key": (
        anothers_key, "altered", "it is signed with a key that is not the issuer's",
    ),
    "no proof": (no_proof, "altered", "it is not signed"),
    "a second proof": (second_proof, "altered", "it carries more than one signature"),
    "an unknown context": (
        with_context("https://unknown.example/v1"), "altered",
        "it uses a vocabulary that is not known here",
    ),
    "a context served by the attacker": (
        with_context("https://attacker.example/context.json"), "altered",
        "it uses a vocabulary that is not known here",
    ),
    "a context inside": (
        with_context({"name": "urn:x"}), "altered", "it uses a vocabulary that is not known here",
    ),
    "a swapped index": (swapped_index, "altered", "its content is not what was signed"),
    "a poison graph": (poison, "not-checked", "it asks for too much work"),
    "cut off": (
        lambda row: row.document[:900], "unreadable", "it is not JSON, or a part is missing",
    ),
    "nested deeply": (
        lambda _row: '{"a":' * 50_000 + "1" + "}" * 50_000, "unreadable",
        "it is too large or nested too deeply",
    ),
    "an unknown issuer": (
        lambda row: row.document.replace(IssuerKey.objects.get().did, "did:example:nobody"),
        "not-ours", "its issuer is not known here",
    ),
    "another's own": (
        lambda _row: others.badge_jwt(others.key()), "genuine-of-another-issuer",
        "it is genuine, and its issuer is not known here",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", FORGERIES)
def test_threat_41_each_forgery_has_its_verdict_and_cause(client, credential, how):
    made, *outcome = FORGERIES[how]

    assert told(client, credential.document) == ("valid", None)
    assert told(client, made(credential)) == tuple(outcome)


def test_threat_41_what_is_over_or_not_begun_is_not_valid(client, credential):
    now = timezone.now()
    day = timedelta(days=1)
    over = signed_again(credential, validFrom=utc(now - 2 * day), validUntil=utc(now - day))
    later = signed_again(credential, validFrom=utc(now + day))

    assert told(client, over) == ("expired", "its time is over")
    assert told(client, later) == ("not-yet-valid", "it begins later")


def test_threat_43_what_was_handed_out_before_says_so_at_once(client, credential, rita):
    files = [credential.document.encode(), certificate_of(credential, holder="Aino Virtanen")]

    for act, verdict in (("suspend", "suspended"), ("revoke", "withdrawn")):
        do = getattr(actions, act)
        do(credential, reason="Mistake", by=rita, now=timezone.now())
        for data in files:
            assert told(client, data)[0] == verdict


def test_threat_43_what_was_reinstated_is_valid_again_and_what_was_withdrawn_never(
    client, credential, rita
):
    actions.suspend(credential, reason="x", by=rita, now=timezone.now())
    actions.reinstate(credential, by=rita, now=timezone.now())
    assert told(client, credential.document)[0] == "valid"

    actions.revoke(credential, reason="x", by=rita, now=timezone.now())
    actions.reinstate(credential, by=rita, now=timezone.now())
    actions.suspend(credential, reason="x", by=rita, now=timezone.now())
    assert told(client, credential.document)[0] == "withdrawn"


def test_threat_44_without_its_private_key_what_was_issued_still_verifies(client, credential):
    IssuerKey.objects.update(private_encrypted="")

    assert told(client, credential.document) == ("valid", None)


def test_threat_44_after_a_change_of_keys_old_ones_verify_and_the_old_key_signs_no_more(
    client, credential, organisation
):
    old = signer_of(IssuerKey.objects.get())
    actions.replace_key(organisation, by=None, now=timezone.now())
    document = {k: v for k, v in json.loads(credential.document).items() if k != "proof"}
    late = proof.signed(document, signer=old, created=timezone.now() + timedelta(hours=1))

    assert told(client, credential.document)[0] == "valid"
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert told(client, orjson.dumps(late)) == (
            "altered", "it is signed with a key after that was retired",
        )  # fmt: skip


# --- threats 34 and 47: files ---

JSON = b'{"type": ["VerifiableCredential"]}'
FILES = {
    "empty": b" ",
    "nothing but a head": b"%PDF-1.7\n",
    "a picture of nothing": b"\x89PNG\r\n\x1a\n",
    "a picture with a bomb": b"\x89PNG\r\n\x1a\n" + b"\x00\x00\xff\xffiTXt" + b"\x00" * 100_000,
    "a drawing of nothing": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a drawing with entities": b'<!DOCTYPE a [<!ENTITY b "c">]><svg>&b;</svg>',
    "a page": b"<!doctype html><script>alert(1)</script>",
    "two things at once": b"%PDF-1.7\n" + JSON,
    "a picture and JSON": b"\x89PNG\r\n\x1a\n" + JSON,
    "a program": b"\x7fELF" + JSON,
    "packed": b"\x1f\x8b\x08\x00" + b"\x00" * 100,
    "another alphabet": "{}".encode("utf-16"),
}


@pytest.mark.parametrize("kind", FILES)
def test_threat_34_a_file_that_is_no_credential_is_said_to_be_none(client, db, kind):
    assert told(client, FILES[kind])[0] == "unreadable"


def test_threat_34_a_file_is_what_its_first_bytes_say(client, credential):
    """A genuine credential behind the head of something else is not found by chance."""
    genuine = credential.document.encode()

    for head in (b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"<svg>", b"GIF89a"):
        assert told(client, head + genuine)[0] == "unreadable"


def test_threat_47_a_file_of_ten_megabytes_gets_a_sentence(client, db):
    for size, words in ((10_000_000, "not a credential"), (10_000_001, "larger than 10 megabytes")):
        file = SimpleUploadedFile("x.json", b"{" + b" " * (size - 1))
        html = client.post("/verify/", {"file": file}).content.decode()

        assert words in html


def test_threat_47_a_larger_body_is_not_read(client, db):
    """By its said length alone: none of it is sent."""
    response = client.post(
        "/verify/", b"--x--", content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH="2000000000",
    )  # fmt: skip

    assert "longer than a million characters" in response.content.decode()
    assert not response.wsgi_request._read_started


# --- threat 7 and 20: what the page tells ---


def test_threat_07_no_answer_tells_whom_a_credential_is_for(client, credential):
    for what in (credential.document, one_byte(credential), no_proof(credential)):
        page = client.post("/verify/", {"text": what}).content.decode()
        answer = client.post("/api/verify", what, content_type="application/json").content.decode()

        for text in (page, answer):
            assert "Aino" not in text
            assert credential.token not in text


def test_threat_07_an_id_that_is_guessed_shows_nothing(client, credential):
    """The ids of credentials are no links, and one in a stranger's file opens nothing."""
    key = others.key()
    for name in (f"urn:uuid:{credential.key}", f"urn:uuid:{credential.pk}", credential.token):
        page = client.post("/verify/", {"text": others.badge_jwt(key, id=name)})

        assert "Aino" not in page.content.decode()
        assert credential.token not in page.content.decode().replace(name, "")
    assert client.get(f"/c/{credential.key}/").status_code == 404
    assert Credential.objects.count() == 1


def test_threat_20_words_of_others_do_nothing_on_the_page(client, db):
    key = others.key()
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}"
    subject = others.badge(key)["credentialSubject"]
    subject["achievement"]["name"] = nasty
    subject["achievement"]["criteria"]["narrative"] = nasty
    made = others.badge_jwt(key, credentialSubject=subject, issuer={"id": key.did, "name": nasty})

    html = client.post("/verify/", {"text": made}).content.decode()

    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "{{ 7*7 }}" in html
