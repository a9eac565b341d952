"""The forms in which a holder takes a credential along: JSON, token, picture, record of many."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

import orjson
from django.utils.text import slugify
from django.utils.translation import gettext as _

from digicantrain.base.localised import pick
from digicantrain.core.credentials import baking, jwt, learner_record, proof
from digicantrain.core.credentials.award import AwardingBody
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.learner_record import LearnerRecord, RecordError
from digicantrain.core.credentials.verification import Verdict
from digicantrain.credentials import checking, pictures
from digicantrain.credentials.achievements import urn
from digicantrain.credentials.lists import NoKeyError, current_key, key_of_list
from digicantrain.credentials.models import Credential, PathCertificate
from digicantrain.credentials.signers import signer_of
from digicantrain.credentials.vault import VaultError
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import Path

LONGEST_NAME: Final = 60


class NotToBeHadError(ValueError):
    """A form that cannot be handed over now; the sentence says why."""


def file_name(row: Credential, ending: str) -> str:
    """Return a name for a file that tells its owner what is in it."""
    title = slugify(pick(row.title, language=row.language).text, allow_unicode=True)
    return f"{title[:LONGEST_NAME].strip('-') or slugify(row.version.module.code)}.{ending}"


def path_file_name(row: PathCertificate, ending: str) -> str:
    """Return a name for a path certificate's file."""
    title = slugify(pick(row.title, language=row.language).text, allow_unicode=True)
    return f"{title[:LONGEST_NAME].strip('-') or slugify(row.path)}.{ending}"


def jwt_of(row: Credential, *, now: datetime) -> str:
    """Return a credential as a token of the Open Badges profile, signed with its issuer's key.

    Raises:
        NotToBeHadError: what is stored does not stand, or the key is not here.
    """
    document = _standing(row, now=now)
    try:
        key = key_of_list(row.status_list)
        signer = signer_of(key)
    except (NoKeyError, VaultError) as error:
        raise NotToBeHadError(_("The issuer's key is not here.")) from error
    if key.did != document["issuer"]["id"]:
        raise NotToBeHadError(_("The issuer's key is not here."))
    return jwt.in_open_badges_profile(document, signer=signer)


def picture_of(row: Credential, kind: Literal["png", "svg"], *, now: datetime) -> bytes:
    """Return the picture of a credential with the credential, as it was signed, baked into it.

    Raises:
        NotToBeHadError: it does not stand.
    """
    _standing(row, now=now)
    drawn = pictures.png_of(row) if kind == "png" else pictures.svg_of(row)
    return baking.bake(drawn, row.document)


def _standing(row: Credential, *, now: datetime) -> dict[str, Any]:
    """Return the stored document, checked: nothing else is ever signed or handed on anew."""
    report = checking.judge_own(row, now=now).report
    document = dict(report.document or {})
    stands = report.verdict in {Verdict.VALID, Verdict.EXPIRED}
    if not stands or document.get("id") != f"urn:uuid:{row.key}":
        raise NotToBeHadError(_("The credential does not stand."))
    return document


# --- records of many ---


def record_of(
    person: Person, organisation: Organisation, *, now: datetime, path: Path | None = None
) -> bytes:
    """Return what a person earned from an organisation as one signed record (CLR 2.0).

    Of a path it holds the credentials of its modules; without one, whatever stands.

    Raises:
        NotToBeHadError: there is nothing, a module of the path is missing, or there is no key.
    """
    rows = _rows_of(path, person, organisation) if path else _latest(person, organisation)
    documents, left_out = _documents(rows, now=now)
    if path and left_out:
        raise NotToBeHadError(_("A credential of the path does not stand."))
    language = rows[0].language if rows else ""
    whole = whole_of(path, language) if path else None
    try:
        key = current_key(organisation)
        record = LearnerRecord(
            id=uuid.uuid4().urn,
            title=whole.title if whole else _("Transcript"),
            body=AwardingBody(
                id=key.did,
                name=pick(organisation.name, language=language).text,
                country=organisation.country,
                website=organisation.website,
            ),
            identities=(
                Identity.of(IdentityKind.EMAIL, person.email, salt=secrets.token_hex(16)),
                Identity.of(IdentityKind.NAME, person.name, salt=secrets.token_hex(16)),
            ),
            issued_at=now,
            credentials=documents,
            path=whole,
            associations=learner_record.parts_of(whole, documents) if whole else (),
            is_partial=left_out,
        )
        document = learner_record.document_of(record)
        return orjson.dumps(proof.signed(document, signer=signer_of(key), created=now))
    except (RecordError, NoKeyError, VaultError) as error:
        raise NotToBeHadError(str(error)) from error


def paths_of(rows: Sequence[Credential]) -> list[Path]:
    """Return the paths of which these credentials are all modules."""
    have = {row.version.module.code for row in _whole_modules(rows)}
    if not have:
        return []
    programmes = {row.version.module.programme_id for row in rows}
    paths = Path.objects.filter(programme__in=programmes).select_related("programme")
    return [path for path in paths if path.modules and set(path.modules) <= have]


def path_of(person: Person, organisation: Organisation, *, code: str) -> Path | None:
    """Return the path of that code in which a person earned something from an organisation."""
    earned = Credential.objects.filter(person=person, organisation=organisation)
    programmes = earned.values("version__module__programme")
    return Path.objects.filter(code=code, programme__in=programmes).first()


def _rows_of(path: Path, person: Person, organisation: Organisation) -> list[Credential]:
    """Return the newest standing credential of each module of a path, in its order."""
    found = {
        row.version.module.code: row
        for row in reversed(_whole_modules(_latest(person, organisation)))
        if row.version.module.programme_id == path.programme_id
    }
    if not path.modules or set(path.modules) - set(found):
        raise NotToBeHadError(_("Not every module of the path was earned."))
    return [found[code] for code in path.modules]


def _whole_modules(rows: Sequence[Credential]) -> list[Credential]:
    return [row for row in rows if row.kind == Credential.Kind.MICRO_CREDENTIAL]


def _latest(person: Person, organisation: Organisation) -> list[Credential]:
    rows = Credential.objects.filter(
        person=person, organisation=organisation, revoked_at=None, suspended_at=None
    )
    return list(rows.select_related("version__module", "organisation", "status_list"))


def _documents(
    rows: Sequence[Credential], *, now: datetime
) -> tuple[tuple[dict[str, Any], ...], bool]:
    """Return the documents that stand, newest first, and whether any was left out."""
    stand = []
    for row in rows:
        judged = checking.judge_own(row, now=now)
        if judged.is_valid and judged.report.document:
            stand.append(dict(judged.report.document))
    kept = tuple(stand[: learner_record.MOST])
    return kept, len(kept) < len(rows)


def whole_of(path: Path, language: str) -> learner_record.Path:
    """Return a path as a record holds it, in the words of one language."""
    title = pick(path.title, language=language).text
    return learner_record.Path(
        urn=urn(path.programme.slug, "path", path.code),
        title=title,
        description=pick(path.summary, language=language).text or title,
        criteria=_("Every module of the path earned: %s") % ", ".join(path.modules),
        language=language,
    )
