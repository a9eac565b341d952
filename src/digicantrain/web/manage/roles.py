"""Who holds which role."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from digicantrain.people import actions, queries
from digicantrain.people.enums import Role
from digicantrain.people.models import Membership
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows
from digicantrain.web.manage.forms import RoleFilter, RoleForm
from digicantrain.web.manage.views import organisation_for

COLUMNS = {"name": "person__name", "role": "role", "where": "site__name"}
HEADER = ("name", "email", "role", "site")


@roles_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """List roles and give one."""
    organisation = organisation_for(request, slug)
    form = RoleForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        actions.grant_role(
            form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            organisation=organisation,
            site=form.cleaned_data["site"],
            by=person_of(request),
        )
        messages.success(request, _("The role was given."))
        return redirect("manage:roles", slug=slug)
    narrow = RoleFilter(request.GET)
    wanted = narrow.cleaned_data if narrow.is_valid() else {}
    listing = Listing(request, columns=COLUMNS, first="name")
    rows = listing.ordered(
        queries.staff_of(organisation, name=wanted.get("name", ""), role=wanted.get("held", ""))
    )
    if listing.wants_csv:
        return csv_file("roles", header=HEADER, rows=map(_line, first_rows(rows)))
    context = {
        "organisation": organisation,
        "form": form,
        "narrow": narrow,
        "listing": listing,
        "page": listing.page(rows),
    }
    return render(request, "manage/roles.html", context)


def _line(row: Membership) -> list[object]:
    return [row.person.name, row.person.email, row.role, row.site.name if row.site else ""]


@roles_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask once more, then take a role away."""
    organisation = organisation_for(request, slug)
    membership = get_object_or_404(queries.staff_of(organisation), pk=pk)
    if request.method == "POST":
        actions.withdraw_role(membership, by=person_of(request))
        messages.success(request, _("The role was withdrawn."))
        return redirect("manage:roles", slug=slug)
    context = {"organisation": organisation, "membership": membership}
    return render(request, "manage/withdraw_role.html", context)
