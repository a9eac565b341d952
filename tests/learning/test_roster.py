"""A CSV file of people: looked at first, written whole or not at all, told by mail; threat 33."""

import codecs
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from digicantrain.core.tables import TableError
from digicantrain.learning import roster
from digicantrain.learning.actions import EnrolmentError, enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Enrolment
from digicantrain.learning.tasks import send_enrolled
from digicantrain.people.models import AuditEntry, Membership, Person, Pseudonym
from digicantrain.records import writing
from digicantrain.records.models import Statement

HEADER = "email,name,language\n"


def people(many, *, start=0):
    rows = (f"nurse{n}@example.org,Nurse {n},fi\n" for n in range(start, start + many))
    return (HEADER + "".join(rows)).encode()


def read(data, run):
    return roster.read(data.encode() if isinstance(data, str) else data, cohort=run)


def write(data, run):
    return roster.enrol_all(read(data, run), by=None)


def nothing_is_written():
    return not (Person.objects.exists() or Enrolment.objects.exists() or Statement.objects.exists())


TEXT = HEADER + "ann@example.org,Änn,fi\n"


@pytest.mark.parametrize(
    "data",
    [TEXT.encode(), codecs.BOM_UTF8 + TEXT.encode(), TEXT.encode("utf-16"),
     codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), TEXT.replace(",", ";").encode(),
     TEXT.replace(",", "\t").encode(), TEXT.replace("\n", "\r\n").encode()],
    ids=["utf-8", "bom", "utf-16", "utf-16-be", "semicolons", "tabs", "crlf"],
)  # fmt: skip
def test_threat_33_what_spreadsheets_write_enrols_the_same_person(run, data):
    write(data, run)

    person = Person.objects.get()
    assert (person.email, person.name, person.language) == ("ann@example.org", "Änn", "fi")
    assert not person.has_usable_password()
    assert Enrolment.objects.get().how == EnrolledBy.FILE


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(TEXT.encode("latin-1"), "not UTF-8"), (b"email,name\na@example.org,A\0\n", "NUL"),
     (b"email,name\n" + b"x" * 100_000_000, "at most 5,000,000"),
     (("email,name," + ",".join(f"c{n}" for n in range(10_000))).encode(), "10,002 columns"),
     (b"", "empty"), (b"name\nAnn\n", "missing: email")],
    ids=["latin-1", "nul", "100 MB line", "10,000 columns", "empty", "no e-mail"],
)  # fmt: skip
def test_threat_33_a_file_that_cannot_be_read_is_refused_in_a_sentence(run, data, sentence):
    with pytest.raises(TableError, match=sentence):
        read(data, run)

    assert nothing_is_written()


@pytest.mark.parametrize(
    ("rows", "line", "field", "words"),
    [("a@example.org,A,\nA@EXAMPLE.org,B,\n", 3, "email", "stands in line 2"),
     ("аnn@example.org,Ann,\n", 2, "email", "letters outside a to z"),
     ("ann@exаmple.org,Ann,\n", 2, "email", "letters outside a to z"),
     ('a@example.org,"Ann,\n', 2, "", "never closed"),
     ("a@example.org,A,xx\n", 2, "language", "not one of the languages"),
     ("a@example.org,A,fi,more\n", 2, "", "It has 4 cells"),
     (f"a@example.org,{'x' * 3_000},\n", 2, "name", "3,000 characters"),
     ("a@example.org,A\u202eB,\n", 2, "name", "cannot be shown"),
     ("a@example.org\n", 2, "", "It has 1 cells"),
     ("@,A,\n", 2, "email", "is not an e-mail address")],
)  # fmt: skip
def test_threat_33_a_fault_names_line_and_field_and_nothing_is_written(
    run, rows, line, field, words
):
    plan = read(HEADER + rows, run)

    fault = next(fault for fault in plan.faults if words in fault.text)
    assert (fault.line, fault.field) == (line, field)
    with pytest.raises(ValueError, match="nobody was enrolled"):
        roster.enrol_all(plan, by=None)
    assert nothing_is_written()


def test_threat_33_columns_that_give_power_are_ignored_and_said(run):
    text = "email,name,is_superuser,role,is_staff\na@example.org,A,1,administrator,1\n"

    plan = read(text, run)
    roster.enrol_all(plan, by=None)

    person = Person.objects.get()
    assert plan.ignored == ["is_superuser", "role", "is_staff"]
    assert (person.is_superuser, person.is_staff) == (False, False)
    assert not Membership.objects.exists()


def test_the_same_file_again_changes_nothing_and_writes_to_nobody(run, mailoutbox):
    write(people(3), run)
    mailoutbox.clear()

    report = write(people(3), run)

    assert (report.new_people, report.enrolled, report.already) == (0, 0, 3)
    assert (Person.objects.count(), Enrolment.objects.count()) == (3, 3)
    assert mailoutbox == []


def test_somebody_known_keeps_her_name_and_account(run, aino):
    write(f"email,name\n{aino.email.upper()},Somebody Else\n", run)

    aino.refresh_from_db()
    assert aino.name == "Aino Virtanen"
    assert Enrolment.objects.get().person == aino


