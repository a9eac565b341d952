"""The graded test: said before it begins, one question a page, checked, handed in, explained."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from digicantrain.assessment.actions import TestError, begin, hand_in, respond
from digicantrain.assessment.models import Attempt, Response
from digicantrain.assessment.queries import (
    Question,
    attempt_of,
    attempts_of,
    place_of,
    questions_of,
    results_by_outcome,
    rules_of,
    standing_of,
)
from digicantrain.assessment.rules import Gate, Standing
from digicantrain.learning.actions import open_step
from digicantrain.web.learner.faces.face import Problem, act_of, documents, page
from digicantrain.web.learner.kept import Kept
from digicantrain.web.learner.places import Place
from digicantrain.web.learner.shown import (
    ALL,
    HIDDEN,
    QuestionShown,
    Reveal,
    entry,
    question,
)

OWN_ANSWER_ONLY = Reveal(chosen=True, others=False)


def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Say what the test asks and whether it can be begun; an open test goes on where it was."""
    attempts = attempts_of(place.enrolment, step=place.step)
    if attempts and attempts[-1].submitted_at is None:
        return redirect(_resume(place, attempts[-1]))
    if place.progress is None:
        open_step(place.enrolment, step=place.step, now=place.now)
    rules = rules_of(place.enrolment.version_id)
    context = {
        "rules": rules,
        "standing": standing_of(rules, attempts=attempts, now=place.now),
        "attempts": [(attempt, _url(place, "result", attempt.number)) for attempt in attempts],
        "documents": documents(place),
    }
    return page(request, place, template="test_start", context=context)


def act(request: HttpRequest, place: Place) -> HttpResponse:
    """Begin the test."""
    act_of(request, "begin")
    try:
        attempt = begin(place.enrolment, step=place.step, now=place.now)
    except TestError as error:
        messages.error(request, str(error))
        return redirect(place.url)
    return redirect(_resume(place, attempt))


def show_question(
    request: HttpRequest, place: Place, number: int, *, problem: Problem | None = None
) -> HttpResponse:
    """Show one question of the open test, with what was chosen so far."""
    attempt = _open_attempt(place)
    if attempt is None:
        return redirect(place.url)
    questions = questions_of(attempt)
    if not 1 <= number <= len(questions):
        raise Http404
    asked = questions[number - 1]
    context = {
        "attempt": attempt,
        "number": number,
        "total": len(questions),
        "question": _shown(asked, HIDDEN),
        "documents": documents(place, asked.item.document),
        "saved_at": _latest(questions),
        "before": _url(place, "question", number - 1) if number > 1 else None,
        "after": _after(place, number, len(questions)),
        "check": _url(place, "check"),
    }
    return page(request, place, template="test_question", context=context, problem=problem)


