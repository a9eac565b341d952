"""One request, as the resources see it, whichever syntax it came in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from digicantrain.api.xapi import access as door
from digicantrain.api.xapi import bodies, params
from digicantrain.api.xapi.answers import Refusal
from digicantrain.api.xapi.negotiation import Route
from digicantrain.api.xapi.params import Params
from digicantrain.core.xapi.media import FORM, JSON, MediaType, MediaTypeError, media_type
from digicantrain.core.xapi.scopes import Scope
from digicantrain.core.xapi.versions import Version
from digicantrain.records.keys import Access

_FORM_HEADERS: Final = {
    "authorization": "Authorization",
    "x-experience-api-version": "X-Experience-API-Version",
    "content-type": "Content-Type",
    "content-length": "Content-Length",
    "if-match": "If-Match",
    "if-none-match": "If-None-Match",
    "accept": "Accept",
    "accept-language": "Accept-Language",
}


@dataclass(frozen=True)
class Spoken:
    """A request before its version is known: its method, parameters, headers, and its body.

    `content` is the body where it stood in a form; else it is read from the request when wanted.
    """

    request: HttpRequest
    method: str
    given: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes | None = None
    is_alternate: bool = False

    def header(self, name: str) -> str | None:
        """Return a header: that of the form where there is one, else that of the request."""
        return self.headers.get(name) or self.request.headers.get(name)


@dataclass(frozen=True)
class Asked:
    """A request that may be answered."""

    spoken: Spoken
    route: Route
    version: Version
    params: Params
    access: Access

    @property
    def store(self) -> int:
        """The organisation whose store is asked."""
        return self.access.organisation_id

    def header(self, name: str) -> str | None:
        """Return a header."""
        return self.spoken.header(name)

    def require(self, scope: Scope) -> None:
        """Refuse what the key may not do."""
        door.require(self.access, scope)

    def body(self) -> bytes:
        """Return the body; one that is too large is refused."""
        if self.spoken.content is not None:
            return self.spoken.content
        return bodies.whole(self.spoken.request)

    def media(self) -> MediaType:
        """Return what the body says it is."""
        try:
            return media_type(self.header("Content-Type") or "")
        except MediaTypeError as error:
            raise Refusal(400, str(error)) from None


def spoken(request: HttpRequest, route: Route) -> Spoken:
    """Read how a request is spoken: by HTTP, or in the alternate syntax of xAPI 1.0.3.

    There (Communication 1.3) a POST with `?method=PUT` brings headers, parameters and content in a
    form. xAPI 2.0 has no such syntax, and `method` is an unknown parameter like any other.
    """
    given = params.of_query(request.META.get("QUERY_STRING", ""))
    if request.method == "POST" and "method" in given and _may_be_first(request, route):
        return _alternate(request, given)
    return Spoken(request, str(request.method), given, {})


def _may_be_first(request: HttpRequest, route: Route) -> bool:
    told = request.headers.get("X-Experience-API-Version") or ""
    return route.version is not Version.V2 and not told.startswith("2")


def _alternate(request: HttpRequest, given: Mapping[str, str]) -> Spoken:
    if set(given) != {"method"}:
        raise Refusal(400, "Beside ?method= every parameter stands in the form.")
    kind = (request.headers.get("Content-Type") or FORM).partition(";")[0].strip().lower()
    if kind != FORM:
        raise Refusal(400, f"A request with ?method= brings its content in a form ({FORM}).")
    headers: dict[str, str] = {}
    fields: dict[str, str] = {}
    for name, value in params.of_bytes(bodies.whole(request)).items():
        header = _FORM_HEADERS.get(name.lower())
        if header is None:
            fields[name] = value
        else:
            headers[header] = value
    headers.setdefault("Content-Type", JSON)
    content = fields.pop("content", None)
    method = given["method"].upper()
    if content is None and method in {"PUT", "POST"}:
        raise Refusal(400, "The form has no field named content.")
    body = (content or "").encode()
    return Spoken(request, method, fields, headers, content=body, is_alternate=True)
