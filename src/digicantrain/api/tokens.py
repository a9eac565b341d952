"""OAuth 2.0 client credentials (RFC 6749, 4.4) for keys of the record store.

The server is django-allauth's. Here stands what it does not do: a wrong secret is told the same
as an unknown client and slowed down, and nothing is taken from the address.
"""

from http import HTTPStatus

from allauth.idp.oidc.models import Client, Token
from allauth.idp.oidc.views import token as answer
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from digicantrain.base import rate
from digicantrain.core.xapi.scopes import OFFERED
from digicantrain.records import keys, limits

TOKENS_A_MINUTE = 60
FORM = "application/x-www-form-urlencoded"


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Give a key's program a token for an hour.

    Errors are those of RFC 6749, 5.2, as JSON; 429 with Retry-After after too many.
    """
    fault = _fault(request)
    if fault is not None:
        return fault
    with transaction.atomic():
        # held until the token stands: a rotation or revocation finds it, or comes before it
        key = keys.opened_by(*_pair(request), held=True)
        if key is None:
            return _wrong(request)
        if rate.count(f"token:{key.pk}") > TOKENS_A_MINUTE:
            return _too_many(rate.wait())
        Token.objects.expired().filter(client_id=key.client_id).delete()
        response: HttpResponse = answer(request)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@require_safe
def metadata(_request: HttpRequest) -> JsonResponse:
    """Tell programs where tokens are given, and for what (RFC 8414)."""
    return JsonResponse(
        {
            "issuer": settings.ORIGIN,
            "token_endpoint": f"{settings.ORIGIN}{reverse('api:oauth-token')}",
            "token_endpoint_auth_methods_supported": settings.IDP_OIDC_AUTH_METHODS,
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "scopes_supported": list(OFFERED),
        }
    )


def _fault(request: HttpRequest) -> JsonResponse | None:
    """Refuse what is no question for a token, before anything is looked up."""
    if request.META.get("QUERY_STRING"):
        return _refused("invalid_request", "Send all in the body, nothing in the address.")
    if request.content_type != FORM:
        return _refused("invalid_request", f"Send a body of the type {FORM}.")
    if request.POST.get("grant_type") != Client.GrantType.CLIENT_CREDENTIALS:
        return _refused("unsupported_grant_type", "Send grant_type=client_credentials.")
    if "resource" in request.POST:
        return _refused("invalid_target", "There is one store a key; leave resource out.")
    return None


def _pair(request: HttpRequest) -> tuple[str, str]:
    """Return client and secret: of HTTP Basic, or of the body."""
    scheme, _space, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return keys.pair_of(rest.strip()) or ("", "")
    return request.POST.get("client_id", ""), request.POST.get("client_secret", "")


def _wrong(request: HttpRequest) -> JsonResponse:
    seconds = limits.note_wrong(request)
    if seconds is not None:
        return _too_many(seconds)
    response = _refused("invalid_client", "No key has this client and secret.", status=401)
    response.headers["WWW-Authenticate"] = 'Basic realm="record store"'
    return response


def _too_many(seconds: int) -> JsonResponse:
    response = _refused(
        "temporarily_unavailable",
        f"Too many questions. Ask again in {seconds} seconds.",
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def _refused(error: str, sentence: str, *, status: int = 400) -> JsonResponse:
    return JsonResponse(
        {"error": error, "error_description": sentence},
        status=status,
        headers={"Cache-Control": "no-store"},
    )
