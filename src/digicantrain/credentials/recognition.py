"""Writes about recognition of prior learning: claim, evidence, decision, appeal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digicantrain.base.localised import pick
from digicantrain.core import recognition as rules
from digicantrain.core.recognition import Obstacle, Ruling, State
from digicantrain.credentials import letters, queries, tasks
from digicantrain.credentials import recognition_queries as reads
from digicantrain.credentials.models import (
    ClaimedUnit,
    Credential,
    Evidence,
    EvidenceContent,
    RecognitionClaim,
)
from digicantrain.credentials.recognition_evidence import KeptFile
from digicantrain.learning.actions import waive_units
from digicantrain.learning.enums import EnrolmentState
from digicantrain.learning.models import Enrolment, Notice
from digicantrain.people.actions import record
from digicantrain.people.models import Person

MOST_EVIDENCE: Final = 10
DRAFT_KEPT_DAYS: Final = 90
SENTENCES: Final = {
    Obstacle.NOT_WAITING: gettext_lazy("This claim does not wait for that any more. Look at it."),
    Obstacle.OWN_CLAIM: gettext_lazy("This is your own claim. Another registrar decides it."),
    Obstacle.DECIDED_FIRST: gettext_lazy(
        "You decided this claim first. Another registrar decides the appeal."
    ),
    Obstacle.NO_UNIT: gettext_lazy("Choose at least one unit."),
    Obstacle.NO_EVIDENCE: gettext_lazy("Add at least one piece of evidence before you send it."),
    Obstacle.NOTHING_REFUSED: gettext_lazy("All was recognised: there is nothing to appeal."),
    Obstacle.TOO_LATE: gettext_lazy("The time for an appeal is over."),
    Obstacle.HOURS_TWICE: gettext_lazy(
        "The hours would count twice: other recognised units rest on the same credential, and its "
        "own workload does not reach for these too. Refuse a unit, or have other evidence added."
    ),
    Obstacle.ECTS_TWICE: gettext_lazy(
        "ECTS would count twice: those of the credential stand in her credits already. Refuse the "
        "units, or have other evidence added."
    ),
}
OF_UNIT: Final = {
    Obstacle.NOT_COUNTED: gettext_lazy("“%(unit)s” does not count for the credit."),
    Obstacle.ASSESSED: gettext_lazy(
        "“%(unit)s” holds the test or the feedback: that is asked of everybody."
    ),
    Obstacle.DONE: gettext_lazy("You have done “%(unit)s” already."),
    Obstacle.RECOGNISED: gettext_lazy("“%(unit)s” is recognised already."),
    Obstacle.CLAIMED: gettext_lazy("You have claimed “%(unit)s” already; see that claim."),
}


class RecognitionError(ValueError):
    """Something cannot be done with a claim; the sentence says why."""


@dataclass(frozen=True)
class Told:
    """What a learner tells of what she knows: in her words, where, when, how many hours."""

    learned: str
    place: str
    from_year: int
    to_year: int
    hours: Decimal


@dataclass(frozen=True)
class Decision:
    """What a registrar decides on a unit, and why."""

    ruling: Ruling
    reason: str


def _refuse(obstacle: Obstacle | None) -> None:
    if obstacle is not None:
        raise RecognitionError(str(SENTENCES[obstacle]))


def _locked(claim: RecognitionClaim) -> RecognitionClaim:
    """Return the claim with its row locked, and everything a decision needs of it."""
    return (
        RecognitionClaim.objects.select_for_update(of=("self",))
        .select_related("person", "enrolment__cohort__organisation", "enrolment__version__module")
        .get(pk=claim.pk)
    )


def _told(name: str, claim: RecognitionClaim, *, by: Person | None, **data: Any) -> None:
    """Leave an entry in the trail: codes and pseudonyms, none of anybody's words."""
    cohort = claim.enrolment.cohort
    where = {"organisation": cohort.organisation.slug, "module": cohort.module.code}
    record(name, actor=by, subject=f"recognition:{claim.key}", data={**where, **data})


# --- the learner's side ---


def begin(
    enrolment: Enrolment, *, units: Sequence[str], told: Told, now: datetime
) -> RecognitionClaim:
    """Begin a claim for whole units; nobody sees it before it is sent.

    Raises:
        RecognitionError: a unit cannot be claimed; it is named.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=enrolment.person_id)
        claim = RecognitionClaim(person=enrolment.person, enrolment=enrolment, created_at=now)
        _write(claim, units=units, told=told)
    return claim


def change(claim: RecognitionClaim, *, units: Sequence[str], told: Told) -> RecognitionClaim:
    """Change units and words of a claim that was not sent yet."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=claim.person_id)
        row = _locked(claim)
        if not row.state.may_be_changed:
            _refuse(Obstacle.NOT_WAITING)
        row.units.all().delete()
        _write(row, units=units, told=told)
    return row


