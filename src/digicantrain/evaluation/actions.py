"""Writes about studies: consent, answers, withdrawal, analysis."""

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from digicantrain import __version__
from digicantrain.evaluation import queries
from digicantrain.evaluation.analysis import analyse_tables
from digicantrain.evaluation.models import (
    AnalysisRun,
    Answer,
    IdentityLink,
    Instrument,
    Participant,
    Study,
    Wave,
)
from digicantrain.learning.enums import EnrolmentState
from digicantrain.learning.models import Enrolment
from digicantrain.people.actions import record
from digicantrain.people.models import Person

if TYPE_CHECKING:
    from digicantrain.core.design import ProgrammeDesign

SCOPES = ("research", "linkage", "quotes")


class AnswerError(ValueError):
    """An answer cannot be taken; the sentence says why."""


def store_instruments(design: "ProgrammeDesign") -> int:
    """Keep the questionnaires of a programme; a version that is there is left as it is."""
    made = 0
    for instrument in design.instruments:
        _row, new = Instrument.objects.get_or_create(
            slug=instrument.id,
            version=instrument.version,
            defaults={
                "title": {lang: words["title"] for lang, words in instrument.words.items()},
                "licence": instrument.licence,
                "source": instrument.source,
                "validated": instrument.validated,
                "data": instrument.as_json(),
            },
        )
        made += new
    return made


def plan_digest(plan: dict[str, Any]) -> str:
    """Return SHA-256 of a plan in its canonical JSON."""
    return hashlib.sha256(
        json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def freeze_plan(study: Study, *, by: Person | None, now: Any) -> Study:
    """Fix the analysis plan; later edits are visible by another hash."""
    if study.frozen_at:
        return study
    with transaction.atomic():
        study.plan_hash = plan_digest(study.plan)
        study.frozen_at = now
        study.save(update_fields=["plan_hash", "frozen_at"])
        record(
            "plan-frozen",
            actor=by,
            subject=f"study:{study.slug}",
            data={"plan": study.plan_hash},
        )
    return study


def participant_for(person: Person, *, study: Study, enrolment: Enrolment) -> Participant:
    """Return the person's place in the study; made with a random pseudonym where it is missing."""
    found = queries.identity_of(person, study=study)
    if found:
        return found
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        again = queries.identity_of(person, study=study)
        if again:
            return again
        participant = Participant.objects.create(
            study=study,
            site=enrolment.cohort.site,
            profession=person.profession,
            language=person.language,
        )
        IdentityLink.objects.create(participant=participant, person=person, study=study)
    return participant


def invite_everybody(study: Study) -> int:
    """Make a place for everybody enrolled in the study's course runs; return how many are new."""
    known = IdentityLink.objects.filter(study=study).values("person")
    enrolments = (
        Enrolment.objects.filter(cohort__studies=study)
        .exclude(state__in=(EnrolmentState.WAITING, EnrolmentState.LEFT))
        .exclude(person__in=known)
        .select_related("person", "cohort__site")
    )
    seen: set[int] = set()
    for enrolment in enrolments:
        if enrolment.person_id not in seen:
            participant_for(enrolment.person, study=study, enrolment=enrolment)
            seen.add(enrolment.person_id)
    return len(seen)


def decide_consent(participant: Participant, *, scopes: dict[str, bool], day: date) -> None:
    """Keep a decision on research; refusing never touches the course."""
    participant.consent = {scope: bool(scopes.get(scope)) for scope in SCOPES}
    participant.consent_day = day
    participant.withdrawn_day = None
    participant.save(update_fields=["consent", "consent_day", "withdrawn_day"])


def withdraw(participant: Participant, *, day: date) -> int:
    """Take a participant's answers out of the study for good; return how many went."""
    with transaction.atomic():
        gone, _rows = Answer.objects.filter(participant=participant).delete()
        participant.consent = dict.fromkeys(SCOPES, False)
        participant.withdrawn_day = day
        participant.save(update_fields=["consent", "withdrawn_day"])
    return gone


def save_answers(participant: Participant, *, wave: Wave, values: dict[str, str], day: date) -> int:
    """Keep the answers of one wave; each question is answered once and then stands.

    Raises:
        AnswerError: no consent, an unknown question, or a value outside the scale.
    """
    if not (participant.consent or {}).get("research"):
        raise AnswerError(_("There is no consent to research, so no answer was kept."))
    if not values:
        raise AnswerError(_("No question is answered. Answer at least one."))
    data = wave.study.instrument.data
    low, high = int(data["scale"]["min"]), int(data["scale"]["max"])
    known = {item["id"] for item in data["items"]}
    for item, value in values.items():
        if item not in known:
            raise AnswerError(_("The question %s is not part of this questionnaire.") % item)
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            raise AnswerError(
                _("An answer is outside %(low)d to %(high)d.") % {"low": low, "high": high}
            )
    rows = [
        Answer(participant=participant, wave=wave, item=item, value=value, day=day)
        for item, value in values.items()
    ]
    Answer.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def analyse(study: Study) -> AnalysisRun:
    """Compute the study's results from what is in the database now, and keep them."""
    invite_everybody(study)
    tables = {
        "instrument": study.instrument.data,
        "answers": queries.answers_by_wave(study),
        "people": [
            {
                "id": row.pk,
                "site": row.site.name,
                "profession": row.profession,
                "eligible": row.eligible,
                "consented": bool((row.consent or {}).get("research")) and not row.withdrawn_day,
            }
            for row in study.participants.select_related("site")
        ],
        "activity": queries.activity_of(study),
        "smallest_cell": study.smallest_cell,
    }
    result = analyse_tables(tables)
    data_hash = hashlib.sha256(repr(sorted_tables(tables)).encode()).hexdigest()
    if not study.frozen_at:
        result["warnings"].append("plan-not-frozen")
    elif study.plan_hash != plan_digest(study.plan):
        result["warnings"].append("plan-changed")
    return AnalysisRun.objects.create(
        study=study,
        plan_hash=study.plan_hash,
        data_hash=data_hash,
        code_version=__version__,
        result=result,
    )


def sorted_tables(tables: dict[str, Any]) -> list[Any]:
    """Return the analysed data in an order that does not depend on the database."""
    return [
        (wave, sorted(sorted(items.items()) for items in people.values()))
        for wave, people in sorted(tables["answers"].items())
    ]
