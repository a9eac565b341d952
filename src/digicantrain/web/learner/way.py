"""The way through a module as rows of a list; what is the same for all learners is made once.

A module may have hundreds of steps: the template engine would spend more on their rows than on
all the rest of the page.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from digicantrain.learning.enums import StepState
from digicantrain.learning.progress import ModuleProgress, StepLine, UnitProgress
from digicantrain.programme.outlines import Outline
from digicantrain.web.templatetags.look import minutes
from digicantrain.web.templatetags.words import words


class Leg(NamedTuple):
    """A unit on the way, its steps as rows ready to show, and whether the next step is in it."""

    progress: UnitProgress
    rows: SafeString
    is_next: bool


def way(progress: ModuleProgress, *, outline: Outline) -> Iterator[Leg]:
    """Yield the units of a module with their rows."""
    language = get_language() or "en"
    pieces = _pieces(outline, language)
    labels = {state: format_html("{}", state.label) for state in StepState}
    start, end = reverse("learner:step", args=[progress.enrolment.key, "STEP"]).split("STEP")
    next_pk = progress.next.step.pk if progress.next else None

    def row(line: StepLine) -> str:
        code, title = pieces[line.step.pk]
        here = ' class="is-next"' if line.step.pk == next_pk else ""
        state = labels[line.state]
        return f'<li{here}><a class="govuk-link" href="{start}{code}{end}{title}{state}</span></li>'

    for unit in progress.units:
        rows = mark_safe("".join(map(row, unit.written)))  # noqa: S308 - of escaped pieces only
        yield Leg(unit, rows, is_next=any(line.step.pk == next_pk for line in unit.written))


@lru_cache(maxsize=64)
def _pieces(outline: Outline, language: str) -> dict[int, tuple[str, str]]:
    """Return the code and the title with the minutes of each step, escaped, in this language."""
    del language
    row = '">{}</a> <span class="steps__state">{} · '
    return {
        step.pk: (escape(step.code), format_html(row, words(step.title), minutes(step.minutes)))
        for step in outline.written
    }
