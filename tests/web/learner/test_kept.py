"""An answer that was sent after the session had ended: kept, offered to its owner, sent once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from digicantrain.assessment.models import Response
from digicantrain.learning.models import Answer, CourseFeedback, StepProgress

pytestmark = pytest.mark.django_db
TEXT = "I rang her at ten."


@pytest.fixture
def ended(hers, enrolment, attempt):
    """The same browser after the session has ended; a test of hers is open."""
    hers.logout()
    return hers


def offered(client, person):
    client.force_login(person)
    return client.get("/learn/kept/")


def take(client, response):
    """Press the button of the page that offers what was kept."""
    kept = response.context["kept"]
    return client.post(kept.url, {**dict(kept.fields), "kept": "yes"})


def sent(attempt):
    """What each kind of step is sent, and how the page that offers it names it."""
    return {
        "first-look/": ({"act": "answer", "question": "q1", "answer": "b"}, "The colour"),
        "note/": ({"act": "answer", "question": "n1", "answer": TEXT}, TEXT),
        "small-check/1/": ({"act": "answer", "answer": "c"}, "The clock"),
        "trial/": ({"act": "choose", "state": "S1", "choice": "b"}, "Send advice"),
        "test/1/": ({"attempt": str(attempt.key), "answer": "a"}, "The words"),
    }


@pytest.mark.parametrize("tail", ["first-look/", "note/", "small-check/1/", "trial/", "test/1/"])
def test_threat_45_it_is_kept_offered_in_words_and_taken(ended, home, attempt, aino, tail):
    fields, words = sent(attempt)[tail]

    response = ended.post(f"{home}{tail}", fields)
    assert response.headers["Location"] == "/account/login/?next=/learn/kept/"
    assert not Answer.objects.exists()
    page = offered(ended, aino)

    assert words in page.content.decode()
    take(ended, page)
    saved = [
        *Answer.objects.values_list("value", flat=True),
        *Response.objects.values_list("option", flat=True),
        *StepProgress.objects.filter(data__has_key="path").values_list("data__path", flat=True),
    ]
    assert len(saved) == 1
    assert ended.get("/learn/kept/").headers["Location"] == "/learn/"


def test_threat_01_it_is_not_offered_to_somebody_else(ended, home, attempt, farah):
    ended.post(f"{home}note/", sent(attempt)["note/"][0])

    response = offered(ended, farah)

    assert response.headers["Location"] == "/learn/"
    assert "kept_answer" not in ended.session
    assert not Answer.objects.exists()


def test_it_is_not_offered_in_another_browser(ended, home, attempt, aino):
    ended.post(f"{home}note/", sent(attempt)["note/"][0])

    assert offered(Client(), aino).headers["Location"] == "/learn/"


def test_threat_11_the_feedback_form_is_taken_but_its_text_is_not_shown(ended, home, aino):
    ended.post(f"{home}feedback/", {"act": "finish", "item-useful": "5", "item-better": TEXT})

    page = offered(ended, aino)

    assert "<blockquote" not in page.content.decode()
    take(ended, page)
    assert CourseFeedback.objects.get().answers["better"] == TEXT


def test_by_htmx_the_whole_page_goes_to_sign_in(ended, home, attempt):
    response = ended.post(
        f"{home}test/1/", sent(attempt)["test/1/"][0], headers={"HX-Request": "true"}
    )

    assert response.headers["HX-Redirect"] == "/account/login/?next=/learn/kept/"
    assert not response.content


def test_it_waits_for_twelve_hours(ended, home, attempt, aino):
    ended.post(f"{home}note/", sent(attempt)["note/"][0])

    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert offered(ended, aino).headers["Location"] == "/learn/"
        assert "kept_answer" not in ended.session


def test_threat_45_a_megabyte_is_not_kept(ended, home):
    response = ended.post(
        f"{home}note/", {"act": "answer", "question": "n1", "answer": "x" * 10**6}
    )

    assert response.headers["Location"] == f"/account/login/?next={home}note/"
    assert "kept_answer" not in ended.session


def test_an_answer_to_a_test_that_was_handed_in_meanwhile_is_refused_in_a_sentence(
    ended, home, attempt, aino, hand_in
):
    ended.post(f"{home}test/1/", sent(attempt)["test/1/"][0])
    page = offered(ended, aino)
    hand_in(attempt)

    response = take(ended, page)

    assert response.headers["Location"] == f"{home}test/result/1/"
    assert not Response.objects.exists()


def test_a_form_older_than_her_session_is_kept_too(enrolment, home, aino):
    """She signed in again in another tab: the form's token is the old one."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(aino)

    response = browser.post(f"{home}note/", {"act": "answer", "question": "n1", "answer": TEXT})

    assert response.status_code == 403
    assert 'href="/learn/kept/"' in response.content.decode()
    assert TEXT in browser.get("/learn/kept/").content.decode()


def test_threat_14_a_form_from_elsewhere_leaves_nothing_in_a_strangers_session(enrolment, home):
    browser = Client(enforce_csrf_checks=True)

    response = browser.post(f"{home}note/", {"act": "answer", "question": "n1", "answer": TEXT})

    assert response.status_code == 403
    assert "kept_answer" not in browser.session
