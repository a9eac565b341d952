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

from digicantrain.base.localised import pick
from digicantrain.core.credentials import badge, keys, proof
from digicantrain.core.credentials.award import Achievement, Award, AwardingBody
from digicantrain.core.credentials.award import Kind as AwardKind
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.status import SIZE, StatusEntry
from digicantrain.core.xapi import Verb
from digicantrain.credentials import letters, tokens, vault
from digicantrain.credentials.achievements import achievement_of
from digicantrain.credentials.lists import address_of, current_key
from digicantrain.credentials.models import Credential, IssuerKey, StatusList
from digicantrain.credentials.queries import is_earned
from digicantrain.credentials.signers import signer_of
from digicantrain.learning.models import Enrolment, Notice
from digicantrain.learning.statements import tell
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person

logger = logging.getLogger(__name__)


class NotEarnedError(ValueError):
    """Something is still missing before this can be issued."""


def make_key(
    organisation: Organisation,
    *,
    by: Person | None,
    now: datetime,
    keeper: str = IssuerKey.Keeper.SOFTWARE,
    signs: bool = True,
) -> IssuerKey:
    """Make a signing key: a did:web where the origin is https, else a did:key of its own.

    A key that does not sign yet is published, so that everybody knows it before its first use.
    """
    handle, private = "", ""
    if keeper == IssuerKey.Keeper.PKCS11:
        handle = f"digicantrain-{organisation.slug}-{secrets.token_hex(4)}"
        made = tokens.make(handle)
    else:
        key = Ed25519PrivateKey.generate()
        made, private = key.public_key(), vault.close(key)
    public = keys.write_public(made)
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
            keeper=keeper,
            handle=handle,
            private_encrypted=private,
            created_at=now,
            signs_from=now if signs else None,
        )
        record(
            "issuer-key-made",
            actor=by,
            subject=f"organisation:{organisation.slug}",
            data={"key": row.verification_method},
        )
    return row


def replace_key(
    organisation: Organisation,
    *,
    by: Person | None,
    now: datetime,
    keeper: str = IssuerKey.Keeper.SOFTWARE,
) -> IssuerKey:
    """Sign with another key from now on; what the ones before signed still verifies.

    The other key is the one that was made ahead and published, or a new one.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        waiting = organisation.issuer_keys.filter(retired_at=None, signs_from=None)
        ready = waiting.order_by("pk").first()
        before = organisation.issuer_keys.filter(retired_at=None).exclude(signs_from=None)
        before.update(retired_at=now)
        if ready is None:
            return make_key(organisation, by=by, now=now, keeper=keeper)
        ready.signs_from = now
        ready.save(update_fields=["signs_from"])
        record(
            "issuer-key-in-use",
            actor=by,
            subject=f"organisation:{organisation.slug}",
            data={"key": ready.verification_method},
        )
        return ready


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
    organisation = row.organisation
    return Award(
        id=f"urn:uuid:{row.key}",
        achievement=achievement,
        body=AwardingBody(
            id=key.did,
            name=pick(organisation.name, language=row.language).text,
            country=organisation.country,
            website=organisation.website,
        ),
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
        _touch_list(row, now=now)
        record("credential-withdrawn", actor=by, subject=f"credential:{row.key}")
        if row.person_id:
            Notice.objects.create(
                person_id=row.person_id,
                kind="credential-withdrawn",
                data={"title": row.title, "token": row.token, "reason": reason},
            )
            letters.send_withdrawn.enqueue(row.pk)
    return row


def suspend(credential: Credential, *, reason: str, by: Person | None, now: datetime) -> Credential:
    """Suspend a credential until it is reinstated; the public list says so from this moment on."""
    with transaction.atomic():
        row = Credential.objects.select_for_update().get(pk=credential.pk)
        if row.revoked_at is not None or row.suspended_at is not None:
            return row
        row.suspended_at, row.suspended_reason = now, reason
        row.save(update_fields=["suspended_at", "suspended_reason"])
        _touch_list(row, now=now)
        record("credential-suspended", actor=by, subject=f"credential:{row.key}")
        _tell_holder(row, "credential-suspended", reason=reason)
    return row


def reinstate(credential: Credential, *, by: Person | None, now: datetime) -> Credential:
    """Let a suspended credential stand again; one that was withdrawn cannot."""
    with transaction.atomic():
        row = Credential.objects.select_for_update().get(pk=credential.pk)
        if row.suspended_at is None:
            return row
        row.suspended_at, row.suspended_reason = None, ""
        row.save(update_fields=["suspended_at", "suspended_reason"])
        _touch_list(row, now=now)
        record("credential-reinstated", actor=by, subject=f"credential:{row.key}")
        _tell_holder(row, "credential-reinstated", reason="")
    return row


def _touch_list(row: Credential, *, now: datetime) -> None:
    """Say that the lists of a credential changed: they are signed anew."""
    StatusList.objects.filter(pk=row.status_list_id).update(changed_at=now)


def _tell_holder(row: Credential, kind: str, *, reason: str) -> None:
    if row.person_id:
        Notice.objects.create(
            person_id=row.person_id,
            kind=kind,
            data={"title": row.title, "token": row.token, "reason": reason},
        )


def show_name(credential: Credential, *, shown: bool) -> None:
    """Let the public page show the holder's name, or not."""
    credential.show_name = shown
    credential.save(update_fields=["show_name"])
