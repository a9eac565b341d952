"""Makes the credentials of people who earned the same, all in one go.

The caller holds the transaction and the locks on the enrolments. Signing is by template
(core.credentials.template), the places in the status list are drawn at once, rows, trail,
statements, notices and mails are written with one query each.
"""

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime

import orjson
from django.utils.translation import gettext as _

from digicantrain.base import jobs
from digicantrain.core.credentials.award import Achievement, Award, AwardingBody
from digicantrain.core.credentials.award import Kind as AwardKind
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.keys import Signer
from digicantrain.core.credentials.status import SIZE, StatusEntry
from digicantrain.core.credentials.template import TemplateError, template_for
from digicantrain.core.xapi import Verb
from digicantrain.credentials import letters
from digicantrain.credentials.achievements import body_of
from digicantrain.credentials.lists import address_of
from digicantrain.credentials.models import Credential, IssuerKey, StatusList
from digicantrain.credentials.records import record_of
from digicantrain.credentials.signers import signer_of
from digicantrain.learning.models import Enrolment, Notice
from digicantrain.learning.statements import tell_all
from digicantrain.people.actions import record_all
from digicantrain.people.models import Organisation

logger = logging.getLogger(__name__)

BATCH = 100


class NotEarnedError(ValueError):
    """Something is still missing before this can be issued."""


def issue(
    enrolments: Sequence[Enrolment],
    *,
    achievement: Achievement,
    key: IssuerKey,
    now: datetime,
    badge: str = "",
) -> list[Credential]:
    """Issue an achievement to each of the enrolments, all of one organisation and version.

    With `badge` it is that of some units of the module, by its name there.

    Raises:
        IncompleteError: the achievement lacks a mandatory element; it names it.
        TemplateError: compiled and full processing disagree; nothing was issued.
    """
    organisation = enrolments[0].cohort.organisation
    listed = _status_list(organisation, did=key.did)
    places = free_indexes(listed, len(enrolments))
    rows = [_row(one, achievement, now=now) for one in enrolments]
    for row in rows if badge else ():
        row.badge, row.within, row.enrolment = badge, row.enrolment, None
    signer = signer_of(key)
    body = body_of(organisation, did=key.did, language=achievement.language)
    kept = record_of(
        enrolments[0].version,
        organisation=organisation,
        language=achievement.language,
        badge=badge,
    )
    for row, place in zip(rows, places, strict=True):
        row.status_list, row.status_index, row.record = listed, place, kept
        _sign(row, _award(row, achievement, body), signer=signer)
    made = Credential.objects.bulk_create(rows)
    _tell(made, enrolments, now=now)
    return made


def _row(enrolment: Enrolment, achievement: Achievement, *, now: datetime) -> Credential:
    organisation, person = enrolment.cohort.organisation, enrolment.person
    return Credential(
        organisation=organisation,
        enrolment=enrolment,
        person=person,
        version=enrolment.version,
        kind=_kind(achievement),
        language=achievement.language,
        holder_name=person.name,
        title={achievement.language: achievement.title},
        issued_at=now.replace(microsecond=0),
        is_demo=organisation.is_demo,
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
            Identity.of(IdentityKind.NAME, person.name, salt=secrets.token_hex(16)),
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
    held = {"did": did, "holds": StatusList.Holds.CREDENTIALS}
    row = organisation.status_lists.filter(**held).order_by("-pk").first()
    if row is not None and row.entries.count() < SIZE // 2:
        return row
    return StatusList.objects.create(organisation=organisation, did=did, size=SIZE)


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


def _tell(rows: Sequence[Credential], enrolments: Sequence[Enrolment], *, now: datetime) -> None:
    record_all(
        "credential-issued",
        actor=None,
        acts=[
            (f"credential:{row.key}", {"organisation": row.organisation.slug, "kind": row.kind})
            for row in rows
        ],
    )
    if not any(row.badge for row in rows):  # the statement is about the whole course
        tell_all(enrolments, Verb.EARNED, now=now)
    Notice.objects.bulk_create(
        Notice(
            person=enrolment.person,
            kind="credential-issued",
            data={"title": row.title, "token": row.token},
        )
        for row, enrolment in zip(rows, enrolments, strict=True)
    )
    jobs.enqueue_each(letters.send_issued, [row.pk for row in rows])
