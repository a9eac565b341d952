"""Issues what was approved, many in one transaction, each at most once.

The locks are taken in one order by everybody: requests, people, enrolments, the credentials that
are replaced.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digicantrain.core.credentials.award import Achievement
from digicantrain.credentials import actions, bulk, expiry, outside
from digicantrain.credentials.achievements import achievement_of
from digicantrain.credentials.bulk import BATCH, Due, Lot, NotEarnedError
from digicantrain.credentials.models import (
    Change,
    Credential,
    IssueRequest,
    StatusList,
)
from digicantrain.credentials.obstacles import HeldError, held_by, lock_people
from digicantrain.credentials.queries import earned_among
from digicantrain.credentials.recognition_queries import (
    Recognised,
    minutes_of,
    recognised_in,
)
from digicantrain.credentials.records import achievement_in, record_of
from digicantrain.learning.models import Enrolment
from digicantrain.people.actions import record
from digicantrain.programme.models import ModuleVersion

logger = logging.getLogger(__name__)

How, State = IssueRequest.How, IssueRequest.State
REPLACED = "replaced"


def approved() -> list[int]:
    """Return the keys of all requests that were approved and are not issued yet."""
    rows = IssueRequest.objects.filter(state=State.APPROVED).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def fulfil_each(requests: Sequence[int]) -> int:
    """Issue each and return how many; what cannot be issued keeps its reason and holds up none."""
    issued = 0
    for start in range(0, len(requests), BATCH):
        batch = requests[start : start + BATCH]
        try:
            issued += len(fulfil(batch, now=timezone.now()))
        except (ValueError, IntegrityError):
            issued += sum(map(_fulfil_alone, batch))
    return issued


def _fulfil_alone(request: int) -> int:
    """Issue one; what can never be issued is refused, what may be later keeps its reason."""
    open_one = IssueRequest.objects.filter(pk=request, state=State.APPROVED)
    try:
        return len(fulfil([request], now=timezone.now()))
    except HeldError as error:
        open_one.update(state=State.REFUSED, refusal=str(error), fault="")
    except ValueError as error:
        logger.warning("Request %s: nothing was issued. %s", request, error)
        open_one.update(fault=str(error))
    except IntegrityError:
        # somebody else issued at this very moment: the next round sees what
        logger.warning("Request %s: somebody else issued meanwhile.", request)
    return 0


def fulfil(requests: Iterable[int], *, now: datetime) -> list[Credential]:
    """Issue approved requests, all or none; what was issued before is left out.

    Raises:
        ValueError: one of them cannot be issued, and why; nobody was.
    """
    made: list[Credential] = []
    with transaction.atomic():
        rows = _locked(requests)
        _require_still_due(rows)
        groups: dict[tuple[object, ...], list[IssueRequest]] = {}
        known = recognised_for(rows)
        for row in rows:
            groups.setdefault(_alike(row, known[row.pk]), []).append(row)
        for alike in groups.values():
            made += _issue(alike, known=known, now=now)
        IssueRequest.objects.bulk_update(rows, ["credential", "state", "fault"])
    return made


def _locked(requests: Iterable[int]) -> list[IssueRequest]:
    rows = list(
        IssueRequest.objects.select_for_update(of=("self",))
        .filter(pk__in=requests, state=State.APPROVED)
        .select_related("organisation", "person__pseudonym", "asked_by", "decided_by")
        .order_by("pk")
    )
    lock_people(row.person_id for row in rows if row.person_id)
    enrolments = {
        row.pk: row
        for row in actions.locked(
            Enrolment(pk=row.enrolment_id) for row in rows if row.enrolment_id
        )
    }
    before = Credential.objects.select_for_update(of=("self",)).select_related(
        "record", "enrolment", "within"
    )
    replaced = before.order_by("pk").in_bulk([row.replaces_id for row in rows if row.replaces_id])
    versions = ModuleVersion.objects.select_related("module__programme")
    version_of = versions.in_bulk({row.version_id for row in rows})
    for row in rows:
        row.version = version_of[row.version_id]
        row.enrolment = enrolments.get(row.enrolment_id or 0)
        row.replaces = replaced.get(row.replaces_id or 0)
    return rows


def _require_still_due(rows: Sequence[IssueRequest]) -> None:
    """Refuse what nobody may get any more.

    Raises:
        NotEarnedError: nobody is there to issue to, or something is missing.
        HeldError: it was issued meanwhile.
    """
    if any(row.person is None for row in rows):
        raise NotEarnedError(_("There is nobody to issue this to."))
    _require_earned([row for row in rows if row.how == How.COMPLETION])
    by_hand = [row for row in rows if row.how in {How.HAND, How.FILE}]
    people, versions = (
        {getattr(row, name) for row in by_hand} for name in ("person_id", "version_id")
    )
    held = held_by(people, versions=versions) if by_hand else {}
    for row in by_hand:
        if row.person_id and (row.person_id, row.version_id) in held:
            raise HeldError(held[row.person_id, row.version_id].text)
    replaced = [row.replaces_id for row in rows if row.replaces_id]
    if Credential.objects.filter(replaces__in=replaced).exists():
        raise HeldError(_("It was replaced by another one meanwhile."))


def _require_earned(rows: Sequence[IssueRequest]) -> None:
    enrolments = [row.enrolment for row in rows if row.enrolment]
    if not rows:
        return
    if Credential.objects.filter(enrolment__in=enrolments).exists():
        raise HeldError(_("This person already holds a credential for this course run."))
    if len(earned_among(enrolments)) < len(rows):
        raise NotEarnedError(_("Not everything that counts is done yet."))


def recognised_for(rows: Sequence[IssueRequest]) -> dict[int, Recognised]:
    """Return the units that were recognised, by request: a correction keeps those of before."""
    here = [row for row in rows if row.how == How.COMPLETION and row.enrolment]
    known = recognised_in([row.enrolment for row in here if row.enrolment])
    found: dict[int, Recognised] = {row.pk: known.get(row.enrolment_id or 0, {}) for row in here}
    kept = {row.pk: row.replaces.recognised for row in rows if row.replaces}
    return {row.pk: {} for row in rows} | found | kept


def _alike(row: IssueRequest, recognised: Recognised) -> tuple[object, ...]:
    """Return what requests must have in common to be told in the same words."""
    kept = row.replaces.record_id if row.replaces and not row.is_fresh else None
    units = tuple(minutes_of(recognised).items())
    return (row.organisation_id, row.version_id, row.language, row.watched, kept, units)


def _issue(
    rows: Sequence[IssueRequest], *, known: Mapping[int, Recognised], now: datetime
) -> list[Credential]:
    """Issue to requests that are alike; what a correction stands in for is put away first."""
    lot = _lot(rows[0], known[rows[0].pk])
    dues = [_due(row, known[row.pk], now=now) for row in rows]
    _put_away([row for row in rows if row.replaces], now=now)
    made = bulk.make(dues, lot=lot, key=actions.key_for(lot.organisation, now=now), now=now)
    for row, credential in zip(rows, made, strict=True):
        row.credential, row.state, row.fault = credential, State.ISSUED, ""
    return made


def told_for(row: IssueRequest, recognised: Recognised | None = None) -> Achievement:
    """Return what a request tells: a correction what was kept, all else what is there now."""
    kept = _kept(row)
    if kept is not None:
        return kept
    units = minutes_of(recognised_for([row])[row.pk] if recognised is None else recognised)
    said = achievement_of(
        row.version, organisation=row.organisation, language=row.language, recognised=units
    )
    return outside.telling(row.watched)(said)


def _kept(row: IssueRequest) -> Achievement | None:
    if row.replaces is None or row.replaces.record is None or row.is_fresh:
        return None
    return achievement_in(row.replaces.record, language=row.language)


def _lot(row: IssueRequest, recognised: Recognised) -> Lot:
    """Return what is issued for a request, with the record that is kept of it."""
    if row.replaces and row.replaces.record and _kept(row):
        record = row.replaces.record
    else:
        record = record_of(
            row.version,
            organisation=row.organisation,
            language=row.language,
            told=outside.telling(row.watched),
            recognised=minutes_of(recognised),
        )
    return Lot(row.organisation, row.version, told_for(row, recognised), record)


def ends_of(row: IssueRequest, *, now: datetime) -> datetime | None:
    """Return when what is asked for ends: a correction says so, all else by the module's rule."""
    return row.expires_at if row.replaces_id else expiry.end_of(row.version, issued_at=now)


