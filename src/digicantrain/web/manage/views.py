"""The start page of those who run a provider's platform."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from digicantrain.people import queries
from digicantrain.people.enums import Role
from digicantrain.people.models import Organisation
from digicantrain.web.access import organisations, person_of, roles_required

MANAGING = (
    Role.ADMINISTRATOR,
    Role.REGISTRAR,
    Role.ACCREDITATION_OFFICER,
    Role.DATA_PROTECTION_OFFICER,
    Role.DESIGNER,
    Role.SITE_COORDINATOR,
)


def organisation_for(request: HttpRequest, slug: str) -> Organisation:
    """Return an organisation that the person administers as a whole; all others are absent."""
    own = queries.organisations_for(person_of(request), Role.ADMINISTRATOR, whole=True)
    return get_object_or_404(own, slug=slug)


@roles_required(*MANAGING)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the person may manage."""
    held = {row.role for row in queries.roles_of(person_of(request))}
    if person_of(request).is_superuser:
        held = set(Role.values)
    return render(
        request,
        "manage/home.html",
        {"organisations": organisations(request, Role.ADMINISTRATOR), "held": held},
    )