def answer_one(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """Save the answer at once, and go on."""
    attempt = _sent_attempt(request, place)
    option = request.POST.get("answer", "")
    try:
        row = respond(place.enrolment, attempt=attempt, number=number, option=option, now=place.now)
    except TestError as error:
        return _refused(request, place, attempt, Problem(str(error), "answer"), number)
    if _is_part(request):
        return _saved(request, row)
    return redirect(_after(place, number, len(attempt.drawn)))


def _refused(
    request: HttpRequest, place: Place, attempt: Attempt, problem: Problem, number: int
) -> HttpResponse:
    """Say why an answer was not taken; one to a test that is handed in leads to its result."""
    if attempt.submitted_at is None:
        if _is_part(request):
            return HttpResponseClientRefresh()
        return show_question(request, place, number, problem=problem)
    messages.error(request, problem.text)
    result = _url(place, "result", attempt.number)
    return HttpResponseClientRedirect(result) if _is_part(request) else redirect(result)


def _is_part(request: HttpRequest) -> bool:
    """Whether the page asks for a part of itself only."""
    return request.headers.get("HX-Request") == "true"


def show_check(request: HttpRequest, place: Place) -> HttpResponse:
    """Show every answer before the test is handed in."""
    attempt = _open_attempt(place)
    if attempt is None:
        return redirect(place.url)
    questions = questions_of(attempt)
    context = {
        "attempt": attempt,
        "rows": [
            (asked.number, _shown(asked, HIDDEN), _url(place, "question", asked.number))
            for asked in questions
        ],
        "unanswered": sum(asked.response is None for asked in questions),
        "saved_at": _latest(questions),
    }
    return page(request, place, template="test_check", context=context)


def hand_in_one(request: HttpRequest, place: Place) -> HttpResponse:
    """Take the test in and show how it went."""
    attempt = _sent_attempt(request, place)
    done = hand_in(place.enrolment, attempt=attempt, now=place.now)
    return redirect(_url(place, "result", done.number))


def show_result(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """Say in plain words how an attempt went.

    While another attempt is possible, the best answers to what was missed stay hidden.
    """
    attempts = attempts_of(place.enrolment, step=place.step)
    attempt = next((row for row in attempts if row.number == number), None)
    if attempt is None or attempt.submitted_at is None:
        raise Http404
    attempt.enrolment = place.enrolment
    rules = rules_of(place.enrolment.version_id)
    here = standing_of(rules, attempts=attempts, now=place.now)
    reveal = _reveal(here)
    context = {
        "attempt": attempt,
        "rules": rules,
        "standing": here,
        "outcomes": results_by_outcome(attempt),
        "questions": [(asked.number, _shown(asked, reveal)) for asked in questions_of(attempt)],
        "all_shown": reveal.others,
    }
    return page(request, place, template="test_result", context=context)


def describe(place: Place, kept: Kept) -> str:
    """Return the answer in words, if it belongs to the test that is open."""
    attempt = _open_attempt(place)
    number = int(kept.place.get("number", 0))
    if attempt is None or kept.value("attempt") != str(attempt.key) or not number:
        return ""
    questions = questions_of(attempt)
    if number > len(questions):
        return ""
    words = entry(questions[number - 1].item.words).value
    return str(words.get("options", {}).get(kept.value("answer"), ""))


def _reveal(here: Standing) -> Reveal:
    return ALL if here.gate in {Gate.PASSED, Gate.CLOSED} else OWN_ANSWER_ONLY


def _open_attempt(place: Place) -> Attempt | None:
    return place.enrolment.attempts.filter(step=place.step, submitted_at=None).first()


def _sent_attempt(request: HttpRequest, place: Place) -> Attempt:
    """Return the attempt that a form belongs to; one of another person or test is absent."""
    try:
        key = UUID(request.POST.get("attempt", ""))
    except ValueError:
        raise Http404 from None
    attempt = attempt_of(place.enrolment, key=key)
    if attempt is None or attempt.step_id != place.step.pk:
        raise Http404
    attempt.step = place.step
    return attempt


def _shown(asked: Question, reveal: Reveal) -> QuestionShown:
    answer = asked.response.option if asked.response else ""
    return question(asked.item, answer=answer, reveal=reveal, order=asked.options)


def _latest(questions: list[Question]) -> object:
    times = [asked.response.answered_at for asked in questions if asked.response]
    return max(times, default=None)


def _resume(place: Place, attempt: Attempt) -> str:
    questions = questions_of(attempt)
    number = place_of(questions)
    return _after(place, number - 1, len(questions))


def _after(place: Place, number: int, total: int) -> str:
    return _url(place, "question", number + 1) if number < total else _url(place, "check")


def _saved(request: HttpRequest, row: Response) -> HttpResponse:
    return render(request, "learner/parts/saved.html", {"saved_at": row.answered_at})


def _url(place: Place, page_name: str, *number: int) -> str:
    return reverse(f"learner:{page_name}", args=[place.enrolment.key, place.step.code, *number])
