"""What is answered: JSON, documents, refusals in one sentence; and what each answer carries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from digicantrain.core.xapi.media import JSON

VERSION: Final = "X-Experience-API-Version"
CONSISTENT: Final = "X-Experience-API-Consistent-Through"
METHODS: Final = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
ON_EVERY_ANSWER: Final = {
    # Content on other origins talks to the store with its key; cookies are never read or sent.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        f"Content-Type, ETag, Last-Modified, Retry-After, WWW-Authenticate, {VERSION}, {CONSISTENT}"
    ),
    # A browser that keeps a state document would show yesterday's.
    "Cache-Control": "no-store",
    # Documents are what others sent: if ever opened as a page they may do nothing.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": (
        f"Accept, Accept-Language, Authorization, Content-Type, If-Match, If-None-Match, {VERSION}"
    ),
    "Access-Control-Max-Age": "86400",
}


class Refusal(Exception):  # noqa: N818 - an answer that is raised, not a fault of ours
    """A request that is refused, with the status and one sentence that says why."""

    def __init__(
        self, status: int, sentence: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers or {}

    def response(self) -> HttpResponse:
        """Return the answer."""
        return json({"error": str(self)}, status=self.status, headers=self.headers)


def json(
    value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Answer with JSON."""
    return HttpResponse(orjson.dumps(value), status=status, content_type=JSON, headers=headers)


def nothing() -> HttpResponse:
    """Answer that it is done, and there is nothing to say."""
    response = HttpResponse(status=204)
    del response.headers["Content-Type"]
    return response


def preflight(allowed: str) -> HttpResponse:
    """Answer a browser that asks what content of another origin may send."""
    response = nothing()
    for name, value in {"Allow": allowed, **_PREFLIGHT}.items():
        response.headers[name] = value
    return response


def modified(at: datetime) -> dict[str, str]:
    """Return the header that says when a thing was changed last."""
    return {"Last-Modified": http_date(at.timestamp())}


def measure(response: HttpResponseBase) -> None:
    """Say how long the body is, where one is known: then a connection can be used again."""
    if isinstance(response, HttpResponse) and response.status_code != 204:
        response.headers["Content-Length"] = str(len(response.content))


def without_body(response: HttpResponseBase) -> HttpResponseBase:
    """Return the answer to HEAD: the headers of GET alone."""
    if isinstance(response, HttpResponse):
        response.content = b""
        return response
    bare = HttpResponse(status=response.status_code)
    bare.headers = response.headers
    return bare
