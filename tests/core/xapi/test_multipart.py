"""Statements with attachments in one body: what is read, what is refused, what is written."""

import hashlib
from time import perf_counter

import pytest

from digicantrain.core.xapi import multipart
from digicantrain.core.xapi.multipart import Attachment, AttachmentError

TEXT = b"any\r\n--thing"
SHA2 = hashlib.sha256(TEXT).hexdigest()
BOUNDARY = "--_b"
JSON = b"Content-Type: application/json\r\n\r\n{}"


def part(content=TEXT, **headers):
    told = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.sha256(content).hexdigest(),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{name}:{value}" for name, value in told.items() if value is not None]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def body(*parts, end=b"--"):
    line = b"\r\n--" + BOUNDARY.encode()
    return b"".join(line + b"\r\n" + one for one in parts) + line + end


def read(raw):
    return multipart.read(raw, boundary=BOUNDARY)


def test_statements_and_attachments_are_read():
    long = part(b"\0\xff", X_Experience_API_Hash=hashlib.sha512(b"\0\xff").hexdigest().upper())

    found = read(b"passed over" + body(JSON, part(), long))

    assert found.statements == b"{}"
    assert found.attachments[SHA2] == Attachment(SHA2, "text/plain", TEXT)
    assert {len(name) for name in found.attachments} == {64, 128}
    assert [one.content for one in found.attachments.values()] == [TEXT, b"\0\xff"]


def test_lines_may_end_with_lf_alone_and_content_may_be_empty():
    raw = body(JSON, part(b"")).replace(b"\r\n", b"\n")

    assert [one.content for one in read(raw).attachments.values()] == [b""]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "does not hold the boundary"),
        (body(JSON).replace(b"_b", b"_c"), "does not hold the boundary"),
        (b"\r\n----_bad\r\n" + JSON, "something else than a part"),
        (body(), "something else than a part"),
        (body(JSON, end=b""), "does not end with its boundary"),
        (body(JSON)[: -len(BOUNDARY)], "does not end with its boundary"),
        (body(b"{}"), "Part 1 has no empty line"),
        (body(b"Content-Type: text/plain\r\n\r\n{}"), "first part is application/json"),
        (body(b"\r\n{}"), "first part is application/json"),
        (body(JSON, JSON), "Part 2 has no X-Experience-API-Hash"),
        (body(JSON, part(X_Experience_API_Hash="0" * 64)), "hash|not the SHA-256"),
        (body(JSON, part(X_Experience_API_Hash="sha")), "not the SHA-256"),
        (body(JSON, part(Content_Transfer_Encoding="base64")), "Transfer-Encoding of binary"),
        (body(JSON, part(Content_Transfer_Encoding=None)), "Transfer-Encoding of binary"),
        (body(JSON, part(Content_Length="3")), "says Content-Length 3 and has 12 bytes"),
        (body(JSON, part(), part()), "same X-Experience-API-Hash as another"),
        (body(JSON, b"X-A:" + b"a" * 9_000 + b"\r\n" + part()), "8,000 bytes"),
        (body(JSON, b"".join(b"X-%d:a\r\n" % n for n in range(30)) + part()), "20 headers"),
        (body(JSON, b"no header\r\n" + part()), "header that cannot be read"),
        (body(JSON, b"content-type:a/b\r\n" + part()), "header that cannot be read"),
    ],
)
def test_threat_39_a_body_that_lies_is_refused_in_a_sentence(raw, sentence):
    with pytest.raises(AttachmentError, match=sentence):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        body(JSON, *[part(b"%d" % n) for n in range(1_001)]),
        body(JSON, *[b"\r\n"] * 100_000),
        b"\r\n----_b\r\n" + JSON + b"\r\n----_bX" * 300_000,
        b"\r\n----_b\r\n" + JSON + b"\r\n----_b" + b" " * 3_000_000,
        b"\r\n----_b\r\n" + b"A: " * 1_000_000,
    ],
    ids=["many parts", "tiny parts", "nearly boundaries", "blanks", "endless headers"],
)
def test_threat_39_a_body_made_to_be_slow_is_refused_at_once(raw):
    begun = perf_counter()

    with pytest.raises(AttachmentError):
        read(raw)

    assert perf_counter() - begun < 2


@pytest.mark.parametrize(
    "header",
    ["", "application/json", "multipart/mixed;", "multipart/form-data; boundary=a",
     "multipart/mixed; boundary=" + "a" * 71, 'multipart/mixed; boundary="a "',
     "multipart/mixed; boundary=ä"],
)  # fmt: skip
def test_a_content_type_without_a_boundary_is_refused(header):
    with pytest.raises(AttachmentError):
        multipart.boundary(header)


def test_the_boundary_is_read():
    assert multipart.boundary("multipart/mixed; boundary=-------3141592") == "-------3141592"


STATEMENT = {"attachments": [{"sha2": SHA2.upper()}]}
INSIDE = {"object": {"objectType": "SubStatement", **STATEMENT}}
HERE = {SHA2: Attachment(SHA2, "", TEXT)}


@pytest.mark.parametrize("statement", [STATEMENT, INSIDE])
def test_each_attachment_has_a_part_or_an_address(statement):
    multipart.require_parts([statement], HERE)
    multipart.require_parts([{"attachments": [{"sha2": SHA2, "fileUrl": "https://a.b"}]}], {})

    with pytest.raises(AttachmentError, match="neither a fileUrl nor a part"):
        multipart.require_parts([statement], {})


def test_a_part_that_nobody_declares_is_refused():
    with pytest.raises(AttachmentError, match="No statement declares"):
        multipart.require_parts([{"object": {"id": "a:b"}}], HERE)


def test_what_is_written_can_be_read_again():
    kept = [Attachment(SHA2, "text/plain\r\nX-Evil: 1", TEXT)]

    raw = b"".join(multipart.written(b'{"a":1}', kept, boundary=BOUNDARY))
    found = read(raw)

    assert found.statements == b'{"a":1}'
    assert found.attachments == {SHA2: Attachment(SHA2, "text/plainX-Evil: 1", TEXT)}
