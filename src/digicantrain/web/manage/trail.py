"""The audit trail, as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digicantrain.people.enums import Role
from digicantrain.people.models import AuditEntry
from digicantrain.people.queries import trail_for
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows

COLUMNS = {"number": "sequence", "act": "action", "what": "subject"}
HEADER = ("number", "at", "act", "who", "on_what")


@roles_required(Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER)
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """List the newest acts first; people stand in it by pseudonym."""
    action = request.GET.get("action", "")[:60]
    listing = Listing(request, columns=COLUMNS, first="-number")
    rows = listing.ordered(trail_for(person_of(request)).filter(action__startswith=action))
    if listing.wants_csv:
        return csv_file("trail", header=HEADER, rows=map(_line, first_rows(rows)))
    context = {"page": listing.page(rows, size=50), "listing": listing, "action": action}
    return render(request, "manage/trail.html", context)


def _line(entry: AuditEntry) -> list[object]:
    return [entry.sequence, entry.at.isoformat(), entry.action, entry.actor or "", entry.subject]
