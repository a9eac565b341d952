"""Mails about credentials: tasks of their own, enqueued with the rows that they tell of."""

from typing import Any

from django_tasks import task

from digicantrain.base import mail
from digicantrain.credentials.models import Credential, IssueRequest


@task()
def send_issued(credential: int) -> int:
    """Write to the holder that her credential is ready; she may be erased meanwhile."""
    return _send("credential-issued", credential)


@task()
def send_withdrawn(credential: int) -> int:
    """Write to the holder that her credential was withdrawn, and why."""
    return _send("credential-withdrawn", credential)


@task()
def send_replaced(credential: int) -> int:
    """Write to the holder that a corrected one stands in the place of her credential."""
    return _send("credential-replaced", credential)


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


def _send(template: str, pk: int) -> int:
    row = Credential.objects.select_related("person").filter(pk=pk).exclude(person=None).first()
    if row is None or row.person is None:
        return 0
    context: dict[str, Any] = {
        "name": row.person.first_name,
        "title": row.title,
        "token": row.token,
        "reason": row.revoked_reason,
    }
    mail.send(
        template,
        to=row.person.email,
        language=row.person.language,
        context=context,
        reference=f"{template}.{row.key}",
    )
    return 1
