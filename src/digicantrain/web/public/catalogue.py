"""The start page, the catalogue, modules and paths."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from digicantrain.core.content.files import AUDIENCES
from digicantrain.core.credits import Workload, formula
from digicantrain.credentials import endorsed
from digicantrain.credentials.achievements import parts_of
from digicantrain.learning import queries as learning
from digicantrain.programme import queries
from digicantrain.programme.models import Module, Path, WorkloadActivity

AUDIENCE_NAMES = {
    "nurse": _("Nurses"),
    "doctor": _("Specialists"),
    "gp": _("General medicine"),
    "team": _("Whole teams"),
    "non-clinical": _("Reception and support"),
    "authority": _("Managers and authorities"),
    "trainer": _("Trainers"),
}
TYPE_NAMES = {
    "online": _("Online, at your own pace"),
    "live": _("Live, with others"),
    "workplace": _("At your workplace"),
    "assignment": _("Assignment or portfolio"),
    "reading": _("Reading"),
    "assessment": _("Assessment"),
}
DOORS = (
    ("nurse", _("Nurses"), _("Follow symptoms from afar, teach patients, counsel on a screen.")),
    ("doctor", _("Doctors"), _("Judge AI and data; lead telemonitoring; share follow-up.")),
    ("team", _("Whole teams"), _("Decide together at a distance, and leave a trace to follow.")),
    (
        "non-clinical",
        _("Reception and support"),
        _("Help patients get online, book rightly, keep what they tell you safe."),
    ),
    (
        "authority",
        _("Managers and authorities"),
        _("Plan, buy and govern digital services that leave nobody outside."),
    ),
    ("trainer", _("Trainers"), _("Design, teach and assess; then train the next trainer.")),
)
PATH_OF_DOOR = {
    "nurse": "nurse",
    "doctor": "specialist",
    "team": "team",
    "non-clinical": "non-clinical",
    "authority": "authority",
    "trainer": "trainer-certificate",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what this is, for whom, and where to begin."""
    paths = {path.code: path for path in queries.paths()}
    doors = [
        {"sign": sign, "title": title, "text": text, "path": paths.get(PATH_OF_DOOR[sign])}
        for sign, title, text in DOORS
    ]
    context = {"doors": doors, "modules": queries.catalogue().count(), "paths": len(paths)}
    return render(request, "public/home.html", context)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the modules, narrowed by audience and by whether they can be taken."""
    audience = request.GET.get("audience", "")
    open_only = request.GET.get("open") == "yes"
    runs = learning.open_runs_by_module(day=timezone.now())
    rows: list[dict[str, Any]] = [
        {"module": module, "version": module.current, "runs": runs.get(module.pk, 0)}
        for module in queries.catalogue()
        if not module.withdrawn_at
        and module.current
        and (audience not in AUDIENCES or audience in module.current.audiences)
        and (not open_only or runs.get(module.pk))
    ]
    context = {
        "rows": rows,
        "now": [row for row in rows if row["runs"]],
        "written": [row for row in rows if not row["runs"] and row["version"].status != "outline"],
        "outlines": [row for row in rows if not row["runs"] and row["version"].status == "outline"],
        "audience": audience,
        "open_only": open_only,
        "audiences": AUDIENCE_NAMES.items(),
        "paths": queries.paths(),
    }
    return render(request, "public/catalogue.html", context)


@require_safe
def module(request: HttpRequest, code: str) -> HttpResponse:
    """Show a module: what one can do afterwards, its hours, its assessment, its credit."""
    row = queries.module_by_code(code)
    if row is None or row.current is None:
        raise Http404
    version = row.current
    workload = list(version.workload.all())
    units = list(version.units.prefetch_related("steps"))
    competences = queries.competences_by_code(row.programme)
    context = {
        "module": row,
        "version": version,
        "outcomes": [
            {
                "row": outcome,
                "competences": [competences[c] for c in outcome.competences if c in competences],
                "level": row.programme.levels.get(outcome.level),
            }
            for outcome in version.outcomes.all()
        ],
        "workload": [{"row": activity, "type": TYPE_NAMES[activity.type]} for activity in workload],
        "total": sum(activity.minutes for activity in workload),
        "formula": formula(version.ects, hours_per_ects=version.hours_per_ects),
        "units": units,
        "fells": [(sum(s.minutes for s in unit.steps.all()), unit.written) for unit in units],
        "shares": _shares(workload),
        "sources": queries.sources_of(version),
        "audiences": [AUDIENCE_NAMES[a] for a in version.audiences],
        "credit": _credit(row),
        "endorsements": endorsed.shown_for(version, row.programme.organisation),
        "cohorts": _open_runs(row),
        "review_due": version.review_by < timezone.localdate(),
    }
    return render(request, "public/module.html", context)


def _shares(workload: list[WorkloadActivity]) -> dict[str, Any]:
    """Return the minutes by kind of learning, for the bar and for the list beside it."""
    minutes: dict[str, int] = {}
    for activity in workload:
        minutes[activity.type] = minutes.get(activity.type, 0) + activity.minutes
    kinds = [
        {"type": name, "minutes": minutes[kind]}
        for kind, name in TYPE_NAMES.items()
        if kind in minutes
    ]
    return {"kinds": kinds, "minutes": [kind["minutes"] for kind in kinds]}


def _open_runs(row: Module) -> list[Any]:
    if row.withdrawn_at:
        return []
    return [c for c in learning.open_cohorts(day=timezone.now()) if c.module_id == row.pk]


def _credit(row: Module) -> dict[str, Any] | None:
    """Return what can be earned now, with its minutes, or nothing."""
    version = row.current
    given = version.data.get("credit") if version else None
    if not version or not given:
        return None
    steps = version.steps.filter(unit__code__in=given["units"]).values_list("minutes", flat=True)
    workload = Workload(sum(steps), version.hours_per_ects)
    return {**given, "minutes": workload.minutes, "parts": _parts(row)}


def _parts(row: Module) -> list[dict[str, Any]]:
    """Return the badges that units lead to by themselves, with their minutes."""
    version = row.current
    if version is None:
        return []
    minutes: dict[str, int] = {}
    for unit, taken in version.steps.values_list("unit__code", "minutes"):
        minutes[unit] = minutes.get(unit, 0) + taken
    return [
        {"title": part["title"], "minutes": sum(minutes.get(unit, 0) for unit in part["units"])}
        for part in parts_of(version)
    ]


@require_safe
def path_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the modules of a path in their order."""
    row = get_object_or_404(Path.objects.select_related("programme"), code=code)
    modules = {m.code: m for m in queries.catalogue().filter(programme=row.programme)}
    context = {
        "path": row,
        "modules": [modules[c] for c in row.modules if c in modules],
        "optional": [modules[c] for c in row.optional if c in modules],
    }
    return render(request, "public/path.html", context)
