"""Checking a path certificate by its link: the whole, and each module credential in it."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from digicantrain.core.credentials.verification import Cause, Report, Verdict
from digicantrain.credentials import checking, queries
from digicantrain.credentials.downloads import path_file_name
from digicantrain.credentials.models import Credential, PathCertificate
from digicantrain.credentials.path_sheets import link_of, parts_of, rows_of, sealed_sheet_of
from digicantrain.web.public.downloads import handed
from digicantrain.web.throttle import at_most
from digicantrain.web.verdicts import CAUSES, HEADINGS

TIMES = 60
TITLES = {
    Verdict.VALID: _("This path certificate is valid"),
    Verdict.WITHDRAWN: _("This path certificate was withdrawn"),
}
PART_FELL = _("A module credential in this path certificate does not stand")


def _found(token: str) -> PathCertificate:
    row = queries.path_by_token(token)
    if row is None:
        raise Http404
    return row


@never_cache
@require_safe
@at_most(TIMES)
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Check a path certificate by its share link."""
    row = _found(token)
    return render(request, "public/path_certificate.html", context_of(row, by_link=True))


def context_of(row: PathCertificate, *, by_link: bool) -> dict[str, Any]:
    """Return what the page of a path certificate shows, checked now."""
    judged = checking.judge(row.document, now=timezone.now())
    report, parts = judged.report, parts_of(row)
    fell = report.cause is Cause.EMBEDDED
    proved = report.is_authentic or fell
    return {
        "row": row,
        "by_link": by_link,
        "link": link_of(row),
        "verdict": judged.verdict.value,
        "heading": PART_FELL if fell else TITLES.get(judged.verdict, HEADINGS[judged.verdict]),
        "cause": CAUSES[report.cause] if report.cause else "",
        "part_fell": fell,
        "modules": str(len(parts)),
        "inside": _inside(report, parts) if proved else [],
        "rows": rows_of(row, parts) if proved else [],
        "stands": judged.is_valid,
        "fell": not judged.is_valid,
        "checked_at": timezone.now(),
    }


def _inside(report: Report, parts: Sequence[Credential]) -> list[dict[str, Any]]:
    """Return each module credential in a path with its own verdict, beside our record of it."""
    by_key = {f"urn:uuid:{part.key}": part for part in parts}
    return [
        {
            "part": by_key.get(str((one.document or {}).get("id", ""))),
            "stands": one.stands,
            "heading": HEADINGS[one.verdict],
        }
        for one in report.inner
    ]


@never_cache
@require_safe
@at_most(TIMES)
def record(request: HttpRequest, token: str) -> HttpResponse:
    """Hand over the signed record, also of one that fell: it says so when it is checked."""
    del request
    row = _found(token)
    name = path_file_name(row, "json")
    return handed(row.document, name=name, kind="application/vc+ld+json")


@never_cache
@require_safe
@at_most(TIMES)
def sheet(request: HttpRequest, token: str) -> HttpResponse:
    """Hand over the certificate (PDF), while the path and each module in it stand."""
    row = _found(token)
    if not checking.judge(row.document, now=timezone.now()).is_valid:
        raise Http404
    own = request.user.is_authenticated and row.person_id == request.user.pk
    holder = row.holder_name if own or row.show_name else ""
    data = sealed_sheet_of(row, holder=holder, now=timezone.now())
    return handed(data, name=path_file_name(row, "pdf"), kind="application/pdf")
