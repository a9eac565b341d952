"""The learner's home: one next step, what else is under way, and what there is to know."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digicantrain.evaluation import queries as studies
from digicantrain.learning import actions, queries
from digicantrain.learning.enums import EnrolmentState
from digicantrain.learning.models import Notice
from digicantrain.web.access import person_of
from digicantrain.web.learner import kept
from digicantrain.web.learner.places import learner_page, place_of
from digicantrain.web.learner.steps import FACES


@require_safe
@learner_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the one next step first."""
    person = person_of(request)
    rows = queries.enrolments_of(person)
    active = [row for row in rows if row.state == EnrolmentState.ACTIVE]
    found = queries.progress_of_all(active, now=timezone.now())
    under_way = sorted(found.values(), key=_last, reverse=True)
    first = next((one for one in under_way if one.next), None)
    context: dict[str, Any] = {
        "first": first,
        "under_way": under_way,
        "others": [one for one in under_way if one is not first],
        "waiting": [row for row in rows if row.state == EnrolmentState.WAITING],
        "completed": [row for row in rows if row.state == EnrolmentState.COMPLETED],
        "notices": list(queries.unread_notices(person)[:10]),
        "invitations": studies.invitations(person) if rows else [],
        "greeting": greeting(timezone.localtime().hour),
    }
    return render(request, "learner/home.html", context)


def _last(progress: Any) -> float:
    at = progress.enrolment.last_active_at or progress.enrolment.created_at
    return float(at.timestamp())


def greeting(hour: int) -> str:
    """Return a greeting for an hour of her own day."""
    if 5 <= hour < 11:
        return _("Good morning")
    if 11 <= hour < 18:
        return _("Good day")
    return _("Good evening")


@require_POST
@learner_page
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a notice away."""
    notice = get_object_or_404(Notice, pk=pk, person=person_of(request))
    actions.put_away(notice, now=timezone.now())
    return redirect("learner:home")


@require_safe
@learner_page
def kept_answer(request: HttpRequest) -> HttpResponse:
    """Offer the answer that was sent after the session had ended."""
    found = kept.offered(request)
    if found is None:
        return redirect("learner:home")
    try:
        place = place_of(request, found.place["key"], found.place["step"])
    except Http404:
        kept.forget(request)
        return redirect("learner:home")
    context = {
        "kept": found,
        "place": place,
        "words": FACES[place.step.kind].describe(place, found),
    }
    return render(request, "learner/kept.html", context)
