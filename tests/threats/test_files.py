"""Files that are sent and asked for, and things that are big but legal: threats 21, 34, 35, 47."""

import io
import struct
import zlib
from pathlib import Path
from random import Random

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from digicantrain.people.models import Organisation, Person

pytestmark = pytest.mark.django_db
FORM = {
    "name_en": "Turku Training", "name_fi": "Turun koulutus", "country": "FI",
    "colour": "#124c3c", "hours_per_ects": "27",
}  # fmt: skip
SECRET = b"<?php system($_GET['x']); ?><script>alert(1)</script>"


def picture(kind="PNG", *, size=(40, 20), **more):
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, format=kind, **more)
    return out.getvalue()


def located():
    """A photograph that says where it was taken."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (60.0, 27.0, 0.0), 3: "E", 4: (22.0, 16.0, 0.0)}
    exif[0x010E] = "ward 3, patient Virtanen"
    return picture("JPEG", exif=exif, comment=SECRET)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side):
    """A few bytes that say they are a very large picture."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)) + chunk(b"IEND", b"")
    )  # fmt: skip


def with_text(text):
    """A small picture with a text packed into it, as PNG allows."""
    plain = picture()
    packed = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(text))
    return plain[:33] + packed + plain[33:]


def send(client, organisation, data, name="logo.png"):
    return client.post(
        f"/manage/o/{organisation.slug}/", {**FORM, "logo": SimpleUploadedFile(name, data)}
    )


def stored(organisation):
    return Organisation.objects.get(pk=organisation.pk).logo


@pytest.fixture
def onni(client, admin):
    client.force_login(admin)
    return client


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The submitted file is empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a picture"),
        (b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", "not a"),
        (b"GIF89a" + SECRET, "not a picture"),
        (b"\x89PNG\r\n\x1a\n" + SECRET, "not a picture"),
        (picture("BMP"), "not a picture"),
        (picture("GIF"), "not a picture"),
        (bomb(60_000), "too many pixels"),
        (bomb(10_000), "too many pixels"),
        (bomb(1_900), "not a picture"),
        (with_text(b"a" * 80_000_000), "not a picture"),
        (picture() + b"\0" * 1_100_000, "larger than 1 MB"),
        (b"%PDF-1.7 " + picture(), "not a picture"),
    ],
    ids=range(13),
)
def test_threats_21_and_34_what_is_no_small_picture_is_refused_in_a_sentence(
    onni, organisation, data, sentence
):
    response = send(onni, organisation, data)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not stored(organisation)


@pytest.mark.parametrize(
    "data",
    [located(), picture() + SECRET, with_text(SECRET), picture(icc_profile=SECRET * 3)],
    ids=["place", "tail", "text", "profile"],
)
def test_threats_21_and_34_nothing_hidden_in_a_picture_is_stored(onni, organisation, data):
    send(onni, organisation, data, name="../../evil.php.svg")

    logo = stored(organisation)
    kept = logo.read()
    kinds = {kept[at + 4 : at + 8] for at in chunks(kept)}
    assert kinds <= {b"IHDR", b"IDAT", b"IEND"}
    assert SECRET not in kept
    assert Path(logo.name).parent == Path("logos")
    assert logo.name.endswith(".png")


