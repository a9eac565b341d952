"""Course runs and who is in them, for trainers and site coordinators."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.learning import staff
from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.people import queries as people_queries
from digicantrain.people.enums import Role
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows
from digicantrain.web.teach.forms import CohortFilter, CohortForm, ParticipantFilter

RUNS = {
    "title": "title",
    "site": "site__name",
    "starts": "starts_on",
    "active": "active",
    "completed": "completed",
    "waiting": "waiting",
}
RUNS_HEADER = (
    "module", "title", "site", "first_day", "last_day", "seats", "active", "completed", "waiting",
)  # fmt: skip
PEOPLE = {
    "name": "person__name",
    "state": "state",
    "done": "done",
    "active": "last_active_at",
    "enrolled": "created_at",
}
PEOPLE_HEADER = ("name", "email", "state", "steps_done", "enrolled", "last_active")
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
    form = CohortFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    listing = Listing(request, columns=RUNS, first="-starts")
    rows = listing.ordered(
        staff.cohorts_with_counts(sites, text=wanted.get("text", ""), when=wanted.get("when", ""))
    )
    if listing.wants_csv:
        return csv_file("course-runs", header=RUNS_HEADER, rows=map(_run_line, first_rows(rows)))
    context = {"page": listing.page(rows), "listing": listing, "form": form}
    return render(request, "teach/home.html", context)


def _run_line(cohort: Cohort) -> list[object]:
    counts = [getattr(cohort, name) for name in ("active", "completed", "waiting")]
    return [
        cohort.module.code,
        cohort.title,
        cohort.site.name,
        cohort.starts_on.isoformat(),
        cohort.ends_on.isoformat(),
        cohort.seats,
        *counts,
    ]


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
    form, listing, people = _participants(request, row)
    return render(
        request,
        "teach/cohort.html",
        {
            "cohort": row,
            "form": form,
            "listing": listing,
            "page": listing.page(people, size=50),
            "narrowed": form.is_valid() and any(form.cleaned_data.values()),
            "steps": staff.written_steps(row),
            "seats": staff.seats(row),
        },
    )


@roles_required(*TEACHING)
@require_safe
def participants_csv(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand over the list of participants for a spreadsheet, narrowed and sorted as on the page.

    The text is made whole before it is sent: a run has at most 20,000 seats, and a fault midway
    must not look like a short list.
    """
    row = cohort_for(request, key)
    _form, _listing, people = _participants(request, row)
    lines = (
        [
            enrolment.person.name,
            enrolment.person.email,
            enrolment.state,
            enrolment.done,  # type: ignore[attr-defined]
            enrolment.created_at.date().isoformat(),
            enrolment.last_active_at.date().isoformat() if enrolment.last_active_at else "",
        ]
        for enrolment in people.iterator(chunk_size=2_000)
    )
    return csv_file("participants", header=PEOPLE_HEADER, rows=lines)


def _participants(
    request: HttpRequest, cohort: Cohort
) -> tuple[ParticipantFilter, Listing, QuerySet[Enrolment]]:
    """Return the filter, the order and who is in a course run."""
    form = ParticipantFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    listing = Listing(request, columns=PEOPLE, first="name")
    rows = staff.participants(cohort, name=wanted.get("name", ""), state=wanted.get("state", ""))
    return form, listing, listing.ordered(rows)
