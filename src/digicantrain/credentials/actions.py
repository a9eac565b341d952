"""Writes about credentials: keys, issuing, withdrawal."""

import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digicantrain.core.credentials import keys
from digicantrain.credentials import asking, badges, bulk, changes, tokens, vault
from digicantrain.credentials.bulk import NotEarnedError
from digicantrain.credentials.lists import current_key
from digicantrain.credentials.models import Change, Credential, IssuerKey
from digicantrain.credentials.queries import earned_among, is_earned
from digicantrain.credentials.recognition_queries import minutes_of, recognised_in
from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import ModuleVersion

logger = logging.getLogger(__name__)


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


def key_for(organisation: Organisation, *, now: datetime) -> IssuerKey:
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
        HeldBackError: a second person confirms it first; that is asked for now.
        IncompleteError: the achievement lacks a mandatory element; it names it.
    """
    with transaction.atomic():
        rows = locked([enrolment])
        there = Credential.objects.filter(enrolment__in=rows).first()
        if there is not None:
            return there
        if not is_earned(rows[0]):
            raise NotEarnedError(_("Not everything that counts is done yet."))
        if not asking.held_back(rows, now=now):
            return _issue(rows, now=now)[0]
    raise asking.HeldBackError(_("The organisation confirms it before it is issued."))


def issue_badge(enrolment: Enrolment, *, badge: str, now: datetime) -> Credential:
    """Issue the badge of some units of a module, once: asked again it returns what was issued.

    Raises:
        NotEarnedError: something is missing.
        IncompleteError: the achievement lacks a mandatory element; it names it.
    """
    with transaction.atomic():
        row = locked([enrolment])[0]
        have = Credential.objects.filter(person=row.person, version=row.version, badge=badge)
        there = have.exclude(badge="").first()
        if there is not None:
            return there
        if badge not in badges.due_for(row):
            raise NotEarnedError(_("Not everything that counts is done yet."))
        return _issue([row], now=now, badge=badge)[0]


def issue_batch(enrolments: Iterable[Enrolment], *, now: datetime) -> list[Credential]:
    """Issue to many at once, all or none; who has nothing to get, or has it, is left out.

    Where a second person confirms it first, that is asked for and nothing is issued yet.

    Raises:
        ValueError: one of them cannot be issued; nobody was.
        IntegrityError: one was issued by somebody else meanwhile; nobody was.
    """
    issued: list[Credential] = []
    with transaction.atomic():
        rows = locked(enrolments)
        have = Credential.objects.filter(enrolment__in=rows).values_list("enrolment", flat=True)
        due = earned_among(rows) - set(have)
        due -= asking.held_back([row for row in rows if row.pk in due], now=now)
        groups: dict[tuple[object, ...], list[Enrolment]] = {}
        for row in rows:
            if row.pk in due:
                same = (row.version_id, row.cohort.organisation_id, row.cohort.language)
                groups.setdefault(same, []).append(row)
        for alike in groups.values():
            issued += _issue(alike, now=now)
    return issued


def issue_each(due: Iterable[Enrolment], *, done: Callable[[], object] = lambda: None) -> int:
    """Issue to each and return to how many; what cannot be issued does not hold up the others.

    Raises:
        ValueError: the first reason why one could not be issued, after all others were.
    """
    issued, refused = 0, None
    rows = list(due)
    for start in range(0, len(rows), bulk.BATCH):
        batch = rows[start : start + bulk.BATCH]
        try:
            issued += len(issue_batch(batch, now=timezone.now()))
        except (ValueError, IntegrityError):
            one_by_one, why = _issue_singly(batch)
            issued, refused = issued + one_by_one, refused or why
        for _row in batch:
            done()
    if refused is not None:
        raise refused
    return issued


def _issue_singly(batch: Iterable[Enrolment]) -> tuple[int, ValueError | None]:
    """Issue one after the other, so that one that cannot be issued stands alone."""
    issued, refused = 0, None
    for enrolment in batch:
        try:
            issue_for(enrolment, now=timezone.now())
            issued += 1
        except asking.HeldBackError:
            continue
        except ValueError as error:
            logger.warning("Enrolment %s: nothing was issued. %s", enrolment.key, error)
            refused = refused or error
    return issued, refused


def locked(enrolments: Iterable[Enrolment]) -> list[Enrolment]:
    """Lock the enrolments, in the order that every other locker keeps too.

    A version of a module is large, and one for all: it is read once.
    """
    rows = list(
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("person__pseudonym")
        .filter(pk__in=[row.pk for row in enrolments])
        .order_by("pk")
    )
    versions = ModuleVersion.objects.select_related("module__programme")
    version_of = versions.in_bulk({row.version_id for row in rows})
    cohorts = Cohort.objects.select_related("organisation")
    cohort_of = cohorts.in_bulk({row.cohort_id for row in rows})
    for row in rows:
        row.version, row.cohort = version_of[row.version_id], cohort_of[row.cohort_id]
    return rows


def _issue(enrolments: list[Enrolment], *, now: datetime, badge: str = "") -> list[Credential]:
    """Issue to enrolments of one version, organisation and language.

    People for whom the same units were recognised are issued to together; a badge of units holds
    none that were.
    """
    first = enrolments[0]
    organisation = first.cohort.organisation
    key = key_for(organisation, now=now)
    known = {} if badge else recognised_in(enrolments)
    groups: dict[tuple[tuple[str, int], ...], list[Enrolment]] = {}
    for row in enrolments:
        groups.setdefault(tuple(minutes_of(known.get(row.pk)).items()), []).append(row)
    issued: list[Credential] = []
    for units, rows in groups.items():
        achievement = badges.earned_in(
            first.version,
            badge=badge,
            organisation=organisation,
            language=first.cohort.language,
            recognised=dict(units),
        )
        issued += bulk.issue(
            rows, achievement=achievement, key=key, now=now, recognised=known, badge=badge
        )
    if not badge:
        asking.close(issued)
    return issued


def revoke(credential: Credential, *, reason: str, by: Person | None, now: datetime) -> Credential:
    """Withdraw a credential; the public list says so from this moment on. It cannot be undone."""
    with transaction.atomic():
        row = Credential.objects.select_for_update().get(pk=credential.pk)
        if row.revoked_at is not None:
            return row
        row.revoked_at, row.revoked_reason = now, reason
        row.save(update_fields=["revoked_at", "revoked_reason"])
        changes.tell(row, Change.Kind.WITHDRAWN, reason=reason, by=by, now=now)
    return row


def suspend(credential: Credential, *, reason: str, by: Person | None, now: datetime) -> Credential:
    """Suspend a credential until it is reinstated; the public list says so from this moment on."""
    with transaction.atomic():
        row = Credential.objects.select_for_update().get(pk=credential.pk)
        if row.revoked_at is not None or row.suspended_at is not None:
            return row
        row.suspended_at, row.suspended_reason = now, reason
        row.save(update_fields=["suspended_at", "suspended_reason"])
        changes.tell(row, Change.Kind.SUSPENDED, reason=reason, by=by, now=now)
    return row


def reinstate(
    credential: Credential, *, by: Person | None, now: datetime, reason: str = ""
) -> Credential:
    """Let a suspended credential stand again; one that was withdrawn cannot."""
    with transaction.atomic():
        row = Credential.objects.select_for_update().get(pk=credential.pk)
        if row.suspended_at is None or row.revoked_at is not None:
            return row
        row.suspended_at, row.suspended_reason = None, ""
        row.save(update_fields=["suspended_at", "suspended_reason"])
        changes.tell(row, Change.Kind.REINSTATED, reason=reason, by=by, now=now)
    return row


def show_name(credential: Credential, *, shown: bool) -> None:
    """Let the public page show the holder's name, or not."""
    credential.show_name = shown
    credential.save(update_fields=["show_name"])
