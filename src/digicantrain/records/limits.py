"""What a key may ask and bring in a minute, and how often an address may come with wrong ones."""

from django.http import HttpRequest

from digicantrain.base import rate
from digicantrain.records.keys import Access

WRONG_A_MINUTE = 30


def is_over(access: Access, *, statements: int = 0) -> int | None:
    """Count one request of a key, or the statements of one; return the seconds to wait, if any.

    Without `statements` a request is counted. With it only those: the request was counted before
    its body was read. A batch is taken while anything is left of the minute, so that one larger
    than the limit can come at all; what is refused begins anew with the next minute.
    """
    kind, limit = ("requests", access.requests_a_minute)
    if statements:
        kind, limit = ("statements", access.statements_a_minute)
    by = statements or 1
    before = rate.count(f"key-{kind}:{access.key_id}", by=by) - by
    return rate.wait() if before >= limit else None


def note_wrong(request: HttpRequest) -> int | None:
    """Count a credential that opened nothing; return the seconds to wait after too many.

    It is asked only when one was wrong: so whoever floods an address with wrong ones does not lock
    out the right key behind it.
    """
    is_over = rate.is_over(request, what="wrong-key", times=WRONG_A_MINUTE)
    return rate.wait() if is_over else None
