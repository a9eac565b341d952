"""A second person looks: what waits, who may say yes, and what happens when nobody looks more."""

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from digicantrain.credentials import actions, asking, deciding, queries, tasks
from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.learning.actions import complete_step, enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Notice
from digicantrain.people.actions import erase_person, faults_of_trail, grant_role
from digicantrain.people.models import AuditEntry
from digicantrain.people.queries import key_of
from tests.credentials.asked import TRAIL_LOCK, ask, four_eyes
from tests.credentials.earned import earn

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched(organisation):
    return four_eyes(organisation)


@pytest.fixture
def version(programme):
    return programme.modules.get(code="X1").current


def approve(*rows, by, organisation):
    return deciding.approve(
        [row.key for row in rows], organisations=[organisation], by=by, now=timezone.now()
    )


def refuse(*rows, by, organisation, reason="The list of that day does not name you."):
    return deciding.refuse(
        [row.key for row in rows],
        organisations=[organisation],
        reason=reason,
        by=by,
        now=timezone.now(),
    )


@pytest.fixture
def waiting(watched, due):
    """Aino has earned hers, and it waits."""
    assert tasks.issue.call(due.pk) == ""
    return IssueRequest.objects.get()


# --- what is earned ---


def test_without_the_setting_nothing_is_written_but_the_credential(due):
    tasks.issue.call(due.pk)

    assert Credential.objects.count() == 1
    assert IssueRequest.objects.count() == 0


def test_the_last_step_asks_and_issues_nothing(watched, due, aino):
    last = due.version.steps.get(code="feedback")
    due.progress.filter(step=last).delete()

    complete_step(due, step=last, now=timezone.now())

    row = IssueRequest.objects.get()
    assert (row.how, row.state, row.person, row.enrolment) == ("completion", "waiting", aino, due)
    assert (Credential.objects.count(), mail.outbox) == (0, [])


def test_it_is_asked_for_once(waiting, due):
    tasks.issue.call(due.pk)
    tasks.issue_due.call()
    tasks.issue_cohort.call(due.cohort_id)
    with pytest.raises(asking.HeldBackError):
        actions.issue_for(due, now=timezone.now())

    assert IssueRequest.objects.count() == 1
    assert queries.earned_and_not_issued() == []


@pytest.mark.parametrize("how_many", [1, 3])
def test_asking_for_many_takes_no_more_queries(
    watched, cohort, aino, farah, ben, how_many, django_assert_num_queries
):
    rows = [
        earn(enrol(cohort, person=person, how=EnrolledBy.SELF))
        for person in (aino, farah, ben)[:how_many]
    ]

    with django_assert_num_queries(14 + TRAIL_LOCK):
        assert actions.issue_batch(rows, now=timezone.now()) == []
    assert IssueRequest.objects.count() == how_many


def test_approved_it_is_issued_as_if_nobody_had_looked(waiting, due, aino, rita, organisation):
    assert approve(waiting, by=rita, organisation=organisation) == (1, 0)

    waiting.refresh_from_db()
    credential = Credential.objects.get()
    assert (waiting.state, waiting.credential, waiting.decided_by) == ("issued", credential, rita)
    assert (credential.enrolment, credential.person) == (due, aino)
    assert "Scenario test" in credential.document
    assert [letter.to for letter in mail.outbox] == [[aino.email]]
    entry = AuditEntry.objects.get(action="credential-approved")
    assert (entry.actor, entry.subject) == (key_of(rita), f"request:{waiting.key}")
    assert list(faults_of_trail()) == []


def test_approving_many_is_one_task_a_hundred(watched, cohort, aino, farah, ben, rita, settings):
    rows = [
        earn(enrol(cohort, person=person, how=EnrolledBy.SELF)) for person in (aino, farah, ben)
    ]
    actions.issue_batch(rows, now=timezone.now())
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    approve(*IssueRequest.objects.all(), by=rita, organisation=watched)

    assert [row.task_path.rsplit(".", 1)[1] for row in DBTaskResult.objects.all()] == ["fulfil"]
    assert Credential.objects.count() == 0
    assert tasks.fulfil.call(list(IssueRequest.objects.values_list("pk", flat=True))) == 3
    assert tasks.fulfil.call(list(IssueRequest.objects.values_list("pk", flat=True))) == 0


def test_refused_it_stays_refused_and_the_learner_reads_why(waiting, due, aino, rita, organisation):
    assert refuse(waiting, by=rita, organisation=organisation) == (1, 0)

    tasks.issue.call(due.pk)
    tasks.issue_due.call()
    four_eyes(organisation, on=False)
    tasks.issue.call(due.pk)
    tasks.issue_due.call()
    assert Credential.objects.count() == 0
    notice = Notice.objects.get(person=aino)
    assert (notice.kind, notice.data["reason"]) == (
        "credential-not-confirmed",
        "The list of that day does not name you.",
    )
    assert "does not name you" in mail.outbox[0].body
    assert mail.outbox[0].subject == "Not confirmed: Reading reports"


