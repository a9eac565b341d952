"""Issuing to a whole course run in the background, and how far it is."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from digicantrain.base import jobs
from digicantrain.credentials import actions, queries
from digicantrain.credentials.models import Credential, IssuingRun
from digicantrain.learning.models import Cohort
from digicantrain.people.actions import record
from digicantrain.people.models import Person


class Progress(NamedTuple):
    """How far a run is; `is_stuck` when nothing works on it and it has not ended.

    `waiting` are those whom a second person has to confirm first.
    """

    issued: int
    refused: int
    total: int
    is_finished: bool
    is_stuck: bool
    waiting: int = 0


def begin(cohort: Cohort, *, by: Person | None, now: datetime) -> IssuingRun | None:
    """Have what is due in a course run issued; while that goes on, it is the run under way.

    Returns:
        The run, or nothing where nothing is due.
    """
    with transaction.atomic():
        locked = Cohort.objects.select_for_update().get(pk=cohort.pk)
        there = locked.issuing_runs.filter(finished_at=None).first()
        if there is not None:
            go_on(there)
            return there
        total = _due_in(locked)
        if not total:
            return None
        row = IssuingRun.objects.create(cohort=locked, asked_at=now, total=total)
        record(
            "credentials-asked-for",
            actor=by,
            subject=f"course-run:{locked.key}",
            data={"people": total},
        )
        issue_run.enqueue(row.pk)
    return row


def go_on(row: IssuingRun) -> None:
    """Have a run that nothing works on taken up where it was."""
    if row.finished_at is None and not jobs.is_open(issue_run, row.pk):
        issue_run.enqueue(row.pk)


@task()
def issue_run(pk: int) -> int:
    """Issue what is still due; safe to repeat, and after a kill it goes on where it was."""
    row = IssuingRun.objects.select_related("cohort").filter(pk=pk, finished_at=None).first()
    if row is None:
        return 0
    reason, issued = "", 0
    try:
        issued = actions.issue_each(queries.earned_and_not_issued(row.cohort))
    except ValueError as error:
        reason = str(error)
    row.refused = _due_in(row.cohort) if reason else 0
    row.reason, row.finished_at = reason, timezone.now()
    row.save(update_fields=["refused", "reason", "finished_at"])
    return issued


def _due_in(cohort: Cohort) -> int:
    return queries.due_by_cohort([cohort]).get(cohort.pk, 0)


def progress_of(row: IssuingRun) -> Progress:
    """Return how far a run is, from what was issued since it was asked for."""
    # the time on a credential has no parts of a second
    since = row.asked_at.replace(microsecond=0)
    issued = Credential.objects.filter(
        enrolment__cohort=row.cohort_id, issued_at__gte=since
    ).count()
    finished = row.finished_at is not None
    return Progress(
        issued=min(issued, row.total),
        refused=row.refused,
        total=row.total,
        is_finished=finished,
        is_stuck=not finished and not jobs.is_open(issue_run, row.pk),
        waiting=queries.waiting_in(row.cohort),
    )
