"""A page that an address may ask for so often a minute."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from digicantrain.base.rate import is_over
from digicantrain.web.errors import too_many

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def at_most(times: int) -> Callable[[View[P]], View[P]]:
    """Answer an address at most so often a minute; then 429 with a sentence."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def throttled(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if is_over(request, what=view.__name__, times=times):
                return too_many(request)
            return view(request, *args, **kwargs)

        return cast("View[P]", throttled)

    return decorate
