"""Path certificates: who has completed a path, and the signed record that says so.

A certificate holds the module credentials as they were signed. So whoever checks it checks each
of them: if one falls, the certificate says so without being touched.
"""

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime

import orjson
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from digicantrain.core.credentials import learner_record, proof
from digicantrain.core.credentials.award import AwardingBody
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.learner_record import LearnerRecord
from digicantrain.core.credentials.status import StatusEntry
from digicantrain.credentials import checking, path_letters, places
from digicantrain.credentials.achievements import body_of
from digicantrain.credentials.actions import key_for
from digicantrain.credentials.bulk import NotEarnedError
from digicantrain.credentials.downloads import whole_of
from digicantrain.credentials.lists import address_of
from digicantrain.credentials.models import Credential, IssuerKey, PathCertificate, StatusList
from digicantrain.credentials.signers import signer_of
from digicantrain.credentials.statements import tell_path
from digicantrain.learning.models import Notice
from digicantrain.people.actions import record
from digicantrain.people.models import Person
from digicantrain.programme.models import Path

STANDS = frozenset({"earned", "expires"})


def of_modules(person: Person) -> QuerySet[Credential]:
    """Return a person's credentials for whole modules that were not withdrawn, newest first."""
    rows = Credential.objects.filter(
        person=person, kind=Credential.Kind.MICRO_CREDENTIAL, badge="", revoked_at=None
    )
    return rows.select_related("version__module", "organisation", "status_list").order_by(
        "-issued_at", "-pk"
    )


def is_whole(row: Credential) -> bool:
    """Whether a credential is for a whole module."""
    return row.kind == Credential.Kind.MICRO_CREDENTIAL and not row.badge


def parts_of_path(path: Path, rows: Iterable[Credential], *, now: datetime) -> list[Credential]:
    """Return the newest credential of each module of a path that stands, in the path's order.

    The newest one counts: where that is suspended or over, an older one does not stand in for it.
    """
    newest: dict[str, Credential] = {}
    for row in rows:
        if row.version.module.programme_id == path.programme_id:
            newest.setdefault(row.version.module.code, row)
    found = [newest[code] for code in path.modules if code in newest]
    return [row for row in found if row.state_at(now) in STANDS]


def issue_completed(person: Person, *, now: datetime) -> list[PathCertificate]:
    """Issue the certificate of each path that a person has completed, and return the new ones.

    Raises:
        ValueError: a credential in it does not verify, or the organisation cannot sign; what
            could be issued was issued before it is said.
    """
    programmes = of_modules(person).values("version__module__programme")
    paths = Path.objects.filter(programme__in=programmes).select_related("programme__organisation")
    made, refused = [], None
    for path in paths:
        try:
            row = _issue(person, path, now=now) if path.modules else None
        except ValueError as error:
            refused = refused or error
            continue
        made += [row] if row else []
    if refused is not None:
        raise refused
    return made


def _issue(person: Person, path: Path, *, now: datetime) -> PathCertificate | None:
    """Issue one, at most once for the same credentials, and none beside one that stands."""
    with transaction.atomic():
        holder = Person.objects.select_for_update().get(pk=person.pk)
        parts = parts_of_path(path, of_modules(holder), now=now)
        if len(parts) < len(path.modules):
            return None
        own = PathCertificate.objects.filter(
            person=holder, programme=path.programme_id, path=path.code
        )
        for row in own.prefetch_related("parts"):
            there = list(row.parts.all())
            same = {part.pk for part in there} == {part.pk for part in parts}
            if same or (row.revoked_at is None and all(p.state_at(now) in STANDS for p in there)):
                return None
        for row in own.filter(revoked_at=None):
            withdraw(row, reason=_("A newer one was issued in its place."), by=None, now=now)
        return _made(holder, path, parts, now=now)


def _made(person: Person, path: Path, parts: list[Credential], *, now: datetime) -> PathCertificate:
    organisation, moment = path.programme.organisation, now.replace(microsecond=0)
    key = key_for(organisation, now=now)
    listed = places.place_for(organisation, did=key.did, holds=StatusList.Holds.PATHS)
    row = PathCertificate(
        organisation=organisation,
        programme=path.programme,
        path=path.code,
        person=person,
        language=parts[0].language,
        holder_name=person.name,
        title=path.title,
        issued_at=moment,
        status_list=listed,
        status_index=places.free_place(listed),
        is_demo=organisation.is_demo,
    )
    signed = _signed(row, path, _documents(parts, now=now), key)
    row.document = signed.decode()
    row.digest = hashlib.sha256(signed).hexdigest()
    row.save()
    row.parts.set(parts)
    _tell(row, person)
    return row


