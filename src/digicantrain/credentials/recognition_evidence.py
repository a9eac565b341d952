"""Reads what is handed in as evidence: files by their content, credentials with a verdict on them.

A photograph is drawn again, so that nothing hidden in it (a place, a second file) is kept.
"""

import hashlib
import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final

import orjson
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from digicantrain.core.credentials.identity import IdentityKind, matches
from digicantrain.core.credentials.verification import Verdict
from digicantrain.credentials import checking, queries
from digicantrain.credentials.checking import Judged
from digicantrain.credentials.models import Credential, Evidence
from digicantrain.people.models import Person

LARGEST_FILE: Final = 8_000_000
LARGEST_KEPT: Final = 4_000_000
MOST_PIXELS: Final = 25_000_000
SIDE: Final = 2_400
LARGEST_WORKLOAD: Final = 600_000
PDF, JPEG, CREDENTIAL = "application/pdf", "image/jpeg", "application/vc+ld+json"
_UNREADABLE: Final = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
)
# what is kept with its verdict, for the registrar to weigh; the rest proves nothing
KEPT: Final = frozenset(
    {
        Verdict.VALID,
        Verdict.GENUINE,
        Verdict.EXPIRED,
        Verdict.SUSPENDED,
        Verdict.NOT_CHECKED,
    }
)


class EvidenceError(ValueError):
    """Something cannot be taken as evidence; the sentence says why and what to do."""


