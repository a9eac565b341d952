"""The accreditation officer's pages: what accreditors of CME granted, added and ended."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.core.credentials.cme import RuleError, RuleSet, credits_of
from digicantrain.credentials import changes, cme, grants
from digicantrain.credentials.achievements import minutes_of
from digicantrain.credentials.models import CmeGrant
from digicantrain.people.enums import Profession, Role
from digicantrain.programme.models import ModuleVersion
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows
from digicantrain.web.manage.grant_forms import EndForm, GrantFilter, GrantForm, StartForm
from digicantrain.web.manage.standing import who

GRANTING = (Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
COLUMNS = {
    "module": "version__module__code",
    "profession": "profession",
    "from": "valid_from",
    "until": "valid_until",
}
HEADER = (
    "module", "version", "accreditor", "profession", "country", "points", "unit", "reference",
    "source", "valid_from", "valid_until", "rule", "state",
)  # fmt: skip
MOST_POINTS = Decimal("999.99")
ACTS: dict[str, Any] = {
    "cme-grant-added": gettext_lazy("Added"),
    "cme-grant-ended": gettext_lazy("Ended early"),
}


def _rules(request: HttpRequest) -> Mapping[str, RuleSet]:
    """Return the rule sets; none, and a sentence on the page, where a file cannot be read."""
    try:
        return cme.rules()
    except RuleError as error:
        words = _(
            "The rule sets cannot be read: %(fault)s "
            "Until that is mended nothing about CME is shown."
        )
        messages.error(request, words % {"fault": error})
        return {}


def _told(row: CmeGrant, rules: Mapping[str, RuleSet], today: date) -> dict[str, Any]:
    return {
        "grant": row,
        "state": grants.state_on(row, today),
        "profession": Profession(row.profession).label,
        "rule": rules.get(row.rule),
        "is_current": row.version.pk == row.version.module.current_id,
    }


@roles_required(*GRANTING)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what was granted for the modules of the person's organisations."""
    form = GrantFilter(request.GET)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    found = grants.of_organisations(organisations(request, *GRANTING)).filter(
        Q(version__module__code__iexact=text)
        | Q(accreditor__icontains=text)
        | Q(reference__icontains=text)
    )
    lists = Listing(request, columns=COLUMNS, first="-until")
    rows, today = lists.ordered(found), grants.today(timezone.now())
    if lists.wants_csv:
        lines = (_line(row, today) for row in first_rows(rows))
        return csv_file("cme-grants", header=HEADER, rows=lines)
    rules, page = _rules(request), lists.page(rows)
    context = {
        "page": page,
        "rows": [_told(row, rules, today) for row in page],
        "listing": lists,
        "form": form,
        "narrowed": bool(text),
    }
    return render(request, "manage/grants.html", context)


def _line(row: CmeGrant, today: date) -> list[object]:
    return [
        row.version.module.code,
        row.version.number,
        row.accreditor,
        row.profession,
        row.country,
        row.points,
        row.unit,
        row.reference,
        row.source,
        row.valid_from.isoformat(),
        row.valid_until.isoformat(),
        row.rule,
        grants.state_on(row, today),
    ]


@roles_required(*GRANTING)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for the module and the rule set, then for what the rule set wants to be known."""
    rules = _rules(request)
    start = StartForm(
        request.GET if "version" in request.GET or "rule" in request.GET else None,
        versions=grants.versions_of(organisations(request, *GRANTING)),
        rules=rules,
    )
    if not start.is_valid():
        return render(request, "manage/new_grant.html", {"form": start, "start": True})
    version, rule = start.cleaned_data["version"], rules[start.cleaned_data["rule"]]
    form = GrantForm(request.POST or None, rule=rule, most=_most(version, rule))
    if request.method == "POST" and form.is_valid():
        row = _added(request, form, version)
        if row is not None:
            messages.success(request, _("Added. It holds from its first day on."))
            return redirect("manage:grant", pk=row.pk)
    context = {"form": form, "version": version, "rule": rule, "start": False}
    return render(request, "manage/new_grant.html", context)


def _most(version: ModuleVersion, rule: RuleSet) -> str:
    """Say how much can be earned at most by the time that the steps take."""
    if not rule.only_attended:
        return ""
    minutes = minutes_of(version, (version.data.get("credit") or {}).get("units", []))
    earned = credits_of(minutes, most=MOST_POINTS, rule=rule)
    return _(
        "The steps that count take %(minutes)s minutes; attended in full they make %(points)s "
        "%(unit)s under these rules."
    ) % {"minutes": minutes, "points": number_format(earned.normalize()), "unit": rule.unit}


def _added(request: HttpRequest, form: GrantForm, version: ModuleVersion) -> CmeGrant | None:
    try:
        return grants.add(form.as_grant(version), by=person_of(request))
    except grants.GrantError as error:
        form.add_error("valid_from", str(error))
        return None


@roles_required(*GRANTING)
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a grant and what rests on it; end it early."""
    row = get_object_or_404(grants.of_organisations(organisations(request, *GRANTING)), pk=pk)
    today = grants.today(timezone.now())
    earliest = grants.earliest_end(row)
    may_end = earliest < row.valid_until
    first = max(earliest, today) if today < row.valid_until else earliest
    form = EndForm(request.POST or None, initial={"last_day": first})
    if request.method == "POST" and form.is_valid() and _ended(request, form, row):
        messages.success(request, _("Ended. What was issued by then keeps its certificate."))
        return redirect("manage:grant", pk=row.pk)
    context = {
        **_told(row, _rules(request), today),
        "form": form,
        "may_end": may_end,
        "earliest": earliest,
        "resting": grants.resting_on(row).count(),
        "acts": [
            {"what": ACTS.get(act.action, act.action), "at": act.at, "who": who(act)}
            for act in changes.acts_on(f"cme-grant:{row.pk}")
        ],
    }
    return render(request, "manage/grant.html", context)


def _ended(request: HttpRequest, form: forms.Form, row: CmeGrant) -> bool:
    try:
        grants.end(row, last_day=form.cleaned_data["last_day"], by=person_of(request))
    except grants.GrantError as error:
        form.add_error("last_day", str(error))
        return False
    return True
