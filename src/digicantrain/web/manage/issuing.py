"""The registrar issues by hand and by CSV: looked at first, then issued or asked for."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from digicantrain.core.tables import TableError
from digicantrain.credentials import by_file, by_hand
from digicantrain.credentials.asking import How, State
from digicantrain.credentials.by_hand import Wanted
from digicantrain.credentials.certificates import rows_of
from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.people.enums import Role
from digicantrain.web import handed
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.manage.issuing_forms import FileForm, IssueForm

ISSUING = (Role.REGISTRAR,)
PLACE = "issue-by-csv"
# as many as are enrolled at once by CSV
MOST_AT_ONCE = 2_000


def shown(row: IssueRequest) -> dict[str, Any]:
    """Return what would be signed for a request, as a page shows it; or why it cannot be."""
    now = timezone.now()
    try:
        preview = by_hand.preview_of(row, now=now)
    except ValueError as error:
        return {"fault": str(error)}
    rows = rows_of(Credential(issued_at=now), elements=preview["elements"])
    return {**preview, "rows": rows}


@roles_required(*ISSUING)
@require_http_methods(["GET", "HEAD", "POST"])
def issue_by_hand(request: HttpRequest) -> HttpResponse:
    """Ask what is to be issued, show what would be signed, then issue it or ask for it."""
    person = person_of(request)
    form = IssueForm(
        request.POST or None, organisations=organisations(request, *ISSUING), by=person
    )
    if request.method != "POST" or not form.is_valid() or "change" in request.POST:
        return render(request, "manage/issue_hand.html", {"form": form})
    wanted = form.wanted()
    if request.POST.get("confirm") != "yes":
        return render(request, "manage/issue_check.html", _check(form, wanted))
    try:
        row = by_hand.ask(wanted, by=person, now=timezone.now())
    except ValueError as error:
        form.add_error(None, str(error))
        return render(request, "manage/issue_hand.html", {"form": form})
    said_of(request, row)
    return redirect("manage:credentials")


def _check(form: IssueForm, wanted: Wanted) -> dict[str, Any]:
    provider = by_hand.organisation_of(wanted.version)
    row = IssueRequest(
        organisation=provider,
        how=How.HAND,
        person=wanted.person,
        version=wanted.version,
        language=wanted.language,
        evidence=wanted.evidence,
        watched=wanted.watched,
    )
    return {"form": form, "row": row, "preview": shown(row)}


def said_of(request: HttpRequest, row: IssueRequest) -> None:
    """Say what became of a request that was just made."""
    if row.state == State.ISSUED:
        messages.success(request, _("Issued. The person gets a mail with its link."))
    else:
        messages.success(request, _("Asked for. Another registrar approves it."))


@roles_required(*ISSUING)
@require_http_methods(["GET", "HEAD", "POST"])
def issue_by_csv(request: HttpRequest) -> HttpResponse:
    """Look at a file and say what it would do; nothing is written yet."""
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "plan": None, "kept": ""}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"]
        try:
            kept = handed.kept(data, by=person_of(request), place=PLACE)
            context |= {"plan": _plan(request, data), "kept": kept}
        except TableError as error:
            form.add_error("file", str(error))
    return render(request, "manage/issue_csv.html", context)


def _plan(request: HttpRequest, data: bytes) -> by_file.Plan:
    own = organisations(request, *ISSUING)
    plan = by_file.read(data, organisations=own, by=person_of(request))
    if len(plan.rows) > MOST_AT_ONCE:
        raise TableError(
            _("The file has %(rows)d rows; at most %(most)d are taken at once. Split it.")
            % {"rows": len(plan.rows), "most": MOST_AT_ONCE}
        )
    return plan


@roles_required(*ISSUING)
@require_POST
def confirm_csv(request: HttpRequest) -> HttpResponse:
    """Ask for what stands in the file that was looked at."""
    person = person_of(request)
    data = handed.taken(request.POST.get("kept", ""), by=person, place=PLACE)
    if data is None:
        messages.error(request, _("The check is too old. Choose the file once more."))
        return redirect("manage:issue-by-csv")
    try:
        report = by_file.ask_for(
            data, organisations=organisations(request, *ISSUING), by=person, now=timezone.now()
        )
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("manage:issue-by-csv")
    messages.success(request, str(report))
    return redirect("manage:issue-requests")
