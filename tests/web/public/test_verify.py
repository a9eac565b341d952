"""Checking a credential on its page and with the form: every verdict, and nothing more told."""

import io
import json

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from digicantrain.core.credentials import baking
from digicantrain.core.credentials.verification import Cause, Verdict
from digicantrain.credentials import actions, seals
from digicantrain.credentials.certificates import certificate_of
from digicantrain.credentials.models import Credential
from digicantrain.web import verdicts
from digicantrain.web.public import said, verify
from tests.core.credentials.test_baking import PICTURE, PLAIN
from tests.credentials.states import STATES

pytestmark = pytest.mark.django_db
HEADINGS = {
    "valid": "This credential is valid",
    "genuine": "This is genuine, of an issuer that is not known here",
    "suspended": "This credential is suspended",
    "replaced": "This credential was replaced by another one",
    "expired": "This credential has expired",
    "not_yet_valid": "This credential is not valid yet",
    "withdrawn": "This credential was withdrawn",
    "altered": "This is not valid: it was altered or is not signed rightly",
    "not_ours": "This was not issued here",
    "unreadable": "This is not a credential that can be read",
    "not_checked": "This could not be checked",
}


@pytest.fixture
def credential(enrolment):
    from tests.credentials.earned import issued

    return issued(enrolment)


def heading(response):
    html = response.content.decode()
    return html.split("<h1")[1].split(">", 1)[1].split("</h1>")[0].strip()


@pytest.mark.parametrize("state", STATES)
def test_the_form_says_each_verdict(client, credential, state):
    text, _verdict, _words = STATES[state](credential)

    response = client.post("/verify/", {"text": text})

    assert response.status_code == 200
    assert heading(response) == HEADINGS[state]


@pytest.mark.parametrize("state", STATES)
def test_the_page_of_the_link_says_each_verdict(client, credential, state):
    STATES[state](credential)

    response = client.get(f"/c/{credential.token}/")

    assert heading(response) == HEADINGS[state]
    assert "noindex" in response.content.decode()


def test_each_verdict_and_each_cause_has_its_words():
    assert set(verdicts.HEADINGS) == set(Verdict)
    assert set(verdicts.CAUSES) == set(Cause)
    assert set(said.ADVICE) == set(Verdict) - {Verdict.VALID}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("expired", "It was valid until"),
        ("not_yet_valid", "It becomes valid on"),
        ("withdrawn", "Issued by mistake."),
        ("genuine", "Make sure of the"),
        ("suspended", "Being looked into."),
        ("replaced", "a corrected one was issued in its place"),
        ("altered", "Do not rely on it."),
        ("not_ours", "ask the issuer who is named in it"),
        ("unreadable", "It is not JSON, or a part is missing."),
        ("not_checked", "Try again later."),
    ],
)
def test_the_page_says_why_and_what_to_do(client, credential, state, words):
    text, _verdict, _words = STATES[state](credential)

    assert words in client.post("/verify/", {"text": text}).content.decode()


@pytest.mark.parametrize("state", ["altered", "unreadable", "not_ours"])
def test_what_cannot_be_relied_on_is_not_repeated(client, credential, state):
    """Neither by the form nor by the link: an altered title would look like a genuine one."""
    text, _verdict, _words = STATES[state](credential)

    for response in (
        client.post("/verify/", {"text": text}),
        client.get(f"/c/{credential.token}/"),
    ):
        html = response.content.decode()
        assert "Reading" not in html
        assert "Aino" not in html


def test_the_page_shows_all_eleven_elements(client, credential):
    html = client.get(f"/c/{credential.token}/").content.decode()

    for words in (
        "Aino Virtanen", "Reading reports: first steps", "Finland (FI)", "Turku Training",
        "Date of issue", "50 min", "EQF 6 (self-assessed)", "Scenario test",
        "Online, at one&#x27;s own pace", "Internal quality assurance", "Learning outcomes",
    ):  # fmt: skip
        assert words in html


# --- what may be handed in ---


