"""The learner's home: one Continue, what else is under way, what there is to know."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from digicantrain.learning import actions
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Notice
from digicantrain.learning.queries import enrolment_of
from digicantrain.web.learner.home import greeting
from tests.learning import course

pytestmark = pytest.mark.django_db


def html_of(client, address="/learn/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def own(person, run):
    """Enrol somebody in a run and fetch the enrolment as pages do."""
    return course.enrolled(person, run=run)


def test_there_is_one_button_and_it_leads_to_the_first_step(hers, enrolment):
    html = html_of(hers)

    assert html.count("next-button") == 1
    assert f'href="/learn/{enrolment.key}/first-look/"' in html
    assert "Begin" in html
    assert "in small steps" in html


def test_continue_leads_to_the_step_she_was_in_and_fewer_minutes_are_left(
    hers, home, steps, enrolment, aino
):
    found = enrolment_of(aino, key=enrolment.key)
    actions.complete_step(found, step=steps["first-look"], now=timezone.now())
    hers.get(f"{home}note/")

    html = html_of(hers)

    assert "Continue" in html
    assert f'href="{home}note/"' in html
    assert "42 min left of 50 min" in html
    assert "1 of 7 steps done" in html


def test_of_several_courses_the_latest_has_the_only_button(hers, aino, enrolment):
    older = own(aino, course.cohort(_module("X8")))
    newer = own(aino, course.cohort(_module("X9")))
    actions.open_step(older, step=older.version.steps.get(), now=timezone.now())
    later = timezone.now() + timedelta(minutes=1)
    actions.open_step(newer, step=newer.version.steps.get(), now=later)

    html = html_of(hers)

    assert html.count("next-button") == 1
    assert f'href="/learn/{newer.key}/s1/"' in html
    for row in (enrolment, older, newer):
        assert f'href="/learn/{row.key}/"' in html


def _module(code):
    version = course.module(code)
    course.step(course.unit(version), "s1")
    return version


def test_who_has_no_course_is_told_what_to_do(hers):
    html = html_of(hers)

    assert "You have not begun a course yet." in html
    assert 'href="/modules/?open=yes"' in html
    assert html.count("next-button") == 1


def test_who_waits_sees_it_and_her_place_in_the_queue(client, cohort, aino, farah):
    cohort.seats = 1
    cohort.save()
    actions.enrol(cohort, person=aino, how=EnrolledBy.SELF)
    row = actions.enrol(cohort, person=farah, how=EnrolledBy.SELF)
    client.force_login(farah)

    assert "On the waiting list" in html_of(client)
    assert "You are number 1 on the waiting list" in html_of(client, f"/learn/{row.key}/")
    assert client.get(f"/learn/{row.key}/first-look/").headers["Location"] == f"/learn/{row.key}/"


def test_when_only_the_wait_for_a_test_is_left_home_says_until_when(
    hers, home, steps, enrolment, aino, attempt, hand_in
):
    hand_in(attempt)
    found = enrolment_of(aino, key=enrolment.key)
    for code in set(steps) - {"test"}:
        actions.complete_step(found, step=steps[code], now=timezone.now())

    html = html_of(hers)

    assert "Nothing can be done just now." in html
    assert "opens again on" in html
    assert "next-button" not in html


def test_notices_are_shown_until_they_are_put_away(hers, aino):
    row = Notice.objects.create(person=aino, kind=Notice.SEAT_FREE)
    assert "A seat became free" in html_of(hers)

    hers.post(f"/learn/notices/{row.pk}/put-away/")

    assert "A seat became free" not in html_of(hers)


def test_threat_01_another_persons_notice_is_absent(hers, farah):
    row = Notice.objects.create(person=farah, kind=Notice.SEAT_FREE)

    assert "A seat became free" not in html_of(hers)
    assert hers.post(f"/learn/notices/{row.pk}/put-away/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_who_learned_a_withdrawn_module_is_told_why(hers, home, enrolment, eleni, mailoutbox):
    from digicantrain.programme.actions import withdraw

    withdraw(enrolment.version.module, reason={"en": "A dose was wrong."}, by=eleni)

    assert "A dose was wrong." in html_of(hers)
    assert "This module was withdrawn" in html_of(hers, home)
    assert "A dose was wrong." in mailoutbox[0].body


@pytest.mark.parametrize(("hour", "words"), [(6, "Good morning"), (12, "Good day"), (2, "evening")])
def test_the_greeting_follows_the_hour(hour, words):
    assert words in greeting(hour)


def test_the_hour_is_that_of_her_own_zone(hers, aino):
    aino.time_zone = "Pacific/Auckland"
    aino.save()

    with time_machine.travel("2026-11-20T20:00:00Z", tick=False):
        hers.force_login(aino)
        assert "Good morning, Aino" in html_of(hers)


def test_threat_18_a_personal_page_is_kept_by_no_cache(hers, enrolment):
    assert "no-store" in hers.get("/learn/").headers["Cache-Control"]


@pytest.mark.parametrize("many", [1, 3])
def test_home_asks_no_more_when_courses_and_notices_grow(
    hers, aino, cohort, many, django_assert_num_queries
):
    for number in range(many):
        own(aino, course.cohort(_module(f"Y{number}")))
        Notice.objects.create(person=aino, kind=Notice.SEAT_FREE)
    hers.get("/learn/")

    # session, person, enrolments, progress, notices, studies, roles
    with django_assert_num_queries(7):
        hers.get("/learn/")
