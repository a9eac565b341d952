"""Research, from the learner's side: consent apart from the course, and the questionnaires."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from digicantrain.base.localised import pick
from digicantrain.evaluation import actions, queries, tasks
from digicantrain.evaluation.models import Participant, Study
from digicantrain.learning.models import Enrolment
from digicantrain.web.access import person_of


class Place(NamedTuple):
    """A study and the person's place in it; `enrolment` is missing when she left the course."""

    study: Study
    enrolment: Enrolment | None
    participant: Participant | None


def _place(request: HttpRequest, slug: str) -> Place:
    """Return a study the person is invited to or has decided on; all others are absent."""
    person = person_of(request)
    study = get_object_or_404(Study.objects.select_related("instrument", "organisation"), slug=slug)
    enrolment = queries.enrolment_in(person, study=study)
    participant = queries.identity_of(person, study=study)
    if enrolment is None and participant is None:
        raise Http404
    return Place(study, enrolment, participant)


def _due(place: Place) -> str:
    """Return the wave that is asked now, or nothing."""
    if place.participant is None or place.enrolment is None:
        return ""
    return queries.due_wave(
        place.participant,
        study=place.study,
        enrolment=place.enrolment,
        answered=queries.answered_waves(place.participant),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the study asks now: a decision, a questionnaire, or nothing."""
    place = _place(request, slug)
    participant = place.participant
    may_decide = place.enrolment is not None and not queries.is_over(place.study)
    if place.enrolment is not None and may_decide:
        if request.method == "POST":
            return _decide(request, place.study, place.enrolment)
        if participant is None or participant.consent is None or "consent" in request.GET:
            return render(request, "learner/study_consent.html", {"study": place.study})
    if wave := _due(place):
        return redirect("learner:study-questions", slug=slug, wave=wave)
    context = {"study": place.study, "participant": participant, "may_decide": may_decide}
    return render(request, "learner/study.html", context)


def _decide(request: HttpRequest, row: Study, enrolment: Enrolment) -> HttpResponse:
    answer = request.POST.get("research")
    if answer not in {"yes", "no"}:
        context = {"study": row, "unanswered": True}
        return render(request, "learner/study_consent.html", context, status=400)
    participant = actions.participant_for(person_of(request), study=row, enrolment=enrolment)
    agreed = answer == "yes"
    scopes = {
        "research": agreed,
        "linkage": agreed and request.POST.get("linkage") == "on",
        "quotes": False,
    }
    actions.decide_consent(participant, scopes=scopes, day=timezone.localdate())
    if not agreed:
        _renew(row)
        messages.success(request, _("Noted. The course goes on as before."))
        return redirect("learner:home")
    return redirect("learner:study", slug=row.slug)


def _renew(row: Study) -> None:
    """Have results that were shown computed again: they may hold answers that are gone now."""
    if queries.last_run(row):
        tasks.analyse.enqueue(row.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, slug: str, wave: str) -> HttpResponse:
    """Ask the questions of a wave; each may be left out."""
    place = _place(request, slug)
    if place.participant is None or _due(place) != wave:
        return redirect("learner:study", slug=slug)
    if request.method == "POST":
        return _take_answers(request, place.study, place.participant, wave)
    context = {"study": place.study, "wave": wave, **questionnaire(place.study)}
    return render(request, "learner/study_questions.html", context)


def _take_answers(
    request: HttpRequest, row: Study, participant: Participant, wave: str
) -> HttpResponse:
    known = [item["id"] for item in row.instrument.data["items"] if item["kind"] == "scale"]
    values = {item: request.POST[item] for item in known if request.POST.get(item)}
    try:
        actions.save_answers(
            participant,
            wave=get_object_or_404(row.waves, key=wave),
            values=values,
            day=timezone.localdate(),
        )
    except actions.AnswerError as error:
        context = {
            "study": row, "wave": wave, "error": str(error), **questionnaire(row, given=values),
        }  # fmt: skip
        return render(request, "learner/study_questions.html", context, status=400)
    messages.success(request, _("Thank you. Your answers are kept without your name."))
    return redirect("learner:home")


def questionnaire(row: Study, *, given: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the questionnaire's words in the reader's language, or in its own, and her answers."""
    words = row.instrument.data["words"]
    language = (get_language() or "en").split("-")[0]
    chosen = language if language in words else pick(row.instrument.title).language
    text = words.get(chosen) or next(iter(words.values()))
    return {
        "words_language": chosen,
        "fallback": chosen != language,
        "intro": text["intro"],
        "scale": sorted(text["scale"].items(), key=lambda pair: int(pair[0])),
        "items": [
            {
                "id": item["id"],
                "text": text["items"][item["id"]],
                "given": (given or {}).get(item["id"], ""),
            }
            for item in row.instrument.data["items"]
            if item["kind"] == "scale"
        ],
    }


@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take part no more: the answers go, the course stays."""
    place = _place(request, slug)
    if place.participant is not None:
        actions.withdraw(place.participant, day=timezone.localdate())
        _renew(place.study)
    messages.success(request, _("You have left the study and your answers are gone from it."))
    return redirect("learner:home")
