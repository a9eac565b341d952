"""Progress: units, steps, minutes left, what is next; and its cost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from digicantrain.learning.actions import complete_step, enrol, open_step
from digicantrain.learning.enums import EnrolledBy, EnrolmentState, StepState
from digicantrain.learning.models import Enrolment, StepProgress
from digicantrain.learning.queries import enrolment_of, enrolments_of, progress_of, progress_of_all
from digicantrain.learning.signals import step_completed
from digicantrain.records.models import Statement
from tests.learning import course


def test_at_first_nothing_is_started_and_the_first_step_is_next(own, now):
    progress = progress_of(own, now=now)

    assert [unit.state for unit in progress.units] == ["not-started", "not-started"]
    assert progress.next.step.code == "s1"
    assert (progress.minutes, progress.minutes_left) == (23, 23)
    assert not progress.started


def test_a_step_that_is_only_designed_is_neither_counted_nor_next(own, version, now):
    for code in ("s1", "s2", "s3"):
        complete_step(own, step=version.steps.get(code=code), now=now)

    progress = progress_of(own, now=now)

    assert progress.total == 3
    assert progress.next is None
    assert [line.step.code for line in progress.units[1].steps] == ["s3", "s4"]


def test_an_opened_step_is_in_progress_and_next_even_out_of_order(own, version, now):
    open_step(own, step=version.steps.get(code="s3"), now=now)

    progress = progress_of(own, now=now)

    assert progress.next.step.code == "s3"
    assert progress.units[1].state is StepState.IN_PROGRESS


def test_done_steps_leave_fewer_minutes(own, version, now):
    complete_step(own, step=version.steps.get(code="s1"), now=now)

    progress = progress_of(own, now=now)

    assert (progress.minutes_left, progress.done) == (18, 1)
    assert progress.next.step.code == "s2"
    assert progress.units[0].minutes_left == 8


def test_a_step_that_opens_later_is_not_next_but_waited_for(own, version, now):
    row = open_step(own, step=version.steps.get(code="s1"), now=now)
    row.opens_at = now + timedelta(hours=1)
    row.save()

    progress = progress_of(own, now=now)

    assert progress.next.step.code == "s2"
    assert progress.waiting.step.code == "s1"
    assert progress_of(own, now=now + timedelta(hours=2)).next.step.code == "s1"


def test_opening_is_told_once(own, version, now):
    step = version.steps.get(code="s1")
    open_step(own, step=step, now=now)
    open_step(own, step=step, now=now + timedelta(days=1))

    assert Statement.objects.filter(verb__iri__endswith="/open").count() == 1
    assert StepProgress.objects.get().started_at == now


def test_completing_twice_keeps_the_first_score_threat_2(own, version, now):
    step = version.steps.get(code="s1")
    complete_step(own, step=step, now=now, score=Decimal(3), possible=Decimal(4))
    complete_step(own, step=step, now=now, score=Decimal(4), possible=Decimal(4))

    assert StepProgress.objects.get().score == Decimal(3)
    statement = Statement.objects.get(verb__iri__endswith="/completed")
    assert statement.body["result"]["score"] == {"scaled": 0.75, "raw": 3.0, "min": 0.0, "max": 4.0}


def test_the_signal_is_sent_once(own, version, now):
    heard = []

    def hear(sender, **news):
        heard.append((sender, news["enrolment"], news["step"]))

    step_completed.connect(hear)
    step = version.steps.get(code="s1")
    try:
        complete_step(own, step=step, now=now)
        complete_step(own, step=step, now=now)
    finally:
        step_completed.disconnect(hear)

    assert heard == [(StepProgress, own, step)]


def test_the_last_written_step_completes_the_course(own, version, now):
    for code in ("s1", "s2", "s3"):
        complete_step(own, step=version.steps.get(code=code), now=now)

    row = Enrolment.objects.get(pk=own.pk)
    assert (row.state, row.completed_at) == (EnrolmentState.COMPLETED, now)
    told = Statement.objects.filter(
        verb__iri__endswith="/completed", activity__iri__endswith="/X1/1"
    )
    assert told.count() == 1


@pytest.mark.parametrize("steps", [1, 3, 40])
def test_progress_takes_one_query_however_long_the_module(
    steps, aino, now, django_assert_num_queries
):
    version = course.module("LONG")
    unit = course.unit(version)
    for number in range(steps):
        course.step(unit, f"p{number}")
    row = enrol(course.cohort(version), person=aino, how=EnrolledBy.SELF)
    own = enrolment_of(aino, key=row.key)

    # units, steps and progress; then units and steps are known
    with django_assert_num_queries(3):
        progress_of(own, now=now)
    with django_assert_num_queries(1):
        progress = progress_of(own, now=now)
        assert progress.total == steps


@pytest.mark.parametrize("many", [1, 3])
def test_progress_of_many_enrolments_takes_four_queries(many, aino, now, django_assert_num_queries):
    for number in range(many):
        version = course.module(f"M{number}")
        course.step(course.unit(version), "p")
        enrol(course.cohort(version), person=aino, how=EnrolledBy.SELF)

    with django_assert_num_queries(4):
        rows = enrolments_of(aino)
        progress = progress_of_all(rows, now=now)
        assert {row.version.module.code for row in rows} == {f"M{n}" for n in range(many)}
        assert len(progress) == many


def test_completing_a_step_takes_few_queries(own, version, now, django_assert_num_queries):
    step = version.steps.get(code="s1")
    open_step(own, step=step, now=now)

    # savepoint, progress, its update, statement, place, steps left, what can be earned, release
    with django_assert_num_queries(16):
        complete_step(own, step=step, now=now)
