"""What holds for every request: who asks, no NUL in it, few powers, no personal page stored."""

from collections.abc import Callable
from urllib.parse import unquote

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from digicantrain.web.access import person_of
from digicantrain.web.errors import bad_request

Answer = Callable[[HttpRequest], HttpResponse]
NUL_REFUSED = "cannot contain NUL (0x00)"
POWERS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"


class PlainRequestsMiddleware:
    """Refuses a NUL: PostgreSQL takes none, and nothing here needs one."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "\0" in unquote(request.META.get("QUERY_STRING", "")):
            response = bad_request(request)
        else:
            response = self._get_response(request)
        response.headers.setdefault("Permissions-Policy", POWERS)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a NUL in a form that no field caught, which PostgreSQL refuses, as a 400."""
        if isinstance(exception, ValueError | DataError) and NUL_REFUSED in str(exception):
            return bad_request(request)
        return None


class BehindProxyMiddleware:
    """Takes the address of who asks from our own proxy: it appends the one it saw.

    Without it all visitors would share the proxy's address, and so one limit of requests.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if seen:
            request.META["REMOTE_ADDR"] = seen
        return self._get_response(request)


class PersonalPagesMiddleware:
    """Marks pages of signed-in people as not to be stored; dates stand in their time zone."""

    def __init__(self, get_response: Answer) -> None:
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
