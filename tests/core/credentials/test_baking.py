"""A credential in a picture: baked, taken out again, and whatever somebody may hand in."""

import io
import json
import re
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from PIL import Image

from digicantrain.core.credentials import badge, baking, jwt, png, svg
from digicantrain.core.credentials.baking import ImageError
from digicantrain.core.credentials.png import MAGIC
from tests.core.credentials.conftest import SIGNER, award, sign

PICTURE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
    b'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" aria-label="a &gt; b">'
    b'<defs><path id="p" d="M0 0"/></defs><use xlink:href="#p"/>'
    b'<g clip-path="url(#p)"><circle r="4" fill="#124c3c"/></g></svg>'
)
NASTY = (
    'say "when"', "]]>", "<![CDATA[", "]]]]>>", "</openbadges:credential>", "<!-- -->", "&amp;&lt;",
    "\\u003e\\", "\ufffe\uffff", "\u0085\u2028", "\n\r\t", "🧑 ملف \u202e", "Ελληνικά åäö",
    "{{ x }}",
)  # fmt: skip
words = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
)


def chunk(kind, data, checksum=None):
    checksum = zlib.crc32(kind + data) if checksum is None else checksum
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", checksum)


def itxt(text, keyword=b"openbadgecredential", flags=b"\0\0", names=b"\0\0"):
    return chunk(b"iTXt", keyword + b"\0" + flags + names + text)


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(b"\0\0"))
END = chunk(b"IEND", b"")
PLAIN = MAGIC + HEADER + PIXELS + END


def with_credential(*chunks):
    return MAGIC + HEADER + b"".join(chunks) + PIXELS + END


def element(inside=b"", attributes=b"", root=b"", before=b""):
    return (
        before + b'<svg xmlns="http://www.w3.org/2000/svg" '
        b'xmlns:o="https://purl.imsglobal.org/ob/v3p0" ' + root + b"><o:credential " + attributes
        + b">" + inside + b"</o:credential></svg>"
    )  # fmt: skip


@pytest.fixture(scope="module")
def document():
    return badge.document_of(award())


@given(title=words, text=words)
@limits(max_examples=60)
def test_json_and_token_come_out_of_both_pictures_as_they_went_in(title, text):
    document = {**badge.document_of(award()), "name": title, "description": text}
    told = json.dumps(document, ensure_ascii=False)
    token = jwt.in_w3c_profile(document, signer=SIGNER)
    for picture in (PLAIN, PICTURE):
        assert json.loads(baking.unbake(baking.bake(picture, told))) == document
        assert baking.unbake(baking.bake(picture, token)) == token


def test_a_png_is_the_same_picture_for_other_readers(document):
    baked = baking.bake(PLAIN, json.dumps(document))

    read = Image.open(io.BytesIO(baked))
    read.load()

    assert json.loads(read.info["openbadgecredential"]) == document
    assert baked.index(b"iTXt") < baked.index(b"IDAT")
    assert b"openbadgecredential\0\0\0\0\0{" in baked


def test_an_svg_is_written_as_the_standard_shows_it(document):
    token = jwt.in_open_badges_profile(document, signer=SIGNER)

    with_token = baking.bake(PICTURE, token).decode()
    with_json = baking.bake(PICTURE, json.dumps(document)).decode()

    start = re.escape(
        'aria-label="a &gt; b" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">'
    )
    assert re.search(f'{start}<openbadges:credential verify="{token}"></openbadges', with_token)
    assert re.search(rf"{start}<openbadges:credential><!\[CDATA\[\{{", with_json)
    assert with_json.endswith(PICTURE[-40:].decode())


def test_another_library_takes_out_what_we_bake(document):
    from openbadgeslib.ob3.verifier import OB3Verifier

    token = jwt.in_open_badges_profile(document, signer=SIGNER)

    assert OB3Verifier.extract_token_from_png(baking.bake(PLAIN, token)) == token
    assert OB3Verifier.extract_token_from_svg(baking.bake(PICTURE, token)) == token


