"""The accreditation officer's pages: who may, what is refused at which field, what follows."""

from datetime import date
from pathlib import Path

import pytest

from digicantrain.credentials.models import CmeGrant
from digicantrain.people.actions import grant_role
from digicantrain.people.models import AuditEntry, Person
from digicantrain.people.queries import key_of
from tests.credentials.earned import issued
from tests.credentials.granted import RULE, cme_rules, granted  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cme_rules")]
PAGE, NEW = "/manage/grants/", "/manage/grants/new/"
GIVEN = {
    "accreditor": "Sample accreditor",
    "profession": "nurse",
    "country": "fi",
    "points": "1.5",
    "unit": "CME points",
    "reference": "REF-9",
    "source": "example.org/decision/9",
    "valid_from": "2026-01-01",
    "valid_until": "2027-12-31",
    "sentence_0": "Granted under number REF-9.",
}


@pytest.fixture
def rule_file(settings):
    return Path(settings.CME_RULES) / "sample.toml"


@pytest.fixture
def kaisa(organisation):
    """Kaisa is the accreditation officer of Turku."""
    person = Person.objects.create_user("kaisa@example.org", "correct horse", name="Kaisa Aho")
    grant_role(person, role="accreditation-officer", organisation=organisation)
    return person


@pytest.fixture
def officer(client, kaisa):
    client.force_login(kaisa)
    return client


@pytest.fixture
def version(cohort):
    return cohort.module.current


def address(version, rule="sample"):
    return f"{NEW}?version={version.pk}&rule={rule}"


def form_of(response):
    return response.context["form"]


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "eleni", "farah", "rita"])
def test_who_is_no_accreditation_officer_is_refused(client, version, request, name):
    grant = granted(version)
    client.force_login(request.getfixturevalue(name))

    for path in (PAGE, NEW, f"{PAGE}{grant.pk}/"):
        assert client.get(path).status_code == 403
    assert client.post(address(version), GIVEN).status_code == 403
    assert client.post(f"{PAGE}{grant.pk}/", {"last_day": "2026-01-01"}).status_code == 403
    assert CmeGrant.objects.get().valid_until == date(2099, 1, 1)


def test_darios_officer_neither_sees_nor_ends_turkus_grants(
    client, version, dario, other_organisation
):
    grant = granted(version)
    grant_role(dario, role="accreditation-officer", organisation=other_organisation)
    client.force_login(dario)

    assert "REF-7" not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}{grant.pk}/").status_code == 404
    assert client.post(f"{PAGE}{grant.pk}/", {"last_day": "2026-01-01"}).status_code == 404
    refused = client.post(address(version), GIVEN)
    assert "version" in form_of(refused).errors
    assert CmeGrant.objects.count() == 1


def test_the_start_page_leads_there(officer):
    assert PAGE in officer.get("/manage/").content.decode()


def test_kaisa_is_asked_for_the_module_and_the_rules_first(officer, version):
    html = officer.get(NEW).content.decode()

    assert "X1 Reading symptom reports" in html or "X1 " in html
    assert "Sample accreditor, 2026 (CME points)" in html
    assert "There is a problem" not in html


@pytest.mark.parametrize(
    ("query", "field"), [("?version=&rule=sample", "version"), ("?version={pk}&rule=x", "rule")]
)
def test_what_is_not_chosen_is_said_at_its_field(officer, version, query, field):
    response = officer.get(NEW + query.format(pk=version.pk))

    assert list(form_of(response).errors) == [field]


def test_a_module_without_conflicts_of_interest_is_refused_where_rules_want_them(officer, version):
    version.data["conflicts"] = " "
    version.save()

    response = officer.get(address(version))

    assert "conflicts of interest" in form_of(response).errors["version"][0]


def test_a_module_in_which_nothing_is_earned_cannot_be_chosen(officer, version):
    version.data["credit"] = None
    version.save()

    assert "version" in form_of(officer.get(address(version))).errors


def test_kaisa_sees_the_rules_and_what_they_ask_for(officer, version):
    html = officer.get(address(version)).content.decode()

    assert "Sentence to be printed: accreditation" in html
    assert "The steps that count take 50 minutes" in html
    assert "https://example.org/rules" in html


def test_kaisa_adds_a_grant(officer, version, kaisa):
    html = officer.post(address(version), GIVEN, follow=True).content.decode()

    row = CmeGrant.objects.get()
    assert "Added. It holds from its first day on." in html
    assert (row.rule, row.country, row.source) == ("sample", "FI", "https://example.org/decision/9")
    assert row.sentences == {"accreditation": "Granted under number REF-9."}
    assert AuditEntry.objects.get(action="cme-grant-added").actor == key_of(kaisa)
    assert "Kaisa Aho" in html


