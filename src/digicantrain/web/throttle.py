"""How often one address may ask: counted in the cache, by the minute."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def at_most(times: int) -> Callable[[View[P]], View[P]]:
    """Answer an address at most so often a minute; then 429 with a sentence."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def throttled(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            minute = int(timezone.now().timestamp() // 60)
            name = f"rate:{view.__name__}:{request.META.get('REMOTE_ADDR', '')}:{minute}"
            cache.add(name, 0, 120)
            if cache.incr(name) > times:
                return render(request, "errors/429.html", status=429)
            return view(request, *args, **kwargs)

        return cast("View[P]", throttled)

    return decorate
