"""Status lists as they are published: built from our records, signed, kept meanwhile."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, F, Max, Q, QuerySet

from digicantrain.core.credentials import proof, status
from digicantrain.core.credentials.keys import Signer
from digicantrain.core.credentials.status import REVOCATION, SUSPENSION
from digicantrain.credentials.models import IssuerKey, StatusList
from digicantrain.credentials.signers import signer_of
from digicantrain.people.models import Organisation

HOUR = 3_600
Holds = StatusList.Holds


class NoKeyError(ValueError):
    """An organisation has no key to sign with."""


def address_of(row: StatusList, *, purpose: str = REVOCATION) -> str:
    """Return where a list is published: what was withdrawn, or beside it what is suspended.

    It keeps the address that signed documents name, also when this installation has moved.
    """
    return _place(f"{row.origin or settings.ORIGIN}/status/{row.key}", purpose)


def _place(address: str, purpose: str) -> str:
    return address if purpose == REVOCATION else f"{address}/{purpose}"


def usable(keys: QuerySet[IssuerKey]) -> QuerySet[IssuerKey]:
    """Return those of the keys that sign and whose private part is within reach."""
    lost = {"keeper": IssuerKey.Keeper.SOFTWARE, "private_encrypted": ""}
    return keys.exclude(signs_from=None).exclude(**lost)


def current_key(organisation: Organisation) -> IssuerKey:
    """Return the key with which an organisation signs now."""
    signing = usable(organisation.issuer_keys.filter(retired_at=None))
    key = signing.order_by("-signs_from", "-pk").first()
    if key is None:
        raise NoKeyError(
            f"{organisation} has no key to sign with. "
            f"Make one: digicantrain keys rotate --organisation {organisation.slug}"
        )
    return key


def key_of_list(row: StatusList) -> IssuerKey:
    """Return the key that signs a list: of the issuer who signed the credentials in it.

    A retired key still signs the list of its own DID: where the key is the DID, there is no other.
    """
    if not row.did:
        return current_key(row.organisation)
    keys = usable(row.organisation.issuer_keys.filter(did=row.did))
    key = keys.order_by(F("retired_at").desc(nulls_first=True), "-signs_from").first()
    if key is None:
        raise NoKeyError(f"No key of {row.did} is here to sign its status list with.")
    return key


def signed_list(
    row: StatusList,
    *,
    now: datetime,
    purpose: str = REVOCATION,
    lasts: timedelta = status.LASTS,
) -> bytes:
    """Return a list signed; what was withdrawn or suspended a moment ago is in it.

    It is to be relied on for a day only, so that nobody can show an old one for ever; an issuer
    that ceases signs its last ones for longer.
    """
    listed = _not_standing(row, purpose)
    can_rest = {"held": Max("suspended_at")} if row.holds == Holds.CREDENTIALS else {}
    state = listed.aggregate(n=Count("pk"), revoked=Max("revoked_at"), **can_rest)
    changes = (row.created_at, row.changed_at, state["revoked"], state.get("held"))
    made_at = _made_at(changes, now)
    key = key_of_list(row)
    # to the microsecond: two changes within a second make two lists
    newest = max(change.timestamp() for change in changes if change)
    moment = f"{made_at.timestamp()}:{newest}:{lasts.total_seconds()}"
    name = f"status:{row.pk}:{purpose}:{state['n']}:{moment}:{key.pk}"
    kept: bytes | None = cache.get(name)
    if kept is None:
        document = status.StatusList(
            url=address_of(row, purpose=purpose),
            issuer=key.did,
            withdrawn=frozenset(listed.values_list("status_index", flat=True)),
            changed_at=made_at,
            purpose=purpose,
            size=row.size,
            ends_at=made_at + lasts,
        ).as_document()
        kept = signed_document(document, signer=signer_of(key), made_at=made_at)
        cache.set(name, kept, HOUR)
    return kept


def held_in(row: StatusList) -> QuerySet[Any]:
    """Return what has its place in a list: credentials, path certificates or endorsements."""
    held: dict[str, QuerySet[Any]] = {
        Holds.CREDENTIALS: row.entries.all(),
        Holds.PATHS: row.path_entries.all(),
        Holds.ENDORSEMENTS: row.endorsement_entries.all(),
    }
    return held[row.holds]


def _not_standing(row: StatusList, purpose: str) -> QuerySet[Any]:
    """Return what a list says of that it does not stand; only credentials are ever suspended."""
    if row.holds == Holds.CREDENTIALS:
        return row.entries.filter(_NOT_STANDING[purpose])
    withdrawn = held_in(row).filter(revoked_at__isnull=False)
    return withdrawn if purpose == REVOCATION else withdrawn.none()


# An Open Badge has room for one status entry. So the list that it names says of each that does not
# stand now that it does not; which of the two it is, the other list and our own pages tell.
_NOT_STANDING = {
    REVOCATION: Q(revoked_at__isnull=False) | Q(suspended_at__isnull=False),
    SUSPENSION: Q(suspended_at__isnull=False),
}


def _made_at(changes: Iterable[datetime | None], now: datetime) -> datetime:
    """Return the later of the last change and the hour: a list is made anew each hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return max(hour, *(change.replace(microsecond=0) for change in changes if change))


def signed_document(document: dict[str, Any], *, signer: Signer, made_at: datetime) -> bytes:
    """Return a list with its proof, as it is sent."""
    return orjson.dumps(proof.signed(document, signer=signer, created=made_at))
