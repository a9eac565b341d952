"""Export and erasure, across all apps."""

import json

import pytest

from digicantrain.people import actions, privacy
from digicantrain.people.models import ErasureReceipt, Person

pytestmark = pytest.mark.django_db


def test_an_export_holds_every_app_and_the_account(enrolment):
    data = actions.export_person(enrolment.person)

    assert set(data) == {entry.app for entry in privacy.registered()}
    assert data["people"]["account"]["email"] == "aino@example.org"
    assert json.loads(json.dumps(data, default=str))


def test_a_person_with_a_course_behind_her_can_be_erased(enrolment):
    receipt = actions.erase_person(enrolment.person, by=enrolment.person)

    assert Person.objects.filter(email="aino@example.org").count() == 0
    assert "Aino" not in json.dumps([receipt.removed, receipt.kept])


def test_the_page_exports_only_my_own_data(client, aino, ben):
    client.force_login(aino)

    response = client.post("/my-data/export/")

    assert response.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert ben.email not in response.content.decode()
    assert json.loads(response.content)["people"]["account"]["name"] == "Aino Virtanen"


def test_an_export_by_get_is_refused(client, aino):
    """Threat 14: no state change, and no export, by a mere link."""
    client.force_login(aino)

    assert client.get("/my-data/export/").status_code == 405


def test_erasing_asks_for_ones_own_address(client, aino):
    client.force_login(aino)

    response = client.post("/my-data/erase/", {"email": "ben@example.org"})

    assert response.status_code == 200
    assert "Type the address you sign in with" in response.content.decode()
    assert Person.objects.filter(pk=aino.pk).exists()


def test_erasing_ends_the_session_and_gives_a_receipt(client, aino):
    client.force_login(aino)

    response = client.post("/my-data/erase/", {"email": " AINO@example.org "}, follow=True)

    assert ErasureReceipt.objects.get().reference in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert not Person.objects.filter(pk=aino.pk).exists()


def test_a_stranger_sees_no_data_page(client):
    assert client.get("/my-data/").status_code == 302
