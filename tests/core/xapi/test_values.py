"""Single values: addresses, languages, times, durations and identifiers."""

from datetime import UTC, datetime

import pytest

from digicantrain.core.xapi import values
from digicantrain.core.xapi.versions import Version

RIGHT = {
    values.is_iri: """http://a.example HTTPS://a.example/ https://a.example:8080/b?c=d&e=f#g
        urn:uuid:9a1f2c52-5b0b-4a53-8d0c-6f3f5f4b7d10 mailto:a@b.example tag:a.example,2026:x
        http://suomi.example/äö https://例え.jp/てすと http://[::1]:80/x http://u:p@a.example/
        http://u@[2001:db8::1]/x a.b+c-d:e https://a.example/%C3%A4 about:blank
        https://a.example/a;b=c,d!$'()*+~ https://a.example/\U0001f600""",
    values.is_uri: "http://aino.openid.example/ https://a.example/?a=b xri:=aino",
    values.is_language_tag: """fi en-GB EN-gb cmn zh-Hant zh-Hans-CN sr-Latn-RS de-CH-1901
        sl-rozaj-biske es-419 en-a-bbb-x-a x-ours i-klingon zh-min-nan zh-cmn-Hans-CN und
        hy-Latn-IT-arevela de-Latn-DE-1996-u-co-phonebk abcdefgh""",
    values.is_duration: """PT0S P1Y P3Y6M4DT12H30M5S P4W PT1.5S PT1,5S PT0.5M P0.5Y P1DT2H PT36H
        P1DT12H36M0.12567S P1.5W P2M PT2M""",
    values.is_uuid: """9a1f2c52-5b0b-4a53-8d0c-6f3f5f4b7d10 9A1F2C52-5B0B-4A53-8D0C-6F3F5F4B7D10
        00000000-0000-0000-0000-000000000000 12345678-1234-5678-1234-567812345678""",
    values.is_mbox: """mailto:a@b.example mailto:a.b+c@d-e.example mailto:a@localhost
        mailto:äiti@perhe.example mailto:a'b@c.example mailto:a%20b@c.example""",
    values.is_mbox_sha1sum: "0123456789abcdef0123456789abcdef01234567 " + "A" * 40,
    values.is_sha2: " ".join("0f" * (size // 8) for size in (224, 256, 384, 512)),
    values.is_content_type: """text/plain text/plain;charset=utf-8 image/svg+xml
        application/vnd.a.b-c+json multipart/mixed;boundary="a,b" application/octet-stream""",
}
WRONG = {
    values.is_iri: [
        "",
        "a",
        "a.example/b",
        "//a.example",
        "/a",
        "#a",
        "?a",
        "1a:b",
        "ab=c://a.example",
        ":b",
        "a:",
        "http:",
        "http://",
        "https:///a",
        "http://:80",
        "http:a.example",
        "http://a b",
        " http://a.example",
        "http://a.example\n",
        "http://a\u00a0b",
        "http://a\u2028b",
        "http://a\u202eb",
        "http://a.example/<b>",
        'http://a.example/"b"',
        "http://a.example/{b}",
        "http://a.example/a|b",
        "http://a.example/a^b",
        "http://a.example/a`b",
        "C:\\a",
        "http://a.example/%",
        "http://a.example/%zz",
        "http://a.example/[b]",
        "http://a#b#c",
        "http://a.example/\x7f",
        "http://a.example/\0",
        "http://a.example/\ud800",
        "ä:b",
    ],
    values.is_uri: ["a.example/aino", "http://ä.example", "ab=c://a.example", ""],
    values.is_language_tag: [
        "",
        "f",
        "something",
        "en_GB",
        "en-",
        "-en",
        "en--GB",
        "s-something",
        "en-GB-something1",
        "zh-something-cc",
        "en-something-AU",
        "a12345678",
        "zh-z-aaa-z-bbb",
        "de-1996-1996",
        "x",
        "en-a",
        "12",
        "fi ",
        "fi\n",
        "äö",
        "en-x",
        "en-GB-oed-x",
        "ſv",
        "i-unknown",
    ],
    values.is_duration: [
        "",
        "P",
        "PT",
        "P1",
        "1Y",
        "P1YT",
        "P4W1D",
        "P1Y2W",
        "-P1D",
        "+P1D",
        "P-1D",
        "PA1H0M0S",
        "PT1H1.5M2S",
        "P1.5YT1S",
        "PT1.S",
        "PT.5S",
        "pt1s",
        "P1S",
        "PT1D",
        "PT1S1M",
        "P1D ",
        "P0001-02-03T04:05:06",
        "PT٣S",
        "PT1.5.5S",
        "PT1S\n",
    ],
    values.is_uuid: [
        "",
        "9a1f2c525b0b4a538d0c6f3f5f4b7d10",
        "{9a1f2c52-5b0b-4a53-8d0c-6f3f5f4b7d10}",
        "9a1f2c52-5b0b-4a53-8d0c-6f3f5f4b7d100",
        "ga1f2c52-5b0b-4a53-8d0c-6f3f5f4b7d10",
        "urn:uuid:9a1f2c52-5b0b-4a53-8d0c-6f3f5f4b7d10",
        "9a1f2c52-5b0b-4a53-8d0c-6f3f5f4b7d10\n",
    ],
    values.is_mbox: [
        "",
        "mailto:",
        "a@b.example",
        "mailto:a.example",
        "mailto:@b.example",
        "mailto:a@",
        "MAILTO:a@b.example",
        "http://a@b.example",
        "mailto:a@b@c.example",
        "mailto:a b@c.example",
        "mailto:a@b.example?subject=x",
        "mailto:a@b.example,c@d.example",
        "mailto:a@b..example",
        "mailto:a@.example",
        "mailto:<a@b.example>",
        "mailto:a@b.example\n",
        "mailto:a\0@b.example",
        "mailto://a@b.example",
    ],
    values.is_mbox_sha1sum: ["", "0" * 39, "0" * 41, "g" * 40, "0" * 40 + "\n"],
    values.is_sha2: ["", "0" * 40, "0" * 63, "g" * 64, "0" * 65],
    values.is_content_type: ["", "text", "text/", "/plain", "a/b c", "a/b\n", "a/b;c"],
}


def _named(item):
    return getattr(item, "__name__", "texts")


@pytest.mark.parametrize(("test", "texts"), RIGHT.items(), ids=_named)
def test_a_value_in_its_form_is_taken(test, texts):
    assert [text for text in texts.split() if not test(text)] == []


@pytest.mark.parametrize(("test", "texts"), WRONG.items(), ids=_named)
def test_a_value_in_another_form_is_not(test, texts):
    assert [text for text in texts if test(text)] == []


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-20T12:00:00Z", NOON),
        ("2026-11-20t12:00:00z", NOON),
        ("2026-11-20T12:00:00.000Z", NOON),
        ("2026-11-20T14:00:00+02:00", NOON),
        ("2026-11-20T06:30:00-05:30", NOON),
        ("2026-11-20T12:00:00.25+00:00", NOON.replace(microsecond=250_000)),
        ("2026-11-20T12:00:00.1234567891Z", NOON.replace(microsecond=123_456)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-01-01T01:59:60.5+02:00", datetime(2017, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("version", Version)
def test_a_time_is_read_in_utc(text, found, version):
    assert values.moment(text, version=version) == found
    assert values.moment(text, version=version).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-20T12:00:00", NOON),
        ("2026-11-20T12:00Z", NOON),
        ("2026-11-20T14+02", NOON),
        ("2026-11-20T12:00:00+0000", NOON),
        ("20261120T120000Z", NOON),
        ("2026-W47-5T12:00:00,0Z", NOON),
        ("2026W475T1200", NOON),
    ],
)
def test_other_forms_of_iso_8601_are_for_1_0_3_only(text, found):
    assert values.moment(text) == found
    assert not values.is_timestamp(text, version=Version.V2)


NO_TIMES = """
    2026-11-20T12:00:00-00:00 2026-11-20T12:00:00-0000 2026-11-20T12:00:00-00 2026-11-20 2026
    2026-11-20T 2026-13-01T00:00:00Z 2026-02-30T00:00:00Z 2026-11-20T24:00:00Z 12:00:00Z
    2026-11-20T12:60:00Z 2026-11-20T12:00:60Z 2026-11-20T12:00:61Z 2026-11-20X12:00:00Z
    2026-11-20T12:00:00+24:00 0000-01-01T00:00:00Z 0001-01-01T00:00:00+01:00 +2026-11-20T12:00:00Z
    9999-12-31T23:59:59-01:00 9999-12-31T23:59:60Z 20/11/2026 1795176000 now
    ２026-11-20T12:00:00Z"""
SPACED = ["", "2026-11-20 12:00:00Z", "2026-11-20T12:00:00Z\n", " 2026-11-20T12:00:00Z"]


@pytest.mark.parametrize("version", Version)
def test_what_is_no_time_is_refused(version):
    texts = NO_TIMES.split() + SPACED

    assert [text for text in texts if values.is_timestamp(text, version=version)] == []


def test_a_refused_time_says_how_to_write_it():
    with pytest.raises(ValueError, match=r"'yesterday' is no time; write one as 2026"):
        values.moment("yesterday")


LONG = ("a", "-aaaaa", "-a-bb", "%41", "1.", "1Y", "a@", "a.", ';a="b"', "é", "0")


@pytest.mark.parametrize("test", RIGHT, ids=_named)
def test_long_values_are_judged_at_once_threat_39(test):
    starts = ("", "http://", "en", "PT1", "mailto:a@", "a/b")

    assert not any(test(f"{start}{part * 20_000}\n") for start in starts for part in LONG)
