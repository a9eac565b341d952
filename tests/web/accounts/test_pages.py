"""Every page of sign-in and account stands in our frame, in both languages."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import get_resolver

from tests.web.accounts.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.django_db
STRANGER, HALF_DONE, SIGNED_IN = "stranger", "half-done", "signed in"
# Who sees the page of an address; None: it answers with a redirect or a file, never with a page.
PAGES = {
    "account_login": STRANGER,
    "account_signup": STRANGER,
    "account_request_login_code": STRANGER,
    "account_reset_password": STRANGER,
    "account_reset_password_done": STRANGER,
    "account_reset_password_from_key": STRANGER,
    "account_reset_password_from_key_done": STRANGER,
    "account_inactive": STRANGER,
    "account_email_verification_sent": "signing up",
    "account_confirm_login_code": "waiting for a code",
    "mfa_authenticate": HALF_DONE,
    "account_logout": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": "without a password",
    "account_reauthenticate": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": "confirmed, without an app",
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": None,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_login_webauthn": None,
}


def addresses():
    """Return the addresses of allauth's pages by name."""
    found = get_resolver().reverse_dict
    names = {name for name in found if isinstance(name, str)}
    return {name for name in names if name.startswith(("account_", "mfa_"))}


@pytest.fixture
def passkey(nurse):
    """A passkey that Aino has; it need not work to be listed."""
    data = {"name": "My <b>phone</b>", "passwordless": True, "credential": {}}
    return Authenticator.objects.create(user=nurse, type="webauthn", data=data)


def arguments(name, passkey):
    if name == "account_reset_password_from_key":
        return {"uidb36": "1", "key": "gone"}
    if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"}:
        return {"pk": passkey.pk}
    return {}


def bring(client, person, state, app_secret):
    """Bring a client into the state in which it sees a page."""
    if state == "signing up":
        words = {"password1": "long enough words", "password2": "long enough words"}
        client.post("/account/signup/", {"name": "N", "email": "n@example.org", **words})
    elif state == "waiting for a code":
        client.post("/account/login/code/", {"email": person.email})
    elif state == HALF_DONE:
        sign_in(client, person)
    elif state != STRANGER:
        if state.endswith("without an app"):
            person.authenticator_set.all().delete()
        client.force_login(person)
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        if state == "without a password":
            person.set_unusable_password()
            person.save()
            client.force_login(person)


def test_every_address_of_allauth_is_in_the_table():
    assert addresses() == set(PAGES)


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("name", sorted(name for name, state in PAGES.items() if state))
def test_every_page_stands_in_our_frame(
    client, nurse, app_secret, passkey, monkeypatch, name, language
):
    from django.urls import reverse
    from django.utils import translation

    monkeypatch.setattr(
        "allauth.mfa.webauthn.internal.auth.get_credentials", lambda *_args, **_more: []
    )
    bring(client, nurse, PAGES[name], app_secret)
    with translation.override(language):
        address = reverse(name, kwargs=arguments(name, passkey))

    response = client.get(address)
    html = response.content.decode()

    assert response.status_code == 200
    assert f'<html lang="{language}" class="govuk-template">' in html
    for piece in ('class="brand"', 'class="foot"', '<main class="govuk-main-wrapper"', "<h1 class"):
        assert piece in html
    assert html.count("<h1") == 1
    assert "<b>phone" not in html
    assert 'style="' not in html
    assert "placeholder" not in html


@pytest.mark.parametrize("name", sorted(name for name, state in PAGES.items() if not state))
def test_the_other_addresses_show_no_page(client, nurse, app_secret, name):
    from django.urls import reverse

    client.force_login(nurse)
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    response = client.get(reverse(name))

    assert response.status_code in {200, 302}
    assert "html" not in response["Content-Type"] or response.status_code == 302


def test_a_tired_nurse_finds_sign_in_without_a_password(client, db):
    html = client.get("/account/login/").content.decode()

    assert "Sign in with a passkey" in html
    assert "Send me a code by e-mail" in html
    assert "You set it up in your account" in html
    assert "demo" not in html
