"""Badges of a module's units: when one is earned, that it is issued once, what it says."""

import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from digicantrain.core.credentials.award import Element
from digicantrain.credentials import actions, badges, checking, gate, tasks, transcripts
from digicantrain.credentials.bulk import NotEarnedError
from digicantrain.credentials.models import Credential
from digicantrain.learning.actions import enrol, leave
from digicantrain.learning.enums import EnrolledBy
from digicantrain.people.actions import erase_person, export_person
from tests.credentials.earned import earn
from tests.credentials.granted import cme_rules, granted  # noqa: F401 - a fixture
from tests.credentials.stacked import PRACTICE, U1, do, run_of, with_badge
from tests.credentials.test_schema import SCHEMA, faults
from tests.threats.conftest import pass_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(enrolment):
    """Aino in a module whose first unit can be earned alone."""
    enrolment.version = with_badge(enrolment.version)
    return enrolment


def elements(row):
    return json.loads(row.document)["credentialSubject"]["microCredential"]


def test_the_last_step_of_its_units_earns_it_and_nothing_else(own):
    do(own, U1[:-1])
    assert Credential.objects.count() == 0

    do(own, U1[-1:])

    row = Credential.objects.get()
    assert (row.badge, row.within, row.enrolment) == ("practice", own, None)
    assert row.kind == Credential.Kind.BADGE
    assert row.title == {"en": PRACTICE["title"]["en"]}
    assert checking.judge(row.document, now=timezone.now()).is_valid


def test_a_step_of_another_unit_asks_for_nothing(own):
    do(own, ["feedback"])

    assert Credential.objects.count() == 0


def test_it_says_what_it_stacks_into_and_its_hours_alone(own):
    do(own, U1)
    said = elements(Credential.objects.get())

    assert said["stackability"].startswith("A part of module X1 ")
    assert own.version.data["credit"]["title"]["en"] in said["stackability"]
    assert (said["workloadMinutes"], said["notionalWorkload"]) == (30, "0 h 30 min")
    assert "ectsCredits" not in said
    assert said["assessmentType"] == "Practice scenes with feedback, not marked, Branching case"


def test_it_speaks_of_the_outcomes_of_its_steps_alone(own):
    own.version.steps.filter(unit__code="u1").update(serves=["O2"])
    do(own, U1)

    document = json.loads(Credential.objects.get().document)
    alignments = document["credentialSubject"]["achievement"]["alignment"]
    outcomes = [row for row in alignments if row["targetType"] == "ext:LearningOutcome"]
    assert [row["targetCode"] for row in outcomes] == ["O2"]


def test_the_module_says_which_badges_it_includes(own):
    row = actions.issue_for(earn(own), now=timezone.now())

    assert elements(row)["stackability"].endswith(
        f"It includes the badges: {PRACTICE['title']['en']}"
    )


def test_a_finnish_run_gives_a_finnish_badge(own):
    own.cohort.language = "fi"
    own.cohort.save()
    do(own, U1)

    row = Credential.objects.get()
    assert row.title == {"fi": PRACTICE["title"]["fi"]}
    assert elements(row)["stackability"].startswith("Osa moduulia X1")


@pytest.mark.skipif(not SCHEMA.is_file(), reason="The schema does not stand beside this checkout.")
def test_it_is_valid_by_the_schema(own):
    do(own, U1)

    assert faults(json.loads(Credential.objects.get().document)) == []


@pytest.mark.parametrize(
    "file", ["credential.json", "credential.jwt", "badge.png", "badge.svg", "certificate.pdf"]
)
def test_it_can_be_had_in_each_form(own, client, file):
    do(own, U1)
    row = Credential.objects.get()

    content = client.get(f"/c/{row.token}/{file}").content

    assert checking.judge(content, now=timezone.now()).credential == row


def test_it_has_its_european_forms_too(own, client, aino):
    own.cohort.organisation.legal_identifier = "VATFI-01234567"
    own.cohort.organisation.save()
    do(own, U1)
    row = Credential.objects.get()
    client.force_login(aino)

    elmo = client.get(f"/learn/credits/{row.key}/elmo.xml").content.decode()
    european = client.get(f"/learn/credits/{row.key}/european-upload.json")

    assert PRACTICE["title"]["en"] in elmo
    assert european.status_code == 200
    assert PRACTICE["title"]["en"] in european.content.decode()


