"""The graded test: drawn, answered, resumed, handed in, scored on the server."""

from datetime import timedelta
from decimal import Decimal

import pytest

from digicantrain.assessment import queries
from digicantrain.assessment.actions import TestError, begin, hand_in, respond
from digicantrain.assessment.models import Attempt, Response
from digicantrain.assessment.queries import attempt_of, place_of, questions_of, results_by_outcome
from digicantrain.learning.enums import StepState
from digicantrain.learning.models import StepProgress
from digicantrain.learning.queries import progress_of
from digicantrain.records.models import Statement
from tests.learning import course


@pytest.fixture
def attempt(own, graded, now):
    return begin(own, step=graded, now=now, random=course.seeded(4))


def answer(own, attempt, now, *letters):
    for number, letter in enumerate(letters, start=1):
        respond(own, attempt=attempt, number=number, option=letter, now=now)


def test_a_test_is_drawn_by_the_blueprint(attempt):
    outcomes = sorted(question.item.outcome for question in questions_of(attempt))

    assert outcomes == ["O1", "O1", "O2", "O2"]
    assert {question.item.use for question in questions_of(attempt)} == {"bank"}


def test_beginning_twice_goes_on_with_the_same_test(own, graded, attempt, now):
    again = begin(own, step=graded, now=now + timedelta(minutes=1), random=course.seeded(99))

    assert again == attempt
    assert Statement.objects.filter(verb__iri__endswith="/attempted").count() == 1


def test_an_answer_is_saved_at_once_and_can_be_changed(own, attempt, now):
    answer(own, attempt, now, "b")
    respond(own, attempt=attempt, number=1, option="a", now=now + timedelta(minutes=2))

    row = Response.objects.get()
    assert (row.option, row.correct) == ("a", True)
    assert row.answered_at == now + timedelta(minutes=2)


def test_the_same_answer_again_is_told_once(own, attempt, now):
    answer(own, attempt, now, "b")
    answer(own, attempt, now, "b")

    assert Statement.objects.filter(verb__iri__endswith="/answered").count() == 1


def test_while_the_test_is_open_no_statement_says_what_is_right_threat_10(own, attempt, now):
    answer(own, attempt, now, "a", "b")

    for statement in Statement.objects.filter(verb__iri__endswith="/answered"):
        assert set(statement.body["result"]) == {"response"}


@pytest.mark.parametrize("option", ["d", "", "1e309", "NaN", "a" * 1_000_000, "p1"])
def test_an_option_that_the_question_has_not_is_refused_threat_45(own, attempt, now, option):
    with pytest.raises(TestError):
        respond(own, attempt=attempt, number=1, option=option, now=now)

    assert not Response.objects.exists()


@pytest.mark.parametrize("number", [0, -1, 5, 10**9])
def test_a_question_that_the_test_has_not_is_refused_threat_45(own, attempt, now, number):
    with pytest.raises(TestError):
        respond(own, attempt=attempt, number=number, option="a", now=now)


def test_she_goes_on_after_her_last_answer_then_at_the_first_open_one(own, attempt, now):
    assert place_of(questions_of(attempt)) == 1
    answer(own, attempt, now, "a")
    assert place_of(questions_of(attempt)) == 2
    respond(own, attempt=attempt, number=3, option="a", now=now + timedelta(minutes=1))
    assert place_of(questions_of(attempt)) == 4
    respond(own, attempt=attempt, number=4, option="a", now=now + timedelta(minutes=2))
    assert place_of(questions_of(attempt)) == 2
    respond(own, attempt=attempt, number=2, option="a", now=now + timedelta(minutes=3))
    assert place_of(questions_of(attempt)) == 5


def test_a_passed_test_completes_its_step_with_the_servers_score(own, graded, attempt, now):
    answer(own, attempt, now, "a", "a", "a", "b")

    done = hand_in(own, attempt=attempt, now=now)

    assert (done.score, done.possible, done.passed) == (3, 4, True)
    progress = StepProgress.objects.get(step=graded)
    assert (progress.state, progress.score, progress.possible) == ("done", Decimal(3), Decimal(4))
    told = Statement.objects.get(verb__iri__endswith="/passed")
    assert told.body["result"]["score"]["scaled"] == 0.75


