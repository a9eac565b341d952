"""Status lists as they are published: built from what is withdrawn, signed, kept meanwhile."""

import orjson
from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, F, Max

from digicantrain.core.credentials import proof, status
from digicantrain.core.credentials.keys import LocalSigner
from digicantrain.credentials import vault
from digicantrain.credentials.models import IssuerKey, StatusList
from digicantrain.people.models import Organisation

HOUR = 3_600


class NoKeyError(ValueError):
    """An organisation has no key to sign with."""


def address_of(row: StatusList) -> str:
    """Return where a list is published."""
    return f"{settings.ORIGIN}/status/{row.key}"


def current_key(organisation: Organisation) -> IssuerKey:
    """Return the key with which an organisation signs now."""
    key = organisation.issuer_keys.filter(retired_at=None).exclude(private_encrypted="").first()
    if key is None:
        raise NoKeyError(
            f"{organisation} has no key to sign with. "
            f"Make one: digicantrain new-key --organisation {organisation.slug}"
        )
    return key


def key_of_list(row: StatusList) -> IssuerKey:
    """Return the key that signs a list: of the issuer who signed the credentials in it.

    A retired key still signs the list of its own DID: where the key is the DID, there is no other.
    """
    if not row.did:
        return current_key(row.organisation)
    keys = row.organisation.issuer_keys.filter(did=row.did).exclude(private_encrypted="")
    key = keys.order_by(F("retired_at").desc(nulls_first=True), "-created_at").first()
    if key is None:
        raise NoKeyError(f"No key of {row.did} is here to sign its status list with.")
    return key


def signer_of(key: IssuerKey) -> LocalSigner:
    """Return a signer for a key of ours."""
    return LocalSigner(key.verification_method, vault.open_key(key.private_encrypted))


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
