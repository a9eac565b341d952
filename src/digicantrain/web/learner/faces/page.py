"""The page: read, answer on the way, go on."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from digicantrain.assessment.actions import TestError, answer_question
from digicantrain.assessment.models import Item
from digicantrain.assessment.queries import items_of
from digicantrain.learning.actions import TextError, complete_step, open_step
from digicantrain.learning.models import Answer
from digicantrain.learning.queries import answers_in
from digicantrain.web.learner.faces.face import Face, Problem, act_of, documents, page
from digicantrain.web.learner.kept import Kept
from digicantrain.web.learner.places import Place
from digicantrain.web.learner.shown import ALL, HIDDEN, QuestionShown, entry, question


class Block(NamedTuple):
    """A piece of a page: text, or a question."""

    html: str
    question: QuestionShown | None


def show(request: HttpRequest, place: Place, *, problem: Problem | None = None) -> HttpResponse:
    """Show the page with its questions; those answered show what follows."""
    if place.progress is None:
        open_step(place.enrolment, step=place.step, now=place.now)
    body = entry(place.step.body)
    items = _items(place, body.value)
    answers = answers_in(place.enrolment, step=place.step) if items else {}
    context = {
        "body": body,
        "blocks": list(_blocks(body.value, items, answers)),
        "documents": documents(place, *(item.document for item in items.values())),
        "saved_at": _latest(answers),
    }
    return page(request, place, template="page", context=context, problem=problem)


def act(request: HttpRequest, place: Place) -> HttpResponse:
    """Keep an answer, or mark the page read and go on."""
    if act_of(request, "answer", "finish") == "finish":
        complete_step(place.enrolment, step=place.step, now=place.now)
        return redirect(place.onward)
    key, value = request.POST.get("question", ""), request.POST.get("answer", "").strip()
    item = _items(place, entry(place.step.body).value).get(key)
    if item is None:
        raise BadRequest("No such question here")
    try:
        answer_question(place.enrolment, step=place.step, item=item, value=value, now=place.now)
    except (TestError, TextError) as error:
        return show(request, place, problem=Problem(str(error), field=f"q-{key}", value=value))
    return redirect(f"{place.url}#q-{key}")


def describe(place: Place, kept: Kept) -> str:
    """Return the answer in words."""
    value = kept.value("answer")
    item = _items(place, entry(place.step.body).value).get(kept.value("question"))
    if item is None or item.kind == "text":
        return value
    return str(entry(item.words).value.get("options", {}).get(value, ""))


def _items(place: Place, body: list[dict[str, Any]]) -> dict[str, Item]:
    keys = [block["question"] for block in body if "question" in block]
    return items_of(place.enrolment.version_id, keys=keys) if keys else {}


def _blocks(
    body: list[dict[str, Any]], items: dict[str, Item], answers: dict[str, Answer]
) -> Iterator[Block]:
    for block in body:
        if "html" in block:
            yield Block(block["html"], None)
        elif block["question"] in items:
            item = items[block["question"]]
            answer = answers[item.key].value if item.key in answers else ""
            yield Block("", question(item, answer=answer, reveal=ALL if answer else HIDDEN))


def _latest(answers: dict[str, Answer]) -> datetime | None:
    return max((answer.answered_at for answer in answers.values()), default=None)


FACE = Face(show, act, describe)
