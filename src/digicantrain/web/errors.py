"""Pages for what went wrong: what happened, what is kept, what to do next."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from digicantrain.web import refusals
from digicantrain.web.learner import kept


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself cannot be understood."""
    del exception
    return render(request, "errors/400.html", status=400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person is known and may not."""
    del exception
    refusals.note_forbidden(request)
    return render(request, "errors/403.html", status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is nothing here, or nothing that this person may know of."""
    del exception
    refusals.note_absent(request)
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: asked too often; also what the sign-in pages answer with."""
    del exception
    refusals.note_throttled(request)
    return render(request, "errors/429.html", status=429)


def server_error(_request: HttpRequest) -> HttpResponse:
    """500: our fault; shown without the database, which may be the reason."""
    return HttpResponseServerError(render_to_string("errors/500.html"))


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is older than the session; a signed-in learner's answer waits for her.

    The session's cookie does not travel from another site, so nobody else can leave one there.
    """
    del reason
    waits = request.user.is_authenticated and kept.keep(request)
    return render(request, "errors/csrf.html", {"waits": waits}, status=403)
