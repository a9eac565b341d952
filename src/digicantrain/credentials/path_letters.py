"""Mails about path certificates: tasks of their own, enqueued with the rows that they tell of."""

from typing import Any, Final

from django.db.models import Q
from django_tasks import task

from digicantrain.base import mail
from digicantrain.credentials.models import Credential, PathCertificate
from digicantrain.people.actions import record
from digicantrain.people.enums import Role
from digicantrain.people.models import AuditEntry, Membership

FELL: Final = "path-part-fell"


@task()
def send_issued(certificate: int) -> int:
    """Write to the holder that her path certificate is ready."""
    return _send("path-issued", certificate)


@task()
def send_withdrawn(certificate: int) -> int:
    """Write to the holder that her path certificate was withdrawn, and why."""
    return _send("path-withdrawn", certificate)


def _send(template: str, pk: int) -> int:
    row = PathCertificate.objects.select_related("person").filter(pk=pk).first()
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


def part_fell(credential: Credential) -> None:
    """Have the registrars told of the path certificates in which a credential does not stand.

    Each time that it falls they are told once, however often its row is saved.
    """
    fell_at = credential.revoked_at or credential.suspended_at
    if fell_at is None:
        return
    for row in credential.path_certificates.filter(revoked_at=None):
        about = f"path-certificate:{row.key}"
        told = {"part": str(credential.key), "fell": fell_at.isoformat()}
        if not AuditEntry.objects.filter(action=FELL, subject=about, data=told).exists():
            record(FELL, actor=None, subject=about, data=told)
            tell_registrars.enqueue(row.pk, credential.pk)


@task()
def tell_registrars(certificate: int, credential: int) -> int:
    """Write to those who keep the register that a part of a path certificate does not stand."""
    row = PathCertificate.objects.filter(pk=certificate, revoked_at=None).first()
    part = Credential.objects.filter(
        Q(revoked_at__isnull=False) | Q(suspended_at__isnull=False), pk=credential
    ).first()
    if row is None or part is None:
        return 0
    registrars = Membership.objects.filter(
        organisation=row.organisation_id, role=Role.REGISTRAR, site=None, person__is_active=True
    ).select_related("person")
    for one in registrars:
        mail.send(
            "path-part-fell",
            to=one.person.email,
            language=one.person.language,
            context={"name": one.person.first_name, "title": row.title, "part": part.title},
            reference=f"path-part-fell.{row.key}.{part.key}.{one.person_id}",
        )
    return len(registrars)
