"""Endorsements between organisations: who may ask, give and withdraw, and what carries them."""

import base64
import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from digicantrain.core.credentials.endorsement import EndorsementError
from digicantrain.core.credentials.verification import Doubt, Verdict
from digicantrain.credentials import actions, checking, endorsed, endorsing, paths
from digicantrain.credentials.endorsing import NotEndorsedError
from digicantrain.credentials.models import Credential, Endorsement, StatusList
from digicantrain.people.actions import faults_of_trail, grant_role
from digicantrain.people.models import AuditEntry, Person
from tests.credentials import stacked
from tests.credentials.earned import issued
from tests.credentials.stacked import SAID, registrar_of
from tests.credentials.test_schema import SCHEMA, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def otto(other_organisation):
    """Otto keeps the register of the other organisation."""
    return registrar_of(other_organisation)


@pytest.fixture
def question(enrolment, other_organisation, rita):
    """Turku asks Elsewhere to endorse its module."""
    return stacked.asked(enrolment.version, other_organisation, by=rita)


@pytest.fixture
def given(question, otto):
    """Elsewhere has signed."""
    return endorsing.give(question, statement=SAID, language="en", by=otto, now=timezone.now())


def judged(row):
    return checking.judge(row.document, now=timezone.now()).report


def refused(match):
    return pytest.raises(NotEndorsedError, match=match)


# --- asking ---


def test_nothing_is_said_until_the_other_one_has_signed(question, enrolment):
    assert question.state == "asked"
    assert endorsed.of_module(enrolment.version, issuer=question.organisation) == ()
    assert judged(issued(enrolment)).endorsements == ()


def test_nobody_endorses_itself(enrolment, organisation, rita):
    with refused("cannot endorse itself"):
        stacked.asked(enrolment.version, organisation, by=rita)
    assert Endorsement.objects.count() == 0


def test_the_database_refuses_a_self_endorsement_too(organisation):
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.create(organisation=organisation, endorser=organisation)


@pytest.mark.parametrize("who", ["aino", "ben", "chiara", "dario", "eleni", "farah", "otto"])
def test_only_the_registrar_of_the_organisation_asks(who, request, enrolment, other_organisation):
    person = request.getfixturevalue(who)

    with refused("Only who keeps the register of Turku Training"):
        stacked.asked(enrolment.version, other_organisation, by=person)
    assert Endorsement.objects.count() == 0


def test_a_module_of_another_organisation_is_not_asked_for(
    enrolment, organisation, other_organisation, otto
):
    with refused("belongs to another organisation"):
        stacked.asked(enrolment.version, organisation, by=otto, organisation=other_organisation)


def test_a_module_in_which_nothing_is_earned_cannot_be_endorsed(
    programme, other_organisation, rita
):
    version = programme.modules.get(code="X2").current

    with refused("Nothing can be earned"):
        stacked.asked(version, other_organisation, by=rita)


@pytest.mark.parametrize("about", ["module", "organisation"])
def test_one_question_at_a_time(enrolment, organisation, other_organisation, rita, about):
    version = enrolment.version if about == "module" else None
    stacked.asked(version, other_organisation, by=rita, organisation=organisation)

    with refused("was asked before"):
        stacked.asked(version, other_organisation, by=rita, organisation=organisation)
    assert Endorsement.objects.count() == 1


def test_a_question_can_be_taken_back_until_it_is_answered(question, rita, otto):
    with refused("Only who keeps"):
        endorsing.take_back(question, by=otto)

    endorsing.take_back(question, by=rita)

    assert Endorsement.objects.count() == 0
    with refused("taken back meanwhile"):
        endorsing.give(question, statement=SAID, language="en", by=otto, now=timezone.now())


# --- giving ---


@pytest.mark.parametrize("who", ["aino", "ben", "chiara", "dario", "eleni", "farah", "rita"])
def test_nobody_endorses_for_another(who, request, question):
    person = request.getfixturevalue(who)

    with refused("Only who keeps the register of Elsewhere Academy"):
        endorsing.give(question, statement=SAID, language="en", by=person, now=timezone.now())
    question.refresh_from_db()
    assert question.state == "asked"


def test_not_even_the_administrator_of_the_whole_platform(question):
    root = Person.objects.create_superuser("root@example.org", "x", name="Root")

    with refused("Only who keeps"):
        endorsing.give(question, statement=SAID, language="en", by=root, now=timezone.now())


