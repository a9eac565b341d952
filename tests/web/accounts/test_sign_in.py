"""Signing up and in: by password, by code, by a second step."""

import pytest
from allauth.account.models import EmailAddress

from digicantrain.people.models import Person
from tests.web.accounts.conftest import PASSWORD, app_code, code_in, is_in, sign_in

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Nina Niemi", "email": "Nina@Example.org",
    "password1": "long enough words", "password2": "long enough words",
}  # fmt: skip


def test_signing_up_ends_with_the_code_from_the_mail(client, mailoutbox):
    response = client.post("/fi/account/signup/", FORM)
    assert response["Location"] == "/fi/account/confirm-email/"
    assert not is_in(client)

    client.post("/fi/account/confirm-email/", {"code": code_in(mailoutbox[0])})

    assert is_in(client)
    nina = Person.objects.get(email="nina@example.org")
    assert (nina.name, nina.language) == ("Nina Niemi", "fi")
    assert EmailAddress.objects.get(user=nina).verified


def test_a_wrong_code_opens_nothing_and_the_third_ends_the_sign_up(client, mailoutbox):
    client.post("/account/signup/", FORM)

    for _ in range(3):
        client.post("/account/confirm-email/", {"code": "AAAA-BBBB"})
    client.post("/account/confirm-email/", {"code": code_in(mailoutbox[0])})

    assert not is_in(client)
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_threat_02_signing_up_gives_no_power(client, mailoutbox):
    client.post(
        "/account/signup/",
        {**FORM, "is_superuser": "1", "is_staff": "on", "role": "administrator", "pk": "1"},
    )

    nina = Person.objects.get(email="nina@example.org")
    assert not nina.is_superuser
    assert not nina.is_staff
    assert not nina.memberships.exists()


def test_signing_up_again_says_nothing_and_writes_to_the_holder(client, nurse, mailoutbox):
    """Threat 13: whether an address has an account is told to its mailbox only."""
    fresh = client.post("/account/signup/", FORM)
    client.cookies.clear()
    again = client.post("/account/signup/", {**FORM, "email": nurse.email})

    assert (again.status_code, again["Location"]) == (fresh.status_code, fresh["Location"])
    assert mailoutbox[-1].to == [nurse.email]
    assert "already" in mailoutbox[-1].body
    assert Person.objects.filter(email=nurse.email).count() == 1


def test_aino_signs_in_by_password_in_any_spelling_of_her_address(client, nurse):
    response = client.post(
        "/account/login/", {"login": "AINO@Example.org ", "password": "correct horse battery"}
    )

    assert response["Location"] == "/learn/"
    assert is_in(client)


def test_a_wrong_password_gets_one_sentence(client, nurse):
    response = sign_in(client, nurse, password="wrong")

    assert response.status_code == 200
    assert "are not correct" in response.content.decode()
    assert not is_in(client)


def test_aino_signs_in_by_a_code_that_works_once(client, nurse, mailoutbox):
    client.post("/account/login/code/", {"email": nurse.email})
    code = code_in(mailoutbox[0])
    client.post("/account/login/code/confirm/", {"code": code})
    assert is_in(client)

    client.post("/account/logout/")
    client.post("/account/login/code/confirm/", {"code": code})

    assert not is_in(client)


def test_a_code_works_in_the_browser_that_asked_for_it_only(client, nurse, mailoutbox):
    from django.test import Client

    client.post("/account/login/code/", {"email": nurse.email})
    stranger = Client()

    stranger.post("/account/login/code/confirm/", {"code": code_in(mailoutbox[0])})

    assert not is_in(stranger)


def test_a_code_is_guessed_at_most_three_times(client, nurse, mailoutbox):
    """Threat 13."""
    client.post("/account/login/code/", {"email": nurse.email})

    for _ in range(3):
        client.post("/account/login/code/confirm/", {"code": "AAAA-BBBB"})
    client.post("/account/login/code/confirm/", {"code": code_in(mailoutbox[0])})

    assert not is_in(client)


