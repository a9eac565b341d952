"""Places in status lists for what is issued one at a time: path certificates and endorsements."""

import secrets

from django.conf import settings

from digicantrain.core.credentials.status import SIZE
from digicantrain.credentials.lists import held_in
from digicantrain.credentials.models import StatusList
from digicantrain.people.models import Organisation


def place_for(organisation: Organisation, *, did: str, holds: StatusList.Holds) -> StatusList:
    """Return the issuer's newest list of a kind, or a new one when that is half full."""
    held = {"did": did, "holds": holds, "origin": settings.ORIGIN}
    row = organisation.status_lists.filter(**held).order_by("-pk").first()
    if row is not None and held_in(row).count() < SIZE // 2:
        return row
    return StatusList.objects.create(organisation=organisation, size=SIZE, **held)


def free_place(row: StatusList) -> int:
    """Return a random place that nobody has: it must not tell in which order was issued."""
    while True:
        place = secrets.randbelow(row.size)
        if not held_in(row).filter(status_index=place).exists():
            return place
