"""Script, placeholders and formulas in every field that people fill: threats 19, 20, 22 to 26."""

import csv
import io
import tracemalloc
from datetime import date
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from digicantrain.base import mail
from digicantrain.learning.models import Cohort, Enrolment, ErrorReport, Notice
from digicantrain.people.models import Organisation, Person
from tests.threats.conftest import pass_all

pytestmark = pytest.mark.django_db
SCRIPT = "<img src=x onerror=alert(1)>\"'><svg onload=alert(2)></title><script>alert(3)</script>"
PLACES = "{{ 7|add:7 }}{% debug %} %(x)s ${7*7} {a.__init__.__globals__} \\input{/etc/passwd}"
PAYLOAD = f"{SCRIPT} {PLACES}"
FORMULAS = ["=HYPERLINK(1)", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1"]


def inert(response, payload=PAYLOAD):
    """Whether a page shows a payload, escaped and letter by letter, and nothing of it works."""
    html = response.content.decode()
    for live in ("<img src=x", "<svg onload", "<script>alert", 'href="javascript:', "<math>"):
        assert live not in html
    return escape(payload) in html


@pytest.fixture
def onni(client, admin):
    client.force_login(admin)
    return client


def signed_in(person):
    from django.test import Client

    client = Client()
    client.force_login(person)
    return client


def test_threat_20_a_name_is_inert_wherever_it_stands(client, aino, ben, admin, cohort, enrolment):
    client.force_login(aino)
    client.post("/account/", {"name": PAYLOAD, "language": "en", "time_zone": "Europe/Helsinki"})
    signed_in(admin).post(
        f"/manage/o/{cohort.organisation.slug}/roles/", {"email": aino.email, "role": "mentor"}
    )

    assert Person.objects.get(pk=aino.pk).name == PAYLOAD
    assert inert(client.get("/account/"))
    assert inert(signed_in(ben).get(f"/teach/runs/{cohort.key}/"))
    assert inert(signed_in(admin).get(f"/manage/o/{cohort.organisation.slug}/roles/"))
    assert not inert(client.get("/learn/"))


def test_threat_20_a_credential_shows_a_name_inert(client, enrolment, rita):
    from digicantrain.credentials import actions

    person = enrolment.person
    person.name = PAYLOAD
    person.save()
    pass_all(enrolment)
    enrolment.refresh_from_db()
    credential = actions.issue_for(enrolment, now=timezone.now())
    actions.show_name(credential, shown=True)
    rita_sees = signed_in(rita)
    rita_sees.post(f"/manage/credentials/{credential.key}/withdraw/", {"reason": PAYLOAD})

    assert inert(rita_sees.get("/manage/credentials/"))
    assert inert(client.get(f"/c/{credential.token}/"))
    assert inert(signed_in(person).get("/learn/"))


def test_threat_20_a_provider_its_sites_and_signatories_are_inert(onni, organisation):
    form = {
        "name_en": PAYLOAD, "name_fi": "x", "country": "FI", "colour": "#124c3c",
        "hours_per_ects": "27", "website": "javascript:alert(1)",
    }  # fmt: skip
    refused = onni.post(f"/manage/o/{organisation.slug}/", form)
    assert refused.status_code == 200
    assert inert(refused, PAYLOAD)
    onni.post(f"/manage/o/{organisation.slug}/", {**form, "website": "https://ok.example"})
    onni.post(
        f"/manage/o/{organisation.slug}/sites/",
        {"name": PAYLOAD, "slug": "s", "country": "FI", "time_zone": "Europe/Helsinki"},
    )
    onni.post(
        f"/manage/o/{organisation.slug}/signatories/", {"name": PAYLOAD, "title_text": PAYLOAD}
    )

    assert Organisation.objects.get(pk=organisation.pk).name["en"] == PAYLOAD
    for path in ("/", "/manage/", f"/manage/o/{organisation.slug}/sites/",
                 f"/manage/o/{organisation.slug}/signatories/"):  # fmt: skip
        assert inert(onni.get(path))


def test_threat_20_a_course_run_is_inert_where_it_is_offered(onni, cohort):
    onni.post(
        f"/teach/runs/{cohort.key}/edit/",
        {
            "module": cohort.module_id, "site": cohort.site_id, "title": PAYLOAD, "language": "en",
            "starts_on": "2026-01-01", "ends_on": "2036-01-01", "seats": 5, "open_to_all": "on",
        },
    )  # fmt: skip

    assert Cohort.objects.get().title == PAYLOAD
    for path in (f"/learn/join/{cohort.invitation}/", "/teach/", f"/teach/runs/{cohort.key}/"):
        assert inert(onni.get(path)), path
    assert "<img src=x" not in onni.get("/modules/X1/").content.decode()


def test_threat_20_a_report_and_its_answer_are_inert(client, aino, eleni, programme):
    client.force_login(aino)
    client.post("/report/", {"text": PAYLOAD, "address": f"/x/?{SCRIPT}"})
    report = ErrorReport.objects.get()
    designer = signed_in(eleni)

    assert inert(designer.get(f"/manage/reports/{report.pk}/"))
    assert inert(designer.get("/manage/reports/"), SCRIPT)
    designer.post(f"/manage/reports/{report.pk}/", {"reply": PAYLOAD})

    assert inert(client.get("/learn/"))
    assert inert(client.get(f"/report/?at={SCRIPT}"), SCRIPT)


def test_threat_20_a_withdrawal_and_a_study_are_inert(client, enrolment, eleni, chiara, study):
    study.title = study.information = {"en": PAYLOAD}
    study.contact = study.ethics_reference = SCRIPT
    study.save()
    signed_in(eleni).post("/author/modules/X1/withdraw/", {"reason": PAYLOAD})
    client.force_login(enrolment.person)

    assert Notice.objects.get(person=enrolment.person).data["reason"] == {"en": PAYLOAD}
    assert inert(client.get("/learn/"))
    assert inert(client.get("/modules/X1/"))
    assert inert(client.get("/learn/studies/pilot/"))
    assert inert(signed_in(chiara).get("/evaluate/"))
    assert inert(signed_in(chiara).get("/evaluate/pilot/"))


def test_threat_20_a_csv_of_payloads_is_inert_in_its_faults(client, ben, cohort):
    client.force_login(ben)
    out = io.StringIO()
    csv.writer(out).writerows([["email", "name", SCRIPT], [SCRIPT, PAYLOAD, PAYLOAD]])

    response = client.post(
        f"/teach/runs/{cohort.key}/enrol/",
        {"file": SimpleUploadedFile(f"{SCRIPT}.csv", out.getvalue().encode())},
    )

    assert inert(response, SCRIPT)
    assert not Enrolment.objects.exists()


def test_threat_20_an_answer_is_inert(client, enrolment):
    client.force_login(enrolment.person)
    path = f"/learn/{enrolment.key}/note/"

    sent = client.post(path, {"act": "answer", "question": "n1", "answer": PAYLOAD})

    assert sent.status_code == 302
    assert inert(client.get(path))


@pytest.mark.parametrize("path", ["/modules/{}/", "/paths/{}/", "/c/{}/", "/learn/join/{}/"])
def test_threat_20_an_address_is_inert_on_its_error_page(client, programme, path):
    from urllib.parse import quote

    response = client.get(path.format(quote(SCRIPT.replace("/", ""), safe="")))

    assert response.status_code == 404
    inert(response)


def test_threat_22_placeholders_in_mail_are_printed_as_they_are(mailoutbox):
    mail.send(
        "seat_free", to="a@example.org", language="en",
        context={"cohort": PLACES, "name": PAYLOAD, "enrolment": UUID(int=5)},
    )  # fmt: skip

    assert mailoutbox[0].subject == f"A seat is free: {PLACES}"
    assert PAYLOAD in mailoutbox[0].body


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\n\n", "\u2028", "\x85", "\x0b", "\x0c"])
def test_threat_26_a_line_end_in_a_title_makes_no_header(mailoutbox, end):
    mail.send(
        "seat_free", to="a@example.org", language="en",
        context={"cohort": f"Run{end}Bcc: all@evil.example", "name": "A", "enrolment": UUID(int=5)},
    )  # fmt: skip

    sent = mailoutbox[0].message()
    assert sent["Bcc"] is None
    assert mailoutbox[0].recipients() == ["a@example.org"]
    assert len(mailoutbox[0].subject.splitlines()) == 1
    assert sent.get_all("To") == ["a@example.org"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "%0d%0a"])
