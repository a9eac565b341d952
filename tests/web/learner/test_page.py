"""The page of a step: text, questions on the way, saved answers, marks of another language."""

import re
from datetime import UTC, datetime

import pytest
import time_machine

from digicantrain.learning.models import Answer, StepProgress
from tests.learning import course
from tests.web.learner.conftest import TEXT

pytestmark = pytest.mark.django_db


def html_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def send(client, address, **fields):
    return client.post(address, {"act": "answer", **fields})


def test_before_an_answer_the_source_holds_no_feedback_threat_10(hers, home):
    html = html_of(hers, f"{home}first-look/")

    assert "Which line do you read first?" in html
    assert "words come first" not in html
    assert "a colour is a floor" not in html


def test_an_answer_is_saved_at_once_and_all_feedback_is_reachable(hers, home):
    response = send(hers, f"{home}first-look/", question="q1", answer="b")

    assert response.headers["Location"] == f"{home}first-look/#q-q1"
    assert Answer.objects.get().value == "b"
    html = html_of(hers, f"{home}first-look/")
    for words in ("a colour is a floor", "words come first", "order is not urgency", "Saved"):
        assert words in html


def test_a_choice_that_stands_offers_no_button_to_change_it(hers, home):
    send(hers, f"{home}first-look/", question="q1", answer="b")

    html = html_of(hers, f"{home}first-look/")

    assert html.count("disabled") == 3
    assert "Change my answer" not in html
    assert 'name="act" value="answer"' in html


def test_done_leads_on_and_pressed_twice_counts_once(hers, home, enrolment):
    for _ in range(2):
        response = hers.post(f"{home}first-look/", {"act": "finish"})

        assert response.headers["Location"] == f"{home}small-check/"
    row = StepProgress.objects.get(step__code="first-look")
    assert row.state == "done"


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"act": "cheat"}, 400), ({"act": "answer", "question": "b1", "answer": "a"}, 400),
     ({"act": "answer", "question": "q1", "answer": "d"}, 422),
     ({"act": "answer", "question": "q1", "answer": ""}, 422),
     ({"act": "answer", "question": "q1", "answer": "1e309"}, 422),
     ({"act": "answer", "question": "q1", "answer": "NaN"}, 422)],
)  # fmt: skip
def test_threat_45_what_is_no_answer_changes_nothing(hers, home, fields, status):
    assert hers.post(f"{home}first-look/", fields).status_code == status
    assert not Answer.objects.exists()


def test_threat_02_a_learner_cannot_send_her_own_score_or_state(hers, home):
    hers.post(
        f"{home}first-look/",
        {"act": "answer", "question": "q1", "answer": "c", "score": "9", "state": "done"},
    )

    row = StepProgress.objects.filter(step__code="first-look").first()
    assert row is None or (row.state, row.score) == ("in-progress", None)


def test_a_text_warns_against_patient_data_and_is_kept(hers, home):
    html = html_of(hers, f"{home}note/")
    assert "Never write about a real patient" in html

    send(hers, f"{home}note/", question="n1", answer=TEXT)

    assert TEXT in html_of(hers, f"{home}note/")


def test_a_text_that_is_too_long_is_given_back_whole_with_a_sentence(hers, home):
    text = "word " * 1_200

    response = send(hers, f"{home}note/", question="n1", answer=text)

    html = response.content.decode()
    assert response.status_code == 422
    assert "Your text has 5999 characters; write 5000 or fewer." in html
    assert text.strip() in html
    assert "Error:" in html.split("</title>")[0]
    assert not Answer.objects.exists()


def test_threat_45_a_megabyte_is_refused_in_a_sentence_and_more_is_not_read(hers, home):
    big = send(hers, f"{home}note/", question="n1", answer="x" * 1_000_000)
    bigger = send(hers, f"{home}note/", question="n1", answer="x" * 3_000_000)

    assert "1000000 characters" in big.content.decode()
    assert bigger.status_code == 400
    assert not Answer.objects.exists()


def test_threat_19_what_she_writes_is_inert(hers, home):
    send(hers, f"{home}note/", question="n1", answer="</textarea><script>alert(1)</script>")

    assert "<script>alert" not in html_of(hers, f"{home}note/")


def test_the_time_of_saving_is_in_her_own_zone(hers, home, aino):
    aino.time_zone = "Europe/Athens"
    aino.save()
    with time_machine.travel(datetime(2026, 11, 20, 8, 5, tzinfo=UTC), tick=False):
        hers.force_login(aino)
        send(hers, f"{home}first-look/", question="q1", answer="b")

        assert "Saved 10:05" in html_of(hers, f"{home}first-look/")


def test_a_text_without_a_translation_is_marked_once_and_by_its_language(hers, aino):
    version = course.module("X6")
    course.step(course.unit(version), "s1", title={"en": "A step"})
    row = course.enrolled(aino, run=course.cohort(version))

    html = html_of(hers, f"/fi/learn/{row.key}/s1/")

    assert '<div class="prose" lang="en"><p>Text of s1.</p></div>' in html
    assert '<span lang="en">A step</span>' in html
    assert html.count("ei vielä käännetty") == 1
    assert "ei vielä käännetty" not in html_of(hers, f"/fi/learn/{row.key}/")


def test_a_page_in_her_language_says_nothing_of_translation(hers, home):
    html = html_of(hers, f"/fi{home}first-look/")

    assert "Mitä tekisit?" in html
    assert "ei vielä käännetty" not in html


PAGES = ["", "leave/", "first-look/", "first-look/report/", "small-check/1/", "trial/", "note/",
         "test/", "test/1/", "test/check/", "graded-call/", "feedback/"]  # fmt: skip


@pytest.mark.parametrize("tail", PAGES)
def test_each_page_is_left_for_the_same_place_in_another_language(hers, home, attempt, tail):
    address = f"{home}{tail}"

    response = hers.get(f"{address}?from=mail&n=2", follow=True)

    html = response.content.decode()
    place = response.request["PATH_INFO"]
    query = "?from=mail&amp;n=2" if place == address else ""
    assert f'hreflang="fi"\n           rel="alternate"\n           href="/fi{place}{query}"' in html
    assert hers.get(f"/fi{place}").status_code == 200


@pytest.mark.parametrize("tail", PAGES)
def test_an_error_can_be_reported_from_each_page(hers, home, attempt, tail):
    html = hers.get(f"{home}{tail}", follow=True).content.decode()

    assert re.search(r'href="[^"]*/report/', html)


@pytest.mark.parametrize("address", ["/learn/", "/learn/credits/"])
def test_an_error_can_be_reported_from_pages_of_no_step(hers, enrolment, address):
    assert f'href="/report/?at={address}"' in html_of(hers, address)


def test_a_problem_stands_on_top_and_at_its_field(hers, home):
    html = send(hers, f"{home}note/", question="n1", answer="").content.decode()

    assert html.count("Write your answer first.") == 2
    assert 'href="#q-n1"' in html
    assert 'aria-describedby="hint-n1 warning-n1 error-n1"' in html
    assert 'id="error-n1"' in html
