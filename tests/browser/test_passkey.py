"""A passkey from making it to signing in with it, in a browser with a made-up device."""

import re

import pytest
from allauth.account.models import EmailAddress

from tests.browser.conftest import violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nurse(aino):
    """Aino with a confirmed address."""
    EmailAddress.objects.create(user=aino, email=aino.email, verified=True, primary=True)
    return aino


def come_in(page, person):
    page.goto("/account/login/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", "correct horse battery")
    page.click("main form button[type=submit] >> nth=0")


def go_out(page):
    page.goto("/account/logout/")
    with page.expect_navigation():
        page.click("main form button")


def add_passkey(page):
    page.goto("/account/2fa/webauthn/add/")
    page.fill("[name=password]", "correct horse battery")
    page.click("main form button[type=submit]")
    page.fill("[name=name]", "My phone")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/account/2fa/recovery-codes/")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_passkey_is_made_and_signs_in_alone(visit, nurse, device, width):
    page = visit(width=width)
    device(page)
    come_in(page, nurse)
    add_passkey(page)
    assert page.locator("main .codes li").count() == 10
    page.goto("/account/2fa/webauthn/")
    assert page.locator("main .rows strong").inner_text() == "My phone"
    go_out(page)

    page.goto("/account/login/?next=/my-data/")
    page.click("#passkey_login")

    page.wait_for_url(re.compile(r"^[^?]*/my-data/$"))
    assert nurse.authenticator_set.get(type="webauthn").last_used_at


def test_a_passkey_is_the_second_step_after_a_password(visit, nurse, device):
    page = visit()
    device(page)
    come_in(page, nurse)
    add_passkey(page)
    go_out(page)

    come_in(page, nurse)
    assert page.url.endswith("/account/2fa/authenticate/")
    assert violations(page) == []
    page.click("#mfa_webauthn_authenticate")

    page.wait_for_url("**/learn/")


def test_a_passkey_that_fails_says_so(visit, nurse, device):
    page = visit(width=360)
    take_away = device(page)
    come_in(page, nurse)
    add_passkey(page)
    go_out(page)
    take_away()
    page.goto("/account/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")

    page.click("#passkey_login")

    page.locator("#passkey-problem").wait_for(state="visible")
    assert "choose another way to sign in" in page.inner_text("#passkey-problem")
    assert violations(page) == []
