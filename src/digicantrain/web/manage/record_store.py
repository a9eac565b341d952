"""The record store at a glance, and taken along as a file."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.base.supervisor import still_at_work
from digicantrain.people.enums import Role
from digicantrain.people.models import Organisation
from digicantrain.people.queries import organisations_for
from digicantrain.records import counting, exporting, reading
from digicantrain.records.reading import Filters
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.manage.record_forms import ExportForm
from digicantrain.web.manage.record_words import Known, Line, at_least, lines
from digicantrain.web.manage.views import organisation_for

STEWARDS = (Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER)
SHOWN = 20
ENDPOINTS = ("/xapi/", "/xapi/1.0.3/", "/xapi/2.0/")
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


@roles_required(*STEWARDS)
@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the addresses of the store, how much came in of late, and the newest statements."""
    row = organisation_for(request, slug, roles=STEWARDS)
    shown = _newest(row)
    context = {
        "organisation": row,
        "endpoints": [f"{settings.ORIGIN}{path}" for path in ENDPOINTS],
        "came": _came(row),
        "lines": shown,
        "last": shown[0].at if shown else None,
        "administers": _administers(request, row),
    }
    return render(request, "manage/record_store.html", context)


def _came(row: Organisation) -> dict[str, str]:
    """Return how many statements came in of late, in words, by days of UTC."""
    tally = counting.tally(row, days=30, today=timezone.now().date())
    return {
        span: at_least(sum(day.statements for day in tally.days[:days]), more=tally.more)
        for span, days in (("today", 1), ("week", 7), ("month", 30))
    }


def _administers(request: HttpRequest, row: Organisation) -> bool:
    own = organisations_for(person_of(request), Role.ADMINISTRATOR, whole=True)
    return own.filter(pk=row.pk).exists()


def _newest(row: Organisation) -> list[Line]:
    found = reading.find(row.pk, Filters(limit=SHOWN)).statements
    verbs = {statement["verb"]["id"] for statement in found}
    iris = {statement["object"].get("id", "") for statement in found}
    known = Known(
        reading.displays(row.pk, verbs),
        reading.definitions(row.pk, iris),
        dict(row.record_keys.values_list("client_id", "name")),
    )
    return lines(found, known)


@roles_required(*STEWARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """Say what an export is; hand it over as a file, in the memory of one page of it."""
    row = organisation_for(request, slug, roles=STEWARDS)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        blocks = exporting.handed_over(row, kind=kind, by=person_of(request))
        return StreamingHttpResponse(
            unbroken(blocks, otherwise=_("This export broke off here. It is not whole.")),
            content_type=TYPES[kind],
            headers={"Content-Disposition": f'attachment; filename="{_file_name(row, kind)}"'},
        )
    return render(request, "manage/record_export.html", {"organisation": row, "form": form})


def _file_name(row: Organisation, kind: str) -> str:
    return f"{row.slug}-statements-{timezone.localdate():%Y-%m-%d}.{kind}"


def unbroken(blocks: Iterator[bytes], *, otherwise: str) -> Iterator[bytes]:
    """Yield the blocks of a file; if they end by a fault, so does the connection.

    Its status is long sent by then. What is raised leaves out the end of the chunked body, and
    browsers tell that the download failed. A proxy that speaks HTTP/1.0 to this server gets no
    chunks, so a last line says it too: it is neither JSON nor has it the columns of the others.
    """
    try:
        for block in blocks:
            still_at_work()
            yield block
    except Exception:
        yield f"\r\n{otherwise}\r\n".encode()
        raise
