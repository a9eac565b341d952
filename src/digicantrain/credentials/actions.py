"""Writes about credentials: keys, issuing, withdrawal."""

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digicantrain.core.credentials import badge, keys, proof
from digicantrain.core.credentials.award import Achievement, Award
from digicantrain.core.credentials.award import Kind as AwardKind
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.status import SIZE, StatusEntry
from digicantrain.core.xapi import Verb
from digicantrain.credentials import letters, vault
from digicantrain.credentials.achievements import achievement_of, body_of
from digicantrain.credentials.lists import address_of, current_key, signer_of
from digicantrain.credentials.models import Credential, IssuerKey, StatusList
from digicantrain.credentials.queries import is_earned
from digicantrain.credentials.records import record_of
from digicantrain.learning.models import Enrolment, Notice
from digicantrain.learning.statements import tell
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person

logger = logging.getLogger(__name__)


class NotEarnedError(ValueError):
    """Something is still missing before this can be issued."""


def make_key(organisation: Organisation, *, by: Person | None, now: datetime) -> IssuerKey:
    """Make a signing key: a did:web where the origin is https, else a did:key of its own."""
    private = Ed25519PrivateKey.generate()
    public = keys.write_public(private.public_key())
    if settings.ORIGIN.startswith("https://"):
        did = keys.did_web(settings.ORIGIN, path=f"o/{organisation.slug}")
    else:
        did = keys.did_key(public)
    with transaction.atomic():
        row = IssuerKey.objects.create(
            organisation=organisation,
            did=did,
            verification_method=keys.method_of(did, public),
            public_multibase=public,
            private_encrypted=vault.close(private),
            created_at=now,
        )
        record(
            "issuer-key-made",
            actor=by,
            subject=f"organisation:{organisation.slug}",
            data={"key": row.verification_method},
        )
    return row


