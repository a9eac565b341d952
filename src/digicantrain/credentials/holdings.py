"""What this app holds on a person."""

from typing import Any

from digicantrain.credentials import recognition_holdings
from digicantrain.credentials.models import Credential
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
                "document": row.document,
                "recognised": row.recognised,
            }
            for row in Credential.objects.filter(person=person)
        ],
        **recognition_holdings.export(person),
    }


def erase(person: Person) -> RemovedRows:
    """Take the name off; the signed document names nobody, so it still verifies for the holder."""
    recognition_holdings.forget_sources(person)
    kept = Credential.objects.filter(person=person).update(
        person=None, enrolment=None, holder_name="", show_name=False
    )
    removed = recognition_holdings.erase(person)
    return {**removed, "names on credentials": kept, "kept:credentials, without a name": kept}
