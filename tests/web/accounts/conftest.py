"""People who can really sign in: their addresses are confirmed."""

import re

import pytest

PASSWORD = "correct horse battery"


@pytest.fixture
def confirmed():
    """Confirm somebody's address, as a code from the mail would."""
    from allauth.account.models import EmailAddress

    def act(person):
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
        return person

    return act


@pytest.fixture
def nurse(aino, confirmed):
    """Aino with a confirmed address."""
    return confirmed(aino)


@pytest.fixture
def app_secret(nurse):
    """The secret of the app by which Aino has a second step."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(nurse, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(nurse)
    return "JBSWY3DPEHPK3PXP"


def code_in(mail):
    """Return the code that stands in a mail."""
    return re.findall(r"^([A-Z0-9]{4}-?[A-Z0-9]{2,4})$", mail.body, re.MULTILINE)[0]


def link_in(mail):
    """Return the address that stands in a mail."""
    return re.findall(r"^(https?://\S+)$", mail.body, re.MULTILINE)[0]


def app_code(secret):
    """Return what an authenticator app shows now."""
    from allauth.mfa.totp.internal import auth

    return auth.format_hotp_value(
        auth.hotp_value(secret, next(iter(auth.yield_hotp_counters_from_time())))
    )


def sign_in(client, person, *, password=PASSWORD, **more):
    """Send the form of the sign-in page."""
    return client.post("/account/login/", {"login": person.email, "password": password, **more})


def is_in(client):
    """Whether the client's session is somebody's."""
    return client.get("/learn/").status_code == 200