def test_an_unanswered_question_counts_as_not_right(own, attempt, now):
    answer(own, attempt, now, "a", "a")

    done = hand_in(own, attempt=attempt, now=now)

    assert (done.score, done.possible, done.passed) == (2, 4, False)


def test_handing_in_twice_counts_once_threat_45(own, attempt, now):
    answer(own, attempt, now, "a", "a", "b", "b")
    hand_in(own, attempt=attempt, now=now)
    hand_in(own, attempt=attempt, now=now + timedelta(hours=3))

    assert Attempt.objects.get().submitted_at == now
    assert Statement.objects.filter(verb__iri__endswith="/failed").count() == 1


def test_an_answer_after_handing_in_is_refused_threat_45(own, attempt, now):
    hand_in(own, attempt=attempt, now=now)

    with pytest.raises(TestError, match="handed in"):
        respond(own, attempt=attempt, number=1, option="a", now=now)

    assert not Response.objects.exists()


def test_the_next_attempt_opens_after_the_wait_with_other_questions(own, graded, attempt, now):
    hand_in(own, attempt=attempt, now=now)
    with pytest.raises(TestError):
        begin(own, step=graded, now=now + timedelta(hours=23), random=course.seeded(1))
    assert progress_of(own, now=now).waiting.progress.opens_at == now + timedelta(hours=24)

    second = begin(own, step=graded, now=now + timedelta(hours=24), random=course.seeded(1))

    assert second.number == 2
    seen = {row["item"] for row in attempt.drawn}
    assert not seen & {row["item"] for row in second.drawn}


def test_after_the_last_attempt_the_step_is_not_passed_and_never_next(own, graded, attempt, now):
    hand_in(own, attempt=attempt, now=now)
    later = now + timedelta(days=2)
    hand_in(own, attempt=begin(own, step=graded, now=later), now=later)

    assert StepProgress.objects.get(step=graded).state == StepState.NOT_PASSED
    assert progress_of(own, now=later).next.step.code == "s1"
    with pytest.raises(TestError):
        begin(own, step=graded, now=later + timedelta(days=2))


def test_a_passed_test_is_not_taken_again(own, graded, attempt, now):
    answer(own, attempt, now, "a", "a", "a", "a")
    hand_in(own, attempt=attempt, now=now)

    with pytest.raises(TestError):
        begin(own, step=graded, now=now + timedelta(days=9))


def test_the_result_that_stands_is_the_passed_one(own, graded, attempt, now):
    assert queries.test_result(own) is None
    hand_in(own, attempt=attempt, now=now)
    assert queries.test_result(own) == attempt
    later = now + timedelta(days=2)
    second = begin(own, step=graded, now=later)
    answer(own, second, later, "a", "a", "a", "a")
    hand_in(own, attempt=second, now=later)

    assert queries.test_result(own) == second


def test_results_are_shown_by_outcome_in_words(own, attempt, now):
    answer(own, attempt, now, "a", "a", "a", "a")
    done = hand_in(own, attempt=attempt, now=now)

    rows = results_by_outcome(done)

    assert [(row.outcome.code, row.score, row.possible) for row in rows] == [
        ("O1", 2, 2),
        ("O2", 2, 2),
    ]


def test_anothers_attempt_is_as_absent_as_none_threat_1(version, attempt, farah, now):
    other = course.enrolled(farah, run=attempt.enrolment.cohort, now=now)

    assert attempt_of(other, key=attempt.key) is None


@pytest.mark.parametrize("each", [4, 12])
def test_beginning_a_test_costs_the_same_however_big_the_bank(
    each, aino, now, django_assert_num_queries
):
    version = course.module("BIG")
    course.bank(version, each=each)
    step = course.step(course.unit(version), "test", kind="quiz", data={"draw": "blueprint"})
    own = course.enrolled(aino, run=course.cohort(version))

    # two savepoints for the new progress; progress twice, attempts, rules, bank, attempt,
    # progress, statement, place; and the savepoint of the whole
    with django_assert_num_queries(23):
        begin(own, step=step, now=now, random=course.seeded(1))


def test_saving_an_answer_takes_few_queries(own, attempt, now, django_assert_num_queries):
    # savepoint, attempt, item and answer so far, its insert, place, statement, release
    with django_assert_num_queries(17):
        respond(own, attempt=attempt, number=1, option="a", now=now)
