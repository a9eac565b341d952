"""The picture of a badge: what stands on it, in every language and at any length."""

import io
import json

import pytest
from PIL import Image

from digicantrain.core.credentials import baking
from digicantrain.credentials import pictures

pytestmark = pytest.mark.django_db
TITLES = (
    "Εξ αποστάσεως παρακολούθηση συμπτωμάτων", "Äiti yöllä: öinen hätäseuranta", "x" * 200,
    "Remote monitoring of symptoms and outcomes that patients report " * 3,
    '<script>x()</script> & "quoted" \'too\'', "#panic(1) $x$ \\ ]]> [*bold*]",
    "ملف \u202e المريض 🧑", "a\u0000\ufffeb", "\u200b", "",
)  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_any_title_is_drawn_and_baked(credential, title):
    credential.elements["microCredentialTitle"] = title

    for picture in (pictures.svg_of(credential), pictures.png_of(credential)):
        baked = pictures.baked(picture, credential.document)

        assert json.loads(baking.unbake(baked)) == json.loads(credential.document)


def test_a_png_is_a_picture_of_1024_pixels(credential):
    read = Image.open(io.BytesIO(pictures.png_of(credential)))
    read.load()

    assert read.size == (1024, 1024)
    assert read.mode == "RGBA"
    assert read.getpixel((2, 2)) == (0, 0, 0, 0)
    assert read.getpixel((512, 8)) == (0x12, 0x4C, 0x3C, 255)


def test_an_svg_says_its_words_to_who_listens(credential):
    credential.language = "fi"
    credential.elements["microCredentialTitle"] = 'Yö & "hätä"'

    text = pictures.svg_of(credential).decode()

    assert 'role="img" xml:lang="fi" aria-label="Yö &amp; &quot;hätä&quot;, ' in text
    assert f"EQF 6 · {credential.issued_at.year}" in text


def test_the_same_credential_has_the_same_picture_and_another_another(credential):
    first = pictures.svg_of(credential)
    pictures._drawn.cache_clear()

    assert pictures.svg_of(credential) == first
    credential.key = "00000000-0000-4000-8000-000000000000"
    assert pictures.svg_of(credential) != first


def test_the_providers_colour_is_on_it(credential):
    credential.organisation.colour = "#7a1f5c"

    assert b"#7a1f5c" in pictures.svg_of(credential)


def test_letters_of_our_languages_are_drawn_and_not_replaced_by_boxes(credential):
    """The number of different glyphs grows with the letters: a box would be one glyph for all."""

    def glyphs(title):
        credential.elements["microCredentialTitle"] = title
        return pictures.svg_of(credential).count(b"<symbol")

    none, some = glyphs("."), "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ"

    assert glyphs(some) - none >= len(some) - 8
    assert glyphs("åäöÅÄÖõšžāčēģīķļņū") - none >= 12
