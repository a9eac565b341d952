"""How often one address may ask: counted in the cache, by the minute."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone


def is_over(request: HttpRequest, *, what: str, times: int) -> bool:
    """Count a question of this address, and return whether it was one too many this minute."""
    minute = int(timezone.now().timestamp() // 60)
    name = f"rate:{what}:{request.META.get('REMOTE_ADDR', '')}:{minute}"
    cache.add(name, 0, 120)
    return int(cache.incr(name)) > times
