"""Reads about credentials: what is earned, what was issued, by which key."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils import translation

from digicantrain.assessment.models import Attempt
from digicantrain.core.credentials.keys import PublicKey
from digicantrain.credentials.models import Credential, IssuerKey, PathCertificate
from digicantrain.learning.enums import EnrolmentState, StepState
from digicantrain.learning.models import Cohort, Enrolment, StepProgress
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import ModuleVersion, Step

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{8,40}")


def is_earned(enrolment: Enrolment) -> bool:
    """Whether all that counts is done, the graded test is passed and the course form filled."""
    return _earned_in(enrolment.version).filter(pk=enrolment.pk).exists()


def _earned_in(version: ModuleVersion) -> QuerySet[Enrolment]:
    """Return the enrolments of a version in which nothing that counts is missing.

    Only what the platform wrote down itself counts: steps that it closed, tests that it marked.
    """
    given = version.data.get("credit")
    counted = Step.objects.filter(version=version, written=True)
    if not given or not counted.filter(unit__code__in=given["units"]).exists():
        return Enrolment.objects.none()
    counted = counted.filter(Q(unit__code__in=given["units"]) | Q(kind="feedback"))
    here = {"enrolment": OuterRef(OuterRef("pk")), "step": OuterRef("pk")}
    done = StepProgress.objects.filter(**here, state=StepState.DONE)
    passed = Attempt.objects.filter(**here, passed=True)
    return Enrolment.objects.filter(version=version).exclude(
        Exists(counted.exclude(Exists(done)))
        | Exists(counted.filter(data__draw="blueprint").exclude(Exists(passed)))
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
    waiting = Enrolment.objects.filter(credential=None).exclude(
        state__in=(EnrolmentState.WAITING, EnrolmentState.LEFT)
    )
    if cohort is not None:
        waiting = waiting.filter(cohort=cohort)
    due: list[Enrolment] = []
    for version in ModuleVersion.objects.filter(pk__in=waiting.values("version")).order_by("pk"):
        earned = waiting.filter(pk__in=_earned_in(version))
        due += earned.select_related("person", "cohort").order_by("pk")
    return due


def transcript(person: Person) -> QuerySet[Credential]:
    """Return what a person has earned, newest first."""
    return (
        Credential.objects.filter(person=person)
        .select_related("organisation", "version__module")
        .defer("document")
    )


def of_organisations(
    organisations: list[Organisation], *, name: str = "", state: str = ""
) -> QuerySet[Credential]:
    """Return the credentials that organisations issued, for their registrars.

    `state` is valid, withdrawn, or empty for all.
    """
    rows = (
        Credential.objects.filter(organisation__in=organisations)
        .select_related("organisation", "version__module")
        .defer("document", "elements")
    )
    if state in ("valid", "withdrawn"):
        rows = rows.filter(revoked_at__isnull=state == "valid")
    return rows.filter(holder_name__icontains=name.replace("\0", "")) if name else rows


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


def token_of(link: str) -> str:
    """Return the token in a share link of ours, or an empty string."""
    try:
        parts = urlsplit(link.strip())
        if parts.netloc and parts.netloc != urlsplit(settings.ORIGIN).netloc:
            return ""
        with translation.override(translation.get_language_from_path(parts.path) or "en"):
            match = resolve(parts.path)
    except (ValueError, Resolver404):
        return ""
    return str(match.kwargs.get("token", "")) if match.app_name == "public" else ""
