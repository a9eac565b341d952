"""Mails about path certificates: tasks of their own, enqueued with the rows that they tell of."""

from typing import Any

from django.db.models import Q
from django_tasks import task

from digicantrain.base import mail
from digicantrain.credentials.models import Credential, PathCertificate
from digicantrain.people.enums import Role
from digicantrain.people.models import Membership


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
    """Have the registrars told of the path certificates in which a credential no longer stands."""
    for pk in credential.path_certificates.filter(revoked_at=None).values_list("pk", flat=True):
        tell_registrars.enqueue(pk, credential.pk)


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
