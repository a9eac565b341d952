"""The registrar's pages: have what is due in a course run issued, and see how far it is."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from digicantrain.credentials import queries, runs
from digicantrain.credentials.models import IssuingRun
from digicantrain.learning.models import Cohort
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows
from digicantrain.web.manage.credentials import KEEPING

HEADER = ("module", "course run", "site", "ends", "issued", "due")
COLUMNS = {"title": "title", "site": "site__name", "ends": "ends_on", "have": "have"}


@roles_required(*KEEPING)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the course runs with what is due in each."""
    lists = Listing(request, columns=COLUMNS, first="-ends")
    found = lists.ordered(queries.cohorts_of(organisations(request, *KEEPING)))
    if lists.wants_csv:
        rows = with_due(first_rows(found))
        return csv_file("course-runs", header=HEADER, rows=[_line(*row) for row in rows])
    page = lists.page(found)
    context = {"page": page, "rows": with_due(page), "listing": lists}
    return render(request, "manage/course_runs.html", context)


def with_due(cohorts: Iterable[Cohort]) -> list[tuple[Cohort, int]]:
    """Return course runs, each with the number of credentials that are due in it."""
    rows = list(cohorts)
    due = queries.due_by_cohort(rows)
    return [(row, due.get(row.pk, 0)) for row in rows]


def _line(row: Cohort, due: int) -> list[object]:
    ends, have = row.ends_on.isoformat(), row.have  # type: ignore[attr-defined]
    return [row.module.code, row.title, row.site.name, ends, have, due]


@roles_required(*KEEPING)
@require_POST
def begin(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have what is due in a course run issued in the background."""
    own = queries.cohorts_of(organisations(request, *KEEPING))
    run = runs.begin(get_object_or_404(own, key=key), by=person_of(request), now=timezone.now())
    if run is None:
        messages.info(request, _("Nothing is due in this course run."))
        return redirect("manage:course-runs")
    return redirect("manage:issuing-run", key=run.key)


@roles_required(*KEEPING)
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show how far a run is; it goes on whether or not anybody looks."""
    own = IssuingRun.objects.filter(cohort__organisation__in=organisations(request, *KEEPING))
    run = get_object_or_404(own.select_related("cohort__module", "cohort__site"), key=key)
    if request.method == "POST":
        runs.go_on(run)
        return redirect("manage:issuing-run", key=run.key)
    context = {"run": run, "progress": runs.progress_of(run)}
    return render(request, "manage/issuing_run.html", context)
