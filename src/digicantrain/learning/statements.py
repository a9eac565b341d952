"""What a learner does, told to the record store."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from digicantrain.core.xapi.events import Activity, Event, Result, Verb, statement
from digicantrain.learning.models import Enrolment
from digicantrain.programme.models import Step
from digicantrain.records.actions import append, append_all


def course(enrolment: Enrolment) -> Activity:
    """Return the version of the module that she learns."""
    version = enrolment.version
    module = version.module
    return Activity(
        f"{settings.ORIGIN}/activities/{module.programme.slug}/{module.code}/{version.number}",
        "course",
        version.title,
    )


def lesson(enrolment: Enrolment, step: Step) -> Activity:
    """Return a step of that version."""
    return Activity(f"{course(enrolment).iri}/steps/{step.code}", "lesson", step.title)


def question(enrolment: Enrolment, step: Step, key: str) -> Activity:
    """Return a question inside a step."""
    return lesson(enrolment, step).below("question", f"questions/{key}")


def tell(
    enrolment: Enrolment,
    verb: Verb,
    *,
    activity: Activity | None = None,
    now: datetime,
    result: Result | None = None,
) -> None:
    """Append a statement about an enrolment; without an activity it is about the course."""
    about = course(enrolment)
    event = Event(
        actor=enrolment.person.pseudonym.key,
        verb=verb,
        activity=activity or about,
        at=now,
        registration=enrolment.key,
        result=result,
        parents=(about,) if activity else (),
    )
    append(organisation=enrolment.cohort.organisation, statement=_written(event))


def tell_all(enrolments: Iterable[Enrolment], verb: Verb, *, now: datetime) -> None:
    """Append one statement about the course for each of many enrolments of one provider."""
    rows = list(enrolments)
    if not rows:
        return
    events = (
        Event(
            actor=row.person.pseudonym.key,
            verb=verb,
            activity=course(row),
            at=now,
            registration=row.key,
        )
        for row in rows
    )
    append_all(
        organisation=rows[0].cohort.organisation, statements=[_written(one) for one in events]
    )


def _written(event: Event) -> dict[str, Any]:
    return statement(event, key=uuid.uuid4(), origin=settings.ORIGIN)
