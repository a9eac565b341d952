"""What this app itself holds on a person."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from digicantrain.people.models import Person
from digicantrain.people.privacy import RemovedRows


def export(person: Person) -> dict[str, Any]:
    """Return account and roles."""
    return {
        "account": {
            "name": person.name,
            "family name": person.family_name,
            "email": person.email,
            "language": person.language,
            "time_zone": person.time_zone,
            "country": person.country,
            "profession": person.profession,
            "joined": person.date_joined.isoformat(),
            "last sign-in": person.last_login.isoformat() if person.last_login else None,
        },
        "pseudonym": str(person.pseudonym.key),
        "roles": [
            {
                "role": row.role,
                "organisation": row.organisation.slug,
                "site": row.site.name if row.site else None,
            }
            for row in person.memberships.select_related("organisation", "site")
        ],
        "sign-in": {
            "passkeys and codes": Authenticator.objects.filter(user=person).count(),
            "addresses": list(
                EmailAddress.objects.filter(user=person).values_list("email", flat=True)
            ),
        },
    }


def erase(person: Person) -> RemovedRows:
    """Remove roles and sign-in data; the account itself goes with the person."""
    roles, _ = person.memberships.all().delete()
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    person.pseudonym.delete()
    return {"account": 1, "roles": roles}
