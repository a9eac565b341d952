"""Media types and languages, as headers write them."""

import pytest

from digicantrain.core.xapi import media


def test_a_media_type_is_read_with_its_parameters():
    read = media.media_type('Multipart/Mixed; boundary="a b" ; charset=UTF-8;')

    assert read.kind == "multipart/mixed"
    assert read.parameters == {"boundary": "a b", "charset": "UTF-8"}
    assert media.media_type("application/json; charset=utf-8").is_json


@pytest.mark.parametrize(
    "header",
    [
        "",
        "json",
        "a/b/c",
        "a/b; c",
        "a/b; c=1; C=2",
        'a/b; c="d',
        "a/b; " + "c=d;" * 400,
        'a/b; c="\r\nX: 1"',
        'a/b; c="\xe4"',
    ],
)
def test_what_is_no_media_type_is_refused(header):
    with pytest.raises(media.MediaTypeError, match="Content-Type"):
        media.media_type(header)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", ()),
        ("en-GB", ("en-gb",)),
        ("da, en-gb;q=0.8, en;q=0.7", ("da", "en-gb", "en")),
        ("en;q=0.1, fi;q=0.9, *;q=0.05", ("fi", "en", "*")),
        ("fi;q=0, et", ("et",)),
        ("<script>, de_DE, sv;q=2, fi", ("sv", "fi")),
        ("en," * 5_000, ("en",) * 20),
    ],
)
def test_languages_come_most_wanted_first(header, wanted):
    assert media.languages(header) == wanted


@pytest.mark.parametrize(
    ("available", "header", "chosen"),
    [
        (["en-US", "fi"], "fi", "fi"),
        (["en-US", "EN-gb"], "en-GB", "EN-gb"),
        (["fi", "en-US", "en-GB"], "en", "en-US"),
        (["fi", "en"], "en-GB", "en"),
        (["fi", "en-US"], "en-GB", "en-US"),
        (["fi", "et"], "sv, et;q=0.1", "et"),
        (["fi", "en"], "sv", "en"),
        (["fi", "und", "en"], "", "und"),
        (["fi", "et"], "sv", "fi"),
        (["fi", "et"], "*", "fi"),
        ([], "en", None),
    ],
)
def test_the_language_that_serves_best(available, header, chosen):
    assert media.best(available, media.languages(header)) == chosen