def _write(claim: RecognitionClaim, *, units: Sequence[str], told: Told) -> None:
    stands = _require_claimable(claim.enrolment, units)
    claim.learned, claim.place = told.learned, told.place
    claim.from_year, claim.to_year, claim.hours = told.from_year, told.to_year, told.hours
    claim.save()
    ClaimedUnit.objects.bulk_create(
        ClaimedUnit(
            claim=claim,
            person=claim.person,
            module=claim.enrolment.cohort.module,
            unit=stand.code,
            title=title,
            minutes=stand.minutes,
        )
        for stand, title in stands
        if stand.code in units
    )


def _require_claimable(
    enrolment: Enrolment, units: Sequence[str]
) -> list[tuple[rules.UnitStand, dict[str, str]]]:
    if not EnrolmentState(enrolment.state).may_learn:
        raise RecognitionError(_("You are not in this course any more."))
    if Credential.objects.filter(enrolment=enrolment).exists():
        raise RecognitionError(_("You have earned what this module gives: nothing is missing."))
    stands = reads.stands_of(enrolment)
    why = rules.why_not_claim(units, stands=[stand for stand, _title in stands])
    if why is not None:
        code, obstacle = why
        if not code:
            _refuse(obstacle)
        titles = {stand.code: pick(title).text for stand, title in stands}
        raise RecognitionError(str(OF_UNIT[obstacle]) % {"unit": titles.get(code, code)})
    return stands


def add_evidence(
    claim: RecognitionClaim, evidence: Evidence, *, data: bytes = b"", now: datetime
) -> Evidence:
    """Add a piece of evidence to a claim that was not sent yet; the same one is added once."""
    with transaction.atomic():
        row = _locked(claim)
        if not row.state.may_be_changed:
            _refuse(Obstacle.NOT_WAITING)
        there = list(row.evidence.all())
        same = next((one for one in there if _is_same(one, evidence)), None)
        if same is not None:
            return same
        if len(there) >= MOST_EVIDENCE:
            raise RecognitionError(
                _("%d pieces of evidence are the most. Remove one first.") % MOST_EVIDENCE
            )
        evidence.claim, evidence.added_at = row, now
        evidence.save()
        if data:
            EvidenceContent.objects.create(evidence=evidence, data=data)
    return evidence


def _is_same(one: Evidence, other: Evidence) -> bool:
    if one.kind != other.kind:
        return False
    if one.kind == Evidence.Kind.STATEMENT:
        return (one.words, one.confirmed_by) == (other.words, other.confirmed_by)
    return (one.fingerprint, one.digest) == (other.fingerprint, other.digest)


def file_evidence(file: KeptFile) -> Evidence:
    """Return a file as evidence, not saved."""
    return Evidence(
        kind=Evidence.Kind.FILE,
        name=file.name,
        media_type=file.media_type,
        size=len(file.data),
        digest=file.digest,
    )


def remove_evidence(evidence: Evidence) -> None:
    """Remove a piece of evidence from a claim that was not sent yet."""
    with transaction.atomic():
        if not _locked(evidence.claim).state.may_be_changed:
            _refuse(Obstacle.NOT_WAITING)
        evidence.delete()


def discard(claim: RecognitionClaim) -> None:
    """Delete a claim that was not sent, with its evidence."""
    with transaction.atomic():
        row = _locked(claim)
        if not row.state.may_be_changed:
            _refuse(Obstacle.NOT_WAITING)
        row.delete()


def submit(claim: RecognitionClaim, *, now: datetime) -> RecognitionClaim:
    """Send a claim to the registrars; sent twice it is one claim."""
    with transaction.atomic():
        row = _locked(claim)
        if row.state is State.SUBMITTED:
            return row
        if not row.state.may_become(State.SUBMITTED):
            _refuse(Obstacle.NOT_WAITING)
        if not row.evidence.exists():
            _refuse(Obstacle.NO_EVIDENCE)
        _require_still_open(row)
        row.stage, row.submitted_at = State.SUBMITTED.value, now
        row.save(update_fields=["stage", "submitted_at"])
        _told("recognition-claimed", row, by=row.person, units=_codes(row))
    return row


def _require_still_open(claim: RecognitionClaim) -> None:
    """Refuse when she has done a unit, or it was recognised, since she wrote the claim."""
    for stand, title in reads.stands_of(claim.enrolment):
        if stand.code in _codes(claim) and stand.obstacle not in {None, Obstacle.CLAIMED}:
            raise RecognitionError(str(OF_UNIT[stand.obstacle]) % {"unit": pick(title).text})


