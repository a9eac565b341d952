"""The pages of the record store: who may, what they show, and what they change."""

import json
import re
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from digicantrain.people.actions import grant_role
from digicantrain.people.models import AuditEntry
from digicantrain.records import counting
from digicantrain.records.clock import microseconds
from digicantrain.records.models import Agent, Retention, Statement
from digicantrain.records.retention import keep_for
from digicantrain.web.manage.record_store import unbroken
from tests.records.keyed import made
from tests.records.told import MAIJA, OSKAR, VOIDED, kept, of, put, told

pytestmark = pytest.mark.django_db
STORE = "/manage/o/turku/records/"
PAGES = [STORE, *(f"{STORE}{tail}/" for tail in ("export", "retention", "erase"))]
HERS = {"mail": "maija@ward.example"}
SENT = {
    f"{STORE}export/": {"kind": "csv"},
    f"{STORE}retention/": {"statements": "1", "confirm": "yes"},
    f"{STORE}erase/": {**HERS, "confirm": "yes"},
}


@pytest.fixture
def onni(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def officer(client, farah, organisation):
    """Farah, once she guards the data of Turku."""
    grant_role(farah, role="data-protection-officer", organisation=organisation)
    client.force_login(farah)
    return client


def page(client, path=STORE, **more):
    return client.get(path, **more).content.decode()


def whole(response):
    return b"".join(response.streaming_content).decode()


# --- who may ---


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "eleni", "farah", "rita"])
def test_threat_39_who_neither_administers_nor_guards_data_is_refused(
    client, organisation, request, name
):
    put(organisation, told())
    client.force_login(request.getfixturevalue(name))

    assert [client.get(path).status_code for path in PAGES] == [403] * 4
    assert [client.post(path, form).status_code for path, form in SENT.items()] == [403] * 3
    assert Agent.objects.filter(identifier__contains="maija").exists()
    assert not Retention.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="record").exists()


def test_threat_39_darios_roles_elsewhere_open_nothing_of_turku(
    client, organisation, dario, other_organisation
):
    put(organisation, told())
    for role in ("administrator", "data-protection-officer"):
        grant_role(dario, role=role, organisation=other_organisation)
    client.force_login(dario)

    assert [client.get(path).status_code for path in PAGES] == [404] * 4
    assert [client.post(path, form).status_code for path, form in SENT.items()] == [404] * 3
    elsewhere = [page(client, path.replace("turku", "elsewhere")) for path in PAGES]
    assert "maija" not in str(elsewhere)
    export = client.post("/manage/o/elsewhere/records/export/", {"kind": "jsonl"})
    assert whole(export) == ""
    erased = client.post("/manage/o/elsewhere/records/erase/", {**HERS, "confirm": "yes"})
    assert "Nobody in this store" in erased.content.decode()
    assert Agent.objects.filter(identifier__contains="maija").exists()


def test_threat_39_a_role_at_one_site_opens_nothing(client, farah, turku_site):
    grant_role(
        farah, role="data-protection-officer",
        organisation=turku_site.organisation, site=turku_site,
    )  # fmt: skip
    client.force_login(farah)

    assert [client.get(path).status_code for path in PAGES] == [404] * 4


def test_who_guards_the_data_gets_all_but_the_keys(officer):
    assert [officer.get(path).status_code for path in PAGES] == [200] * 4
    assert STORE in page(officer, "/manage/")
    assert "record-keys" not in page(officer)
    assert officer.get("/manage/o/turku/record-keys/").status_code == 403


def test_the_start_page_leads_there_once(onni, admin, organisation):
    grant_role(admin, role="data-protection-officer", organisation=organisation)

    assert page(onni, "/manage/").count(STORE) == 1


# --- what came in ---


def test_onni_sees_that_a_program_sends(onni, organisation):
    key = made(organisation, name="Ward tablets").key
    authority = {
        "objectType": "Agent",
        "account": {"homePage": "http://127.0.0.1:8000", "name": key.client_id},
    }
    result = {"success": True, "completion": True, "score": {"scaled": 0.8}}
    about = {"id": "https://a.example/1", "definition": {"name": {"fi": "Koe", "en": "Test"}}}
    put(organisation, told(about=about, result=result), authority=authority)
    put(organisation, told(OSKAR, result={"score": {"raw": 3, "max": 5}}))

    html = page(onni)

    for words in ("Maija", "maija@ward.example", "Test", "Ward tablets", "80 %", "successful",
                  "completed", "oskar · https://ward.example", "3 of 5"):  # fmt: skip
        assert words in html
    assert "http://127.0.0.1:8000/xapi/2.0/" in html
    assert "Koe" in page(onni, f"/fi{STORE}")