def test_who_keeps_both_registers_does_not_answer_herself(question, other_organisation, rita):
    grant_role(rita, role="registrar", organisation=other_organisation)

    with refused("Somebody else must answer"):
        endorsing.give(question, statement=SAID, language="en", by=rita, now=timezone.now())


def test_it_is_signed_with_the_endorsers_own_key(given, other_organisation):
    judged_alone = checking.judge(given.token, now=timezone.now())

    document = judged_alone.report.document or {}
    assert judged_alone.verdict is Verdict.VALID
    assert document["issuer"]["id"] == other_organisation.issuer_keys.get().did
    assert document["issuer"]["name"] == "Elsewhere Academy"
    assert document["credentialSubject"]["endorsementComment"] == SAID
    assert given.status_list.holds == StatusList.Holds.ENDORSEMENTS
    assert given.status_list.organisation == other_organisation


def test_given_once(given, otto):
    with refused("answered before"):
        endorsing.give(given, statement="More.", language="en", by=otto, now=timezone.now())
    given.refresh_from_db()
    assert given.statement == SAID


@pytest.mark.parametrize("statement", ["", " \n", "x" * 2_001, "a\x00b"])
def test_what_cannot_be_said_signs_nothing(question, otto, statement):
    with pytest.raises(EndorsementError):
        endorsing.give(question, statement=statement, language="en", by=otto, now=timezone.now())
    question.refresh_from_db()
    assert (question.state, question.token, question.status_list) == ("asked", "", None)


def test_declined_with_a_reason_it_can_be_asked_again(
    question, otto, enrolment, other_organisation, rita
):
    row = endorsing.decline(question, reason="Too early.", by=otto, now=timezone.now())

    assert row.state == "declined"
    with refused("answered before"):
        endorsing.give(row, statement=SAID, language="en", by=otto, now=timezone.now())
    assert stacked.asked(enrolment.version, other_organisation, by=rita).state == "asked"


def test_each_act_stands_in_the_trail_without_a_name(given, otto, rita):
    endorsing.withdraw(given, reason="Changed.", by=otto, now=timezone.now())

    entries = AuditEntry.objects.filter(subject=f"endorsement:{given.key}")
    assert list(entries.values_list("action", "actor").order_by("sequence")) == [
        ("endorsement-asked", rita.pseudonym.key),
        ("endorsement-given", otto.pseudonym.key),
        ("endorsement-withdrawn", otto.pseudonym.key),
    ]
    assert list(faults_of_trail()) == []


# --- what carries it ---


def test_what_is_issued_afterwards_carries_it(given, enrolment):
    row = issued(enrolment)

    achievement = json.loads(row.document)["credentialSubject"]["achievement"]
    assert achievement["endorsementJwt"] == [given.token]
    (one,) = judged(row).endorsements
    assert (one.place, one.stands, one.report.verdict) == ("achievement", True, Verdict.VALID)


def test_what_was_issued_before_does_not(enrolment, question, otto):
    row = issued(enrolment)
    endorsing.give(question, statement=SAID, language="en", by=otto, now=timezone.now())

    row.refresh_from_db()
    assert "endorsementJwt" not in row.document
    assert judged(row).endorsements == ()


def test_one_of_the_organisation_stands_with_the_issuer(
    enrolment, organisation, other_organisation, rita, otto
):
    stacked.endorsed(None, other_organisation, by=rita, giver=otto, organisation=organisation)

    row = issued(enrolment)

    assert len(json.loads(row.document)["issuer"]["endorsementJwt"]) == 1
    (one,) = judged(row).endorsements
    assert (one.place, one.stands) == ("issuer", True)


def test_a_changed_module_is_not_what_was_endorsed(given, enrolment):
    version = enrolment.version
    version.pk, version.number, version.digest = None, 2, "f" * 64
    version.save()

    assert endorsed.of_module(version, issuer=given.organisation) == ()


def test_threat_43_withdrawn_it_is_told_at_once_and_the_credential_stands(
    given, enrolment, otto, client
):
    row = issued(enrolment)
    endorsing.withdraw(given, reason="We changed our mind.", by=otto, now=timezone.now())

    report = judged(row)
    (one,) = report.endorsements
    assert report.verdict is Verdict.VALID
    assert (one.report.verdict, one.stands) == (Verdict.WITHDRAWN, False)
    published = client.get(f"/status/{given.status_list.key}").json()
    assert published["credentialSubject"]["type"] == "BitstringStatusList"


