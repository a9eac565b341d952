"""The registrar's pages: look up and withdraw, and who is refused."""

import pytest

from digicantrain.credentials.models import Credential
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.people.actions import grant_role
from digicantrain.people.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(enrolment):
    from tests.credentials.earned import issued

    return issued(enrolment)


def address(credential):
    return f"/manage/credentials/{credential.key}/withdraw/"


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "eleni", "farah"])
def test_who_is_no_registrar_is_refused(client, credential, request, name):
    client.force_login(request.getfixturevalue(name))

    assert client.get("/manage/credentials/").status_code == 403
    assert client.post(address(credential), {"reason": "Mine"}).status_code == 403
    assert Credential.objects.get().revoked_at is None


def test_a_stranger_is_asked_to_sign_in(client, credential):
    assert client.post(address(credential), {"reason": "Mine"}).status_code == 302
    assert Credential.objects.get().revoked_at is None


def test_threat_06_darios_registrar_neither_sees_nor_withdraws_what_others_issued(
    client, credential, dario, other_organisation
):
    """Dario made registrar of his own provider: what Turku issued answers as absent things do."""
    grant_role(dario, role="registrar", organisation=other_organisation)
    client.force_login(dario)

    assert credential.token not in client.get("/manage/credentials/?name=Aino").content.decode()
    assert client.get(address(credential)).status_code == 404
    assert client.post(address(credential), {"reason": "Mine"}).status_code == 404
    assert Credential.objects.get().revoked_at is None


def test_rita_withdraws_with_a_reason_and_her_name_stands_in_the_trail(client, credential, rita):
    client.force_login(rita)

    response = client.post(address(credential), {"reason": "Issued by mistake."}, follow=True)

    assert "Withdrawn. Its page says so from now on." in response.content.decode()
    row = Credential.objects.get()
    assert row.revoked_reason == "Issued by mistake."
    entry = AuditEntry.objects.get(action="credential-withdrawn")
    assert entry.subject == f"credential:{row.key}"
    assert entry.actor is not None


def test_rita_is_asked_first_and_nothing_happens_by_looking(client, credential, rita):
    client.force_login(rita)

    html = client.get(address(credential)).content.decode()

    assert "Withdraw this credential?" in html
    assert "Aino Virtanen" in html
    assert Credential.objects.get().revoked_at is None


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_without_a_reason_nothing_is_withdrawn(client, credential, rita, reason):
    client.force_login(rita)

    html = client.post(address(credential), {"reason": reason}).content.decode()

    assert "There is a problem" in html
    assert Credential.objects.get().revoked_at is None


def test_a_withdrawn_one_cannot_be_withdrawn_again(client, credential, rita):
    client.force_login(rita)
    client.post(address(credential), {"reason": "First"})

    html = client.get(address(credential)).content.decode()
    client.post(address(credential), {"reason": "Second"})

    assert "First" in html
    assert "<textarea" not in html
    assert Credential.objects.get().revoked_reason == "First"


@pytest.mark.parametrize(
    ("name", "found"), [("", True), ("aino", True), ("Nobody", False), ("%00", False), ("%", False)]
)
def test_the_list_is_filtered_by_name(client, credential, rita, name, found):
    client.force_login(rita)

    html = client.get("/manage/credentials/", {"name": name}).content.decode()

    assert ("Aino Virtanen" in html) is found


def test_a_nul_in_the_filter_does_no_harm(client, credential, rita):
    client.force_login(rita)

    assert client.get("/manage/credentials/?name=%00").status_code == 400


def test_an_empty_list_says_what_makes_a_credential(client, rita):
    client.force_login(rita)

    assert "is issued by itself" in client.get("/manage/credentials/").content.decode()


def test_the_states_stand_in_the_list(client, credential, rita):
    from tests.credentials.states import expired

    client.force_login(rita)
    assert "Valid" in client.get("/manage/credentials/").content.decode()

    expired(credential)
    assert "Expired" in client.get("/manage/credentials/").content.decode()


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_asks_no_more_when_it_grows(
    client, cohort, aino, farah, ben, rita, django_assert_num_queries, how_many
):
    from tests.credentials.earned import issued

    for person in (aino, farah, ben)[:how_many]:
        issued(enrol(cohort, person=person, how=EnrolledBy.SELF))
    client.force_login(rita)
    client.get("/manage/credentials/")

    with django_assert_num_queries(10):
        client.get("/manage/credentials/")