def test_what_was_refused_can_be_asked_for_again_and_another_one_approves(
    waiting, rita, sonja, organisation
):
    refuse(waiting, by=rita, organisation=organisation)

    assert deciding.ask_again(waiting, by=rita, now=timezone.now())
    assert not deciding.ask_again(waiting, by=rita, now=timezone.now())
    waiting.refresh_from_db()
    assert approve(waiting, by=rita, organisation=organisation) == (0, 1)
    assert approve(waiting, by=sonja, organisation=organisation) == (1, 0)
    assert Credential.objects.count() == 1


def test_what_is_missing_at_the_time_of_issuing_is_not_issued(waiting, due, rita, organisation):
    due.progress.filter(step__code="note").delete()

    approve(waiting, by=rita, organisation=organisation)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.fault) == ("approved", "Not everything that counts is done yet.")
    assert Credential.objects.count() == 0


# --- who may ---


def test_nobody_approves_what_she_asked_for(watched, version, farah, rita, sonja):
    row = ask(farah, version, by=rita)
    assert (row.state, Credential.objects.count()) == ("waiting", 0)

    assert approve(row, by=rita, organisation=watched) == (0, 1)
    assert Credential.objects.count() == 0
    assert approve(row, by=sonja, organisation=watched) == (1, 0)
    assert Credential.objects.get().person == farah


def test_nobody_ever_approves_or_refuses_what_is_for_herself(waiting, aino, organisation):
    grant_role(aino, role="registrar", organisation=organisation)

    for on in (True, False):
        four_eyes(organisation, on=on)
        assert approve(waiting, by=aino, organisation=organisation) == (0, 1)
        assert refuse(waiting, by=aino, organisation=organisation) == (0, 1)
    assert Credential.objects.count() == 0


def test_a_registrar_may_ask_for_herself_where_another_one_looks(watched, version, rita, sonja):
    row = ask(rita, version, by=rita)

    assert approve(row, by=rita, organisation=watched) == (0, 1)
    assert approve(row, by=sonja, organisation=watched) == (1, 0)
    assert Credential.objects.get().person == rita


def test_threat_06_a_registrar_of_another_provider_decides_nothing(
    waiting, dario, other_organisation
):
    assert approve(waiting, by=dario, organisation=other_organisation) == (0, 0)
    assert refuse(waiting, by=dario, organisation=other_organisation) == (0, 0)
    assert Credential.objects.count() == 0


def test_it_is_decided_once(waiting, rita, sonja, organisation):
    refuse(waiting, by=rita, organisation=organisation)

    assert approve(waiting, by=sonja, organisation=organisation) == (0, 1)
    assert refuse(waiting, by=sonja, organisation=organisation, reason="Twice") == (0, 1)
    waiting.refresh_from_db()
    assert waiting.decided_by == rita


def test_who_asked_may_take_it_back_and_is_not_written_to(watched, version, farah, rita):
    row = ask(farah, version, by=rita)

    assert refuse(row, by=rita, organisation=watched) == (1, 0)
    assert Notice.objects.count() == 0


def test_who_asked_reads_that_another_one_refused_and_the_holder_does_not(
    watched, version, farah, rita, sonja
):
    refuse(ask(farah, version, by=rita), by=sonja, organisation=watched)

    notice = Notice.objects.get()
    assert (notice.person, notice.kind) == (rita, "issue-refused")
    assert mail.outbox == []


# --- nobody looks any more ---


def test_switched_off_what_was_earned_here_is_issued_and_its_request_closed(
    waiting, due, organisation
):
    four_eyes(organisation, on=False)

    assert tasks.issue_due.call() == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.credential) == ("issued", Credential.objects.get())
    assert waiting.credential.enrolment == due


def test_switched_off_what_somebody_asked_for_still_waits_and_she_may_say_yes(
    watched, version, farah, rita
):
    row = ask(farah, version, by=rita)
    four_eyes(watched, on=False)

    assert tasks.issue_due.call() == 0
    row.refresh_from_db()
    assert row.state == "waiting"
    assert approve(row, by=rita, organisation=watched) == (1, 0)


def test_switched_on_what_was_approved_before_is_still_issued(version, farah, rita, organisation):
    row = ask(farah, version, by=rita)
    Credential.objects.update(person=None)
    IssueRequest.objects.update(state="approved", credential=None)
    four_eyes(organisation)

    assert tasks.issue_due.call() == 1
    row.refresh_from_db()
    assert row.state == "issued"


def test_erased_while_it_waits_nothing_is_left_to_approve(waiting, aino, rita, organisation):
    erase_person(aino, by=None)

    assert IssueRequest.objects.count() == 0
    assert approve(waiting, by=rita, organisation=organisation) == (0, 0)


@pytest.mark.parametrize("how_many", [1, 3])
def test_deciding_asks_no_more_of_the_database_when_there_is_more(
    watched, cohort, aino, farah, ben, rita, settings, how_many, django_assert_num_queries
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    rows = [
        earn(enrol(cohort, person=person, how=EnrolledBy.SELF))
        for person in (aino, farah, ben)[:how_many]
    ]
    actions.issue_batch(rows, now=timezone.now())
    asked = list(IssueRequest.objects.all())

    with django_assert_num_queries(10 + TRAIL_LOCK):
        approve(*asked, by=rita, organisation=watched)
