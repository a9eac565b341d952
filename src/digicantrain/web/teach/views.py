"""Course runs and who is in them, for trainers and site coordinators."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.core.tables import write_csv
from digicantrain.learning import staff
from digicantrain.learning.models import Cohort
from digicantrain.people import queries as people_queries
from digicantrain.people.enums import Role
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.teach.forms import CohortForm, ParticipantFilter

TEACHING = (Role.TRAINER, Role.SITE_COORDINATOR, Role.COORDINATOR, Role.ADMINISTRATOR)


def cohort_for(request: HttpRequest, key: UUID) -> Cohort:
    """Return a course run at one of the person's sites; all others are absent."""
    sites = people_queries.sites_for(person_of(request), *TEACHING)
    return get_object_or_404(
        Cohort.objects.select_related("site", "organisation", "module__current").defer(
            "module__current__data"
        ),
        key=key,
        site__in=sites,
    )


@roles_required(*TEACHING)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List the course runs at the person's sites."""
    sites = people_queries.sites_for(person_of(request), *TEACHING)
    page = Paginator(staff.cohorts_with_counts(sites), 20).get_page(request.GET.get("page"))
    return render(request, "teach/home.html", {"page": page, "menu_item": "teach"})


@roles_required(*TEACHING)
@require_http_methods(["GET", "HEAD", "POST"])
def new_cohort(request: HttpRequest) -> HttpResponse:
    """Open a course run."""
    sites = people_queries.sites_for(person_of(request), *TEACHING)
    today = timezone.localdate()
    form = CohortForm(
        request.POST or None,
        sites=sites,
        initial={"starts_on": today, "ends_on": today + timedelta(days=90), "seats": 30},
    )
    if request.method == "POST" and form.is_valid():
        cohort = form.save(commit=False)
        staff.open_cohort(cohort, by=person_of(request))
        messages.success(request, _("The course run is open."))
        return redirect("teach:cohort", key=cohort.key)
    return render(request, "teach/cohort_form.html", {"form": form, "cohort": None})


@roles_required(*TEACHING)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_cohort(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change dates, seats or the name of a course run."""
    cohort = cohort_for(request, key)
    sites = people_queries.sites_for(person_of(request), *TEACHING)
    form = CohortForm(request.POST or None, instance=cohort, sites=sites)
    if request.method == "POST" and form.is_valid():
        staff.change_cohort(form.save(commit=False), by=person_of(request))
        messages.success(request, _("Saved."))
        return redirect("teach:cohort", key=key)
    return render(request, "teach/cohort_form.html", {"form": form, "cohort": cohort})


@roles_required(*TEACHING)
@require_safe
def cohort(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a course run: its link, its seats, its participants."""
    row = cohort_for(request, key)
    form = ParticipantFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    people = staff.participants(row, name=wanted.get("name", ""), state=wanted.get("state", ""))
    page = Paginator(people, 50).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "teach/cohort.html",
        {
            "cohort": row,
            "form": form,
            "page": page,
            "query": query.urlencode(),
            "steps": staff.written_steps(row),
            "seats": staff.seats(row),
        },
    )


@roles_required(*TEACHING)
@require_safe
def participants_csv(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand over the list of participants for a spreadsheet."""
    row = cohort_for(request, key)
    text = write_csv(
        ["name", "email", "state", "steps_done", "enrolled"],
        rows=(
            [
                enrolment.person.name,
                enrolment.person.email,
                enrolment.state,
                enrolment.done,  # type: ignore[attr-defined]
                enrolment.created_at.date().isoformat(),
            ]
            for enrolment in staff.participants(row, name="", state="")
        ),
    )
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="participants.csv"'},
    )