def test_threat_26_a_line_end_in_an_address_gets_no_letter(client, db, mailoutbox, end):
    for path in ("password/reset/", "login/code/"):
        client.post(f"/account/{path}", {"email": f"a@example.org{end}Bcc: b@evil.example"})

    assert mailoutbox == []


def test_threat_26_a_name_with_line_ends_signs_up_with_one_line(client, db, mailoutbox):
    words = {"password1": "long enough words", "password2": "long enough words"}

    client.post(
        "/account/signup/", {"name": "A\r\nBcc: b@evil.example", "email": "a@example.org", **words}
    )

    assert mailoutbox[0].message()["Bcc"] is None
    assert mailoutbox[0].recipients() == ["a@example.org"]


def test_threat_24_no_exported_cell_runs_and_numbers_stay_numbers(client, ben, cohort):
    client.force_login(ben)
    for number, name in enumerate(FORMULAS):
        person = Person.objects.create_user(f"p{number}@example.org", name=name)
        Enrolment.objects.create(
            cohort=cohort, person=person, version=cohort.module.current, created_at=timezone.now()
        )

    text = client.get(f"/teach/runs/{cohort.key}/participants.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert sorted(row["name"] for row in rows) == sorted(f"'{name}" for name in FORMULAS)
    assert {row["steps_done"] for row in rows} == {"0"}
    for row in rows:
        assert date.fromisoformat(row["enrolled"])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_threat_24_each_start_of_a_formula_is_text(start):
    from digicantrain.core.tables import safe_cell

    assert safe_cell(f"{start}1") == f"'{start}1"
    assert safe_cell(-2) == -2


ODD = [
    "page=1000000000", "page=-1", "page=0", "page=x", "page=%27%20OR%201=1--", "page=1e309",
    "page=" + "9" * 5000, "sort=grade;DROP", "order_by=user__password", "person__password=x",
    "person__password__startswith=a", "name=%25", "state=%27", "state=person__is_superuser",
    "action=%27;DROP", "action=%C3%A4", "status=__class__", "text=%27%20OR%201=1--",
    "audience=__class__", "open=__all__", "name[]=x", "page_size=1000000000", "=", "&&&", "%ff=%fe",
]  # fmt: skip


def test_threat_23_odd_filters_and_orders_are_answered_plainly(
    client, admin, ben, eleni, rita, chiara, cohort, study
):
    lists = {
        ben: ["/teach/", f"/teach/runs/{cohort.key}/"],
        eleni: ["/author/", "/manage/reports/"],
        rita: ["/manage/credentials/"],
        admin: ["/manage/trail/", f"/manage/o/{cohort.organisation.slug}/roles/"],
        chiara: ["/evaluate/", "/evaluate/pilot/"],
    }
    for person, paths in lists.items():
        client.force_login(person)
        for path in [*paths, "/modules/", "/report/"]:
            plain = client.get(path).content.decode()
            for query in ODD:
                response = client.get(f"{path}?{query}")
                assert response.status_code in {200, 400}, (path, query)
                assert person.password not in response.content.decode()
            assert "X1" in plain or path not in {"/modules/", "/author/"}


@pytest.mark.parametrize("many", [40, 5_000])
def test_threat_47_participants_are_exported_whole_within_bounds(client, ben, cohort, many):
    people = Person.objects.bulk_create(
        [Person(email=f"p{n}@example.org", name=f"Person {n}", password="!") for n in range(many)]
    )
    version = cohort.module.current
    Enrolment.objects.bulk_create(
        [Enrolment(cohort=cohort, person=person, version=version) for person in people]
    )
    client.force_login(ben)
    client.get("/teach/")
    tracemalloc.start()

    with CaptureQueriesContext(connection) as asked:
        response = client.get(f"/teach/runs/{cohort.key}/participants.csv")
        rows = response.content.decode().splitlines()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(rows) == many + 1
    assert len(asked) <= 6
    assert most < 25_000_000
