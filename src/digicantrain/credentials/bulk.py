"""Makes the credentials of people who earned the same, all in one go.

The caller holds the transaction and the locks on the enrolments. Signing is by template
(core.credentials.template), the places in the status list are drawn at once, rows, trail,
statements, notices and mails are written with one query each.
"""

import hashlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from digicantrain.base import jobs
from digicantrain.core.credentials.award import Achievement, Award, AwardingBody
from digicantrain.core.credentials.award import Kind as AwardKind
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.keys import Signer
from digicantrain.core.credentials.status import SIZE, StatusEntry
from digicantrain.core.credentials.template import TemplateError, template_for
from digicantrain.credentials import expiry, letters
from digicantrain.credentials.achievements import body_of
from digicantrain.credentials.lists import address_of
from digicantrain.credentials.models import (
    AchievementRecord,
    Credential,
    IssuerKey,
    StatusList,
)
from digicantrain.credentials.recognition_queries import Recognised, minutes_of
from digicantrain.credentials.records import record_of
from digicantrain.credentials.signers import signer_of
from digicantrain.credentials.statements import tell_earned
from digicantrain.learning.models import Enrolment, Notice
from digicantrain.people.actions import record_all
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import ModuleVersion

logger = logging.getLogger(__name__)

BATCH = 100


class NotEarnedError(ValueError):
    """Something is still missing before this can be issued."""


@dataclass(frozen=True)
class Lot:
    """What is issued alike to many: by whom, in which version, in which words, and their record."""

    organisation: Organisation
    version: ModuleVersion
    achievement: Achievement
    record: AchievementRecord


@dataclass(frozen=True)
class Due:
    """One credential to be made: for whom, and what is its own.

    A badge of some units stands `within` an enrolment, which it is not the credential of.
    `replaces` names the one that it stands in for; `told` is what the trail says of how it came
    about, with pseudonymous ids only.
    """

    person: Person
    enrolment: Enrolment | None = None
    name: str = ""
    expires_at: datetime | None = None
    replaces: Credential | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    recognised: Recognised = field(default_factory=dict)
    badge: str = ""
    within: Enrolment | None = None


def issue(  # noqa: PLR0913 - what is issued, and by which key
    enrolments: Sequence[Enrolment],
    *,
    achievement: Achievement,
    key: IssuerKey,
    now: datetime,
    recognised: Mapping[int, Recognised],
    badge: str = "",
) -> list[Credential]:
    """Issue an achievement to each of the enrolments, all of one organisation and version.

    `recognised` holds, by enrolment, the units that were recognised: for all of them the same ones.
    With `badge` it is that of some units of the module, by its name there.

    Raises:
        IncompleteError: the achievement lacks a mandatory element; it names it.
        TemplateError: compiled and full processing disagree; nothing was issued.
    """
    organisation, version = enrolments[0].cohort.organisation, enrolments[0].version
    record = record_of(
        version,
        organisation=organisation,
        language=achievement.language,
        recognised=minutes_of(recognised.get(enrolments[0].pk)),
        badge=badge,
    )
    lot = Lot(organisation, version, achievement, record)
    ends = expiry.end_of(version, issued_at=now)
    dues = [
        Due(
            one.person,
            None if badge else one,
            expires_at=ends,
            recognised=recognised.get(one.pk, {}),
            badge=badge,
            within=one if badge else None,
        )
        for one in enrolments
    ]
    return make(dues, lot=lot, key=key, now=now)


def make(dues: Sequence[Due], *, lot: Lot, key: IssuerKey, now: datetime) -> list[Credential]:
    """Make the credentials of a lot, with an enrolment or without one.

    Raises:
        IncompleteError: the achievement lacks a mandatory element; it names it.
        TemplateError: compiled and full processing disagree; nothing was issued.
    """
    listed = _status_list(lot.organisation, did=key.did)
    places = free_indexes(listed, len(dues))
    rows = [_row(due, lot, now=now) for due in dues]
    signer = signer_of(key)
    body = body_of(lot.organisation, did=key.did, language=lot.achievement.language)
    for row, place in zip(rows, places, strict=True):
        row.status_list, row.status_index = listed, place
        _sign(row, _award(row, lot.achievement, body), signer=signer)
    made = Credential.objects.bulk_create(rows)
    _tell(made, dues, lot=lot, now=now)
    return made


