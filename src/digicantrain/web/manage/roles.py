"""Who holds which role."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from digicantrain.people import actions, queries
from digicantrain.people.enums import Role
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.manage.forms import RoleForm
from digicantrain.web.manage.views import organisation_for


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
    page = Paginator(queries.staff_of(organisation), 50).get_page(request.GET.get("page"))
    context = {"organisation": organisation, "form": form, "page": page}
    return render(request, "manage/roles.html", context)


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
