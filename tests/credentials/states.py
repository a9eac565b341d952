"""A credential brought into each state in which somebody may hand it in.

Each function returns the text, the verdict and how the command line begins its answer.
"""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta

import orjson
from django.utils import timezone

from digicantrain.core.credentials import proof
from digicantrain.core.credentials.moments import utc
from digicantrain.core.credentials.verification import Verdict
from digicantrain.credentials import actions
from digicantrain.credentials.models import Credential, IssuerKey, StatusList, share_token
from digicantrain.credentials.signers import signer_of

State = tuple[str | bytes, Verdict, str]


def _signed_again(row: Credential, **fields: str) -> str:
    """Change some fields and sign anew with the issuer's own key, as the issuer might have."""
    document = {k: v for k, v in json.loads(row.document).items() if k != "proof"} | fields
    key = IssuerKey.objects.get()
    signed = proof.signed(document, signer=signer_of(key), created=row.issued_at)
    row.document = orjson.dumps(signed).decode()
    row.save(update_fields=["document"])
    return row.document


def valid(row: Credential) -> State:
    return row.document, Verdict.VALID, "Valid."


def expired(row: Credential) -> State:
    now = timezone.now()
    row.expires_at = now - timedelta(days=1)
    row.save(update_fields=["expires_at"])
    text = _signed_again(
        row, validFrom=utc(now - timedelta(days=9)), validUntil=utc(row.expires_at)
    )
    return text, Verdict.EXPIRED, "Expired."


def not_yet_valid(row: Credential) -> State:
    text = _signed_again(row, validFrom=utc(timezone.now() + timedelta(days=9)))
    return text, Verdict.NOT_YET_VALID, "Not valid yet."


def withdrawn(row: Credential) -> State:
    actions.revoke(row, reason="Issued by mistake.", by=None, now=timezone.now())
    return row.document, Verdict.WITHDRAWN, "Withdrawn."


def suspended(row: Credential) -> State:
    actions.suspend(row, reason="Being looked into.", by=None, now=timezone.now())
    return row.document, Verdict.SUSPENDED, "Suspended."


def replaced(row: Credential) -> State:
    """The issuing of replacements is another matter: here only its rows are made."""
    actions.revoke(row, reason="A wrong date.", by=None, now=timezone.now())
    new = Credential.objects.get(pk=row.pk)
    new.pk, new.key, new.token, new.enrolment = None, uuid.uuid4(), share_token(), None
    new.status_index, new.digest, new.revoked_at = row.status_index ^ 1, "0" * 64, None
    new.replaces = row
    new.save()
    return row.document, Verdict.REPLACED, "Replaced by another one."


def genuine(row: Credential) -> State:
    """Our own key as a stranger's: its name is its key, and its list none of ours."""
    document = {k: v for k, v in json.loads(row.document).items() if k != "proof"}
    del document["credentialStatus"]
    key = IssuerKey.objects.get()
    signed = proof.signed(document, signer=signer_of(key), created=row.issued_at)
    row.document = orjson.dumps(signed).decode()
    row.save(update_fields=["document"])
    IssuerKey.objects.update(did="did:key:elsewhere")
    return row.document, Verdict.GENUINE, "Genuine, of an issuer that is not known here."


def altered(row: Credential) -> State:
    changed = row.document.replace("Reading reports", "Reading minds")
    Credential.objects.filter(pk=row.pk).update(document=changed)
    return changed, Verdict.ALTERED, "Not valid: altered."


def not_ours(row: Credential) -> State:
    document = json.loads(row.document)
    document["issuer"]["id"] = "did:example:elsewhere"
    row.document = json.dumps(document)
    row.save(update_fields=["document"])
    return row.document, Verdict.NOT_OURS, "Not issued here."


def unreadable(row: Credential) -> State:
    cut = row.document[:500]
    Credential.objects.filter(pk=row.pk).update(document=cut)
    return cut, Verdict.UNREADABLE, "Not a credential that can be read."


def not_checked(row: Credential) -> State:
    StatusList.objects.update(key="00000000-0000-4000-8000-000000000000")
    return row.document, Verdict.NOT_CHECKED, "It cannot be checked now."


STATES: dict[str, Callable[[Credential], State]] = {
    made.__name__: made
    for made in (
        valid, genuine, expired, not_yet_valid, suspended, withdrawn, replaced, altered, not_ours,
        unreadable, not_checked,
    )
}  # fmt: skip