@pytest.mark.parametrize("made", ["json", "pdf"])
def test_a_file_is_checked_and_threat_43_a_withdrawn_one_says_so(client, credential, rita, made):
    data = credential.document.encode()
    if made == "pdf":
        data = certificate_of(credential, holder="Aino Virtanen")

    def check():
        return heading(client.post("/verify/", {"file": SimpleUploadedFile(f"x.{made}", data)}))

    assert check() == HEADINGS["valid"]
    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())
    assert check() == HEADINGS["withdrawn"]
    assert heading(client.get(f"/c/{credential.token}/")) == HEADINGS["withdrawn"]
    assert client.get(f"/c/{credential.token}/certificate.pdf").status_code == 404


@pytest.mark.parametrize("prefix", ["", "/fi"])
def test_a_link_leads_to_its_page(client, credential, settings, prefix):
    link = f"{settings.ORIGIN}{prefix}/c/{credential.token}/"

    response = client.post("/verify/", {"text": f" {link}\n"})

    assert response.status_code == 302
    assert response.url == f"/c/{credential.token}/"


@pytest.mark.parametrize("tail", ["", ".", "/.", ",", "/>", ">", "?from=mail", "/certificate.pdf"])
@pytest.mark.parametrize("before", ["", "<"])
def test_a_link_leads_to_its_page_however_it_was_copied(client, credential, settings, before, tail):
    pasted = f"{before}{settings.ORIGIN}/c/{credential.token}{tail}"

    response = client.post("/verify/", {"text": pasted})

    assert response.status_code == 302
    assert response.url == f"/c/{credential.token}/"


@pytest.mark.parametrize("scheme", ["HTTP", "Http", "hTTp"])
def test_a_link_leads_to_its_page_whatever_letters_a_phone_makes_large(
    client, credential, settings, scheme
):
    host = settings.ORIGIN.partition("://")[2].upper()

    response = client.post("/verify/", {"text": f"{scheme}://{host}/c/{credential.token}"})

    assert response.status_code == 302


def test_threat_36_an_address_elsewhere_is_refused_and_never_fetched(
    client, credential, monkeypatch
):
    import socket

    monkeypatch.setattr(
        socket.socket, "connect", lambda *_: pytest.fail("The page went to the network.")
    )
    for text in (
        "http://127.0.0.1/", "http://127.0.0.1:22/c/abcdefghijk/", "http://[::1]/", "http://[",
        "http://0x7f000001/", "http://2130706433/", "https://169.254.169.254/latest/meta-data/",
        f"https://attacker.example/c/{credential.token}/", "//evil.example/", "http://\u0000/",
    ):  # fmt: skip
        response = client.post("/verify/", {"text": text})

        assert response.status_code == 200
        assert "There is a problem" in response.content.decode()


@pytest.mark.parametrize("text", ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://x/"])
def test_threat_36_other_schemes_are_just_no_credential(client, db, text):
    assert heading(client.post("/verify/", {"text": text})) == HEADINGS["unreadable"]


@pytest.mark.parametrize("data", [{}, {"text": ""}, {"text": " \n"}])
def test_an_empty_form_says_what_to_do(client, db, data):
    html = client.post("/verify/", data).content.decode()

    assert "Paste a link or a credential, or choose a file." in html
    assert "<title>\n  Error:" in html or "Error:" in html.split("</title>")[0]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe\x00", b"%PDF-1.7 nothing", "é".encode("latin-1"), b"\x1f\x8b\x08",
        b"{" * 900_000,
    ],
    ids=["empty", "utf-16", "pdf", "latin-1", "gzip", "deep"],
)  # fmt: skip
def test_a_file_that_is_none_gets_a_sentence(client, db, data):
    response = client.post("/verify/", {"file": SimpleUploadedFile("x.json", data + b" ")})

    assert response.status_code == 200
    assert heading(response) == HEADINGS["unreadable"]


