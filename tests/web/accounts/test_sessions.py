"""Sessions, throttles, reset links and where sign-in leads: threats 8, 9, 12, 13, 15 to 18."""

import copy
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core.cache.backends import locmem
from django.test import Client
from django.utils import timezone

from digicantrain.people.models import AuditEntry
from tests.web.accounts.conftest import code_in, is_in, link_in, sign_in

pytestmark = pytest.mark.django_db
SESSION = "sessionid"
NEW = {"password1": "quite another word", "password2": "quite another word"}


def test_threat_12_the_session_changes_its_id_at_sign_in(client, nurse, cohort):
    client.post(f"/learn/enrol/{cohort.key}/")
    client.post(f"/learn/{cohort.key}/first-look/", {"done": "yes"})
    before = client.cookies[SESSION].value

    sign_in(client, nurse)

    assert client.cookies[SESSION].value != before
    assert not Session.objects.filter(pk=before).exists()


def test_threat_12_signing_out_ends_the_session_for_a_copied_cookie(client, nurse):
    sign_in(client, nurse)
    thief = Client()
    thief.cookies[SESSION] = client.cookies[SESSION].value
    assert is_in(thief)

    client.post("/account/logout/")

    assert not is_in(thief)


def test_threat_12_signing_out_ends_the_session_in_every_process(client, nurse):
    """Another process's memory must not know the session longer than the database."""
    sign_in(client, nurse)
    thief = Client()
    thief.cookies[SESSION] = client.cookies[SESSION].value
    assert is_in(thief)
    memory = vars(locmem)["_caches"]["site"]
    other_process = copy.deepcopy(memory)

    client.post("/account/logout/")
    memory.update(other_process)

    assert not is_in(thief)


def test_threat_12_a_new_password_ends_all_other_sessions(client, nurse):
    other = Client()
    sign_in(other, nurse)
    sign_in(client, nurse)

    client.post("/account/password/change/", {"oldpassword": "correct horse battery", **NEW})

    assert is_in(client)
    assert not is_in(other)


def test_threat_12_a_reset_password_ends_all_sessions(client, nurse, mailoutbox):
    other = Client()
    sign_in(other, nurse)

    assert reset(client, ask_for_link(client, nurse, mailoutbox)) is True

    assert not is_in(other)


def test_signing_out_by_a_link_asks_first(client, nurse):
    """Threat 14: a GET changes nothing."""
    sign_in(client, nurse)

    response = client.get("/account/logout/")

    assert response.status_code == 200
    assert "Sign out" in response.content.decode()
    assert is_in(client)


def test_threat_08_a_suspended_person_is_out_at_once(client, nurse, enrolment):
    sign_in(client, nurse)
    assert is_in(client)

    nurse.is_active = False
    nurse.save()

    for path in ("/learn/", f"/learn/{enrolment.key}/", "/my-data/", "/account/"):
        assert client.get(path).status_code == 302
    assert client.post(f"/learn/{enrolment.key}/leave/").status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.state == "active"


def test_threat_08_a_suspended_person_cannot_come_in_by_any_way(client, nurse, mailoutbox):
    nurse.is_active = False
    nurse.save()

    by_password = sign_in(client, nurse)
    client.post("/account/login/code/", {"email": nurse.email})
    client.post("/account/password/reset/", {"email": nurse.email})

    assert by_password["Location"] == "/account/inactive/"
    assert "This account is closed" in client.get("/account/inactive/").content.decode()
    assert not any("/password/reset/key/" in mail.body for mail in mailoutbox)
    assert not is_in(client)


def test_threat_08_who_left_a_course_reaches_none_of_its_steps(client, enrolment):
    client.force_login(enrolment.person)
    client.post(f"/learn/{enrolment.key}/leave/")

    response = client.get(f"/learn/{enrolment.key}/first-look/")

    assert response.status_code == 302
    assert response["Location"] == f"/learn/{enrolment.key}/"


def test_threat_09_a_half_done_sign_in_adds_no_second_step_of_its_own(client, nurse, app_secret):
    sign_in(client, nurse)

    for page in ("totp/activate", "webauthn/add", "recovery-codes/generate", "totp/deactivate"):
        response = client.post(f"/account/2fa/{page}/", {"code": "123456"})
        assert response.status_code == 302
        assert "/account/login/" in response["Location"]

    assert nurse.authenticator_set.count() == 2


def test_threat_13_wrong_passwords_are_throttled_and_the_holder_comes_back_in(client, nurse):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(8):
            refused = sign_in(client, nurse, password="wrong")
        assert "Too many failed" in refused.content.decode()
        sign_in(client, nurse)
        assert not is_in(client)

        clock.shift(timedelta(minutes=6))
        sign_in(client, nurse)

        assert is_in(client)


def test_threat_13_many_accounts_from_one_address_are_throttled_too(client, db):
    answers = [
        client.post("/account/login/", {"login": f"p{n}@example.org", "password": "x"}).status_code
        for n in range(40)
    ]

    assert answers[-1] == 429
    assert AuditEntry.objects.filter(action="throttled").count() == 1


def test_threat_13_a_throttled_page_is_ours(client, db):
    for number in range(40):
        response = client.post("/account/login/", {"login": f"p{number}@x.org", "password": "x"})

    assert "Too many questions in a minute" in response.content.decode()
    assert "govuk-template" in response.content.decode()


def test_threat_13_a_stranger_cannot_name_an_address_of_her_own(client, db, settings):
    """X-Forwarded-For counts only where a proxy of ours writes its end."""
    answers = [
        client.post(
            "/account/login/",
            {"login": f"p{n}@example.org", "password": "x"},
            headers={"X-Forwarded-For": f"10.0.0.{n}"},
        ).status_code
        for n in range(40)
    ]

    assert answers[-1] == 429


