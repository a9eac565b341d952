"""Mails about credentials: tasks of their own, enqueued with the rows that they tell of."""

from typing import Any

from django_tasks import task

from digicantrain.base import mail
from digicantrain.credentials.models import Credential, RecognitionClaim


@task()
def send_issued(credential: int) -> int:
    """Write to the holder that her credential is ready; she may be erased meanwhile."""
    return _send("credential-issued", credential)


@task()
def send_withdrawn(credential: int) -> int:
    """Write to the holder that her credential was withdrawn, and why."""
    return _send("credential-withdrawn", credential)


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
