"""Reminders before a credential ends: each at most once, however often or seldom this runs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from digicantrain.base import jobs
from digicantrain.credentials import expiry, letters
from digicantrain.credentials.models import Credential, Reminder
from digicantrain.learning.models import Notice
from digicantrain.people.actions import record_all

DAYS: Final = (90, 30, 7)
BATCH: Final = 100
EXPIRES: Final = "credential-expires"


def remind_all(*, now: datetime) -> int:
    """Remind whoever is due now and return of how many credentials; a batch is all or nothing."""
    due = [row.pk for row in _ending(now=now).only(*_MOMENTS) if days_due(row, now=now)]
    return sum(_remind(due[start : start + BATCH], now=now) for start in range(0, len(due), BATCH))


def days_due(row: Credential, *, now: datetime) -> int:
    """Return of which reminder it is time: of those that are due, the nearest to the end; or 0.

    None comes in the first half of a credential's time: who has just earned it knows the day.
    """
    if row.expires_on is None or row.expires_at is None or row.expires_at < now:
        return 0
    left = (row.expires_on - now.astimezone(UTC).date()).days
    whole = (row.expires_on - row.issued_at.astimezone(UTC).date()).days
    return min((days for days in DAYS if left <= days <= whole // 2), default=0)


_MOMENTS: Final = ("issued_at", "expires_at")


def _ending(*, now: datetime) -> QuerySet[Credential]:
    """Return what ends soon, stands, has a holder who can sign in, and was not earned again."""
    rows = Credential.objects.filter(
        expires_at__gte=now,
        expires_at__lt=now + timedelta(days=max(DAYS) + 1),
        revoked_at=None,
        suspended_at=None,
        person__is_active=True,
    )
    return expiry.not_renewed(rows).order_by("pk")


def _remind(pks: Sequence[int], *, now: datetime) -> int:
    """Write down, in one transaction, who is reminded of what, and have it told.

    The rows are locked, so a second run waits and then finds that nothing is due.
    """
    with transaction.atomic():
        locked = Credential.objects.select_for_update(of=("self",)).order_by("pk")
        list(locked.filter(pk__in=pks).values_list("pk"))
        rows = list(
            _ending(now=now)
            .filter(pk__in=pks)
            .select_related("organisation")
            .defer("document", "elements")
            .prefetch_related("reminders")
        )
        due = [(row, days) for row in rows if (days := _new(row, now=now))]
        made = Reminder.objects.bulk_create(
            Reminder(credential=row, days=days, at=now) for row, days in due
        )
        _tell(made)
    return len(made)


def _new(row: Credential, *, now: datetime) -> int:
    """Return of which reminder it is time, unless that one or a later one was sent."""
    days = days_due(row, now=now)
    return 0 if any(sent.days <= days for sent in row.reminders.all()) else days


def _tell(made: Sequence[Reminder]) -> None:
    if not made:
        return
    record_all(
        "credential-reminded",
        actor=None,
        acts=[
            (
                f"credential:{one.credential.key}",
                {"organisation": one.credential.organisation.slug, "days": one.days},
            )
            for one in made
        ],
    )
    Notice.objects.bulk_create(
        Notice(
            person_id=one.credential.person_id,
            kind=EXPIRES,
            data={
                "title": one.credential.title,
                "token": one.credential.token,
                "day": str(one.credential.expires_on),
            },
        )
        for one in made
        if one.credential.person_id
    )
    jobs.enqueue_each(letters.send_expiring, [one.pk for one in made])
