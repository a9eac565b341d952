"""Two people press for the last seat at the same moment; PostgreSQL only, with real threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from digicantrain.learning.actions import enrol, fill_seats, leave
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Enrolment, Notice
from digicantrain.records.models import Statement
from tests.learning import course

needs_threads = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite in memory belongs to one thread"
)


def at_once(*acts):
    """Run acts in threads that start together; each has a connection of its own."""
    together = Barrier(len(acts))

    def run(act):
        together.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(run, act) for act in acts]]


@needs_threads
@pytest.mark.django_db(transaction=True)
def test_the_last_seat_is_given_once(run):
    run.seats = 1
    run.save()
    people = [course.person(f"{n}@example.org", name="N") for n in range(8)]

    at_once(*[lambda p=p: enrol(run, person=p, how=EnrolledBy.SELF) for p in people])

    states = sorted(Enrolment.objects.values_list("state", flat=True))
    assert states == ["active"] + ["waiting"] * 7
    assert Statement.objects.count() == 1


@needs_threads
@pytest.mark.django_db(transaction=True)
def test_pressing_in_two_tabs_at_once_enrols_once(run, aino):
    at_once(*[lambda: enrol(run, person=aino, how=EnrolledBy.SELF)] * 4)

    assert Enrolment.objects.get().person == aino
    assert Statement.objects.count() == 1


@needs_threads
@pytest.mark.django_db(transaction=True)
def test_a_seat_that_is_left_twice_at_once_moves_up_one(run, aino, now):
    run.seats = 1
    run.save()
    seated = course.enrolled(aino, run=run, now=now)
    for n in range(3):
        enrol(run, person=course.person(f"{n}@example.org", name="N"), how=EnrolledBy.SELF)

    at_once(
        *[lambda: leave(seated, now=timezone.now())] * 2,
        *[lambda: fill_seats(run, now=timezone.now())] * 2,
    )

    assert run.enrolments.filter(state="active").count() == 1
    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_the_course_run_is_locked_before_seats_are_counted(
    run, aino, django_assert_num_queries, monkeypatch
):
    """Where no threads can run: the lock is taken in the statement that comes first."""
    from digicantrain.learning.models import Cohort

    locked = []
    original = Cohort.objects.select_for_update

    def lock(**options):
        locked.append(options)
        return original(**options)

    monkeypatch.setattr(Cohort.objects, "select_for_update", lock)

    enrol(run, person=aino, how=EnrolledBy.SELF)

    assert locked == [{"of": ("self",)}]
