"""What a face is, and what all faces share."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from digicantrain.learning.queries import documents_of
from digicantrain.web.learner.kept import Kept
from digicantrain.web.learner.places import Place
from digicantrain.web.learner.shown import Entry, entry

UNPROCESSABLE = 422


class Face(NamedTuple):
    """How an activity kind is shown, what a POST to it does, and how a kept answer is named."""

    show: Callable[[HttpRequest, Place], HttpResponse]
    act: Callable[[HttpRequest, Place], HttpResponse]
    describe: Callable[[Place, Kept], str]


class Problem(NamedTuple):
    """Why what was sent cannot be taken, and the field to mend."""

    text: str
    field: str
    status: int = UNPROCESSABLE
    value: str = ""


def act_of(request: HttpRequest, *acts: str) -> str:
    """Return what a form wants to do; a form of ours says nothing else."""
    act = request.POST.get("act", "")
    if act not in acts:
        raise BadRequest("Unknown act")
    return act


def documents(place: Place, *names: str) -> list[Entry]:
    """Return the documents that stand beside a step, in the reader's language."""
    wanted = list(dict.fromkeys([*place.step.data.get("documents", ()), *filter(None, names)]))
    found = documents_of(place.enrolment.version_id, names=wanted)
    return [entry(found[name]) for name in wanted if found.get(name)]


def page(
    request: HttpRequest,
    place: Place,
    *,
    template: str,
    context: dict[str, Any],
    problem: Problem | None = None,
) -> HttpResponse:
    """Render a step with what all steps show."""
    return render(
        request,
        f"learner/{template}.html",
        {"place": place, "problem": problem, **context},
        status=problem.status if problem else 200,
    )