def _codes(claim: RecognitionClaim) -> list[str]:
    return list(claim.units.values_list("unit", flat=True))


def take_back(claim: RecognitionClaim, *, now: datetime) -> RecognitionClaim:
    """Take a claim back before it is decided; its evidence is deleted at once."""
    with transaction.atomic():
        row = _locked(claim)
        if row.state is State.WITHDRAWN:
            return row
        if not row.state.may_be_withdrawn:
            _refuse(Obstacle.NOT_WAITING)
        row.stage, row.withdrawn_at = State.WITHDRAWN.value, now
        row.save(update_fields=["stage", "withdrawn_at"])
        row.evidence.all().delete()
        _told("recognition-taken-back", row, by=row.person)
    return row


def appeal(claim: RecognitionClaim, *, words: str, now: datetime) -> RecognitionClaim:
    """Ask for another decision, by somebody else, on what was refused."""
    with transaction.atomic():
        row = _locked(claim)
        if row.state is State.APPEALED:
            return row
        rulings = row.units.values_list("ruling", flat=True)
        _refuse(rules.why_not_appeal(row.state, rulings=rulings, now=now, ends=appeal_ends(row)))
        row.stage, row.appeal, row.appealed_at = State.APPEALED.value, words, now
        row.save(update_fields=["stage", "appeal", "appealed_at"])
        _told("recognition-appealed", row, by=row.person)
    return row


def appeal_ends(claim: RecognitionClaim) -> datetime | None:
    """Return until when the first decision can be appealed, once there is one."""
    if claim.decided_at is None:
        return None
    return rules.appeal_ends(claim.decided_at, days=settings.APPEAL_DAYS)


def due_by(claim: RecognitionClaim) -> datetime | None:
    """Return by when a claim that waits is to be decided."""
    since = claim.waits_since
    return since + timedelta(days=settings.RECOGNITION_DAYS) if since else None


# --- the registrar's side ---


def why_not_decide(claim: RecognitionClaim, *, by: Person) -> Obstacle | None:
    """Return why somebody may not decide a claim, or nothing."""
    return rules.why_not_decide(
        claim.state, decider=by.pk, claimant=claim.person_id, first_decider=claim.decided_by_id
    )


def to_decide(claim: RecognitionClaim) -> list[ClaimedUnit]:
    """Return the units that wait for a decision: on appeal those that were refused."""
    units = list(claim.units.all())
    if claim.state is State.APPEALED:
        return [unit for unit in units if unit.ruling == Ruling.REFUSED]
    return units


def why_not_accept(claim: RecognitionClaim, units: Sequence[ClaimedUnit]) -> Obstacle | None:
    """Return in which currency these units would count the same learning twice, or nothing."""
    credit = claim.enrolment.version.data.get("credit") or {}
    organisation = claim.enrolment.cohort.organisation
    gives_ects = credit.get("kind") == "micro-credential" and organisation.may_award_ects
    others = claim.evidence.exclude(kind=Evidence.Kind.CREDENTIAL)
    return rules.why_not_accept(
        {unit.unit: Decimal(unit.minutes) for unit in [*units, *_accepted_before(claim)]},
        evidence=rules.Evidence(reads.sources_of(claim), has_other=others.exists()),
        gives_ects=gives_ects,
    )


def _accepted_before(claim: RecognitionClaim) -> list[ClaimedUnit]:
    return [unit for unit in claim.units.all() if unit.is_recognised]