def test_the_check_says_how_many_will_wait_however_few_seats_there_are(run, aino):
    enrol(run, person=aino, how=EnrolledBy.SELF)
    run.seats = 0
    run.save()

    plan = read(people(3), run)

    assert plan.waiting == 3
    assert "3 of them on the waiting list" in plan.summary()


def test_nobody_is_enrolled_in_a_run_that_is_over_and_the_check_says_so(run, now):
    plan = read(people(2), run)
    run.starts_on = run.ends_on = date(2020, 1, 1)
    run.save()
    run.refresh_from_db()

    with pytest.raises(EnrolmentError, match="over"):
        read(people(2), run)
    with pytest.raises(EnrolmentError, match="over"):
        roster.enrol_all(plan, by=None)
    assert nothing_is_written()


def test_each_is_told_by_mail_in_her_language_where_to_go_and_how_to_sign_in(run, mailoutbox):
    write(people(1) + b"ann@example.org,Ann Aho,en\n", run)

    mails = {mail.to[0]: mail for mail in mailoutbox}
    rows = {row.person.email: row for row in Enrolment.objects.select_related("person")}
    ann = mails["ann@example.org"]
    assert ann.subject == "You are enrolled: X1 in autumn"
    assert f"/learn/{rows['ann@example.org'].key}/" in ann.body
    assert "Northern Cancer Centre has enrolled you" in ann.body
    assert "/account/login/code/" in ann.body
    assert "/account/password/reset/" in ann.body
    assert "/fi/learn/" in mails["nurse0@example.org"].body


def test_who_only_waits_is_told_so(run, mailoutbox):
    run.seats = 1
    run.save()

    write(people(2), run)

    subjects = [mail.subject.split(":")[0] for mail in mailoutbox]
    assert len(set(subjects)) == 2
    with_english = HEADER + "eve@example.org,Eve,en\n"
    write(with_english, run)
    assert mailoutbox[-1].subject == "You are on the waiting list: X1 in autumn"


def test_who_has_a_password_is_not_told_to_ask_for_a_code(run, aino, mailoutbox):
    write(f"email,name\n{aino.email},Aino\n", run)

    assert "Sign in with this address and your password." in mailoutbox[0].body
    assert "/login/code/" not in mailoutbox[0].body


def test_no_mail_goes_to_who_left_or_was_erased_meanwhile(run, mailoutbox):
    write(people(1), run)
    row = Enrolment.objects.get()
    row.state = "left"
    row.save()
    mailoutbox.clear()

    assert (send_enrolled.call(row.pk), send_enrolled.call(0)) == (0, 0)
    assert mailoutbox == []


def test_threat_26_a_name_of_a_course_never_becomes_a_header(run, mailoutbox):
    run.title = "Autumn\nBcc: all@example.org"
    run.save()

    write(people(1), run)

    assert "\n" not in mailoutbox[0].subject
    assert mailoutbox[0].recipients() == ["nurse0@example.org"]


@pytest.mark.parametrize("broken", ["people", "enrolments", "statements", "trail", "mail"])
def test_threat_46_a_failure_on_the_way_leaves_nobody_behind(run, monkeypatch, broken):
    plan = read(people(3), run)
    target = {
        "people": (Pseudonym.objects, "bulk_create"),
        "enrolments": (Enrolment.objects, "bulk_create"),
        "statements": (writing, "insert"),
        "trail": (roster, "record"),
        "mail": (roster, "_announce"),
    }[broken]

    def fail(*_args, **_kwargs):
        raise OSError("The disk is full.")

    monkeypatch.setattr(*target, fail)
    with pytest.raises(OSError, match="full"):
        roster.enrol_all(plan, by=None)

    assert nothing_is_written()
    assert not AuditEntry.objects.exists()


@pytest.fixture
def queued(settings):
    """Tasks wait in the database for a worker, as they do in real life."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.mark.parametrize("many", [1, 3])
def test_enrolling_asks_no_more_of_the_database_for_each_row(
    run, queued, many, django_assert_num_queries
):
    with django_assert_num_queries(3):
        plan = read(people(many), run)
    # PostgreSQL locks the trail
    with django_assert_num_queries(35 if connection.vendor == "sqlite" else 36):
        roster.enrol_all(plan, by=None)


def test_four_hundred_take_a_few_queries_more(run, queued, django_assert_max_num_queries):
    """SQLite takes some eighty rows by INSERT: ten statements more, not four hundred."""
    plan = read(people(400), run)

    with django_assert_max_num_queries(45):
        roster.enrol_all(plan, by=None)


def test_the_mails_of_many_are_queued_once_each_by_one_task(run, queued):
    from django_tasks_db.models import DBTaskResult

    from digicantrain.base import jobs

    write(people(3), run)
    jobs.run(jobs.claim("w", now=timezone.now()))

    waiting = DBTaskResult.objects.filter(status="READY")
    assert [row.task_path.rsplit(".", 1)[1] for row in waiting] == ["send_enrolled"] * 3