# --- once ---


def test_threat_42_asked_twice_it_is_issued_once(own):
    do(own, U1)
    first = Credential.objects.get()

    assert actions.issue_badge(own, badge="practice", now=timezone.now()) == first
    assert tasks.issue_badge.call(own.pk, "practice") == ""
    assert tasks.issue_stacks_due.call() == 0
    assert Credential.objects.count() == 1


def test_another_course_run_of_the_same_version_gives_no_second_one(own, cohort, aino):
    do(own, U1)
    again = enrol(run_of(own.version, cohort), person=aino, how=EnrolledBy.SELF)
    again.version = own.version

    do(again, U1)

    assert Credential.objects.count() == 1


def test_a_withdrawn_one_does_not_come_back_by_itself(own):
    do(own, U1)
    actions.revoke(Credential.objects.get(), reason="A mistake", by=None, now=timezone.now())

    assert tasks.issue_stacks_due.call() == 0
    assert Credential.objects.count() == 1


@pytest.mark.parametrize("field", ["within", "person"])
def test_the_database_refuses_a_second_one(own, field, farah, cohort):
    do(own, U1)
    row = Credential.objects.get()
    row.pk, row.digest, row.status_index = None, "0" * 64, row.status_index ^ 1
    row.key, row.token = "00000000-0000-4000-8000-000000000001", "another-token"
    if field == "within":
        row.person = farah
    else:
        row.within = enrol(cohort, person=farah, how=EnrolledBy.SELF)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_modules_own_credential_comes_as_well(own):
    do(own, U1)

    pass_all(own)

    assert sorted(Credential.objects.values_list("badge", flat=True)) == ["", "practice"]
    assert own.credential.badge == ""


def test_the_net_issues_what_was_lost(own):
    earn(own)

    assert tasks.issue_stacks_due.call() == 1
    assert Credential.objects.get().badge == "practice"


def test_who_left_gets_none(own):
    earn(own)
    leave(own, now=timezone.now())

    assert badges.all_due() == []


def test_nobody_gets_one_that_is_not_earned(own):
    do(own, U1[:-1])

    with pytest.raises(NotEarnedError, match="Not everything that counts"):
        actions.issue_badge(own, badge="practice", now=timezone.now())
    assert tasks.issue_badge.call(own.pk, "practice") == ""
    assert tasks.issue_badge.call(own.pk, "nothing") == ""


def test_a_graded_test_in_its_units_must_be_passed(own):
    with_badge(own.version, units=["final"])
    earn(own, passed=False)

    assert badges.due_for(own) == []


def test_a_module_without_badges_asks_the_database_nothing(enrolment, django_assert_num_queries):
    assert "badges" not in enrolment.version.data["credit"]

    with django_assert_num_queries(0):
        assert badges.due_for(enrolment, unit="u1") == []


# --- the gate ---


def test_a_badge_that_lacks_an_element_is_not_published(own, organisation):
    with_badge(own.version, title={})

    assert gate.lacking(own.version, organisation=organisation) == (Element.TITLE,)


# --- what it counts ---


def test_the_same_unit_counts_once_in_hours(own, aino):
    do(own, U1)
    now = timezone.now()
    alone = transcripts.sums_of(transcripts.lines_of(aino, now=now))
    pass_all(own)
    both = transcripts.sums_of(transcripts.lines_of(aino, now=timezone.now()))

    assert alone == {"hours": Decimal(30)}
    assert both == {"hours": Decimal(50)}
    assert Credential.objects.count() == 2


def test_it_counts_no_cme_that_was_granted_for_the_module(own, aino, cme_rules):  # noqa: F811
    granted(own.version)
    do(own, [*U1, "feedback"])

    lines = transcripts.lines_of(aino, now=timezone.now())
    assert [line.counted for line in lines] == [[]]


# --- the person's data ---


def test_it_is_in_her_export_and_stays_without_her_name(own, aino):
    do(own, U1)

    held = export_person(aino)
    assert held["credentials"]["credentials"][0]["kind"] == "badge"
    erase_person(aino, by=None)
    row = Credential.objects.get()
    assert (row.person, row.within, row.holder_name) == (None, None, "")
    assert checking.judge(row.document, now=timezone.now()).is_valid
