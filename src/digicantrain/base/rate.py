"""How often something may be done: counted in the cache, by the minute of the clock."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

MINUTE = 60


def count(name: str, *, by: int = 1) -> int:
    """Add to what is counted under a name in this minute, and return what it comes to."""
    place = f"rate:{name}:{int(timezone.now().timestamp() // MINUTE)}"
    cache.add(place, 0, 2 * MINUTE)
    return int(cache.incr(place, by))


def wait() -> int:
    """Return the whole seconds until the next minute begins, when counts begin anew."""
    return MINUTE - int(timezone.now().timestamp() % MINUTE)


def is_over(request: HttpRequest, *, what: str, times: int) -> bool:
    """Count a question of this address, and return whether it was one too many this minute."""
    return count(f"{what}:{request.META.get('REMOTE_ADDR', '')}") > times