def _due(row: IssueRequest, recognised: Recognised, *, now: datetime) -> Due:
    person, before = row.person, row.replaces
    if person is None:
        raise NotEarnedError(_("There is nobody to issue this to."))
    return Due(
        person,
        enrolment=before.enrolment if before else row.enrolment,
        name=row.holder_name,
        expires_at=ends_of(row, now=now),
        replaces=before,
        recognised=recognised,
        badge=before.badge if before else "",
        within=before.within if before else None,
        told={"how": row.how, "request": str(row.key)},
    )


def _put_away(rows: Sequence[IssueRequest], *, now: datetime) -> None:
    """Let what is replaced stand no more; one that was withdrawn before keeps its day."""
    for row in rows:
        before = row.replaces
        if before is None:
            continue
        before.enrolment = before.within = None
        if before.revoked_at is None:
            before.revoked_at, before.revoked_reason = now, REPLACED
        before.save(update_fields=["enrolment", "within", "revoked_at", "revoked_reason"])
        StatusList.objects.filter(pk=before.status_list_id).update(changed_at=now)
        entry = record(
            "credential-replaced",
            actor=row.decided_by or row.asked_by,
            subject=f"credential:{before.key}",
            data={"organisation": row.organisation.slug, "request": str(row.key)},
        )
        Change.objects.create(
            credential=before, kind=Change.Kind.REPLACED, reason=row.reason, entry=entry
        )
