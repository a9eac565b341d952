"""Writes about studies: consent, answers, withdrawal, analysis."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from digicantrain import __version__
from digicantrain.evaluation import queries
from digicantrain.evaluation.analysis import SCORE_RULE, analyse_tables
from digicantrain.evaluation.models import (
    AnalysisRun,
    Answer,
    IdentityLink,
    Instrument,
    Participant,
    Study,
    Wave,
)
from digicantrain.learning.models import Cohort, Enrolment
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


# --- setting up ---


def set_up(
    study: Study, *, cohorts: Iterable[Cohort], by: Person | None, action: str = "study-set-up"
) -> Study:
    """Save a study with its course runs and its two waves."""
    with transaction.atomic():
        study.save()
        study.cohorts.set(cohorts)
        for order, key in enumerate((Wave.Key.PRE, Wave.Key.POST)):
            Wave.objects.get_or_create(study=study, key=key, defaults={"order": order})
        record(action, actor=by, subject=f"study:{study.slug}")
    return study


def plan_for(primary: str) -> dict[str, Any]:
    """Return the analysis plan of a study whose primary outcome is the change in a domain."""
    return {
        "primary_domain": primary,
        "primary_outcome": f"{primary}: {SCORE_RULE}; after minus before",
        "analyses": [
            "Cronbach's alpha by domain, before",
            "paired change by domain: mean, t interval, Hedges g",
            "Wilcoxon signed-rank test by domain",
        ],
        "missing": "complete pairs; all available answers beside them; nothing imputed",
        "adjustment": "none; one primary outcome, the others are secondary",
    }


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


# --- taking part ---


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
    with transaction.atomic():
        first = {row.person_id: row for row in reversed(queries.not_yet_invited(study))}
        people = Person.objects.select_for_update().in_bulk(first)
        places = {
            pk: Participant(
                study=study,
                site_id=first[pk].cohort.site_id,
                profession=person.profession,
                language=person.language,
            )
            for pk, person in people.items()
        }
        Participant.objects.bulk_create(places.values())
        IdentityLink.objects.bulk_create(
            IdentityLink(participant=place, person=people[pk], study=study)
            for pk, place in places.items()
        )
    return len(places)


def decide_consent(participant: Participant, *, scopes: dict[str, bool], day: date) -> None:
    """Keep a decision on research; refusing never touches the course.

    Who agreed and now refuses has left the study: her answers go.
    """
    agreed = bool((participant.consent or {}).get("research"))
    if agreed and not scopes.get("research"):
        withdraw(participant, day=day)
        return
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
    """Keep the answers of one wave, once; return how many were kept.

    Raises:
        AnswerError: no consent, an unknown question, or a value outside the scale.
    """
    if not values:
        raise AnswerError(_("No question is answered. Answer at least one."))
    _check(values, data=wave.study.instrument.data)
    rows = [
        Answer(participant=participant, wave=wave, item=item, value=value, day=day)
        for item, value in values.items()
    ]
    with transaction.atomic():
        locked = Participant.objects.select_for_update().get(pk=participant.pk)
        if not (locked.consent or {}).get("research"):
            raise AnswerError(_("There is no consent to research, so no answer was kept."))
        if Answer.objects.filter(participant=locked, wave=wave).exists():
            return 0
        Answer.objects.bulk_create(rows)
    return len(rows)


def _check(values: dict[str, str], *, data: dict[str, Any]) -> None:
    low, high = int(data["scale"]["min"]), int(data["scale"]["max"])
    allowed = {str(number) for number in range(low, high + 1)}
    known = {item["id"] for item in data["items"] if item["kind"] == "scale"}
    for item, value in values.items():
        if item not in known:
            raise AnswerError(_("The question %s is not part of this questionnaire.") % item)
        if value not in allowed:
            raise AnswerError(
                _("An answer is outside %(low)d to %(high)d.") % {"low": low, "high": high}
            )


def forget_expired(*, today: date) -> int:
    """Delete the answers of studies whose day of keeping has passed, and who stood behind them."""
    over = Study.objects.filter(retention_until__lt=today)
    with transaction.atomic():
        gone, _rows = Answer.objects.filter(participant__study__in=over).delete()
        IdentityLink.objects.filter(study__in=over).delete()
    return gone


# --- analysis ---


def analyse(study: Study) -> AnalysisRun:
    """Compute the study's results from what is in the database now, and keep them.

    Nothing new to compute from gives the result that is there already, and so does a study whose
    answers are no longer kept.
    """
    last = queries.last_run(study)
    if last and queries.is_over(study):
        return last
    invite_everybody(study)
    tables = queries.tables_of(study)
    digest = data_digest(tables)
    warnings = plan_warnings(study)
    if last and (last.data_hash, last.plan_hash, last.code_version, last.result["warnings"]) == (
        digest, study.plan_hash, __version__, warnings,
    ):  # fmt: skip
        return last
    earlier = list(study.runs.order_by("at", "pk").values_list("groups", flat=True))
    result, groups = analyse_tables(tables, earlier=earlier)
    result["warnings"] += warnings
    return AnalysisRun.objects.create(
        study=study,
        plan_hash=study.plan_hash,
        data_hash=digest,
        code_version=__version__,
        result=result,
        groups=groups,
    )


def plan_warnings(study: Study) -> list[str]:
    """Return what has to be said about the plan."""
    if not study.frozen_at:
        return ["plan-not-frozen"]
    return ["plan-changed"] if study.plan_hash != plan_digest(study.plan) else []


def data_digest(tables: dict[str, Any]) -> str:
    """Return SHA-256 over all that is analysed, whatever the keys and order of the rows."""
    rows = sorted(
        json.dumps(
            [
                {key: value for key, value in person.items() if key != "id"},
                tables["activity"].get(person["id"], (False, False)),
                {wave: given.get(person["id"], {}) for wave, given in tables["answers"].items()},
            ],
            sort_keys=True,
        )
        for person in tables["people"]
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def note_export(study: Study, *, what: str, by: Person | None) -> None:
    """Enter in the trail that results were handed out as a file."""
    record("results-exported", actor=by, subject=f"study:{study.slug}", data={"what": what})