def picture(kind):
    """Return a photo as a telephone makes it."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(out, format=kind)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7 nothing", picture("PNG"), picture("JPEG"), b"<svg xmlns='a'/>", b"PK\x03\x04\x00"],
    ids=["pdf", "png", "jpeg", "svg", "document"],
)
def test_a_file_without_a_credential_leads_to_the_link_beside_the_code(client, db, data):
    html = client.post("/verify/", {"file": SimpleUploadedFile("photo", data)}).content.decode()

    assert "This file carries no credential." in html
    assert "Type in the link that stands beside the QR code." in html
    assert "JSON" not in html


@pytest.mark.parametrize("form", ["european-upload", "european-sealed"])
def test_our_own_european_credential_says_where_it_is_checked(
    client, credential, aino, organisation, settings, form
):
    organisation.legal_identifier = "VATFI-12345678"
    organisation.save()
    seals.make_seal(organisation, by=None, now=timezone.now())
    client.force_login(aino)
    data = client.get(reverse(f"learner:{form}", args=[credential.key])).content

    html = client.post("/verify/", {"file": SimpleUploadedFile("x", data)}).content.decode()

    assert "It is a European Digital Credential." in html
    assert "europa.eu/europass" in html


FORGED = ("Only the signed credential inside the file was checked.", "The signature of the")


@pytest.mark.parametrize("state", ["valid", "withdrawn", "genuine"])
@pytest.mark.parametrize("made", ["pdf", "png", "svg"])
def test_of_a_forged_sheet_only_what_is_signed_counts(client, credential, made, state):
    """The name on it is another one than the holder's; the credential in it is genuine."""
    STATES[state](credential)
    data = {
        "pdf": lambda: certificate_of(credential, holder="Farah Forged"),
        "png": lambda: baking.bake(PLAIN, credential.document),
        "svg": lambda: baking.bake(PICTURE, credential.document),
    }[made]()

    html = client.post("/verify/", {"file": SimpleUploadedFile("x", data)}).content.decode()

    assert (FORGED[0] in html, FORGED[1] in html) == (True, state == "valid")
    assert "The signature is the issuer" not in html


@pytest.mark.parametrize("as_file", [True, False])
def test_of_the_signed_file_itself_everything_is_checked(client, credential, as_file):
    file = SimpleUploadedFile("x.json", credential.document.encode())

    data = {"file": file} if as_file else {"text": credential.document}
    html = client.post("/verify/", data).content.decode()

    assert not [words for words in FORGED if words in html]
    assert "The signature is the issuer" in html


