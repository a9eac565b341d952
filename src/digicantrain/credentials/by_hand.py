"""A credential for an assessment that was held outside the platform, asked for by a registrar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from digicantrain.core.credentials import badge
from digicantrain.core.credentials.award import Award
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.status import StatusEntry
from digicantrain.credentials import fulfilling, gate
from digicantrain.credentials.achievements import body_of
from digicantrain.credentials.asking import How, State, record_asked
from digicantrain.credentials.fulfilling import ends_of, told_for
from digicantrain.credentials.models import IssueRequest
from digicantrain.credentials.obstacles import Obstacle, asked_for, held_by, lock_people, one_writer
from digicantrain.credentials.queries import earned_among
from digicantrain.learning.enums import EnrolmentState
from digicantrain.learning.models import Enrolment
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import Module, ModuleVersion

SAMPLE_ID = "urn:uuid:00000000-0000-4000-8000-000000000000"
SAMPLE_LIST = "https://status.invalid/list"


class RefusedError(ValueError):
    """It cannot be asked for; the sentence says why."""


@dataclass(frozen=True)
class Wanted:
    """What a registrar wants to be issued to one person, and what it rests on."""

    person: Person
    version: ModuleVersion
    language: str
    evidence: str
    watched: str


def modules_of(organisations: Iterable[Organisation]) -> QuerySet[Module]:
    """Return the published modules of organisations in which something can be earned."""
    rows = Module.objects.filter(
        programme__organisation__in=organisations, withdrawn_at=None, current__isnull=False
    ).exclude(current__data__credit=None)
    return rows.select_related("programme__organisation", "current__module__programme")


def organisation_of(version: ModuleVersion) -> Organisation:
    """Return who awards what is earned in a version."""
    return version.module.programme.organisation


def obstacles(wanted: Sequence[Wanted], *, by: Person) -> list[Obstacle | None]:
    """Return of each what stands in its way, or nothing; the database is asked thrice for all."""
    people = {one.person.pk for one in wanted}
    versions = {one.version.pk for one in wanted}
    held = held_by(people, versions=versions)
    asked = asked_for(people, versions=versions)
    earned = _earned(people, versions)

    def of(one: Wanted) -> Obstacle | None:
        pair = (one.person.pk, one.version.pk)
        if one.person.pk == by.pk and not organisation_of(one.version).four_eyes:
            return Obstacle(_("This is your own account. Ask another registrar to issue it."))
        if pair in held:
            return held[pair]
        if pair in asked:
            text = _("A credential for this person and module was asked for already.")
            return Obstacle(text, is_there=True)
        if pair in earned:
            return Obstacle(
                _("This person did everything on the platform: it is issued without you.")
            )
        return None

    return [of(one) for one in wanted]


def _earned(people: Iterable[int], versions: Iterable[int]) -> set[tuple[int, int]]:
    """Return the people and versions whose credential is due by what was done here."""
    rows = list(
        Enrolment.objects.filter(
            person__in=list(people), version__in=list(versions), credential=None
        )
        .exclude(state=EnrolmentState.LEFT)
        .select_related("version")
    )
    earned = earned_among(rows)
    return {(row.person_id, row.version_id) for row in rows if row.pk in earned}


def ask(wanted: Wanted, *, by: Person, now: datetime) -> IssueRequest:
    """Ask for a credential by hand; where nobody else looks, it is issued at once.

    Raises:
        RefusedError: why it cannot be asked for.
        NotPublishedError: what the module's credential lacks, each in a sentence.
        ValueError: it cannot be issued; nothing was written.
    """
    organisation = organisation_of(wanted.version)
    require_issuable(wanted.version)
    with one_writer():
        lock_people([wanted.person.pk])
        why_not = obstacles([wanted], by=by)[0]
        if why_not:
            raise RefusedError(why_not.text)
        (row,) = ask_all([wanted], how=How.HAND, by=by, now=now)
        if not organisation.four_eyes:
            fulfilling.fulfil([row.pk], now=now)
    row.refresh_from_db()
    return row


def ask_all(
    wanted: Sequence[Wanted], *, how: str, by: Person | None, now: datetime
) -> list[IssueRequest]:
    """Write the requests down; the caller has made sure that nothing stands in their way."""
    enrolments = _enrolments(wanted)
    rows = IssueRequest.objects.bulk_create(
        IssueRequest(
            organisation=(provider := organisation_of(one.version)),
            how=how,
            state=State.WAITING if provider.four_eyes else State.APPROVED,
            person=one.person,
            version=one.version,
            enrolment=enrolments.get((one.person.pk, one.version.pk)),
            language=one.language,
            evidence=one.evidence,
            watched=one.watched,
            asked_by=by,
            asked_at=now,
        )
        for one in wanted
    )
    record_asked(rows, by=by)
    return rows


def _enrolments(wanted: Sequence[Wanted]) -> dict[tuple[int, int], Enrolment]:
    """Return the enrolment that a credential belongs to, where she is in a run of that version."""
    rows = Enrolment.objects.filter(
        person__in=[one.person.pk for one in wanted],
        version__in={one.version.pk for one in wanted},
        credential=None,
        state__in=(EnrolmentState.ACTIVE, EnrolmentState.COMPLETED),
    )
    return {(row.person_id, row.version_id): row for row in rows.order_by("pk")}


def require_issuable(version: ModuleVersion) -> None:
    """Refuse a version whose credential lacks something.

    Raises:
        NotPublishedError: each sentence says what.
    """
    sentences = gate.sentences_of(version, organisation=organisation_of(version))
    if sentences:
        raise gate.NotPublishedError(sentences)


def preview_of(row: IssueRequest, *, now: datetime) -> dict[str, Any]:
    """Return what would be signed for a request: criteria and elements as they would stand in it.

    Raises:
        ValueError: it could not be signed, and why.
    """
    told = told_for(row)
    language = told.language
    with translation.override(language):
        award = Award(
            id=SAMPLE_ID,
            achievement=told,
            body=body_of(row.organisation, did=SAMPLE_ID, language=language),
            identities=(Identity.of(IdentityKind.NAME, "sample", salt="0" * 32),),
            issued_at=now,
            status=StatusEntry(SAMPLE_LIST, 0),
            expires_at=ends_of(row, now=now),
        )
        document = badge.document_of(award)
    subject = document["credentialSubject"]
    return {
        "title": told.title,
        "criteria": told.criteria,
        "note": told.note,
        "elements": subject["microCredential"],
    }
