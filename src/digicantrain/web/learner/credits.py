"""One's own credits: hours or ECTS with their formula, CME only where it was granted."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digicantrain.base.localised import pick
from digicantrain.core.tables import write_csv
from digicantrain.credentials import actions, downloads, queries
from digicantrain.credentials.certificates import link_of
from digicantrain.credentials.models import CmeGrant, Credential
from digicantrain.learning.enums import EnrolmentState
from digicantrain.people.models import Organisation, Person
from digicantrain.web.access import person_of

STANDS = frozenset({"earned", "expires", "expired"})


@login_required
@require_safe
def transcript(request: HttpRequest) -> HttpResponse:
    """Show what was earned, what it adds up to, and what is being checked."""
    person = person_of(request)
    rows = _rows(person, now=timezone.now())
    finished = person.enrolments.filter(state=EnrolmentState.COMPLETED, credential=None)
    context = {
        "rows": rows,
        "sums": _sums(rows) if len(rows) > 1 else [],
        "records": _records(rows),
        "being_checked": [
            row for row in finished.select_related("version") if row.version.data.get("credit")
        ],
        "menu_item": "credits",
    }
    return render(request, "learner/credits.html", context)


def _rows(person: Person, *, now: datetime) -> list[dict[str, Any]]:
    credentials = list(queries.transcript(person))
    granted = queries.grants_of(credentials, profession=person.profession)
    return [
        {
            "credential": row,
            "state": row.state_at(now),
            "stands": row.state_at(now) in STANDS,
            "link": link_of(row),
            "grants": granted.get(row.pk, []),
        }
        for row in credentials
    ]


def _records(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each provider of what stands, with the paths that it completes."""
    standing = [row["credential"] for row in rows if row["state"] in {"earned", "expires"}]
    providers = {row.organisation_id: row.organisation for row in standing}
    return [
        {
            "slug": provider.slug,
            "name": provider.name,
            "paths": downloads.paths_of(
                [row for row in standing if row.organisation_id == provider.pk]
            ),
        }
        for provider in providers.values()
    ]


def _sums(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return what counts now, each currency by itself: they do not add up to one another."""
    counted = [row for row in rows if row["state"] in {"earned", "expires"}]
    minutes, ects, points = 0, Decimal(0), dict[str, Decimal]()
    for row in counted:
        elements = row["credential"].elements
        minutes += int(elements.get("workloadMinutes", 0))
        ects += Decimal(elements.get("ectsCredits", "0"))
        for grant in row["grants"]:
            points[grant.unit] = points.get(grant.unit, Decimal(0)) + grant.points
    hours = _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
    return [
        (_("Hours"), hours),
        ("ECTS", _plain(ects) if ects else _("none: nothing here is a whole credit")),
        *(("CME", f"{_plain(number)} {unit}") for unit, number in sorted(points.items())),
    ]


def _plain(number: Decimal) -> str:
    return number_format(number.normalize(), use_l10n=True)


@login_required
@require_safe
def transcript_csv(request: HttpRequest) -> HttpResponse:
    """Hand over the same as a table, one line a credential and grant."""
    header = (
        "title", "kind", "issued", "state", "withdrawn", "reason", "hours", "ects", "formula",
        "eqf_level", "cme_points", "cme_unit", "cme_source", "link",
    )  # fmt: skip
    lines = [line for row in _rows(person_of(request), now=timezone.now()) for line in _lines(row)]
    return HttpResponse(
        write_csv(header, rows=lines).encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="transcript.csv"'},
    )


def _lines(row: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    credential: Credential = row["credential"]
    elements = credential.elements
    withdrawn = credential.revoked_at.date().isoformat() if credential.revoked_at else ""
    grants: list[CmeGrant | None] = [*row["grants"]] or [None]
    for grant in grants:
        yield (
            pick(credential.title).text,
            credential.get_kind_display(),
            credential.issued_at.date().isoformat(),
            _state_words(row),
            withdrawn,
            credential.revoked_reason,
            f"{Decimal(elements.get('workloadMinutes', 0)) / 60:.2f}",
            elements.get("ectsCredits", ""),
            elements.get("workloadFormula", ""),
            elements.get("eqfLevel", ""),
            *((grant.points, grant.unit, _source(grant)) if grant else ("", "", "")),
            row["link"],
        )


def _source(grant: CmeGrant) -> str:
    return f"{grant.accreditor}, {grant.reference}, {grant.source}"


def _state_words(row: dict[str, Any]) -> str:
    """Return the state in the plain words of the page."""
    expires = row["credential"].expires_at
    return {
        "withdrawn": _("Withdrawn"),
        "suspended": _("Suspended"),
        "expired": _("Expired"),
        "expires": _("Expires %(when)s") % {"when": expires.strftime("%m/%Y") if expires else ""},
        "earned": _("Earned"),
    }[row["state"]]


@login_required
@require_POST
def share(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let the public page show the name, or not."""
    row = get_object_or_404(Credential, key=key, person=person_of(request))
    actions.show_name(row, shown=request.POST.get("show_name") == "yes")
    messages.success(request, _("Saved."))
    return redirect("learner:credits")


@login_required
@require_safe
def record(request: HttpRequest, slug: str, code: str = "") -> HttpResponse:
    """Hand over what was earned from a provider, or a path of it, as one signed file."""
    person = person_of(request)
    provider = get_object_or_404(Organisation, slug=slug)
    path = downloads.path_of(person, provider, code=code) if code else None
    if code and path is None:
        raise Http404
    try:
        data = downloads.record_of(person, provider, now=timezone.now(), path=path)
    except downloads.NotToBeHadError as error:
        raise Http404 from error
    return HttpResponse(
        data,
        content_type="application/vc+ld+json",
        headers={"Content-Disposition": f'attachment; filename="{code or "transcript"}.json"'},
    )
