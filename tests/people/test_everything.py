"""A person with something in every app: all of it is exported, all of it goes, the rest stands."""

import json
from datetime import date

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.utils import timezone

from digicantrain.assessment import actions as testing
from digicantrain.assessment.models import Item
from digicantrain.credentials import checking as credentials
from digicantrain.credentials import recognition
from digicantrain.credentials.actions import issue_for, reinstate, suspend
from digicantrain.credentials.models import Evidence, IssueRequest, Reminder
from digicantrain.evaluation import actions as studies
from digicantrain.evaluation.models import Answer as StudyAnswer
from digicantrain.evaluation.models import IdentityLink, Instrument, Study, Wave
from digicantrain.learning import actions as learning
from digicantrain.learning.enums import EnrolledBy, EnrolmentState
from digicantrain.learning.models import ErrorReport, Notice
from digicantrain.people import actions, privacy
from digicantrain.people.models import AuditEntry, ErasureReceipt, Person
from digicantrain.people.queries import key_of
from digicantrain.records.models import Statement
from digicantrain.records.queries import statements_of
from tests.credentials import stacked
from tests.credentials.claims import PDF, TOLD
from tests.test_architecture import LEVEL

pytestmark = pytest.mark.django_db
SAID = "I asked about the wait"
QUESTION = "We ask her examiner"
ASSESSED = "Oral examination on the ward"
REPORTED = "The second figure is wrong"


def leads(model, found):
    """Return how a model leads to one of the models found before, or nothing."""
    for field in model._meta.get_fields():
        if (field.many_to_one or field.one_to_one) and field.concrete:
            before = found.get(field.related_model)
            if before is not None:
                return f"{field.name}__{before}".rstrip("_")
    return None


def paths():
    """Return model -> how it leads to a person, found from the foreign keys of all apps."""
    models = [model for label in (*LEVEL, "account", "mfa") for model in models_of(label)]
    found = {Person: ""}
    for _ in range(4):
        there = {model: leads(model, found) for model in models if model not in found}
        found |= {model: path for model, path in there.items() if path}
    del found[Person]
    return found


def models_of(label):
    """Return the models of an app; a mail to confirm an address is never sent, a code is."""
    return [m for m in apps.get_app_config(label).get_models() if m is not EmailConfirmation]


def rows_of(person):
    """Return how many rows of each model lead to the person."""
    return {
        model.__name__: model._default_manager.filter(**{path: person}).count()
        for model, path in paths().items()
    }


@pytest.fixture
def study(cohort):
    row = Study.objects.create(
        organisation=cohort.organisation,
        slug="pilot",
        title={"en": "Pilot"},
        lawful_basis="consent",
        ethics_reference="none",
        contact="research@turku.example",
        retention_until=date(2030, 1, 1),
        instrument=Instrument.objects.get(slug="self-assessment"),
    )
    Wave.objects.create(study=row, key=Wave.Key.PRE, order=0)
    row.cohorts.add(cohort)
    return row


@pytest.fixture
def lived(cohort, study, turku_site):
    """Have somebody go through all that the platform offers; returns her credential."""

    def live(person):
        now = timezone.now()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        Authenticator.objects.create(user=person, type="totp", data={"secret": "s"})
        actions.grant_role(
            person, role="mentor", organisation=turku_site.organisation, site=turku_site
        )
        row = learning.enrol(cohort, person=person, how=EnrolledBy.SELF)
        steps = {step.code: step for step in row.version.steps.all()}
        claim = recognition.begin(row, units=["u1"], told=TOLD, now=now)
        file = Evidence(kind="file", name="certificate.pdf", digest="a" * 64)
        recognition.add_evidence(claim, file, data=PDF, now=now)
        recognition.submit(claim, now=now)
        learning.keep_answer(row, step=steps["first-look"], question="q1", value=SAID, now=now)
        attempt = testing.begin(row, step=steps["test"], now=now)
        for number, drawn in enumerate(attempt.drawn, start=1):
            best = Item.objects.get(pk=drawn["item"]).answer
            testing.respond(row, attempt=attempt, number=number, option=best, now=now)
        testing.hand_in(row, attempt=attempt, now=now)
        for step in steps.values():
            learning.complete_step(row, step=step, now=now)
        participant = studies.participant_for(person, study=study, enrolment=row)
        studies.decide_consent(participant, scopes={"research": True}, day=now.date())
        first = study.instrument.data["items"][0]["id"]
        studies.save_answers(
            participant, wave=study.waves.get(), values={first: "1"}, day=now.date()
        )
        learning.report_error(REPORTED, address="/x/", person=person, enrolment=row)
        Notice.objects.create(person=person, kind=Notice.SEAT_FREE)
        IssueRequest.objects.create(
            organisation=row.cohort.organisation,
            how="hand",
            person=person,
            asked_by=person,
            version=row.version,
            evidence=ASSESSED,
        )
        credential = issue_for(row, now=now)
        suspend(credential, reason=QUESTION, by=None, now=now)
        reinstate(credential, reason="Answered", by=None, now=now)
        Reminder.objects.create(credential=credential, days=90)
        stacked.completed(cohort, person)
        return credential

    return live