@pytest.mark.parametrize("path", ["password/reset/", "login/code/"])
def test_threat_13_letters_to_one_address_are_throttled(client, nurse, mailoutbox, path):
    for _ in range(30):
        client.post(f"/account/{path}", {"email": nurse.email})

    assert len(mailoutbox) <= 5


def test_threat_13_an_unknown_account_costs_as_much_work_as_a_known_one(client, nurse):
    counted = {}
    for email in (nurse.email, "nobody@example.org"):
        with patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
        ) as encode:
            page = client.post("/account/login/", {"login": email, "password": "wrong"})
        counted[email] = (encode.call_count, "are not correct" in page.content.decode())

    assert counted[nurse.email] == counted["nobody@example.org"]
    assert counted[nurse.email][0] >= 1


@pytest.mark.parametrize("path", ["password/reset/", "login/code/"])
def test_threat_13_forms_that_send_letters_tell_nobody_who_has_an_account(client, nurse, path):
    answers = []
    for email in (nurse.email, "nobody@example.org"):
        response = client.post(f"/account/{path}", {"email": email}, follow=True)
        html = response.content.decode().replace(email, "ADDRESS")
        answers.append((response.redirect_chain, _without_token(html)))
        client.cookies.clear()

    assert answers[0] == answers[1]


def _without_token(html):
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example", "https://evil.example/", "javascript:alert(1)", "\\\\evil.example",
        "/\\evil.example", "///evil.example", "%0d%0aSet-Cookie:x=1", "/%0d%0aSet-Cookie: x=1",
        "http:evil.example", " //evil.example", "\t//evil.example", "data:text/html,x",
    ],
)  # fmt: skip
def test_threat_15_sign_in_and_out_lead_to_this_site_only(client, nurse, wanted):
    came_in = sign_in(client, nurse, next=wanted)
    went_out = client.post("/account/logout/", {"next": wanted})

    for response in (came_in, went_out):
        place = response["Location"]
        assert place.startswith("/")
        assert not place.startswith(("//", "/\\"))
        assert "\r" not in place
        assert "\n" not in place
        assert "x" not in response.cookies


def test_threat_15_a_path_of_ours_is_followed(client, nurse):
    assert sign_in(client, nurse, next="/my-data/")["Location"] == "/my-data/"


def ask_for_link(client, person, mailoutbox, **headers):
    client.post("/account/password/reset/", {"email": person.email}, headers=headers)
    return link_in(mailoutbox[-1])


def reset(client, link):
    """Follow a link and set a new password; return whether it was taken."""
    path = "/" + link.split("/", 3)[3]
    form = client.get(path)
    if form.status_code != 302:
        return False
    done = client.post(form["Location"], NEW)
    return done.status_code == 302 and "done" in done["Location"]


def test_threat_16_the_link_begins_with_the_configured_origin(client, nurse, mailoutbox, settings):
    settings.ORIGIN = "https://training.example"

    link = ask_for_link(client, nurse, mailoutbox, **{"X-Forwarded-Host": "evil.example"})

    assert link.startswith("https://training.example/account/password/reset/key/")
    assert "testserver" not in mailoutbox[-1].body + mailoutbox[-1].subject
    assert "evil" not in mailoutbox[-1].body


def test_threat_16_a_forged_host_gets_no_letter(client, nurse, mailoutbox):
    response = client.post(
        "/account/password/reset/", {"email": nurse.email}, headers={"host": "evil.example"}
    )

    assert response.status_code == 400
    assert mailoutbox == []
    assert "default-src 'self'" in response["Content-Security-Policy"]


def test_threat_17_a_link_works_once(client, nurse, mailoutbox):
    link = ask_for_link(client, nurse, mailoutbox)

    assert reset(client, link) is True
    assert reset(Client(), link) is False
    assert (
        "does not work any more"
        in Client().get("/" + link.split("/", 3)[3], follow=True).content.decode()
    )


def test_threat_17_a_link_grows_old(client, nurse, mailoutbox):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        link = ask_for_link(client, nurse, mailoutbox)
        clock.shift(timedelta(days=4))

        assert reset(client, link) is False


def test_threat_17_a_link_opens_no_other_account(client, nurse, ben, confirmed, mailoutbox):
    own = ask_for_link(client, nurse, mailoutbox)
    foreign = ask_for_link(client, confirmed(ben), mailoutbox)
    uid = foreign.rstrip("/").rsplit("/", 1)[1].split("-", 1)[0]
    token = own.rstrip("/").rsplit("/", 1)[1].split("-", 1)[1]

    mixed = f"{own.rstrip('/').rsplit('/', 1)[0]}/{uid}-{token}/"

    assert reset(client, mixed) is False
    ben.refresh_from_db()
    assert ben.check_password("correct horse battery")


def test_threat_17_a_new_address_holds_only_after_its_code(client, nurse, mailoutbox):
    sign_in(client, nurse)
    client.post("/account/email/", {"email": "new@example.org", "action_add": ""})
    client.post("/account/email/", {"email": "new@example.org", "action_primary": ""})
    nurse.refresh_from_db()
    assert nurse.email == "aino@example.org"

    other = Client()
    other.force_login(nurse)
    other.post("/account/confirm-email/", {"code": code_in(mailoutbox[-1])})

    assert not nurse.emailaddress_set.filter(email="new@example.org", verified=True).exists()


def test_threat_18_personal_pages_are_stored_nowhere(client, nurse, enrolment):
    sign_in(client, nurse)

    for path in ("/learn/", f"/learn/{enrolment.key}/", "/account/", "/my-data/", "/modules/"):
        assert "no-store" in client.get(path)["Cache-Control"]
    client.post("/account/logout/")
    assert client.get("/learn/").status_code == 302
