"""Modules as their designers see them: status, promises kept and not kept, hours, withdrawal."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from digicantrain.base.localised import pick
from digicantrain.core.credits import formula, workload
from digicantrain.credentials import gate
from digicantrain.learning.enums import EnrolmentState
from digicantrain.learning.models import Enrolment
from digicantrain.people.enums import Role
from digicantrain.people.rules import has_role
from digicantrain.programme import actions, queries
from digicantrain.programme.models import Module, ModuleVersion
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.author.forms import STATUS_NAMES, ModuleFilter, WithdrawForm
from digicantrain.web.author.thread import coverage_of, kept_by, threads_of
from digicantrain.web.public.catalogue import TYPE_NAMES

WITHDRAWING = (Role.DESIGNER, Role.ADMINISTRATOR)
AUTHORING = (*WITHDRAWING, Role.REVIEWER, Role.TRANSLATOR)
ON_A_PAGE = 20


def module_for(request: HttpRequest, code: str) -> tuple[Module, ModuleVersion]:
    """Return a module of the person's organisations with its version; all others are absent."""
    own = organisations(request, *AUTHORING)
    found = queries.modules_of(own).defer(None).filter(code=code).first()
    if found is None or found.current is None:
        raise Http404
    return found, found.current


def module_to_withdraw(request: HttpRequest, code: str) -> tuple[Module, ModuleVersion]:
    """Return a module that the person may withdraw; who may only read it gets 403."""
    module, version = module_for(request, code)
    if not may_withdraw(request, module):
        raise PermissionDenied
    return module, version


def may_withdraw(request: HttpRequest, module: Module) -> bool:
    """Whether the person may take the module out of the catalogue and put it back."""
    return has_role(person_of(request), module.programme.organisation, *WITHDRAWING)


@roles_required(*AUTHORING)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List the modules with their status and with what they promise and do not keep yet."""
    form = ModuleFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = _matching(queries.modules_of(organisations(request, *AUTHORING)), wanted)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    kept = kept_by([module.current for module in page if module.current])
    rows = [
        {
            "module": module,
            "version": module.current,
            "status": STATUS_NAMES[ModuleVersion.Status(module.current.status)],
            "kept": kept[module.current.pk],
            "review_due": module.current.review_by < timezone.localdate(),
        }
        for module in page
        if module.current
    ]
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "rows": rows, "query": query.urlencode()}
    return render(request, "author/home.html", context)


def _matching(modules: Iterable[Module], wanted: dict[str, str]) -> list[Module]:
    text, status = wanted.get("text", "").lower(), wanted.get("status", "")
    return [
        module
        for module in modules
        if module.current
        and (not status or module.current.status == status)
        and text in f"{module.code} {pick(module.current.title).text}".lower()
    ]


@roles_required(*AUTHORING)
@require_safe
def module(request: HttpRequest, code: str) -> HttpResponse:
    """Show a module's thread, its hours and its steps."""
    row, version = module_for(request, code)
    threads = threads_of(row, version=version)
    activities = list(version.workload.all())
    load = workload((a.minutes for a in activities), hours_per_ects=version.hours_per_ects)
    steps = list(queries.steps_of([version]))
    units = list(version.units.all())
    context = {
        "module": row,
        "version": version,
        "status": STATUS_NAMES[ModuleVersion.Status(version.status)],
        "review_due": version.review_by < timezone.localdate(),
        "levels": row.programme.levels,
        "threads": threads,
        "coverage": coverage_of(threads, units=units),
        "gaps": [gap for thread in threads for gap in thread.gaps],
        "activities": [{"row": a, "type": TYPE_NAMES[a.type]} for a in activities],
        "load": load,
        "formula": formula(version.ects, hours_per_ects=version.hours_per_ects),
        "written_minutes": sum(step.minutes for step in steps if step.written),
        "units": [
            {"row": unit, "steps": [step for step in steps if step.unit_id == unit.pk]}
            for unit in units
        ],
        "lacking": gate.sentences_of(version, organisation=row.programme.organisation),
        "may_withdraw": may_withdraw(request, row),
    }
    return render(request, "author/module.html", context)


@roles_required(*AUTHORING)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Ask why, say what follows, then take the module out of the catalogue."""
    row, version = module_to_withdraw(request, code)
    if row.withdrawn_at:
        return redirect("author:module", code=code)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        language = (get_language() or "en").split("-")[0]
        reason = {language: form.cleaned_data["reason"]}
        actions.withdraw(row, reason=reason, by=person_of(request))
        messages.success(request, _("The module is withdrawn. Its learners are told."))
        return redirect("author:module", code=code)
    learners = Enrolment.objects.filter(cohort__module=row).exclude(state=EnrolmentState.LEFT)
    context = {"module": row, "version": version, "form": form, "learners": learners.count()}
    return render(request, "author/withdraw.html", context)


@roles_required(*AUTHORING)
@require_POST
def offer_again(request: HttpRequest, code: str) -> HttpResponse:
    """Put a withdrawn module back into the catalogue."""
    row, _version = module_to_withdraw(request, code)
    actions.offer_again(row, by=person_of(request))
    messages.success(request, _("The module is in the catalogue again."))
    return redirect("author:module", code=code)
