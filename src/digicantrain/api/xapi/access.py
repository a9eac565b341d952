"""Who asks, whether it may, and whether it asks too often."""

from django.core.cache import cache
from django.http import HttpRequest

from digicantrain.api.xapi.answers import Refusal
from digicantrain.core.xapi.scopes import Scope
from digicantrain.people.actions import record
from digicantrain.records import keys, limits
from digicantrain.records.keys import Access

HOUR = 3_600
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="xAPI", charset="UTF-8"'}


def opened(request: HttpRequest, authorization: str | None) -> Access:
    """Return who holds the key that a request brings, and count the request."""
    access = keys.holder(authorization) if authorization else None
    if access is None:
        wait = limits.note_wrong(request) if authorization else None
        if wait is not None:
            raise _too_often(wait, "with keys that open nothing")
        raise Refusal(401, "Send a key of this record store.", headers=_CHALLENGE)
    count(access)
    return access


def count(access: Access, *, statements: int = 0) -> None:
    """Count a request, or the statements of one, and refuse what is too much for a minute."""
    wait = limits.is_over(access, statements=statements)
    if wait is not None:
        raise _too_often(wait, "with this key")


def require(access: Access, scope: Scope) -> None:
    """Refuse what the key may not do, and leave an entry in the trail."""
    if access.may(scope):
        return
    _note(access, scope)
    raise Refusal(403, f"This key lacks the scope {scope.value}.")


def _note(access: Access, scope: Scope) -> None:
    """Record a refusal once an hour, so that nobody can flood the trail."""
    if cache.add(f"refused-key:{access.key_id}:{scope}", 1, HOUR):
        subject = f"record-key:{access.client_id}"
        record("refused", actor=None, subject=subject, data={"scope": scope.value})


def _too_often(wait: int, how: str) -> Refusal:
    return Refusal(
        429,
        f"You ask too often {how}; wait {wait} seconds.",
        headers={"Retry-After": str(wait)},
    )
