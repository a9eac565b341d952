"""Personal pages are kept by nobody's cache."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PersonalPagesMiddleware:
    """Marks pages of signed-in people as not to be stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response