def replace_key(organisation: Organisation, *, by: Person | None, now: datetime) -> IssuerKey:
    """Make a new signing key and retire the old ones; what they signed still verifies."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        organisation.issuer_keys.filter(retired_at=None).update(retired_at=now)
        return make_key(organisation, by=by, now=now)


def _key_for(organisation: Organisation, *, now: datetime) -> IssuerKey:
    """Return the key to sign with; the very first is made when it is needed.

    Later ones are made by somebody: an issuer whose key is lost does not become another unseen.
    """
    if not organisation.issuer_keys.exists():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if not organisation.issuer_keys.exists():
            return make_key(organisation, by=None, now=now)
    return current_key(organisation)


def issue_for(enrolment: Enrolment, *, now: datetime) -> Credential:
    """Issue what an enrolment has earned, once: asked again it returns what was issued.

    Raises:
        NotEarnedError: something is missing.
        IncompleteError: the achievement lacks a mandatory element; it names it.
    """
    with transaction.atomic():
        locked = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("version__module__programme", "cohort__organisation", "person")
            .get(pk=enrolment.pk)
        )
        there = Credential.objects.filter(enrolment=locked).first()
        if there is not None:
            return there
        if not is_earned(locked):
            raise NotEarnedError(_("Not everything that counts is done yet."))
        return _issue(locked, now=now)


def issue_each(due: Iterable[Enrolment], *, done: Callable[[], object] = lambda: None) -> int:
    """Issue to each and return to how many; what cannot be issued does not hold up the others.

    Raises:
        ValueError: the first reason why one could not be issued, after all others were.
    """
    issued, refused = 0, None
    for enrolment in due:
        try:
            issue_for(enrolment, now=timezone.now())
            issued += 1
        except ValueError as error:
            logger.warning("Enrolment %s: nothing was issued. %s", enrolment.key, error)
            refused = refused or error
        done()
    if refused is not None:
        raise refused
    return issued


def _issue(enrolment: Enrolment, *, now: datetime) -> Credential:
    organisation, person = enrolment.cohort.organisation, enrolment.person
    achievement = achievement_of(
        enrolment.version, organisation=organisation, language=enrolment.cohort.language
    )
    key = _key_for(organisation, now=now)
    row = Credential(
        organisation=organisation,
        enrolment=enrolment,
        person=person,
        version=enrolment.version,
        kind=_kind(achievement),
        language=achievement.language,
        holder_name=person.name,
        title={achievement.language: achievement.title},
        record=record_of(
            enrolment.version, organisation=organisation, language=achievement.language
        ),
        issued_at=now.replace(microsecond=0),
        status_list=_status_list(organisation, did=key.did),
        is_demo=organisation.is_demo,
    )
    row.status_index = _free_index(row.status_list)
    document = badge.document_of(_award(row, achievement, key))
    signed = proof.signed(document, signer=signer_of(key), created=row.issued_at)
    text = orjson.dumps(signed).decode()
    row.document = text
    row.digest = hashlib.sha256(text.encode()).hexdigest()
    row.elements = document["credentialSubject"]["microCredential"]
    row.save()
    _tell(row, enrolment, now=now)
    return row


def _kind(achievement: Achievement) -> str:
    if achievement.kind is AwardKind.MICRO_CREDENTIAL:
        return Credential.Kind.MICRO_CREDENTIAL
    return Credential.Kind.BADGE


def _award(row: Credential, achievement: Achievement, key: IssuerKey) -> Award:
    person = row.person
    if person is None:
        raise NotEarnedError(_("There is nobody to issue this to."))
    return Award(
        id=f"urn:uuid:{row.key}",
        achievement=achievement,
        body=body_of(row.organisation, did=key.did, language=row.language),
        identities=(
            Identity.of(IdentityKind.EMAIL, person.email, salt=secrets.token_hex(16)),
            Identity.of(IdentityKind.NAME, person.name, salt=secrets.token_hex(16)),
        ),
        issued_at=row.issued_at,
        status=StatusEntry(address_of(row.status_list), row.status_index),
        expires_at=row.expires_at,
    )


def _status_list(organisation: Organisation, *, did: str) -> StatusList:
    """Return the issuer's newest list, or a new one when that is half full."""
    row = organisation.status_lists.filter(did=did).order_by("-pk").first()
    if row is not None and row.entries.count() < SIZE // 2:
        return row
    return StatusList.objects.create(organisation=organisation, did=did, size=SIZE)


def _free_index(row: StatusList) -> int:
    """Return a random place that nobody has: places must not tell in which order was issued."""
    while True:
        index = secrets.randbelow(row.size)
        if not row.entries.filter(status_index=index).exists():
            return index


def _tell(row: Credential, enrolment: Enrolment, *, now: datetime) -> None:
    record(
        "credential-issued",
        actor=None,
        subject=f"credential:{row.key}",
        data={"organisation": row.organisation.slug, "kind": row.kind},
    )
    tell(enrolment, Verb.EARNED, now=now)
    Notice.objects.create(
        person=enrolment.person,
        kind="credential-issued",
        data={"title": row.title, "token": row.token},
    )
    letters.send_issued.enqueue(row.pk)


def revoke(credential: Credential, *, reason: str, by: Person | None, now: datetime) -> Credential:
    """Withdraw a credential; the public list says so from this moment on. It cannot be undone."""
    with transaction.atomic():
        row = Credential.objects.select_for_update().get(pk=credential.pk)
        if row.revoked_at is not None:
            return row
        row.revoked_at, row.revoked_reason = now, reason
        row.save(update_fields=["revoked_at", "revoked_reason"])
        record("credential-withdrawn", actor=by, subject=f"credential:{row.key}")
        if row.person_id:
            Notice.objects.create(
                person_id=row.person_id,
                kind="credential-withdrawn",
                data={"title": row.title, "token": row.token, "reason": reason},
            )
            letters.send_withdrawn.enqueue(row.pk)
    return row


def show_name(credential: Credential, *, shown: bool) -> None:
    """Let the public page show the holder's name, or not."""
    credential.show_name = shown
    credential.save(update_fields=["show_name"])
