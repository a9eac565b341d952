"""Reads about credentials: what is earned, what was issued, whether a credential stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from digicantrain.assessment.models import Attempt
from digicantrain.core.credentials import verification
from digicantrain.core.credentials.keys import PublicKey
from digicantrain.core.credentials.verification import Cause, Report, Verdict
from digicantrain.credentials.lists import signed_list
from digicantrain.credentials.models import CmeGrant, Credential, IssuerKey, StatusList
from digicantrain.learning.enums import EnrolmentState, StepState
from digicantrain.learning.models import Cohort, Enrolment, StepProgress
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import Step


def is_earned(enrolment: Enrolment) -> bool:
    """Whether all steps of the units that count are done and the graded test is passed."""
    given = enrolment.version.data.get("credit")
    if not given:
        return False
    counted = Step.objects.filter(
        version=enrolment.version_id, unit__code__in=given["units"], written=True
    )
    done = StepProgress.objects.filter(enrolment=enrolment, state=StepState.DONE)
    if counted.exclude(pk__in=done.values("step")).exists():
        return False
    graded = counted.filter(data__draw="blueprint")
    passed = Attempt.objects.filter(enrolment=enrolment, passed=True)
    return not graded.exclude(pk__in=passed.values("step")).exists()


def earned_and_not_issued(cohort: Cohort) -> list[Enrolment]:
    """Return the enrolments of a course run whose credential is earned and not issued yet."""
    waiting = (
        cohort.enrolments.filter(credential=None)
        .exclude(state__in=(EnrolmentState.WAITING, EnrolmentState.LEFT))
        .select_related("version__module__programme", "cohort__organisation", "person")
    )
    return [row for row in waiting.order_by("pk") if is_earned(row)]


def transcript(person: Person) -> QuerySet[Credential]:
    """Return what a person has earned, newest first."""
    return (
        Credential.objects.filter(person=person)
        .select_related("organisation", "version__module")
        .defer("document")
    )


def grants_for(credential: Credential, *, profession: str) -> Sequence[CmeGrant]:
    """Return the CME grants that hold for a credential and a profession; mostly none."""
    day = credential.issued_at.date()
    return list(
        CmeGrant.objects.filter(
            version=credential.version_id,
            profession=profession,
            valid_from__lte=day,
            valid_until__gte=day,
        )
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
    return rows.filter(holder_name__icontains=name) if name else rows


def by_token(token: str) -> Credential | None:
    """Return the credential behind a share link."""
    return (
        Credential.objects.filter(token=token)
        .select_related("organisation", "version__module")
        .first()
    )


def keys_of(did: str) -> tuple[PublicKey, ...]:
    """Return all public keys of an issuer of ours, old ones too."""
    return tuple(
        PublicKey(row.verification_method, row.public_multibase, row.retired_at)
        for row in IssuerKey.objects.filter(did=did)
    )


def _answer(want: verification.Want) -> verification.Answer:
    """Answer a verification from the database; nothing is ever fetched."""
    if isinstance(want, verification.WantKeys):
        keys = keys_of(want.issuer)
        return verification.IssuerKeys(keys) if keys else None
    start = f"{settings.ORIGIN}/status/"
    if not want.url.startswith(start):
        return None
    row = StatusList.objects.filter(key__in=_uuids(want.url.removeprefix(start))).first()
    return signed_list(row) if row else None


def _uuids(text: str) -> list[str]:
    from uuid import UUID  # noqa: PLC0415 - only here

    try:
        return [str(UUID(text.strip("/")))]
    except ValueError:
        return []


@dataclass(frozen=True)
class Judged:
    """A verdict on a credential, with our own record of it where there is one."""

    report: Report
    credential: Credential | None

    @property
    def verdict(self) -> Verdict:
        """The answer."""
        return self.report.verdict

    @property
    def is_valid(self) -> bool:
        """Whether it stands."""
        return self.report.is_valid

    def sentence(self) -> str:
        """Say the answer in one line, for a terminal."""
        words = {
            Verdict.VALID: _("Valid."),
            Verdict.EXPIRED: _("Expired."),
            Verdict.NOT_YET_VALID: _("Not valid yet."),
            Verdict.WITHDRAWN: _("Withdrawn."),
            Verdict.ALTERED: _("Not valid: altered."),
            Verdict.NOT_OURS: _("Not issued here."),
            Verdict.UNREADABLE: _("Not a credential that can be read."),
            Verdict.NOT_CHECKED: _("Its status cannot be checked now."),
        }[self.verdict]
        cause = self.report.cause
        return f"{words} ({cause.value})" if cause else words


def judge(text: str | bytes, *, now: datetime) -> Judged:
    """Check a credential's signature, status and dates, each time anew."""
    report = verification.answered(verification.judge(text, now=now), _answer)
    document = report.document or {}
    found = None
    if report.is_authentic:
        key = str(document.get("id", "")).removeprefix("urn:uuid:")
        found = (
            Credential.objects.filter(key__in=_uuids(key))
            .select_related("organisation", "version__module")
            .first()
        )
    return Judged(report, found)


def judge_own(credential: Credential, *, now: datetime) -> Judged:
    """Check a credential that was found by its link."""
    if not credential.document:
        return Judged(Report(Verdict.NOT_CHECKED, Cause.STATUS), credential)
    judged = judge(credential.document, now=now)
    return Judged(judged.report, credential)


def verify_file_or_link(what: str, *, now: datetime) -> Judged:
    """Check a JSON file, or the link of a credential issued here.

    Raises:
        ValueError: it is neither.
    """
    if what.startswith(("http://", "https://")):
        credential = by_token(token_of(what))
        if credential is None:
            raise ValueError("No credential of this platform stands behind this link.")
        return judge_own(credential, now=now)
    path = Path(what)
    if not path.is_file():
        raise ValueError(f"{what} is not a file.")
    return judge(path.read_bytes(), now=now)


def token_of(link: str) -> str:
    """Return the token in a share link of ours, or an empty string."""
    parts = urlsplit(link.strip())
    if parts.netloc and parts.netloc != urlsplit(settings.ORIGIN).netloc:
        return ""
    try:
        match = resolve(parts.path)
    except Resolver404:
        return ""
    return str(match.kwargs.get("token", "")) if match.url_name == "credential" else ""