def _documents(parts: list[Credential], *, now: datetime) -> tuple[dict[str, object], ...]:
    """Return the signed module credentials; one that does not verify holds up the path."""
    found = []
    for row in parts:
        judged = checking.judge_own(row, now=now)
        if not judged.is_valid or judged.report.document is None:
            raise NotEarnedError(_("A credential of the path does not stand."))
        found.append(dict(judged.report.document))
    return tuple(found)


def _signed(
    row: PathCertificate, path: Path, documents: tuple[dict[str, object], ...], key: IssuerKey
) -> bytes:
    with translation.override(row.language):
        whole = whole_of(path, row.language)
    person = row.person
    if person is None:
        raise NotEarnedError(_("There is nobody to issue this to."))
    body: AwardingBody = body_of(row.organisation, did=key.did, language=row.language)
    written = LearnerRecord(
        id=uuid.UUID(str(row.key)).urn,
        title=whole.title,
        body=body,
        identities=(
            Identity.of(IdentityKind.EMAIL, person.email, salt=secrets.token_hex(16)),
            Identity.of(IdentityKind.NAME, person.name, salt=secrets.token_hex(16)),
        ),
        issued_at=row.issued_at,
        credentials=documents,
        path=whole,
        associations=learner_record.parts_of(whole, documents),
        status=StatusEntry(address_of(row.status_list), row.status_index),
    )
    document = learner_record.document_of(written)
    signer = signer_of(key)
    return orjson.dumps(proof.signed(document, signer=signer, created=row.issued_at))


def _tell(row: PathCertificate, person: Person) -> None:
    record(
        "path-certificate-issued",
        actor=None,
        subject=f"path-certificate:{row.key}",
        data={"organisation": row.organisation.slug, "path": row.path},
    )
    tell_path(row, to=person)
    _notice(row, "path-issued")
    path_letters.send_issued.enqueue(row.pk)


def _notice(row: PathCertificate, kind: str) -> None:
    if row.person_id:
        Notice.objects.create(
            person_id=row.person_id,
            kind=kind,
            data={"title": row.title, "token": row.token, "reason": row.revoked_reason},
        )


def withdraw(
    certificate: PathCertificate, *, reason: str, by: Person | None, now: datetime
) -> PathCertificate:
    """Withdraw a path certificate; the module credentials in it stay as they are."""
    with transaction.atomic():
        row = PathCertificate.objects.select_for_update().get(pk=certificate.pk)
        if row.revoked_at is not None:
            return row
        row.revoked_at, row.revoked_reason = now, reason
        row.save(update_fields=["revoked_at", "revoked_reason"])
        StatusList.objects.filter(pk=row.status_list_id).update(changed_at=now)
        record("path-certificate-withdrawn", actor=by, subject=f"path-certificate:{row.key}")
        _notice(row, "path-withdrawn")
        if row.person_id:
            path_letters.send_withdrawn.enqueue(row.pk)
    return row


def show_name(certificate: PathCertificate, *, shown: bool) -> None:
    """Let the public page show the holder's name, or not."""
    certificate.show_name = shown
    certificate.save(update_fields=["show_name"])


def who_may_be_due() -> list[Person]:
    """Return the people who hold a credential of every module of a path, and no certificate of it
    in which all parts still stand."""
    found: set[int] = set()
    for path in Path.objects.select_related("programme"):
        rows = Credential.objects.filter(
            kind=Credential.Kind.MICRO_CREDENTIAL,
            badge="",
            revoked_at=None,
            person__isnull=False,
            version__module__programme=path.programme_id,
            version__module__code__in=path.modules,
        )
        whole = rows.values("person").annotate(n=Count("version__module", distinct=True))
        own = PathCertificate.objects.filter(programme=path.programme_id, path=path.code)
        standing = own.filter(revoked_at=None).exclude(parts__revoked_at__isnull=False)
        due = whole.filter(n=len(path.modules)).exclude(person__in=standing.values("person"))
        found |= set(due.values_list("person", flat=True)) if path.modules else set()
    return list(Person.objects.filter(pk__in=found).order_by("pk"))


# --- reads ---


def by_document(document: object) -> PathCertificate | None:
    """Return our own record of a signed document, by its identifier."""
    name = document.get("id", "") if isinstance(document, dict) else ""
    key = checking.uuids(str(name).removeprefix("urn:uuid:"))
    rows = PathCertificate.objects.filter(key__in=key)
    return rows.select_related("organisation", "programme").first()


def of_person(person: Person, *, now: datetime) -> QuerySet[PathCertificate]:
    """Return a person's path certificates, newest first, each with the number of its modules.

    And with how many of these stand: it needs all of them.
    """
    in_time = Q(parts__expires_at=None) | Q(parts__expires_at__gte=now)
    stands = Q(parts__revoked_at=None, parts__suspended_at=None) & in_time
    rows = PathCertificate.objects.filter(person=person).select_related("organisation", "programme")
    counts = {"modules": Count("parts"), "standing": Count("parts", filter=stands)}
    return rows.defer("document").annotate(**counts)
