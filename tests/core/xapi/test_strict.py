"""Reading bytes: nothing is lost, and nothing hostile gets through."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.strict import read

TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text('ab":\\{[', max_size=3), inner)
    ),
    max_leaves=12,
)


@given(TREES, st.sampled_from([None, 2]), st.booleans())
def test_json_is_read_as_it_was_written(tree, indent, ascii_only):
    raw = json.dumps(tree, indent=indent, ensure_ascii=ascii_only, separators=(" ,", " : "))

    assert read(raw.encode()) == tree
    assert read(orjson.dumps(tree)) == tree


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused_threat_39(raw):
    try:
        read(raw)
    except StatementError as refusal:
        assert str(refusal).endswith((".", ")"))  # noqa: PT017 - both outcomes are right


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"a":1,"a":1}', "$.a"),
        (b'{"a" : 1 , "a"\n:2}', "$.a"),
        (b'{"a":1,"\\u0061":2}', "$.a"),
        (b'{"x":[0,{"b":{},"c":1,"b":{}}]}', "$.x[1].b"),
        (b'{"a":1,"a" :2,"b":"\\":"}', "$.a"),
        (b'{"a":"\\\\","b":{"k k":1,"k k":":"}}', '$.b["k k"]'),
        (b'[{"":1,"":2}]', '$[0][""]'),
    ],
)
def test_a_property_that_stands_twice_is_named_threat_39(raw, path):
    with pytest.raises(StatementError, match="stands twice") as refusal:
        read(raw)

    assert refusal.value.path == path
    assert str(refusal.value).startswith(path)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b'{"a":["x","y\\u0000"]}', "$.a[1]"),
        (b'{"a":{"b\\u0000":1}}', "$.a"),
        (b'"\\\\\\u0000"', "$"),
    ],
)
def test_a_nul_is_refused_with_its_place_threat_39(raw, path):
    with pytest.raises(StatementError, match="NUL") as refusal:
        read(raw)

    assert refusal.value.path == path


def test_what_only_looks_like_a_nul_is_taken():
    assert read(b'"\\\\u0000"') == "\\u0000"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "not JSON at line 1"),
        (b'{"a":1', "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":1}\n}', "line 2"),
        (b'{"a":01}', "not JSON"),
        (b'{"a":1,}', "not JSON"),
        (b'"\x00"', "not JSON"),
        (b'"\xff"', "not UTF-8 at byte 1"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'"\\ud800"', "half of a surrogate pair"),
        (b'"\\udc00\\ud800"', "half of a surrogate pair"),
        (b'{"a":NaN}', "NaN or Infinity"),
        (b"[Infinity]", "NaN or Infinity"),
        (b"[-Infinity]", "NaN or Infinity"),
        (b"1e400", "too large"),
        (b"1" * 400, "too large"),
        (b"[18446744073709551616]", "18446744073709551616 does not fit into 64 bits"),
        (b'{"a": -9223372036854775809}', "does not fit"),
        (b"[" * 101 + b"]" * 101, "deeper than 100"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "deeper than 100"),
        (b'["]",' * 101 + b"0" + b',"["]' * 101, "deeper than 100"),
        (b"[" * 100_000 + b"]" * 100_000, "deeper than 100"),
        (b"[" * 10_000_000, "more than 250,000 values"),
        (b'{"a":' * 1_000_000, "more than 250,000 values"),
    ],
)
def test_bytes_that_no_reader_agrees_on_are_refused_threat_39(raw, why):
    with pytest.raises(StatementError, match=why) as refusal:
        read(raw)

    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100 + b"]" * 100,
        b"[" + b",".join([b'{"a":[[]]}'] * 200) + b"]",
        b'["' + b"[" * 300 + b'"]',
        b"[18446744073709551615, -9223372036854775808]",
        b"[1234567890123456789012.5, 12345678901234567890123e1]",
    ],
)
def test_what_is_large_but_right_is_taken(raw):
    assert read(raw) == json.loads(raw)


@pytest.mark.parametrize("item", [b"{}", b"[]", b"1"])
def test_a_body_of_mere_brackets_is_refused_before_it_is_read_threat_39(item, monkeypatch):
    monkeypatch.setattr(orjson, "loads", None)

    with pytest.raises(StatementError, match="more than 250,000 values"):
        read(b"[" + b",".join([item] * 250_001) + b"]")