def decide(
    claim: RecognitionClaim, *, decisions: Mapping[str, Decision], by: Person, now: datetime
) -> RecognitionClaim:
    """Decide each unit that waits, with a reason; on appeal this is the last word.

    Raises:
        RecognitionError: she may not decide it, or the same learning would count twice.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=claim.person_id)
        row = _locked(claim)
        _refuse(why_not_decide(row, by=by))
        units = to_decide(row)
        if {unit.unit for unit in units} != set(decisions):
            raise RecognitionError(_("Decide each unit, and give a reason for each."))
        accepted = [u for u in units if decisions[u.unit].ruling is Ruling.ACCEPTED]
        _require_not_recognised(accepted)
        _refuse(why_not_accept(row, accepted))
        _rule(row, units, decisions)
        _close(row, by=by, now=now)
        _recognise(row, accepted, now=now)
        _announce(row, by=by, accepted=accepted, refused=[u for u in units if u not in accepted])
    return row


def _require_not_recognised(units: Sequence[ClaimedUnit]) -> None:
    for unit in units:
        there = ClaimedUnit.objects.filter(
            person=unit.person_id, module=unit.module_id, unit=unit.unit, is_recognised=True
        )
        if there.exists():
            raise RecognitionError(
                _("“%(unit)s” was recognised by another claim meanwhile. Refuse it here.")
                % {"unit": pick(unit.title).text}
            )


def _rule(
    claim: RecognitionClaim, units: Sequence[ClaimedUnit], decisions: Mapping[str, Decision]
) -> None:
    """Write down what was decided on each unit, and on which credentials its minutes rest."""
    wanted = {u.unit: Decimal(u.minutes) for u in units if _accepts(decisions[u.unit])}
    before = {u.unit: Decimal(u.minutes) for u in _accepted_before(claim)}
    sources = reads.sources_of(claim)
    rests = rules.allot({**before, **wanted}, sources=sources).rests_on
    unbounded = dict.fromkeys((one.name for one in sources if one.minutes is None), 0)
    is_appeal = claim.state is State.APPEALED
    for unit in units:
        decision = decisions[unit.unit]
        if is_appeal:
            unit.appeal_ruling, unit.appeal_reason = decision.ruling.value, decision.reason
        else:
            unit.ruling, unit.reason = decision.ruling.value, decision.reason
        unit.is_recognised = _accepts(decision)
        if unit.is_recognised:
            known = {name: int(n) for name, n in rests.get(unit.unit, {}).items()}
            unit.rests_on = {**unbounded, **known}
        unit.save()


def _accepts(decision: Decision) -> bool:
    return decision.ruling is Ruling.ACCEPTED


def _close(claim: RecognitionClaim, *, by: Person, now: datetime) -> None:
    if claim.state is State.APPEALED:
        claim.stage = State.CLOSED.value
        claim.appeal_decided_at, claim.appeal_decided_by = now, by
    else:
        claim.stage = State.DECIDED.value
        claim.decided_at, claim.decided_by = now, by
    claim.save()


def _recognise(claim: RecognitionClaim, units: Sequence[ClaimedUnit], *, now: datetime) -> None:
    """Let accepted units count in each course run of the module, and issue what is earned now."""
    if not units:
        return
    runs = Enrolment.objects.filter(
        person=claim.person, cohort__module=claim.enrolment.cohort.module
    )
    for enrolment in runs.select_related("version", "cohort"):
        waive_units(enrolment, units=[unit.unit for unit in units], now=now)
        if EnrolmentState(enrolment.state).may_learn and queries.is_earned(enrolment):
            tasks.issue.enqueue(enrolment.pk)


def _announce(
    claim: RecognitionClaim,
    *,
    by: Person,
    accepted: Sequence[ClaimedUnit],
    refused: Sequence[ClaimedUnit],
) -> None:
    name = "recognition-appeal-decided" if claim.state is State.CLOSED else "recognition-decided"
    _told(
        name,
        claim,
        by=by,
        accepted=[unit.unit for unit in accepted],
        refused=[unit.unit for unit in refused],
    )
    Notice.objects.create(
        person=claim.person,
        kind="recognition-decided",
        data={"claim": str(claim.key), "title": claim.enrolment.version.title},
    )
    letters.send_recognition.enqueue(claim.pk)


# --- how long words and evidence are kept ---


def forget_evidence(*, now: datetime) -> int:
    """Delete words and evidence when their time is over, and drafts that nobody sent.

    What was decided on each unit, and why, stays as long as the account: a credential rests on it.
    """
    last = now - timedelta(days=settings.EVIDENCE_DAYS)
    old = RecognitionClaim.objects.filter(emptied_at=None).exclude(stage=State.DRAFT)
    over = (
        old.filter(withdrawn_at__lt=last)
        | old.filter(stage=State.DECIDED, decided_at__lt=last)
        | old.filter(stage=State.CLOSED, appeal_decided_at__lt=last)
    )
    drafts = RecognitionClaim.objects.filter(
        stage=State.DRAFT, created_at__lt=now - timedelta(days=DRAFT_KEPT_DAYS)
    )
    with transaction.atomic():
        claims = list(over.values_list("pk", flat=True))
        Evidence.objects.filter(claim__in=claims).delete()
        RecognitionClaim.objects.filter(pk__in=claims).update(
            learned="", place="", appeal="", emptied_at=now
        )
        gone = drafts.delete()[1].get("credentials.RecognitionClaim", 0)
        if claims or gone:
            record("evidence-deleted", actor=None, data={"claims": len(claims), "drafts": gone})
    return len(claims) + gone
