"""Which version a request speaks, and which a statement may carry."""

import pytest

from digicantrain.core.xapi.versions import Version, VersionError

V1, V2 = Version.V1, Version.V2


@pytest.mark.parametrize(
    ("header", "mount", "version"),
    [
        ("1.0", None, V1),
        ("1.0.0", V1, V1),
        ("1.0.3", None, V1),
        ("1.0.17", V1, V1),
        (" 1.0.2 ", None, V1),
        ("2.0", V2, V2),
        ("2.0.0", None, V2),
        ("2.0.1", V2, V2),
        (None, None, V1),
    ],
)
def test_a_header_means_a_version(header, mount, version):
    assert Version.of(header, mount=mount) is version


@pytest.mark.parametrize(
    ("header", "mount", "why"),
    [
        (None, V1, "lacks the header .* send X-Experience-API-Version: 1.0.3"),
        (None, V2, "send X-Experience-API-Version: 2.0.0"),
        ("", None, "speaks 1.0.3 and 2.0.0"),
        ("0.95", None, "'0.95'; this address speaks"),
        ("1.1.0", None, "1.1.0"),
        ("1", None, "'1'"),
        ("1.0.", None, "'1.0.'"),
        ("10.0", None, "10.0"),
        ("2.1", V2, "speaks 2.0.0"),
        ("2.0.0", V1, "speaks 1.0.3"),
        ("1.0.3", V2, "speaks 2.0.0"),
        ("1.0.3\r\nX-Other: 1", None, "speaks"),
        ("2" * 10_000, None, "speaks"),
    ],
)
def test_another_header_is_refused_threat_39(header, mount, why):
    with pytest.raises(VersionError, match=why) as refusal:
        Version.of(header, mount=mount)

    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("text", "takers"),
    [
        ("1.0", {V1, V2}),
        ("1.0.0", {V1, V2}),
        ("1.0.9", {V1, V2}),
        ("2.0", {V2}),
        ("2.0.0", {V2}),
        ("0.9", set()),
        ("1.1.0", set()),
        ("3.0.0", set()),
        ("one", set()),
        ("", set()),
    ],
)
def test_a_statement_may_carry_a_version(text, takers):
    assert {version for version in Version if version.takes(text)} == takers
