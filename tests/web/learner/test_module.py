"""A module's task list: units, steps, minutes, states, one button; leaving it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from digicantrain.learning import actions
from digicantrain.learning.enums import EnrolledBy, EnrolmentState
from digicantrain.learning.models import Enrolment, StepProgress
from digicantrain.learning.queries import enrolment_of
from tests.learning import course

pytestmark = pytest.mark.django_db


def html_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_each_step_stands_there_with_minutes_and_state(hers, home, steps, enrolment, aino):
    found = enrolment_of(aino, key=enrolment.key)
    actions.complete_step(found, step=steps["first-look"], now=timezone.now())
    actions.open_step(found, step=steps["trial"], now=timezone.now())

    html = html_of(hers, home)

    for code in steps:
        assert f'href="{home}{code}/"' in html
    assert "8 min · Done" in html
    assert "10 min · In progress" in html
    assert "7 min · Not started" in html
    assert html.count("next-button") == 1


def test_the_day_by_which_it_is_reviewed_is_shown(hers, home):
    assert "Reviewed again by 1 January 2030" in html_of(hers, home)


def test_a_unit_that_is_only_designed_says_so_and_leads_nowhere(hers, aino):
    version = course.module("X7")
    course.step(course.unit(version), "s1")
    course.step(course.unit(version, "u2", written=False), "s2")
    row = course.enrolled(aino, run=course.cohort(version))

    html = html_of(hers, f"/learn/{row.key}/")

    assert "Designed, not yet written" in html
    assert f"/learn/{row.key}/s2/" not in html
    assert hers.get(f"/learn/{row.key}/s2/").status_code == 404


def test_the_end_of_a_module_leads_to_what_was_earned(hers, home, steps, enrolment, aino):
    found = enrolment_of(aino, key=enrolment.key)
    for step in steps.values():
        actions.complete_step(found, step=step, now=timezone.now())

    html = html_of(hers, home)

    assert "You have done it all" in html
    assert 'href="/learn/credits/"' in html
    assert "Leave this course" not in html


@pytest.mark.parametrize("tail", ["", "first-look/", "first-look/report/", "leave/", "test/1/"])
def test_threat_01_another_persons_module_is_as_absent_as_none(client, farah, home, tail):
    client.force_login(farah)

    assert client.get(f"{home}{tail}").status_code == 404
    assert client.post(f"{home}{tail}").status_code in {404, 405}
    assert client.get(f"/learn/00000000-0000-4000-8000-000000000000/{tail}").status_code == 404


def test_leaving_is_asked_once_more_and_frees_the_seat(hers, home, enrolment, cohort, farah):
    cohort.seats = 1
    cohort.save()
    waiting = actions.enrol(cohort, person=farah, how=EnrolledBy.SELF)

    assert "Leave this course?" in html_of(hers, f"{home}leave/")
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.ACTIVE
    hers.post(f"{home}leave/")

    states = dict(Enrolment.objects.values_list("pk", "state"))
    assert states == {enrolment.pk: "left", waiting.pk: "active"}


def test_who_left_sees_so_and_can_do_nothing_there(hers, home, enrolment):
    hers.post(f"{home}leave/")

    assert "You have left this course" in html_of(hers, home)
    response = hers.post(f"{home}first-look/", {"act": "finish"})
    assert response.headers["Location"] == home
    assert not StepProgress.objects.exists()


def test_a_report_of_an_error_reaches_the_provider_with_its_place(hers, home, enrolment):
    from digicantrain.learning.models import ErrorReport

    response = hers.post(f"{home}first-look/report/", {"text": "A typo in line two."})

    assert response.headers["Location"] == f"{home}first-look/"
    row = ErrorReport.objects.get()
    assert (row.text, row.step.code) == ("A typo in line two.", "first-look")
    assert (row.version, row.person) == (enrolment.version, enrolment.person)


def test_an_empty_report_is_asked_for_again(hers, home):
    html = hers.post(f"{home}first-look/report/", {"text": " "}).content.decode()

    assert "There is a problem" in html
    assert "<title>" in html
    assert "Error:" in html.split("</title>")[0]
    assert "Never write about a real patient" in html


@pytest.mark.parametrize("many", [30, 300])
def test_a_long_module_asks_no_more_than_a_short_one(hers, aino, many, django_assert_num_queries):
    version = course.module(f"L{many}")
    for number in range(many):
        if number % 10 == 0:
            unit = course.unit(version, f"u{number}")
        course.step(unit, f"s{number}")
    row = course.enrolled(aino, run=course.cohort(version))
    found = enrolment_of(aino, key=row.key)
    for step in version.steps.all()[: many // 2]:
        actions.complete_step(found, step=step, now=timezone.now() + timedelta(minutes=1))
    hers.get(f"/learn/{row.key}/")

    # session, person, enrolment, progress, roles
    with django_assert_num_queries(5):
        hers.get(f"/learn/{row.key}/")
    # session, person, enrolment, step, progress in the unit, roles
    with django_assert_num_queries(6):
        hers.get(f"/learn/{row.key}/s{many // 3}/")
