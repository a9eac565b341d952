"""What readers reported as wrong."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.learning import staff
from digicantrain.learning.models import ErrorReport
from digicantrain.people.enums import Role
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows
from digicantrain.web.manage.forms import AnswerForm, ReportFilter

MENDING = (Role.DESIGNER, Role.ADMINISTRATOR, Role.REVIEWER)
COLUMNS = {"text": "text", "where": "address", "when": "at", "state": "state"}
HEADER = ("text", "where", "when", "state", "reply")


@roles_required(*MENDING)
@require_safe
def error_reports(request: HttpRequest) -> HttpResponse:
    """List the reports, open ones first."""
    form = ReportFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    listing = Listing(request, columns=COLUMNS, first="-state")
    rows = staff.error_reports(
        organisations(request, *MENDING),
        text=wanted.get("text", ""),
        state=wanted.get("state", ""),
    )
    if "sort" in request.GET:
        rows = listing.ordered(rows)
    if listing.wants_csv:
        return csv_file("reports", header=HEADER, rows=map(_line, first_rows(rows)))
    narrowed = any(wanted.values())
    context = {"page": listing.page(rows), "listing": listing, "form": form, "narrowed": narrowed}
    return render(request, "manage/error_reports.html", context)


def _line(report: ErrorReport) -> list[object]:
    return [report.text, report.address, report.at.isoformat(), report.state, report.reply]


@roles_required(*MENDING)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a report and close it; the reader gets a notice."""
    report = get_object_or_404(staff.error_reports(organisations(request, *MENDING)), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        staff.answer_report(report, reply=form.cleaned_data["reply"], by=person_of(request))
        messages.success(request, _("Answered and closed."))
        return redirect("manage:error-reports")
    return render(request, "manage/answer_report.html", {"report": report, "form": form})
