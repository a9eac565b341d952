"""The steps of a unit as rows of a list; what is the same for all learners is made once.

A module may have hundreds of steps: the template engine would spend more on their rows than on
all the rest of the page.
"""

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from digicantrain.learning.enums import StepState
from digicantrain.learning.progress import ModuleProgress, StepLine, UnitProgress
from digicantrain.programme.outlines import Outline
from digicantrain.web.templatetags.look import minutes
from digicantrain.web.templatetags.words import words

register = template.Library()


@register.simple_tag
def step_rows(progress: ModuleProgress, unit: UnitProgress) -> SafeString:
    """Show the written steps of a unit, each with its minutes and where the learner stands."""
    pieces = _pieces(progress.outline, get_language() or "en")
    states = {state: _state(state) for state in StepState}
    start, end = reverse("learner:step", args=[progress.enrolment.key, "STEP"]).split("STEP")
    next_pk = progress.next.step.pk if progress.next else None

    def row(line: StepLine) -> str:
        code, title, time = pieces[line.step.pk]
        css, label = states[line.state]
        here = ' class="is-next"' if line.step.pk == next_pk else ""
        return (
            f'<li{here}><a class="govuk-link" href="{start}{code}{end}">{title}</a> '
            f'<span class="steps__state{css}">{time} · {label}</span></li>'
        )

    return mark_safe("".join(map(row, unit.written)))  # noqa: S308 - of escaped pieces only


def _state(state: StepState) -> tuple[str, str]:
    return " steps__state--done" if state is StepState.DONE else "", escape(str(state.label))


@lru_cache(maxsize=64)
def _pieces(outline: Outline, language: str) -> dict[int, tuple[str, str, str]]:
    """Return code, title and minutes of each step, escaped, in the language that is active now."""
    del language
    return {
        step.pk: (
            escape(step.code),
            format_html("{}", words(step.title)),
            escape(minutes(step.minutes)),
        )
        for step in outline.written
    }
