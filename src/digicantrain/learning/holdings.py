"""What course runs and progress hold on a person."""

from typing import Any

from django.utils import timezone

from digicantrain.learning.actions import fill_seats
from digicantrain.learning.models import Answer, Enrolment, StepProgress
from digicantrain.people.models import Person
from digicantrain.people.privacy import RemovedRows


def export(person: Person) -> dict[str, Any]:
    """Return enrolments with progress and answers, notices and error reports."""
    rows = (
        person.enrolments.select_related("cohort", "version__module")
        .defer("version__data")
        .prefetch_related("progress__step", "answers__step")
    )
    return {
        "enrolments": [_enrolment(row) for row in rows],
        "notices": list(person.notices.values("kind", "data", "at")),
        "error reports": list(person.error_reports.values("address", "text", "at", "reply")),
    }


def _enrolment(row: Enrolment) -> dict[str, Any]:
    return {
        "course": row.cohort.title,
        "module": row.version.module.code,
        "version": row.version.number,
        "state": row.state,
        "enrolled": row.created_at,
        "completed": row.completed_at,
        "steps": [_progress(step) for step in row.progress.all()],
        "answers": [_answer(answer) for answer in row.answers.all()],
    }


def _progress(row: StepProgress) -> dict[str, Any]:
    return {
        "step": row.step.code,
        "state": row.state,
        "score": row.score,
        "possible": row.possible,
        "started": row.started_at,
        "completed": row.completed_at,
        "data": row.data,
    }


def _answer(row: Answer) -> dict[str, Any]:
    return {
        "step": row.step.code,
        "question": row.question,
        "answer": row.value,
        "at": row.answered_at,
    }


def erase(person: Person) -> RemovedRows:
    """Remove enrolments with progress and answers, and notices; error reports lose their name."""
    cohorts = [row.cohort for row in person.enrolments.select_related("cohort")]
    removed = {
        "progress": StepProgress.objects.filter(enrolment__person=person).delete()[0],
        "answers": Answer.objects.filter(enrolment__person=person).delete()[0],
        "notices": person.notices.all().delete()[0],
        "kept:error reports without a name": person.error_reports.update(person=None),
    }
    removed["enrolments"] = person.enrolments.all().delete()[1].get("learning.Enrolment", 0)
    for cohort in cohorts:
        fill_seats(cohort, now=timezone.now())
    return removed
