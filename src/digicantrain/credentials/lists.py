"""Status lists as they are published: built from what is withdrawn, signed, kept meanwhile."""

import orjson
from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, F, Max, QuerySet

from digicantrain.core.credentials import proof, status
from digicantrain.credentials.models import IssuerKey, StatusList
from digicantrain.credentials.signers import signer_of
from digicantrain.people.models import Organisation

HOUR = 3_600


class NoKeyError(ValueError):
    """An organisation has no key to sign with."""


def address_of(row: StatusList) -> str:
    """Return where a list is published."""
    return f"{settings.ORIGIN}/status/{row.key}"


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


def signed_list(row: StatusList) -> bytes:
    """Return a list signed; what was withdrawn a moment ago is in it."""
    withdrawn = row.entries.exclude(revoked_at=None)
    state = withdrawn.aggregate(n=Count("pk"), last=Max("revoked_at"))
    changed_at = state["last"] or row.created_at
    key = key_of_list(row)
    name = f"status:{row.pk}:{state['n']}:{changed_at.timestamp()}:{key.pk}"
    kept: bytes | None = cache.get(name)
    if kept is None:
        document = status.StatusList(
            url=address_of(row),
            issuer=key.did,
            withdrawn=frozenset(withdrawn.values_list("status_index", flat=True)),
            changed_at=changed_at,
            purpose=row.purpose,
            size=row.size,
        ).as_document()
        signed = proof.signed(document, signer=signer_of(key), created=changed_at)
        kept = orjson.dumps(signed)
        cache.set(name, kept, HOUR)
    return kept
