"""The registrar's list: credentials by their state, each with its number, and found by words."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from digicantrain.credentials.models import Credential

# each credential is in exactly one
STATES: Final[dict[str, object]] = {
    "valid": gettext_lazy("Valid"),
    "suspended": gettext_lazy("Suspended"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "expired": gettext_lazy("Expired"),
    "replaced": gettext_lazy("Replaced"),
}


def with_replaced(rows: QuerySet[Credential]) -> QuerySet[Credential]:
    """Let each row say in `was_replaced` whether another one was issued in its place."""
    later = Credential.objects.filter(replaces=OuterRef("pk"))
    return rows.annotate(was_replaced=Exists(later))


def _rules(now: datetime) -> dict[str, Q]:
    stands = Q(revoked_at=None, suspended_at=None)
    gone = Q(revoked_at__isnull=False)
    return {
        "valid": stands & (Q(expires_at=None) | Q(expires_at__gte=now)),
        "suspended": Q(revoked_at=None, suspended_at__isnull=False),
        "withdrawn": gone & Q(replaced_by=None),
        "expired": stands & Q(expires_at__lt=now),
        "replaced": gone & Q(replaced_by__isnull=False),
    }


def in_state(rows: QuerySet[Credential], state: str, *, now: datetime) -> QuerySet[Credential]:
    """Return the rows in a state of `STATES`; for any other word, all."""
    rule = _rules(now).get(state)
    return rows.filter(rule) if rule else rows


def counts(rows: QuerySet[Credential], *, now: datetime) -> dict[str, int]:
    """Return how many rows are in each state, in one query."""
    return rows.order_by().aggregate(
        **{state: Count("pk", filter=rule) for state, rule in _rules(now).items()}
    )


def matching(rows: QuerySet[Credential], text: str) -> QuerySet[Credential]:
    """Return the rows whose holder's name or address, module or title holds some words."""
    words = text.replace("\0", "").strip()
    if not words:
        return rows
    found = (
        Q(holder_name__icontains=words)
        | Q(person__email__icontains=words)
        | Q(version__module__code__iexact=words)
    )
    for language, _name in settings.LANGUAGES:
        found |= Q(**{f"title__{language}__icontains": words})
    return rows.filter(found)
