"""What this app holds on a person."""

from typing import Any

from django.db.models import Q

from digicantrain.credentials import recognition_holdings
from digicantrain.credentials.models import (
    Change,
    Credential,
    IssueRequest,
    PathCertificate,
    Reminder,
)
from digicantrain.people.models import Person
from digicantrain.people.privacy import RemovedRows


def export(person: Person) -> dict[str, Any]:
    """Return the credentials, each as it was signed."""
    return {
        "credentials": [
            {
                "title": row.title,
                "kind": row.kind,
                "issued": row.issued_at.isoformat(),
                "withdrawn": row.revoked_at.isoformat() if row.revoked_at else None,
                "expires": row.expires_at.isoformat() if row.expires_at else None,
                "changes": [
                    {"what": one.kind, "when": one.entry.at.isoformat(), "reason": one.reason}
                    for one in row.changes.all()
                ],
                "reminded": [one.at.isoformat() for one in row.reminders.all()],
                "document": row.document,
                "recognised": row.recognised,
            }
            for row in Credential.objects.filter(person=person).prefetch_related(
                "changes__entry", "reminders"
            )
        ],
        "asked for": [_request(row) for row in IssueRequest.objects.filter(person=person)],
        "asked for or decided for others": [
            {"how": row.how, "asked": row.asked_at.isoformat(), "state": row.state}
            for row in IssueRequest.objects.filter(Q(asked_by=person) | Q(decided_by=person))
        ],
        "path certificates": [
            {
                "title": row.title,
                "issued": row.issued_at.isoformat(),
                "withdrawn": row.revoked_at.isoformat() if row.revoked_at else None,
                "document": row.document,
            }
            for row in PathCertificate.objects.filter(person=person)
        ],
        **recognition_holdings.export(person),
    }


def _request(row: IssueRequest) -> dict[str, Any]:
    return {
        "how": row.how,
        "asked": row.asked_at.isoformat(),
        "state": row.state,
        "evidence": row.evidence,
        "reason": row.reason,
        "refusal": row.refusal,
        "name": row.holder_name,
    }


def erase(person: Person) -> RemovedRows:
    """Take the name off; the signed document names nobody, so it still verifies for the holder.

    What was said of it in words goes too, but for what its page still has to say. What was asked
    for and not issued goes; of what was issued, the words that may name her go.
    """
    recognition_holdings.forget_sources(person)
    asked = IssueRequest.objects.filter(person=person)
    open_ones, _each = asked.filter(credential=None).delete()
    asked.update(person=None, enrolment=None, evidence="", reason="", holder_name="")
    own = Credential.objects.filter(person=person)
    Reminder.objects.filter(credential__in=own).delete()
    Change.objects.filter(credential__in=own).delete()
    kept = own.update(person=None, enrolment=None, within=None, holder_name="", show_name=False)
    kept += PathCertificate.objects.filter(person=person).update(
        person=None, holder_name="", show_name=False
    )
    return {
        **recognition_holdings.erase(person),
        "names on credentials": kept,
        "credentials asked for": open_ones,
        "kept:credentials, without a name": kept,
    }
