"""Practice and the graded test, as pages."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from digicantrain.assessment.models import Attempt, Item, Response
from digicantrain.learning.models import StepProgress

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def html_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def items(attempt):
    return [Item.objects.get(pk=row["item"]) for row in attempt.drawn]


# --- practice ---


def test_practice_asks_one_question_a_page_and_explains_each(hers, home):
    first = hers.get(f"{home}small-check/")
    assert first.headers["Location"] == f"{home}small-check/1/"
    assert "words come first" not in html_of(hers, f"{home}small-check/1/")

    hers.post(f"{home}small-check/1/", {"act": "answer", "answer": "c"})

    html = html_of(hers, f"{home}small-check/1/")
    assert "order is not urgency" in html
    assert f'href="{home}small-check/2/"' in html
    assert hers.get(f"{home}small-check/").headers["Location"] == f"{home}small-check/2/"


def test_practice_is_summed_up_without_a_score_and_done_once_all_is_answered(hers, home):
    hers.post(f"{home}small-check/1/", {"answer": "a"})
    early = hers.post(f"{home}small-check/", {"act": "finish"})
    hers.post(f"{home}small-check/2/", {"answer": "b"})

    assert early.headers["Location"] == f"{home}small-check/"
    assert "1 of 2 answers were the best ones" in html_of(hers, f"{home}small-check/")
    done = hers.post(f"{home}small-check/", {"act": "finish"})
    assert done.headers["Location"] == f"{home}trial/"
    row = StepProgress.objects.get(step__code="small-check")
    assert (row.state, row.score) == ("done", None)


@pytest.mark.parametrize("number", [0, 3, 10**12])
def test_threat_45_a_practice_question_that_is_not_there_is_absent(hers, home, number):
    assert hers.get(f"{home}small-check/{number}/").status_code == 404
    assert hers.post(f"{home}small-check/{number}/", {"answer": "a"}).status_code == 404


# --- the graded test ---


def test_before_it_begins_the_rules_are_said(hers, home):
    html = html_of(hers, f"{home}test/")

    assert "3 scenes, one a page. 2 right answers pass (50 per cent)." in html
    assert "2 attempts are left." in html
    assert "Begin the test" in html


def test_it_is_drawn_by_the_blueprint_and_asked_one_question_a_page(hers, home, attempt):
    assert sorted(item.outcome for item in items(attempt)) == ["O1", "O1", "O2"]

    html = html_of(hers, f"{home}test/1/")

    assert "Question 1 of 3" in html
    assert html.count("<fieldset") == 1


def test_beginning_twice_is_one_test(hers, home, attempt):
    hers.post(f"{home}test/", {"act": "begin"})

    assert Attempt.objects.count() == 1


def test_an_answer_is_saved_and_leads_on(hers, home, attempt, answer):
    response = answer(attempt, 1, "b")

    assert response.headers["Location"] == f"{home}test/2/"
    assert Response.objects.get().option == "b"
    assert hers.get(f"{home}test/").headers["Location"] == f"{home}test/2/"


def test_an_answer_by_htmx_is_saved_at_once_and_answers_with_the_time(attempt, answer):
    response = answer(attempt, 1, "b", **HTMX)

    assert response.status_code == 200
    assert re.match(r'<p class="saved" id="saved" role="status".*>Saved \d\d:\d\d</p>',
                    response.content.decode().strip())  # fmt: skip
    assert Response.objects.get().option == "b"


def test_an_answer_can_be_changed_until_it_is_handed_in(hers, home, attempt, answer, hand_in):
    answer(attempt, 1, "b")
    answer(attempt, 1, "a")
    hand_in(attempt)

    late = answer(attempt, 1, "c")

    assert Response.objects.get().option == "a"
    assert late.headers["Location"] == f"{home}test/result/1/"
    assert "is handed in already" in html_of(hers, f"{home}test/result/1/")


def test_by_htmx_a_late_or_forged_answer_leads_to_a_whole_page(home, attempt, answer, hand_in):
    forged = answer(attempt, 1, "z", **HTMX)
    hand_in(attempt)
    late = answer(attempt, 1, "a", **HTMX)

    assert forged.headers["HX-Refresh"] == "true"
    assert late.headers["HX-Redirect"] == f"{home}test/result/1/"
    assert not Response.objects.exists()


def test_answers_are_checked_before_they_are_handed_in(hers, home, attempt, answer):
    answer(attempt, 2, "a")

    html = html_of(hers, f"{home}test/check/")

    assert "2 questions have no answer yet. They count as not right." in html
    assert "After handing in nothing can be changed." in html
    assert f'href="{home}test/3/"' in html


def test_it_is_handed_in_once_and_the_result_is_shown_by_outcome(
    hers, home, attempt, answer, hand_in
):
    for number in (1, 2, 3):
        answer(attempt, number, "a")
    assert hand_in(attempt).headers["Location"] == f"{home}test/result/1/"
    hand_in(attempt)

    html = html_of(hers, f"{home}test/result/1/")
    assert "You have passed" in html
    assert "3 of 3 right; 2 are needed." in html
    assert "2&nbsp;/&nbsp;2" in html
    row = StepProgress.objects.get(step__code="test")
    assert row.state == "done"
    assert row.score == 3
    assert html.count("No: a colour is a floor.") == 3


def test_threat_10_while_the_test_is_open_no_source_holds_feedback_or_the_best(
    hers, home, attempt, answer
):
    answer(attempt, 1, "b")

    for tail in ("test/1/", "test/2/", "test/check/"):
        html = html_of(hers, f"{home}{tail}")
        for words in ("words come first", "a colour is a floor", "best", "correct"):
            assert words not in html, (tail, words)


def test_threat_10_while_another_attempt_is_possible_the_best_answers_stay_hidden(
    hers, home, attempt, answer, hand_in
):
    for number in (1, 2, 3):
        answer(attempt, number, "b")
    hand_in(attempt)

    html = html_of(hers, f"{home}test/result/1/")

    assert "Not passed yet" in html
    assert html.count("a colour is a floor") == 3
    assert "words come first" not in html
    assert "order is not urgency" not in html


def test_the_next_attempt_waits_then_opens_and_after_the_last_all_is_explained(
    hers, home, attempt, hand_in, answer
):
    hand_in(attempt)
    assert "The next attempt opens on" in html_of(hers, f"{home}test/")
    hers.post(f"{home}test/", {"act": "begin"})
    assert Attempt.objects.count() == 1

    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        hers.post(f"{home}test/", {"act": "begin"})
        second = Attempt.objects.get(number=2)
        answer(second, 1, "b")
        hand_in(second)
        closed = html_of(hers, f"{home}test/")
        result = html_of(hers, f"{home}test/result/2/")

    assert "No attempt is left." in closed
    assert "Begin the test" not in closed
    assert "words come first" in result
    assert StepProgress.objects.get(step__code="test").state == "not-passed"


def test_threat_45_the_clock_of_her_device_is_never_asked(hers, home, attempt, hand_in):
    hand_in(attempt)

    hers.post(
        f"{home}test/",
        {"act": "begin", "now": "2030-01-01T00:00:00Z", "opens_at": "2020-01-01"},
        HTTP_DATE="Tue, 01 Jan 2030 00:00:00 GMT",
    )

    assert Attempt.objects.count() == 1


# --- bad input ---


@pytest.mark.parametrize("option", ["", "d", "q1", "b1", "NaN", "1e309", "-1", "x" * 1_000_000])
def test_threat_45_what_is_no_option_is_refused_in_a_sentence(attempt, answer, option):
    response = answer(attempt, 1, option)

    assert response.status_code == 422
    assert "Choose one of the answers." in response.content.decode()
    assert not Response.objects.exists()


def test_threat_45_an_option_of_another_question_is_refused(attempt, answer):
    item = items(attempt)[1]
    item.options = ["x", "y"]
    item.save()
    attempt.drawn[1]["options"] = ["x", "y"]
    attempt.save()

    assert answer(attempt, 1, "x").status_code == 422
    assert not Response.objects.exists()


@pytest.mark.parametrize("key", ["", "1", "00000000-0000-4000-8000-000000000000", "NaN"])
def test_threat_45_a_wrong_attempt_is_absent(hers, home, attempt, key):
    fields = {"attempt": key, "answer": "a"}

    assert hers.post(f"{home}test/1/", fields).status_code == 404
    assert hers.post(f"{home}test/check/", fields).status_code == 404
    attempt.refresh_from_db()
    assert attempt.submitted_at is None


def test_threat_01_an_answer_to_anothers_attempt_is_404_and_changes_nothing(
    client, home, attempt, farah, cohort
):
    from digicantrain.learning.actions import enrol
    from digicantrain.learning.enums import EnrolledBy

    own = enrol(cohort, person=farah, how=EnrolledBy.SELF)
    client.force_login(farah)
    fields = {"attempt": str(attempt.key), "answer": "a"}

    for place in (home, f"/learn/{own.key}/"):
        for tail in ("test/1/", "test/check/"):
            assert client.post(f"{place}{tail}", fields).status_code == 404
    assert client.get(f"{home}test/result/1/").status_code == 404
    attempt.refresh_from_db()
    assert attempt.submitted_at is None
    assert not Response.objects.exists()


def test_threat_45_a_skipped_sequence_leads_to_where_she_is(hers, home, enrolment, answer):
    for tail in ("test/1/", "test/check/"):
        assert hers.get(f"{home}{tail}").headers["Location"] == f"{home}test/"
    assert hers.get(f"{home}test/result/1/").status_code == 404
    hers.post(f"{home}test/", {"act": "begin"})
    attempt = Attempt.objects.get()
    assert hers.get(f"{home}test/result/1/").status_code == 404
    assert hers.get(f"{home}test/4/").status_code == 404

    answer(attempt, 3, "a")

    assert hers.get(f"{home}test/").headers["Location"] == f"{home}test/1/"


def test_threat_45_two_tabs_agree_on_the_last_answer_and_on_one_result(attempt, answer, hand_in):
    answer(attempt, 1, "a")
    answer(attempt, 1, "b")
    hand_in(attempt)
    hand_in(attempt)

    assert Response.objects.get().option == "b"
    assert Attempt.objects.get().score == 0


@pytest.mark.parametrize("tail", ["first-look/check/", "trial/result/1/", "small-check/check/"])
def test_pages_of_a_test_exist_for_tests_only(hers, home, tail):
    assert hers.get(f"{home}{tail}").status_code == 404


@pytest.mark.parametrize("fields", [{"act": "finish"}, {"act": "begin", "passed": "1"}, {}])
def test_threat_02_nobody_passes_by_saying_so(hers, home, fields):
    hers.post(f"{home}test/", {**fields, "score": "3", "passed": "true"})

    assert not StepProgress.objects.filter(step__code="test", state="done").exists()
    assert not Attempt.objects.filter(passed=True).exists()


def test_who_waits_for_the_next_attempt_can_go_on_meanwhile(hers, home, attempt, hand_in):
    hand_in(attempt)

    for tail in ("test/", "test/result/1/"):
        assert f'<a class="govuk-button next-button" href="{home}graded-call/">' in html_of(
            hers, f"{home}{tail}"
        )
