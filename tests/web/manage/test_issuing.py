"""The registrar's pages of issuing, approving and correcting, and who is refused."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.utils import timezone

from digicantrain.credentials import actions, tasks
from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy, EnrolmentState
from digicantrain.people.actions import grant_role
from digicantrain.people.models import AuditEntry
from digicantrain.people.queries import key_of
from tests.credentials.asked import EVIDENCE, SUPERVISED, ask, four_eyes
from tests.credentials.earned import earn, issued

pytestmark = pytest.mark.django_db
ISSUE = "/manage/credentials/issue/"
BY_CSV = "/manage/credentials/issue/csv/"
REQUESTS = "/manage/credentials/requests/"
DECIDE = "/manage/credentials/requests/decide/"


@pytest.fixture
def credential(enrolment):
    return issued(enrolment)


@pytest.fixture
def module(programme):
    return programme.modules.get(code="X1")


@pytest.fixture
def waiting(organisation, enrolment):
    four_eyes(organisation)
    tasks.issue.call(earn(enrolment).pk)
    return IssueRequest.objects.get()


def filled(taught, **fields):
    return {
        "module": taught.pk,
        "email": "farah@example.org",
        "evidence": EVIDENCE,
        "watched": SUPERVISED,
        "language": "en",
    } | fields


def posted(client, address, data):
    response = client.post(address, data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


# --- who is refused ---


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "eleni", "farah", "admin"])
def test_who_is_no_registrar_neither_sees_nor_decides(client, waiting, module, request, name):
    client.force_login(request.getfixturevalue(name))
    one = f"{REQUESTS}{waiting.key}/"

    for address in (ISSUE, BY_CSV, REQUESTS, one):
        assert client.get(address).status_code == 403
    data = filled(module, confirm="yes")
    for address in (ISSUE, f"{BY_CSV}confirm/", DECIDE, f"{one}again/"):
        assert client.post(address, data).status_code == 403
    waiting.refresh_from_db()
    assert (waiting.state, Credential.objects.count()) == ("waiting", 0)


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "eleni", "farah", "admin"])
def test_who_is_no_registrar_corrects_nothing(client, credential, request, name):
    client.force_login(request.getfixturevalue(name))

    address = f"/manage/credentials/{credential.key}/correct/"
    assert client.post(address, {"name": "Mine", "confirm": "yes"}).status_code == 403
    assert Credential.objects.count() == 1


def test_threat_06_dario_made_registrar_elsewhere_finds_nothing_of_turku(
    client, waiting, module, dario, farah, other_organisation
):
    grant_role(dario, role="registrar", organisation=other_organisation)
    client.force_login(dario)

    assert "Aino" not in client.get(f"{REQUESTS}?state=all").content.decode()
    assert client.get(f"{REQUESTS}{waiting.key}/").status_code == 404
    assert client.post(f"{REQUESTS}{waiting.key}/again/").status_code == 404
    posted(client, DECIDE, {"act": "approve", "request": waiting.key, "confirm": "yes"})
    html = posted(client, ISSUE, filled(module, confirm="yes"))
    assert "There is a problem" in html
    waiting.refresh_from_db()
    assert (waiting.state, Credential.objects.count()) == ("waiting", 0)


def test_threat_06_dario_corrects_nothing_of_turku(client, credential, dario, other_organisation):
    grant_role(dario, role="registrar", organisation=other_organisation)
    client.force_login(dario)

    assert client.get(f"/manage/credentials/{credential.key}/correct/").status_code == 404


def test_a_registrar_at_one_site_only_issues_for_nobody(client, module, turku_site, farah, ben):
    grant_role(ben, role="registrar", organisation=turku_site.organisation, site=turku_site)
    client.force_login(ben)

    assert "There is a problem" in posted(client, ISSUE, filled(module, confirm="yes"))
    assert Credential.objects.count() == 0


# --- by hand ---


def test_rita_sees_first_what_is_signed_and_nothing_is_written(client, module, farah, rita):
    client.force_login(rita)

    html = posted(client, ISSUE, filled(module))

    assert "Check what is signed" in html
    assert "Farah Aziz" in html
    assert "held outside the platform" in html
    assert "Scenario test" not in html
    assert "It is issued at once" in html
    assert (Credential.objects.count(), IssueRequest.objects.count()) == (0, 0)


def test_confirmed_it_is_issued_and_the_list_says_how(client, module, farah, rita):
    client.force_login(rita)
    hidden = dict(
        re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)"',
            posted(client, ISSUE, filled(module)),
        )
    )

    html = posted(client, ISSUE, hidden | {"confirm": "yes"})

    assert "Issued. The person gets a mail with its link." in html
    assert "assessed outside the platform" in html
    assert Credential.objects.get().request.evidence == EVIDENCE


def test_threat_42_confirmed_twice_it_is_issued_once(client, module, farah, rita):
    client.force_login(rita)
    posted(client, ISSUE, filled(module, confirm="yes"))

    html = posted(client, ISSUE, filled(module, confirm="yes"))

    assert "already holds a valid credential" in html
    assert Credential.objects.count() == 1


def test_change_leads_back_with_everything_that_was_filled_in(client, module, farah, rita):
    client.force_login(rita)

    html = posted(client, ISSUE, filled(module, change="yes"))

    assert "Issue a credential by hand" in html
    assert EVIDENCE in html
    assert "There is a problem" not in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "nobody@example.org"}, "No account has this address"),
        ({"email": "rita@example.org"}, "your own account"),
        ({"evidence": "  "}, "Say what was assessed, by whom and when."),
        ({"evidence": "x" * 2001}, "at most 2000 characters"),
        ({"evidence": "a\0b"}, "Null characters are not allowed"),
        ({"watched": "somehow"}, "Select a valid choice"),
        ({"language": "fi"}, "The module is not written in this language"),
        ({"module": "999999"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_written(
    client, module, farah, rita, fields, said
):
    module.current.languages = ["en"]
    module.current.save()
    client.force_login(rita)

    html = posted(client, ISSUE, filled(module, confirm="yes", **fields))

    assert "There is a problem" in html
    assert said in html
    assert (Credential.objects.count(), IssueRequest.objects.count()) == (0, 0)


def test_threat_20_what_is_typed_is_inert(client, module, farah, rita):
    client.force_login(rita)
    evil = "<script>alert(1)</script>"

    html = posted(client, ISSUE, filled(module, evidence=evil))
    posted(client, ISSUE, filled(module, evidence=evil, confirm="yes"))
    row = IssueRequest.objects.get()
    page = client.get(f"{REQUESTS}{row.key}/").content.decode()

    assert evil not in html + page
    assert "&lt;script&gt;" in page


def test_under_four_eyes_the_page_says_so_and_it_waits(client, module, organisation, farah, rita):
    four_eyes(organisation)
    client.force_login(rita)

    assert "Another registrar approves it" in posted(client, ISSUE, filled(module))
    html = posted(client, ISSUE, filled(module, confirm="yes"))

    assert "Asked for. Another registrar approves it." in html
    assert (IssueRequest.objects.get().state, Credential.objects.count()) == ("waiting", 0)


# --- by CSV ---


def upload(text):
    return {"file": SimpleUploadedFile("people.csv", text.encode())}


GOOD = f"email,name,module,evidence\nfarah@example.org,,X1,{EVIDENCE.replace(',', ';')}\n"


def kept_in(html):
    return re.findall(r'name="kept" value="([^"]+)"', html)[0]


def test_a_file_is_looked_at_then_issued(client, module, farah, rita):
    client.force_login(rita)
    html = posted(client, BY_CSV, upload(GOOD))
    assert "1 credentials to issue" in html
    assert Credential.objects.count() == 0

    html = posted(client, f"{BY_CSV}confirm/", {"kept": kept_in(html)})

    assert "1 are being issued in the background." in html
    assert Credential.objects.get().person == farah


def test_faults_are_shown_with_line_and_field_and_there_is_nothing_to_confirm(
    client, module, farah, rita
):
    client.force_login(rita)

    html = posted(client, BY_CSV, upload(GOOD + "nobody@example.org,,ZZ,\n"))

    assert "3 things to mend; nothing was issued" in html
    assert '<th scope="row" class="govuk-table__header">3</th>' in html
    assert 'name="kept"' not in html


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "email,module,evidence\n\0\n"])
def test_a_file_that_is_none_is_refused_in_a_sentence(client, module, rita, text):
    client.force_login(rita)

    assert "There is a problem" in posted(client, BY_CSV, upload(text))


def test_another_registrars_check_cannot_be_confirmed(client, module, farah, rita, sonja):
    client.force_login(rita)
    kept = kept_in(posted(client, BY_CSV, upload(GOOD)))
    client.force_login(sonja)

    for text in (kept, kept[:-3], "", "x"):
        assert "The check is too old" in posted(client, f"{BY_CSV}confirm/", {"kept": text})
    assert Credential.objects.count() == 0


def test_a_file_with_too_many_rows_is_refused(client, module, rita, monkeypatch, farah):
    monkeypatch.setattr("digicantrain.web.manage.issuing.MOST_AT_ONCE", 0)
    client.force_login(rita)

    assert "at most 0 are taken at once. Split it." in posted(client, BY_CSV, upload(GOOD))


# --- to approve ---


def test_rita_chooses_sees_them_once_more_and_approves(client, waiting, rita):
    client.force_login(rita)
    html = client.get(REQUESTS).content.decode()
    assert "Aino Virtanen" in html
    assert "Approve the 1 shown" in html

    html = posted(client, DECIDE, {"act": "approve", "request": waiting.key})
    assert "Approve these?" in html
    assert Credential.objects.count() == 0

    html = posted(client, DECIDE, {"act": "approve", "request": waiting.key, "confirm": "yes"})
    assert "1 was approved and is issued within minutes." in html
    assert Credential.objects.get().person.name == "Aino Virtanen"


def test_approve_all_takes_what_was_shown_and_nothing_that_came_since(
    client, organisation, cohort, aino, farah, ben, rita
):
    four_eyes(organisation)
    rows = [earn(enrol(cohort, person=one, how=EnrolledBy.SELF)) for one in (aino, farah, ben)]
    actions.issue_batch(rows[:2], now=timezone.now())
    client.force_login(rita)
    shown = re.findall(r'name="shown" value="([^"]+)"', client.get(REQUESTS).content.decode())
    actions.issue_batch(rows[2:], now=timezone.now())

    html = posted(client, DECIDE, {"act": "approve-all", "shown": shown})
    chosen = re.findall(r'name="request" value="([^"]+)"', html)
    posted(client, DECIDE, {"act": "approve", "request": chosen, "confirm": "yes"})

    assert {row.person for row in Credential.objects.all()} == {aino, farah}
    assert IssueRequest.objects.get(state="waiting").person == ben


def test_refused_with_a_reason_which_the_learner_reads(client, waiting, aino, rita):
    client.force_login(rita)
    asked = {"act": "refuse", "request": waiting.key, "confirm": "yes"}
    assert "There is a problem" in posted(client, DECIDE, asked | {"reason": " "})
    assert IssueRequest.objects.get().state == "waiting"

    assert "1 was refused." in posted(client, DECIDE, asked | {"reason": "Not on the list."})

    aino.enrolments.update(state=EnrolmentState.COMPLETED)
    client.force_login(aino)
    html = client.get("/learn/credits/").content.decode()
    assert "Not confirmed" in html
    assert "Not on the list." in html
    assert "Not on the list." in client.get("/learn/").content.decode()


def test_what_was_refused_is_let_wait_once_more(client, waiting, rita):
    client.force_login(rita)
    refused = {"act": "refuse", "request": waiting.key, "confirm": "yes", "reason": "No"}
    posted(client, DECIDE, refused)

    html = posted(client, f"{REQUESTS}{waiting.key}/again/", {})

    assert "It waits once more" in html
    assert "You asked for this: another registrar approves it." in html


def test_who_asked_finds_no_box_to_choose_it(client, organisation, module, farah, rita):
    four_eyes(organisation)
    module.current.refresh_from_db()
    row = ask(farah, module.current, by=rita)
    client.force_login(rita)

    html = client.get(REQUESTS).content.decode()
    assert "You asked for this: another registrar approves it." in html
    assert 'type="checkbox"' not in html
    sent = {"act": "approve", "request": row.key, "confirm": "yes"}
    assert "Choose at least one that you may decide." in posted(client, DECIDE, sent)
    assert Credential.objects.count() == 0


def test_a_learner_who_is_registrar_does_not_decide_her_own(client, waiting, aino, organisation):
    grant_role(aino, role="registrar", organisation=organisation)
    client.force_login(aino)

    assert "This is for you: another registrar decides." in client.get(REQUESTS).content.decode()
    for act in ("approve", "refuse"):
        sent = {"act": act, "request": waiting.key, "confirm": "yes", "reason": "x"}
        assert "Choose at least one" in posted(client, DECIDE, sent)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


@pytest.mark.parametrize("sent", [{}, {"act": "approve"}, {"act": "x", "request": "y"}])
def test_nothing_chosen_decides_nothing(client, waiting, rita, sent):
    client.force_login(rita)

    assert "Choose at least one that you may decide." in posted(client, DECIDE, sent)


def test_one_request_shows_what_it_rests_on_and_what_is_signed(
    client, organisation, module, farah, rita, sonja
):
    four_eyes(organisation)
    module.current.refresh_from_db()
    row = ask(farah, module.current, by=rita)
    client.force_login(sonja)

    html = client.get(f"{REQUESTS}{row.key}/").content.decode()

    assert EVIDENCE in html
    assert "Rita Salo" in html
    assert "confirmed it; the awarding body keeps the evidence" in html
    assert 'value="approve"' in html


def test_a_request_that_cannot_be_signed_says_why(client, waiting, rita):
    version = waiting.version
    version.data = {**version.data, "credit": None}
    version.save()
    client.force_login(rita)

    html = client.get(f"{REQUESTS}{waiting.key}/").content.decode()

    assert "Nothing can be earned in this module yet." in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("?state=all", True),
        ("?state=issued", False),
        ("?how=hand", False),
        ("?how=completion&name=aino", True),
        ("?name=Nobody", False),
        ("?sort=DROP&state=waiting", True),
    ],
)
def test_the_list_is_narrowed(client, waiting, rita, query, found):
    client.force_login(rita)

    assert ("Aino Virtanen" in client.get(REQUESTS + query).content.decode()) is found


def test_threat_24_the_list_as_a_file_runs_nothing(client, waiting, aino, rita):
    aino.name = "=HYPERLINK(1)"
    aino.save()
    client.force_login(rita)

    text = client.get(f"{REQUESTS}?as=csv").content.decode("utf-8-sig")

    assert "'=HYPERLINK(1)" in text
    assert text.startswith("name,module,how,state")


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_asks_no_more_when_it_grows(
    client, organisation, cohort, aino, farah, ben, rita, how_many, django_assert_num_queries
):
    four_eyes(organisation)
    people = (aino, farah, ben)[:how_many]
    rows = [earn(enrol(cohort, person=one, how=EnrolledBy.SELF)) for one in people]
    actions.issue_batch(rows, now=timezone.now())
    client.force_login(rita)
    client.get(REQUESTS)

    with django_assert_num_queries(8):
        client.get(REQUESTS)


def test_how_far_it_is_is_shown_after_each_reload(client, module, farah, ben, rita, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    client.force_login(rita)
    html = posted(client, BY_CSV, upload(GOOD + "ben@example.org,,X1,Exam\n"))
    html = posted(client, f"{BY_CSV}confirm/", {"kept": kept_in(html)})
    assert "0 of 2 are done" in html

    tasks.fulfil.call([IssueRequest.objects.get(person=ben).pk])
    html = client.get(REQUESTS).content.decode()
    assert '<progress class="progress" id="under-way" value="1" max="2">' in html

    tasks.fulfil.call([IssueRequest.objects.get(person=farah).pk])
    assert "<progress" not in client.get(REQUESTS).content.decode()


def test_what_the_database_holds_apart_is_said_in_a_sentence(
    client, module, farah, rita, monkeypatch
):
    """Somebody else wrote the same between our look and our writing."""

    def broken(*_rows, **_named):
        raise IntegrityError

    monkeypatch.setattr("digicantrain.credentials.by_hand.ask_all", broken)
    monkeypatch.setattr("digicantrain.credentials.by_file.ask_all", broken)
    client.force_login(rita)

    by_hand = posted(client, ISSUE, filled(module, confirm="yes"))
    kept = kept_in(posted(client, BY_CSV, upload(GOOD)))
    by_file = posted(client, f"{BY_CSV}confirm/", {"kept": kept})

    assert "at this moment. Look once more." in by_hand
    assert "at this moment. Look once more." in by_file
    assert (Credential.objects.count(), IssueRequest.objects.count()) == (0, 0)


# --- the switch ---


def saved(client, organisation, **fields):
    data = {
        "name_en": "Turku Training", "name_fi": "Turun koulutus", "country": "FI",
        "colour": "#124c3c", "hours_per_ects": "27", "quality_en": "Internal",
    }  # fmt: skip
    return posted(client, f"/manage/o/{organisation.slug}/", data | fields)


def test_onni_switches_it_on(client, organisation, admin):
    client.force_login(admin)

    assert "Saved." in saved(client, organisation, four_eyes="on")
    organisation.refresh_from_db()
    assert organisation.four_eyes
    assert AuditEntry.objects.get(action="four-eyes-switched-on").actor == key_of(admin)
    saved(client, organisation, four_eyes="on")
    assert AuditEntry.objects.filter(action="organisation-changed").count() == 1


def test_switched_off_the_page_says_what_becomes_of_what_waits(
    client, waiting, organisation, farah, rita, admin
):
    waiting.version.refresh_from_db()
    ask(farah, waiting.version, by=rita)
    client.force_login(admin)

    html = saved(client, organisation)

    assert "1 earned here are issued now; 1 that registrars asked for still wait" in html
    assert Credential.objects.get().person.name == "Aino Virtanen"
    assert IssueRequest.objects.get(state="waiting").person == farah


def test_the_learner_reads_that_her_organisation_confirms_it(client, waiting, enrolment, aino):
    aino.enrolments.update(state=EnrolmentState.COMPLETED)
    client.force_login(aino)

    html = client.get("/learn/credits/").content.decode()

    assert "Your organisation confirms it before it is issued." in html
    assert "Being checked" not in html
