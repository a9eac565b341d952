"""Replaces one holder's credential by a corrected one: never both stand, never neither."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from digicantrain.credentials import fulfilling, outside
from digicantrain.credentials.achievements import NothingToEarnError, achievement_of
from digicantrain.credentials.asking import How, State, record_asked
from digicantrain.credentials.by_hand import RefusedError, require_issuable
from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.credentials.obstacles import held_by, one_writer
from digicantrain.credentials.recognition_queries import minutes_of
from digicantrain.credentials.records import achievement_in
from digicantrain.people.models import Person
from digicantrain.programme.models import ModuleVersion


@dataclass(frozen=True)
class Correction:
    """What stands in the corrected credential, and why it is corrected."""

    name: str
    language: str
    reason: str
    expires_at: datetime | None = None
    evidence: str = ""
    watched: str = ""
    fresh: bool = False


def basis_of(credential: Credential) -> tuple[str, str]:
    """Return the evidence, and how it was watched over; nothing for what was earned here."""
    row = IssueRequest.objects.filter(credential=credential).first()
    return (row.evidence, row.watched) if row else ("", "")


def current_of(credential: Credential) -> ModuleVersion:
    """Return the version that a credential would have if it were issued anew."""
    module = credential.version.module
    now = module.current
    if module.withdrawn_at is None and now is not None and now.data.get("credit"):
        return now
    return credential.version


def languages_of(credential: Credential) -> list[str]:
    """Return the languages in which a credential can be told."""
    kept = list(credential.record.tellings) if credential.record else []
    return list(dict.fromkeys([credential.language, *kept, *credential.version.languages]))


def draft(credential: Credential, *, wanted: Correction, by: Person | None) -> IssueRequest:
    """Return the request for a correction, not yet written down."""
    fresh = wanted.fresh or _must_be_retold(credential, wanted)
    return IssueRequest(
        organisation=credential.organisation,
        how=How.CORRECTION,
        state=State.WAITING if credential.organisation.four_eyes else State.APPROVED,
        person=credential.person,
        version=current_of(credential) if wanted.fresh else credential.version,
        language=wanted.language,
        evidence=wanted.evidence,
        watched=wanted.watched,
        replaces=credential,
        reason=wanted.reason,
        holder_name=wanted.name,
        expires_at=wanted.expires_at,
        is_fresh=fresh,
        asked_by=by,
    )


def _must_be_retold(credential: Credential, wanted: Correction) -> bool:
    """Whether what was kept does not hold the words that are wanted."""
    kept = credential.record.tellings if credential.record else {}
    return wanted.language not in kept or wanted.watched != basis_of(credential)[1]


def ask(credential: Credential, *, wanted: Correction, by: Person, now: datetime) -> IssueRequest:
    """Ask for a corrected credential; where nobody else looks, it is issued at once.

    Raises:
        RefusedError: why it cannot be corrected.
        ValueError: it cannot be issued; what was issued before stands as it did.
    """
    with one_writer():
        rows = Credential.objects.select_for_update(of=("self",))
        locked = rows.select_related(
            "organisation", "person", "record", "version__module__current",
            "version__module__programme",
        ).get(pk=credential.pk)  # fmt: skip
        require_correctable(locked, by=by)
        row = draft(locked, wanted=wanted, by=by)
        require_sensible(row, locked)
        row.asked_at = now
        row.save()
        record_asked([row], by=by)
        if row.state == State.APPROVED:
            fulfilling.fulfil([row.pk], now=now)
    row.refresh_from_db()
    return row


def require_correctable(credential: Credential, *, by: Person) -> None:
    """Refuse what nobody can correct.

    Raises:
        RefusedError: the sentence says why.
    """
    if credential.person_id is None:
        raise RefusedError(_("Its holder's account was erased: nobody is there to issue it to."))
    if Credential.objects.filter(replaces=credential).exists():
        raise RefusedError(_("It was replaced already. Correct the one that stands in its place."))
    if IssueRequest.objects.filter(replaces=credential, state__in=IssueRequest.OPEN).exists():
        raise RefusedError(_("A correction of it was asked for already."))
    if credential.person_id == by.pk and not credential.organisation.four_eyes:
        raise RefusedError(_("This is your own credential. Ask another registrar to correct it."))


def require_sensible(row: IssueRequest, credential: Credential) -> None:
    """Refuse a correction that changes nothing, or that would tell what did not happen.

    Raises:
        RefusedError: the sentence says why.
        NotPublishedError: what the module's credential lacks now.
    """
    if row.is_fresh:
        if not _is_told_as(credential):
            raise RefusedError(
                _("This one was not issued for the module as it is taught. Withdraw it instead.")
            )
        require_issuable(row.version)
        _require_no_other(row, credential)
    evidence, watched = basis_of(credential)
    before = (
        credential.holder_name, credential.language, credential.expires_at, evidence, watched,
    )  # fmt: skip
    after = (row.holder_name, row.language, row.expires_at, row.evidence, row.watched)
    if before == after and not row.is_fresh and credential.revoked_at is None:
        raise RefusedError(_("Nothing is changed. Change what is wrong, or leave it as it is."))


def _require_no_other(row: IssueRequest, credential: Credential) -> None:
    """Refuse to issue anew for a version of which the holder has another one."""
    if row.version_id == credential.version_id or credential.person_id is None:
        return
    held = held_by({credential.person_id}, versions={row.version_id})
    for obstacle in held.values():
        raise RefusedError(obstacle.text)


def _is_told_as(credential: Credential) -> bool:
    """Whether a credential tells what its module, or an assessment elsewhere, would tell again."""
    record = credential.record
    kept = achievement_in(record, language=credential.language) if record else None
    if kept is None:
        return True
    told = outside.telling(basis_of(credential)[1])
    try:
        again = told(
            achievement_of(
                credential.version,
                organisation=credential.organisation,
                language=credential.language,
                recognised=minutes_of(credential.recognised),
            )
        )
    except NothingToEarnError:
        return False
    return again.criteria == kept.criteria
