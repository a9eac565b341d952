"""The CME certificate: absent without a granted rule, and what it prints."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from digicantrain.core.credentials.cme import RuleError
from digicantrain.credentials import actions, cme, seals
from digicantrain.learning.models import StepProgress
from digicantrain.people.models import Person
from tests.credentials.granted import RULE, SENTENCE, cme_rules, granted  # noqa: F401 - a fixture
from tests.credentials.test_certificates import INERT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cme_rules")]


@pytest.fixture
def grant(credential):
    return granted(credential.version)


def address(credential, grant):
    return f"/learn/credits/{credential.key}/cme/{grant.pk}.pdf"


def asked(client, person, credential, grant):
    client.force_login(person)
    return client.get(address(credential, grant))


def text_of(data):
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split()
    )


def test_it_prints_hours_accreditor_reference_conflicts_and_the_granted_sentence(
    client, credential, grant, aino
):
    response = asked(client, aino, credential, grant)
    text = text_of(response.content)

    assert response["Content-Type"] == "application/pdf"
    assert 'filename="cme-x1-' in response["Content-Disposition"]
    for words in (
        "Aino Virtanen", "1.5 CME points", "0 h 50 min", "Sample accreditor", "REF-7",
        "None declared.", SENTENCE, "Nurse", "Reading reports: first steps",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("under", ["the same secret", "another-secret-another-secret-another"])
def test_it_is_sealed_where_the_key_of_the_seal_can_be_opened(
    client, credential, grant, aino, settings, under
):
    seals.make_seal(credential.organisation, by=None, now=timezone.now())
    opens = under == "the same secret"
    if not opens:
        settings.KEY_ENCRYPTION_KEY = under

    response = asked(client, aino, credential, grant)

    assert response.status_code == 200
    assert (b"/ETSI.CAdES.detached" in response.content) is opens
    assert ("Sealed by" in text_of(response.content)) is opens


def test_it_is_tagged_and_archivable(client, credential, grant, aino):
    pdf = PdfReader(io.BytesIO(asked(client, aino, credential, grant).content))
    root: Any = pdf.trailer["/Root"]

    metadata = root["/Metadata"].get_data()
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata


def no_feedback(credential, _grant):
    StepProgress.objects.filter(enrolment=credential.enrolment, step__kind="feedback").delete()


def no_hours(credential, _grant):
    StepProgress.objects.all().delete()


def no_conflicts(credential, _grant):
    credential.version.data = {**credential.version.data, "conflicts": ""}
    credential.version.save()


def other_profession(_credential, _grant):
    Person.objects.update(profession="doctor")


def withdrawn(credential, _grant):
    actions.revoke(credential, reason="Mistake", by=None, now=credential.issued_at)


def change(**fields):
    def changed(_credential, grant):
        for name, value in fields.items():
            setattr(grant, name, value)
        grant.save()

    changed.__name__ = str(fields)
    return changed


@pytest.mark.parametrize(
    "spoil",
    [
        no_feedback, no_hours, no_conflicts, other_profession, withdrawn,
        change(rule=""), change(rule="unknown"), change(sentences={}),
        change(valid_until=date(2021, 1, 1)), change(points=Decimal(0)),
        change(profession="doctor"),
    ],
)  # fmt: skip
def test_without_what_the_rule_asks_for_page_and_file_are_absent(
    client, credential, grant, aino, spoil
):
    spoil(credential, grant)

    assert asked(client, aino, credential, grant).status_code == 404
    if spoil is not withdrawn:
        page = client.get(f"/learn/credits/{credential.key}/").content.decode()
        assert "/cme/" not in page


def test_nothing_shows_where_nothing_was_granted(client, credential, aino):
    client.force_login(aino)

    assert "CME" not in client.get(f"/learn/credits/{credential.key}/").content.decode()
    assert client.get(f"/learn/credits/{credential.key}/cme/1.pdf").status_code == 404


def test_another_persons_is_absent(client, credential, grant, farah):
    farah.profession = "nurse"
    farah.save()

    assert asked(client, farah, credential, grant).status_code == 404


@pytest.mark.parametrize("words", INERT)
def test_threats_20_22_25_words_do_nothing(credential, grant, words):
    grant.sentences = {"accreditation": words}
    grant.reference = words[:100]
    grant.save()
    (counted,) = cme.counted_for([credential], profession="nurse")[credential.pk]

    text = text_of(cme.certificate_of(credential, counted, holder=words))

    assert "".join(text.split()).count("".join(words.split())) >= 2


def test_credits_come_from_attended_time_and_never_from_ects(credential, grant):
    credential.elements |= {"ectsCredits": "60", "workloadMinutes": 100_000}
    (counted,) = cme.counted_for([credential], profession="nurse")[credential.pk]

    assert (counted.minutes, counted.points) == (50, Decimal("1.50"))
    grant.points = Decimal(30)
    grant.save()
    (counted,) = cme.counted_for([credential], profession="nurse")[credential.pk]
    assert counted.points == Decimal("1.66")


# --- rule sets as files ---


def test_each_rule_set_of_the_program_can_be_read():
    assert "eaccme-e-learning" in cme.rules()
    for rule in cme.rules().values():
        assert rule.source.startswith("https://")
        assert rule.read_on <= date.today()  # noqa: DTZ011 - a day, wherever it is


def test_a_file_that_cannot_be_used_is_named(cme_rules):  # noqa: F811
    (cme_rules / "broken.toml").write_text(RULE.replace("per_hour", "per_our"), encoding="utf-8")

    with pytest.raises(RuleError, match=r"broken\.toml: The key 'per_our' is unknown"):
        cme.rules()
