"""Reads about recognition: which units can be claimed, what waits, what was recognised."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from digicantrain.core.recognition import Source, State, UnitStand, used_of
from digicantrain.credentials.models import ClaimedUnit, Evidence, RecognitionClaim
from digicantrain.credentials.queries import ASSESSING
from digicantrain.learning.enums import StepState
from digicantrain.learning.models import Enrolment, StepProgress
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import Step

WAITING = [state.value for state in State if state.waits]
HOLDING = [state.value for state in State if state.holds_units]
Recognised = dict[str, dict[str, Any]]


def minutes_of(recognised: Recognised | None) -> dict[str, int]:
    """Return the minutes of each unit."""
    return {unit: known["minutes"] for unit, known in (recognised or {}).items()}


def stands_of(enrolment: Enrolment) -> list[tuple[UnitStand, dict[str, str]]]:
    """Return the units of a module as a learner stands in them, each with its title."""
    given = (enrolment.version.data.get("credit") or {}).get("units", [])
    left, assessed = _left_and_assessed(enrolment)
    own = ClaimedUnit.objects.filter(person=enrolment.person_id, module=enrolment.cohort.module_id)
    known = set(own.filter(is_recognised=True).values_list("unit", flat=True))
    claimed = set(own.filter(claim__stage__in=HOLDING).values_list("unit", flat=True))
    minutes = Coalesce(Sum("steps__minutes", filter=Q(steps__written=True)), 0)
    return [
        (
            UnitStand(
                code=unit.code,
                minutes=unit.n,
                counts=unit.code in given,
                is_assessed=unit.code in assessed,
                is_done=unit.code not in left,
                is_recognised=unit.code in known,
                is_claimed=unit.code in claimed,
            ),
            unit.title,
        )
        for unit in enrolment.version.units.annotate(n=minutes)
    ]


def _left_and_assessed(enrolment: Enrolment) -> tuple[set[str], set[str]]:
    """Return the units in which steps are left, and those in which something is assessed."""
    done = StepProgress.objects.filter(
        enrolment=enrolment, step=OuterRef("pk"), state=StepState.DONE
    )
    steps = Step.objects.filter(version=enrolment.version_id, written=True)
    left = steps.exclude(Exists(done)).values_list("unit__code", flat=True)
    return set(left), set(steps.filter(ASSESSING).values_list("unit__code", flat=True))


def claims_of(person: Person) -> QuerySet[RecognitionClaim]:
    """Return a person's own claims with what their pages show."""
    return (
        RecognitionClaim.objects.filter(person=person)
        .select_related("enrolment__cohort__organisation", "enrolment__version__module")
        .defer("enrolment__version__data")
        .prefetch_related("units")
    )


def evidence_of(claim: RecognitionClaim) -> QuerySet[Evidence]:
    """Return the evidence of a claim as pages show it; no document is read."""
    return claim.evidence.select_related("credential").defer(
        "credential__document", "credential__elements"
    )


def claims_for(
    organisations: Sequence[Organisation], *, name: str = "", waiting: bool = True
) -> QuerySet[RecognitionClaim]:
    """Return the claims of organisations' course runs, drafts left out."""
    rows = (
        RecognitionClaim.objects.filter(enrolment__cohort__organisation__in=organisations)
        .exclude(stage=State.DRAFT)
        .select_related("person", "enrolment__cohort", "enrolment__version__module__programme")
        .defer("enrolment__version__data")
        .annotate(since=Coalesce("appealed_at", "submitted_at"), n=Count("units"))
    )
    if waiting:
        rows = rows.filter(stage__in=WAITING)
    return rows.filter(person__name__icontains=name.replace("\0", "")) if name else rows