@pytest.mark.parametrize("picture", [PLAIN, PICTURE])
def test_a_picture_that_holds_one_is_not_baked_again(picture):
    with pytest.raises(ImageError, match="already"):
        baking.bake(baking.bake(picture, "{}"), "{}")


@pytest.mark.parametrize("picture", [PLAIN, PICTURE, with_credential(itxt(b"x", b"openbadges"))])
def test_a_picture_without_a_credential_says_so(picture):
    with pytest.raises(ImageError, match=r"holds no Open Badges 3\.0 credential"):
        baking.unbake(picture)


@pytest.mark.parametrize("picture", [PLAIN, PICTURE])
def test_what_is_too_long_is_not_baked(picture):
    with pytest.raises(ImageError, match="too long"):
        baking.bake(picture, "x" * (png.MAX_TEXT + 1))


@pytest.mark.parametrize(
    ("data", "yes"),
    [(PLAIN, True), (PICTURE, True), (b"\xef\xbb\xbf<svg>", True), (b" \n<svg>", True),
     (b"{}", False), (b"", False), (b"%PDF-1.7", False), (b"GIF89a", False)],
)  # fmt: skip
def test_a_picture_is_told_by_its_beginning(data, yes):
    assert baking.is_image(data) is yes


# --- threat 34: PNG ---


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (with_credential(itxt(b"a"), itxt(b"b")), "more than one"),
        (PLAIN + b"\0", "goes on after"),
        (PLAIN + PLAIN, "goes on after"),
        (PLAIN[:-1], "cut off"),
        (MAGIC, "cut off"),
        (MAGIC + HEADER + PIXELS, "cut off"),
        (MAGIC + PIXELS + HEADER + END, "not in order"),
        (MAGIC + HEADER + HEADER + PIXELS + END, "not in order"),
        (MAGIC + chunk(b"IHDR", b"x") + END, "header is damaged"),
        (with_credential(chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0x", checksum=1)), "damaged"),
        (with_credential(chunk(b"iTXt", b"openbadgecredential")), "credential in the picture"),
        (with_credential(itxt(b"x", flags=b"\2\0")), "is damaged"),
        (with_credential(itxt(b"x", flags=b"\0\1")), "is damaged"),
        (with_credential(itxt(b"x", flags=b"\1\0")), "is damaged"),
        (with_credential(itxt(b"", names=b"")), "is damaged"),
        (with_credential(itxt(b"\xff\xfe")), "no text"),
        (with_credential(itxt(b"x" * (png.MAX_TEXT + 1))), "too long"),
        (MAGIC + struct.pack(">I4s", 2**31, b"IDAT") + b"x", "cut off"),
        (MAGIC + HEADER + chunk(b"tIME", b"") * 6_000 + END, "not in order"),
        (MAGIC + b"\0" * png.MAX_BYTES, "larger than"),
        (b"\x89PNG\r\n\x1a", "not an SVG"),
    ],
)  # fmt: skip
def test_threat_34_a_broken_png_is_refused_with_a_sentence(image, why):
    with pytest.raises(ImageError, match=why):
        baking.unbake(image)


def test_a_compressed_text_of_others_is_read():
    image = with_credential(itxt(zlib.compress(b'{"a": 1}'), flags=b"\1\0"))

    assert baking.unbake(image) == '{"a": 1}'


def test_threat_34_a_bomb_in_a_png_is_cut_off():
    bomb = with_credential(itxt(zlib.compress(b"0" * 60_000_000), flags=b"\1\0"))
    start = time.process_time()

    with pytest.raises(ImageError, match="too long"):
        baking.unbake(bomb)
    assert time.process_time() - start < 0.5


@given(st.binary(max_size=200))
def test_threat_34_any_bytes_are_read_or_refused(data):
    for image in (data, MAGIC + data, MAGIC + HEADER + data, b"<svg" + data):
        with pytest.raises(ImageError):
            baking.unbake(image)


