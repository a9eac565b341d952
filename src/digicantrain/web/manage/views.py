"""The start page of those who run a provider's platform."""

from collections.abc import Sequence

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


def organisation_for(
    request: HttpRequest, slug: str, *, roles: Sequence[Role] = (Role.ADMINISTRATOR,)
) -> Organisation:
    """Return an organisation for which the person holds a role as a whole; others are absent."""
    own = queries.organisations_for(person_of(request), *roles, whole=True)
    return get_object_or_404(own, slug=slug)


@roles_required(*MANAGING)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the person may manage."""
    held = {row.role for row in queries.roles_of(person_of(request))}
    if person_of(request).is_superuser:
        held = set(Role.values)
    administered = organisations(request, Role.ADMINISTRATOR)
    guarded = []
    if Role.DATA_PROTECTION_OFFICER in held:
        guarded = organisations(request, Role.DATA_PROTECTION_OFFICER)
    context = {
        "organisations": administered,
        "guarded": [row for row in guarded if row not in administered],
        "held": held,
    }
    return render(request, "manage/home.html", context)
