"""From "I know this already" to a decision and an appeal, on a phone, with and without scripts."""

import re

import pytest

from digicantrain.credentials.models import ClaimedUnit, RecognitionClaim
from digicantrain.people.actions import grant_role
from tests.credentials.claims import PDF

pytestmark = pytest.mark.django_db(transaction=True)


def press(page, words):
    """Press the button or link with these words."""
    page.locator(f"main button:has-text('{words}'), main a:has-text('{words}')").first.click()


def decide(page, claim, ruling, reason):
    """Decide each unit of a claim alike."""
    page.goto(f"/manage/recognition/{claim.key}/")
    for unit in claim.units.all():
        page.locator(f"label[for^='id_ruling_{unit.pk}']").nth(ruling).click()
        page.fill(f"[name=reason_{unit.pk}]", reason)
    press(page, "Check my decision")
    press(page, "Yes, decide so")
    page.wait_for_url("**/manage/recognition/")


@pytest.mark.parametrize("javascript", [True, False])
def test_aino_claims_a_unit_is_refused_appeals_and_has_it_recognised(
    visit, sign_in, enrolment, rita, admin, javascript
):
    grant_role(admin, role="registrar", organisation=enrolment.cohort.organisation)
    page = sign_in(visit(width=360, javascript=javascript), enrolment.person)
    page.goto(f"/learn/{enrolment.key}/")
    press(page, "I know this already")
    page.locator("label[for=id_units_0]").click()
    page.fill("[name=learned]", "I read such reports each day.")
    page.fill("[name=place]", "Turku ward")
    page.fill("[name=from_year]", "2020")
    page.fill("[name=to_year]", "2024")
    page.fill("[name=hours]", "20")
    press(page, "Save and add evidence")
    page.wait_for_url(re.compile("/claim/"))
    press(page, "Add a certificate or another file")
    page.set_input_files(
        "[name=file]", {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    press(page, "Add it")
    press(page, "Send my claim")
    page.wait_for_url(re.compile("/claim/"))
    claim = RecognitionClaim.objects.get()
    address = page.url
    assert "A registrar of the training provider decides" in page.locator("main").inner_text()

    decide(sign_in(visit(width=360, javascript=javascript), rita), claim, 1, "No dates on it.")
    page.goto(address)
    assert "No dates on it." in page.locator("main").inner_text()
    press(page, "Appeal")
    page.fill("[name=words]", "The dates stand on its second page.")
    press(page, "Send my appeal")
    page.wait_for_url(address)
    decide(sign_in(visit(width=360, javascript=javascript), admin), claim, 0, "So they do.")

    page.goto(f"/learn/{enrolment.key}/")
    assert "Recognised" in page.locator("main").inner_text()
    assert ClaimedUnit.objects.get().is_recognised
