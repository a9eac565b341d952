"""What tests hold on a person."""

from typing import Any

from digicantrain.assessment.models import Attempt, Response
from digicantrain.people.models import Person
from digicantrain.people.privacy import RemovedRows


def export(person: Person) -> dict[str, Any]:
    """Return a person's attempts and answers.

    Of a test that is not handed in, only what she answered is told, never whether it is right.
    """
    rows = (
        Attempt.objects.filter(enrolment__person=person)
        .select_related("enrolment__cohort", "step")
        .prefetch_related("responses__item")
    )
    return {"attempts": [_attempt(row) for row in rows]}


def _attempt(row: Attempt) -> dict[str, Any]:
    return {
        "course": row.enrolment.cohort.title,
        "step": row.step.code,
        "number": row.number,
        "started": row.started_at,
        "handed in": row.submitted_at,
        "score": row.score,
        "possible": row.possible,
        "passed": row.passed,
        "by outcome": row.by_outcome,
        "answers": [
            {"question": response.item.key, "answer": response.option, "at": response.answered_at}
            for response in row.responses.all()
        ],
    }


def erase(person: Person) -> RemovedRows:
    """Remove attempts and answers."""
    answers, _ = Response.objects.filter(attempt__enrolment__person=person).delete()
    attempts, _ = Attempt.objects.filter(enrolment__person=person).delete()
    return {"test answers": answers, "test attempts": attempts}
