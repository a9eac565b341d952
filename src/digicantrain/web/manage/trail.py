"""The audit trail, as a page."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digicantrain.people.enums import Role
from digicantrain.people.queries import trail_for
from digicantrain.web.access import person_of, roles_required


@roles_required(Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER)
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """List the newest acts first; people stand in it by pseudonym."""
    action = request.GET.get("action", "")[:60]
    rows = trail_for(person_of(request))
    if action:
        rows = rows.filter(action=action)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    query = f"action={action}" if action.replace("-", "").isalnum() else ""
    context = {"page": page, "action": action, "query": query}
    return render(request, "manage/trail.html", context)
