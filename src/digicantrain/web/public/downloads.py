"""A credential in each of its forms, behind its share link."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from digicantrain.credentials import downloads, queries
from digicantrain.credentials.certificates import sealed_certificate_of
from digicantrain.credentials.models import Credential
from digicantrain.web.throttle import at_most

TIMES = 60


def handed(data: bytes | str, *, name: str, kind: str) -> HttpResponse:
    """Return a file to be kept, never to be shown in the page's own origin."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": disposition})


def _found(token: str) -> Credential:
    row = queries.by_token(token)
    if row is None or not row.document:
        raise Http404
    return row


def _made(make: Callable[[], bytes | str]) -> bytes | str:
    try:
        return make()
    except downloads.NotToBeHadError as error:
        raise Http404 from error


@never_cache
@require_safe
@at_most(TIMES)
def credential_json(request: HttpRequest, token: str) -> HttpResponse:
    """Hand over the signed credential."""
    del request
    row = _found(token)
    name = downloads.file_name(row, "json")
    return handed(row.document, name=name, kind="application/vc+ld+json")


@never_cache
@require_safe
@at_most(TIMES)
def credential_jwt(request: HttpRequest, token: str) -> HttpResponse:
    """Hand over the credential as a token; its media type is the one of Open Badges 3.0, 5.2."""
    del request
    row = _found(token)
    text = _made(lambda: downloads.jwt_of(row, now=timezone.now()))
    return handed(text, name=downloads.file_name(row, "jwt"), kind="text/plain; charset=utf-8")


@never_cache
@require_safe
@at_most(TIMES)
def badge_png(request: HttpRequest, token: str) -> HttpResponse:
    """Hand over the badge as a picture of points with the credential in it."""
    del request
    row = _found(token)
    data = _made(lambda: downloads.picture_of(row, "png", now=timezone.now()))
    return handed(data, name=downloads.file_name(row, "png"), kind="image/png")


@never_cache
@require_safe
@at_most(TIMES)
def badge_svg(request: HttpRequest, token: str) -> HttpResponse:
    """Hand over the badge as a picture of lines with the credential in it."""
    del request
    row = _found(token)
    data = _made(lambda: downloads.picture_of(row, "svg", now=timezone.now()))
    return handed(data, name=downloads.file_name(row, "svg"), kind="image/svg+xml")


@never_cache
@require_safe
@at_most(TIMES)
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """Hand over the certificate; the name is on it where its holder shows it, or for herself."""
    row = _found(token)
    own = request.user.is_authenticated and row.person_id == request.user.pk
    if row.revoked_at is not None or row.suspended_at is not None:
        raise Http404
    holder = row.holder_name if own or row.show_name else ""
    data = sealed_certificate_of(row, holder=holder, now=timezone.now())
    return handed(data, name=downloads.file_name(row, "pdf"), kind="application/pdf")
