"""The page that corrects a credential, and what its holder reads."""

import re

import pytest
from django.utils import timezone

from digicantrain.credentials import actions
from digicantrain.credentials.models import Credential
from tests.credentials.earned import issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(enrolment):
    return issued(enrolment)


def posted(client, address, data):
    response = client.post(address, data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def correction(credential, **fields):
    return {
        "name": credential.holder_name,
        "language": "en",
        "reason": "The name was misspelt.",
    } | fields


def test_rita_corrects_a_name_and_sees_it_first(client, credential, rita):
    client.force_login(rita)
    address = f"/manage/credentials/{credential.key}/correct/"
    assert "Aino Virtanen" in client.get(address).content.decode()

    html = posted(client, address, correction(credential, name="Aino  Maria Virtanen"))
    assert "Check what is signed" in html
    assert "Replace it" in html
    assert Credential.objects.count() == 1
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    posted(client, address, hidden | {"confirm": "yes"})

    new = Credential.objects.get(replaces=credential)
    assert new.holder_name == "Aino Maria Virtanen"
    html = client.get("/manage/credentials/").content.decode()
    assert "Replaced" in html
    assert f"/credentials/{new.key}/correct/" in html
    assert f"/credentials/{credential.key}/correct/" not in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Nothing is changed"),
        ({"name": " "}, "Write the name as it is to be shown."),
        ({"reason": ""}, "Say why it is corrected."),
        ({"expires_on": "2020-01-01"}, "Choose a day after today"),
        ({"expires_on": "soon"}, "Enter a valid date"),
        ({"language": "xx"}, "Select a valid choice"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(client, credential, rita, fields, said):
    client.force_login(rita)
    address = f"/manage/credentials/{credential.key}/correct/"

    html = posted(client, address, correction(credential, confirm="yes", **fields))

    assert "There is a problem" in html
    assert said in html
    assert Credential.objects.count() == 1


def test_a_withdrawn_one_is_offered_to_be_issued_again(client, credential, rita):
    actions.revoke(credential, reason="The wrong person", by=rita, now=timezone.now())
    client.force_login(rita)
    address = f"/manage/credentials/{credential.key}/correct/"

    assert "Issue again" in client.get("/manage/credentials/").content.decode()
    assert "Issue this credential again" in client.get(address).content.decode()
    posted(client, address, correction(credential, confirm="yes"))

    assert Credential.objects.get(replaces=credential).state == "earned"


def test_what_was_replaced_has_no_form_but_a_reason(client, credential, rita):
    client.force_login(rita)
    address = f"/manage/credentials/{credential.key}/correct/"
    posted(client, address, correction(credential, name="Other", confirm="yes"))

    html = client.get(address).content.decode()

    assert "It was replaced already" in html
    assert 'name="reason"' not in html


def test_the_holder_reads_replaced_and_finds_the_new_one(client, credential, aino, rita):
    client.force_login(rita)
    address = f"/manage/credentials/{credential.key}/correct/"
    posted(client, address, correction(credential, name="Other", confirm="yes"))
    client.force_login(aino)

    html = client.get("/learn/credits/").content.decode()

    new = Credential.objects.get(replaces=credential)
    assert "Replaced" in html
    assert f"/c/{new.token}/" in html
    assert f"/c/{new.token}/" in client.get(f"/c/{credential.token}/").content.decode()


@pytest.mark.parametrize("how_many", [1, 3])
def test_my_credits_ask_no_more_when_more_is_replaced(
    client, credential, aino, rita, how_many, django_assert_num_queries
):
    client.force_login(rita)
    for number in range(how_many):
        last = Credential.objects.get(replaced_by=None)
        address = f"/manage/credentials/{last.key}/correct/"
        posted(client, address, correction(last, name=f"Name {number}", confirm="yes"))
    client.force_login(aino)
    client.get("/learn/credits/")

    with django_assert_num_queries(9):
        client.get("/learn/credits/")
