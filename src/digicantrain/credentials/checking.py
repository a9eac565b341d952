"""Checks credentials: answers from our own records, and for other issuers from their addresses."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digicantrain.core.credentials import baking, certificate, verification
from digicantrain.core.credentials.status import SUSPENSION
from digicantrain.core.credentials.verification import (
    Answer,
    Cause,
    IssuerKeys,
    Judging,
    Report,
    Rules,
    Standing,
    Verdict,
    Want,
    WantDocument,
    WantKeys,
    WantNewest,
    WantStatusList,
)
from digicantrain.credentials import queries, trials
from digicantrain.credentials.fetching import Fetcher, FetchError, one_at_a_time
from digicantrain.credentials.lists import held_in
from digicantrain.credentials.models import Credential, StatusList
from digicantrain.credentials.signatures import holds

# a file with a picture in it may be larger than the credential that it carries
LARGEST_FILE: Final = 10_000_000
_MOST_FETCHES: Final = 6
_SECONDS: Final = 5.0
_KEPT: Final = {WantDocument: 300, WantStatusList: 60}
_KEPT_FAILURE: Final = 30
_LARGEST_KEPT: Final = 100_000
_REMEMBERED: Final = 30 * 86_400
_fetcher: Final = Fetcher(turn=lambda: one_at_a_time(settings.VAR))


# --- what a check is told ---


def answers(fetch: Callable[[str], bytes] | None = None) -> Callable[[Want], Answer]:
    """Return a function that answers one check; it opens at most a few addresses."""
    opened: list[str] = []
    begun = time.monotonic()

    def answer(want: Want) -> Answer:
        if isinstance(want, WantKeys):
            keys = queries.keys_of(want.issuer)
            return IssuerKeys(keys) if keys else None
        if isinstance(want, WantNewest):
            return _is_newest(want)
        if isinstance(want, WantStatusList) and want.is_ours:
            return standing_of(want)
        if isinstance(want, WantStatusList) and _is_here(want.url):
            return trials.standing_of(want)
        is_over = len(opened) >= _MOST_FETCHES or time.monotonic() - begun > _SECONDS
        if is_over or _is_here(want.url) or not settings.CHECK_OTHERS:
            return None
        opened.append(want.url)
        return _fetched(want.url, keep=_KEPT[type(want)], fetch=fetch or _fetcher.fetch)

    return answer


def _is_here(url: str) -> bool:
    """Return whether an address is one of ours: that is never opened."""
    try:
        return urlsplit(url).hostname == urlsplit(settings.ORIGIN).hostname
    except ValueError:
        return True


def _fetched(url: str, *, keep: int, fetch: Callable[[str], bytes]) -> bytes | None:
    """Return what stands at an address, kept for a short time; that it failed is kept too."""
    name = f"fetched:{_digest(url)}"
    kept: bytes | None = cache.get(name)
    if kept is not None:
        return kept or None
    try:
        data = fetch(url)
    except FetchError:
        data = b""
    if len(data) <= _LARGEST_KEPT:
        cache.set(name, data, keep if data else _KEPT_FAILURE)
    return data or None


def _is_newest(want: WantNewest) -> bool:
    """Remember the newest moment of a list, and return whether this one is as new."""
    name = f"newest:{_digest(want.issuer + ' ' + want.url)}"
    seen: datetime | None = cache.get(name)
    if seen is None or want.made_at > seen:
        cache.set(name, want.made_at, _REMEMBERED)
    return seen is None or want.made_at >= seen


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def standing_of(want: WantStatusList) -> Standing | None:
    """Return what our own records say of a place in one of our lists, for its own issuer only.

    The list may be named under an origin that was ours before.
    """
    path = urlsplit(want.url).path.removeprefix("/status/")
    key = uuids(path.removesuffix(f"/{SUSPENSION}"))
    row = (
        Credential.objects.filter(status_list__key__in=key, status_index=want.index)
        .select_related("status_list", "replaced_by")
        .first()
    )
    if row is None:
        return _standing_elsewhere(want, key)
    if row.status_list.did not in {"", want.issuer}:
        return None
    return Standing(
        withdrawn=row.revoked_at is not None,
        suspended=row.suspended_at is not None,
        replaced=row.is_replaced,
    )


def _standing_elsewhere(want: WantStatusList, key: list[str]) -> Standing | None:
    """Return what stands in a list of path certificates or endorsements."""
    lists_of_others = StatusList.objects.exclude(holds=StatusList.Holds.CREDENTIALS)
    listed = lists_of_others.filter(key__in=key, did=want.issuer).first()
    row = held_in(listed).filter(status_index=want.index).first() if listed else None
    return Standing(withdrawn=row.revoked_at is not None) if row else None


def uuids(text: str) -> list[str]:
    """Return the UUID in a text, if it is one."""
    try:
        return [str(UUID(text.strip("/")))]
    except ValueError:
        return []


# --- what comes of it ---

INSIDE: Final = gettext_lazy(
    "Only the signed credential inside the file was checked. Words and names that the file shows "
    "can be changed by anybody: rely on what is said here."
)


@dataclass(frozen=True)
class Judged:
    """A verdict on a credential, with our own record of it where there is one."""

    report: Report
    credential: Credential | None
    # it was taken out of a file that shows words of its own, which nobody signed
    is_inside: bool = False

    @property
    def verdict(self) -> Verdict:
        """The answer."""
        return self.report.verdict

    @property
    def is_valid(self) -> bool:
        """Whether it stands and was issued here."""
        return self.report.is_valid

    @property
    def issuer(self) -> tuple[str, str]:
        """The address and the name of the issuer as the credential gives them."""
        return issuer_named(self.report.document or {})

    def sentence(self) -> str:
        """Say the answer in one line, for a terminal."""
        words = {
            Verdict.VALID: _("Valid."),
            Verdict.GENUINE: _("Genuine, of an issuer that is not known here."),
            Verdict.EXPIRED: _("Expired."),
            Verdict.NOT_YET_VALID: _("Not valid yet."),
            Verdict.SUSPENDED: _("Suspended."),
            Verdict.WITHDRAWN: _("Withdrawn."),
            Verdict.REPLACED: _("Replaced by another one."),
            Verdict.ALTERED: _("Not valid: altered."),
            Verdict.NOT_OURS: _("Not issued here."),
            Verdict.UNREADABLE: _("Not a credential that can be read."),
            Verdict.NOT_CHECKED: _("It cannot be checked now."),
        }[self.verdict]
        report = self.report
        if report.verdict is Verdict.GENUINE:
            words = f"{words} ({self.issuer[0]})"
        elif report.cause:
            words = f"{words} ({report.detail or report.cause.value})"
        return f"{words} {INSIDE}" if self.is_inside and report.is_authentic else words


def issuer_named(document: Mapping[str, Any]) -> tuple[str, str]:
    """Return the address and the name of an issuer as a document gives them."""
    value = document.get("issuer")
    if not isinstance(value, Mapping):
        return str(value or ""), ""
    return str(value.get("id", "")), _plain(value.get("name"))


def comment_of(document: Mapping[str, Any]) -> str:
    """Return what an endorsement says, or nothing."""
    subject = document.get("credentialSubject")
    return _plain(subject.get("endorsementComment")) if isinstance(subject, Mapping) else ""


def _plain(value: object) -> str:
    """Return a text, or the first of several in their languages."""
    first = value[0] if isinstance(value, list) and value else value
    first = first.get("@value") if isinstance(first, Mapping) else first
    return first if isinstance(first, str) else ""


def credential_in(data: bytes) -> str | bytes:
    """Return the credential that a file carries: a certificate in PDF, a badge in PNG or SVG.

    Any other file is handed back: it may be the credential itself. A file that is two things at
    once is what its first bytes say, and nothing else.
    """
    if data.startswith(certificate.MAGIC):
        return certificate.attachment_of(data) or b""
    if baking.is_image(data):
        try:
            return baking.unbake(data)
        except baking.ImageError:
            return ""
    return data


def _is_text(data: str | bytes) -> bool:
    """Return whether a file can be words at all: a photo or a document of a program cannot."""
    return isinstance(data, str) or (data[:1] == b"{" or b"\0" not in data[:1_000])


def judge(text: str | bytes, *, now: datetime) -> Judged:
    """Check signature, status and dates, each time anew, of a text or a file."""
    found = text
    if isinstance(text, bytes):
        if len(text) > LARGEST_FILE:
            return Judged(Report(Verdict.UNREADABLE, Cause.TOO_LARGE), None)
        found = credential_in(text)
        if not found or not _is_text(found):
            return Judged(Report(Verdict.UNREADABLE, Cause.NO_CREDENTIAL), None)
    done = judged(verification.judge_under(found, Rules(now, holds=holds)))
    return replace(done, is_inside=found is not text)


def judged(judging: Judging) -> Judged:
    """Run a check and look for our own record of what it is about."""
    report = verification.answered(judging, answers())
    found = None
    if report.is_authentic and report.is_ours:
        key = str((report.document or {}).get("id", "")).removeprefix("urn:uuid:")
        found = (
            Credential.objects.filter(key__in=uuids(key))
            .select_related("organisation", "version__module", "replaced_by")
            .first()
        )
    return Judged(report, found)


def judge_own(credential: Credential, *, now: datetime) -> Judged:
    """Check a credential that was found by its link."""
    if not credential.document:
        return Judged(Report(Verdict.NOT_CHECKED, Cause.STATUS), credential)
    return replace(judge(credential.document, now=now), credential=credential)


def verify_file_or_link(what: str, *, now: datetime) -> Judged:
    """Check a file, or the link of a credential issued here.

    Raises:
        ValueError: it is neither.
    """
    if queries.is_link(what) and not what.startswith("/"):
        token = queries.token_of(what)
        credential, whole = queries.by_token(token), queries.path_by_token(token)
        if whole is not None:
            return judge(whole.document, now=now)
        if credential is None:
            raise ValueError("No credential of this platform stands behind this link.")
        return judge_own(credential, now=now)
    path = Path(what)
    if not path.is_file():
        raise ValueError(f"{what} is neither a file nor the link of a credential.")
    with path.open("rb") as file:
        return judge(file.read(LARGEST_FILE + 1), now=now)


def details(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a credential of another issuer says of itself, in plain texts for a page."""
    subject = document.get("credentialSubject")
    first = subject[0] if isinstance(subject, list) and subject else subject
    achievement = first.get("achievement") if isinstance(first, Mapping) else None
    achievement = achievement if isinstance(achievement, Mapping) else {}
    criteria = achievement.get("criteria")
    return {
        "title": _plain(achievement.get("name")) or _plain(document.get("name")),
        "description": _plain(achievement.get("description"))
        or _plain(document.get("description")),
        "criteria": _plain(criteria.get("narrative")) if isinstance(criteria, Mapping) else "",
        "holder": _plain(first.get("name")) if isinstance(first, Mapping) else "",
    }
