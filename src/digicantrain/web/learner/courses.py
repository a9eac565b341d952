"""Joining a course run, its page, leaving it, and reporting what is wrong in it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.learning import actions, queries
from digicantrain.learning.enums import EnrolledBy, EnrolmentState
from digicantrain.learning.models import Cohort
from digicantrain.web.access import person_of
from digicantrain.web.learner.places import learner_page, own_enrolment, place_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show what an invitation leads to; join by pressing the button."""
    return _offer(request, queries.cohort_invited(token), EnrolledBy.INVITATION)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a course run that is open to all; enrol by pressing the button."""
    return _offer(request, queries.cohort_open(key), EnrolledBy.SELF)


def _offer(request: HttpRequest, cohort: Cohort | None, how: EnrolledBy) -> HttpResponse:
    if cohort is None:
        raise Http404
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            row = actions.enrol(cohort, person=person_of(request), how=how)
        except actions.EnrolmentError as error:
            messages.error(request, str(error))
            return redirect(request.path)
        return redirect("learner:module", key=row.key)
    full = cohort.taken >= cohort.seats  # type: ignore[attr-defined]
    context = {"cohort": cohort, "full": full, "version": cohort.module.current}
    return render(request, "learner/join.html", context)


@require_safe
@learner_page
def module(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the path through a module, with one button to go on."""
    enrolment = own_enrolment(request, key)
    context: dict[str, Any] = {"enrolment": enrolment, "version": enrolment.version}
    if enrolment.state == EnrolmentState.WAITING:
        context["queue"] = queries.place_in_queue(enrolment)
        return render(request, "learner/waiting.html", context)
    if enrolment.state == EnrolmentState.LEFT:
        return render(request, "learner/left.html", context)
    context["progress"] = queries.progress_of(enrolment)
    return render(request, "learner/module.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@learner_page
def leave(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask once more, then give the seat away."""
    enrolment = own_enrolment(request, key)
    if request.method == "POST":
        actions.leave(enrolment, now=timezone.now())
        messages.success(request, _("You have left the course. Your seat is free for others."))
        return redirect("learner:home")
    context = {"enrolment": enrolment, "version": enrolment.version}
    return render(request, "learner/leave.html", context)


class ReportForm(forms.Form):
    """What is wrong on a step's page."""

    text = forms.CharField(
        label=gettext_lazy("What is wrong on this page?"),
        help_text=gettext_lazy("Never write about a real patient here."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2_000,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@learner_page
def report(request: HttpRequest, key: UUID, step: str) -> HttpResponse:
    """Take a report of something wrong in a step."""
    place = place_of(request, key, step)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.report_error(
            form.cleaned_data["text"],
            address=place.url,
            person=person_of(request),
            enrolment=place.enrolment,
            step=place.step,
        )
        messages.success(request, _("Thank you. Somebody will look at it and answer you."))
        return redirect(place.url)
    return render(request, "learner/report.html", {"place": place, "form": form})
