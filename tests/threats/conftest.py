"""One small world in which everything exists once, and strangers who hold every role elsewhere."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.credentials.granted import cme_rules, granted  # noqa: F401 - a fixture


@dataclass(frozen=True)
class World:
    """The people by name, and the things of Turku by kind."""

    people: dict[str, Any]
    cohort: Any
    enrolment: Any
    credential: Any
    issuing: Any
    study: Any
    report: Any
    notice: Any
    receipt: Any
    membership: Any
    grant: Any
    asked: Any
    claim: Any
    evidence: Any
    certificate: Any
    endorsement: Any
    record_key: Any


@pytest.fixture
def dora(other_organisation):
    """Dora holds every role there is, at the other provider."""
    from digicantrain.people import actions
    from digicantrain.people.enums import Role
    from digicantrain.people.models import Person

    person = Person.objects.create_user("dora@example.org", "correct horse battery", name="Dora")
    for role in Role:
        actions.grant_role(person, role=role, organisation=other_organisation)
    return person


@pytest.fixture
def study(cohort):
    """A study of the autumn run, with results."""
    from digicantrain.evaluation import actions
    from tests.evaluation import pilot

    row = pilot.study(cohort)
    actions.analyse(row)
    return row


def pass_all(enrolment):
    """Have somebody pass the test and finish every step."""
    from django.utils import timezone

    from digicantrain.assessment import actions as testing
    from digicantrain.assessment.models import Item
    from digicantrain.learning.actions import complete_step
    from digicantrain.programme.models import Step

    now = timezone.now()
    steps = {step.code: step for step in Step.objects.filter(version=enrolment.version)}
    attempt = testing.begin(enrolment, step=steps["test"], now=now)
    for number, drawn in enumerate(attempt.drawn, 1):
        best = Item.objects.get(pk=drawn["item"]).answer
        testing.respond(enrolment, attempt=attempt, number=number, option=best, now=now)
    testing.hand_in(enrolment, attempt=attempt, now=now)
    for code, step in steps.items():
        if code != "test":
            complete_step(enrolment, step=step, now=now)


def claimed(enrolment):
    """Return a claim of prior learning that waits, with a file, straight in the tables."""
    from django.utils import timezone

    from digicantrain.credentials.models import EvidenceContent, RecognitionClaim

    claim = RecognitionClaim.objects.create(
        person=enrolment.person, enrolment=enrolment, stage="submitted",
        submitted_at=timezone.now(), learned="All of it.", place="Turku", from_year=2020,
        to_year=2021, hours=3,
    )  # fmt: skip
    claim.units.create(
        person=enrolment.person, module=enrolment.cohort.module, unit="u1", minutes=30,
        title={"en": "Unit 1"},
    )  # fmt: skip
    evidence = claim.evidence.create(kind="file", name="a.pdf", media_type="application/pdf")
    EvidenceContent.objects.create(evidence=evidence, data=b"%PDF-1.7 %%EOF")
    return claim


@pytest.fixture
def world(request, enrolment, study, aino, ben, chiara, dario, dora, eleni, farah, rita, admin):
    """Aino has passed; all else of the cast is there, and nobody has erased anything."""
    from django.utils import timezone

    from digicantrain.credentials import actions as credentials
    from digicantrain.credentials import seals
    from digicantrain.credentials.models import IssueRequest, IssuingRun
    from digicantrain.learning.actions import report_error
    from digicantrain.learning.models import Notice
    from digicantrain.people.models import ErasureReceipt, Organisation
    from digicantrain.programme.models import Step
    from tests.credentials import stacked
    from tests.records import keyed

    request.getfixturevalue("cme_rules")
    pass_all(enrolment)
    enrolment.refresh_from_db()
    enrolment.cohort.organisation.legal_identifier = "VATFI-01234567"
    enrolment.cohort.organisation.save()
    seals.make_seal(enrolment.cohort.organisation, by=None, now=timezone.now())
    step = Step.objects.get(version=enrolment.version, code="first-look")
    claim = claimed(enrolment)
    cast = (aino, ben, chiara, dario, dora, eleni, farah, rita, admin)
    credential = credentials.issue_for(enrolment, now=timezone.now())
    third = Organisation.objects.create(slug="third", name={"en": "Third"}, country="EE")
    return World(
        people={person.name.split()[0].lower(): person for person in cast},
        cohort=enrolment.cohort,
        enrolment=enrolment,
        credential=credential,
        issuing=IssuingRun.objects.create(cohort=enrolment.cohort, total=1),
        study=study,
        report=report_error("A typo", address="/x/", person=aino, enrolment=enrolment, step=step),
        notice=Notice.objects.create(person=aino, kind="seat-free"),
        receipt=ErasureReceipt.objects.create(),
        membership=ben.memberships.get(),
        grant=granted(enrolment.version),
        asked=IssueRequest.objects.create(
            organisation=enrolment.cohort.organisation,
            how="hand",
            person=farah,
            version=enrolment.version,
            language="en",
            evidence="Oral examination",
            watched="unsupervised",
            asked_by=rita,
        ),
        claim=claim,
        evidence=claim.evidence.get(),
        certificate=stacked.completed(enrolment.cohort, aino),
        endorsement=stacked.asked(enrolment.version, third, by=rita),
        record_key=keyed.made(enrolment.cohort.organisation).key,
    )
