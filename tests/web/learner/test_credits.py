"""One's own credits: each with its formula or source, CME only where it was granted."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from digicantrain.credentials import actions
from digicantrain.credentials.models import Credential
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy, EnrolmentState
from tests.credentials.earned import issued
from tests.credentials.granted import cme_rules  # noqa: F401 - a fixture
from tests.credentials.granted import granted as grant
from tests.credentials.states import expired

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cme_rules")]
PAGE = "/learn/credits/"
TRANSCRIPT = f"{PAGE}transcript.json"


@pytest.fixture
def credential(enrolment):
    return issued(enrolment)


@pytest.fixture
def page(client, aino):
    """What Aino sees."""

    def look():
        client.force_login(aino)
        return client.get(PAGE).content.decode()

    return look


def table(client, person):
    client.force_login(person)
    text = client.get(f"{PAGE}transcript.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_hours_stand_with_their_formula_and_no_ects_below_a_whole_credit(page, credential):
    html = page()

    assert "50 min" in html
    assert "50 minutes: all steps of 2 units, added up" in html
    assert "Practice at work is not yet part of it." in html
    assert ">ECTS<" not in html


def test_ects_stand_with_their_formula_where_they_may_be_awarded(page, enrolment):
    version, organisation = enrolment.version, enrolment.cohort.organisation
    organisation.may_award_ects = True
    organisation.save()
    credit = {**version.data["credit"], "kind": "micro-credential"}
    version.data = {**version.data, "credit": credit}
    version.save()
    issued(enrolment)

    html = page()

    assert "ECTS" in html
    assert "1 ECTS = 27 h" in html
    assert "Micro-credential" in html


def test_no_cme_where_none_was_granted(page, credential):
    assert "none granted for this module and your profession" in page()


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, True),
        ({"profession": "doctor"}, False),
        ({"valid_until": date(2020, 2, 1)}, False),
        ({"valid_from": date(2098, 1, 1)}, False),
    ],
)
def test_cme_shows_only_a_grant_for_her_profession_and_day_with_its_source(
    page, credential, fields, shown
):
    grant(credential.version, **fields)

    html = page()

    assert ("1.50 CME points" in html or "1.5 CME points" in html) is shown
    assert ("Sample accreditor, REF-7" in html) is shown
    assert ("https://example.org/register/7" in html) is shown


def test_earned_is_said(page, credential):
    assert "Earned" in page()


def test_expires_and_expired_are_said(page, credential):
    credential.expires_at = timezone.now().replace(year=2099, month=3, day=1)
    credential.save()
    assert "Expires 03/2099" in " ".join(page().split())

    expired(credential)
    assert "Expired" in page()


def test_withdrawn_is_said_with_when_and_why(page, credential, rita):
    actions.revoke(credential, reason="Issued by mistake.", by=rita, now=timezone.now())

    html = " ".join(page().split())

    assert "Withdrawn" in html
    assert ": Issued by mistake." in html
    assert "training@turku.example" in html
    assert "certificate.pdf" not in html


def test_being_checked_is_said_while_it_is_not_issued_yet(page, enrolment):
    enrolment.state = EnrolmentState.COMPLETED
    enrolment.save()
    assert "Being checked" in page()

    for data in ({**enrolment.version.data, "credit": None}, {"assessment": {}}):
        enrolment.version.data = data
        enrolment.version.save()
        assert "Being checked" not in page()


def test_nothing_yet_says_what_to_do_next(page, aino):
    html = page()

    assert "Nothing yet." in html
    assert "transcript.csv" not in html


def test_sums_count_what_stands_each_currency_by_itself(client, cohort, aino, page, rita):
    first = issued(enrol(cohort, person=aino, how=EnrolledBy.SELF))
    grant(first.version)
    second = Credential.objects.get()
    second.pk, second.enrolment, second.key, second.token = None, None, "0" * 32, "x" * 22
    second.digest, second.status_index, second.is_demo = "1" * 64, second.status_index - 1, False
    second.save()
    html = " ".join(page().split())

    # the same module twice: the same hours count once
    assert "0 h 50 min" in html
    assert "1 h 40 min" not in html
    assert "1.5 CME points" in html
    assert "none: nothing here is a whole credit" in html

    for row in (first, second):
        actions.revoke(row, reason="Mistake", by=rita, now=timezone.now())

    assert "0 h 0 min" in page()


def test_the_table_says_the_same_as_the_page(client, credential, aino):
    grant(credential.version)

    (row,) = table(client, aino)

    assert (row["title"], row["kind"], row["state"]) == (
        "Reading reports: first steps", "Badge", "Earned",
    )  # fmt: skip
    assert (row["hours"], row["ects"]) == ("0.83", "")
    assert row["formula"].startswith("50 minutes")
    assert (row["cme_points"], row["cme_unit"]) == ("1.50", "CME points")
    assert row["cme_source"] == "Sample accreditor, REF-7, https://example.org/register/7"
    assert row["link"].endswith(f"/c/{credential.token}/")


def test_threat_24_a_cell_that_would_run_as_a_formula_does_not(client, credential, aino, rita):
    actions.revoke(credential, reason="=HYPERLINK(1)", by=rita, now=timezone.now())

    (row,) = table(client, aino)

    assert row["reason"] == "'=HYPERLINK(1)"
    assert row["state"] == "Withdrawn"


def test_farah_sees_nothing_of_ainos(client, credential, farah):
    assert table(client, farah) == []
    assert credential.token not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}{credential.key}/share/", {"show_name": "no"}).status_code == 404
    assert Credential.objects.get().show_name


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}transcript.csv"])
def test_a_stranger_is_asked_to_sign_in(client, db, path):
    assert client.get(path).status_code == 302


def test_she_hides_her_name_and_shows_it_again(client, credential, aino):
    client.force_login(aino)
    for answer, shown in (("no", False), ("yes", True)):
        client.post(f"{PAGE}{credential.key}/share/", {"show_name": answer})

        assert Credential.objects.get().show_name is shown
        assert ("Aino Virtanen" in client.get(f"/c/{credential.token}/").content.decode()) is shown


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_asks_no_more_when_there_are_more(
    client, enrolment, aino, django_assert_num_queries, how_many
):
    first = issued(enrolment)
    grant(first.version)
    for number in range(1, how_many):
        first.pk, first.enrolment, first.key = None, None, f"{number}" * 32
        first.token, first.digest = f"{number}" * 22, f"{number}" * 64
        first.status_index = number
        first.save()
    client.force_login(aino)
    client.get(PAGE)

    # the last two: certificates of paths, and modules under way in which badges can be earned
    with django_assert_num_queries(11):
        client.get(PAGE)


# --- every form of a credential ---


FORMS = ("european-upload.json", "european.jsonld", "elmo.xml")


@pytest.fixture
def sealed(organisation):
    from digicantrain.credentials import seals

    organisation.legal_identifier = "VATFI-01234567"
    organisation.save()
    return seals.make_seal(organisation, by=None, now=timezone.now())


def test_a_name_with_a_line_break_and_turned_writing_is_plain_in_every_form(
    client, sealed, credential, aino
):
    credential.holder_name = aino.name = "Aino\n\u202eVirta\u200bnen"
    credential.show_name = True
    credential.save()
    aino.save()
    client.force_login(aino)
    addresses = [f"{PAGE}{credential.key}/{name}" for name in (FORMS[0], FORMS[2])]
    texts = [client.get(address).content.decode() for address in [*addresses, TRANSCRIPT]]
    client.logout()
    texts.append(client.get(f"/c/{credential.token}/").content.decode())

    for text in texts:
        assert "Virtanen" in text
        assert "\u202e" not in text
        assert "Aino\\n" not in text


@pytest.mark.parametrize(("name", "said"), [("王小明 김", True), ("Αινώ Βιρτανέν-Ő", False)])
def test_a_name_that_the_pdf_cannot_draw_is_told_to_its_holder(
    client, credential, aino, name, said
):
    Credential.objects.filter(pk=credential.pk).update(holder_name=name)
    client.force_login(aino)

    html = client.get(f"{PAGE}{credential.key}/").content.decode()

    assert ("It cannot draw some letters of your name" in html) is said


def test_each_form_is_offered_with_what_it_is_for_and_can_be_had(client, sealed, credential, aino):
    client.force_login(aino)
    html = " ".join(client.get(f"{PAGE}{credential.key}/").content.decode().split())

    assert "The seal is not qualified." in html
    assert "For a university that takes in results over EMREX." in html
    for name in FORMS:
        assert f"{PAGE}{credential.key}/{name}" in html
        response = client.get(f"{PAGE}{credential.key}/{name}")
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith("attachment; filename=")
        assert (
            "Aino Virtanen" in response.content.decode() or "Virtanen" in response.content.decode()
        )
        assert "no-store" in response["Cache-Control"]


def test_without_a_number_in_a_register_the_european_form_is_absent(client, credential, aino):
    client.force_login(aino)

    assert "european" not in client.get(f"{PAGE}{credential.key}/").content.decode()
    assert "elmo" not in client.get(f"{PAGE}{credential.key}/").content.decode()
    for name in FORMS:
        assert client.get(f"{PAGE}{credential.key}/{name}").status_code == 404


def test_under_another_secret_each_form_is_there_without_a_seal_or_absent(
    client, sealed, credential, aino, settings
):
    settings.KEY_ENCRYPTION_KEY = "another-secret-another-secret-another"
    client.force_login(aino)

    html = client.get(f"{PAGE}{credential.key}/").content.decode()
    sheet = client.get(f"/c/{credential.token}/certificate.pdf")

    assert "european.jsonld" not in html
    assert "carries the provider&#x27;s seal" not in html
    assert client.get(f"{PAGE}{credential.key}/european.jsonld").status_code == 404
    for name in ("european-upload.json", "elmo.xml"):
        assert client.get(f"{PAGE}{credential.key}/{name}").status_code == 200
    assert (sheet.status_code, b"/ETSI.CAdES.detached" in sheet.content) == (200, False)
    pages = PdfReader(io.BytesIO(sheet.content)).pages
    assert "Sealed by" not in " ".join(page.extract_text() for page in pages)


def test_of_a_withdrawn_one_no_form_is_handed_out(client, sealed, credential, aino, rita):
    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())
    client.force_login(aino)

    assert "does not stand now" in client.get(f"{PAGE}{credential.key}/").content.decode()
    for name in FORMS:
        assert client.get(f"{PAGE}{credential.key}/{name}").status_code == 404


def test_farah_has_no_form_of_ainos(client, sealed, credential, farah):
    client.force_login(farah)

    for name in ("", *FORMS):
        assert client.get(f"{PAGE}{credential.key}/{name}").status_code == 404


def test_the_table_says_level_assessment_and_supervision(client, credential, aino):
    (row,) = table(client, aino)

    assert (row["eqf_level"], row["eqf_basis"]) == ("6", "self-assessed")
    assert row["assessment"].startswith("Scenario test")
    assert row["supervision"].startswith("Unsupervised")
    assert row["awarding_body"] == "Turku Training"


def test_the_transcript_for_programs_keeps_each_currency_apart(client, credential, aino):
    grant(credential.version)
    client.force_login(aino)

    made = client.get(f"{PAGE}transcript.json").json()

    assert made["counts_now"] == {"minutes": 50, "ects": "0", "cme": {"CME points": "1.50"}}
    (one,) = made["credentials"]
    assert (one["hours"], one["ects"], one["state"]) == ("0.83", None, "earned")
    assert one["cme"][0]["rule"] == "sample"
    assert one["elements"]["assessmentType"].startswith("Scenario test")
    assert one["link"].endswith(f"/c/{credential.token}/")


def test_hostile_words_stay_words_in_both(client, credential, aino, rita):
    nasty = '=cmd|"/C calc"!A1\n<script>'
    credential.title = {"en": nasty}
    credential.save()
    actions.revoke(credential, reason="\t@SUM(1)", by=rita, now=timezone.now())

    (row,) = table(client, aino)
    (one,) = client.get(f"{PAGE}transcript.json").json()["credentials"]

    assert row["title"] == f"'{nasty}"
    assert row["reason"].startswith("'")
    assert one["title"] == {"en": nasty}


# --- how it adds up ---


def test_she_sees_what_she_has_and_what_is_missing(client, cohort, aino):
    from tests.credentials import stacked

    stacked.pair(cohort)
    stacked.earned(cohort, aino)
    client.force_login(aino)

    text = client.get("/learn/credits/").content.decode()

    assert "1 of 2 modules of the path “Both of them”" in text
    assert "Still missing" in text
    assert "Path certificate" not in text


def test_a_completed_path_has_its_certificate_and_is_not_offered_twice(client, cohort, aino):
    from tests.credentials import stacked

    certificate = stacked.completed(cohort, aino)
    client.force_login(aino)

    text = client.get("/learn/credits/").content.decode()

    assert f"/p/{certificate.token}/" in text
    assert "2 of 2 modules of the path “Both of them”" in text
    assert "/turku/pair/record.json" not in text


def test_badges_on_the_way_to_a_module_are_counted(client, enrolment, aino):
    from tests.credentials import stacked

    enrolment.version = stacked.with_badge(enrolment.version)
    client.force_login(aino)
    assert "0 of 1 badge of this module" in client.get("/learn/credits/").content.decode()

    stacked.do(enrolment, stacked.U1)

    assert "1 of 1 badge of this module" in client.get("/learn/credits/").content.decode()


def test_a_module_stands_before_the_badges_of_its_units(client, enrolment, aino):
    from tests.credentials import stacked
    from tests.credentials.earned import earn

    stacked.with_badge(enrolment.version)
    whole = actions.issue_for(earn(enrolment), now=timezone.now() - timedelta(days=1))
    badge = actions.issue_badge(enrolment, badge="practice", now=timezone.now())
    client.force_login(aino)

    html = client.get("/learn/credits/").content.decode()

    forms = [html.index(f"/learn/credits/{row.key}/") for row in (whole, badge)]
    assert forms == sorted(forms)
