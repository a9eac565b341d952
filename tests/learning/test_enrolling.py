"""Joining, waiting, moving up, leaving and coming back."""

from datetime import timedelta

import pytest

from digicantrain.learning.actions import (
    EnrolmentError,
    complete_step,
    enrol,
    enrol_many,
    fill_seats,
    leave,
)
from digicantrain.learning.enums import EnrolledBy, EnrolmentState
from digicantrain.learning.models import Enrolment, Notice
from digicantrain.learning.queries import cohort_open, place_in_queue
from digicantrain.learning.tasks import send_seat_free
from digicantrain.programme.models import ModuleVersion
from digicantrain.records.models import Statement
from digicantrain.records.queries import statements_of
from tests.learning import course


def join(run, person, now):
    return enrol(run, person=person, how=EnrolledBy.SELF, now=now)


def test_a_free_seat_makes_an_active_enrolment_on_the_current_version(run, aino, version, now):
    row = join(run, aino, now)

    assert (row.state, row.version, row.how) == (EnrolmentState.ACTIVE, version, EnrolledBy.SELF)


def test_enrolling_is_a_statement_with_a_pseudonym_and_no_name(run, aino, now):
    row = join(run, aino, now)

    statement = Statement.objects.get()
    assert statement.agent.identifier.endswith(str(aino.pseudonym.key))
    assert statement.registration == row.key
    assert statement.verb.iri.endswith("/registered")
    assert "Aino" not in str(statement.body)
    assert aino.email not in str(statement.body)


def test_enrolling_twice_is_once_threat_42(run, aino, now):
    first = join(run, aino, now)
    second = join(run, aino, now + timedelta(hours=1))

    assert first == second
    assert Statement.objects.count() == 1


def test_who_comes_when_all_seats_are_taken_waits(run, aino, farah, now):
    run.seats = 1
    run.save()
    join(run, aino, now)

    row = join(run, farah, now)

    assert row.state == EnrolmentState.WAITING
    assert statements_of(farah.pseudonym.key).count() == 0


def test_a_seat_that_is_left_goes_to_who_waits_longest(run, aino, now, mailoutbox):
    run.seats = 1
    run.save()
    seated = join(run, aino, now)
    waiting = [
        join(run, course.person(f"{n}@example.org", name="N"), now + timedelta(minutes=5 - n))
        for n in (1, 2, 3)
    ]
    assert [place_in_queue(row) for row in waiting] == [3, 2, 1]

    leave(seated, now=now + timedelta(days=1))

    states = [Enrolment.objects.get(pk=row.pk).state for row in waiting]
    assert states == ["waiting", "waiting", "active"]
    notice = Notice.objects.get()
    assert (notice.person_id, notice.kind) == (waiting[2].person_id, "seat-free")
    assert "A seat is free: X1 in autumn" in [mail.subject for mail in mailoutbox]


def test_who_moves_up_begins_the_version_that_is_current_then(run, aino, farah, now):
    run.seats = 1
    run.save()
    seated, waiting = join(run, aino, now), join(run, farah, now)
    newer = ModuleVersion.objects.get(pk=waiting.version_id)
    newer.pk, newer.number, newer.digest = None, 2, "new"
    newer.save()
    run.module.current = newer
    run.module.save()

    leave(seated, now=now)

    assert Enrolment.objects.get(pk=waiting.pk).version == newer


def test_more_seats_move_up_as_many_as_there_are(run, aino, farah, now):
    run.seats = 0
    run.save()
    rows = [join(run, aino, now), join(run, farah, now)]
    run.seats = 5
    run.save()

    moved = fill_seats(run, now=now)

    assert [row.pk for row in moved] == [row.pk for row in rows]
    assert fill_seats(run, now=now) == []


def test_who_comes_back_keeps_what_she_did(own, version, run, aino, now):
    complete_step(own, step=version.steps.get(code="s1"), now=now)
    leave(own, now=now)

    again = join(run, aino, now + timedelta(days=1))

    assert again.pk == own.pk
    assert again.state == EnrolmentState.ACTIVE
    assert again.progress.count() == 1


def test_leaving_twice_changes_nothing(own, now):
    leave(own, now=now)
    leave(own, now=now)

    assert Statement.objects.filter(verb__iri__endswith="/leave").count() == 1


def test_nobody_joins_a_course_that_is_over(run, aino, now):
    run.ends_on = now.date() - timedelta(days=1)
    run.starts_on = run.ends_on
    run.save()

    with pytest.raises(EnrolmentError, match="over"):
        join(run, aino, now)

    assert not Enrolment.objects.exists()


def test_nobody_joins_a_withdrawn_module(run, aino, now):
    run.module.withdrawn_at = now
    run.module.save()

    with pytest.raises(EnrolmentError, match="withdrawn"):
        join(run, aino, now)


def test_a_course_by_invitation_is_absent_for_who_only_knows_its_key(run):
    run.open_to_all = False
    run.save()

    assert cohort_open(run.key) is None


def test_the_mail_about_a_seat_is_not_sent_to_who_left_meanwhile(own, now, mailoutbox):
    leave(own, now=now)

    assert send_seat_free.call(own.pk) == 0
    assert mailoutbox == []


def test_many_are_enrolled_in_their_order_and_the_rest_wait(run, own, aino, farah, now):
    gone = course.enrolled(farah, run=run, now=now)
    leave(gone, now=now)
    run.seats = 3
    run.save()
    new = [course.person(f"{n}@example.org", name="N") for n in range(3)]
    seen = []

    result = enrol_many(
        run, people=[aino, farah, *new], how=EnrolledBy.FILE, progress=seen.append, now=now
    )

    assert result == (2, 2, 1)
    assert seen == [5]
    states = dict(run.enrolments.values_list("person__email", "state"))
    assert [states[p.email] for p in (aino, farah, *new)] == [
        "active",
        "active",
        "active",
        "waiting",
        "waiting",
    ]
    assert Statement.objects.filter(verb__iri__endswith="/registered").count() == 4


@pytest.mark.parametrize("many", [1, 3])
def test_enrolling_many_costs_the_same_however_many(many, run, now, django_assert_num_queries):
    people = [course.person(f"{n}@example.org", name="N") for n in range(many)]

    # the ninth asks what was recognised in an earlier course run
    with django_assert_num_queries(21):
        enrol_many(run, people=people, how=EnrolledBy.FILE, now=now)
