"""Reads about credentials: what is earned, what was issued, by which key."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from digicantrain.assessment.models import Attempt
from digicantrain.core.credentials.keys import PublicKey
from digicantrain.credentials.models import (
    ClaimedUnit,
    Credential,
    IssueRequest,
    IssuerKey,
    PathCertificate,
)
from digicantrain.learning.enums import EnrolmentState, StepState
from digicantrain.learning.models import Cohort, Enrolment, StepProgress
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import ModuleVersion, Step

# what recognition never waives: the graded test, a case that counts, the course feedback
ASSESSING: Final = Q(kind="feedback") | Q(data__draw="blueprint") | Q(data__assessed=True)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{8,40}")
_LINK: Final = re.compile(r"\s*<?(https?:/|/)", re.IGNORECASE)


def is_earned(enrolment: Enrolment) -> bool:
    """Whether all that counts is done, the graded test is passed and the course form filled."""
    return _earned_in(enrolment.version).filter(pk=enrolment.pk).exists()


def _earned_in(version: ModuleVersion) -> QuerySet[Enrolment]:
    """Return the enrolments of a version in which nothing that counts is missing.

    Only what the platform wrote down itself counts: steps that it closed, tests that it marked,
    units that were recognised; the test, a case that counts and the feedback stay required.
    """
    given = version.data.get("credit")
    counted = Step.objects.filter(version=version, written=True)
    if not given or not counted.filter(unit__code__in=given["units"]).exists():
        return Enrolment.objects.none()
    counted = counted.filter(Q(unit__code__in=given["units"]) | Q(kind="feedback"))
    here = {"enrolment": OuterRef(OuterRef("pk")), "step": OuterRef("pk")}
    done = StepProgress.objects.filter(**here, state=StepState.DONE)
    passed = Attempt.objects.filter(**here, passed=True)
    recognised = ClaimedUnit.objects.filter(
        person=OuterRef(OuterRef("person")),
        module=version.module_id,
        unit=OuterRef("unit__code"),
        is_recognised=True,
    )
    assessing = Step.objects.filter(ASSESSING, version=version).values("pk")
    missing = counted.exclude(Exists(done)).exclude(Exists(recognised) & ~Q(pk__in=assessing))
    return Enrolment.objects.filter(version=version).exclude(
        Exists(missing) | Exists(counted.filter(data__draw="blueprint").exclude(Exists(passed)))
    )


def earned_among(enrolments: Sequence[Enrolment]) -> set[int]:
    """Return the keys of those enrolments in which nothing that counts is missing."""
    earned: set[int] = set()
    for version in {row.version for row in enrolments}:
        rows = _earned_in(version).filter(pk__in=[row.pk for row in enrolments])
        earned |= set(rows.values_list("pk", flat=True))
    return earned


def earned_and_not_issued(cohort: Cohort | None = None) -> list[Enrolment]:
    """Return the enrolments, of one course run or of all, whose credential is due."""
    waiting = _not_issued()
    if cohort is not None:
        waiting = waiting.filter(cohort=cohort)
    due: list[Enrolment] = []
    for version in ModuleVersion.objects.filter(pk__in=waiting.values("version")).order_by("pk"):
        earned = waiting.filter(pk__in=_earned_in(version))
        due += earned.select_related("person", "cohort").order_by("pk")
    return due


def _not_issued() -> QuerySet[Enrolment]:
    not_here = (EnrolmentState.WAITING, EnrolmentState.LEFT)
    waiting = Enrolment.objects.filter(credential=None).exclude(state__in=not_here)
    return waiting.exclude(Exists(_held_back()))


def _held_back() -> QuerySet[IssueRequest]:
    """Return, of an enrolment, the request that keeps it from being issued by itself."""
    asked = IssueRequest.objects.filter(enrolment=OuterRef("pk"), how=IssueRequest.How.COMPLETION)
    return asked.filter(Q(state=IssueRequest.State.REFUSED) | Q(organisation__four_eyes=True))


def due_by_cohort(cohorts: Sequence[Cohort]) -> dict[int, int]:
    """Return how many credentials are due in each of some course runs, by the run's key."""
    waiting = _not_issued().filter(cohort__in=cohorts).order_by()
    due: dict[int, int] = {}
    for version in ModuleVersion.objects.filter(pk__in=waiting.values("version")):
        earned = waiting.filter(pk__in=_earned_in(version))
        for cohort, people in earned.values_list("cohort").annotate(Count("pk")):
            due[cohort] = due.get(cohort, 0) + people
    return due


def waiting_in(cohort: Cohort) -> int:
    """Return how many who have earned it in a course run wait for a second person's yes."""
    return IssueRequest.objects.filter(
        enrolment__cohort=cohort,
        how=IssueRequest.How.COMPLETION,
        state=IssueRequest.State.WAITING,
    ).count()


def cohorts_of(organisations: Sequence[Organisation]) -> QuerySet[Cohort]:
    """Return the course runs of organisations, with how many people have a credential."""
    return (
        Cohort.objects.filter(organisation__in=organisations)
        .select_related("module", "site")
        .annotate(have=Count("enrolments__credential"))
    )


def transcript(person: Person) -> QuerySet[Credential]:
    """Return what a person has earned, newest first."""
    return (
        Credential.objects.filter(person=person)
        .select_related("organisation", "version__module", "replaced_by")
        .defer("document", "replaced_by__document", "replaced_by__elements")
    )


def of_organisations(organisations: list[Organisation]) -> QuerySet[Credential]:
    """Return the credentials that organisations issued, for their registrars."""
    return (
        Credential.objects.filter(organisation__in=organisations)
        .select_related("organisation", "version__module", "replaced_by", "request")
        .defer("document", "elements", "replaced_by__document", "replaced_by__elements")
    )


def by_token(token: str) -> Credential | None:
    """Return the credential behind a share link."""
    if not _TOKEN.fullmatch(token):
        return None
    return (
        Credential.objects.filter(token=token)
        .select_related("organisation", "version__module")
        .first()
    )


def path_by_token(token: str) -> PathCertificate | None:
    """Return the path certificate behind a share link."""
    if not _TOKEN.fullmatch(token):
        return None
    rows = PathCertificate.objects.select_related("organisation", "programme")
    return rows.filter(token=token).first()


def keys_of(did: str) -> tuple[PublicKey, ...]:
    """Return all public keys of an issuer of ours, old ones too."""
    return tuple(
        PublicKey(row.verification_method, row.public_multibase, row.retired_at)
        for row in IssuerKey.objects.filter(did=did)
    )


def is_link(text: str) -> bool:
    """Return whether a text is a link and not a credential, however it was copied."""
    return bool(_LINK.match(text))


def token_of(link: str) -> str:
    """Return the token in a share link of ours, or an empty string.

    A link copied out of a mail may stand in brackets, have a full stop behind it or lack its slash.
    """
    try:
        parts = urlsplit(link.strip().strip("<>").rstrip(".,;)>"))
        if parts.netloc and parts.netloc.lower() != urlsplit(settings.ORIGIN).netloc.lower():
            return ""
        with translation.override(translation.get_language_from_path(parts.path) or "en"):
            match = _resolved(parts.path)
    except (ValueError, Resolver404):
        return ""
    return str(match.kwargs.get("token", "")) if match.app_name == "public" else ""


def _resolved(path: str) -> ResolverMatch:
    """Return the page at a path, with or without its last slash."""
    try:
        return resolve(path)
    except Resolver404:
        return resolve(f"{path}/")
