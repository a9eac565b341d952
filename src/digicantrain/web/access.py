"""Who may see a page: one place for the rule that strangers' things answer as absent ones do."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from digicantrain.people import queries
from digicantrain.people.enums import Role
from digicantrain.people.models import Organisation, Person

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person of a page that asks for sign-in."""
    return cast("Person", request.user)


def roles_required(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Open a page to people who hold one of the roles somewhere; others get 403."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not queries.organisations_for(person_of(request), *roles).exists():
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast("View[P]", guarded)

    return decorate


def organisations(request: HttpRequest, *roles: Role) -> list[Organisation]:
    """Return the organisations for which the person holds one of the roles as a whole."""
    return list(queries.organisations_for(person_of(request), *roles, whole=True))
