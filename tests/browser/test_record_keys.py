"""The one sight of a secret of the record store: for axe, on a phone, in both languages."""

import pytest

from digicantrain.records.models import Key
from tests.browser.conftest import violations

pytestmark = pytest.mark.django_db(transaction=True)


def wrong_now(page):
    """Return axe's findings, and whether the page is wider than the window."""
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return violations(page) + ([("wider than the window", [])] if too_wide else [])


@pytest.mark.parametrize(("language", "scheme"), [("", "light"), ("/fi", "dark")])
def test_onni_makes_a_key_and_copies_its_secret(
    visit, sign_in, organisation, admin, language, scheme
):
    page = sign_in(visit(width=360, dark=scheme == "dark"), admin)
    page.goto(f"{language}/manage/o/{organisation.slug}/record-keys/new/")
    page.click("main form button")
    assert wrong_now(page) == []
    page.fill("#id_name", "Ward tablets")
    page.focus("#id_scopes_0")
    page.keyboard.press("Space")
    page.click("main form button")

    page.wait_for_selector("[data-copy]:not([hidden])")
    assert page.locator("[data-copy]").count() == 3
    assert wrong_now(page) == []
    assert Key.objects.get().scopes == "statements/write"
