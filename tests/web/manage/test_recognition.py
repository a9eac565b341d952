"""Claims of prior learning on the registrar's side: what waits, deciding, and who is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from digicantrain.credentials import recognition
from digicantrain.credentials.models import ClaimedUnit, Evidence, RecognitionClaim
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.people.actions import grant_role
from tests.credentials.claims import PDF, decided, draft, sent, statement, widen

pytestmark = pytest.mark.django_db
LIST = "/manage/recognition/"


@pytest.fixture
def ritas(client, rita):
    """The registrar's browser."""
    client.force_login(rita)
    return client


@pytest.fixture
def waiting(enrolment):
    return sent(enrolment)


def page(row):
    return f"{LIST}{row.key}/"


def text(response):
    return response.content.decode()


def answers(row, ruling="accepted", reason="You showed it.", **more):
    units = recognition.to_decide(row)
    rulings = {f"ruling_{unit.pk}": ruling for unit in units}
    return {**rulings, **{f"reason_{unit.pk}": reason for unit in units}, **more}


def badge(**fields):
    return Evidence(
        kind="credential", fingerprint="f" * 64, title="A badge", issuer="Elsewhere",
        verdict="genuine-of-another-issuer", cause="OTHER_ISSUER", minutes=50, **fields,
    )  # fmt: skip


# --- who may ---


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "dario", "eleni", "farah", "admin"])
def test_who_is_no_registrar_is_refused(client, waiting, request, name):
    client.force_login(request.getfixturevalue(name))

    assert client.get(LIST).status_code == 403
    assert client.get(page(waiting)).status_code == 403
    assert client.post(page(waiting), answers(waiting, sure="yes")).status_code == 403
    assert RecognitionClaim.objects.get().stage == "submitted"


def test_threat_03_darios_registrar_neither_sees_nor_decides_what_is_turkus(
    client, enrolment, dario, other_organisation
):
    row = draft(enrolment)
    file = Evidence(kind="file", name="a.pdf", digest="a" * 64)
    recognition.add_evidence(row, file, data=PDF, now=timezone.now())
    recognition.submit(row, now=timezone.now())
    grant_role(dario, role="registrar", organisation=other_organisation)
    client.force_login(dario)

    assert "Aino" not in text(client.get(f"{LIST}?state=all"))
    assert client.get(page(row)).status_code == 404
    assert client.post(page(row), answers(row, sure="yes")).status_code == 404
    assert client.get(f"{LIST}evidence/{file.key}/").status_code == 404


def test_a_registrar_at_one_site_only_is_no_registrar_of_the_provider(
    client, waiting, farah, organisation, turku_site
):
    grant_role(farah, role="registrar", organisation=organisation, site=turku_site)
    client.force_login(farah)

    assert client.get(page(waiting)).status_code == 404


def test_a_draft_is_nobodys_business(ritas, enrolment):
    row = draft(enrolment)
    evidence = recognition.add_evidence(row, statement(), now=timezone.now())

    assert "Aino" not in text(ritas.get(f"{LIST}?state=all"))
    assert ritas.get(page(row)).status_code == 404
    assert ritas.get(f"{LIST}evidence/{evidence.key}/").status_code == 404


def test_aino_as_registrar_reads_her_claim_and_decides_nothing(client, waiting, aino, organisation):
    grant_role(aino, role="registrar", organisation=organisation)
    client.force_login(aino)

    html = text(client.get(page(waiting)))
    client.post(page(waiting), answers(waiting, sure="yes"))

    assert "This is your own claim." in html
    assert "Check my decision" not in html
    assert RecognitionClaim.objects.get().stage == "submitted"


def test_rita_who_decided_first_does_not_decide_the_appeal(ritas, waiting, rita):
    row = decided(waiting, rita, u1="refused")
    row = recognition.appeal(row, words="You overlooked my letter.", now=timezone.now())

    html = text(ritas.get(page(row)))
    ritas.post(page(row), answers(row, sure="yes"))

    assert "You decided this claim first." in html
    assert "You overlooked my letter." in html
    assert RecognitionClaim.objects.get().stage == "appealed"


# --- the list ---


def test_the_oldest_stands_first_with_its_age(ritas, enrolment, cohort, farah):
    old = sent(enrolment)
    sent(enrol(cohort, person=farah, how=EnrolledBy.SELF))
    then = timezone.now() - timedelta(days=31)
    RecognitionClaim.objects.filter(pk=old.pk).update(submitted_at=then)

    html = text(ritas.get(LIST))

    assert html.index("Aino Virtanen") < html.index("Farah Aziz")
    assert "waits 31 days" in html
    assert "waits 0 days" in html
    assert html.count("Late") == 1


def test_what_is_decided_leaves_the_list_and_stands_under_all(ritas, waiting, rita):
    decided(waiting, rita)

    assert "No claim waits." in text(ritas.get(LIST))
    assert "Aino Virtanen" in text(ritas.get(f"{LIST}?state=all"))


