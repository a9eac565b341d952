"""Claiming what one knows already: the pages from "I know this already" to the appeal."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from digicantrain.credentials import recognition
from digicantrain.credentials.models import ClaimedUnit, Evidence, RecognitionClaim
from digicantrain.learning.actions import enrol, leave
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Enrolment
from digicantrain.people.actions import grant_role
from tests.credentials.claims import PDF, decided, draft, picture, sent, statement, widen
from tests.credentials.earned import issued
from tests.credentials.states import STATES

pytestmark = pytest.mark.django_db
TOLD = {
    "units": ["u1"],
    "learned": "I chair the video calls of our tumour board.",
    "place": "Turku ward",
    "from_year": "2019",
    "to_year": "2024",
    "hours": "40",
}


@pytest.fixture
def start(enrolment):
    """The address of "I know this already"."""
    return f"/learn/recognition/{enrolment.key}/"


def page(row, *, then=""):
    return f"/learn/recognition/claim/{row.key}/{then}"


def text(response):
    return response.content.decode()


def upload(data=PDF, name="certificate.pdf"):
    return {"file": SimpleUploadedFile(name, data)}


# --- beginning ---


def test_the_modules_page_leads_there(hers, home, start):
    assert f'href="{start}"' in text(hers.get(home))


def test_the_page_says_what_can_be_claimed_and_what_not(hers, start):
    html = text(hers.get(start))

    assert 'value="u1"' in html
    assert 'value="final"' not in html
    assert "asked of everybody" in html


def test_from_the_first_page_to_a_claim_that_was_sent(hers, start):
    hers.post(start, TOLD)
    row = RecognitionClaim.objects.get()
    before = text(hers.get(page(row)))
    hers.post(page(row, then="add/file/"), upload())
    after = text(hers.get(page(row)))
    done = text(hers.post(page(row, then="send/"), follow=True))

    assert "Add evidence" in before
    assert "Send my claim" not in before
    assert "Send my claim" in after
    assert "certificate.pdf" in after
    assert "Sent. You get a mail when it is decided." in done
    assert "A registrar of the training provider decides" in done
    assert RecognitionClaim.objects.get().stage == "submitted"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("units", [], "Choose at least one unit."),
        ("units", ["final"], "final"),
        ("learned", " ", "This field is required"),
        ("learned", "x" * 5_001, "at most 5000"),
        ("place", "", "This field is required"),
        ("from_year", "1899", "greater than or equal to 1950"),
        ("to_year", "2018", "lies before the first one"),
        ("to_year", "2999", "less than or equal to"),
        ("hours", "0", "0.5"),
        ("hours", "NaN", "Enter a number"),
        ("hours", "1e309", "Ensure that there are no more than"),
    ],
)
def test_what_cannot_be_is_named_and_the_rest_is_kept(hers, start, field, value, says):
    html = text(hers.post(start, {**TOLD, field: value}))

    assert "There is a problem" in html
    assert says in html
    assert field == "learned" or "tumour board" in html
    assert RecognitionClaim.objects.count() == 0


def test_a_unit_that_is_done_is_not_offered_and_refused_in_a_sentence(hers, start, enrolment):
    widen(enrolment)
    sent(enrolment)

    html = text(hers.get(start))
    posted = text(hers.post(start, TOLD))

    assert 'value="u1"' not in html
    assert "Claimed" in html
    assert 'value="u2"' in html
    assert "Select a valid choice" in posted
    assert RecognitionClaim.objects.count() == 1


def test_where_nothing_can_be_claimed_it_says_so(hers, start, enrolment):
    sent(enrolment)

    assert "There is no unit here that you could claim now." in text(hers.get(start))


def test_who_has_the_credential_is_told_that_nothing_is_missing(hers, enrolment, start):
    widen(enrolment)
    row = draft(enrolment, "u2")
    recognition.discard(row)
    issued_row = issued(enrolment)
    assert issued_row.pk
    enrolment.progress.filter(step__unit__code="u2").delete()

    html = text(hers.post(start, {**TOLD, "units": ["u2"]}))

    assert "You have earned what this module gives" in html


def test_who_left_is_led_to_the_modules_page(hers, enrolment, start):
    leave(enrolment, now=timezone.now())

    assert hers.get(start).status_code == 302


def test_a_draft_is_changed(hers, enrolment):
    row = draft(enrolment)
    form = text(hers.get(page(row, then="change/")))

    hers.post(page(row, then="change/"), {**TOLD, "place": "Salo clinic"})

    assert "tumour board" in form
    assert re.search(r'value="u1"\s+checked', form)
    assert RecognitionClaim.objects.get().place == "Salo clinic"


# --- evidence ---


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.pdf", "The file is empty."),
        (b"MZ" + bytes(99), "a.pdf", "neither a PDF nor"),
        (b"<svg onload=alert(1)>", "a.jpg", "neither a PDF nor"),
        (PDF[:-8], "a.pdf", "cut off or damaged"),
        (PDF + bytes(8_000_001), "a.pdf", "larger than 8 megabytes"),
    ],
)
def test_threat_34_a_file_that_is_no_evidence_is_refused(hers, enrolment, data, name, says):
    row = draft(enrolment)

    html = text(hers.post(page(row, then="add/file/"), upload(data, name)))

    assert "There is a problem" in html
    assert says in html
    assert Evidence.objects.count() == 0


def test_threat_21_a_file_is_handed_over_to_be_kept_and_never_shown(hers, enrolment):
    row = draft(enrolment)
    hers.post(page(row, then="add/file/"), upload(picture(), "photo.jpg"))
    evidence = Evidence.objects.get()

    response = hers.get(f"/learn/recognition/evidence/{evidence.key}/")

    assert response["Content-Disposition"] == 'attachment; filename="photo.jpg"'
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_a_badge_is_checked_at_once_and_its_verdict_stands_beside_it(hers, enrolment):
    other = issued(enrolment)
    badge, _verdict, _said = STATES["genuine"](other)
    enrolment.credential.delete()
    enrolment.progress.all().delete()
    row = draft(enrolment)

    html = text(hers.post(page(row, then="add/credential/"), {"text": badge}, follow=True))

    assert "This is genuine, of an issuer that is not known here" in html
    assert "Its own workload: 50 min" in html
    assert Evidence.objects.get().verdict == "genuine-of-another-issuer"


def test_who_earned_nothing_here_is_asked_for_a_link_or_a_file_and_neither_is_optional(
    hers, enrolment
):
    form = text(hers.get(page(draft(enrolment), then="add/credential/")))

    assert "Paste the link or the text of the credential" in form
    assert "Or paste the link" not in form
    assert "(optional)" not in form


def test_one_that_she_earned_here_is_chosen_from_a_list(hers, enrolment, cohort, farah):
    others = issued(enrol(cohort, person=farah, how=EnrolledBy.SELF))
    own = issued(enrolment)
    own.enrolment = None
    own.save()
    enrolment.progress.all().delete()
    row = draft(Enrolment.objects.get(pk=enrolment.pk))

    form = text(hers.get(page(row, then="add/credential/")))
    refused = text(hers.post(page(row, then="add/credential/"), {"own": str(others.key)}))
    hers.post(page(row, then="add/credential/"), {"own": str(own.key)})

    assert str(own.key) in form
    assert str(others.key) not in form
    assert "Select a valid choice" in refused
    assert Evidence.objects.get().credential == own


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"text": "{}"}, "cannot be taken as evidence"),
        ({"text": "https://elsewhere.example/b/1"}, "stands behind this link"),
        ({"text": ""}, "Paste a link or a credential"),
        (upload(b"\x00\x01"), "cannot be taken as evidence"),
    ],
)
def test_what_is_no_credential_is_refused(hers, enrolment, given, says):
    row = draft(enrolment)

    assert says in text(hers.post(page(row, then="add/credential/"), given))
    assert Evidence.objects.count() == 0


def test_a_statement_needs_words_name_and_role(hers, enrolment):
    row = draft(enrolment)
    words = {"words": "She runs them.", "confirmed_by": "Helmi Koski", "role": "head nurse"}
    for missing in words:
        hers.post(page(row, then="add/statement/"), {**words, missing: ""})
    assert Evidence.objects.count() == 0

    html = text(hers.post(page(row, then="add/statement/"), words, follow=True))

    assert "Can be confirmed by Helmi Koski, head nurse." in html


def test_threat_20_words_are_inert(hers, enrolment):
    evil = "<img src=x onerror=alert(1)>"
    row = draft(enrolment)
    RecognitionClaim.objects.update(learned=evil, place=evil)
    hers.post(page(row, then="add/statement/"), {"words": evil, "confirmed_by": evil, "role": evil})

    assert evil not in text(hers.get(page(row)))


def test_evidence_is_removed_before_sending_and_not_after(hers, enrolment):
    row = draft(enrolment)
    first = recognition.add_evidence(row, statement(), now=timezone.now())
    hers.post(f"/learn/recognition/evidence/{first.key}/remove/")
    assert Evidence.objects.count() == 0

    kept = sent(enrolment_again(row)).evidence.get()
    hers.post(f"/learn/recognition/evidence/{kept.key}/remove/")

    assert Evidence.objects.count() == 1


def enrolment_again(row):
    """Delete a draft so that its unit can be claimed anew."""
    enrolment = row.enrolment
    recognition.discard(row)
    return enrolment


def test_an_unknown_kind_of_evidence_is_absent(hers, enrolment):
    assert hers.get(page(draft(enrolment), then="add/oath/")).status_code == 404


def test_too_many_files_a_minute_are_refused(hers, enrolment, monkeypatch, within_a_minute):
    from digicantrain.web.learner import recognition as pages

    monkeypatch.setattr(pages, "TIMES", 1)
    row = draft(enrolment)
    hers.post(page(row, then="add/file/"), upload())

    html = text(hers.post(page(row, then="add/file/"), upload(picture(), "b.jpg")))

    assert "That was too often." in html
    assert Evidence.objects.count() == 1


# --- who may ---


def test_threat_01_nobody_else_sees_a_claim_or_its_files(client, enrolment, request, organisation):
    row = draft(enrolment)
    evidence = recognition.add_evidence(row, statement(), now=timezone.now())
    addresses = [
        page(row), page(row, then="change/"), page(row, then="take-back/"),
        page(row, then="add/file/"), f"/learn/recognition/evidence/{evidence.key}/",
        f"/learn/recognition/{enrolment.key}/",
    ]  # fmt: skip
    for name in ("ben", "chiara", "dario", "eleni", "farah", "rita"):
        client.force_login(request.getfixturevalue(name))
        assert {client.get(one).status_code for one in addresses} == {404}, name
        assert client.post(page(row, then="send/")).status_code == 404, name
    assert RecognitionClaim.objects.get().stage == "draft"


def test_threat_02_a_learner_cannot_decide_by_posting_more(hers, start):
    extra = {"stage": "decided", "is_recognised": "on", "ruling": "accepted", "minutes": "9"}

    hers.post(start, {**TOLD, **extra})

    row = RecognitionClaim.objects.get()
    assert (row.stage, row.units.get().is_recognised) == ("draft", False)


# --- taking back, decision, appeal ---


def test_a_claim_that_waits_is_taken_back_after_a_question(hers, enrolment):
    row = sent(enrolment)
    asked = text(hers.get(page(row, then="take-back/")))
    assert RecognitionClaim.objects.get().stage == "submitted"

    hers.post(page(row, then="take-back/"))

    assert "Take this claim back?" in asked
    assert "You took this claim back" in text(hers.get(page(row)))


def test_a_draft_is_deleted_after_a_question(hers, enrolment):
    row = draft(enrolment)

    assert "Delete this claim?" in text(hers.get(page(row, then="take-back/")))
    hers.post(page(row, then="take-back/"))
    assert RecognitionClaim.objects.count() == 0


def test_recognised_stands_on_the_modules_page_and_the_unit_opens(hers, home, enrolment, rita):
    decided(sent(enrolment), rita)

    html = text(hers.get(home))

    assert "Recognised" in html
    assert "4 of 7 steps done" in " ".join(html.split())
    assert hers.get(f"{home}first-look/").status_code == 200


def test_a_decision_is_read_with_its_reason_and_a_notice_leads_there(hers, enrolment, rita):
    row = decided(sent(enrolment), rita, u1="refused")

    html = text(hers.get(page(row)))

    assert "Not recognised" in html
    assert "Why u1." in html
    assert "you can appeal until" in html
    assert page(row) in text(hers.get("/learn/"))


def test_an_appeal_is_sent_and_said(hers, enrolment, rita):
    row = decided(sent(enrolment), rita, u1="refused")
    assert "There is a problem" in text(hers.post(page(row, then="appeal/"), {"words": " "}))

    html = text(hers.post(page(row, then="appeal/"), {"words": "Look again."}, follow=True))

    assert "Your appeal was sent. Another person decides it." in html
    assert RecognitionClaim.objects.get().appeal == "Look again."


def test_where_there_is_nothing_to_appeal_the_page_leads_back(hers, enrolment, rita):
    row = decided(sent(enrolment), rita)

    assert hers.post(page(row, then="appeal/"), {"words": "More."}).status_code == 302
    assert RecognitionClaim.objects.get().stage == "decided"


def test_after_the_appeal_it_is_said_that_it_is_the_last_word(
    hers, enrolment, rita, admin, organisation
):
    grant_role(admin, role="registrar", organisation=organisation)
    row = decided(sent(enrolment), rita, u1="refused")
    row = recognition.appeal(row, words="Look again.", now=timezone.now())
    decided(row, admin, u1="refused")

    html = text(hers.get(page(row)))

    assert "On your appeal" in html
    assert "Nothing more is to be decided here" in html
    assert not ClaimedUnit.objects.get().is_recognised


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_claims_page_asks_no_more_for_more_evidence(
    hers, enrolment, django_assert_num_queries, how_many
):
    row = draft(enrolment)
    for number in range(how_many):
        one = Evidence(kind="file", name=f"{number}.pdf", digest=f"{number}" * 64)
        recognition.add_evidence(row, one, data=PDF, now=timezone.now())
    hers.get(page(row))

    # session, person, claim, units, evidence, roles
    with django_assert_num_queries(6):
        hers.get(page(row))
