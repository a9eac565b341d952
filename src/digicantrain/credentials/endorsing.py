"""Writes about endorsements: one organisation asks, the other gives, declines or withdraws."""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from digicantrain.base.localised import pick
from digicantrain.core.credentials import endorsement as core
from digicantrain.core.credentials.endorsement import EndorsementError
from digicantrain.core.credentials.status import StatusEntry
from digicantrain.credentials import places
from digicantrain.credentials.achievements import NothingToEarnError, achievement_of, body_of
from digicantrain.credentials.actions import key_for
from digicantrain.credentials.lists import address_of
from digicantrain.credentials.models import Endorsement, IssuerKey, StatusList
from digicantrain.credentials.signers import signer_of
from digicantrain.people.actions import record
from digicantrain.people.enums import Role
from digicantrain.people.models import Membership, Organisation, Person
from digicantrain.programme.models import ModuleVersion

KEEPING = (Role.REGISTRAR, Role.ADMINISTRATOR)


class NotEndorsedError(ValueError):
    """An endorsement that cannot be asked for, given or withdrawn; the sentence says why."""


def ask(  # noqa: PLR0913 - one row, and who makes it
    organisation: Organisation,
    *,
    endorser: Organisation,
    version: ModuleVersion | None,
    message: str,
    by: Person,
    now: datetime,
) -> Endorsement:
    """Ask another organisation to endorse this one, or a module of it as it is now.

    Raises:
        NotEndorsedError: it is the same one, the module is another's, or it was asked before.
    """
    if endorser.pk == organisation.pk:
        raise NotEndorsedError(_("An organisation cannot endorse itself. Ask another one."))
    _require_keeper(by, organisation)
    if version is not None and version.module.programme.organisation_id != organisation.pk:
        raise NotEndorsedError(_("This module belongs to another organisation."))
    if version is not None and not version.data.get("credit"):
        raise NotEndorsedError(_("Nothing can be earned in this module yet."))
    try:
        with transaction.atomic():
            row = Endorsement.objects.create(
                organisation=organisation,
                endorser=endorser,
                version=version,
                message=message,
                asked_at=now,
            )
            _note("endorsement-asked", row, by=by)
    except IntegrityError:
        raise NotEndorsedError(
            _("This organisation was asked before, and its answer stands or is still awaited.")
        ) from None
    return row


def give(
    endorsement: Endorsement, *, statement: str, language: str, by: Person, now: datetime
) -> Endorsement:
    """Sign what the endorser says, with its own key; what is issued from now on carries it.

    Raises:
        NotEndorsedError: it is not for this person to say, or it was answered before.
        EndorsementError: the statement says nothing, or cannot be written.
    """
    with transaction.atomic():
        row = _open(endorsement, by=by)
        key = key_for(row.endorser, now=now)
        row.subject = _subject(row, now=now)
        row.statement, row.language = statement.strip().replace("\r\n", "\n"), language
        row.issued_at = now.replace(microsecond=0)
        row.status_list = places.place_for(
            row.endorser, did=key.did, holds=StatusList.Holds.ENDORSEMENTS
        )
        row.status_index = places.free_place(row.status_list)
        row.token = core.signed(_statement(row, key), signer=signer_of(key))
        row.save()
        _note("endorsement-given", row, by=by)
    return row


def decline(endorsement: Endorsement, *, reason: str, by: Person, now: datetime) -> Endorsement:
    """Answer that nothing will be said.

    Raises:
        NotEndorsedError: it is not for this person to say, or it was answered before.
    """
    with transaction.atomic():
        row = _open(endorsement, by=by)
        row.declined_at, row.declined_reason = now, reason
        row.save(update_fields=["declined_at", "declined_reason"])
        _note("endorsement-declined", row, by=by)
    return row