def test_aino_gets_what_was_granted(officer, version, enrolment, client, aino):
    credential = issued(enrolment)
    client.force_login(aino)
    assert "none granted" in client.get("/learn/credits/").content.decode()

    granted(version)

    html = client.get("/learn/credits/").content.decode()
    assert "1.5 CME points" in html
    path = f"/learn/credits/{credential.key}/cme/{CmeGrant.objects.get().pk}.pdf"
    assert path in client.get(f"/learn/credits/{credential.key}/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("accreditor", "", "“Accreditor” is empty. Fill it in."),
        ("profession", "", "“Profession” is empty."),
        ("profession", "doctor", "Select a valid choice."),
        ("country", "XQ", "No country is written XQ."),
        ("country", "1", "No country is written 1."),
        ("points", "0", "Write a number above 0."),
        ("points", "-1", "Write a number above 0."),
        ("points", "1.234", "no more than 2 decimal places"),
        ("points", "NaN", "Enter a number."),
        ("points", "10000", "no more than"),
        ("unit", "ECMEC", "This rule set counts in CME points."),
        ("reference", "", "is empty. Fill it in."),
        ("reference", "x" * 121, "at most 120 characters"),
        ("source", "javascript:alert(1)", "Enter a valid URL."),
        ("source", "", "is empty. Fill it in."),
        ("valid_from", "soon", "Enter a valid date."),
        ("valid_until", "2025-12-31", "The last day comes before the first."),
        ("sentence_0", "  ", "is empty. Fill it in."),
    ],
)
def test_each_fault_stands_at_its_field(officer, version, field, value, sentence):
    response = officer.post(address(version), {**GIVEN, field: value})

    errors = form_of(response).errors
    assert list(errors) == [field]
    assert sentence in errors[field][0]
    assert not CmeGrant.objects.exists()


def test_a_grant_does_not_hold_longer_than_its_rules_allow(officer, version, rule_file):
    rule_file.write_text(f"{RULE}valid_months = 24\n", encoding="utf-8")

    refused = officer.post(address(version), {**GIVEN, "valid_until": "2028-01-02"})
    officer.post(address(version), {**GIVEN, "valid_until": "2028-01-01"})

    assert "at most 24 months: to 1 January 2028" in form_of(refused).errors["valid_until"][0]
    assert CmeGrant.objects.count() == 1


def test_a_second_grant_for_the_same_days_is_refused_at_its_field(officer, version):
    officer.post(address(version), GIVEN)

    refused = officer.post(address(version), {**GIVEN, "reference": "REF-10"})

    assert "End that one first" in form_of(refused).errors["valid_from"][0]
    assert CmeGrant.objects.count() == 1


def test_a_rule_set_that_cannot_be_read_is_named_and_nothing_breaks(officer, version, rule_file):
    granted(version)
    rule_file.with_name("broken.toml").write_text("id = 5", encoding="utf-8")

    for path in (PAGE, NEW, address(version), f"{PAGE}{CmeGrant.objects.get().pk}/"):
        html = officer.get(path).content.decode()
        assert "The rule sets cannot be read: broken.toml:" in html


def test_a_grant_under_a_rule_set_that_is_gone_says_that_nothing_is_printed(
    officer, version, rule_file
):
    granted(version)
    rule_file.unlink()

    html = officer.get(PAGE).content.decode()

    assert "Nothing is printed" in html
    assert "No rule set “sample” is known here." in html


# --- ending ---


def test_kaisa_ends_a_grant_and_what_rests_on_it_stays(officer, version, enrolment):
    credential = issued(enrolment)
    grant = granted(version)
    page, day = f"{PAGE}{grant.pk}/", credential.issued_at.date()

    html = officer.post(page, {"last_day": day.isoformat()}, follow=True).content.decode()

    grant.refresh_from_db()
    assert "Ended. What was issued by then keeps its certificate." in html
    assert grant.valid_until == day
    assert "End it early" not in html


@pytest.mark.parametrize("last_day", ["", "never", "2019-01-01", "2098-12-32", "2099-01-01"])
def test_a_day_that_does_not_do_is_refused_at_its_field(officer, version, last_day):
    grant = granted(version)

    response = officer.post(f"{PAGE}{grant.pk}/", {"last_day": last_day})

    assert list(form_of(response).errors) == ["last_day"]
    grant.refresh_from_db()
    assert grant.valid_until == date(2099, 1, 1)


def test_nothing_else_of_a_grant_can_be_changed(officer, version):
    grant = granted(version)

    officer.post(f"{PAGE}{grant.pk}/", {**GIVEN, "last_day": "2030-01-01"})

    grant.refresh_from_db()
    assert (grant.reference, grant.valid_until) == ("REF-7", date(2030, 1, 1))


# --- the list ---


def test_an_empty_list_says_what_to_do(officer):
    assert "Nothing was granted yet" in officer.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("text", "number"), [("x1", 1), ("sample", 1), ("ref-7", 1), ("X9", 0), ("%", 0)]
)
def test_the_list_is_searched(officer, version, text, number):
    granted(version)

    assert len(officer.get(PAGE, {"text": text}).context["rows"]) == number


def test_the_list_as_a_table(officer, version):
    granted(version, accreditor="=HYPERLINK()")

    text = officer.get(f"{PAGE}?as=csv").content.decode("utf-8-sig")

    assert "X1,1,'=HYPERLINK()" in text
    assert ",holds" in text


def test_a_grant_for_an_earlier_version_says_so(officer, version):
    granted(version)
    module = version.module
    newer = type(version).objects.get(pk=version.pk)
    newer.pk, newer.number, newer.digest = None, 2, "0" * 64
    newer.save()
    module.current = newer
    module.save()

    assert "For an earlier version of the module" in officer.get(PAGE).content.decode()


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_asks_no_more_when_it_grows(officer, version, django_assert_num_queries, how_many):
    for number in range(how_many):
        granted(version, reference=f"REF-{number}", country=("FI", "EE", "ES")[number])
    officer.get(PAGE)

    with django_assert_num_queries(7):
        officer.get(PAGE)
