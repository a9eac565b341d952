"""What the record store asks once more: for axe, on a phone, in both languages."""

import pytest

from digicantrain.records.models import Agent, Retention
from tests.browser.conftest import violations
from tests.records.told import put, told

pytestmark = pytest.mark.django_db(transaction=True)


def wrong_now(page):
    """Return axe's findings, and whether the page is wider than the window."""
    page.wait_for_load_state()
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return violations(page) + ([("wider than the window", [])] if too_wide else [])


@pytest.mark.parametrize(("language", "scheme"), [("", "light"), ("/fi", "dark")])
def test_onni_sets_a_rule_and_erases_somebody(
    visit, sign_in, organisation, admin, language, scheme
):
    put(organisation, told())
    page = sign_in(visit(width=360, dark=scheme == "dark"), admin)
    store = f"{language}/manage/o/{organisation.slug}/records"

    page.goto(f"{store}/")
    assert wrong_now(page) == []
    page.goto(f"{store}/retention/")
    page.fill("#id_statements", "24")
    page.click("main form button")
    page.wait_for_selector("main button[name=confirm]")
    assert wrong_now(page) == []
    page.click("main button[name=confirm]")
    page.wait_for_selector("#id_statements")

    page.goto(f"{store}/erase/")
    page.fill("#id_mail", "maija@ward.example")
    page.click("main form button")
    page.wait_for_selector("main button[name=confirm]")
    assert wrong_now(page) == []
    page.click("main button[name=confirm]")
    page.wait_for_selector("#id_mail")
    assert Retention.objects.get().statement_months == 24
    assert not Agent.objects.filter(identifier__contains="maija").exists()


def test_an_export_comes_as_a_file_without_javascript(visit, sign_in, organisation, admin):
    put(organisation, told())
    page = sign_in(visit(javascript=False, accept_downloads=True), admin)
    page.goto(f"/manage/o/{organisation.slug}/records/export/")

    with page.expect_download() as waiting:
        page.click("main form button")

    assert waiting.value.suggested_filename.startswith("turku-statements-")
    assert "maija@ward.example" in waiting.value.path().read_text(encoding="utf-8-sig")
