"""What this app holds on a person."""

from typing import Any

from digicantrain.credentials.models import Credential, PathCertificate
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
            }
            for row in Credential.objects.filter(person=person)
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
    }


def erase(person: Person) -> RemovedRows:
    """Take the name off; the signed document names nobody, so it still verifies for the holder."""
    kept = Credential.objects.filter(person=person).update(
        person=None, enrolment=None, within=None, holder_name="", show_name=False
    )
    kept += PathCertificate.objects.filter(person=person).update(
        person=None, holder_name="", show_name=False
    )
    return {"names on credentials": kept, "kept:credentials, without a name": kept}
