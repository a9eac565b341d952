"""The profile of our statements, at its own address and at those of its words."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from digicantrain.core.xapi.profile import Profile
from digicantrain.core.xapi.vocabulary import profile_iri


@require_safe
@cache_control(public=True, max_age=3600)
def profile(_request: HttpRequest, term: str = "") -> HttpResponse:
    """Publish the profile as JSON-LD; each of its words leads to the whole of it."""
    here = Profile(settings.ORIGIN)
    address = profile_iri(settings.ORIGIN) + (f"/{term}" if term else "")
    if address not in here.addresses():
        raise Http404
    return HttpResponse(
        here.text(),
        content_type="application/ld+json",
        headers={"Access-Control-Allow-Origin": "*"},
    )
