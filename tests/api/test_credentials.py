"""What machines ask about credentials."""

import json
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from openvc.status.bitstring import decode_bitstring

from digicantrain.api import credentials as api
from digicantrain.core.credentials.verification import (
    Verdict,
    WantKeys,
    WantNewest,
    answered,
    judge,
)
from digicantrain.credentials import actions
from digicantrain.credentials.models import IssuerKey, StatusList
from tests.credentials.earned import issued
from tests.credentials.states import STATES

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(enrolment):
    return issued(enrolment)


@pytest.fixture
def https(settings):
    settings.ORIGIN = "https://credits.example"


def ask(client, body):
    return client.post("/api/verify", body, content_type="application/json")


@pytest.mark.parametrize("state", STATES)
def test_a_posted_credential_gets_its_verdict(client, credential, state):
    text, verdict, _words = STATES[state](credential)

    answer = ask(client, text).json()

    assert answer["verdict"] == verdict.value
    assert (answer["cause"] is None) is (verdict is Verdict.VALID)


@pytest.mark.parametrize("body", ["", "[]", "{}", "\x00", "{" * 1_000, '"' + "é" * 10])
def test_a_posted_nonsense_is_unreadable(client, db, body):
    assert ask(client, body).json()["verdict"] == "unreadable"


def test_a_body_over_a_megabyte_is_refused_with_a_sentence(client, db):
    response = ask(client, "x" * 1_000_001)

    assert response.status_code == 413
    assert response.json() == {"error": "Send at most 1,000,000 bytes of JSON."}


def test_one_address_may_ask_sixty_times_a_minute(client, db, within_a_minute):
    for _ in range(api.TIMES):
        assert ask(client, "{}").status_code == 200

    assert ask(client, "{}").status_code == 429


@pytest.mark.parametrize("path", ["/api/verify", "/status/x", "/o/turku/did.json"])
def test_other_methods_and_addresses_are_refused(client, db, path):
    assert client.get(path).status_code in {404, 405}


# --- did:web ---


def test_without_https_there_is_no_did_document(client, credential):
    assert client.get("/o/turku/did.json").status_code == 404


def test_the_did_document_lists_the_keys_old_ones_too(client, https, enrolment, organisation):
    issued(enrolment)
    actions.replace_key(organisation, by=None, now=timezone.now())

    response = client.get("/o/turku/did.json")

    document = response.json()
    assert document["id"] == "did:web:credits.example:o:turku"
    assert len(document["verificationMethod"]) == 2
    assert set(document["assertionMethod"]) == set(
        IssuerKey.objects.values_list("verification_method", flat=True)
    )
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "private" not in response.content.decode().lower()


def test_a_did_key_of_before_does_not_hide_the_did_web(client, settings, organisation):
    actions.make_key(organisation, by=None, now=timezone.now())
    settings.ORIGIN = "https://credits.example"
    actions.replace_key(organisation, by=None, now=timezone.now())

    document = client.get("/o/turku/did.json").json()

    assert [row["controller"] for row in document["verificationMethod"]] == [document["id"]]


@pytest.mark.parametrize("slug", ["nobody", "elsewhere"])
def test_an_organisation_without_keys_has_no_did_document(client, other_organisation, https, slug):
    assert client.get(f"/o/{slug}/did.json").status_code == 404


class Stranger:
    """A verifier elsewhere, which has nothing but what is published."""

    def __init__(self, client):
        self.client = client
        self.newest = {}

    def answer(self, want):
        if isinstance(want, WantKeys):
            return None
        if isinstance(want, WantNewest):
            seen = self.newest.setdefault(want.url, want.made_at)
            self.newest[want.url] = max(seen, want.made_at)
            return want.made_at >= seen
        return self.client.get(want.url.removeprefix("https://credits.example")).content

    def verdict(self, credential):
        return answered(judge(credential.document, now=timezone.now()), self.answer).verdict


def test_a_stranger_verifies_with_what_is_published_alone(client, https, enrolment, rita):
    """Only the did:web document and the status list are read, over their addresses."""
    credential, stranger = issued(enrolment), Stranger(client)

    assert stranger.verdict(credential) is Verdict.GENUINE
    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())
    assert stranger.verdict(credential) is Verdict.WITHDRAWN


def test_a_stranger_sees_a_suspension_and_its_end(client, https, enrolment, rita):
    """An Open Badge has room for one entry: that list says that it does not stand."""
    credential, stranger = issued(enrolment), Stranger(client)
    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        actions.suspend(credential, reason="Looked into", by=rita, now=timezone.now())
        assert stranger.verdict(credential) is Verdict.WITHDRAWN
        assert bits(client, "/suspension") == {credential.status_index}
        clock.shift(60)
        actions.reinstate(credential, by=rita, now=timezone.now())

        assert stranger.verdict(credential) is Verdict.GENUINE
        assert bits(client, "/suspension") == set()


def bits(client, tail=""):
    """Return the places that a published list of ours has set."""
    document = json.loads(client.get(f"/status/{StatusList.objects.get().key}{tail}").content)
    data = decode_bitstring(document["credentialSubject"]["encodedList"])
    return {at * 8 + bit for at, byte in enumerate(data) for bit in range(8) if byte >> 7 - bit & 1}


def test_a_list_is_to_be_relied_on_for_a_day(client, credential):
    document = json.loads(client.get(f"/status/{StatusList.objects.get().key}").content)

    begins, ends = (datetime.fromisoformat(document[n]) for n in ("validFrom", "validUntil"))
    assert ends - begins == timedelta(days=1)


# --- status lists ---


def test_threat_43_the_list_is_public_and_says_it_at_once(client, credential, rita):
    address = f"/status/{StatusList.objects.get().key}"
    before = client.get(address)
    assert before.headers["Content-Type"] == "application/vc+ld+json"
    assert client.get(address, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304

    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())

    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    lists = [json.loads(r.content)["credentialSubject"]["encodedList"] for r in (before, after)]
    assert lists[0] != lists[1]


def test_the_list_tells_nothing_of_who_and_how_many(client, credential):
    """Its length is the same however many were issued, and nothing in it names anybody."""
    text = client.get(f"/status/{StatusList.objects.get().key}").content.decode()

    assert "Aino" not in text
    assert str(credential.key) not in text
    assert len(text) < 3_000


def test_threat_44_a_list_that_cannot_be_signed_says_so(client, credential, settings):
    settings.KEY_ENCRYPTION_KEY = "another"

    response = client.get(f"/status/{StatusList.objects.get().key}")

    assert response.status_code == 503
    assert "cannot be signed now" in response.json()["error"]


def test_an_unknown_list_is_absent(client, db):
    assert client.get("/status/00000000-0000-4000-8000-000000000000").status_code == 404
