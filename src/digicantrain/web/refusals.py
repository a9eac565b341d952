"""Refusals leave their entry in the audit trail, at most so many that nobody can flood it.

Why so and not otherwise stands in docs/decisions/0009.
"""

from django.core.cache import cache
from django.http import HttpRequest

from digicantrain.people.actions import record
from digicantrain.people.models import Person

HOUR = 3_600
FORBIDDEN_AN_HOUR = 20
ABSENT_BEFORE_NOTED = 20


def note_forbidden(request: HttpRequest) -> None:
    """Record who was refused which page: once an hour a page, and few pages an hour."""
    person = _person(request)
    page = _page(request)
    if person is None or not cache.add(f"refused:{person.pk}:{page}", 1, HOUR):
        return
    if _count(f"refusals:{person.pk}") <= FORBIDDEN_AN_HOUR:
        record("refused", actor=person, subject=page)


def note_absent(request: HttpRequest) -> None:
    """Record once an hour that a person asks for many things that are not there for her."""
    person = _person(request)
    if person is not None and _count(f"absent:{person.pk}") == ABSENT_BEFORE_NOTED:
        record("asked-for-absent", actor=person, data={"times": ABSENT_BEFORE_NOTED})


def note_throttled(request: HttpRequest) -> None:
    """Record once an hour that a page was asked too often, by whomever."""
    page = _page(request)
    if cache.add(f"throttled:{page}", 1, HOUR):
        record("throttled", actor=_person(request), subject=page)


def _count(name: str) -> int:
    cache.add(name, 0, HOUR)
    return cache.incr(name)


def _person(request: HttpRequest) -> Person | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, Person) else None


def _page(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"page:{match.view_name}" if match else "page:"
