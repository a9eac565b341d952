"""Enrolling people by CSV: the file is looked at first, and written whole or not at all."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from digicantrain.core.tables import TableError
from digicantrain.learning import roster
from digicantrain.learning.actions import EnrolmentError
from digicantrain.learning.models import Cohort
from digicantrain.web import handed
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.teach.forms import RosterForm
from digicantrain.web.teach.views import TEACHING, cohort_for

# Measured: 1,000 people take about a second. Larger files go through `digicantrain enrol`.
MOST_AT_ONCE = 2_000


@roles_required(*TEACHING)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, key: UUID) -> HttpResponse:
    """Look at a file and say what it would do; nothing is written yet."""
    cohort = cohort_for(request, key)
    form = RosterForm(request.POST or None, request.FILES or None)
    context = {"cohort": cohort, "form": form, "plan": None, "kept": ""}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"]
        try:
            kept = handed.kept(data, by=person_of(request), place=str(key))
            context |= {"plan": _plan(data, cohort=cohort), "kept": kept}
        except (TableError, EnrolmentError) as error:
            form.add_error("file", str(error))
    return render(request, "teach/enrol_csv.html", context)


def _plan(data: bytes, *, cohort: Cohort) -> roster.Plan:
    plan = roster.read(data, cohort=cohort)
    if len(plan.rows) > MOST_AT_ONCE:
        raise TableError(
            _("The file has %(rows)d people; at most %(most)d are enrolled at once. Split it.")
            % {"rows": len(plan.rows), "most": MOST_AT_ONCE}
        )
    return plan


@roles_required(*TEACHING)
@require_POST
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """Enrol the people of the file that was looked at."""
    cohort = cohort_for(request, key)
    data = handed.taken(request.POST.get("kept", ""), by=person_of(request), place=str(key))
    if data is None:
        messages.error(request, _("The check is too old. Choose the file once more."))
        return redirect("teach:enrol-csv", key=key)
    try:
        plan = roster.read(data, cohort=cohort)
        report = roster.enrol_all(plan, by=person_of(request))
    except EnrolmentError as error:
        messages.error(request, str(error))
        return redirect("teach:enrol-csv", key=key)
    messages.success(request, str(report))
    return redirect("teach:cohort", key=key)