@dataclass(frozen=True)
class KeptFile:
    """A file as it is kept."""

    name: str
    media_type: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of what is kept."""
        return hashlib.sha256(self.data).hexdigest()


# --- files ---


def read_file(data: bytes, *, name: str) -> KeptFile:
    """Return a file as it is kept; what it is, its content says, never its name.

    Raises:
        EvidenceError: it is empty, too large, or neither PDF, JPEG nor PNG.
    """
    stem = _plain_name(PurePosixPath(name.replace("\\", "/")).stem)
    if not data:
        raise EvidenceError(_("The file is empty. Choose another one."))
    if data.startswith(b"%PDF-"):
        return KeptFile(f"{stem}.pdf", PDF, _whole_pdf(data))
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return KeptFile(f"{stem}.jpg", JPEG, _redrawn(data))
    raise EvidenceError(_("This is neither a PDF nor a JPEG or PNG picture. Choose another file."))


def _plain_name(stem: str) -> str:
    """Return letters, digits and a few signs of a name: it goes into a header one day."""
    kept = "".join(sign if sign.isalnum() or sign in " -_" else "_" for sign in stem[:60])
    return kept.strip() or "file"


def _whole_pdf(data: bytes) -> bytes:
    if len(data) > LARGEST_KEPT:
        raise EvidenceError(_("The PDF is larger than 4 megabytes. Make it smaller or split it."))
    if b"%%EOF" not in data[-1_024:]:
        raise EvidenceError(_("The PDF is cut off or damaged. Save it again and hand that in."))
    return data


def _redrawn(data: bytes) -> bytes:
    """Draw a picture again as a JPEG, upright and of a bounded size, with nothing hidden in it."""
    try:
        upright = ImageOps.exif_transpose(_small(data)).convert("RGBA")
    except Image.DecompressionBombError:
        raise EvidenceError(_("The picture has too many pixels. Make it smaller.")) from None
    except _UNREADABLE:
        raise EvidenceError(
            _("This picture cannot be read. Save it again as JPEG or PNG.")
        ) from None
    on_white = Image.new("RGB", upright.size, "white")
    on_white.paste(upright, mask=upright.getchannel("A"))
    on_white.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    on_white.save(out, format="JPEG", quality=85)
    return out.getvalue()


def _small(data: bytes) -> Image.Image:
    """Open a picture; a large JPEG is read at a part of its size."""
    opened = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
    opened.draft("RGB", (SIDE, SIDE))
    if opened.width * opened.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    return opened


# --- credentials ---


def read_credential(what: str | bytes, *, person: Person, now: datetime) -> tuple[Evidence, bytes]:
    """Check a credential and return it as evidence, not saved, with its text.

    `what` is the link of one of ours, a text or a file.

    Raises:
        EvidenceError: it proves nothing, or was issued to somebody else.
    """
    if isinstance(what, str) and queries.is_link(what):
        return _of_ours(what, person=person, now=now), b""
    judged = checking.judge(what.strip() if isinstance(what, str) else what, now=now)
    if judged.credential is not None:
        return _evidence(judged, person), b""
    text = checking.credential_in(what) if isinstance(what, bytes) else what.strip()
    return _evidence(judged, person), text.encode() if isinstance(text, str) else text


def _of_ours(link: str, *, person: Person, now: datetime) -> Evidence:
    row = queries.by_token(queries.token_of(link))
    if row is None:
        raise EvidenceError(
            _(
                "No credential of this platform stands behind this link. "
                "Of another issuer, hand in the file or paste the text."
            )
        )
    return _evidence(checking.judge_own(row, now=now), person)


def _evidence(judged: Judged, person: Person) -> Evidence:
    document = judged.report.document or {}
    if judged.verdict not in KEPT or not document:
        raise EvidenceError(
            _("This credential cannot be taken as evidence. %(verdict)s")
            % {"verdict": judged.sentence()}
        )
    own = judged.credential
    proved = judged.report.is_authentic
    if own is not None and own.person_id != person.pk:
        raise EvidenceError(_("This credential was issued to somebody else. Hand in your own."))
    address, name = judged.issuer
    return Evidence(
        kind=Evidence.Kind.CREDENTIAL,
        credential=own,
        fingerprint=fingerprint_of(document),
        title=str(checking.details(document)["title"])[:300],
        issuer=(name or address)[:300],
        verdict=judged.verdict.value,
        cause=judged.report.cause.name if judged.report.cause else "",
        minutes=_minutes(document) if proved else None,
        has_ects=proved and _has_ects(document),
        names_holder=_names_holder(document, person) if proved else None,
    )


def fingerprint_of(document: Mapping[str, Any]) -> str:
    """Return the same name for a credential in whatever form it is handed in."""
    name = document.get("id")
    if isinstance(name, str) and name:
        return hashlib.sha256(name.encode()).hexdigest()
    bare = {key: value for key, value in document.items() if key != "proof"}
    return hashlib.sha256(orjson.dumps(bare, option=orjson.OPT_SORT_KEYS)).hexdigest()


def fingerprint_of_own(credential: Credential) -> str:
    """Return the same for a credential of ours, without reading its document."""
    return fingerprint_of({"id": f"urn:uuid:{credential.key}"})


def _subject(document: Mapping[str, Any]) -> Mapping[str, Any]:
    subject = document.get("credentialSubject")
    first = subject[0] if isinstance(subject, list) and subject else subject
    return first if isinstance(first, Mapping) else {}


def _elements(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = _subject(document).get("microCredential")
    return found if isinstance(found, Mapping) else {}


def _minutes(document: Mapping[str, Any]) -> int | None:
    """Return the workload that a credential states, or nothing."""
    said = _elements(document).get("workloadMinutes")
    if isinstance(said, bool) or not isinstance(said, int):
        return None
    return said if 0 < said <= LARGEST_WORKLOAD else None


def _has_ects(document: Mapping[str, Any]) -> bool:
    return bool(_elements(document).get("ectsCredits") or _subject(document).get("creditsEarned"))


def _names_holder(document: Mapping[str, Any], person: Person) -> bool | None:
    """Return whether it was issued to the person's address; nothing where it names no address."""
    subject = _subject(document)
    rows = subject.get("identifier")
    said = [
        row
        for row in (rows if isinstance(rows, list) else [rows])
        if isinstance(row, Mapping) and row.get("identityType") == IdentityKind.EMAIL.value
    ]
    if not said:
        return None
    one = {"credentialSubject": {"identifier": said}}
    return matches(one, kind=IdentityKind.EMAIL, value=person.email)
