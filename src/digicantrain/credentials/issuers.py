"""An issuer's keys as a whole: what is published, whether it can sign, what it leaves behind."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import unquote, urlsplit

import orjson
from django.conf import settings

from digicantrain.core.credentials.keys import PublicKey, did_document, did_web
from digicantrain.core.credentials.status import REVOCATION, SUSPENSION
from digicantrain.credentials.lists import (
    NoKeyError,
    address_of,
    current_key,
    signed_list,
    usable,
)
from digicantrain.credentials.models import IssuerKey
from digicantrain.credentials.queries import keys_of
from digicantrain.credentials.signers import signer_of
from digicantrain.people.models import Organisation

PURPOSES: Final = (REVOCATION, SUSPENSION)
LAST_LISTS: Final = timedelta(days=20 * 365)

README = """\
What {name} leaves behind as an issuer of credentials, made by DigiCanTrain.

Put these files on a web server under the addresses below, over https, for as long as the
credentials shall be checked; there is a folder for each host. Nothing in them is secret and nothing
in them changes any more.
They hold no private key and no name of a learner.

{places}
Serve did.json as application/did+json and the lists as application/vc+ld+json.
SHA256SUMS has the checksum of each file: sha256sum --check SHA256SUMS
"""
WORDS = {
    "waits": "published, signs nothing yet",
    "signs": "signs",
    "retired": "retired, what it signed still verifies",
}


@dataclass(frozen=True)
class KeyState:
    """A key with what it is used for now, and what is the matter with it, if anything."""

    key: IssuerKey
    state: str
    fault: str = ""


def states(organisation: Organisation) -> list[KeyState]:
    """Return each key of an organisation, newest first; each that should sign is made to sign."""
    rows = organisation.issuer_keys.order_by("-created_at", "-pk")
    return [KeyState(key, state_of(key), _fault(key)) for key in rows]


def state_of(key: IssuerKey) -> str:
    """Return waits, signs or retired."""
    if key.retired_at is not None:
        return "retired"
    return "waits" if key.signs_from is None else "signs"


def faults(organisation: Organisation) -> Iterator[str]:
    """Yield what is wrong with an issuer: keys that cannot sign, or that nobody could find."""
    found = states(organisation)
    for one in found:
        if one.fault:
            yield f"{one.key.verification_method}: {one.fault}"
    try:
        current_key(organisation)
    except NoKeyError as error:
        yield str(error)
    here = settings.ORIGIN.startswith("https://")
    expected = did_web(settings.ORIGIN, path=f"o/{organisation.slug}")
    for one in found:
        did = one.key.did
        if one.state != "retired" and here and did != expected:
            yield (
                f"{one.key.verification_method}: the key is of {did}, and this installation is "
                f"{expected}. Make one for this address: "
                f"digicantrain keys rotate --organisation {organisation.slug}"
            )


def _fault(key: IssuerKey) -> str:
    """Return why a key cannot make a signature that its published half confirms."""
    if not usable(IssuerKey.objects.filter(pk=key.pk)).exists() and state_of(key) == "signs":
        return "its private part is not here."
    if state_of(key) == "retired":
        return ""
    challenge = secrets.token_bytes(32)
    try:
        signature = signer_of(key).sign(challenge)
    except ValueError as error:
        return str(error)
    public = PublicKey(key.verification_method, key.public_multibase)
    if not public.verifies(signature, data=challenge):
        return "its published half does not confirm what it signs."
    return ""


def published(organisation: Organisation) -> dict[str, bytes]:
    """Return each DID document of an organisation as it is served, by DID."""
    dids = sorted(set(organisation.issuer_keys.values_list("did", flat=True)))
    return {did: _as_text(did_document(did, keys=keys_of(did))) for did in dids}


def left_behind(organisation: Organisation, *, now: datetime) -> dict[str, bytes]:
    """Return the files that keep an issuer's credentials verifiable when it ceases, by path.

    README.txt says which file belongs to which address. Lists are signed to be relied on for
    `LAST_LISTS`. A did:key needs no document: the DID is the key.

    Raises:
        NoKeyError: a status list can no longer be signed.
    """
    files: dict[str, bytes] = {}
    places = []
    for did, document in published(organisation).items():
        if did.startswith("did:web:"):
            host, *path = (unquote(part) for part in did.removeprefix("did:web:").split(":"))
            place = "/".join([host, *(path or [".well-known"]), "did.json"])
            name = _as_folder(place)
            files[name] = document
            places.append(f"{name}\n    https://{place}\n")
    for row in organisation.status_lists.order_by("pk"):
        for purpose in PURPOSES:
            address = address_of(row, purpose=purpose)
            host = urlsplit(address).netloc
            name = _as_folder(f"{host}/status/{row.key}-{purpose}.json")
            files[name] = signed_list(row, now=now, purpose=purpose, lasts=LAST_LISTS)
            places.append(f"{name}\n    {address}\n")
    name = next(iter(organisation.name.values()), organisation.slug)
    files["README.txt"] = README.format(name=name, places="\n".join(places)).encode()
    sums = (f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in files.items())
    files["SHA256SUMS"] = "".join(sums).encode()
    return files


def _as_folder(place: str) -> str:
    """Return a place in the web as a path of files: a host's port with a sign that may stand."""
    return place.replace(":", "_")


def _as_text(document: object) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
