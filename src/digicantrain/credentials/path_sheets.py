"""A path certificate as a PDF: the same sheet as a module's, with the modules on it."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from digicantrain.base.localised import pick
from digicantrain.credentials import seals
from digicantrain.credentials.certificates import TEMPLATE, compile_pdf, logo_of, plain, qr_of
from digicantrain.credentials.countries import country_of
from digicantrain.credentials.models import Credential, PathCertificate, SealKey
from digicantrain.credentials.records import ENGLISH


def link_of(row: PathCertificate) -> str:
    """Return the public address of a path certificate."""
    return settings.ORIGIN + reverse("public:path-certificate", args=[row.token])


def parts_of(row: PathCertificate) -> list[Credential]:
    """Return the module credentials of a certificate, in the order of their modules."""
    parts = row.parts.select_related("version__module", "organisation")
    return list(parts.order_by("version__module__order", "pk"))


def sealed_sheet_of(row: PathCertificate, *, holder: str, now: datetime) -> bytes:
    """Return the certificate (PDF) as it is handed out: sealed, where there is a seal."""
    return seals.sealed_pdf(
        lambda seal: sheet_of(row, holder=holder, seal=seal), row.organisation, now=now
    )


def sheet_of(row: PathCertificate, *, holder: str, seal: SealKey | None = None) -> bytes:
    """Return the certificate, not sealed; the date in it is the day of issue."""
    parts = parts_of(row)
    data = {
        "language": row.language,
        "code": str(len(parts)),
        "seed": list(hashlib.sha256(str(row.key).encode()).digest()),
        "colour": row.organisation.colour,
        "year": row.issued_at.year,
        "month": row.issued_at.month,
        "day": row.issued_at.day,
        "logo": logo_of(row.organisation),
        "document": row.document,
        "sheets": list(_sheets(row, parts, holder, seal)),
    }
    return compile_pdf(TEMPLATE, data=data, moment=row.issued_at)


def _sheets(
    row: PathCertificate, parts: Sequence[Credential], holder: str, seal: SealKey | None
) -> Iterator[dict[str, Any]]:
    """Yield a sheet in the holder's language and, where the path has English words, in English."""
    also = [ENGLISH] if ENGLISH in row.title and row.language != ENGLISH else []
    for language in [row.language, *also]:
        with translation.override(language):
            link = link_of(row)
            words = {
                **_words(row, parts, language),
                "holder": holder or _("the holder, who does not show the name here,"),
                "sealed": seals.words_of(seal) if seal else "",
            }
        yield {
            **{name: plain(value) for name, value in words.items()},
            "language": language,
            "link": link,
            "qr": qr_of(link),
        }


def _words(row: PathCertificate, parts: Sequence[Credential], language: str) -> dict[str, Any]:
    return {
        "title": pick(row.title, language=language).text,
        "certifies": _("This certifies that"),
        "earned": _("has completed the path"),
        "body": pick(row.organisation.name, language=language).text,
        "rows": rows_of(row, parts),
        "outcomes_name": _("The modules of the path, each with a credential of its own"),
        "outcomes": [line_of(part, language) for part in parts],
        "note": "",
        "signatories": [
            [one.name, pick(one.title, language=language).text]
            for one in row.organisation.signatories.all()
        ],
        "check": _("Check it here:"),
        "attached": _("The signed record is attached to this file."),
        "qr_alt": _("QR code with the link to check this certificate"),
        "logo_alt": _("Logo"),
        "attachment": _("The signed record, Comprehensive Learner Record 2.0"),
        "invented": _("A demonstration: holder and results are invented.") if row.is_demo else "",
    }


def line_of(part: Credential, language: str) -> str:
    """Return a module of the path in one line: code, title, workload, day."""
    said = part.elements
    return "{} {}, {}, {}".format(
        part.version.module.code,
        pick(part.title, language=language).text,
        said["notionalWorkload"],
        date_format(part.issued_at, "DATE_FORMAT"),
    )


def rows_of(row: PathCertificate, parts: Sequence[Credential]) -> list[tuple[str, str]]:
    """Return what stands on the sheet, and on the certificate's page, beside the modules."""
    levels = sorted({int(part.elements["eqfLevel"]) for part in parts})
    return [
        (_("Awarding body"), pick(row.organisation.name).text),
        (_("Country of the issuer"), country_of(row.organisation.country)),
        (_("Date of issue"), date_format(row.issued_at, "DATE_FORMAT")),
        (_("All modules together"), _together(parts)),
        (_("Level of the modules"), ", ".join(f"EQF {level}" for level in levels)),
    ]


def _together(parts: Sequence[Credential]) -> str:
    """Return the workload of the modules; ECTS only where each of them states them."""
    minutes = sum(int(part.elements.get("workloadMinutes", 0)) for part in parts)
    hours = _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
    ects = [part.elements.get("ectsCredits") for part in parts]
    if not all(ects):
        return hours
    total = sum((Decimal(str(one)) for one in ects), Decimal(0))
    return f"{number_format(total.normalize())} ECTS, {hours}"
