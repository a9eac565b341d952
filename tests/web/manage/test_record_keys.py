"""The administrator's pages for the record store's keys: who may, and the secret shown once."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from digicantrain.people.actions import grant_role
from digicantrain.records import keys
from digicantrain.records.keys import holder
from digicantrain.records.models import Key
from tests.records.keyed import basic, header, made

pytestmark = pytest.mark.django_db
PAGE = "/manage/o/turku/record-keys/"
GIVEN = {"name": "Ward tablets", "scopes": ["statements/write", "state"], "last_day": ""}


@pytest.fixture
def opened(organisation):
    return made(organisation)


@pytest.fixture
def onni(client, admin):
    client.force_login(admin)
    return client


def pages_of(key):
    return [PAGE, f"{PAGE}new/", f"{PAGE}{key.client_id}/", f"{PAGE}{key.client_id}/revoke/"]


def secret_on(response):
    """Return the secret that a page shows."""
    return re.findall(r"<code[^>]*>([\w-]{43})</code>", response.content.decode())[0]


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "eleni", "farah", "rita"])
def test_threat_39_who_is_no_administrator_is_refused(client, opened, request, name):
    client.force_login(request.getfixturevalue(name))

    for path in pages_of(opened.key):
        assert client.get(path).status_code == 403
        assert client.post(path, GIVEN).status_code == 403
    assert Key.objects.get().is_open(timezone.now())


def test_threat_39_darios_administrator_neither_sees_nor_ends_turkus_keys(
    client, opened, dario, other_organisation
):
    grant_role(dario, role="administrator", organisation=other_organisation)
    own = made(other_organisation)
    client.force_login(dario)

    for path in pages_of(opened.key):
        assert client.get(path).status_code == 404
        assert client.post(path, GIVEN).status_code == (405 if path == PAGE else 404)
    # neither below his own organisation's address
    crossed = f"/manage/o/elsewhere/record-keys/{opened.key.client_id}/"
    assert client.get(crossed).status_code == 404
    assert client.post(f"{crossed}revoke/").status_code == 404
    listed = client.get("/manage/o/elsewhere/record-keys/").content.decode()
    assert own.key.client_id in listed
    assert opened.key.client_id not in listed
    assert holder(header(opened))


def test_the_start_page_leads_there(onni):
    assert PAGE in onni.get("/manage/").content.decode()


def test_onni_makes_a_key_and_sees_its_secret_once(onni, organisation):
    response = onni.post(f"{PAGE}new/", GIVEN)

    key = Key.objects.get()
    access = holder(basic(key.client_id, secret_on(response)))
    assert access.organisation_id == organisation.pk
    assert key.scopes == "statements/write state"
    assert response["Cache-Control"] == "no-store, private"
    for path in pages_of(key):
        assert secret_on(response) not in onni.get(path).content.decode()


def test_the_lines_for_a_program_stand_with_the_secret(onni):
    html = onni.post(f"{PAGE}new/", GIVEN).content.decode()

    assert "http://127.0.0.1:8000/xapi/" in html
    assert "http://127.0.0.1:8000/oauth/token" in html
    assert Key.objects.get().client_id in html


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": ""}, "Give the key a name."),
        ({"scopes": []}, "Choose at least one thing"),
        ({"scopes": ["define"]}, "define is not one of the available choices"),
        ({"last_day": "2020-01-01"}, "The last day is over already"),
        ({"name": "Taken"}, "There is a key called Taken already"),
    ],
)
def test_what_is_wrong_is_said(onni, organisation, more, sentence):
    made(organisation, name="Taken")

    response = onni.post(f"{PAGE}new/", GIVEN | more)

    assert sentence in response.content.decode()
    assert Key.objects.count() == 1


def test_what_was_chosen_stays_chosen(onni):
    html = onni.post(f"{PAGE}new/", GIVEN | {"name": ""}).content.decode()

    assert html.count(" checked>") == 2


def test_onni_gives_a_key_a_new_secret(onni, opened):
    response = onni.post(f"{PAGE}{opened.key.client_id}/", {"overlap": "later", "seen": ""})

    assert "The previous secret works until" in response.content.decode()
    assert holder(basic(opened.key.client_id, secret_on(response)))
    assert holder(header(opened))


def test_a_leaked_secret_ends_at_once(onni, opened):
    response = onni.post(f"{PAGE}{opened.key.client_id}/", {"overlap": "now", "seen": ""})

    assert holder(basic(opened.key.client_id, secret_on(response)))
    assert holder(header(opened)) is None


def test_a_form_sent_twice_ends_no_new_secret(onni, opened):
    form = {"overlap": "now", "seen": ""}
    first = onni.post(f"{PAGE}{opened.key.client_id}/", form)

    second = onni.post(f"{PAGE}{opened.key.client_id}/", form)

    assert "got a new secret already" in second.content.decode()
    assert holder(basic(opened.key.client_id, secret_on(first)))


def test_onni_revokes_a_key_after_being_asked(onni, opened):
    path = f"{PAGE}{opened.key.client_id}/revoke/"

    assert "cannot be undone" in onni.get(path).content.decode()
    assert Key.objects.get().revoked_at is None
    response = onni.post(path, follow=True)
    assert "Its secret and its tokens open nothing" in response.content.decode()
    assert holder(header(opened)) is None


def test_what_is_over_is_not_changed_again(onni, opened):
    keys.revoke(opened.key, by=None, now=timezone.now())
    path = f"{PAGE}{opened.key.client_id}/"

    again = onni.post(f"{path}revoke/", follow=True).content.decode()
    rotated = onni.post(path, {"overlap": "later", "seen": ""}).content.decode()
    assert "This key was revoked already" in again
    assert "This key works no more" in rotated


def test_the_list_shows_what_works_or_all(onni, organisation, opened):
    gone = made(organisation, name="Old player")
    keys.revoke(gone.key, by=None, now=timezone.now())
    made(organisation, name="Summer", last_day=timezone.now().date())
    Key.objects.filter(name="Summer").update(last_day=date(2026, 1, 1))

    assert "Old player" not in onni.get(PAGE).content.decode()
    assert "Summer" not in onni.get(PAGE).content.decode()
    everything = onni.get(f"{PAGE}?which=all").content.decode()
    assert all(word in everything for word in ("Old player", "Revoked", "Summer", "Expired"))
    assert "Send statements" in everything
    table = onni.get(f"{PAGE}?which=all&as=csv").content.decode()
    assert f"Old player,{gone.key.client_id},statements/write," in table


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_no_more_when_it_grows(onni, organisation, django_assert_num_queries, number):
    for place in range(number):
        made(organisation, name=f"Key {place}")

    with django_assert_num_queries(8):
        onni.get(PAGE)


def test_the_page_says_who_made_it_and_when_it_was_used(onni, admin, organisation):
    wanted = keys.Wanted("Hers", ["all"])
    key = keys.make(organisation, wanted=wanted, by=admin, now=timezone.now()).key
    Key.objects.update(last_used_at=timezone.now() - timedelta(days=1))

    html = onni.get(f"{PAGE}{key.client_id}/").content.decode()

    assert "Onni Laine" in html
    assert "12,000 requests and 300,000 statements a minute" in html
    admin.pseudonym.delete()
    assert "account was erased" in onni.get(f"{PAGE}{key.client_id}/").content.decode()
