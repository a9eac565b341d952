"""Reads about studies. Only `identity_of` and `invitations` look at who somebody is."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from digicantrain.base.localised import LocalisedText
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
from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import Domain


class Invitation(NamedTuple):
    """What a study asks of a person now."""

    study: Study
    wave: str
    consented: bool


def studies_of(organisations: list[Organisation]) -> QuerySet[Study]:
    """Return the studies of organisations, each with how many course runs it has."""
    return (
        Study.objects.filter(organisation__in=organisations)
        .annotate(
            runs_in_it=Count("cohorts"),
            computed=Exists(AnalysisRun.objects.filter(study=OuterRef("pk"))),
        )
        .order_by("-pk")
    )


def instruments() -> QuerySet[Instrument]:
    """Return the questionnaires that a study can use."""
    return Instrument.objects.order_by("slug", "-pk")


ANALYSE = "digicantrain.evaluation.tasks.analyse"
WAITING = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def cohorts_of(organisation: Organisation) -> QuerySet[Cohort]:
    """Return the course runs of an organisation that a study can be about."""
    return Cohort.objects.filter(organisation=organisation).select_related("module", "site")


class Computing(NamedTuple):
    """Whether results are being computed, or could not be."""

    waits: bool
    failed: bool


def computing(study: Study) -> Computing:
    """Return what becomes of the last request to compute a study's results."""
    row = (
        DBTaskResult.objects.filter(task_path=ANALYSE, args_kwargs__args=[study.pk])
        .order_by("-enqueued_at")
        .values_list("status", flat=True)
        .first()
    )
    return Computing(row in WAITING, row == TaskResultStatus.FAILED)


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


def due_wave(
    participant: Participant, *, study: Study, enrolment: Enrolment, answered: set[str]
) -> str:
    """Return the wave that is open for a participant and not answered, or nothing.

    The first measurement is open until the module is completed, the second from then on; after the
    day until which answers are kept nothing is asked.
    """
    if not (participant.consent or {}).get("research") or participant.withdrawn_day:
        return ""
    if is_over(study):
        return ""
    completed = enrolment.state == EnrolmentState.COMPLETED
    wave = Wave.Key.POST if completed else Wave.Key.PRE
    return "" if wave in answered else str(wave)


def has_answers(study: Study) -> bool:
    """Whether anybody has answered; then the study's questions stand."""
    return Answer.objects.filter(participant__study=study).exists()


def is_over(study: Study) -> bool:
    """Whether the day has passed until which a study keeps answers."""
    return study.retention_until < timezone.localdate()


def invitations(person: Person) -> list[Invitation]:
    """Return what studies ask of a person now: a decision on consent, or a questionnaire."""
    asked = (
        Study.objects.filter(
            cohorts__enrolments__person=person,
            cohorts__enrolments__state__in=(EnrolmentState.ACTIVE, EnrolmentState.COMPLETED),
        )
        .annotate(state=F("cohorts__enrolments__state"), enrolment=F("cohorts__enrolments"))
        .only("slug", "title", "retention_until")
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
        open_now = enrolment.state != EnrolmentState.COMPLETED and not is_over(study)
        return Invitation(study, "", consented=False) if open_now else None
    wave = due_wave(
        participant, study=study, enrolment=enrolment, answered=answered[participant.pk]
    )
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


def domain_titles(organisation: int) -> dict[str, LocalisedText]:
    """Return code -> title of the domains in the competence map of a provider."""
    return dict(
        Domain.objects.filter(programme__organisation=organisation)
        .order_by("-programme", "order")
        .values_list("code", "title")
    )


def tables_of(study: Study) -> dict[str, Any]:
    """Return all that an analysis reads, by participant and without anybody's name."""
    return {
        "instrument": study.instrument.data,
        "answers": answers_by_wave(study),
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
        "activity": activity_of(study),
        "smallest_cell": study.smallest_cell,
    }


def studies_with(person: Person) -> list[Study]:
    """Return the studies in which a person has decided, so that she finds them again."""
    return list(
        Study.objects.filter(
            pk__in=IdentityLink.objects.filter(
                person=person, participant__consent__isnull=False
            ).values("study")
        ).order_by("pk")
    )


def not_yet_invited(study: Study) -> QuerySet[Enrolment]:
    """Return the enrolments in a study's course runs of people who have no place in it."""
    known = IdentityLink.objects.filter(study=study).values("person")
    return (
        Enrolment.objects.filter(cohort__studies=study)
        .exclude(state__in=(EnrolmentState.WAITING, EnrolmentState.LEFT))
        .exclude(person__in=known)
        .select_related("person", "cohort")
        .order_by("pk")
    )


def last_run(study: Study) -> AnalysisRun | None:
    """Return the newest analysis."""
    return study.runs.first()


def activity_of(study: Study) -> dict[int, tuple[bool, bool]]:
    """Return participant -> (started, completed), for those who consented."""
    rows = IdentityLink.objects.filter(study=study, participant__in=analysed(study)).values_list(
        "participant_id", "person_id"
    )
    by_person = {person: participant for participant, person in rows}
    found = {
        row.pk: (row.started, row.completed)
        for row in analysed(study).filter(identity__isnull=True)
    }
    enrolments = Enrolment.objects.filter(
        cohort__studies=study, person__study_links__participant__in=analysed(study)
    ).values_list("person_id", "state", "last_active_at")
    for person, state, active in enrolments.distinct():
        started, completed = found.get(by_person[person], (False, False))
        found[by_person[person]] = (
            started or active is not None,
            completed or state == EnrolmentState.COMPLETED,
        )
    return found


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
