"""Research, from the learner's side: consent apart from the course, and the questionnaires."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from digicantrain.base.localised import pick
from digicantrain.evaluation import actions, queries
from digicantrain.evaluation.models import Participant, Study
from digicantrain.learning.models import Enrolment
from digicantrain.web.access import person_of


def _place(request: HttpRequest, slug: str) -> tuple[Study, Enrolment]:
    """Return a study the person is invited to; all others are absent."""
    study = get_object_or_404(Study.objects.select_related("instrument", "organisation"), slug=slug)
    enrolment = queries.enrolment_in(person_of(request), study=study)
    if enrolment is None:
        raise Http404
    return study, enrolment


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the study asks now: a decision, a questionnaire, or nothing."""
    row, enrolment = _place(request, slug)
    participant = queries.identity_of(person_of(request), study=row)
    if request.method == "POST":
        return _decide(request, row, enrolment)
    if participant is None or participant.consent is None or "consent" in request.GET:
        return render(request, "learner/study_consent.html", {"study": row})
    wave = queries.due_wave(
        participant, enrolment=enrolment, answered=queries.answered_waves(participant)
    )
    if wave:
        return redirect("learner:study-questions", slug=slug, wave=wave)
    return render(request, "learner/study.html", {"study": row, "participant": participant})


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
        messages.success(request, _("Noted. The course goes on as before."))
        return redirect("learner:home")
    return redirect("learner:study", slug=row.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, slug: str, wave: str) -> HttpResponse:
    """Ask the questions of a wave; each may be left out."""
    row, enrolment = _place(request, slug)
    participant = queries.identity_of(person_of(request), study=row)
    if participant is None:
        return redirect("learner:study", slug=slug)
    due = queries.due_wave(
        participant, enrolment=enrolment, answered=queries.answered_waves(participant)
    )
    if due != wave:
        return redirect("learner:study", slug=slug)
    if request.method == "POST":
        return _take_answers(request, row, participant, wave)
    context = {"study": row, "wave": wave, **questionnaire(row)}
    return render(request, "learner/study_questions.html", context)


def _take_answers(
    request: HttpRequest, row: Study, participant: Participant, wave: str
) -> HttpResponse:
    known = [item["id"] for item in row.instrument.data["items"]]
    values = {item: request.POST[item] for item in known if request.POST.get(item)}
    try:
        actions.save_answers(
            participant,
            wave=row.waves.get(key=wave),
            values=values,
            day=timezone.localdate(),
        )
    except actions.AnswerError as error:
        context = {
            "study": row, "wave": wave, "error": str(error), "given": values, **questionnaire(row),
        }  # fmt: skip
        return render(request, "learner/study_questions.html", context, status=400)
    messages.success(request, _("Thank you. Your answers are kept without your name."))
    return redirect("learner:home")


def questionnaire(row: Study) -> dict[str, Any]:
    """Return the questionnaire's words in the reader's language, or in its own."""
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
            {"id": item["id"], "text": text["items"][item["id"]]}
            for item in row.instrument.data["items"]
            if item["kind"] == "scale"
        ],
    }


@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take part no more: the answers go, the course stays."""
    row, _enrolment = _place(request, slug)
    participant = queries.identity_of(person_of(request), study=row)
    if participant is not None:
        actions.withdraw(participant, day=timezone.localdate())
    messages.success(request, _("You have left the study and your answers are gone from it."))
    return redirect("learner:home")
