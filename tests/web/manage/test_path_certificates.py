"""The registrar's pages for path certificates, and who is refused."""

import pytest

from digicantrain.credentials import actions
from digicantrain.credentials.models import PathCertificate
from digicantrain.credentials.path_sheets import link_of
from digicantrain.people.models import AuditEntry
from tests.credentials import stacked

pytestmark = pytest.mark.django_db
HOME = "/manage/path-certificates/"


@pytest.fixture
def certificate(cohort, aino):
    return stacked.completed(cohort, aino)


def address(row):
    return f"{HOME}{row.key}/withdraw/"


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "dario", "eleni", "farah"])
def test_who_keeps_no_register_is_refused(client, certificate, request, name):
    client.force_login(request.getfixturevalue(name))

    assert client.get(HOME).status_code == 403
    assert client.post(address(certificate), {"reason": "Mine"}).status_code == 403
    assert PathCertificate.objects.get().revoked_at is None


def test_threat_06_another_providers_registrar_neither_sees_nor_withdraws(
    client, certificate, other_organisation
):
    client.force_login(stacked.registrar_of(other_organisation))

    assert "Aino" not in client.get(HOME).content.decode()
    assert client.post(address(certificate), {"reason": "Mine"}).status_code == 404
    assert PathCertificate.objects.get().revoked_at is None


def test_rita_withdraws_with_a_reason(client, certificate, rita):
    client.force_login(rita)

    text = client.post(address(certificate), {"reason": "By mistake."}, follow=True)

    assert "Withdrawn. Its page says so from now on." in text.content.decode()
    assert PathCertificate.objects.get().revoked_reason == "By mistake."
    entry = AuditEntry.objects.get(action="path-certificate-withdrawn")
    assert entry.actor == rita.pseudonym.key
    assert "By mistake." in client.get(address(certificate)).content.decode()


def test_without_a_reason_nothing_is_withdrawn(client, certificate, rita):
    client.force_login(rita)

    assert "Error:" in client.post(address(certificate), {"reason": " "}).content.decode()
    assert PathCertificate.objects.get().revoked_at is None


def test_the_list_says_in_which_a_module_fell(client, certificate, rita):
    from django.utils import timezone

    client.force_login(rita)
    assert "A module in it does not stand" not in client.get(HOME).content.decode()

    part = certificate.parts.first()
    actions.revoke(part, reason="x", by=rita, now=timezone.now())

    assert "A module in it does not stand" in client.get(HOME).content.decode()
    assert f",yes,{link_of(certificate)}" in client.get(f"{HOME}?as=csv").content.decode()


def test_the_list_is_narrowed(client, certificate, rita):
    client.force_login(rita)

    assert "Aino Virtanen" in client.get(f"{HOME}?name=virta&state=valid").content.decode()
    assert '<select name="state"' in client.get(HOME).content.decode()
    assert "No path certificate matches" in client.get(f"{HOME}?state=withdrawn").content.decode()
