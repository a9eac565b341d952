"""What can be handed in as evidence: files by their content, credentials with their verdict."""

import io
import json

import orjson
import pytest
from django.utils import timezone
from PIL import Image

from digicantrain.core.credentials.verification import Verdict
from digicantrain.credentials.models import Credential, IssuerKey
from digicantrain.credentials.recognition_evidence import (
    EvidenceError,
    fingerprint_of,
    read_credential,
    read_file,
)
from tests.credentials.claims import PDF, picture
from tests.credentials.states import STATES

# --- files ---


def test_a_pdf_is_kept_as_it_is():
    file = read_file(PDF, name="certificate.pdf")

    assert (file.name, file.media_type, file.data) == ("certificate.pdf", "application/pdf", PDF)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_drawn_again_as_jpeg(kind):
    file = read_file(picture(kind), name="photo.exe")

    assert (file.name, file.media_type) == ("photo.jpg", "image/jpeg")
    assert Image.open(io.BytesIO(file.data)).size == (40, 40)


def test_threat_34_where_a_photograph_was_taken_is_not_kept():
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "Ward 3, bed 2"

    file = read_file(picture(exif=exif), name="a.jpg")

    assert b"Ward 3" not in file.data
    assert len(Image.open(io.BytesIO(file.data)).getexif()) == 0


def test_threat_34_what_stands_behind_a_picture_is_not_kept():
    file = read_file(picture() + b"<script>alert(1)</script>PK\x03\x04", name="a.jpg")

    assert b"<script>" not in file.data


def test_a_large_picture_is_made_smaller_and_a_transparent_one_stands_on_white():
    large = read_file(picture(side=3_000), name="a.jpg")
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(out, format="PNG")
    clear = read_file(out.getvalue(), name="b.png")

    assert Image.open(io.BytesIO(large.data)).size == (2_400, 2_400)
    assert Image.open(io.BytesIO(clear.data)).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + bytes(99), "neither a PDF nor"),
        (b"<html><script>alert(1)</script></html>", "neither a PDF nor"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "neither a PDF nor"),
        (b"GIF89a" + bytes(99), "neither a PDF nor"),
        (b" " + PDF, "neither a PDF nor"),
        (PDF[:-8], "cut off or damaged"),
        (b"%PDF-1.7" + bytes(4_000_001) + b"%%EOF", "larger than 4 megabytes"),
        (picture()[:80], "cannot be read"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "cannot be read"),
    ],
)
def test_threat_34_by_its_content_it_is_refused_whatever_it_is_called(data, why):
    with pytest.raises(EvidenceError, match=why):
        read_file(data, name="certificate.pdf")


def test_threat_34_a_picture_that_would_fill_the_memory_is_refused():
    bomb = picture("PNG", side=5_100)

    with pytest.raises(EvidenceError, match="too many pixels"):
        read_file(bomb, name="a.png")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\papers\\my certificate.pdf", "my certificate.pdf"),
        ('x"\r\nSet-Cookie: a=b.pdf', "x___Set-Cookie_ a_b.pdf"),
        (".pdf", "_pdf.pdf"),
        ("päätös\u202egnp.pdf", "päätös_gnp.pdf"),
        ("a" * 300 + ".pdf", "a" * 60 + ".pdf"),
    ],
)
def test_a_name_is_harmless(name, kept):
    assert read_file(PDF, name=name).name == kept


# --- credentials ---


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_each_verdict_is_kept_or_refused(credential, aino, state):
    """What is altered, withdrawn or not of the issuer it names proves nothing."""
    text, verdict, _said = STATES[state](credential)

    if verdict in {Verdict.VALID, Verdict.GENUINE, Verdict.EXPIRED, Verdict.SUSPENDED}:
        row, _data = read_credential(text, person=aino, now=timezone.now())
        assert (row.verdict, row.minutes) == (verdict.value, 50)
    elif verdict is Verdict.NOT_CHECKED:
        row, _data = read_credential(text, person=aino, now=timezone.now())
        assert row.verdict == verdict.value
    else:
        with pytest.raises(EvidenceError, match="cannot be taken as evidence"):
            read_credential(text, person=aino, now=timezone.now())


@pytest.mark.django_db
def test_a_badge_of_another_issuer_is_kept_whole_with_whom_it_names(credential, aino, farah):
    text, _verdict, _said = STATES["genuine"](credential)

    hers, data = read_credential(text.encode(), person=aino, now=timezone.now())
    others, _data = read_credential(text, person=farah, now=timezone.now())

    assert (hers.names_holder, hers.credential, data.decode()) == (True, None, text)
    assert others.names_holder is False
    assert "Reading" in hers.title


@pytest.mark.django_db
def test_one_of_ours_that_somebody_else_earned_is_refused(credential, farah):
    from digicantrain.credentials.certificates import link_of

    for what in (link_of(credential), f"<{link_of(credential)}>.", credential.document):
        with pytest.raises(EvidenceError, match="issued to somebody else"):
            read_credential(what, person=farah, now=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "link", ["https://elsewhere.example/badge/1", "/c/nothing/", "http://127.0.0.1:8000/c/none/"]
)
def test_threat_36_no_link_of_others_is_opened(db, aino, link):
    with pytest.raises(EvidenceError, match="stands behind this link"):
        read_credential(link, person=aino, now=timezone.now())


@pytest.mark.django_db
def test_what_is_not_proved_says_nothing_of_its_hours(credential, aino):
    """Its keys cannot be had: whoever wrote it may have written any workload."""
    document = json.loads(credential.document)
    document["issuer"]["id"] = "did:web:elsewhere.example"
    document["credentialSubject"]["microCredential"]["workloadMinutes"] = 99_999
    IssuerKey.objects.all().delete()
    Credential.objects.all().delete()

    row, _data = read_credential(orjson.dumps(document), person=aino, now=timezone.now())

    assert (row.verdict, row.cause) == ("not-checked", "NO_KEYS")
    assert (row.minutes, row.names_holder) == (None, None)


def test_the_same_credential_has_one_fingerprint_in_every_form():
    document = {"id": "urn:uuid:1", "issuer": "did:example:a", "proof": {"proofValue": "z1"}}
    other = {**document, "proof": {"proofValue": "z2"}}
    bare = {"issuer": "did:example:a"}

    assert fingerprint_of(document) == fingerprint_of(other)
    assert fingerprint_of(bare) == fingerprint_of({**bare, "proof": {}})
    assert fingerprint_of(bare) != fingerprint_of(document)