def _row(due: Due, lot: Lot, *, now: datetime) -> Credential:
    before = due.replaces
    return Credential(
        organisation=lot.organisation,
        enrolment=due.enrolment,
        person=due.person,
        version=lot.version,
        record=lot.record,
        recognised=due.recognised,
        badge=due.badge,
        within=due.within,
        kind=_kind(lot.achievement),
        language=lot.achievement.language,
        holder_name=due.name or due.person.name,
        title={lot.achievement.language: lot.achievement.title},
        issued_at=now.replace(microsecond=0),
        expires_at=due.expires_at,
        replaces=before,
        first_issued_at=(before.first_issued_at or before.issued_at) if before else None,
        show_name=before is None or before.show_name,
        is_demo=lot.organisation.is_demo,
    )


def _kind(achievement: Achievement) -> str:
    if achievement.kind is AwardKind.MICRO_CREDENTIAL:
        return Credential.Kind.MICRO_CREDENTIAL
    return Credential.Kind.BADGE


def _award(row: Credential, achievement: Achievement, body: AwardingBody) -> Award:
    person = row.person
    if person is None:
        raise NotEarnedError(_("There is nobody to issue this to."))
    return Award(
        id=f"urn:uuid:{row.key}",
        achievement=achievement,
        body=body,
        identities=(
            Identity.of(IdentityKind.EMAIL, person.email, salt=secrets.token_hex(16)),
            Identity.of(IdentityKind.NAME, row.holder_name, salt=secrets.token_hex(16)),
        ),
        issued_at=row.issued_at,
        status=StatusEntry(address_of(row.status_list), row.status_index),
        expires_at=row.expires_at,
    )


def _sign(row: Credential, award: Award, *, signer: Signer) -> None:
    try:
        signed = template_for(award).signed(award, signer=signer, created=row.issued_at)
    except TemplateError:
        logger.critical("%s: signing by template is wrong; nothing was issued.", award.id)
        raise
    text = orjson.dumps(signed)
    row.document = text.decode()
    row.digest = hashlib.sha256(text).hexdigest()
    row.elements = signed["credentialSubject"]["microCredential"]


def _status_list(organisation: Organisation, *, did: str) -> StatusList:
    """Return the issuer's newest list, or a new one when that is half full."""
    held = {"did": did, "holds": StatusList.Holds.CREDENTIALS, "origin": settings.ORIGIN}
    row = organisation.status_lists.filter(**held).order_by("-pk").first()
    if row is not None and row.entries.count() < SIZE // 2:
        return row
    return StatusList.objects.create(organisation=organisation, size=SIZE, **held)


def free_indexes(row: StatusList, number: int) -> list[int]:
    """Return random places that nobody has: places must not tell in which order was issued."""
    drawn: list[int] = []
    while len(drawn) < number:
        more = [secrets.randbelow(row.size) for _ in range(number - len(drawn))]
        taken = set(
            row.entries.filter(status_index__in=more).values_list("status_index", flat=True)
        )
        drawn += [place for place in dict.fromkeys(more) if place not in {*taken, *drawn}]
    return drawn


def _tell(rows: Sequence[Credential], dues: Sequence[Due], *, lot: Lot, now: datetime) -> None:
    """Tell trail, records and holders; what was earned once is told to the records once."""
    record_all(
        "credential-issued",
        actor=None,
        acts=[
            (
                f"credential:{row.key}",
                {"organisation": row.organisation.slug, "kind": row.kind, **due.told},
            )
            for row, due in zip(rows, dues, strict=True)
        ],
    )
    tell_earned(
        lot.achievement,
        version=lot.version,
        to=[(due.person, due.enrolment or due.within) for due in dues if due.replaces is None],
        organisation=lot.organisation,
        now=now,
    )
    Notice.objects.bulk_create(
        Notice(
            person=row.person,
            kind="credential-replaced" if row.replaces_id else "credential-issued",
            data={"title": row.title, "token": row.token},
        )
        for row in rows
    )
    jobs.enqueue_each(letters.send_issued, [row.pk for row in rows if not row.replaces_id])
    jobs.enqueue_each(letters.send_replaced, [row.pk for row in rows if row.replaces_id])
