"""Builds a study row by row, for tests that need a pilot of a certain shape."""

from datetime import date
from typing import Any

from django.utils import timezone

from digicantrain.evaluation import actions
from digicantrain.evaluation.models import Instrument, Participant, Study
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy, EnrolmentState
from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.people.models import Person

ITEMS = ("c1", "c2", "c3", "c4")
DAY = date(2026, 11, 2)


def study(cohort: Cohort, slug: str = "pilot", **fields: Any) -> Study:
    """Set up a study of one course run."""
    row = Study(
        organisation=cohort.organisation,
        slug=slug,
        title={"en": "Does it help?", "fi": "Auttaako se?"},
        information={"en": "We ask before and after."},
        lawful_basis="consent",
        ethics_reference="none",
        contact="research@turku.example",
        retention_until=fields.pop("retention_until", date(2090, 1, 1)),
        instrument=Instrument.objects.get(slug="self-assessment"),
        plan=actions.plan_for("D4"),
        **fields,
    )
    return actions.set_up(row, cohorts=[cohort], by=None)


def learner(number: int, *, cohort: Cohort, **fields: Any) -> Enrolment:
    """Enrol somebody new."""
    person = Person.objects.create_user(f"p{number}@example.org", name=f"Person {number}", **fields)
    return enrol(cohort, person=person, how=EnrolledBy.FILE)


def agree(row: Study, enrolment: Enrolment) -> Participant:
    """Have somebody consent to research."""
    place = actions.participant_for(enrolment.person, study=row, enrolment=enrolment)
    actions.decide_consent(place, scopes={"research": True}, day=DAY)
    place.refresh_from_db()
    return place


def answer(row: Study, place: Participant, *, wave: str, values: Any) -> None:
    """Answer a wave: one value for all items, or item -> value."""
    given = values if isinstance(values, dict) else dict.fromkeys(ITEMS, values)
    actions.save_answers(
        place,
        wave=row.waves.get(key=wave),
        values={item: str(value) for item, value in given.items()},
        day=DAY,
    )


def finish(enrolment: Enrolment) -> None:
    """Bring somebody to the end of the course."""
    Enrolment.objects.filter(pk=enrolment.pk).update(
        state=EnrolmentState.COMPLETED, last_active_at=timezone.now(), completed_at=timezone.now()
    )


def fill(row: Study, cohort: Cohort, *, pairs: int, only_before: int = 0, first: int = 1) -> None:
    """Bring people through the study; their answers differ from one to the next."""
    for number in range(first, first + pairs + only_before):
        enrolment = learner(number, cohort=cohort, profession="nurse")
        place = agree(row, enrolment)
        answer(row, place, wave="pre", values=spread(number))
        if number < first + pairs:
            finish(enrolment)
            answer(row, place, wave="post", values=spread(number, more=1 + number % 2))


def spread(number: int, *, more: int = 0) -> dict[str, int]:
    """Return answers that differ between people and between items."""
    return {
        item: min(5, 1 + (number * (place + 3) + place) % 3 + more)
        for place, item in enumerate(ITEMS)
    }
