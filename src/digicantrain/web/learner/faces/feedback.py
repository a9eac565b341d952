"""The course feedback form: one page, kept without a name and by its day only."""

from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from digicantrain.learning.actions import open_step
from digicantrain.learning.feedback.actions import submit
from digicantrain.learning.feedback.form import FeedbackForm, FormItem
from digicantrain.learning.queries import part_of
from digicantrain.web.learner.faces.face import UNPROCESSABLE, Face, act_of, page
from digicantrain.web.learner.kept import Kept
from digicantrain.web.learner.places import Place
from digicantrain.web.learner.shown import Entry, entry


class Row(NamedTuple):
    """A question of the form with its words, its answer, and what is wrong with it."""

    item: FormItem
    words: str
    options: list[tuple[str, str]]
    value: str
    problem: str

    @property
    def target(self) -> str:
        """The id of the field, or of its first choice, to which the list of errors leads."""
        return f"{self.item.field}-{self.options[0][0]}" if self.options else self.item.field


def show(
    request: HttpRequest, place: Place, *, answers: dict[str, str] | None = None
) -> HttpResponse:
    """Show the form; filled in once, it says so and shows nothing of it."""
    if place.is_done:
        return page(request, place, template="feedback_done", context={})
    if place.progress is None:
        open_step(place.enrolment, step=place.step, now=place.now)
    form, words = _form(place)
    problems = form.problems(answers) if answers else {}
    context = {
        "words": words,
        "rows": [_row(item, words.value, answers or {}, problems) for item in form.items],
        "problems": problems,
    }
    response = page(request, place, template="feedback", context=context)
    response.status_code = UNPROCESSABLE if problems else 200
    return response


def act(request: HttpRequest, place: Place) -> HttpResponse:
    """Keep the form and go on."""
    act_of(request, "finish")
    form, _words = _form(place)
    answers = form.answers(request.POST.dict())
    if form.problems(answers) and not place.is_done:
        return show(request, place, answers=answers)
    submit(
        place.enrolment,
        step=place.step,
        form=form,
        answers=answers,
        filled_in=(get_language() or "en", place.now),
    )
    return redirect(place.onward)


def describe(_place: Place, _kept: Kept) -> str:
    """Return nothing: the answers to this form are never shown beside a name."""
    return ""


def _form(place: Place) -> tuple[FeedbackForm, Entry]:
    found = part_of(place.enrolment.version_id, "forms", place.step.data["form"])
    if found is None:
        raise Http404
    return FeedbackForm.read(found), entry(found["words"])


def _row(
    item: FormItem, words: dict[str, Any], answers: dict[str, str], problems: dict[str, str]
) -> Row:
    labels = words.get("scale") if item.kind == "scale" else words.get("options", {}).get(item.key)
    return Row(
        item=item,
        words=words.get("items", {}).get(item.key, item.key),
        options=[(option, (labels or {}).get(option, option)) for option in item.options],
        value=answers.get(item.key, ""),
        problem=problems.get(item.key, ""),
    )


FACE = Face(show, act, describe)
