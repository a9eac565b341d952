"""What this app holds on a person."""

from typing import Any

from digicantrain.credentials.models import Change, Credential, Reminder
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
            }
            for row in Credential.objects.filter(person=person).prefetch_related(
                "changes__entry", "reminders"
            )
        ]
    }


def erase(person: Person) -> RemovedRows:
    """Take the name off; the signed document names nobody, so it still verifies for the holder.

    What was said of it in words goes too, but for what its page still has to say.
    """
    own = Credential.objects.filter(person=person)
    Reminder.objects.filter(credential__in=own).delete()
    Change.objects.filter(credential__in=own).delete()
    kept = own.update(person=None, enrolment=None, holder_name="", show_name=False)
    return {"names on credentials": kept, "kept:credentials, without a name": kept}