@pytest.mark.parametrize("kind", [PLAIN, PICTURE])
def test_every_byte_of_a_png_counts_and_no_cut_is_read(kind, document):
    baked = baking.bake(kind, json.dumps(document))
    for cut in range(0, len(baked) - 1, 97):
        with pytest.raises(ImageError):
            baking.unbake(baked[:cut])


def test_a_changed_byte_of_a_png_is_noticed_by_its_checksum(document):
    baked = baking.bake(PLAIN, json.dumps(document))
    for place in range(8, len(baked), 101):
        broken = baked[:place] + bytes([baked[place] ^ 1]) + baked[place + 1 :]
        with pytest.raises(ImageError):
            baking.unbake(broken)


# --- threats 21, 31, 34: SVG ---

BILLION = b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (element(b"{}", before=BILLION), "document type or entities"),
        (element(b"{}", before=b'<!DOCTYPE svg SYSTEM "http://127.0.0.1/x">'), "document type"),
        (element(b"&xxe;"), "not an SVG"),
        (element(b"{}").replace(b"</svg>", b""), "a part of it is missing"),
        (element(b"{}") + b"<x/>", "not an SVG"),
        (element(b"{}").replace(b"2000/svg", b"1999/xhtml"), "not an SVG"),
        (element(b""), "damaged"),
        (element(b" \n"), "damaged"),
        (element(b"{}", b'verify="a.b.c"'), "damaged"),
        (element(b"<o:credential>{}</o:credential>"), "more than one"),
        (element(b"{}<g/>"), "damaged"),
        (element(b"{}").replace(b"</svg>", b"<o:credential>x</o:credential></svg>"), "more than"),
        (element(b"<g>" * 120 + b"</g>" * 120), "too deeply"),
        (element(b"<g/>" * 50_000), "too many parts"),
        (b"<svg>" + b" " * png.MAX_BYTES, "larger than"),
        (b"<?xml version='1.0' encoding='nonsense'?><svg/>", "not an SVG"),
    ],
)
def test_threat_31_a_hostile_or_broken_svg_is_refused_with_a_sentence(image, why):
    with pytest.raises(ImageError, match=why):
        baking.unbake(image)


def test_an_svg_of_others_is_read():
    assert baking.unbake(element(b"\n <![CDATA[\n{}\n]]> ", root=b'onload="x()"')) == "{}"
    assert baking.unbake(element(attributes=b'verify=" a.b.c "')) == "a.b.c"


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>x()</script>", b'<script href="x.js"/>', b'<g onload="x()"/>',
        b"<style>*{}</style>",
        b'<g style="fill:url(//evil.example)"/>', b'<image href="//evil.example/x.png"/>',
        b'<a href="javascript:x()"><g/></a>', b'<use href="//evil.example/x.svg#a"/>',
        b'<use xlink:href="data:image/svg+xml,x"/>', b'<path fill="url(//evil.example#a)"/>',
        b'<path fill="URL( http://evil.example )"/>', b"<foreignObject><g/></foreignObject>",
        b'<animate attributeName="href" to="javascript:x()"/>', b'<set to="x"/>',
        b'<h:b xmlns:h="http://www.w3.org/1999/xhtml"/>', b'<g xlink:href="#p"/>',
        b'<g id="x" xml:base="//evil.example"/>',
    ],
)  # fmt: skip
def test_threat_21_a_picture_that_could_act_is_not_baked(inside):
    with pytest.raises(ImageError, match="something else than shapes"):
        baking.bake(PICTURE.replace(b"</svg>", inside + b"</svg>"), "{}")


def test_a_picture_with_something_before_it_is_not_baked():
    with pytest.raises(ImageError, match="begin with its own element"):
        svg.bake(b"<!-- <svg> -->" + PICTURE.partition(b"\n")[2], "{}")


def test_what_is_signed_still_stands_after_the_picture(document):
    signed = sign(document)

    for picture in (PLAIN, PICTURE):
        assert json.loads(baking.unbake(baking.bake(picture, json.dumps(signed)))) == signed
