"""What waits for a second person: a list, one of them, and the yes or no to many at once."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from digicantrain.credentials import deciding, tasks
from digicantrain.credentials.asking import How, State
from digicantrain.credentials.deciding import Decided
from digicantrain.credentials.models import IssueRequest
from digicantrain.people.models import Organisation, Person
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows
from digicantrain.web.manage.issuing import ISSUING, shown
from digicantrain.web.manage.issuing_forms import RefuseForm, RequestFilter

ON_A_PAGE = 50
MOST_AT_ONCE = 200
COLUMNS = {
    "name": "person__name",
    "credential": "version__module__code",
    "how": "how",
    "asked": "asked_at",
}
HEADER = ("name", "module", "how", "state", "asked", "asked_by", "decided_by", "reason")


@roles_required(*ISSUING)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """List what waits, longest first; or what was decided."""
    own, person = organisations(request, *ISSUING), person_of(request)
    form = RequestFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    state = wanted.get("state") or State.WAITING
    found = deciding.of_organisations(
        own,
        name=wanted.get("name", ""),
        how=wanted.get("how", ""),
        state="" if state == "all" else state,
    )
    listing = Listing(request, columns=COLUMNS, first="asked")
    rows = listing.ordered(found)
    if listing.wants_csv:
        return csv_file("requests", header=HEADER, rows=map(_line, first_rows(rows)))
    page = listing.page(rows, size=ON_A_PAGE)
    asked = [(row, deciding.why_not(row, by=person)) for row in page]
    context = {
        "page": page,
        "listing": listing,
        "form": form,
        "rows": asked,
        "may_decide": sum(not why_not for _row, why_not in asked),
        "under_way": deciding.under_way(own),
        "waiting": state == State.WAITING,
        "narrowed": any(wanted.values()),
    }
    return render(request, "manage/issue_requests.html", context)


def _line(row: IssueRequest) -> list[object]:
    return [
        name_of(row),
        row.version.module.code,
        row.how,
        row.state,
        row.asked_at.date().isoformat(),
        row.asked_by or "",
        row.decided_by or "",
        row.refusal or row.fault,
    ]


def name_of(row: IssueRequest) -> str:
    """Return the name for which something is asked."""
    return row.holder_name or str(row.person or "")


@roles_required(*ISSUING)
@require_safe
def one_request(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what one request rests on and what would be signed."""
    found = deciding.of_organisations(organisations(request, *ISSUING)).select_related(
        "version__module__programme", "replaces__record"
    )
    row = get_object_or_404(found, key=key)
    person = person_of(request)
    is_open = row.state in IssueRequest.OPEN
    context = {
        "row": row,
        "name": name_of(row),
        "preview": shown(row) if is_open else None,
        "why_not": deciding.why_not(row, by=person),
        "may_refuse": deciding.may_refuse(row, by=person),
        "may_ask_again": row.state == State.REFUSED and row.person_id not in {None, person.pk},
    }
    return render(request, "manage/issue_request.html", context)


@roles_required(*ISSUING)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Show those that were chosen and ask once more; confirmed, say yes or no to them."""
    own, person = organisations(request, *ISSUING), person_of(request)
    act = request.POST.get("act", "")
    keys = _keys(request.POST.getlist("shown" if act == "approve-all" else "request"))
    says_no = act == "refuse"
    rows = list(deciding.of_organisations(own).filter(key__in=keys).order_by("pk"))
    chosen = [row for row in rows if _may(row, person, says_no=says_no)]
    if not chosen:
        messages.error(request, _("Choose at least one that you may decide."))
        return redirect("manage:issue-requests")
    form = RefuseForm(request.POST if "confirm" in request.POST else None)
    if request.POST.get("confirm") == "yes" and (not says_no or form.is_valid()):
        _say(request, _decided(chosen, own, person, form if says_no else None), says_no=says_no)
        return redirect("manage:issue-requests")
    context = {
        "rows": [(row, name_of(row)) for row in chosen],
        "left": len(rows) - len(chosen),
        "says_no": says_no,
        "form": form if says_no else None,
    }
    return render(request, "manage/issue_decide.html", context)


def _keys(given: Iterable[str]) -> list[UUID]:
    """Return those of the texts that are keys, as many as one page may hold."""
    found = []
    for text in list(given)[:MOST_AT_ONCE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _may(row: IssueRequest, person: Person, *, says_no: bool) -> bool:
    if says_no:
        return deciding.may_refuse(row, by=person)
    return not deciding.why_not(row, by=person)


def _decided(
    rows: Iterable[IssueRequest], own: list[Organisation], person: Person, form: RefuseForm | None
) -> Decided:
    keys, now = [row.key for row in rows], timezone.now()
    if form is None:
        return deciding.approve(keys, organisations=own, by=person, now=now)
    reason = form.cleaned_data["reason"]
    return deciding.refuse(keys, organisations=own, reason=reason, by=person, now=now)


def _say(request: HttpRequest, decided: Decided, *, says_no: bool) -> None:
    if says_no:
        words = ngettext("%d was refused.", "%d were refused.", decided.done)
    else:
        words = ngettext(
            "%d was approved and is issued within minutes.",
            "%d were approved and are issued within minutes.",
            decided.done,
        )
    messages.success(request, words % decided.done)
    if decided.left:
        messages.error(request, _("%d were decided by somebody else meanwhile.") % decided.left)


@roles_required(*ISSUING)
@require_POST
def ask_again(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let what was refused wait once more."""
    own = organisations(request, *ISSUING)
    row = get_object_or_404(deciding.of_organisations(own), key=key)
    if deciding.ask_again(row, by=person_of(request), now=timezone.now()):
        messages.success(request, _("It waits once more; another registrar approves it."))
    else:
        messages.error(request, _("This one cannot be asked for again."))
    return redirect("manage:issue-request", key=key)


def switched_off(request: HttpRequest, organisation: Organisation) -> None:
    """Say what becomes of what waits when nobody looks any more, and set it going."""
    waiting = IssueRequest.objects.filter(organisation=organisation, state=State.WAITING)
    earned = waiting.filter(how=How.COMPLETION).count()
    asked = waiting.exclude(how=How.COMPLETION).count()
    tasks.issue_due.enqueue()
    if earned or asked:
        messages.info(
            request,
            _(
                "What waited: %(earned)d earned here are issued now; %(asked)d that registrars "
                "asked for still wait on the page “To approve” for a registrar's yes."
            )
            % {"earned": earned, "asked": asked},
        )
