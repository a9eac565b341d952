"""What each page asks of the database, in literal numbers, however much there is to show.

The first request of a process reads a module's shape and a session; what counts is the next.
"""

import pytest
from django.utils import timezone

from digicantrain.assessment.actions import begin
from digicantrain.learning.actions import complete_step, enrol
from digicantrain.learning.enums import EnrolledBy
from tests.learning import course


def _module(*, steps, code="B1"):
    version = course.module(code, data={"documents": {"d1": {"en": {"title": "D", "html": "d"}}}})
    unit = course.unit(version)
    for number in range(steps):
        body = {"en": [{"html": "<p>Text.</p>"}, {"question": "p1"}]}
        course.step(unit, f"s{number}", body=body, data={"documents": ["d1"]})
    course.step(unit, "test", kind="quiz", data={"draw": "blueprint"})
    course.bank(version)
    course.item(version, "p1")
    return version


@pytest.fixture
def learn(client, aino):
    """Sign Aino in on a module with so many steps, a third of them done."""

    def build(steps):
        version = _module(steps=steps)
        own = course.enrolled(aino, run=course.cohort(version))
        for number in range(steps // 3):
            step = version.steps.get(code=f"s{number}")
            complete_step(own, step=step, now=timezone.now())
        client.force_login(aino)
        return own

    return build


@pytest.fixture
def counted(client, django_assert_num_queries):
    """Ask for a page twice and count the second time."""

    def ask(url, *, queries, status=200):
        client.get(url)
        with django_assert_num_queries(queries):
            response = client.get(url)
        assert response.status_code == status
        return response

    return ask


@pytest.mark.parametrize("steps", [30, 300])
def test_learners_home_takes_seven_queries_however_long_the_module(steps, learn, counted):
    learn(steps)

    # session, person, enrolments, progress, notices, studies, roles
    counted("/learn/", queries=7)


@pytest.mark.parametrize("runs", [1, 3])
def test_learners_home_takes_seven_queries_for_any_number_of_courses(runs, aino, client, counted):
    for number in range(runs):
        version = _module(steps=3, code=f"B{number}")
        enrol(course.cohort(version), person=aino, how=EnrolledBy.SELF)
    client.force_login(aino)

    counted("/learn/", queries=7)


@pytest.mark.parametrize("steps", [30, 300])
def test_a_module_takes_five_queries_however_long_it_is(steps, learn, counted):
    own = learn(steps)

    # session, person, enrolment, progress, roles
    response = counted(f"/learn/{own.key}/", queries=5)

    assert response.content.decode().count('class="steps__state') > steps


@pytest.mark.parametrize("steps", [30, 300])
def test_a_step_takes_eight_queries_however_long_the_module(steps, learn, counted):
    own = learn(steps)

    # session, person, enrolment, progress in the unit, its question, her answer, its document,
    # roles
    counted(f"/learn/{own.key}/s20/", queries=8)


@pytest.mark.parametrize("steps", [30, 300])
def test_the_start_of_a_test_takes_seven_queries(steps, learn, counted):
    own = learn(steps)

    # session, person, enrolment, attempts, progress, rules, roles
    counted(f"/learn/{own.key}/test/", queries=7)


@pytest.mark.parametrize("steps", [3, 30])
def test_a_question_of_a_test_takes_eight_queries(steps, learn, counted):
    own = learn(steps)
    begin(own, step=own.version.steps.get(code="test"), now=timezone.now())

    # session, person, enrolment, attempt, its items, its answers, progress, roles
    counted(f"/learn/{own.key}/test/1/", queries=8)


@pytest.mark.parametrize("steps", [3, 30])
def test_saving_an_answer_takes_seventeen_queries(steps, learn, client, django_assert_num_queries):
    own = learn(steps)
    attempt = begin(own, step=own.version.steps.get(code="test"), now=timezone.now())
    url = f"/learn/{own.key}/test/1/"
    client.get(url)
    first, other, *_ = attempt.drawn[0]["options"]

    def save(option):
        headers = {"HX-Request": "true"}
        return client.post(url, {"attempt": str(attempt.key), "answer": option}, headers=headers)

    save(other)  # the names in the statement are new in the store
    for option in (first, other):
        # session, person, enrolment, attempt, savepoint, the attempt locked, item and answer so
        # far, answer, place, release; for the statement its agents, activities and verb (each
        # process remembers these), time, itself, two kinds of mentions
        with django_assert_num_queries(17):
            saved = save(option)
        assert saved.status_code == 200
    assert attempt.responses.get().option == other


@pytest.mark.parametrize("people", [1, 3, 60])
def test_participants_take_nine_queries_however_many(people, ben, turku_site, client, counted):
    version = _module(steps=3)
    run = course.cohort(version)
    run.organisation, run.site = turku_site.organisation, turku_site
    run.save()
    for number in range(people):
        who = course.person(f"p{number}@example.org", name=f"P{number}")
        enrol(run, person=who, how=EnrolledBy.FILE)
    client.force_login(ben)

    counted(f"/teach/runs/{run.key}/", queries=9)


@pytest.mark.parametrize("runs", [1, 3])
def test_the_catalogue_takes_three_queries_however_many_runs(runs, db, counted):
    for number in range(runs):
        course.cohort(_module(steps=1, code=f"B{number}"))

    counted("/modules/", queries=3)


def test_start_page_and_sign_in_take_few_queries(db, counted):
    counted("/", queries=2)
    counted("/account/login/", queries=0)
