"""The organisation, its sites and signatories."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from digicantrain.people import actions
from digicantrain.people.enums import Role
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.manage.approving import switched_off
from digicantrain.web.manage.forms import OrganisationForm, SignatoryForm, SiteForm
from digicantrain.web.manage.views import organisation_for


@roles_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Change name, logo, colour and rules of credit."""
    row = organisation_for(request, slug)
    watched = row.four_eyes
    form = OrganisationForm(request.POST or None, request.FILES or None, instance=row)
    if request.method == "POST" and form.is_valid():
        act = _switch(watched, now=row.four_eyes) or "organisation-changed"
        actions.save_place(form.save(commit=False), action=act, by=person_of(request))
        messages.success(request, _("Saved."))
        if watched and not row.four_eyes:
            switched_off(request, row)
        return redirect("manage:organisation", slug=slug)
    return render(request, "manage/organisation.html", {"organisation": row, "form": form})


def _switch(before: bool, *, now: bool) -> str:  # noqa: FBT001 - before and after
    """Return what the trail says when the second pair of eyes is switched on or off."""
    if before == now:
        return ""
    return "four-eyes-switched-on" if now else "four-eyes-switched-off"


@roles_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def sites(request: HttpRequest, slug: str) -> HttpResponse:
    """List the sites and add one."""
    row = organisation_for(request, slug)
    form = SiteForm(request.POST or None)
    form.instance.organisation = row
    if request.method == "POST" and form.is_valid():
        actions.save_place(form.save(commit=False), action="site-added", by=person_of(request))
        messages.success(request, _("The site was added."))
        return redirect("manage:sites", slug=slug)
    return render(
        request, "manage/sites.html", {"organisation": row, "form": form, "sites": row.sites.all()}
    )


@roles_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def signatories(request: HttpRequest, slug: str) -> HttpResponse:
    """List who signs certificates and add somebody."""
    row = organisation_for(request, slug)
    form = SignatoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        signatory = form.save(commit=False)
        signatory.organisation = row
        signatory.order = row.signatories.count()
        signatory.title = {row.language: form.cleaned_data["title_text"]}
        actions.save_place(signatory, action="signatory-added", by=person_of(request))
        messages.success(request, _("The signatory was added."))
        return redirect("manage:signatories", slug=slug)
    return render(
        request,
        "manage/signatories.html",
        {"organisation": row, "form": form, "signatories": row.signatories.all()},
    )