def test_who_was_enrolled_by_a_file_signs_in_by_code(client, mailoutbox):
    """She has no password, and nobody has confirmed her address yet: the code does."""
    person = Person.objects.create_user("ann@example.org", name="Ann Aho")

    client.post("/account/login/code/", {"email": person.email})
    client.post("/account/login/code/confirm/", {"code": code_in(mailoutbox[0])})

    assert is_in(client)
    assert EmailAddress.objects.get(user=person).verified


def test_who_was_enrolled_by_a_file_may_set_a_password(client, mailoutbox):
    person = Person.objects.create_user("ann@example.org", name="Ann Aho")
    client.post("/account/login/code/", {"email": person.email})
    client.post("/account/login/code/confirm/", {"code": code_in(mailoutbox[0])})

    client.post(
        "/account/password/set/",
        {"password1": "long enough words", "password2": "long enough words"},
    )
    client.post("/account/logout/")
    sign_in(client, person, password="long enough words")

    assert is_in(client)


def test_the_second_step_is_asked_and_taken(client, nurse, app_secret):
    response = sign_in(client, nurse)
    assert response["Location"] == "/account/2fa/authenticate/"
    assert not is_in(client)

    client.post("/account/2fa/authenticate/", {"code": app_code(app_secret)})

    assert is_in(client)


def test_a_code_of_the_app_works_once(client, nurse, app_secret):
    code = app_code(app_secret)
    sign_in(client, nurse)
    client.post("/account/2fa/authenticate/", {"code": code})
    client.post("/account/logout/")

    sign_in(client, nurse)
    client.post("/account/2fa/authenticate/", {"code": code})

    assert not is_in(client)


def test_a_code_by_mail_does_not_stand_for_the_second_step(client, nurse, app_secret, mailoutbox):
    client.post("/account/login/code/", {"email": nurse.email})

    response = client.post("/account/login/code/confirm/", {"code": code_in(mailoutbox[0])})

    assert response["Location"] == "/account/2fa/authenticate/"
    assert not is_in(client)


def recovery_codes(person):
    return person.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()


def test_a_recovery_code_works_once(client, nurse, app_secret):
    code = recovery_codes(nurse)[0]
    for _ in range(2):
        client.post("/account/logout/")
        sign_in(client, nurse)
        client.post("/account/2fa/authenticate/", {"code": code})

    assert not is_in(client)
    assert len(recovery_codes(nurse)) == 9


def test_setting_up_an_app_shows_a_drawing_of_ours_and_the_secret(client, nurse):
    sign_in(client, nurse)
    assert "/account/reauthenticate/" in client.get("/account/2fa/totp/activate/")["Location"]
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    response = client.get("/account/2fa/totp/activate/")
    html = response.content.decode()

    assert "data:" not in html
    assert 'role="img" aria-label="QR code that holds the secret below"' in html
    assert "<svg" in html
    assert f'<code class="address">{response.context["form"].secret}</code>' in html
    assert "data:" not in response["Content-Security-Policy"]


def test_an_app_is_set_up_with_its_code_and_its_secret_is_kept_closed(client, nurse):
    sign_in(client, nurse)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/account/2fa/totp/activate/").context["form"].secret
    client.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert not nurse.authenticator_set.exists()

    response = client.post("/account/2fa/totp/activate/", {"code": app_code(secret)})

    assert response["Location"] == "/account/2fa/recovery-codes/"
    assert sorted(nurse.authenticator_set.values_list("type", flat=True)) == [
        "recovery_codes", "totp",
    ]  # fmt: skip
    assert secret not in str(list(nurse.authenticator_set.values_list("data", flat=True)))


def test_the_one_click_sign_in_is_absent_outside_the_demo(client):
    assert client.get("/account/demo/").status_code == 404
    assert client.post("/account/demo/", {"person": "1"}).status_code == 404
