"""The main journey, from invitation to a verified credential and the evaluator's page."""

import json
import re

import pytest
from django.utils import timezone

from digicantrain.assessment.models import Attempt, Item
from digicantrain.credentials.models import Credential
from digicantrain.evaluation import actions as studies
from digicantrain.evaluation.models import Instrument, Participant, Study, Wave

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study(cohort):
    """A study of the autumn run."""
    row = Study.objects.create(
        organisation=cohort.organisation,
        slug="pilot",
        title={"en": "Does it help?"},
        information={"en": "We ask before and after."},
        lawful_basis="consent",
        ethics_reference="none",
        contact="research@turku.example",
        retention_until=timezone.localdate().replace(year=2036, day=1),
        instrument=Instrument.objects.get(slug="self-assessment"),
        plan={"primary_outcome": "D4"},
    )
    for order, key in enumerate((Wave.Key.PRE, Wave.Key.POST)):
        Wave.objects.create(study=row, key=key, order=order)
    row.cohorts.add(cohort)
    return studies.freeze_plan(row, by=None, now=timezone.now())


def press(page, words):
    """Press the button or link with these words."""
    page.locator(
        f"main button:has-text('{words}'), main a.govuk-button:has-text('{words}')"
    ).first.click()


def answer_questionnaire(page, value):
    for item in ("c1", "c2", "c3", "c4"):
        page.locator(f"label[for='{item}-{value}']").click()
    press(page, "Send my answers")


def join(page, cohort):
    """Follow the invitation link and enrol."""
    page.goto(f"/learn/join/{cohort.invitation}/")
    press(page, "Enrol")


def read_first_unit(page):
    """Go through the page with its question, the practice quiz, the case, the note."""
    press(page, "Begin")
    page.locator("label[for='answer-q1-a']").click()
    press(page, "Answer")
    assert "Yes: words come first." in page.content()
    press(page, "Done, go on")
    for key in ("p1", "p2"):
        page.locator(f"label[for='answer-{key}-a']").click()
        press(page, "Answer")
        press(page, "Go on")
    press(page, "Done, go on")
    page.get_by_role("button", name="Ring").click()
    page.get_by_role("button", name="Ask for him").click()
    assert "In time" in page.content()
    press(page, "Go on")
    page.fill("#answer-n1", "Rang at ten.")
    press(page, "Save my text")
    press(page, "Done, go on")


def take_test(page):
    """Answer each scene with the best option and hand the test in."""
    press(page, "Begin the test")
    for _ in range(3):
        option = page.locator(".govuk-radios__label", has_text="The words").first
        option.click()
        # the choice is saved at once; the tests' one connection to SQLite takes one at a time
        page.wait_for_load_state("networkidle")
        press(page, "Save and go on")
    press(page, "Hand the test in")
    assert "You have passed" in page.content()
    press(page, "Go on")


def finish(page):
    """The case that counts, and the feedback form."""
    page.get_by_role("button", name="Ring").click()
    page.get_by_role("button", name="Ask for him").click()
    press(page, "Go on")
    page.locator("label[for='item-useful-5']").click()
    press(page, "Send my feedback")


@pytest.mark.parametrize("width", [360, 1280])
def test_from_invitation_to_verified_credential_and_evaluation(
    visit, sign_in, width, cohort, study, aino, chiara
):
    page = sign_in(visit(width=width), aino)
    join(page, cohort)

    page.goto("/learn/")
    page.get_by_role("link", name="Read about it and decide").click()
    page.locator("label[for='research-yes']").click()
    press(page, "Save my decision")
    answer_questionnaire(page, 2)

    page.goto("/learn/")
    read_first_unit(page)
    take_test(page)
    finish(page)

    page.goto("/learn/")
    page.get_by_role("link", name="Answer the questionnaire").click()
    answer_questionnaire(page, 4)

    page.goto("/learn/credits/")
    assert "50 minutes: all steps of 2 units, added up" in page.content()
    link = page.locator("code.address").inner_text()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == link
    token = link.rstrip("/").split("/")[-1]

    stranger = visit(width=width)
    stranger.goto(f"/c/{token}/")
    assert "This credential is valid" in stranger.locator("h1").inner_text()
    assert "Aino Virtanen" in stranger.content()
    stranger.click("summary:has-text('All files')")
    with stranger.expect_download() as download:
        stranger.click("main a:has-text('The signed credential (JSON)')")
    document = json.loads(download.value.path().read_text(encoding="utf-8"))
    stranger.goto("/verify/")
    stranger.fill("#id_text", json.dumps(document))
    press(stranger, "Check")
    assert "This credential is valid" in stranger.locator("h1").inner_text()

    evaluator = sign_in(visit(width=width), chiara)
    evaluator.goto("/evaluate/pilot/")
    press(evaluator, "Compute the results now")
    evaluator.reload()
    assert "Measured after" in evaluator.content()
    assert Participant.objects.filter(consent__research=True).count() == 1
    assert evaluator.evaluate("document.documentElement.scrollWidth") <= width


def test_reading_test_enrolment_and_verifying_work_without_javascript(
    visit, sign_in, cohort, aino, settings
):
    page = sign_in(visit(width=360, javascript=False), aino)
    join(page, cohort)
    read_first_unit(page)
    take_test(page)
    finish(page)
    token = Credential.objects.get().token
    page.goto("/learn/credits/")
    assert not page.get_by_role("button", name="Copy the link").count()

    stranger = visit(width=360, javascript=False)
    stranger.goto("/verify/")
    stranger.fill("#id_text", f"{settings.ORIGIN}/c/{token}/")
    press(stranger, "Check")
    assert "This credential is valid" in stranger.locator("h1").inner_text()

    stranger.goto(f"/c/{token}/")
    assert "This credential is valid" in stranger.locator("h1").inner_text()


def test_a_test_is_resumed_at_the_same_question_on_another_device(visit, sign_in, cohort, aino):
    first = sign_in(visit(), aino)
    join(first, cohort)
    read_first_unit(first)
    press(first, "Begin the test")
    first.locator(".govuk-radios__label").first.click()
    first.locator("#saved", has_text=re.compile("Saved")).wait_for()

    second = sign_in(visit(width=360), aino)
    second.goto("/learn/")
    press(second, "Continue")

    assert "Question 2 of 3" in second.content()
    assert Attempt.objects.get().responses.count() == 1
    assert Item.objects.filter(use="bank").count() == 7


def test_the_language_switch_keeps_the_question(visit, sign_in, cohort, aino):
    page = sign_in(visit(), aino)
    join(page, cohort)
    read_first_unit(page)
    press(page, "Begin the test")
    here = page.url

    page.get_by_role("link", name="Suomi").first.click()

    assert "/fi/learn/" in page.url
    assert page.url.split("/fi/")[1] in here
    assert page.locator("html").get_attribute("lang") == "fi"
