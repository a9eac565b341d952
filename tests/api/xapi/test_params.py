"""Form-encoded parameters: read as everybody reads them, in little memory (threat 39)."""

import tracemalloc
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.api.xapi import params
from digicantrain.api.xapi.answers import Refusal

PARTS = st.sampled_from(["x", "ä", "%", "%4", "%41", "%C3%A4", "+", "=", "%3D", "&", "%26", "€"])


@given(st.lists(PARTS, max_size=30), st.integers(3, 9))
def test_threat_39_a_form_is_read_as_everybody_reads_it(parts, piece):
    text = "".join(parts)
    known = parse_qsl(text, keep_blank_values=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(params, "PIECE", piece)
        patch.setattr(params, "_each_once", list)
        found: object = params.of_bytes(text.encode())
        assert found == known


def test_threat_39_a_form_of_mere_escapes_takes_little_memory():
    raw = b"content=" + b"%41" * 200_000
    tracemalloc.start()
    try:
        found = params.of_bytes(raw)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == {"content": "A" * 200_000}
    assert most < 9_000_000


@pytest.mark.parametrize("raw", [b"a=%ff", b"a=\xff", b"&".join([b"a"] * 51), b"a=1&a=2", b"a=%00"])
def test_a_form_that_cannot_be_read_is_refused(raw):
    with pytest.raises(Refusal) as refused:
        params.of_bytes(raw)
    assert refused.value.status == 400