def recognised_in(enrolments: Sequence[Enrolment]) -> dict[int, Recognised]:
    """Return, by enrolment, the units that were recognised and not studied.

    One query where nothing was recognised, three otherwise, however many enrolments there are. Who
    did all steps of a unit has studied it, whatever was recognised before.
    """
    rows = ClaimedUnit.objects.filter(
        is_recognised=True,
        person__in={row.person_id for row in enrolments},
        module__in={row.version.module_id for row in enrolments},
    )
    by_person: dict[tuple[int, int], list[ClaimedUnit]] = {}
    for unit in rows.order_by("unit"):
        by_person.setdefault((unit.person_id, unit.module_id), []).append(unit)
    if not by_person:
        return {}
    minutes, studied = _minutes_and_studied(enrolments)
    found: dict[int, Recognised] = {}
    for row in enrolments:
        counted = (row.version.data.get("credit") or {}).get("units", [])
        for unit in by_person.get((row.person_id, row.version.module_id), []):
            there = minutes.get((row.version_id, unit.unit))
            if there and unit.unit in counted and (row.pk, unit.unit) not in studied:
                known = {"minutes": there, "rests_on": unit.rests_on}
                found.setdefault(row.pk, {})[unit.unit] = known
    return found


def _minutes_and_studied(
    enrolments: Sequence[Enrolment],
) -> tuple[dict[tuple[int, str], int], set[tuple[int, str]]]:
    """Return the minutes of each unit of a version, and the units of which each step is done."""
    steps = Step.objects.filter(version__in={row.version_id for row in enrolments}, written=True)
    counted = steps.order_by().values_list("version_id", "unit__code")
    of_unit = {
        (version, unit): (n, minutes)
        for version, unit, n, minutes in counted.annotate(n=Count("pk"), m=Sum("minutes"))
    }
    done = StepProgress.objects.filter(enrolment__in=enrolments, state=StepState.DONE)
    rows = done.order_by().values_list("enrolment_id", "step__version_id", "step__unit__code")
    studied = {
        (enrolment, unit)
        for enrolment, version, unit, n in rows.annotate(n=Count("pk"))
        if of_unit.get((version, unit), (0, 0))[0] == n
    }
    return {place: minutes for place, (_n, minutes) in of_unit.items()}, studied


def recognised_units(person: Person) -> QuerySet[ClaimedUnit]:
    """Return the units that were recognised for a person, in any module."""
    return ClaimedUnit.objects.filter(person=person, is_recognised=True).select_related("module")


def sources_of(claim: RecognitionClaim) -> list[Source]:
    """Return the credentials of a claim with how much of each is used by other units."""
    others = recognised_units(claim.person).exclude(claim=claim)
    used = used_of(
        (
            f"{row.module_id}/{row.unit}",
            {name: Decimal(minutes) for name, minutes in row.rests_on.items()},
        )
        for row in others
    )
    found = {
        row.fingerprint: Source(
            row.fingerprint,
            None if row.minutes is None else Decimal(row.minutes),
            used=used.get(row.fingerprint, Decimal(0)),
            counts_ects=row.has_ects and row.credential_id is not None,
        )
        for row in claim.evidence.filter(kind=Evidence.Kind.CREDENTIAL)
    }
    return list(found.values())


def used_elsewhere(claim: RecognitionClaim) -> dict[str, list[ClaimedUnit]]:
    """Return, by credential, the units of the person's other claims that rest on it or may yet."""
    names = {row.fingerprint for row in claim.evidence.all() if row.fingerprint}
    found: dict[str, list[ClaimedUnit]] = {}
    if not names:
        return found
    for unit in recognised_units(claim.person).exclude(claim=claim):
        for name in names & unit.rests_on.keys():
            found.setdefault(name, []).append(unit)
    waiting = Evidence.objects.filter(
        fingerprint__in=names, claim__person=claim.person, claim__stage__in=WAITING
    )
    for row in waiting.exclude(claim=claim).prefetch_related("claim__units__module"):
        known = {unit.pk for unit in found.get(row.fingerprint, [])}
        new = [unit for unit in row.claim.units.all() if unit.pk not in known]
        found.setdefault(row.fingerprint, []).extend(new)
    return found
