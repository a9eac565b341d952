"""Personal pages are kept by nobody's cache, and tell the time of the person's own place."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from digicantrain.web.access import person_of


class PersonalPagesMiddleware:
    """Marks pages of signed-in people as not to be stored; dates stand in their time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            response = self._get_response(request)
        else:
            with timezone.override(person_of(request).time_zone):
                response = self._get_response(request)
        # she may have signed in or out on this very page
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response
