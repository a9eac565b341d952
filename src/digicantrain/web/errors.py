"""Pages for what went wrong."""

from django.http import HttpRequest, HttpResponse


def bad_request(_request: HttpRequest, _exception: Exception) -> HttpResponse:
    """400."""
    return HttpResponse("400", status=400)


def forbidden(_request: HttpRequest, _exception: Exception) -> HttpResponse:
    """403."""
    return HttpResponse("403", status=403)


def not_found(_request: HttpRequest, _exception: Exception) -> HttpResponse:
    """404."""
    return HttpResponse("404", status=404)


def server_error(_request: HttpRequest) -> HttpResponse:
    """500."""
    return HttpResponse("500", status=500)


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token."""
    return HttpResponse(reason, status=403)
