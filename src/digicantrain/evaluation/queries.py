"""Reads about studies. Only `identity_of` and `invitations` look at who somebody is."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import F, QuerySet

from digicantrain.evaluation.models import (
    AnalysisRun,
    Answer,
    IdentityLink,
    Participant,
    Study,
    Wave,
)
from digicantrain.learning.enums import EnrolmentState
from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.people.models import Organisation, Person


class Invitation(NamedTuple):
    """What a study asks of a person now."""

    study: Study
    wave: str
    consented: bool


def studies_of(organisations: list[Organisation]) -> QuerySet[Study]:
    """Return the studies of organisations."""
    return Study.objects.filter(organisation__in=organisations).order_by("-pk")


def identity_of(person: Person, *, study: Study) -> Participant | None:
    """Return the person's place in a study, or none yet."""
    link = (
        IdentityLink.objects.select_related("participant")
        .filter(person=person, study=study)
        .first()
    )
    return link.participant if link else None


def enrolment_in(person: Person, *, study: Study) -> Enrolment | None:
    """Return the enrolment through which a person belongs to a study."""
    return (
        Enrolment.objects.filter(person=person, cohort__studies=study)
        .exclude(state__in=(EnrolmentState.LEFT, EnrolmentState.WAITING))
        .select_related("cohort__site")
        .first()
    )


def answered_waves(participant: Participant) -> set[str]:
    """Return the keys of the waves in which the participant has answered anything."""
    return set(
        Answer.objects.filter(participant=participant)
        .values_list("wave__key", flat=True)
        .distinct()
    )


def due_wave(participant: Participant, *, enrolment: Enrolment, answered: set[str]) -> str:
    """Return the wave that is open for a participant and not answered, or nothing.

    The first measurement is open until the module is completed, the second from then on.
    """
    if not (participant.consent or {}).get("research") or participant.withdrawn_day:
        return ""
    completed = enrolment.state == EnrolmentState.COMPLETED
    wave = Wave.Key.POST if completed else Wave.Key.PRE
    return "" if wave in answered else str(wave)


def invitations(person: Person) -> list[Invitation]:
    """Return what studies ask of a person now: a decision on consent, or a questionnaire."""
    asked = (
        Study.objects.filter(
            cohorts__enrolments__person=person,
            cohorts__enrolments__state__in=(EnrolmentState.ACTIVE, EnrolmentState.COMPLETED),
        )
        .annotate(state=F("cohorts__enrolments__state"), enrolment=F("cohorts__enrolments"))
        .only("slug", "title")
        .order_by("enrolment", "pk")
    )
    studies = list(asked)
    if not studies:
        return []
    links = {
        link.study_id: link.participant
        for link in IdentityLink.objects.select_related("participant").filter(person=person)
    }
    answered = _answered(links.values())
    found = []
    for study in studies:
        enrolment = Enrolment(state=study.state)
        invitation = _invitation(study, links.get(study.pk), enrolment, answered)
        if invitation:
            found.append(invitation)
    return found


def _answered(participants: Collection[Participant]) -> dict[int, set[str]]:
    """Return the waves in which participants have answered anything."""
    answered: dict[int, set[str]] = defaultdict(set)
    if not participants:
        return answered
    rows = Answer.objects.filter(participant__in=participants).order_by()
    for pk, key in rows.values_list("participant_id", "wave__key").distinct():
        answered[pk].add(key)
    return answered


def _invitation(
    study: Study,
    participant: Participant | None,
    enrolment: Enrolment,
    answered: dict[int, set[str]],
) -> Invitation | None:
    if participant is None or participant.consent is None:
        open_now = enrolment.state != EnrolmentState.COMPLETED
        return Invitation(study, "", consented=False) if open_now else None
    wave = due_wave(participant, enrolment=enrolment, answered=answered[participant.pk])
    return Invitation(study, wave, consented=True) if wave else None


def analysed(study: Study) -> QuerySet[Participant]:
    """Return those who consented to research and did not withdraw."""
    return study.participants.filter(
        consent__research=True, withdrawn_day=None, eligible=True
    ).select_related("site")


def answers_by_wave(study: Study) -> dict[str, dict[int, dict[str, int]]]:
    """Return wave -> participant -> item -> value, for those who may be analysed."""
    table: dict[str, dict[int, dict[str, int]]] = {
        wave.key: defaultdict(dict) for wave in study.waves.all()
    }
    rows = Answer.objects.filter(participant__in=analysed(study)).values_list(
        "wave__key", "participant_id", "item", "value"
    )
    for wave, participant, item, value in rows.iterator(chunk_size=5_000):
        table[wave][participant][item] = int(value)
    return table


def last_run(study: Study) -> AnalysisRun | None:
    """Return the newest analysis."""
    return study.runs.first()


def activity_of(study: Study) -> dict[int, tuple[bool, bool]]:
    """Return participant -> (started, completed), for those who consented."""
    rows = IdentityLink.objects.filter(study=study, participant__in=analysed(study)).values_list(
        "participant_id", "person_id"
    )
    by_person = {person: participant for participant, person in rows}
    found: dict[int, tuple[bool, bool]] = {}
    enrolments = Enrolment.objects.filter(
        cohort__studies=study, person_id__in=by_person
    ).values_list("person_id", "state", "last_active_at")
    for person, state, active in enrolments:
        found[by_person[person]] = (active is not None, state == EnrolmentState.COMPLETED)
    return found


def cohorts_without_study(study: Study) -> QuerySet[Cohort]:
    """Return course runs of the organisation that are not part of the study."""
    return Cohort.objects.filter(organisation=study.organisation).exclude(studies=study)


def responses_of(person: Person) -> list[dict[str, Any]]:
    """Return a person's own answers in studies, for her data export."""
    return [
        {
            "study": row.wave.study.slug,
            "wave": row.wave.key,
            "item": row.item,
            "value": row.value,
            "day": row.day.isoformat(),
        }
        for row in Answer.objects.filter(participant__identity__person=person).select_related(
            "wave__study"
        )
    ]