def test_other_objects_and_groups_have_words_too(onni, organisation):
    ward = {"objectType": "Group", "member": [MAIJA, OSKAR]}
    (first,) = put(organisation, told(ward, about={**OSKAR, "objectType": "Agent"}))
    put(organisation, told(about=of(first)))
    inner = {"actor": OSKAR, "verb": {"id": "https://v.example/plans"}}
    inner |= {"objectType": "SubStatement", "object": {"id": "https://a.example/9"}}
    put(organisation, told(about=inner))

    html = page(onni)

    assert "A group" in html
    assert "another statement" in html
    assert "oskar · https://ward.example · https://v.example/plans · https://a.example/9" in html


def test_learners_stand_there_by_pseudonym_and_what_was_voided_is_left_out(onni, organisation):
    name = "3f2c1d9e-8a4b-4c55-9d1e-2f6a7b8c9d0e"
    learner = {"account": {"homePage": "http://127.0.0.1:8000", "name": name}, "name": "Aino"}
    put(organisation, told(learner))
    (gone,) = put(organisation, told(OSKAR, verb="https://v.example/gone"))
    put(organisation, told(verb=VOIDED, about=of(gone)))

    html = page(onni)

    assert "Pseudonym" in html
    assert name in html
    assert "Aino" not in html
    assert "https://v.example/gone" not in html


EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def test_threat_39_script_in_a_statement_stays_text(onni, organisation):
    """CVE-2024-26140: script in a name, a verb, an activity, an address."""
    verb = {"id": "javascript:alert(1)", "display": {"en": EVIL}}
    about = {"id": "javascript:alert(2)", "definition": {"name": {"en": EVIL}}}
    statement = {**told({**MAIJA, "name": EVIL}, about=about), "verb": verb}
    put(organisation, statement, told(OSKAR, verb="javascript:alert(3)", about="javascript:x"))
    made(organisation, name="<i>Tablets</i>")

    html = page(onni)

    assert "&lt;script&gt;alert(" in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html
    assert "javascript:alert(3)" in html


def test_long_texts_are_cut(onni, organisation):
    put(organisation, told({**MAIJA, "name": "N" * 90_000}))

    assert len(page(onni)) < 60_000


def test_only_so_many_are_counted_for_a_page(onni, organisation, monkeypatch):
    put(organisation, *(told() for _ in range(4)))
    at = microseconds(timezone.now() - timedelta(days=9))
    with patch("digicantrain.records.clock.microsecond", return_value=at):
        put(organisation, told())
    numbers = re.compile(r'value numbers">([^<]+)<').findall
    assert numbers(page(onni)) == ["4", "4", "5"]

    monkeypatch.setattr(counting, "MOST_TAIL", 3)
    assert numbers(page(onni)) == ["at least 2", "at least 2", "at least 3"]


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_asks_no_more_when_the_store_grows(
    onni, organisation, django_assert_num_queries, number
):
    put(organisation, *(told(about=f"https://a.example/{one}") for one in range(number)))

    with django_assert_num_queries(15):
        onni.get(STORE)


# --- taken along ---


@pytest.mark.parametrize(("kind", "media"), [("csv", "text/csv"), ("jsonl", "application/x-nd")])
def test_the_export_is_streamed_named_noted_and_not_stored(onni, organisation, admin, kind, media):
    put(organisation, told(), told(OSKAR))

    response = onni.post(f"{STORE}export/", {"kind": kind})

    assert response.streaming
    assert response["Content-Type"].startswith(media)
    day = timezone.localdate(timezone=ZoneInfo(admin.time_zone))
    name = f"turku-statements-{day}.{kind}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Cache-Control"] == "no-store, private"
    rows = whole(response).splitlines()
    assert len(rows) == (3 if kind == "csv" else 2)
    assert rows[0].startswith("\ufeffid," if kind == "csv" else '{"')
    entry = AuditEntry.objects.get(action="records-exported")
    assert (entry.actor, entry.subject) == (admin.pseudonym.key, "organisation:turku")
    assert entry.data == {"format": kind}


def test_a_kind_of_file_that_there_is_not_is_refused(onni):
    response = onni.post(f"{STORE}export/", {"kind": "xlsx"})

    assert "not one of the available choices" in response.content.decode()
    assert not AuditEntry.objects.filter(action="records-exported").exists()


