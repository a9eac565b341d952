"""The case: one moment at a time; consequences come later, the debrief at the end."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from digicantrain.core import cases
from digicantrain.learning.actions import open_step
from digicantrain.learning.case import is_assessed
from digicantrain.learning.case.play import CaseError, Moment, begin_again, choose, moment_of
from digicantrain.learning.queries import part_of
from digicantrain.web.learner.faces.face import Face, act_of, documents, page
from digicantrain.web.learner.kept import Kept
from digicantrain.web.learner.places import Place
from digicantrain.web.learner.shown import Entry, entry


class Told(NamedTuple):
    """A moment that has passed: its clock, its words, what was chosen."""

    clock: str
    text: str
    choice: str


def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show the moment in which the case is, or how it ended."""
    if place.progress is None:
        open_step(place.enrolment, step=place.step, now=place.now)
    design, words = _case(place)
    # states_of() leaves the path out; it is read here only
    progress = place.progress
    if progress is not None:
        progress.refresh_from_db(fields=["data"])
    here = moment_of(progress, design=design)
    context: dict[str, Any] = {
        "words": words,
        "told": _told(words.value, here),
        "documents": documents(place, design.get("document", "")),
        "assessed": is_assessed(place.step),
        "saved_at": place.progress.saved_at if place.progress and here.path else None,
    }
    if here.ended:
        context |= _ending(design, words.value, here)
        return page(request, place, template="case_end", context=context)
    state = words.value["states"][here.position.key]
    context |= {
        "state": here.position.key,
        "clock": state.get("clock", ""),
        "text": state["text"],
        "choices": [
            (row["id"], state["choices"][row["id"]])
            for row in design["states"][here.position.key]["choices"]
        ],
    }
    return page(request, place, template="case", context=context)


def act(request: HttpRequest, place: Place) -> HttpResponse:
    """Take a choice, or begin again."""
    if act_of(request, "choose", "again") == "again":
        begin_again(place.enrolment, step=place.step, now=place.now)
        return redirect(place.url)
    design, _words = _case(place)
    made = (request.POST.get("state", ""), request.POST.get("choice", ""))
    try:
        choose(place.enrolment, step=place.step, design=design, made=made, now=place.now)
    except CaseError as error:
        messages.error(request, str(error))
    return redirect(f"{place.url}#moment")


def describe(place: Place, kept: Kept) -> str:
    """Return the choice in words."""
    _design, words = _case(place)
    state = words.value["states"].get(kept.value("state"), {})
    return str(state.get("choices", {}).get(kept.value("choice"), ""))


def _case(place: Place) -> tuple[Mapping[str, Any], Entry]:
    found = part_of(place.enrolment.version_id, "cases", place.step.data["case"])
    if found is None:
        raise Http404
    return found["design"], entry(found["words"])


def _told(words: dict[str, Any], here: Moment) -> list[Told]:
    return [
        Told(
            words["states"][state].get("clock", ""),
            words["states"][state]["text"],
            words["states"][state]["choices"][choice],
        )
        for state, choice in here.path
    ]


def _ending(design: Mapping[str, Any], words: dict[str, Any], here: Moment) -> dict[str, Any]:
    found = cases.result(design, here.path)
    ending = words["endings"][found.ending]
    return {
        "result": found,
        "ending": ending,
        "variants": [ending["variants"][name] for name in found.variants],
        "debrief": [words["debrief"][row["id"]] for row in design["debrief"]],
    }


FACE = Face(show, act, describe)
