"""Reminders of an end: each once, the nearest alone after a gap, and none that is of no use."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from digicantrain.base import jobs
from digicantrain.credentials import actions, letters, reminders, tasks
from digicantrain.credentials.models import Reminder
from digicantrain.learning.models import Notice
from digicantrain.people.models import AuditEntry
from tests.credentials.lasting import another_run, ending_in, issued_at, joined
from tests.learning.test_last_seat import at_once, needs_threads

pytestmark = pytest.mark.django_db


def remind(*, after=0):
    return reminders.remind_all(now=timezone.now() + timedelta(days=after))


def sent():
    return list(Reminder.objects.order_by("pk").values_list("days", flat=True))


@pytest.mark.parametrize(
    ("left", "days"),
    [(91, []), (90, [90]), (31, [90]), (30, [30]), (8, [30]), (7, [7]), (0, [7]), (-1, [])],
)
def test_the_nearest_reminder_that_is_due_is_sent(enrolment, left, days):
    ending_in(enrolment, left)

    assert remind() == len(days)
    assert sent() == days


def test_one_reminder_for_each_number_of_days_and_not_one_more(enrolment):
    ending_in(enrolment, 95)

    told = [remind(after=day) for day in range(100)]

    assert [day for day, number in enumerate(told) if number] == [5, 65, 88]
    assert sent() == [90, 30, 7]


def test_run_twice_it_tells_once(enrolment):
    ending_in(enrolment, 30)

    assert (remind(), remind()) == (1, 0)
    assert Notice.objects.filter(kind="credential-expires").count() == 1
    assert AuditEntry.objects.filter(action="credential-reminded").count() == 1


def test_after_a_week_without_a_worker_only_the_nearest_is_sent(enrolment):
    ending_in(enrolment, 33)

    assert remind(after=27) == 1
    assert sent() == [7]
    assert remind(after=28) == 0


def test_the_database_itself_refuses_a_second_one(enrolment):
    row = ending_in(enrolment, 30)
    remind()

    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(credential=row, days=30)


@pytest.mark.parametrize(
    ("months", "expected"), [(1, [7]), (2, [30, 7]), (6, [90, 30, 7]), (24, [90, 30, 7])]
)
def test_none_comes_in_the_first_half_of_its_time(enrolment, months, expected):
    version = enrolment.version
    version.data["credit"]["valid_months"] = months
    version.save()
    row = issued_at(enrolment, timezone.now().replace(month=7, day=1, year=2026))
    start = row.issued_at

    assert row.expires_at is not None
    for day in range((row.expires_at - start).days + 2):
        reminders.remind_all(now=start + timedelta(days=day))

    assert sent() == expected


@pytest.mark.parametrize("undo", [actions.revoke, actions.suspend])
def test_nobody_is_reminded_of_what_does_not_stand(enrolment, undo):
    undo(ending_in(enrolment, 20), reason="A mistake", by=None, now=timezone.now())

    assert remind() == 0


def test_what_stands_again_is_reminded_of(enrolment):
    row = ending_in(enrolment, 20)
    actions.suspend(row, reason="A question", by=None, now=timezone.now())
    actions.reinstate(row, reason="Answered", by=None, now=timezone.now())

    assert remind() == 1


def test_nobody_is_reminded_of_what_was_renewed(enrolment, cohort, aino):
    ending_in(enrolment, 20)
    issued_at(joined(another_run(cohort), aino), timezone.now())

    assert remind() == 0


def test_nobody_is_reminded_of_what_was_replaced(enrolment):
    from tests.credentials.states import replaced

    old = ending_in(enrolment, 20)
    replaced(old)
    remind()

    assert not old.reminders.exists()


def test_who_cannot_sign_in_or_was_erased_is_not_written_to(enrolment, aino):
    row = ending_in(enrolment, 20)
    aino.is_active = False
    aino.save()
    assert remind() == 0

    row.person = None
    row.save()
    assert remind() == 0


def test_the_task_runs_each_day():
    (job,) = [one for one in jobs._periodic if one.task is tasks.remind_of_expiry]

    assert job.every == timedelta(days=1)


def test_the_task_reminds(enrolment):
    ending_in(enrolment, 20)

    assert tasks.remind_of_expiry.call() == 1


def test_one_fault_undoes_the_whole_batch(enrolment, monkeypatch):
    ending_in(enrolment, 20)
    monkeypatch.setattr(jobs, "enqueue_each", lambda *_args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        remind()

    assert sent() == []
    assert not Notice.objects.filter(kind="credential-expires").exists()


@pytest.mark.parametrize("how_many", [1, 3])
def test_many_are_reminded_with_as_many_queries_as_one(
    enrolment, cohort, farah, ben, django_assert_num_queries, how_many, monkeypatch
):
    """The mails are tasks of their own; in tests they would be sent at once."""
    monkeypatch.setattr(jobs, "enqueue_each", lambda *_args: None)
    people = [farah, ben][: how_many - 1]
    for one in [enrolment, *(joined(cohort, person) for person in people)]:
        ending_in(one, 20)

    lock_of_the_trail = connection.vendor == "postgresql"
    with django_assert_num_queries(12 + lock_of_the_trail):
        assert remind() == how_many


# --- the mail ---


def letter(row):
    """Remind and return the mail; in tests a task runs when it is enqueued."""
    mail.outbox.clear()
    remind()
    (told,) = mail.outbox
    return told


def test_the_mail_says_the_day_and_how_to_renew_in_ainos_language(enrolment, cohort, aino):
    aino.language = "fi"
    aino.save()
    row = ending_in(enrolment, 30)
    run = another_run(cohort)

    told = letter(row)

    assert told.to == [aino.email]
    assert f"/fi/learn/enrol/{run.key}/" in told.body
    assert "Hyvä Aino," in told.body
    assert f"{row.expires_on.day}. " in told.subject


def test_where_no_course_is_open_the_mail_says_whom_to_ask(enrolment):
    told = letter(ending_in(enrolment, 30))

    assert "Ask your training provider" in told.body
    assert "training@turku.example" in told.body


def test_each_mail_has_a_name_of_its_own_and_the_same_when_sent_again(enrolment):
    row = ending_in(enrolment, 30)
    first = letter(row)
    letters.send_expiring.call(row.reminders.get().pk)
    again = mail.outbox[-1]

    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert f"{row.key}.30@" in first.extra_headers["Message-ID"]


def test_a_mail_that_has_become_wrong_is_not_sent(enrolment):
    row = ending_in(enrolment, 30)
    remind()
    actions.revoke(row, reason="A mistake", by=None, now=timezone.now())
    mail.outbox.clear()

    assert letters.send_expiring.call(row.reminders.get().pk) == 0
    assert mail.outbox == []


def test_aino_finds_the_notice_on_her_page(client, enrolment, aino):
    ending_in(enrolment, 30)
    remind()
    client.force_login(aino)

    html = client.get("/learn/").content.decode()

    assert "A credential of yours is valid until" in html
    assert "How to renew it" in html


def test_what_aino_takes_along_and_what_is_erased(enrolment, aino):
    from digicantrain.people.actions import erase_person, export_person

    row = ending_in(enrolment, 30)
    remind()
    actions.suspend(row, reason="A question of Aino's", by=None, now=timezone.now())

    (kept,) = export_person(aino)["credentials"]["credentials"]
    assert kept["changes"][0]["reason"] == "A question of Aino's"
    assert len(kept["reminded"]) == 1
    erase_person(aino, by=None)
    row.refresh_from_db()
    assert (row.changes.count(), row.reminders.count()) == (0, 0)


@needs_threads
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_once(enrolment, cohort, farah, ben):
    for one in [enrolment, *(joined(cohort, person) for person in (farah, ben))]:
        ending_in(one, 20)

    told = at_once(*[remind] * 4)

    assert sorted(told) == [0, 0, 0, 3]
    assert sent() == [30, 30, 30]
    assert Notice.objects.filter(kind="credential-expires").count() == 3