def test_a_fault_on_the_way_ends_the_connection_and_the_file_says_so():
    def blocks():
        yield b'{"id":"1"}\n'
        raise OSError("the database went away")

    out, got = unbroken(blocks(), otherwise="It is not whole."), []
    with pytest.raises(OSError, match="went away"):
        got.extend(out)
    with pytest.raises(json.JSONDecodeError):
        [json.loads(line) for line in b"".join(got).splitlines() if line]


# --- for how long ---


def test_a_rule_is_shown_with_what_it_costs_and_set_when_confirmed(onni, organisation):
    at = microseconds(datetime(2020, 1, 1, tzinfo=UTC))
    with patch("digicantrain.records.clock.microsecond", return_value=at):
        put(organisation, told())
    put(organisation, told())
    form = {"statements": "24", "documents": ""}

    asked = onni.post(f"{STORE}retention/", form).content.decode()
    assert "kept for 24 months" in asked
    assert "Removed tonight: 1" in asked
    assert not Retention.objects.exists()

    changed = onni.post(f"{STORE}retention/", {**form, "change": "yes"}).content.decode()
    assert 'value="24"' in changed

    onni.post(f"{STORE}retention/", {**form, "confirm": "yes"})
    rule = Retention.objects.get()
    assert (rule.statement_months, rule.document_months) == (24, None)
    assert Statement.objects.count() == 2


def test_empty_means_for_ever(officer, organisation):
    keep_for(organisation, statements=12, documents=12, by=None)

    officer.post(f"{STORE}retention/", {"confirm": "yes"})

    assert Retention.objects.get().statement_months is None


@pytest.mark.parametrize("months", ["0", "-1", "1201", "1.5", "ever"])
def test_what_is_no_number_of_months_is_refused(onni, months):
    response = onni.post(f"{STORE}retention/", {"statements": months, "confirm": "yes"})

    assert "Error:" in response.content.decode()
    assert not Retention.objects.exists()


# --- erased ---

WAYS = [
    (HERS, MAIJA),
    ({"mail": "mailto:MAIJA@ward.example"}, MAIJA),
    (HERS, {"mbox_sha1sum": "dc626f22680f86ba300e06330655a6327624ecc1"}),
    ({"home": "https://ward.example", "name": "oskar"}, OSKAR),
    ({"sha1sum": "AB" * 20}, {"mbox_sha1sum": "ab" * 20}),
    ({"openid": "https://id.example/maija"}, {"openid": "https://id.example/maija"}),
]


@pytest.mark.parametrize(("form", "actor"), WAYS)
def test_somebody_is_erased_after_being_asked(onni, organisation, form, actor):
    (key,) = put(organisation, told(actor))

    asked = onni.post(f"{STORE}erase/", form).content.decode()
    assert "known in 1 way" in asked
    assert kept(organisation, key)["actor"].items() >= actor.items()

    response = onni.post(f"{STORE}erase/", {**form, "confirm": "yes"}, follow=True)

    assert "Statements that stand under a pseudonym now: 1." in response.content.decode()
    assert response.redirect_chain == [(f"{STORE}erase/", 302)]
    account = kept(organisation, key)["actor"]["account"]
    assert account["homePage"] == "http://127.0.0.1:8000"
    entry = AuditEntry.objects.get(action="record-agent-erased")
    assert entry.data == {"agents": 1, "documents": 0, "statements": 1}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Say in one way who it is"),
        ({**HERS, "sha1sum": "ab" * 20}, "Say in one way who it is"),
        ({"mail": "maija"}, "This is no mail address"),
        ({"name": "oskar"}, "An account has a home page"),
        ({"home": "ward.example", "name": "oskar"}, "An account has a home page"),
        ({"home": "http://127.0.0.1:8000", "name": "ward"}, "stand in the store as pseudonyms"),
        ({"sha1sum": "xyz"}, "This is no SHA-1"),
        ({"openid": "maija"}, "This is no OpenID"),
        ({"mail": "nobody@ward.example"}, "Nobody in this store is known so"),
    ],
)
def test_who_cannot_be_meant_is_said(onni, organisation, form, sentence):
    put(organisation, told(), told(OSKAR))

    response = onni.post(f"{STORE}erase/", {**form, "confirm": "yes"})

    assert sentence in response.content.decode()
    assert Agent.objects.filter(identifier__contains="maija").exists()


def test_a_form_sent_twice_erases_once(onni, organisation):
    put(organisation, told())
    form = {**HERS, "confirm": "yes"}
    onni.post(f"{STORE}erase/", form)

    again = onni.post(f"{STORE}erase/", form)

    assert "Nobody in this store" in again.content.decode()
    assert AuditEntry.objects.filter(action="record-agent-erased").count() == 1