def test_the_list_is_filtered_sorted_and_had_as_csv(ritas, waiting):
    assert "No claim matches." in text(ritas.get(f"{LIST}?name=Nobody"))
    assert "Aino" in text(ritas.get(f"{LIST}?sort=-module"))
    assert "Aino" in text(ritas.get(f"{LIST}?sort=person__password"))
    table = text(ritas.get(f"{LIST}?as=csv")).splitlines()
    assert table[0].removeprefix("\ufeff") == "name,module,units,sent,days,state,claim"
    assert table[1].startswith("Aino Virtanen,X1,1,")


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_asks_no_more_when_it_is_longer(
    ritas, cohort, aino, farah, ben, django_assert_num_queries, how_many
):
    for person in (aino, farah, ben)[:how_many]:
        sent(enrol(cohort, person=person, how=EnrolledBy.SELF))
    ritas.get(LIST)

    with django_assert_num_queries(7):
        ritas.get(LIST)


# --- a claim and its decision ---


def test_a_claim_shows_words_and_evidence(ritas, waiting):
    html = text(ritas.get(page(waiting)))

    for words in ("tumour board", "Turku ward", "2019–2024", "Helmi Koski", "decided by"):
        assert words in html


def test_a_decision_is_asked_once_more_and_then_written(ritas, waiting, aino):
    asked = text(ritas.post(page(waiting), answers(waiting)))
    assert "Is this your decision?" in asked
    assert "You showed it." in asked
    assert RecognitionClaim.objects.get().stage == "submitted"

    done = text(ritas.post(page(waiting), answers(waiting, sure="yes"), follow=True))

    assert "Decided. The learner gets a mail with your reasons." in done
    assert ClaimedUnit.objects.get().is_recognised


def test_she_may_go_back_and_change_it(ritas, waiting):
    html = text(ritas.post(page(waiting), answers(waiting, change="yes")))

    assert "Check my decision" in html
    assert "You showed it." in html
    assert RecognitionClaim.objects.get().stage == "submitted"


@pytest.mark.parametrize(
    ("ruling", "reason", "says"),
    [
        ("", "Why", "Decide on"),
        ("maybe", "Why", "maybe is not one of the available choices"),
        ("refused", " ", "Give a reason for"),
        ("refused", "x" * 2_001, "at most 2000"),
    ],
)
def test_without_ruling_or_reason_nothing_is_decided(ritas, waiting, ruling, reason, says):
    html = text(ritas.post(page(waiting), answers(waiting, ruling, reason, sure="yes")))

    assert "There is a problem" in html
    assert says in html
    assert RecognitionClaim.objects.get().stage == "submitted"


def test_threat_42_two_clicks_decide_once(ritas, waiting):
    given = answers(waiting, sure="yes")
    ritas.post(page(waiting), given)

    html = text(ritas.post(page(waiting), given, follow=True))

    assert "does not wait for that any more" in html
    assert RecognitionClaim.objects.get().units.count() == 1


def test_hours_that_would_count_twice_are_flagged_and_refused(ritas, enrolment, rita):
    wide = widen(enrolment)
    decided(sent(wide, "u1", evidence=badge()), rita)
    row = sent(wide, "u2", evidence=badge())

    html = text(ritas.get(page(row)))
    posted = text(ritas.post(page(row), answers(row, sure="yes")))

    assert "The same credential is used elsewhere:" in html
    assert "Not all of these units can be recognised on this evidence" in html
    assert "The hours would count twice" in posted
    assert RecognitionClaim.objects.get(pk=row.pk).stage == "submitted"


def test_fewer_hours_than_the_units_take_are_flagged(ritas, waiting):
    RecognitionClaim.objects.update(hours="0.2")

    assert "the learner tells of 0.2 hours" in " ".join(text(ritas.get(page(waiting))).split())


@pytest.mark.parametrize(
    ("names", "says"),
    [(True, "learner's e-mail address."), (False, "to another e-mail"), (None, "to whom")],
)
def test_whom_a_badge_names_is_said(ritas, enrolment, names, says):
    row = sent(enrolment, evidence=badge(names_holder=names))

    assert says in text(ritas.get(page(row))).replace("&#x27;", "'")


def test_threat_20_what_a_learner_wrote_is_inert(ritas, waiting):
    evil = "<img src=x onerror=alert(1)>"
    RecognitionClaim.objects.update(learned=evil, place=evil)
    Evidence.objects.update(words=evil, confirmed_by=evil)

    assert evil not in text(ritas.get(page(waiting)))


def test_rita_has_the_files_of_a_claim(ritas, enrolment):
    row = draft(enrolment)
    file = Evidence(kind="file", name="a.pdf", digest="a" * 64, media_type="application/pdf")
    recognition.add_evidence(row, file, data=PDF, now=timezone.now())
    recognition.submit(row, now=timezone.now())

    response = ritas.get(f"{LIST}evidence/{file.key}/")

    assert response.content == PDF
    assert response["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_statement_has_no_file(ritas, waiting):
    key = waiting.evidence.get().key

    assert ritas.get(f"{LIST}evidence/{key}/").status_code == 404
