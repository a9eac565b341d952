"""Issuing to a whole course run in the background: how far it is, at most once, taken up again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from digicantrain.base import jobs
from digicantrain.credentials import actions, queries, runs
from digicantrain.credentials.models import Credential, IssuingRun
from digicantrain.learning.actions import enrol_many
from digicantrain.learning.enums import EnrolledBy
from digicantrain.people.models import AuditEntry, Person
from tests.credentials.earned import earn

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(settings):
    """Tasks wait in the database, as they do outside the tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def many(cohort):
    """Three people who have done everything and got nothing."""
    people = [Person.objects.create(email=f"p{n}@example.org", name=f"P {n}") for n in range(3)]
    enrol_many(cohort, people=people, how=EnrolledBy.FILE)
    for enrolment in cohort.enrolments.select_related("version"):
        earn(enrolment)
    return cohort


def work_off():
    while row := jobs.claim("w", now=timezone.now()):
        assert jobs.run(row), row.traceback


def test_a_run_issues_to_each_and_says_how_far_it_is(many, rita, queue):
    run = runs.begin(many, by=rita, now=timezone.now())

    assert runs.progress_of(run) == runs.Progress(0, 0, 3, is_finished=False, is_stuck=False)
    entry = AuditEntry.objects.get(action="credentials-asked-for")
    assert (entry.subject, entry.data) == (f"course-run:{many.key}", {"people": 3})
    work_off()
    run.refresh_from_db()
    assert runs.progress_of(run) == runs.Progress(3, 0, 3, is_finished=True, is_stuck=False)
    assert queries.due_by_cohort([many]) == {}


def test_asked_twice_it_is_one_run(many, rita, queue):
    first = runs.begin(many, by=rita, now=timezone.now())
    again = runs.begin(many, by=rita, now=timezone.now())

    assert again == first
    assert DBTaskResult.objects.filter(task_path=runs.issue_run.module_path).count() == 1
    work_off()
    assert Credential.objects.count() == 3


def test_nothing_due_is_no_run(cohort, rita):
    assert runs.begin(cohort, by=rita, now=timezone.now()) is None
    assert not IssuingRun.objects.exists()
    assert not AuditEntry.objects.filter(action="credentials-asked-for").exists()


def test_what_a_killed_worker_issued_is_counted_and_the_rest_taken_up(many, rita, queue):
    run = runs.begin(many, by=rita, now=timezone.now())
    # a worker takes the task, issues to one, and is gone for good
    jobs.claim("w", now=timezone.now())
    actions.issue_for(many.enrolments.first(), now=timezone.now())
    DBTaskResult.objects.filter(task_path=runs.issue_run.module_path).update(status="FAILED")

    assert runs.progress_of(run) == runs.Progress(1, 0, 3, is_finished=False, is_stuck=True)
    runs.go_on(run)
    runs.go_on(run)
    assert not runs.progress_of(run).is_stuck
    work_off()
    run.refresh_from_db()
    assert (runs.progress_of(run).issued, run.refused) == (3, 0)
    assert Credential.objects.count() == 3


def test_what_was_issued_before_does_not_count(many, rita, queue):
    actions.issue_for(many.enrolments.first(), now=timezone.now() - timedelta(days=1))

    run = runs.begin(many, by=rita, now=timezone.now())

    assert (runs.progress_of(run).issued, run.total) == (0, 2)


def test_what_cannot_be_issued_is_counted_with_its_reason(many, rita, queue):
    many.organisation.quality_assurance = {}
    many.organisation.save()

    run = runs.begin(many, by=rita, now=timezone.now())
    work_off()

    run.refresh_from_db()
    assert (run.refused, runs.progress_of(run).issued) == (3, 0)
    assert "quality assurance" in run.reason
    assert runs.issue_run.call(run.pk) == 0, "A finished run does nothing more."


def test_due_is_told_by_run(many, aino):
    assert queries.due_by_cohort([many]) == {many.pk: 3}
    assert queries.due_by_cohort([]) == {}


def test_where_a_second_person_looks_first_they_wait(many, rita, queue):
    many.organisation.four_eyes = True
    many.organisation.save()

    run = runs.begin(many, by=rita, now=timezone.now())
    work_off()

    run.refresh_from_db()
    assert runs.progress_of(run) == runs.Progress(
        0, 0, 3, is_finished=True, is_stuck=False, waiting=3
    )
    assert queries.due_by_cohort([many]) == {}
    assert runs.begin(many, by=rita, now=timezone.now()) is None
