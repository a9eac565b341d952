"""Studies and their results, for evaluators; people stand in them by pseudonym or not at all."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digicantrain.evaluation import actions, queries, tasks
from digicantrain.evaluation.models import AnalysisRun, Study
from digicantrain.people.enums import Role
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.evaluate import report, tables


def study_for(request: HttpRequest, slug: str) -> Study:
    """Return a study of an organisation that the person evaluates; others are absent."""
    own = queries.studies_of(organisations(request, Role.EVALUATOR))
    return get_object_or_404(own.select_related("instrument", "organisation"), slug=slug)


@roles_required(Role.EVALUATOR)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List the studies with their state."""
    own = organisations(request, Role.EVALUATOR)
    page = Paginator(queries.studies_of(own), 20).get_page(request.GET.get("page"))
    return render(request, "evaluate/home.html", {"page": page, "organisations": own})


@roles_required(Role.EVALUATOR)
@require_safe
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a study's newest results, and whether newer ones are being computed."""
    row = study_for(request, slug)
    run = queries.last_run(row)
    context: dict[str, Any] = {
        "study": row,
        "computing": queries.computing(row),
        "cohorts": row.cohorts.select_related("module", "site"),
        "over": queries.is_over(row),
    }
    if run:
        run.study = row
        context |= report.context_of(run)
    return render(request, "evaluate/study.html", context)


@roles_required(Role.EVALUATOR)
@require_POST
def compute(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the results computed from the answers of now; the worker does it."""
    row = study_for(request, slug)
    if not queries.computing(row).waits:
        tasks.analyse.enqueue(row.pk)
    messages.success(request, _("The results are computed in the background."))
    return redirect("evaluate:study", slug=slug)


def _run_for(request: HttpRequest, slug: str) -> AnalysisRun:
    row = study_for(request, slug)
    run = queries.last_run(row)
    if run is None:
        raise Http404
    run.study = row
    return run


def _handed_over(request: HttpRequest, run: AnalysisRun, *, what: str, body: str) -> HttpResponse:
    """Hand over a file; each one is entered in the trail."""
    kinds = {"html": "text/html", "json": "application/json", "csv": "text/csv"}
    actions.note_export(run.study, what=what, by=person_of(request))
    mark = "-invented" if run.study.is_demo else ""
    return HttpResponse(
        body,
        content_type=f"{kinds[what.rsplit('.', maxsplit=1)[-1]]}; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{run.study.slug}{mark}-{what}"',
        },
    )


@roles_required(Role.EVALUATOR)
@require_safe
def report_html(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand over the report as a page that needs nothing else."""
    run = _run_for(request, slug)
    return _handed_over(request, run, what="report.html", body=report.as_html(run))


@roles_required(Role.EVALUATOR)
@require_safe
def report_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand over the figures for other programs."""
    run = _run_for(request, slug)
    return _handed_over(request, run, what="report.json", body=report.as_json(run) + "\n")


@roles_required(Role.EVALUATOR)
@require_safe
def table_csv(request: HttpRequest, slug: str, table: str) -> HttpResponse:
    """Hand over one table of the results for a spreadsheet."""
    run = _run_for(request, slug)
    if table not in tables.TABLES:
        raise Http404
    return _handed_over(request, run, what=f"{table}.csv", body=tables.as_csv(run, name=table))
