"""Reads about credentials: what is earned, what was issued, whether a credential stands."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from digicantrain.assessment.models import Attempt
from digicantrain.core.credentials import certificate, strict_json, verification
from digicantrain.core.credentials.keys import PublicKey
from digicantrain.core.credentials.verification import Cause, Report, Verdict
from digicantrain.credentials.models import Credential, IssuerKey
from digicantrain.credentials.signatures import holds
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
    # one of our issuers signed this address, perhaps under an origin that was ours before
    key = _uuids(urlsplit(want.url).path.removeprefix("/status/"))
    row = Credential.objects.filter(status_list__key__in=key, status_index=want.index).first()
    return verification.Standing(row.revoked_at is not None) if row else None


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
    """Check a credential's signature, status and dates, each time anew.

    A certificate in PDF is judged by the credential that is attached to it.
    """
    if isinstance(text, bytes) and text.startswith(certificate.MAGIC):
        text = certificate.attachment_of(text) or b""
    report = verification.answered(verification.judge(text, now=now, holds=holds), _answer)
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
    """Check a file, or the link of a credential issued here; nothing is ever fetched.

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
        raise ValueError(f"{what} is neither a file nor the link of a credential.")
    with path.open("rb") as file:
        return judge(file.read(strict_json.MAX_BYTES + 1), now=now)


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
