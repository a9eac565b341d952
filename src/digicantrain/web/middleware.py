"""Who asks, where a proxy stands before; and personal pages are kept by nobody's cache."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


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
    """Marks pages of signed-in people as not to be stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response
