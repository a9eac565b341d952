"""The issuer of the VC-API: a key of its own for machines that try things, and its status lists.

It belongs to no organisation: nothing that it signs can pass for a credential of somebody here.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from digicantrain.core.credentials import keys, status
from digicantrain.core.credentials.keys import LocalSigner
from digicantrain.core.credentials.status import REVOCATION, SIZE, SUSPENSION, StatusEntry
from digicantrain.core.credentials.verdicts import Standing, WantStatusList
from digicantrain.credentials.lists import signed_document
from digicantrain.credentials.models import TrialCredential

_KEPT_SECONDS: Final = 5
PURPOSES: Final = {REVOCATION: "revoked_at", SUSPENSION: "suspended_at"}


class TrialError(ValueError):
    """Something that the issuer of the VC-API does not do; the sentence says what."""


def signer() -> LocalSigner:
    """Return the signer: its key follows from the installation's own secret."""
    return _signer(settings.KEY_ENCRYPTION_KEY)


@lru_cache(maxsize=4)
def _signer(secret: str) -> LocalSigner:
    made = HKDF(hashes.SHA256(), length=32, salt=None, info=b"digicantrain vc-api issuer")
    private = Ed25519PrivateKey.from_private_bytes(made.derive(secret.encode()))
    public = keys.write_public(private.public_key())
    return LocalSigner(keys.method_of(keys.did_key(public), public), private)


def did() -> str:
    """Return the issuer's name."""
    return signer().verification_method.partition("#")[0]


def address_of(purpose: str) -> str:
    """Return where a list of this issuer is published."""
    return f"{settings.ORIGIN}/status/vc-api/{purpose}"


def entries_for(name: str, purposes: Iterable[str]) -> list[dict[str, Any]]:
    """Give a credential a place in the lists, and return its status entries.

    Raises:
        TrialError: a purpose that is not kept here, or a name that has a place already.
    """
    wanted = list(dict.fromkeys(purposes))
    if not set(wanted) <= set(PURPOSES):
        raise TrialError("A status of this purpose is not kept here.")
    with transaction.atomic():
        if TrialCredential.objects.filter(name=name).exists():
            raise TrialError("A credential of this id was issued before.")
        row = TrialCredential.objects.create(name=name, index=_free_index())
    return [StatusEntry(address_of(one), row.index, one).as_object() for one in wanted]


def _free_index() -> int:
    if TrialCredential.objects.count() >= SIZE // 2:
        raise TrialError("The status lists of the VC-API are full.")
    while True:
        index = secrets.randbelow(SIZE)
        if not TrialCredential.objects.filter(index=index).exists():
            return index


def set_status(name: str, *, purpose: str, value: bool, now: datetime) -> None:
    """Set or lift a status of a credential; what was revoked stays so.

    Raises:
        TrialError: no such credential or purpose here, or a revocation that is to be lifted.
    """
    row = TrialCredential.objects.filter(name=name).first()
    if row is None or purpose not in PURPOSES:
        raise TrialError("No such status is kept here.")
    if purpose == REVOCATION and not value and row.revoked_at is not None:
        raise TrialError("What was revoked cannot stand again.")
    setattr(row, PURPOSES[purpose], now if value else None)
    row.save(update_fields=[PURPOSES[purpose]])


def standing_of(want: WantStatusList) -> Standing | None:
    """Return what stands at a place in a list of this issuer, for its own credentials only."""
    purpose = want.url.rpartition("/")[2]
    if want.issuer != did() or purpose not in PURPOSES or want.url != address_of(purpose):
        return None
    row = TrialCredential.objects.filter(index=want.index).first()
    if row is None:
        return None
    is_set = getattr(row, PURPOSES[purpose]) is not None
    return Standing(
        withdrawn=is_set and purpose == REVOCATION, suspended=is_set and purpose == SUSPENSION
    )


def signed_list(purpose: str, *, now: datetime) -> bytes:
    """Return a list signed, as it stands now; for some seconds it is not signed again."""
    rows = TrialCredential.objects.exclude(**{PURPOSES[purpose]: None})
    places = frozenset(rows.values_list("index", flat=True))
    name = f"trials:{purpose}:{hash(places)}"
    kept: bytes | None = cache.get(name)
    if kept is None:
        made_at = now.replace(microsecond=0)
        document = status.StatusList(
            url=address_of(purpose),
            issuer=did(),
            withdrawn=places,
            changed_at=made_at,
            purpose=purpose,
            ends_at=made_at + status.LASTS,
        ).as_document()
        kept = signed_document(document, signer=signer(), made_at=made_at)
        cache.set(name, kept, _KEPT_SECONDS)
    return kept


def purposes_in(options: Mapping[str, Any]) -> list[str]:
    """Return the purposes that a request asks a status for (VC-API, `options.credentialStatus`).

    Raises:
        TrialError: it asks for something else.
    """
    value = options.get("credentialStatus", [])
    found = []
    for entry in value if isinstance(value, list) else [value]:
        if not isinstance(entry, Mapping) or entry.get("type") != "BitstringStatusListEntry":
            raise TrialError("options.credentialStatus asks for a status of another kind.")
        found.append(str(entry.get("statusPurpose", REVOCATION)))
    return found
