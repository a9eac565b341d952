"""Threat 46: what fails on the way leaves nothing half written, and a page that helps."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import OperationalError, connection
from django.utils import timezone

from digicantrain.assessment import actions as testing
from digicantrain.assessment.models import Attempt
from digicantrain.learning import actions
from digicantrain.learning.case.play import choose
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.feedback.actions import submit
from digicantrain.learning.feedback.form import FeedbackForm
from digicantrain.learning.queries import enrolment_of, part_of

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE")


class Outage:
    """Lets the writes of a block go through until one of them, which fails."""

    def __init__(self, at):
        self.left = at

    def __call__(self, execute, sql, *rest):
        if sql.lstrip().upper().startswith(WRITES):
            self.left -= 1
            if self.left == 0:
                raise OperationalError("database or disk is full")
        return execute(sql, *rest)


@contextmanager
def outage(at):
    """Fail at the nth write; yields what is left to count down."""
    failing = Outage(at)
    with connection.execute_wrapper(failing):
        yield failing


def everything():
    """Return every row of every table of ours."""
    ours = [m for m in apps.get_models() if m.__module__.startswith("digicantrain.")]
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in ours}


@pytest.fixture
def own(enrolment, aino):
    """Aino's enrolment, as pages fetch it."""

    def fetch():
        return enrolment_of(aino, key=enrolment.key)

    return fetch


def _hand_in(own, steps, *, option):
    attempt = testing.begin(own(), step=steps["test"], now=timezone.now())
    for number in (1, 2, 3):
        testing.respond(own(), attempt=attempt, number=number, option=option, now=timezone.now())
    return lambda: testing.hand_in(own(), attempt=attempt, now=timezone.now())


def passing(own, steps, **_cast):
    """Hand in a test that is passed; it is the last step of the course."""
    act = _hand_in(own, steps, option="a")
    for code in set(steps) - {"test"}:
        actions.complete_step(own(), step=steps[code], now=timezone.now())
    return act


def failing(own, steps, **_cast):
    """Hand in a test that is not passed."""
    return _hand_in(own, steps, option="b")


def beginning(own, steps, **_cast):
    """Begin a test."""
    return lambda: testing.begin(own(), step=steps["test"], now=timezone.now())


def completing(own, steps, **_cast):
    """Complete a step."""
    return lambda: actions.complete_step(own(), step=steps["note"], now=timezone.now())


def ending_a_case(own, steps, **_cast):
    """Choose what ends the case that counts."""
    design = part_of(own().version_id, "cases", "call", "design")

    def act(made):
        return choose(
            own(), step=steps["graded-call"], design=design, made=made, now=timezone.now()
        )

    act(("S1", "a"))
    return lambda: act(("S2", "a"))


def giving_feedback(own, steps, **_cast):
    """Send the course feedback form."""
    form = FeedbackForm.read(part_of(own().version_id, "forms", "course-feedback"))
    answers = {"useful": "5", "better": "x"}
    return lambda: submit(
        own(), step=steps["feedback"], form=form, answers=answers, filled_in=("en", timezone.now())
    )


def enrolling(cohort, farah, **_cast):
    """Enrol somebody."""
    return lambda: actions.enrol(cohort, person=farah, how=EnrolledBy.SELF)


def leaving(own, cohort, farah, **_cast):
    """Leave, so that somebody else moves up."""
    cohort.seats = 1
    cohort.save()
    actions.enrol(cohort, person=farah, how=EnrolledBy.SELF)
    return lambda: actions.leave(own(), now=timezone.now())


@pytest.mark.parametrize(
    ("prepare", "writes"),
    [(passing, 15), (failing, 7), (beginning, 9), (completing, 8), (ending_a_case, 13),
     (giving_feedback, 9), (enrolling, 5), (leaving, 11)],
)  # fmt: skip
def test_threat_46_a_failure_at_any_write_leaves_all_as_it_was(
    own, steps, cohort, farah, prepare, writes
):
    act = prepare(own=own, steps=steps, cohort=cohort, farah=farah)
    before = everything()

    for at in range(1, writes + 1):
        with outage(at), pytest.raises(OperationalError):
            act()
        assert everything() == before, f"write {at}"

    with outage(writes + 1) as last:
        act()
    # the tests run the task of issuing at once, and it writes in a transaction of its own
    assert last.left == (0 if prepare is passing else 1)
    assert everything() != before


@pytest.fixture
def read_only():
    """A database that takes no writes, as after a failed disk."""
    if connection.vendor != "sqlite":
        pytest.skip("The pragma is SQLite's; PostgreSQL refuses by its own setting.")

    @contextmanager
    def act():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")

    return act


def test_threat_46_a_read_only_database_gives_a_page_that_helps(
    hers, home, attempt, answer, hand_in, read_only
):
    answer(attempt, 1, "a")
    hers.raise_request_exception = False

    with read_only():
        responses = [answer(attempt, 2, "a"), hand_in(attempt)]

    for response in responses:
        html = response.content.decode()
        assert response.status_code == 500
        assert "What you had saved is kept" in html
        assert "Traceback" not in html
    assert Attempt.objects.get().submitted_at is None
    assert attempt.responses.count() == 1


def test_threat_46_with_a_read_only_database_home_and_pages_can_still_be_read(
    hers, home, read_only
):
    for tail in ("first-look/", "note/"):
        hers.get(f"{home}{tail}")

    with read_only():
        for address in ("/learn/", home, f"{home}first-look/", f"{home}note/"):
            assert hers.get(address).status_code == 200


def test_threat_46_after_an_outage_she_goes_on_where_she_was(hers, home, attempt, answer):
    hers.raise_request_exception = False
    with outage(1):
        assert answer(attempt, 1, "a").status_code == 500

    assert hers.get(f"{home}test/").headers["Location"] == f"{home}test/1/"
    assert answer(attempt, 1, "a").headers["Location"] == f"{home}test/2/"
    assert timezone.now() - attempt.started_at < timedelta(minutes=5)