def test_a_withdrawn_one_is_not_carried_any_more(given, enrolment, otto):
    endorsing.withdraw(given, reason="x", by=otto, now=timezone.now())

    assert "endorsementJwt" not in issued(enrolment).document


@pytest.mark.parametrize("who", ["rita", "dario", "eleni", "farah"])
def test_only_the_endorser_takes_it_back(who, request, given):
    person = request.getfixturevalue(who)

    with refused("Only who keeps the register of Elsewhere Academy"):
        endorsing.withdraw(given, reason="x", by=person, now=timezone.now())
    given.refresh_from_db()
    assert given.state == "stands"


def test_what_was_not_said_cannot_be_taken_back(question, otto):
    with refused("Nothing was said"):
        endorsing.withdraw(question, reason="x", by=otto, now=timezone.now())


def test_who_issues_a_module_of_another_does_not_carry_its_own_praise(
    given, enrolment, other_organisation
):
    enrolment.cohort.organisation = other_organisation
    enrolment.cohort.save()

    assert "endorsementJwt" not in issued(enrolment).document


def test_put_into_a_credential_by_its_own_issuer_it_counts_for_nothing(given, enrolment):
    """Somebody with the database's key could sign so: the check tells it apart."""
    from digicantrain.core.credentials import proof
    from digicantrain.credentials.lists import current_key
    from digicantrain.credentials.signers import signer_of

    row = issued(enrolment)
    document = {k: v for k, v in json.loads(row.document).items() if k != "proof"}
    key = current_key(given.endorser)
    document["issuer"] = {**document["issuer"], "id": key.did}
    signed = proof.signed(document, signer=signer_of(key), created=row.issued_at)

    report = checking.judge(json.dumps(signed), now=timezone.now()).report

    assert report.endorsements[0].doubt is Doubt.OWN


def test_a_key_that_was_replaced_keeps_what_it_signed(given, enrolment, other_organisation):
    actions.replace_key(other_organisation, by=None, now=timezone.now())

    (one,) = judged(issued(enrolment)).endorsements
    assert one.stands


def test_a_path_tells_the_endorsements_of_its_modules(given, cohort, aino):
    certificate = stacked.completed(cohort, aino)

    report = checking.judge(certificate.document, now=timezone.now()).report
    assert report.verdict is Verdict.VALID
    told = [len(one.endorsements) for one in report.inner]
    assert sorted(told) == [0, 1]
    assert paths.by_document(report.document) == certificate


def test_many_at_once_carry_it(given, cohort, aino, farah):
    from digicantrain.learning.actions import enrol
    from digicantrain.learning.enums import EnrolledBy
    from tests.credentials.earned import earn

    rows = [earn(cohort.enrolments.get(person=aino))]
    rows += [earn(enrol(cohort, person=farah, how=EnrolledBy.SELF))]

    made = actions.issue_batch(rows, now=timezone.now())

    assert [len(judged(row).endorsements) for row in made] == [1, 1]


# --- by the standard's own schema ---


def payload(token):
    text = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


@pytest.mark.skipif(not SCHEMA.is_file(), reason="The schema does not stand beside this checkout.")
def test_it_and_what_carries_it_are_valid_by_the_schema(given, enrolment):
    from jsonschema.validators import Draft201909Validator

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    alone = {**schema, **schema["$defs"]["EndorsementCredential"]}
    found = [e.message for e in Draft201909Validator(alone).iter_errors(payload(given.token))]

    assert found == []
    assert faults(json.loads(issued(enrolment).document)) == []


HOSTILE = '<img src=x onerror=alert(1)> {{ user.password }} "]]> \u202e ملف 🧑\n=HYPERLINK("x")'


def test_hostile_words_are_signed_as_they_are_and_shown_inert(question, otto, enrolment, client):
    endorsing.give(question, statement=HOSTILE, language="en", by=otto, now=timezone.now())
    row = issued(enrolment)

    pages = [client.get(f"/c/{row.token}/"), client.get("/modules/X1/")]

    for page in pages:
        text = page.content.decode()
        assert "<img src=x" not in text
        assert "&lt;img src=x onerror=alert(1)&gt;" in text
        assert "{{ user.password }}" in text
    assert judged(row).endorsements[0].stands


def test_no_endorsement_is_kept_with_a_person(given):
    fields = {field.name for field in Endorsement._meta.get_fields()}

    assert not {"person", "by", "asked_by"} & fields
    assert Credential.objects.count() == 0
