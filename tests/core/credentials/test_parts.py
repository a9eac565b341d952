"""Keys, identities, moments, status lists and the reading of a certificate."""

import zlib
from datetime import UTC, datetime

import pytest

from digicantrain.core.credentials import certificate, identity, keys, status, strict_json, terms
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.moments import read_utc, utc
from tests.core.credentials.conftest import ISSUER, LIST, NOW, PUBLIC, SIGNER, key_pair


def test_a_key_verifies_what_it_signed_and_nothing_else():
    signature = SIGNER.sign(b"text")

    assert PUBLIC.verifies(signature, data=b"text")
    assert not PUBLIC.verifies(signature, data=b"Text")
    assert not key_pair(2)[1].verifies(signature, data=b"text")


@pytest.mark.parametrize("written", ["", "z", "zzzz", "u7QE", "m!!", "z6MkrJVnaZke"])
def test_what_is_no_ed25519_key_is_refused_with_a_sentence(written):
    with pytest.raises(keys.KeyFormatError, match="The key is not"):
        keys.PublicKey("did:key:x#x", written).verifies(b"0" * 64, data=b"")


@pytest.mark.parametrize(
    ("origin", "path", "did"),
    [
        ("https://credits.example", "", "did:web:credits.example"),
        ("https://credits.example:8443", "o/turku", "did:web:credits.example%3A8443:o:turku"),
    ],
)
def test_a_did_web_is_made_from_the_origin(origin, path, did):
    assert keys.did_web(origin, path=path) == did


def test_a_did_document_lists_old_keys_too():
    old, new = (key_pair(seed)[1] for seed in (3, 4))

    document = keys.did_document("did:web:credits.example", keys=[new, old])

    assert [row["publicKeyMultibase"] for row in document["verificationMethod"]] == [
        new.multibase, old.multibase,
    ]  # fmt: skip
    assert document["assertionMethod"] == [new.verification_method, old.verification_method]
    assert {row["controller"] for row in document["verificationMethod"]} == {document["id"]}


def hashed(kind, value):
    row = Identity.of(kind, value, salt="s1").as_object()
    return {"credentialSubject": {"identifier": [row]}}


@pytest.mark.parametrize(
    ("kind", "value", "asked", "same"),
    [
        (IdentityKind.EMAIL, "Aino@Example.org", " aino@example.org", True),
        (IdentityKind.EMAIL, "aino@example.org", "ben@example.org", False),
        (IdentityKind.NAME, "Äiti  Virtanen", "A\u0308iti Virtanen", True),
        (IdentityKind.NAME, "Aino Virtanen", "aino virtanen", False),
    ],
)
def test_who_holds_it_can_be_confirmed_but_not_read(kind, value, asked, same):
    document = hashed(kind, value)

    assert value not in str(document)
    assert identity.matches(document, kind=kind, value=asked) is same


@pytest.mark.parametrize(
    "document", [{}, {"credentialSubject": []}, hashed(IdentityKind.NAME, "A")]
)
def test_nobody_is_confirmed_where_nothing_is_said(document):
    assert not identity.matches(document, kind=IdentityKind.EMAIL, value="a@b.example")


def test_the_same_address_gives_another_hash_with_another_salt():
    one, two = (Identity.of(IdentityKind.EMAIL, "a@b.example", salt=s) for s in ("s1", "s2"))

    assert one.digest != two.digest


@pytest.mark.parametrize(
    "text", [None, 7, "", "2026-11-20", "2026-11-20T12:00:00", "2026-11-20T12:00:00+00:00",
             "2026-13-20T12:00:00Z", "٢٠٢٦-11-20T12:00:00Z", "2026-11-20T12:00:00Z "],
)  # fmt: skip
def test_a_moment_is_read_in_one_spelling_only(text):
    assert read_utc(text) is None


def test_a_moment_is_written_in_utc_and_read_again():
    moment = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)

    assert utc(moment) == "2026-11-20T12:00:00Z"
    assert read_utc(utc(moment)) == moment


def test_a_status_list_has_the_least_size_of_the_standard_and_the_bits_that_were_set():
    row = status.StatusList(LIST, ISSUER, frozenset({0, 5, status.SIZE - 1}), NOW)
    document = row.as_document()

    told = [
        place
        for place in (0, 1, 5, 6, status.SIZE - 2, status.SIZE - 1)
        if status.is_withdrawn(document, status.StatusEntry(LIST, place))
    ]

    assert told == [0, 5, status.SIZE - 1]
    assert document["credentialSubject"]["encodedList"].startswith("u")
    assert status.SIZE == 131_072


@pytest.mark.parametrize("encoded", ["", "u", "x", "uAAAA", "uH4sIAAAA"])
def test_a_bitstring_that_is_none_is_refused_with_a_sentence(encoded):
    document = status.StatusList(LIST, ISSUER, frozenset(), NOW).as_document()
    document["credentialSubject"]["encodedList"] = encoded

    with pytest.raises(status.StatusError, match="The status list"):
        status.is_withdrawn(document, status.StatusEntry(LIST, 0))


def test_the_inline_context_is_pinned_whatever_the_order_of_its_keys():
    turned = dict(reversed(terms.MICRO_CREDENTIAL.items()))

    assert terms.digest_of(turned) in terms.PINNED
    assert terms.digest_of({**turned, "x": "urn:x"}) not in terms.PINNED


def pdf_with(content, *, entries=b"/Filter/FlateDecode", length=None):
    body = zlib.compress(content) if b"Flate" in entries else content
    head = b"<</Length %d/Type/EmbeddedFile%s/Params<</Size 3>>>>" % (
        len(body) if length is None else length, entries,
    )  # fmt: skip
    return b"%PDF-1.7\n1 0 obj\n" + head + b"\nstream\n" + body + b"\nendstream\nendobj\n"


@pytest.mark.parametrize("entries", [b"", b"/Filter/FlateDecode", b"/Filter /FlateDecode"])
def test_the_attachment_of_a_certificate_is_found(entries):
    assert certificate.attachment_of(pdf_with(b'{"a": 1}', entries=entries)) == b'{"a": 1}'


@pytest.mark.parametrize(
    "data",
    [
        b"", b"%PDF-1.7", b"%PDF-1.7 /Type/EmbeddedFile", b"/Type/EmbeddedFile>>stream\n",
        pdf_with(b"x").replace(b"/Length", b"/Longer"),
        pdf_with(b"x").replace(zlib.compress(b"x"), b"not deflated"),
    ],
)  # fmt: skip
def test_a_pdf_without_a_readable_attachment_has_none(data):
    assert certificate.attachment_of(data) is None


def test_a_bomb_in_a_certificate_is_cut_off():
    bomb = certificate.attachment_of(pdf_with(b"0" * 50_000_000))

    assert len(bomb) == strict_json.MAX_BYTES + 1
