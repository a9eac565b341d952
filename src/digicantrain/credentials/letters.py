"""Mails about credentials: tasks of their own, enqueued with the rows that they tell of."""

from typing import Any

from django.utils import timezone, translation
from django_tasks import task

from digicantrain.base import mail
from digicantrain.credentials import expiry
from digicantrain.credentials.models import (
    Change,
    Credential,
    IssueRequest,
    RecognitionClaim,
    Reminder,
)


@task()
def send_issued(credential: int) -> int:
    """Write to the holder that her credential is ready; she may be erased meanwhile."""
    return _send("credential-issued", _with_holder(credential))


@task()
def send_withdrawn(credential: int) -> int:
    """Write to the holder that her credential was withdrawn, and why."""
    row = _with_holder(credential)
    return _send("credential-withdrawn", row, reason=row.revoked_reason) if row else 0


@task()
def send_changed(change: int) -> int:
    """Write to the holder that her credential was suspended or reinstated, and why."""
    told = Change.objects.filter(pk=change).first()
    if told is None:
        return 0
    row = _with_holder(told.credential_id)
    return _send(f"credential-{told.kind}", row, number=told.pk, reason=told.reason)


@task()
def send_expiring(reminder: int) -> int:
    """Write to the holder when her credential ends and how she renews it, if that still matters."""
    told = Reminder.objects.filter(pk=reminder).first()
    row = _with_holder(told.credential_id) if told else None
    now = timezone.now()
    if told is None or row is None or row.person is None or row.state_at(now) != "expires":
        return 0
    with translation.override(row.person.language):
        way = expiry.ways_to_renew([row], now=now)[row.pk]
    return _send("credential-expires", row, number=told.days, way=way, day=row.expires_on)


@task()
def send_replaced(credential: int) -> int:
    """Write to the holder that a corrected one stands in the place of her credential."""
    return _send("credential-replaced", _with_holder(credential))


@task()
def send_not_confirmed(request: int) -> int:
    """Write to a learner that what she earned was not confirmed, and why."""
    rows = IssueRequest.objects.select_related("person", "version")
    row = rows.filter(pk=request).exclude(person=None).first()
    if row is None or row.person is None:
        return 0
    mail.send(
        "credential-not-confirmed",
        to=row.person.email,
        language=row.person.language,
        context={
            "name": row.person.first_name,
            "title": row.version.title,
            "reason": row.refusal,
        },
        reference=f"credential-not-confirmed.{row.key}.{row.decided_at:%Y%m%d%H%M%S}",
    )
    return 1


def _with_holder(pk: int) -> Credential | None:
    rows = Credential.objects.select_related("person", "version", "organisation")
    return rows.filter(pk=pk).exclude(person=None).first()


def _send(template: str, row: Credential | None, *, number: int = 0, **words: Any) -> int:
    """Send a mail; one kind of mail that comes again about a credential carries a number."""
    if row is None or row.person is None:
        return 0
    again = f".{number}" if number else ""
    mail.send(
        template,
        to=row.person.email,
        language=row.person.language,
        context={
            "name": row.person.first_name,
            "title": row.title,
            "token": row.token,
            **words,
        },
        reference=f"{template}.{row.key}{again}",
    )
    return 1


@task()
def send_recognition(claim: int) -> int:
    """Write to a learner what was decided on her claim and why; she may be erased meanwhile."""
    row = (
        RecognitionClaim.objects.select_related("person", "enrolment__version")
        .prefetch_related("units")
        .filter(pk=claim)
        .first()
    )
    if row is None:
        return 0
    mail.send(
        "recognition-decided",
        to=row.person.email,
        language=row.person.language,
        context={
            "name": row.person.first_name,
            "title": row.enrolment.version.title,
            "claim": row,
            "units": list(row.units.all()),
        },
        reference=f"recognition-{row.stage}.{row.key}",
    )
    return 1