def test_a_full_life_has_a_row_in_every_table_that_leads_to_a_person(lived, aino):
    """A new table that leads to a person must be lived in above, and so be exported and erased."""
    lived(aino)

    assert [name for name, number in rows_of(aino).items() if number == 0] == []


def test_the_export_tells_all_of_it_and_nothing_of_others(lived, aino, farah):
    credential = lived(aino)
    lived(farah)

    told = json.dumps(actions.export_person(aino), default=str)

    assert set(json.loads(told)) == {entry.app for entry in privacy.registered()} >= {"records"}
    for part in (
        *(aino.name, aino.email, str(key_of(aino)), "mentor", "Autumn run", "first-look", SAID),
        *(REPORTED, QUESTION, ASSESSED, "seat-free", "pilot", "research", '"test"'),
        *(TOLD.learned, "certificate.pdf"),
        *(json.dumps(credential.document)[1:-1], "http://adlnet.gov/expapi/verbs/passed"),
    ):
        assert part in told, part
    for part in (farah.name, farah.email, str(key_of(farah))):
        assert part not in told, part


def test_erasure_removes_every_row_that_leads_to_her(lived, aino):
    lived(aino)

    actions.erase_person(aino, by=None)

    aino.pk = 10**9
    assert {name: number for name, number in rows_of(aino).items() if number} == {}
    assert not Person.objects.filter(email="aino@example.org").exists()
    assert not IdentityLink.objects.exists()


def test_what_must_stay_stays_and_names_nobody(lived, aino):
    lived(aino)
    name, email, key = aino.name, aino.email, key_of(aino)
    statements = statements_of(key).count()

    receipt = actions.erase_person(aino, by=None)

    assert statements == statements_of(key).count() == receipt.kept["statements"]
    assert StudyAnswer.objects.count() == 1
    assert ErrorReport.objects.get().person is None
    assert list(actions.faults_of_trail()) == []
    for model in (AuditEntry, Statement, ErasureReceipt, StudyAnswer, ErrorReport):
        stored = str(list(model._default_manager.values()))
        assert name not in stored, model
        assert email not in stored, model


def test_the_credential_she_shared_still_verifies_without_her_name(lived, aino):
    credential = lived(aino)
    name = aino.name

    actions.erase_person(aino, by=None)

    credential.refresh_from_db()
    assert credentials.judge(credential.document, now=timezone.now()).is_valid
    assert name not in str(vars(credential))
    assert credential.person is None


def test_other_peoples_rows_are_untouched(lived, aino, farah):
    lived(aino)
    lived(farah)
    before = rows_of(farah)

    actions.erase_person(aino, by=None)

    assert rows_of(farah) == before


def test_her_seat_is_given_to_who_waits(lived, cohort, aino, farah):
    cohort.seats = 1
    cohort.save()
    lived(aino)
    waiting = learning.enrol(cohort, person=farah, how=EnrolledBy.SELF)
    assert waiting.state == EnrolmentState.WAITING

    actions.erase_person(aino, by=None)

    waiting.refresh_from_db()
    assert waiting.state != EnrolmentState.WAITING


def test_the_receipt_counts_and_names_nobody(lived, aino):
    lived(aino)

    receipt = actions.erase_person(aino, by=None)

    counted = json.dumps([receipt.removed, receipt.kept])
    assert receipt.removed["test attempts"] == 2  # one in each module of the path
    # two modules and the path that they make up
    assert receipt.kept["credentials, without a name"] == 3
    for part in (aino.name, "Aino", aino.email):
        assert part not in counted