@pytest.mark.parametrize("coding", ["multipart/form-data", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("length", [1_000_001, 3_000_000])
def test_a_text_over_a_megabyte_is_refused(client, db, length, coding):
    text = "x" * length
    if coding.startswith("multipart"):
        response = client.post("/verify/", {"text": text})
    else:
        response = client.post("/verify/", f"text={text}", content_type=coding)

    assert response.status_code == 200
    html = response.content.decode()
    assert "There is a problem" in html
    assert html.count("longer than a million characters. Choose its file") == 2
    assert "Paste a link or a credential, or choose a file." not in html
    assert len(html) < 20_000 + 1.1 * (length if length < 2_000_000 else 0)


def test_whoever_only_checks_gets_no_cookie(credential):
    browser = Client(enforce_csrf_checks=True)

    for response in (
        browser.get("/verify/"),
        browser.post("/verify/", {"text": credential.document}),
        browser.post("/verify/", {"text": "nothing"}),
        browser.get(f"/c/{credential.token}/"),
    ):
        assert response.status_code == 200
        assert not response.cookies


def test_threat_20_words_in_a_credential_are_printed_and_do_nothing(client, credential):
    """A title signed by the issuer's own key, with a script in it."""
    row = Credential.objects.get()
    row.elements = {**row.elements, "microCredentialTitle": "<script>alert(1)</script>"}
    row.holder_name = '"><img src=x onerror=alert(1)>'
    row.save()

    html = client.get(f"/c/{row.token}/").content.decode()

    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html


# --- threat 7: nothing is told to who guesses ---


def mutated(token):
    yield token[:-1]
    yield token + "A"
    yield token[:-1] + ("A" if token[-1] != "A" else "B")
    yield token.swapcase()
    yield from ("1", "2", "a" * 22, "%00", "..%2f", "' OR 1=1 --", "x" * 300)


def test_threat_07_mutated_links_find_nothing_and_tell_nothing(client, credential):
    answers = set()
    for token in mutated(credential.token):
        for tail in ("", "credential.json", "certificate.pdf"):
            response = client.get(f"/c/{token}/{tail}")
            answers.add(response.status_code)
            assert "Aino" not in response.content.decode()

    assert answers <= {400, 404}


def test_threat_07_a_link_cannot_be_counted_through(credential):
    from digicantrain.credentials.models import share_token

    tokens = {share_token() for _ in range(200)}
    assert len(tokens) == 200
    assert {len(token) for token in tokens} == {22}
    assert str(credential.pk) != credential.token


def test_threat_07_one_address_may_ask_sixty_times_a_minute(client, credential, within_a_minute):
    for _ in range(verify.TIMES):
        assert client.get("/c/aaaaaaaaaaaaaaaaaaaaaa/").status_code == 404

    assert client.get(f"/c/{credential.token}/").status_code == 429
    elsewhere = client.get(f"/c/{credential.token}/", REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200


def test_threat_07_the_name_stands_only_where_its_holder_shows_it(client, credential, aino, farah):
    actions.show_name(credential, shown=False)
    address = f"/c/{credential.token}/"
    for person in (None, farah):
        if person:
            client.force_login(person)
        assert "Aino" not in client.get(address).content.decode()
        assert "Aino" not in client.get(f"{address}credential.json").content.decode()
        assert "Aino" not in words(client.get(f"{address}certificate.pdf"))
    client.force_login(aino)
    assert "Aino Virtanen" in words(client.get(f"{address}certificate.pdf"))


def words(response):
    import io

    from pypdf import PdfReader

    return " ".join(p.extract_text() for p in PdfReader(io.BytesIO(response.content)).pages)


def test_threat_07_a_file_that_is_handed_in_shows_no_name(client, credential):
    """Who has only the file has no link of the holder's."""
    html = client.post("/verify/", {"text": credential.document}).content.decode()

    assert "Aino" not in html
    assert credential.token not in html


def test_the_signed_file_is_handed_over_as_it_was_signed(client, credential):
    response = client.get(f"/c/{credential.token}/credential.json")

    assert response.content.decode() == credential.document
    assert response.headers["Content-Type"] == "application/vc+ld+json"
    assert "attachment" in response.headers["Content-Disposition"]
    assert json.loads(response.content)["proof"]


def test_the_certificate_is_a_pdf_with_the_holders_name(client, credential):
    response = client.get(f"/c/{credential.token}/certificate.pdf")

    assert response.headers["Content-Type"] == "application/pdf"
    assert "Aino Virtanen" in words(response)


def test_after_erasure_the_link_still_works_without_a_name(client, credential, aino):
    from digicantrain.people.actions import erase_person

    erase_person(aino, by=None)

    response = client.get(f"/c/{credential.token}/")
    assert heading(response) == HEADINGS["valid"]
    assert "Virtanen" not in response.content.decode()


@pytest.mark.parametrize("prefix", ["", "/fi"])
def test_the_pages_hold_no_inline_style_script_or_foreign_address(client, credential, prefix):
    for path in ("/verify/", f"/c/{credential.token}/"):
        html = client.get(prefix + path).content.decode()

        assert 'style="' not in html
        assert "<script>" not in html
        assert 'src="http' not in html


def test_checking_asks_few_questions_of_the_database(
    client, credential, django_assert_max_num_queries
):
    client.get(f"/c/{credential.token}/")

    with django_assert_max_num_queries(7):
        client.get(f"/c/{credential.token}/")


def test_the_time_of_the_check_is_utc_whatever_zone_the_reader_lives_in(client, credential):
    with timezone.override("Europe/Helsinki"), time_machine.travel("2026-11-26T19:59Z", tick=False):
        html = client.get(f"/c/{credential.token}/").content.decode()

    assert "19:59 (UTC)" in html


def test_a_finnish_page_says_that_the_words_of_an_english_credential_are_english(
    client, credential
):
    html = " ".join(client.get(f"/fi/c/{credential.token}/").content.decode().split())

    assert f'<h2 class="govuk-heading-m" lang="en">{credential.title["en"]}</h2>' in html
    assert '<dd class="govuk-summary-list__value" lang="en">Turku Training</dd>' in html
    assert '<dd class="govuk-summary-list__value">Suomi (FI)</dd>' in html
    assert '<ul class="govuk-list govuk-list--bullet" lang="en">' in html
    assert (
        'lang="en">' not in client.get(f"/c/{credential.token}/").content.decode().split("<main")[1]
    )