def take_back(endorsement: Endorsement, *, by: Person) -> None:
    """Take a question back that was not answered yet.

    Raises:
        NotEndorsedError: it was answered, or somebody else asked it.
    """
    with transaction.atomic():
        row = _locked(endorsement)
        _require_keeper(by, row.organisation)
        if row.state != "asked":
            raise NotEndorsedError(_("It was answered meanwhile."))
        _note("endorsement-question-taken-back", row, by=by)
        row.delete()


def withdraw(endorsement: Endorsement, *, reason: str, by: Person, now: datetime) -> Endorsement:
    """Take back what was said: from this moment on every credential that carries it tells so.

    Raises:
        NotEndorsedError: it is not for this person to say, or nothing was said.
    """
    with transaction.atomic():
        row = _locked(endorsement)
        _require_keeper(by, row.endorser)
        if row.state == "withdrawn":
            return row
        if row.state != "stands" or row.status_list is None:
            raise NotEndorsedError(_("Nothing was said that could be taken back."))
        row.revoked_at, row.revoked_reason = now, reason
        row.save(update_fields=["revoked_at", "revoked_reason"])
        StatusList.objects.filter(pk=row.status_list.pk).update(changed_at=now)
        _note("endorsement-withdrawn", row, by=by)
    return row


def _locked(endorsement: Endorsement) -> Endorsement:
    rows = Endorsement.objects.select_for_update(of=("self",))
    row = rows.select_related("organisation", "endorser").filter(pk=endorsement.pk).first()
    if row is None:
        raise NotEndorsedError(_("The question was taken back meanwhile."))
    return row


def _open(endorsement: Endorsement, *, by: Person) -> Endorsement:
    """Return a question that waits for an answer, held, if this person may answer it.

    Nobody endorses for another: the answer is the endorser's own, so whoever keeps the register
    of the organisation that asked does not give it, also where she keeps both.
    """
    row = _locked(endorsement)
    _require_keeper(by, row.endorser)
    if _keeps(by, row.organisation):
        raise NotEndorsedError(
            _("You keep the register of the organisation that asks. Somebody else must answer.")
        )
    if row.state != "asked":
        raise NotEndorsedError(_("It was answered before."))
    return row


def _keeps(person: Person, organisation: Organisation) -> bool:
    """Whether she was given the register of this very organisation; no other power counts here."""
    return Membership.objects.filter(
        person=person, organisation=organisation, site=None, role__in=KEEPING
    ).exists()


def _require_keeper(person: Person, organisation: Organisation) -> None:
    if not _keeps(person, organisation):
        raise NotEndorsedError(
            _("Only who keeps the register of %s can do this.") % pick(organisation.name).text
        )


def _subject(row: Endorsement, *, now: datetime) -> str:
    """Return the identifier of what is endorsed: what can be earned in the module, or the DID."""
    if row.version is None:
        return key_for(row.organisation, now=now).did
    try:
        version, own = row.version, row.organisation
        return achievement_of(version, organisation=own, language=own.language).urn
    except NothingToEarnError as error:
        raise NotEndorsedError(str(error)) from error


def _statement(row: Endorsement, key: IssuerKey) -> core.Statement:
    if row.status_list is None or row.status_index is None or row.issued_at is None:
        raise EndorsementError("The endorsement has no place in a status list.")
    with translation.override(row.language):
        of = pick(row.version.title if row.version else row.organisation.name).text
        name = _("Endorsement: %s") % of
    # what others say of the endorser is not said again inside what it says
    body = body_of(row.endorser, did=key.did, language=row.language)
    return core.Statement(
        id=f"urn:uuid:{row.key}",
        name=name,
        subject=row.subject,
        comment=row.statement,
        body=replace(body, endorsements=()),
        issued_at=row.issued_at,
        status=StatusEntry(address_of(row.status_list), row.status_index),
    )


def _note(action: str, row: Endorsement, *, by: Person) -> None:
    record(
        action,
        actor=by,
        subject=f"endorsement:{row.key}",
        data={"organisation": row.organisation.slug, "endorser": row.endorser.slug},
    )
