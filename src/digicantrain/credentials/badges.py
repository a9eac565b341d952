"""Badges of a module's units: what each is, who has earned it, and that it is issued once."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from digicantrain.assessment.models import Attempt
from digicantrain.base.localised import pick
from digicantrain.core.credentials.award import (
    Achievement,
    Assessment,
    AssessmentKind,
    Kind,
    Participation,
    Supervision,
)
from digicantrain.credentials.achievements import (
    PARTICIPATION,
    SUPERVISION,
    NothingToEarnError,
    achievement_of,
    level_of,
    outcomes_of,
    page_of,
    part_of,
    parts_of,
    urn,
    workload_of_units,
)
from digicantrain.credentials.models import Credential
from digicantrain.learning.enums import EnrolmentState, StepState
from digicantrain.learning.models import Enrolment, StepProgress
from digicantrain.people.models import Organisation
from digicantrain.programme.models import ModuleVersion, Step


def badge_in(version: ModuleVersion, name: str) -> dict[str, Any]:
    """Return a badge as the module's files say it.

    Raises:
        NothingToEarnError: the module has no such badge.
    """
    for row in parts_of(version):
        if row["id"] == name:
            return row
    raise NothingToEarnError(_("The module has no such badge."))


def earned_in(
    version: ModuleVersion,
    *,
    badge: str,
    organisation: Organisation,
    language: str,
    recognised: Mapping[str, int] | None = None,
) -> Achievement:
    """Return what can be earned: the module's own, or the badge of some of its units."""
    if not badge:
        return achievement_of(
            version, organisation=organisation, language=language, recognised=recognised
        )
    row = badge_in(version, badge)
    with translation.override(language):
        return _achievement(version, row, organisation, language)


def all_in(
    version: ModuleVersion, *, organisation: Organisation, language: str
) -> Iterator[Achievement]:
    """Yield all that can be earned in a module: its own, then each badge of units."""
    for name in ["", *(row["id"] for row in parts_of(version))]:
        yield earned_in(version, badge=name, organisation=organisation, language=language)


def _achievement(
    version: ModuleVersion, row: dict[str, Any], organisation: Organisation, language: str
) -> Achievement:
    given = version.data["credit"]
    base = (version.module.programme.slug, version.module.code, version.digest, "badge", row["id"])
    steps = list(_steps(version, row).order_by("order"))
    served = {code for step in steps for code in step.serves}
    units = version.units.filter(code__in=row["units"])
    return Achievement(
        urn=urn(*base),
        kind=Kind.BADGE,
        language=language,
        title=pick(row["title"], language=language).text,
        description=" ".join(pick(unit.summary, language=language).text for unit in units),
        criteria=pick(row["criteria"], language=language).text,
        outcomes=tuple(one for one in outcomes_of(version, language) if one.code in served),
        workload=workload_of_units(version, organisation, row["units"]),
        level=level_of(version),
        assessments=tuple(_checks(steps, base, version, language)),
        assessment_type=", ".join(dict.fromkeys(_words_of(step) for step in steps if _asks(step))),
        participation=str(PARTICIPATION.get(given.get("participation"), "")),
        quality=pick(organisation.quality_assurance, language=language).text,
        supervision=str(SUPERVISION.get(given.get("supervision"), "")),
        stackability=_stackability(version, given, language),
        version=version.label,
        page=page_of(version),
        takes_part=Participation(given.get("participation", "online")),
        watched=Supervision(given.get("supervision", "unsupervised")),
    )


def _stackability(version: ModuleVersion, given: dict[str, Any], language: str) -> str:
    title = pick(given["title"], language=language).text
    return "{}. {}".format(part_of(version, language), _("It counts towards “%s”") % title)


def _steps(version: ModuleVersion, row: dict[str, Any]) -> QuerySet[Step]:
    return Step.objects.filter(version=version, written=True, unit__code__in=row["units"])


def _asks(step: Step) -> bool:
    return step.kind in {"quiz", "case"}


def _words_of(step: Step) -> str:
    """Return what a check is like; of practice it is said that nobody marks it."""
    if step.kind == "case":
        return _("Branching case")
    if step.data.get("draw"):
        return _("Scenario test, drawn from a bank")
    return _("Practice scenes with feedback, not marked")


def _checks(
    steps: list[Step], base: tuple[object, ...], version: ModuleVersion, language: str
) -> Iterator[Assessment]:
    for step in filter(_asks, steps):
        mark = _("%d per cent") % version.data["assessment"]["pass_mark"]
        yield Assessment(
            urn(*base, step.code),
            pick(step.title, language=language).text,
            mark if step.data.get("draw") else "",
            AssessmentKind.CASE if step.kind == "case" else AssessmentKind.QUIZ,
        )


# --- who has earned one ---


def due_in(version: ModuleVersion, row: dict[str, Any]) -> QuerySet[Enrolment]:
    """Return the enrolments in which all steps of a badge's units are done, and it was not issued.

    Only what the platform wrote down itself counts. Whoever got it once, in another course run of
    the same version too, does not get it again, be it withdrawn.
    """
    here = {"enrolment": OuterRef(OuterRef("pk")), "step": OuterRef("pk")}
    done = StepProgress.objects.filter(**here, state=StepState.DONE)
    passed = Attempt.objects.filter(**here, passed=True)
    counted = _steps(version, row)
    if not counted.exists():
        return Enrolment.objects.none()
    has = Credential.objects.filter(person=OuterRef("person"), version=version, badge=row["id"])
    return (
        Enrolment.objects.filter(version=version)
        .exclude(state__in=(EnrolmentState.WAITING, EnrolmentState.LEFT))
        .exclude(
            Exists(counted.exclude(Exists(done)))
            | Exists(counted.filter(data__draw="blueprint").exclude(Exists(passed)))
            | Exists(has)
        )
    )


def due_for(enrolment: Enrolment, *, unit: str = "") -> list[str]:
    """Return the badges that an enrolment has earned and not got, those of one unit if it is said.

    A module without badges costs no question to the database.
    """
    return [
        row["id"]
        for row in parts_of(enrolment.version)
        if unit in {"", *row["units"]}
        and due_in(enrolment.version, row).filter(pk=enrolment.pk).exists()
    ]


def all_due() -> list[tuple[Enrolment, str]]:
    """Return each badge that was earned and not issued, with whose it is."""
    versions = ModuleVersion.objects.filter(
        data__credit__badges__isnull=False, enrolments__isnull=False
    )
    return [
        (enrolment, row["id"])
        for version in versions.distinct().order_by("pk")
        for row in parts_of(version)
        for enrolment in due_in(version, row).select_related("person", "cohort").order_by("pk")
    ]
