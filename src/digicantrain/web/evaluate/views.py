"""Studies and their results, for evaluators; people stand in them by pseudonym or not at all."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digicantrain.core.tables import write_csv
from digicantrain.evaluation import actions, queries, tasks
from digicantrain.evaluation.models import Study
from digicantrain.people.enums import Role
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.evaluate import report as reporting


def study_for(request: HttpRequest, slug: str) -> Study:
    """Return a study of an organisation that the person evaluates; others are absent."""
    own = queries.studies_of(organisations(request, Role.EVALUATOR))
    return get_object_or_404(own.select_related("instrument", "organisation"), slug=slug)


@roles_required(Role.EVALUATOR)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List the studies."""
    rows = queries.studies_of(organisations(request, Role.EVALUATOR))
    return render(request, "evaluate/home.html", {"studies": rows})


@roles_required(Role.EVALUATOR)
@require_safe
def study(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a study's newest results."""
    row = study_for(request, slug)
    run = queries.last_run(row)
    context: dict[str, Any] = {"study": row}
    if run:
        run.study = row
        context |= reporting.context_of(run)
    return render(request, "evaluate/study.html", context)


@roles_required(Role.EVALUATOR)
@require_POST
def compute(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the results computed from the answers of now; the worker does it."""
    row = study_for(request, slug)
    tasks.analyse.enqueue(row.pk)
    messages.success(request, _("The results are being computed. Reload this page in a moment."))
    return redirect("evaluate:study", slug=slug)


@roles_required(Role.EVALUATOR)
@require_POST
def freeze(request: HttpRequest, slug: str) -> HttpResponse:
    """Freeze the analysis plan."""
    row = study_for(request, slug)
    actions.freeze_plan(row, by=person_of(request), now=timezone.now())
    messages.success(request, _("The plan is frozen."))
    return redirect("evaluate:study", slug=slug)


@roles_required(Role.EVALUATOR)
@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand over the report as a file."""
    row = study_for(request, slug)
    run = queries.last_run(row)
    if run is None:
        raise Http404
    run.study = row
    return HttpResponse(
        reporting.as_html(run),
        headers={"Content-Disposition": f'attachment; filename="{row.slug}-report.html"'},
    )


@roles_required(Role.EVALUATOR)
@require_safe
def table_csv(request: HttpRequest, slug: str, table: str) -> HttpResponse:
    """Hand over one table of the results for a spreadsheet; hidden cells stay hidden."""
    row = study_for(request, slug)
    run = queries.last_run(row)
    if run is None or table not in TABLES:
        raise Http404
    header, rows = TABLES[table](run.result)
    return HttpResponse(
        write_csv(header, rows=rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{row.slug}-{table}.csv"'},
    )


Table = tuple[list[str], Iterable[Sequence[object]]]


def _flow_table(result: dict[str, Any]) -> Table:
    rows = [
        [stage["stage"], stage["n"], sum(stage["lost"].values()), " ".join(stage["lost"])]
        for stage in result["flow"]
    ]
    return ["stage", "n", "lost_before_it", "reason"], rows


def _change_table(result: dict[str, Any]) -> Table:
    header = ["domain", "n", "mean_before", "sd_before", "mean_after", "sd_after", "change", "low"]
    header += ["high", "p", "hedges_g", "g_low", "g_high", "wilcoxon_v", "wilcoxon_p", "reason"]
    return header, [_change_line(row) for row in result["change"]]


def _change_line(row: dict[str, Any]) -> list[object]:
    paired, ranks = row["paired"], row["wilcoxon"]
    details, limits = paired["details"], paired["interval"] or {}
    effect = paired["effect"] or {"value": None, "interval": {}}
    return [
        row["domain"],
        paired["n"],
        *(details.get(k) for k in ("mean_before", "sd_before", "mean_after", "sd_after")),
        paired["value"],
        limits.get("low"),
        limits.get("high"),
        details.get("p"),
        effect["value"],
        effect["interval"].get("low"),
        effect["interval"].get("high"),
        ranks["value"],
        ranks["details"].get("p"),
        paired["reason"] or "",
    ]


def _reliability_table(result: dict[str, Any]) -> Table:
    rows = [
        [
            row["domain"],
            row["items"],
            row["alpha"]["n"],
            row["alpha"]["value"],
            (row["alpha"]["interval"] or {}).get("low"),
            (row["alpha"]["interval"] or {}).get("high"),
            row["alpha"]["reason"] or "",
        ]
        for row in result["reliability"]
    ]
    return ["domain", "items", "n", "alpha", "low", "high", "reason"], rows


TABLES = {"flow": _flow_table, "change": _change_table, "reliability": _reliability_table}
