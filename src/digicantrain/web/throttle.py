"""How often one address may ask: counted in the cache, by the minute."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from digicantrain.web.errors import too_many

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def address_of(request: HttpRequest) -> str:
    """Return the address a request came from; behind a proxy of ours, the one the proxy saw."""
    seen = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return seen.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


def at_most(times: int) -> Callable[[View[P]], View[P]]:
    """Answer an address at most so often a minute; then 429 with a sentence."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def throttled(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            minute = int(timezone.now().timestamp() // 60)
            name = f"rate:{view.__name__}:{address_of(request)}:{minute}"
            cache.add(name, 0, 120)
            if cache.incr(name) > times:
                return too_many(request)
            return view(request, *args, **kwargs)

        return cast("View[P]", throttled)

    return decorate
