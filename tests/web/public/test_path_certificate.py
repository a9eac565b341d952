"""A path certificate by its link: verdict, parts, files, and whose name is shown."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from digicantrain.core.credentials import endorsement, jwt
from digicantrain.core.credentials.award import AwardingBody
from digicantrain.core.credentials.status import StatusEntry
from digicantrain.credentials import actions, endorsing, paths, seals
from digicantrain.credentials.achievements import achievement_of
from digicantrain.credentials.models import Endorsement
from digicantrain.credentials.path_sheets import sheet_of
from digicantrain.people.models import Organisation
from tests.core.credentials.conftest import key_pair
from tests.credentials import stacked
from tests.credentials.earned import issued
from tests.credentials.stacked import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(cohort, aino):
    return stacked.completed(cohort, aino)


def page(client, row):
    return client.get(f"/p/{row.token}/").content.decode()


def test_a_valid_one_says_so_and_names_its_modules(client, certificate):
    text = page(client, certificate)

    assert "This path certificate is valid" in text
    assert "Aino Virtanen" in text
    assert text.count("tag--done") == 2
    for part in certificate.parts.all():
        assert f"/c/{part.token}/" in text


def test_when_a_module_falls_the_page_of_the_path_says_so(client, certificate):
    part = certificate.parts.first()
    actions.revoke(part, reason="x", by=None, now=timezone.now())

    text = page(client, certificate)

    assert "A module credential in this path certificate does not stand" in text
    assert "This credential was withdrawn." in text
    assert (text.count("tag--done"), text.count("tag--out")) == (1, 1)
    assert client.get(f"/p/{certificate.token}/certificate.pdf").status_code == 404


@pytest.mark.parametrize("end", [actions.suspend, actions.revoke])
def test_when_a_module_falls_its_holder_reads_so_too(client, certificate, aino, end):
    client.force_login(aino)
    sheet, mine = f"/p/{certificate.token}/certificate.pdf", "/learn/credits/"
    assert sheet in client.get(mine).content.decode()

    end(certificate.parts.first(), reason="x", by=None, now=timezone.now())

    text = client.get(mine).content.decode().split("Path certificate")[1].split("</article>")[0]
    assert sheet not in text
    assert "seal--out" in text
    assert "Does not stand" in text


def test_a_withdrawn_one_says_when_and_why(client, certificate):
    paths.withdraw(certificate, reason="By mistake.", by=None, now=timezone.now())

    text = page(client, certificate)

    assert "This path certificate was withdrawn" in text
    assert "By mistake." in text
    assert client.get(f"/p/{certificate.token}/certificate.pdf").status_code == 404


def test_the_name_is_shown_only_where_she_shows_it(client, certificate, aino, farah):
    share = f"/learn/credits/paths/{certificate.key}/share/"
    client.force_login(farah)
    assert client.post(share, {"show_name": "no"}).status_code == 404
    client.force_login(aino)
    client.post(share, {"show_name": "no"})
    client.logout()

    assert "Aino" not in page(client, certificate)
    assert "does not show the name" in page(client, certificate)


def test_threat_07_a_guessed_link_leads_nowhere(client, certificate):
    for token in ("x" * 22, certificate.token[:-1]):
        for end in ("", "path.json", "certificate.pdf"):
            assert client.get(f"/p/{token}/{end}").status_code == 404


def test_its_files_are_handed_over(client, certificate):
    record = client.get(f"/p/{certificate.token}/path.json")
    sheet = client.get(f"/p/{certificate.token}/certificate.pdf")

    assert record.json() == json.loads(certificate.document)
    assert "attachment" in record["Content-Disposition"]
    assert sheet.content.startswith(b"%PDF")


def test_under_another_secret_its_sheet_is_handed_out_unsealed(client, certificate, settings):
    seals.make_seal(certificate.organisation, by=None, now=timezone.now())
    address = f"/p/{certificate.token}/certificate.pdf"
    assert b"/ETSI.CAdES.detached" in client.get(address).content

    settings.KEY_ENCRYPTION_KEY = "another-secret-another-secret-another"

    assert client.get(address).status_code == 200
    assert b"/ETSI.CAdES.detached" not in client.get(address).content


def test_its_file_and_its_link_can_be_handed_in(client, certificate):
    by_link = client.post("/verify/", {"text": f"http://testserver/p/{certificate.token}/"})
    by_text = client.post("/verify/", {"text": certificate.document}).content.decode()

    assert by_link.status_code in {200, 302}
    assert "This path certificate is valid" in by_text
    assert "Aino" not in by_text


def test_of_its_sheet_only_what_is_signed_counts(client, certificate):
    sheet = SimpleUploadedFile("x.pdf", sheet_of(certificate, holder="Farah Forged"))

    text = client.post("/verify/", {"file": sheet}).content.decode()

    assert "This path certificate is valid" in text
    assert "Only the signed credential inside the file was checked." in text
    assert "The signature of the record inside the file" in text
    assert "Only the signed" not in page(client, certificate)


def test_one_with_a_module_taken_out_is_not_taken_for_ours(client, certificate):
    document = json.loads(certificate.document)
    document["credentialSubject"]["verifiableCredential"].pop()

    text = client.post("/verify/", {"text": json.dumps(document)}).content.decode()

    assert "This is not valid" in text
    assert "Both of them" not in text


def test_machines_are_told_the_same(client, certificate):
    answer = client.post("/api/verify", certificate.document, content_type="application/json")

    assert answer.json()["verdict"] == "valid"


# --- endorsements on the page and for machines ---


@pytest.fixture
def endorsed(enrolment, other_organisation, rita):
    given = stacked.endorsed(enrolment.version, other_organisation, by=rita)
    return issued(enrolment), given


def test_each_endorsement_is_shown_with_its_own_verdict(client, endorsed):
    row, _given = endorsed

    text = client.get(f"/c/{row.token}/").content.decode()

    assert "This credential is valid" in text
    assert SAID in text
    assert "Elsewhere Academy" in text
    assert "Stands: signed by who says it" in text


def test_a_withdrawn_endorsement_leaves_the_credential_valid(client, endorsed):
    row, given = endorsed
    giver = given.endorser.memberships.get().person
    endorsing.withdraw(given, reason="x", by=giver, now=timezone.now())

    text = client.get(f"/c/{row.token}/").content.decode()
    answer = client.post("/api/verify", row.document, content_type="application/json").json()

    assert "This credential is valid" in text
    assert "Withdrawn: who said it does not say it any more." in text
    assert answer["verdict"] == "valid"
    (one,) = answer["endorsements"]
    assert (one["of"], one["stands"], one["verdict"]) == ("achievement", False, "withdrawn")


def test_a_valid_endorsement_does_not_save_a_withdrawn_credential(client, endorsed):
    row, _given = endorsed
    actions.revoke(row, reason="x", by=None, now=timezone.now())

    answer = client.post("/api/verify", row.document, content_type="application/json").json()

    assert answer["verdict"] == "withdrawn"
    assert answer["endorsements"][0]["stands"] is True


def test_one_of_somebody_unknown_is_not_shown_as_one_that_stands(client, enrolment):
    """Anybody can make a key and call it what she likes."""
    signer, _public = key_pair(9)
    did = signer.verification_method.partition("#")[0]
    version, turku = enrolment.version, enrolment.cohort.organisation
    said = endorsement.document_of(
        endorsement.Statement(
            "urn:uuid:00000000-0000-4000-8000-000000000009", "Praise",
            achievement_of(version, organisation=turku, language="en").urn, "Best of all.",
            AwardingBody(did, "Karolinska Institutet", "SE"), timezone.now(),
            StatusEntry("https://x.example/list", 1),
        )
    )  # fmt: skip
    del said["credentialStatus"]
    third = Organisation.objects.create(slug="third", name={"en": "Third"}, country="SE")
    Endorsement.objects.create(
        organisation=turku, endorser=third, version=version, issued_at=timezone.now(),
        statement="Best of all.", language="en",
        token=jwt.in_open_badges_profile(said, signer=signer),
    )  # fmt: skip

    text = client.get(f"/c/{issued(enrolment).token}/").content.decode()

    assert "Karolinska Institutet" in text
    assert "Of somebody unknown here" in text
    assert "anybody can make such a name" in text
    assert did in text
    assert "tag--done" not in text


def test_an_endorsement_alone_can_be_checked_too(client, endorsed):
    _row, given = endorsed

    text = client.post("/verify/", {"text": given.token}).content.decode()
    answer = client.post("/api/verify", given.token, content_type="application/json").json()

    assert SAID in text
    assert (answer["verdict"], answer["issuer"]["name"]) == ("valid", "Elsewhere Academy")
