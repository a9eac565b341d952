"""The certificate in PDF: what it says, what is attached, and names that try to act."""

import io

import pytest
from django.conf import settings
from django.utils import timezone, translation
from pypdf import PdfReader

from digicantrain.core.credentials.certificate import attachment_of
from digicantrain.credentials import checking
from digicantrain.credentials.certificates import certificate_of, link_of, qr_of
from digicantrain.credentials.countries import country_of
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.people.models import Signatory
from tests.credentials.earned import issued

pytestmark = pytest.mark.django_db


def read(credential, holder="Aino Virtanen"):
    return PdfReader(io.BytesIO(certificate_of(credential, holder=holder)))


def text_of(pdf):
    """Return the words of all pages as one line; a word broken at a line's end is joined."""
    words = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(words.replace("\N{SOFT HYPHEN}", "").replace("\u2010\n", "").split())


def test_it_says_who_what_and_all_eleven_elements(credential):
    text = text_of(read(credential))

    for words in (
        "Aino Virtanen", "has earned the badge", "Reading reports: first steps", "Finland (FI)",
        "Turku Training", "Date of issue", "Notional workload",
        "50 min (50 minutes: all steps of 2 units, added up)", "EQF 6 (self-assessed)",
        "Scenario test", "Online, at one's own pace", "Internal quality assurance",
    ):  # fmt: skip
        assert words in text
    for outcome in credential.elements["learningOutcomes"]:
        assert outcome in text


def test_link_signatory_and_note_stand_on_it(credential):
    Signatory.objects.create(
        organisation=credential.organisation, name="Onni Laine", title={"en": "Head of training"}
    )
    pdf = read(credential)
    text = text_of(pdf)

    assert link_of(credential) in text.replace(" ", "")
    assert "Onni Laine Head of training" in text
    assert credential.elements["creditNote"] in text
    links = [a.get_object()["/A"]["/URI"] for a in pdf.pages[-1]["/Annots"]]
    assert set(links) == {link_of(credential)}


def test_the_attachment_is_the_signed_credential_byte_for_byte(credential):
    data = certificate_of(credential, holder="Aino Virtanen")
    pdf = PdfReader(io.BytesIO(data))

    assert pdf.attachments == {"credential.json": [credential.document.encode()]}
    assert attachment_of(data) == credential.document.encode()
    assert checking.judge(data, now=timezone.now()).is_valid


def test_made_twice_it_is_byte_identical(credential):
    first, second = (certificate_of(credential, holder="Aino Virtanen") for _ in range(2))

    assert first == second


@pytest.mark.parametrize("language", ["en", "fi"])
def test_it_is_tagged_has_a_language_and_a_title(cohort, aino, language):
    cohort.language = language
    cohort.save()
    credential = issued(enrol(cohort, person=aino, how=EnrolledBy.SELF))

    root = read(credential).trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = root["/Metadata"].get_data()
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_each_sheet_leads_to_the_page_in_its_language(cohort, aino):
    cohort.language = "fi"
    cohort.save()
    aino.language = "fi"
    aino.save()
    row = issued(enrol(cohort, person=aino, how=EnrolledBy.SELF))

    pdf = read(row)

    found = [{a.get_object()["/A"]["/URI"] for a in page.get("/Annots", ())} for page in pdf.pages]
    plainly = f"{settings.ORIGIN}/c/{row.token}/"
    assert [one for one in found if one] == [{plainly.replace("/c/", "/fi/c/")}, {plainly}]


def test_a_finnish_one_speaks_finnish(cohort, aino):
    cohort.language = "fi"
    cohort.save()
    text = text_of(read(issued(enrol(cohort, person=aino, how=EnrolledBy.SELF))))

    assert "Suomi (FI)" in text
    assert "Myöntämispäivä" in text


def test_the_name_stands_on_it_only_where_it_was_handed_in(credential):
    text = text_of(read(credential, holder=""))

    assert "Virtanen" not in text
    assert "the holder, who does not show the name here" in text


INERT = [
    "#import \"evil.typ\"", "$x^2$ [content] #eval(1+1)", "*bold* _it_ `raw` <label> @ref",
    "{{ user.password }} {event.__init__.__globals__} %(x)s ${7*7}",
    r"\input{/etc/passwd} \write18{id}", "<script>alert(1)</script>", "// not a comment",
    "Ann \"Q\" O'Neil & Söns; = 1",
]  # fmt: skip


@pytest.mark.parametrize("name", INERT)
def test_threats_20_22_25_a_name_is_printed_and_does_nothing(credential, name):
    text = text_of(read(credential, holder=name))

    wanted = "".join(name.split())
    assert wanted in "".join(text.split())


@pytest.mark.parametrize("words", INERT[:4])
def test_threats_20_22_25_title_outcome_and_signatory_do_nothing_either(credential, words):
    credential.elements |= {"microCredentialTitle": words, "learningOutcomes": [words, "=" + words]}
    Signatory.objects.create(organisation=credential.organisation, name=words, title={"en": words})

    text = "".join(text_of(read(credential)).split())

    assert text.count("".join(words.split())) >= 5


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("🧑🏽‍⚕️ Aino", "Aino"),
        ("日本 Aino", "□□ Aino"),
        ("a\x07\x00\ufeffb", "ab"),
        ("Aino \u202eevil", "Aino evil"),
        ("line\nbreak\tand  more", "line break and more"),
        ("Ελένη Παππά, Дарья, Đặng Ș", "Ελένη Παππά, Дарья, Đặng Ș"),
    ],
)
def test_any_letters_give_a_certificate(credential, name, shown):
    assert shown in text_of(read(credential, holder=name))


@pytest.mark.parametrize("name", ["שלום עולם", "مرحبا"])
def test_writing_from_right_to_left_gives_a_certificate(credential, name):
    assert len(read(credential, holder=name).pages) == 1


@pytest.mark.parametrize("name", ["x" * 200, "Anna " * 40, "Åä" * 100])
def test_the_longest_names_and_titles_stay_on_the_page(credential, name):
    credential.elements |= {"microCredentialTitle": name.strip()}
    pdf = read(credential, holder=name)

    edges = []
    pdf.pages[0].extract_text(
        visitor_text=lambda text, _cm, tm, _font, _size: edges.append(tm[4]) if text else None
    )
    assert len(pdf.pages) == 1
    assert max(edges) < 560
    assert "".join(name.split()) in "".join(text_of(pdf).replace("\u200b", "").split())


def test_many_outcomes_go_on_on_a_second_page_with_numbers(credential):
    credential.elements |= {"learningOutcomes": [f"Outcome number {n}" for n in range(60)]}

    pdf = read(credential)

    assert len(pdf.pages) == 2
    assert "1 / 2" in pdf.pages[0].extract_text()
    assert "Outcome number 59" in text_of(pdf)


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [("FI", "en", "Finland (FI)"), ("FI", "fi", "Suomi (FI)"), ("XQ", "en", "XQ"), ("", "en", "")],
)
def test_a_country_has_its_name_in_the_language(code, language, name):
    with translation.override(language):
        assert country_of(code) == name


def test_the_qr_code_is_a_drawing_without_script():
    drawn = qr_of("https://credits.example/c/abc/")

    assert drawn.startswith("<svg")
    assert "script" not in drawn
