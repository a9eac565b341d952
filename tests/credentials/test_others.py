"""Where the answers of a check come from: our records, and for others their own addresses."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from digicantrain.core.credentials.status import StatusEntry, StatusList
from digicantrain.core.credentials.verification import (
    Cause,
    Verdict,
    WantDocument,
    WantKeys,
    WantNewest,
    WantStatusList,
)
from digicantrain.credentials import checking
from digicantrain.credentials.fetching import Fetcher, FetchError
from digicantrain.credentials.lists import address_of
from digicantrain.credentials.models import IssuerKey
from tests.core.credentials import others
from tests.core.credentials.others import WEB, as_jwt, badge_jwt, did_document, proved
from tests.credentials.https import HOST, PUBLIC, running

pytestmark = pytest.mark.django_db
ELSEWHERE = f"https://{HOST}/badges/did.json"
LIST = f"https://{HOST}/status/1"
FOREIGN = (Verdict.GENUINE, Cause.OTHER_ISSUER)


@pytest.fixture(autouse=True)
def others_are_checked(settings):
    settings.CHECK_OTHERS = True


class Pages:
    """Stands in for the network: pages by address, and what was opened."""

    def __init__(self, pages):
        self.pages = pages
        self.opened = []

    def fetch(self, url):
        self.opened.append(url)
        if url not in self.pages:
            raise FetchError("There is nothing.")
        return self.pages[url]


@pytest.fixture
def web():
    return Pages({ELSEWHERE: b"document", LIST: b"list"})


@pytest.fixture
def answer(web):
    return checking.answers(web.fetch)


def test_what_was_opened_is_kept_for_a_short_time(web, answer):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            assert answer(WantDocument(ELSEWHERE)) == b"document"
            assert answer(WantStatusList(LIST, 1)) == b"list"
        assert web.opened == [ELSEWHERE, LIST]
        clock.shift(61)
        checking.answers(web.fetch)(WantStatusList(LIST, 1))
        assert web.opened == [ELSEWHERE, LIST, LIST]


def test_what_could_not_be_opened_is_not_asked_for_again_at_once(web, answer):
    for _ in range(3):
        assert answer(WantDocument("https://nobody.example/did.json")) is None

    assert len(web.opened) == 1


def test_one_check_opens_a_few_addresses_and_no_more(web, answer):
    for number in range(20):
        answer(WantDocument(f"https://{number}.example/did.json"))

    assert len(web.opened) == 6


def test_an_operator_may_forbid_it(web, answer, settings):
    settings.CHECK_OTHERS = False

    assert answer(WantDocument(ELSEWHERE)) is None
    assert web.opened == []


@pytest.mark.parametrize("port", ["", ":8443"])
def test_our_own_addresses_are_never_opened(web, answer, settings, port):
    settings.ORIGIN = "https://credits.example"
    own = f"https://credits.example{port}"

    assert answer(WantDocument(f"{own}/o/nobody/did.json")) is None
    assert answer(WantStatusList(f"{own}/status/1", 1)) is None
    assert answer(WantStatusList("https://[", 1)) is None
    assert web.opened == []


def test_of_our_own_issuers_no_list_is_opened_wherever_it_stands(web, answer):
    assert answer(WantStatusList(LIST, 1, "did:web:x", is_ours=True)) is None
    assert web.opened == []


def test_keys_are_ours_or_nobodys(answer, credential):
    did = IssuerKey.objects.get().did

    assert answer(WantKeys(did)).keys[0].verification_method.startswith(did)
    assert answer(WantKeys("did:web:elsewhere.example")) is None


def test_the_newest_list_is_remembered_by_its_issuer(answer):
    now = timezone.now()
    old = now - timedelta(hours=1)

    assert answer(WantNewest(LIST, "did:web:a", now))
    assert answer(WantNewest(LIST, "did:web:a", now))
    assert not answer(WantNewest(LIST, "did:web:a", old))
    assert answer(WantNewest(LIST, "did:web:b", old))


# --- from one end to the other ---


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with running(tmp_path_factory.mktemp("tls"), HOST) as site:
        yield site


@pytest.fixture
def internet(site, monkeypatch):
    """The real fetcher, whose names are looked up here and whose connections end here."""
    names = {HOST: [PUBLIC], "inside.example": ["10.0.0.1"]}
    fetcher = Fetcher(
        resolve=lambda host, *_: names.get(host, []), connect=site.connect, trust=site.trust
    )
    monkeypatch.setattr(checking, "_fetcher", fetcher)
    site.pages.clear()
    site.asked.clear()
    return site


def judged(what):
    report = checking.judge(what, now=timezone.now()).report
    return report.verdict, report.cause


def test_a_badge_of_elsewhere_is_checked_at_its_issuers_address(internet):
    key = others.key("ES256").named(WEB)
    entry = StatusEntry(LIST, 5).as_object()
    what = badge_jwt(key, credentialStatus=entry)
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        internet.serve("/badges/did.json", json.dumps(did_document(key)).encode())
        publish(internet, key, now)
        assert judged(what) == FOREIGN
        assert {path for path, _headers in internet.asked} == {"/badges/did.json", "/status/1"}

        clock.shift(120)
        publish(internet, key, now + timedelta(minutes=1), 5)
        assert judged(what) == (Verdict.WITHDRAWN, Cause.WITHDRAWN)

        clock.shift(120)
        publish(internet, key, now)
        assert judged(what) == (Verdict.NOT_CHECKED, Cause.STATUS)


def publish(site, key, moment, *places):
    row = StatusList(LIST, key.did, frozenset(places), moment - timedelta(seconds=1))
    site.serve("/status/1", as_jwt(row.as_document(), key, typ="vc+jwt").encode())


def test_threat_36_a_badge_that_leads_inside_leads_nowhere(internet):
    key = others.key().named("did:web:inside.example")

    assert judged(badge_jwt(key)) == (Verdict.NOT_CHECKED, Cause.NO_KEYS)
    assert internet.asked == []


def test_a_stranger_cannot_borrow_a_place_in_our_lists(credential, settings):
    """Signed by a key of its own, with a status entry of ours that says: not withdrawn."""
    key = others.key()
    entry = StatusEntry(address_of(credential.status_list), credential.status_index).as_object()

    for what in (badge_jwt(key, credentialStatus=entry), others.badge(key, credentialStatus=entry)):
        text = what if isinstance(what, str) else json.dumps(proved(what, key))
        assert judged(text) == (Verdict.NOT_CHECKED, Cause.STATUS)


def test_a_stranger_cannot_borrow_our_record(credential):
    """The same id as one of ours shows nothing of ours."""
    key = others.key()
    told = checking.judge(badge_jwt(key, id=f"urn:uuid:{credential.key}"), now=timezone.now())

    assert told.verdict is Verdict.GENUINE
    assert told.credential is None
    assert told.issuer == (key.did, "Elsewhere College")


def test_the_details_of_others_are_texts_whatever_stands_there():
    for subject in (None, 7, [], [7], {"achievement": 7}, {"achievement": {"name": [7]}}):
        found = checking.details({"credentialSubject": subject, "name": {"@value": 7}})

        assert set(found.values()) == {""}
    found = checking.details({"name": [{"@value": "Haavanhoito", "@language": "fi"}]})
    assert found["title"] == "Haavanhoito"
