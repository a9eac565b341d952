"""What registrars ask for: by hand, by file, and under four eyes."""

from django.db import connection
from django.utils import timezone

from digicantrain.credentials import by_hand
from digicantrain.credentials.by_hand import Wanted
from digicantrain.credentials.models import IssueRequest

EVIDENCE = "Oral examination of 40 minutes, Dr Laaksonen, 3 November 2026."
SUPERVISED = "supervised-identified"
# an entry in the trail takes a lock of its own there
TRAIL_LOCK = connection.vendor == "postgresql"


def wanted(person, version, **fields):
    return Wanted(
        **{
            "person": person,
            "version": version,
            "language": "en",
            "evidence": EVIDENCE,
            "watched": SUPERVISED,
        }
        | fields
    )


def ask(person, version, *, by, **fields) -> IssueRequest:
    return by_hand.ask(wanted(person, version, **fields), by=by, now=timezone.now())


def four_eyes(organisation, *, on: bool = True):
    organisation.four_eyes = on
    organisation.save()
    return organisation
