"""Enrolling people by CSV: the file is looked at first, and written whole or not at all."""

import base64
import zlib
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from digicantrain.core.tables import TableError
from digicantrain.learning import roster
from digicantrain.learning.actions import EnrolmentError
from digicantrain.learning.models import Cohort
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.teach.forms import RosterForm
from digicantrain.web.teach.views import TEACHING, cohort_for

SALT = "roster"
HALF_AN_HOUR = 1_800
ROOM_FOR_THE_REST = 10_000
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
        kept = _keep(data, cohort_key=key, request=request)
        try:
            context |= {"plan": _plan(data, cohort=cohort, kept=kept), "kept": kept}
        except (TableError, EnrolmentError) as error:
            form.add_error("file", str(error))
    return render(request, "teach/enrol_csv.html", context)


def _plan(data: bytes, *, cohort: Cohort, kept: str) -> roster.Plan:
    if len(kept) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE - ROOM_FOR_THE_REST:
        raise TableError(_("The file is too large to be confirmed in one go. Split it."))
    plan = roster.read(data, cohort=cohort)
    if len(plan.rows) > MOST_AT_ONCE:
        raise TableError(
            _("The file has %(rows)d people; at most %(most)d are enrolled at once. Split it.")
            % {"rows": len(plan.rows), "most": MOST_AT_ONCE}
        )
    return plan


def _keep(data: bytes, *, cohort_key: UUID, request: HttpRequest) -> str:
    """Return the file as a signed text that travels in the confirm form, so nothing is stored."""
    return signing.dumps(
        [person_of(request).pk, str(cohort_key), base64.b64encode(zlib.compress(data)).decode()],
        salt=SALT,
    )


@roles_required(*TEACHING)
@require_POST
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """Enrol the people of the file that was looked at."""
    cohort = cohort_for(request, key)
    try:
        person, cohort_key, data = signing.loads(
            request.POST.get("kept", ""), salt=SALT, max_age=HALF_AN_HOUR
        )
    except signing.BadSignature:
        person, cohort_key, data = None, "", ""
    if (person, cohort_key) != (person_of(request).pk, str(key)):
        messages.error(request, _("The check is too old. Choose the file once more."))
        return redirect("teach:enrol-csv", key=key)
    try:
        plan = roster.read(zlib.decompress(base64.b64decode(data)), cohort=cohort)
        report = roster.enrol_all(plan, by=person_of(request))
    except EnrolmentError as error:
        messages.error(request, str(error))
        return redirect("teach:enrol-csv", key=key)
    messages.success(request, str(report))
    return redirect("teach:cohort", key=key)
