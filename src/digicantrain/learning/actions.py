"""Writes about course runs and progress; each learning event is told to the record store."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digicantrain.core.xapi.events import Result, Score, Verb
from digicantrain.learning import tasks
from digicantrain.learning.enums import EnrolledBy, EnrolmentState, StepState
from digicantrain.learning.models import (
    Answer,
    Cohort,
    Enrolment,
    ErrorReport,
    Notice,
    StepProgress,
)
from digicantrain.learning.queries import (
    TAKES_A_SEAT,
    enrolments,
    learners_of,
    recognised_of,
)
from digicantrain.learning.signals import step_completed
from digicantrain.learning.statements import Deed, lesson, tell, tell_all, tell_deeds
from digicantrain.people.models import Person
from digicantrain.programme.models import Module, ModuleVersion, Step

LONGEST_TEXT = 5_000
BATCH = 500


class EnrolmentError(ValueError):
    """Somebody cannot join a course run; the sentence says why."""


class TextError(ValueError):
    """A text cannot be kept; the sentence says why."""


# --- course runs ---


class Enrolled(NamedTuple):
    """How many were enrolled, put on the waiting list, or in the course run already."""

    enrolled: int
    waiting: int
    already: int


def enrol(
    cohort: Cohort, *, person: Person, how: EnrolledBy, now: datetime | None = None
) -> Enrolment:
    """Enrol a person, or put her on the waiting list when every seat is taken.

    Enrolling twice changes nothing; who left and comes back keeps what she did.
    """
    now = now or timezone.now()
    with transaction.atomic():
        locked = _locked(cohort)
        row = Enrolment.objects.filter(cohort=locked, person=person).first()
        if row is not None and row.state != EnrolmentState.LEFT:
            return row
        version = version_to_begin(locked, now=now)
        if row is None:
            known = recognised_of([person], module=locked.module)
            row = Enrolment(cohort=locked, person=person, version=version, how=how)
            row.recognised = known.get(person.pk, [])
        row.created_at = now
        row.state = EnrolmentState.ACTIVE if free_seats(locked) > 0 else EnrolmentState.WAITING
        row.save()
        if row.state == EnrolmentState.ACTIVE:
            tell(row, Verb.REGISTERED, now=now)
    return row


def enrol_many(
    cohort: Cohort,
    *,
    people: Sequence[Person],
    how: EnrolledBy,
    progress: Callable[[int], object] = lambda _done: None,
    now: datetime | None = None,
) -> Enrolled:
    """Enrol many people in their order, all or none, with a few queries for each 500 of them."""
    now = now or timezone.now()
    counted = Counter[str]()
    with transaction.atomic():
        locked = _locked(cohort)
        batch = _Batch(locked, version_to_begin(locked, now=now), how, now)
        for start in range(0, len(people), BATCH):
            part = people[start : start + BATCH]
            counted += _enrol_batch(batch, part)
            progress(start + len(part))
    return Enrolled(
        counted[EnrolmentState.ACTIVE], counted[EnrolmentState.WAITING], counted["already"]
    )


class _Batch(NamedTuple):
    cohort: Cohort
    version: ModuleVersion
    how: EnrolledBy
    now: datetime


def _enrol_batch(batch: _Batch, people: Sequence[Person]) -> Counter[str]:
    rows = {row.person_id: row for row in batch.cohort.enrolments.filter(person__in=people)}
    back = [row for row in rows.values() if row.state == EnrolmentState.LEFT]
    known = recognised_of(people, module=batch.cohort.module)
    new = [
        Enrolment(
            cohort=batch.cohort,
            person=person,
            version=batch.version,
            how=batch.how,
            recognised=known.get(person.pk, []),
        )
        for person in people
        if person.pk not in rows
    ]
    free = max(0, free_seats(batch.cohort))
    for place, row in enumerate([*back, *new]):
        row.created_at = batch.now
        row.state = EnrolmentState.ACTIVE if place < free else EnrolmentState.WAITING
    Enrolment.objects.bulk_update(back, ["created_at", "state"])
    Enrolment.objects.bulk_create(new)
    seated = [row.key for row in [*back, *new] if row.state == EnrolmentState.ACTIVE]
    tell_all(enrolments().filter(key__in=seated), Verb.REGISTERED, now=batch.now)
    counted = Counter(str(row.state) for row in [*back, *new])
    counted["already"] = len(rows) - len(back)
    return counted


def leave(enrolment: Enrolment, *, now: datetime) -> Enrolment:
    """Leave a course run; the seat goes to who waits longest. A completed course is not left."""
    with transaction.atomic():
        cohort = _locked(enrolment.cohort)
        row = enrolments().get(pk=enrolment.pk)
        if row.state not in {EnrolmentState.ACTIVE, EnrolmentState.WAITING}:
            return row
        was_active = row.state == EnrolmentState.ACTIVE
        row.state = EnrolmentState.LEFT
        row.save(update_fields=["state"])
        if was_active:
            tell(row, Verb.LEFT, now=now)
            fill_seats(cohort, now=now)
    return row


def fill_seats(cohort: Cohort, *, now: datetime) -> list[Enrolment]:
    """Give free seats to those who wait, in the order in which they came; tell each of them."""
    with transaction.atomic():
        locked = _locked(cohort)
        current = locked.module.current
        free = free_seats(locked)
        if free <= 0 or current is None or locked.module.withdrawn_at:
            return []
        waiting = enrolments().filter(cohort=locked, state=EnrolmentState.WAITING)
        moved = list(waiting.order_by("created_at", "pk")[:free])
        for row in moved:
            _seat(row, version=current)
        tell_all(moved, Verb.REGISTERED, now=now)
        Notice.objects.bulk_create(_seat_free(row, now) for row in moved)
    return moved


def _seat(row: Enrolment, *, version: ModuleVersion) -> None:
    row.state, row.version = EnrolmentState.ACTIVE, version
    row.save(update_fields=["state", "version"])
    tasks.send_seat_free.enqueue(row.pk)


def _seat_free(row: Enrolment, now: datetime) -> Notice:
    return Notice(
        person_id=row.person_id,
        kind=Notice.SEAT_FREE,
        data={"enrolment": str(row.key), "cohort": row.cohort.title},
        at=now,
    )


def _locked(cohort: Cohort) -> Cohort:
    """Return the course run with its row locked, so that a seat is given once."""
    return (
        Cohort.objects.select_for_update(of=("self",))
        .select_related("organisation", "module__current__module__programme")
        .defer("module__current__data")
        .get(pk=cohort.pk)
    )


def version_to_begin(cohort: Cohort, *, now: datetime) -> ModuleVersion:
    """Return the version that who joins now begins, or say why nobody can join any more."""
    if cohort.module.withdrawn_at or cohort.module.current is None:
        raise EnrolmentError(_("This module was withdrawn. You cannot join it any more."))
    if cohort.ends_on < now.date():
        raise EnrolmentError(_("This course is over. You cannot join it any more."))
    return cohort.module.current


def free_seats(cohort: Cohort) -> int:
    """Return how many seats nobody has; below zero when seats were taken away."""
    return cohort.seats - cohort.enrolments.filter(state__in=TAKES_A_SEAT).count()


# --- steps ---


def open_step(enrolment: Enrolment, *, step: Step, now: datetime) -> StepProgress:
    """Note that a learner opened a step for the first time, and that she is there now."""
    with transaction.atomic():
        row, opened = StepProgress.objects.get_or_create(
            enrolment=enrolment, step=step, defaults={"started_at": now, "saved_at": now}
        )
        if opened:
            tell(enrolment, Verb.OPENED, about=lesson(enrolment, step), now=now)
            arrive(enrolment, step=step, now=now)
    return row


def locked_progress(enrolment: Enrolment, *, step: Step, now: datetime) -> StepProgress:
    """Return the progress in a step with its row locked; call it inside a transaction."""
    row, _made = StepProgress.objects.select_for_update().get_or_create(
        enrolment=enrolment, step=step, defaults={"started_at": now, "saved_at": now}
    )
    return row


def complete_step(
    enrolment: Enrolment,
    *,
    step: Step,
    now: datetime,
    score: Score | None = None,
    by: Sequence[Deed] = (),
) -> StepProgress:
    """Mark a step done, once: a later call changes neither score nor time.

    Called by activity kinds after their own rules are met, never with a learner's own figures.
    `by` is what completes it; it is told in any case, and together with what follows from it.
    """
    with transaction.atomic():
        row = locked_progress(enrolment, step=step, now=now)
        if row.state == StepState.DONE:
            tell_deeds(enrolment, by, now=now)
            return row
        row.state = StepState.DONE
        if score is not None:
            row.score, row.possible = score.points, score.possible
        row.saved_at = row.completed_at = now
        row.opens_at = None
        row.save()
        done = Deed(Verb.COMPLETED, lesson(enrolment, step), Result(score, completion=True))
        arrive(enrolment, step=step, now=now)
        tell_deeds(enrolment, (*by, done, *_complete_course(enrolment, now=now)), now=now)
        step_completed.send(sender=StepProgress, enrolment=enrolment, step=step)
    return row


def arrive(enrolment: Enrolment, *, step: Step, now: datetime) -> None:
    """Keep the place at which a learner is, so that Continue leads there on any device."""
    enrolment.last_step, enrolment.last_active_at = step, now
    enrolment.save(update_fields=["last_step", "last_active_at"])


def _complete_course(enrolment: Enrolment, *, now: datetime) -> list[Deed]:
    """Close the enrolment when every written step is done, but for units that were recognised.

    Return what is to be told of it.
    """
    if enrolment.completed_at is not None:
        return []
    done = StepProgress.objects.filter(enrolment=enrolment, state=StepState.DONE)
    written = Step.objects.filter(version=enrolment.version_id, written=True)
    written = written.exclude(unit__code__in=enrolment.recognised)
    if written.exclude(pk__in=done.values("step")).exists():
        return []
    enrolment.state, enrolment.completed_at = EnrolmentState.COMPLETED, now
    enrolment.save(update_fields=["state", "completed_at"])
    return [Deed(Verb.COMPLETED, result=Result(completion=True))]


def waive_units(enrolment: Enrolment, *, units: Sequence[str], now: datetime) -> None:
    """Note that what these units teach was recognised: she need not study them."""
    with transaction.atomic():
        row = enrolments().select_for_update(of=("self",)).get(pk=enrolment.pk)
        row.recognised = sorted({*row.recognised, *units})
        row.save(update_fields=["recognised"])
        if row.state == EnrolmentState.ACTIVE:
            tell_deeds(row, _complete_course(row, now=now), now=now)


# --- answers, notices, reports ---


def keep_answer(
    enrolment: Enrolment, *, step: Step, question: str, value: str, now: datetime
) -> tuple[Answer, bool]:
    """Keep an answer; return it and whether it is new or changed."""
    if len(value) > LONGEST_TEXT:
        raise TextError(too_long(len(value)))
    with transaction.atomic():
        row = (
            Answer.objects.select_for_update()
            .filter(enrolment=enrolment, step=step, question=question)
            .first()
        )
        if row is not None and row.value == value:
            return row, False
        row = row or Answer(enrolment=enrolment, step=step, question=question)
        row.value, row.answered_at = value, now
        row.save()
        arrive(enrolment, step=step, now=now)
    return row, True


def too_long(length: int) -> str:
    """Return the sentence for a text over the limit."""
    return _("Your text has {length} characters; write {limit} or fewer.").format(
        length=length, limit=LONGEST_TEXT
    )


def put_away(notice: Notice, *, now: datetime) -> None:
    """Mark a notice as read."""
    notice.read_at = now
    notice.save(update_fields=["read_at"])


def report_error(
    text: str,
    *,
    address: str,
    person: Person | None = None,
    enrolment: Enrolment | None = None,
    step: Step | None = None,
) -> ErrorReport:
    """Keep what a reader says is wrong on a page."""
    if len(text) > LONGEST_TEXT:
        raise TextError(too_long(len(text)))
    return ErrorReport.objects.create(
        version_id=enrolment.version_id if enrolment else None,
        step=step,
        person=person,
        address=address[:300],
        text=text,
    )


def tell_withdrawn(module: Module, *, now: datetime) -> int:
    """Put a notice before everybody who learned a module that was withdrawn, and mail them."""
    learners = list(learners_of(module))
    data: dict[str, Any] = {"module": module.code, "reason": module.withdrawn_reason}
    with transaction.atomic():
        notices = Notice.objects.bulk_create(
            Notice(person=person, kind=Notice.MODULE_WITHDRAWN, data=data, at=now)
            for person in learners
        )
        for person in learners:
            tasks.send_withdrawn.enqueue(person.pk, module.pk)
    return len(notices)
