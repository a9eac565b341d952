"""The practice quiz: one question a page, feedback after each answer, no score that counts."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from digicantrain.assessment.actions import TestError, answer_question, finish_practice
from digicantrain.assessment.models import Item
from digicantrain.assessment.queries import items_of
from digicantrain.learning.actions import TextError, open_step
from digicantrain.learning.models import Answer
from digicantrain.learning.queries import answers_in
from digicantrain.web.learner.faces.face import Problem, act_of, documents, page
from digicantrain.web.learner.kept import Kept
from digicantrain.web.learner.places import Place
from digicantrain.web.learner.shown import ALL, HIDDEN, entry, question


def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Lead to the first question without an answer; after the last, say how it went."""
    if place.progress is None:
        open_step(place.enrolment, step=place.step, now=place.now)
    answers = answers_in(place.enrolment, step=place.step)
    keys = place.step.data["items"]
    unanswered = [number for number, key in enumerate(keys, 1) if key not in answers]
    if unanswered:
        return redirect(_url(place, unanswered[0]))
    items = items_of(place.enrolment.version_id, keys=keys)
    choices = [item for item in items.values() if item.kind == "choice"]
    context = {
        "right": sum(answers[item.key].value == item.answer for item in choices),
        "total": len(choices),
        "questions": [
            (number, question(items[key], answer=answers[key].value, reveal=ALL))
            for number, key in enumerate(keys, 1)
            if key in items
        ],
    }
    return page(request, place, template="practice_done", context=context)


def act(request: HttpRequest, place: Place) -> HttpResponse:
    """Finish, when each question is answered."""
    act_of(request, "finish")
    if not finish_practice(place.enrolment, step=place.step, now=place.now):
        return redirect(place.url)
    return redirect(place.onward)


def show_question(
    request: HttpRequest, place: Place, number: int, *, problem: Problem | None = None
) -> HttpResponse:
    """Show one question; answered, it shows what follows."""
    if place.progress is None:
        open_step(place.enrolment, step=place.step, now=place.now)
    item = _item(place, number)
    answers = answers_in(place.enrolment, step=place.step)
    answer = answers.get(item.key)
    total = len(place.step.data["items"])
    context = {
        "number": number,
        "total": total,
        "question": _shown(item, answer),
        "documents": documents(place, item.document),
        "saved_at": answer.answered_at if answer else None,
        "after": _url(place, number + 1) if number < total else place.url,
        "before": _url(place, number - 1) if number > 1 else None,
    }
    return page(request, place, template="practice", context=context, problem=problem)


def answer_one(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """Keep the answer to one question and show what follows."""
    item = _item(place, number)
    value = request.POST.get("answer", "").strip()
    try:
        answer_question(place.enrolment, step=place.step, item=item, value=value, now=place.now)
    except (TestError, TextError) as error:
        problem = Problem(str(error), field=f"q-{item.key}", value=value)
        return show_question(request, place, number, problem=problem)
    return redirect(_url(place, number))


def describe(place: Place, kept: Kept) -> str:
    """Return the answer in words."""
    value = kept.value("answer")
    if "number" not in kept.place:
        return ""
    item = _item(place, int(kept.place["number"]))
    if item.kind == "text":
        return value
    return str(entry(item.words).value.get("options", {}).get(value, ""))


def _item(place: Place, number: int) -> Item:
    keys = place.step.data.get("items", ())
    if not 1 <= number <= len(keys):
        raise Http404
    key = keys[number - 1]
    found = items_of(place.enrolment.version_id, keys=[key])
    if key not in found:
        raise BadRequest("No such question here")
    return found[key]


def _shown(item: Item, answer: Answer | None) -> object:
    if answer is None:
        return question(item, answer="", reveal=HIDDEN)
    return question(item, answer=answer.value, reveal=ALL)


def _url(place: Place, number: int) -> str:
    return reverse("learner:question", args=[place.enrolment.key, place.step.code, number])
