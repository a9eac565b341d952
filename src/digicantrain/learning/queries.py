"""Reads about course runs and progress."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from digicantrain.learning.enums import EnrolmentState, StepState
from digicantrain.learning.models import Answer, Cohort, Enrolment, Notice, StepProgress
from digicantrain.learning.progress import ModuleProgress, Stand, build
from digicantrain.people.models import Person
from digicantrain.programme.models import Module, ModuleVersion, Step
from digicantrain.programme.outlines import outlines_of

TAKES_A_SEAT = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)


def enrolments() -> QuerySet[Enrolment]:
    """Return enrolments with all that a page or a statement says about them, in one query.

    The bulky part of a module version (documents, cases) stays in the database.
    """
    return Enrolment.objects.select_related(
        "cohort__organisation", "cohort__site", "version__module__programme", "person__pseudonym"
    ).defer("version__data", "version__module__programme__levels")


# What the pages of a learner show of the rows beside her enrolment, and what a statement names.
SHOWN = (
    "cohort__title",
    "cohort__organisation__slug",
    "version__number",
    "version__title",
    "version__review_by",
    "version__module__code",
    "version__module__withdrawn_at",
    "version__module__withdrawn_reason",
    "version__module__programme__slug",
    "version__module__programme__notice",
    "person__pseudonym__key",
)


def _own(person: Person) -> QuerySet[Enrolment]:
    """Return a person's enrolments with what her pages show, and no column more."""
    fields = Enrolment._meta.concrete_fields  # noqa: SLF001 - public, and so named by Django
    return (
        Enrolment.objects.filter(person=person)
        .select_related("cohort__organisation", "version__module__programme", "person__pseudonym")
        .only(*(field.attname for field in fields), *SHOWN)
    )


def _hers(row: Enrolment, *, person: Person) -> Enrolment:
    """Let an enrolment hold the person for whom it was asked, whole, with her pseudonym."""
    pseudonym = row.person.pseudonym
    row.person, pseudonym.person = person, person
    return row


def enrolments_of(person: Person) -> list[Enrolment]:
    """Return a person's enrolments, those she learns in first, the latest active on top."""
    rows = (
        _own(person)
        .exclude(state=EnrolmentState.LEFT)
        .order_by("-last_active_at", "-created_at", "pk")
    )
    return [_hers(row, person=person) for row in rows]


def enrolment_of(person: Person, *, key: UUID) -> Enrolment | None:
    """Return a person's own enrolment; another person's is as absent as one that never was."""
    row = _own(person).filter(key=key).first()
    return _hers(row, person=person) if row else None


def progress_of(enrolment: Enrolment, *, now: datetime | None = None) -> ModuleProgress:
    """Return how far a learner has come, in one query however long the module is.

    Two more read the shape of a version that this process has not met yet.
    """
    return progress_of_all([enrolment], now=now)[enrolment.pk]


def progress_of_all(
    of: Sequence[Enrolment], *, now: datetime | None = None
) -> dict[int, ModuleProgress]:
    """Return the progress of several enrolments, in one query however many they are."""
    outlines = outlines_of(enrolment.version_id for enrolment in of)
    stands: dict[int, dict[int, Stand]] = defaultdict(dict)
    rows = StepProgress.objects.filter(enrolment__in=of).order_by()
    for pk, step, state, opens_at in rows.values_list(
        "enrolment_id", "step_id", "state", "opens_at"
    ):
        stands[pk][step] = Stand(StepState(state), opens_at)
    return {
        enrolment.pk: build(
            enrolment,
            outline=outlines[enrolment.version_id],
            stands=stands[enrolment.pk],
            now=now or timezone.now(),
        )
        for enrolment in of
    }


def part_of(version_id: int, *path: str) -> Any:
    """Return one part of a version's data without reading the rest, or None."""
    part: Any = "data"
    for key in path:
        part = KeyTransform(key, part)
    return ModuleVersion.objects.values_list(part, flat=True).get(pk=version_id)


def documents_of(version_id: int, *, names: Sequence[str]) -> dict[str, Any]:
    """Return some documents of a version in all their languages, in one query at most."""
    if not names:
        return {}
    shelf = KeyTransform("documents", "data")
    found = ModuleVersion.objects.values_list(*(KeyTransform(name, shelf) for name in names))
    return dict(zip(names, found.get(pk=version_id), strict=True))


def states_of(enrolment: Enrolment, *, steps: Iterable[int]) -> dict[int, StepProgress]:
    """Return where a learner stands in some steps, those that she opened, by step."""
    return {row.step_id: row for row in enrolment.progress.filter(step__in=steps).defer("data")}


def cohorts() -> QuerySet[Cohort]:
    """Return course runs with what an invitation says, and how many seats are taken."""
    return (
        Cohort.objects.select_related(
            "organisation", "site", "module__programme", "module__current"
        )
        .defer("module__current__data")
        .annotate(
            taken=Count("enrolments", filter=Q(enrolments__state__in=TAKES_A_SEAT)),
            waiting=Count("enrolments", filter=Q(enrolments__state=EnrolmentState.WAITING)),
        )
    )


def cohort_invited(token: str) -> Cohort | None:
    """Return the course run to which an invitation link leads."""
    return cohorts().filter(invitation=token).first()


def cohort_open(key: UUID) -> Cohort | None:
    """Return a course run that anybody may join; one by invitation only is as absent."""
    return cohorts().filter(key=key, open_to_all=True).first()


def open_cohorts(*, day: datetime) -> QuerySet[Cohort]:
    """Return the course runs that anybody may still join."""
    return cohorts().filter(open_to_all=True, ends_on__gte=day.date(), module__withdrawn_at=None)


def open_runs_by_module(*, day: datetime) -> dict[int, int]:
    """Return how many course runs of each module anybody may still join."""
    joinable = Cohort.objects.filter(open_to_all=True, ends_on__gte=day.date())
    counted = joinable.order_by().values_list("module").annotate(runs=Count("pk"))
    return dict(counted.filter(module__withdrawn_at=None))


def place_in_queue(enrolment: Enrolment) -> int:
    """Return how many stand before her on the waiting list, and she herself."""
    before = Q(created_at__lt=enrolment.created_at) | Q(
        created_at=enrolment.created_at, pk__lte=enrolment.pk
    )
    return Enrolment.objects.filter(
        before, cohort=enrolment.cohort_id, state=EnrolmentState.WAITING
    ).count()


def learners_of(module: Module) -> QuerySet[Person]:
    """Return everybody who learned a module, in any version; who only waited is left out."""
    learned = Enrolment.objects.filter(version__module=module).exclude(state=EnrolmentState.WAITING)
    return Person.objects.filter(pk__in=learned.values("person")).order_by("pk")


def recognised_of(people: Sequence[Person], *, module: Module) -> dict[int, list[str]]:
    """Return the units of a module that were recognised for people in an earlier course run."""
    rows = Enrolment.objects.filter(person__in=people, cohort__module=module)
    found: dict[int, set[str]] = defaultdict(set)
    for person, units in rows.exclude(recognised=[]).values_list("person_id", "recognised"):
        found[person] |= set(units)
    return {person: sorted(units) for person, units in found.items()}


def answers_in(enrolment: Enrolment, *, step: Step) -> dict[str, Answer]:
    """Return what a learner answered in a step, by question."""
    return {row.question: row for row in enrolment.answers.filter(step=step)}


def unread_notices(person: Person) -> QuerySet[Notice]:
    """Return the messages a person has not put away."""
    return person.notices.filter(read_at=None)
