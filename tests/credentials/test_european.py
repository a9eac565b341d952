"""The European forms of what was really issued: judged as they are handed out."""

import json
from base64 import b64decode

import pytest
from django.utils import timezone

from digicantrain.core.credentials import elm_terms
from digicantrain.core.credentials.elm import EuropeanFormError
from digicantrain.core.credentials.jades import opened
from digicantrain.core.credentials.tellings import Learner
from digicantrain.credentials import european, seals
from digicantrain.credentials.models import AchievementRecord
from digicantrain.credentials.records import awards_of, record_of
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from tests.core.credentials import test_elm, test_elmo
from tests.core.credentials.european import JUDGES
from tests.core.credentials.test_elm import judged, shapes  # noqa: F401 - a fixture
from tests.core.credentials.test_elmo import schema  # noqa: F401 - a fixture
from tests.credentials.earned import issued

pytestmark = pytest.mark.django_db
NAME, MAIL = "Ελένη Äijö-Παππά", "eleni@example.org"


@pytest.fixture
def registered(organisation):
    organisation.legal_identifier = "VATFI-01234567"
    organisation.save()
    return organisation


@pytest.fixture
def finnish(registered, cohort, aino):
    cohort.language = "fi"
    cohort.organisation = registered
    cohort.save()
    return issued(enrol(cohort, person=aino, how=EnrolledBy.SELF))


def upload(credential):
    return json.loads(european.upload_of(credential, name=NAME, email=MAIL))["credential"]


@judged
def test_the_commissions_shapes_find_no_error_in_what_is_handed_out(finnish, shapes):  # noqa: F811
    assert test_elm.faults(upload(finnish), shapes) == []


@pytest.mark.skipif(not (JUDGES / "elmo").is_dir(), reason="The schema is not here.")
def test_the_elmo_schema_finds_no_error_in_what_is_handed_out(finnish, schema):  # noqa: F811
    data = european.elmo_of([finnish], learner=Learner(NAME, MAIL), now=timezone.now())

    assert test_elmo.faults(data, schema) == []


def test_it_speaks_two_languages(finnish):
    written = upload(finnish)
    claim = written["credentialSubject"]["hasClaim"]

    assert set(claim["title"]) == {"fi", "en"}
    assert claim["title"]["fi"] != claim["title"]["en"] == "Reading reports: first steps"
    assert claim["awardedBy"]["awardingBody"]["legalName"] == {
        "fi": "Turun koulutus", "en": "Turku Training",
    }  # fmt: skip
    assert written["credentialSubject"]["fullName"] == {"fi": NAME}
    country = written["issuer"]["location"]["address"]["countryCode"]
    assert country["prefLabel"] == {"en": "Finland"}
    elm_terms.check_terms(written)


def test_pictures_of_both_sheets_stand_in_it(finnish):
    shown = upload(finnish)["displayParameter"]["individualDisplay"]

    pictures = [b64decode(one["displayDetail"][0]["image"]["content"]) for one in shown]
    assert len(set(pictures)) == 2
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_the_sealed_form_holds_and_has_no_address(finnish, registered):
    now = timezone.now().replace(microsecond=0)
    seals.make_seal(registered, by=None, now=now)

    sealed = opened(european.sealed_of(finnish, name=NAME, now=now))

    assert sealed.claimed_at == now
    assert MAIL not in sealed.payload
    assert json.loads(sealed.payload)["credentialSubject"]["fullName"] == {"fi": NAME}


def test_without_a_seal_or_a_number_it_is_not_made(credential, organisation):
    assert not european.is_offered(credential)
    with pytest.raises(EuropeanFormError, match="number in a register"):
        european.document_of(credential, name=NAME)
    with pytest.raises(EuropeanFormError, match="no seal"):
        european.sealed_of(credential, name=NAME, now=timezone.now())


def test_what_was_earned_does_not_change_with_the_provider(finnish, registered):
    before = upload(finnish)
    registered.quality_assurance = {"en": "Something else"}
    registered.name = {"en": "Renamed"}
    registered.hours_per_ects = 30
    registered.save()
    finnish.version.title = {"en": "Another"}
    finnish.version.save()

    assert (
        upload(finnish)["credentialSubject"]["hasClaim"] == before["credentialSubject"]["hasClaim"]
    )


def test_a_number_in_a_register_may_be_entered_later(credential, organisation):
    organisation.legal_identifier = "VATFI-01234567"
    organisation.save()
    credential.organisation.refresh_from_db()

    issuer = upload(credential)["issuer"]

    assert issuer["eIDASIdentifier"]["notation"] == "VATFI-01234567"


def test_those_who_earn_the_same_share_a_record(cohort, aino, farah):
    first, second = (
        issued(enrol(cohort, person=person, how=EnrolledBy.SELF)) for person in (aino, farah)
    )

    assert first.record == second.record
    assert AchievementRecord.objects.count() == 1


def test_what_was_issued_before_records_were_kept_is_told_from_its_version(credential):
    kept = awards_of(credential)
    credential.record = None

    told = awards_of(credential)

    assert [award.achievement for award in told] == [award.achievement for award in kept]
    assert told == kept


def test_a_module_without_english_speaks_one_language(enrolment):
    version = enrolment.version
    version.languages = ["fi"]

    made = record_of(version, organisation=enrolment.cohort.organisation, language="fi")

    assert list(made.tellings) == ["fi"]
