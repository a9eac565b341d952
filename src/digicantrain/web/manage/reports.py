"""What readers reported as wrong."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.learning import staff
from digicantrain.people.enums import Role
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.manage.forms import AnswerForm

MENDING = (Role.DESIGNER, Role.ADMINISTRATOR, Role.REVIEWER)


@roles_required(*MENDING)
@require_safe
def error_reports(request: HttpRequest) -> HttpResponse:
    """List the reports, open ones first."""
    rows = staff.error_reports(organisations(request, *MENDING))
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    return render(request, "manage/error_reports.html", {"page": page})


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