def chunks(data):
    """Return where each part of a PNG begins."""
    at = 8
    while at < len(data):
        yield at
        at += 12 + struct.unpack(">I", data[at : at + 4])[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_threat_34_a_damaged_picture_is_refused_or_drawn_again(kind):
    from django.core.exceptions import ValidationError

    from digicantrain.web.manage.forms import _redrawn

    chance, whole = Random(7), picture(kind, size=(60, 60))  # noqa: S311 - the same each time
    for _ in range(300):
        damaged = bytearray(whole[: chance.randrange(20, len(whole) + 1)])
        for _each in range(chance.randrange(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            drawn = _redrawn(io.BytesIO(bytes(damaged)))
        except ValidationError:
            continue
        assert drawn.read(8) == b"\x89PNG\r\n\x1a\n"


PATHS = [
    "..%2f..%2fsettings.py", "../settings.py", "..%5c..%5csettings.py", "%2e%2e/%2e%2e/settings.py",
    "%00", "logos/../../digicantrain.sqlite3", "/etc/passwd", "....//settings.py", "a%00.png",
]  # fmt: skip


@pytest.mark.parametrize("root", ["/media/", "/static/", "/fi/media/"])
@pytest.mark.parametrize("path", PATHS)
def test_threat_35_no_path_leads_out_of_the_folder(client, db, root, path):
    response = client.get(root + path)

    assert response.status_code in {400, 404}
    assert b"SECRET_KEY" not in response.content
    assert b"root:" not in response.content


@pytest.fixture
def sheet(settings, db):
    """A style sheet that is served as in production, and a client that meets it."""
    file = Path(settings.STATIC_ROOT) / "threat.css"
    file.write_text("p { margin: 0 }\n", encoding="utf-8")
    yield Client()
    file.unlink()


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=" + ",".join(["0-"] * 1_000), "bytes=5-2", "bytes=-0", "bytes=x-y", "bytes=99999-",
        "bytes=0-0,2-2", "lines=1-2", "bytes=" + "9" * 400 + "-", "bytes=-99999999999",
    ],
)  # fmt: skip
def test_threat_35_many_ranges_make_no_more_work(sheet, wanted):
    response = sheet.get("/static/threat.css", headers={"Range": wanted})
    body = b"".join(response.streaming_content) if response.streaming else response.content

    assert response.status_code in {200, 206, 400, 416}
    assert len(body) <= 16
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in response["Content-Security-Policy"]


NAMES = [
    "😀" * 200, "\u202eevil.example\u202c", "a\u200d\u200db", "َ" * 150, "Z" + "\u0336" * 150,
    "\ufdfa" * 200, "\ud7ff\U0010ffff",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_threat_47_an_odd_name_is_kept_and_shown_everywhere(client, aino, ben, cohort, name):
    from digicantrain.learning import actions
    from digicantrain.learning.enums import EnrolledBy

    actions.enrol(cohort, person=aino, how=EnrolledBy.SELF)
    client.force_login(aino)
    client.post("/account/", {"name": name, "language": "en", "time_zone": "Europe/Helsinki"})

    assert Person.objects.get(pk=aino.pk).name == name
    assert client.get("/learn/").status_code == 200
    assert client.post("/my-data/export/").status_code == 200
    client.force_login(ben)
    page = client.get(f"/teach/runs/{cohort.key}/").content.decode()
    text = client.get(f"/teach/runs/{cohort.key}/participants.csv").content.decode()
    assert name in page
    assert name in text


@pytest.mark.parametrize("name", ["😀" * 10_000, "a\0b", "   ", "x" * 201])
def test_threat_47_a_name_that_cannot_be_kept_is_refused_in_a_sentence(client, aino, name):
    client.force_login(aino)

    response = client.post(
        "/account/", {"name": name, "language": "en", "time_zone": "Europe/Helsinki"}
    )

    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert Person.objects.get(pk=aino.pk).name == "Aino Virtanen"


def test_threat_47_too_much_is_refused_and_nothing_is_kept(client, aino):
    client.force_login(aino)
    form = {"name": "Aino", "language": "en", "time_zone": "Europe/Helsinki"}

    many = client.post("/account/", {**form, **{f"f{n}": "1" for n in range(2_000)}})
    large = client.post(
        "/account/", b"name=" + b"x" * 3_000_000, content_type="application/x-www-form-urlencoded"
    )
    longest = client.get("/modules/?audience=" + "x" * 100_000)

    assert (many.status_code, large.status_code) == (400, 400)
    assert "This request cannot be understood" in many.content.decode()
    assert longest.status_code == 200
    assert Person.objects.get(pk=aino.pk).name == "Aino Virtanen"


DEEP = [
    b"[" * 100_000, b'{"a":' * 100_000, b"[" * 5_000 + b"]" * 5_000, b"1e309", b"NaN",
    b'{"a":1,"a":2}', orjson.dumps(list(range(100_000))), b"\xff\xfe", b"",
]  # fmt: skip


@pytest.mark.parametrize("body", DEEP, ids=range(len(DEEP)))
def test_threat_47_deep_or_broken_json_gets_a_clear_answer(client, db, body):
    response = client.post("/api/verify", body, content_type="application/json")

    assert response.status_code in {200, 400, 413}
    assert response.json().get("verdict", "unreadable") in {"unreadable", "altered", "not-ours"}


def test_threat_47_a_body_of_no_said_length_is_bounded(client, db):
    response = client.post("/api/verify", b"x" * 1_000_001, content_type="application/json")

    assert response.status_code == 413


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/account/email/", {"email": "a\0b", "action_remove": ""}),
        ("/account/email/", {"email": "a\0b", "action_add": ""}),
        ("/account/", {"name": "a\0b"}),
        ("/report/", {"text": "a\0b", "address": "a\0b"}),
        ("/verify/", {"text": "https://x.example/c/a\0b/"}),
        ("/my-data/erase/", {"email": "a\0b", "confirm": "a\0b"}),
        ("/teach/runs/new/", {"title": "a\0b", "site": "a\0b", "module": "a\0b"}),
        ("/account/2fa/webauthn/login/", {"credential": '{"id": "a\\u0000b"}'}),
    ],
)
def test_threat_47_a_nul_in_a_form_is_refused_and_kept_nowhere(client, ben, cohort, path, form):
    """On PostgreSQL as well, which takes no NUL at all."""
    client.force_login(ben)

    response = client.post(path, form)

    assert response.status_code in {200, 302, 400}
    assert not Person.objects.filter(name__contains="a").exclude(pk=ben.pk).exists()
    assert Person.objects.get(pk=ben.pk).name == "Ben Carter"
