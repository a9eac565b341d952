"""The files behind a share link: their names and kinds, and when there are none."""

import io
import json

import pytest
from django.utils import timezone
from PIL import Image

from digicantrain.core.credentials import baking, jws
from digicantrain.credentials import actions
from tests.credentials.earned import issued

pytestmark = pytest.mark.django_db
FILES = {
    "credential.json": ("application/vc+ld+json", "json"),
    "credential.jwt": ("text/plain; charset=utf-8", "jwt"),
    "badge.png": ("image/png", "png"),
    "badge.svg": ("image/svg+xml", "svg"),
    "certificate.pdf": ("application/pdf", "pdf"),
}


@pytest.fixture
def credential(enrolment):
    return issued(enrolment)


@pytest.mark.parametrize("file", FILES)
def test_each_file_is_to_be_kept_and_named_after_what_is_in_it(client, credential, file):
    response = client.get(f"/c/{credential.token}/{file}")
    kind, ending = FILES[file]

    assert response.headers["Content-Type"] == kind
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="reading-reports-first-steps.{ending}"'
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("file", FILES)
def test_no_file_but_the_certificate_names_the_holder(client, credential, file):
    content = client.get(f"/c/{credential.token}/{file}").content

    assert b"Aino" not in content
    assert b"aino@" not in content


@pytest.mark.parametrize("file", FILES)
def test_a_link_that_is_none_has_no_files(client, credential, file):
    assert client.get(f"/c/{credential.token[:-1]}x/{file}").status_code == 404


def test_the_files_are_what_they_say(client, credential):
    def get(file):
        return client.get(f"/c/{credential.token}/{file}").content

    assert jws.looks_like_one(get("credential.jwt").decode())
    assert Image.open(io.BytesIO(get("badge.png"))).size == (1024, 1024)
    assert baking.unbake(get("badge.png")) == credential.document
    assert baking.unbake(get("badge.svg"))


def test_threat_21_an_svg_is_never_shown_in_our_own_origin(client, credential):
    response = client.get(f"/c/{credential.token}/badge.svg")

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert b"<script" not in response.content


def test_what_was_withdrawn_keeps_its_json_only(client, credential, rita):
    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())

    found = {f for f in FILES if client.get(f"/c/{credential.token}/{f}").status_code == 200}
    page = client.get(f"/c/{credential.token}/").content.decode()

    assert found == {"credential.json"}
    assert [file for file in FILES if f"/c/{credential.token}/{file}" in page] == [
        "credential.json"
    ]


def test_while_it_is_suspended_its_json_alone_is_there(client, credential, aino):
    actions.suspend(credential, reason="Looked into", by=None, now=timezone.now())
    client.force_login(aino)

    found = {f for f in FILES if client.get(f"/c/{credential.token}/{f}").status_code == 200}
    pages = [f"/c/{credential.token}/", "/learn/credits/", f"/learn/credits/{credential.key}/"]
    html = [client.get(address).content.decode() for address in pages]

    assert found == {"credential.json"}
    assert not any("certificate.pdf" in text for text in html)
    assert [text.count("seal--out") for text in html] == [1, 1, 0]
    assert "It does not stand now, so no form of it is handed out." in html[2]

    actions.reinstate(credential, reason="", by=None, now=timezone.now())

    assert {client.get(f"/c/{credential.token}/{f}").status_code for f in FILES} == {200}
    html = [client.get(address).content.decode() for address in pages]
    assert all("certificate.pdf" in text for text in html)
    assert not any("seal--out" in text for text in html)


@pytest.mark.parametrize("address", ["/c/{row.token}/", "/learn/credits/{row.key}/"])
def test_each_page_of_a_credential_offers_each_file(client, credential, aino, address):
    client.force_login(aino)
    page = client.get(address.format(row=credential)).content.decode()

    assert all(f"/c/{credential.token}/{file}" in page for file in FILES)


def test_a_holder_takes_all_of_it_along_and_nobody_else_does(client, credential, aino, farah):
    address = "/learn/credits/turku/record.json"
    client.force_login(aino)
    page = client.get("/learn/credits/").content.decode()
    response = client.get(address)
    client.force_login(farah)

    assert address in page
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == 'attachment; filename="transcript.json"'
    assert client.get(address).status_code == 404


def test_a_record_that_is_handed_in_shows_what_it_is_and_of_whom(client, credential, aino):
    client.force_login(aino)
    record = client.get("/learn/credits/turku/record.json").content
    client.logout()
    title, issuer = json.loads(record)["name"], "Turku Training"

    html = client.post("/verify/", {"text": record.decode()}).content.decode()
    altered = client.post("/verify/", {"text": record.decode().replace(issuer, "Turku Forging")})

    main = " ".join(html.split("<main")[1].split())
    assert "This credential is valid" in main
    assert f">{title}</h2>" in main
    assert f'key"> Issuer </dt> <dd class="govuk-summary-list__value"> {issuer}' in main
    assert "by its own words" not in main
    assert credential.title["en"] in main
    assert "Forging" not in altered.content.decode()


def test_a_path_is_offered_when_it_is_whole(client, credential, aino):
    from digicantrain.programme.models import Path

    credential.kind = "micro-credential"
    credential.save()
    Path.objects.create(
        programme=credential.version.module.programme, code="alone", title={"en": "Alone"},
        summary={"en": "One."}, modules=["X1"], ects=1,
    )  # fmt: skip
    client.force_login(aino)

    assert (
        "/learn/credits/turku/alone/record.json" in client.get("/learn/credits/").content.decode()
    )
    assert client.get("/learn/credits/turku/alone/record.json").status_code == 200
    assert client.get("/learn/credits/turku/nurse/record.json").status_code == 404
    assert client.get("/learn/credits/turku/nothing/record.json").status_code == 404
