"""A credential as a PDF: tagged, archivable, with the signed credential attached and a QR code.

It speaks the holder's language and, on a sheet of its own, English.
"""

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from PIL import Image

from digicantrain.base.localised import pick
from digicantrain.core.credentials import badge
from digicantrain.core.credentials.plain_text import one_line
from digicantrain.credentials import seals
from digicantrain.credentials.countries import country_of
from digicantrain.credentials.models import Credential, SealKey
from digicantrain.credentials.records import awards_of
from digicantrain.people.models import Organisation

FILES = Path(__file__).resolve().parent / "files"
TEMPLATE = FILES / "certificate.typ"
STANDARDS: list[Any] = ["a-3a", "ua-1"]
BOX = "□"
PICTURE_PPI = 60
_NOT_DRAWN = {"document", "qr", "link", "colour", "language", "logo"}
_LONG_WORD = re.compile(r"\S{40}(?=\S)")
_ONE_LETTER = b"""
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))
#set document(title: "x")
#json(bytes(sys.inputs.data)).letter
"""


def link_of(credential: Credential) -> str:
    """Return the public address of a credential."""
    return settings.ORIGIN + reverse("public:credential", args=[credential.token])


def certificate_of(credential: Credential, *, holder: str, seal: SealKey | None = None) -> bytes:
    """Return the certificate, not sealed; it names the seal with which it will be.

    What people wrote goes in as data, so that nothing in it can act; the date in the file is the
    day of issue, so that two runs give the same bytes.
    """
    sheets = list(_sheets(credential, holder=holder, seal=seal))
    return _drawn(credential, sheets)


def sealed_certificate_of(credential: Credential, *, holder: str, now: datetime) -> bytes:
    """Return the certificate as it is handed out: sealed, where the organisation has a seal."""
    return seals.sealed_pdf(
        lambda seal: certificate_of(credential, holder=holder, seal=seal),
        credential.organisation,
        now=now,
    )


def pictures_of(credential: Credential, *, holder: str) -> dict[str, bytes]:
    """Return a small picture (PNG) of the first page in each language."""
    return {
        sheet["language"]: _drawn(credential, [sheet], format="png", ppi=PICTURE_PPI)
        for sheet in _sheets(credential, holder=holder)
    }


def _drawn(credential: Credential, sheets: list[dict[str, Any]], **options: Any) -> bytes:
    data = {**_data(credential), "sheets": sheets}
    return compile_pdf(TEMPLATE, data=data, moment=credential.issued_at, **options)


def compile_pdf(template: Path, *, data: dict[str, Any], moment: datetime, **options: Any) -> bytes:
    """Return what a template makes of words, dated with a moment, so that it is the same twice."""
    options |= {"timestamp": int(moment.timestamp())}
    text = template.read_bytes()
    try:
        return _compile(text, data=data, **options)
    except typst.TypstError:
        # a letter that no font here can draw: an archivable file may not hold it
        return _compile(text, data=_drawable(data), **options)


def _compile(template: bytes, *, data: dict[str, Any], **options: Any) -> bytes:
    if options.get("format") != "png":
        options["pdf_standards"] = STANDARDS
    made: Any = typst.compile(
        template,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        **options,
    )
    return bytes(made[0] if isinstance(made, list) else made)


def _drawable(value: Any) -> Any:
    """Return texts with an empty box for each letter that cannot be drawn."""
    if isinstance(value, str):
        return "".join(letter if _can_draw(letter) else BOX for letter in value)
    if isinstance(value, dict):
        return {name: one if name in _NOT_DRAWN else _drawable(one) for name, one in value.items()}
    return [_drawable(one) for one in value] if isinstance(value, list | tuple) else value


@lru_cache(maxsize=2_000)
def _can_draw(letter: str) -> bool:
    if letter < "\u0250" and letter.isprintable():
        return True
    try:
        _compile(_ONE_LETTER, data={"letter": letter}, timestamp=0)
    except typst.TypstError:
        return False
    return True


def can_be_drawn(name: str) -> bool:
    """Return whether the fonts of the certificate have all the letters of a name."""
    return all(_can_draw(letter) for letter in set(one_line(name)))


def plain(value: Any) -> Any:
    """Return texts without control characters and without signs that turn the writing round.

    A word too long for a line may be broken.
    """
    if isinstance(value, str):
        return _LONG_WORD.sub("\\g<0>\u200b", one_line(value))
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def _sheets(
    credential: Credential, *, holder: str, seal: SealKey | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the words of each sheet: as issued in the holder's language, then in English."""
    yield _sheet(
        credential, credential.elements, language=credential.language, holder=holder, seal=seal
    )
    for award in awards_of(credential)[1:]:
        elements = badge.document_of(award)["credentialSubject"]["microCredential"]
        language = award.achievement.language
        yield _sheet(credential, elements, language=language, holder=holder, seal=seal)


def _sheet(
    credential: Credential,
    elements: Mapping[str, Any],
    *,
    language: str,
    holder: str,
    seal: SealKey | None,
) -> dict[str, Any]:
    is_badge = credential.kind == Credential.Kind.BADGE
    with translation.override(language):
        link = link_of(credential)
        words = {
            "title": elements["microCredentialTitle"],
            "certifies": _("This certifies that"),
            "holder": holder or _("the holder, who does not show the name here,"),
            "earned": _("has earned the badge")
            if is_badge
            else _("has earned the micro-credential"),
            "body": elements["awardingBody"],
            "rows": [*rows_of(credential, elements=elements), *_end_of(credential)],
            "outcomes_name": _("The learner can"),
            "outcomes": elements["learningOutcomes"],
            "note": elements.get("creditNote", ""),
            "signatories": [
                [row.name, pick(row.title, language=language).text]
                for row in credential.organisation.signatories.all()
            ],
            "check": _("Check it here:"),
            "attached": _("The signed credential is attached to this file."),
            "sealed": seals.words_of(seal) if seal else "",
            "qr_alt": _("QR code with the link to check this credential"),
            "logo_alt": _("Logo"),
            "attachment": _("The signed credential, Open Badges 3.0"),
            "invented": _("A demonstration: holder and results are invented.")
            if credential.is_demo
            else "",
        }
    return {
        **{name: plain(value) for name, value in words.items()},
        "language": language,
        "link": link,
        "qr": qr_of(link),
    }


def _end_of(credential: Credential) -> list[tuple[str, str]]:
    """Return the last day of what does not last for ever."""
    last = credential.expires_on
    return [(_("Valid until"), date_format(last, "DATE_FORMAT"))] if last else []


def _data(credential: Credential) -> dict[str, Any]:
    return {
        "language": credential.language,
        "code": credential.version.module.code,
        "seed": list(hashlib.sha256(str(credential.key).encode()).digest()),
        "colour": credential.organisation.colour,
        "year": credential.issued_at.year,
        "month": credential.issued_at.month,
        "day": credential.issued_at.day,
        "logo": logo_of(credential.organisation),
        "document": credential.document,
    }


def logo_bytes(organisation: Organisation) -> bytes:
    """Return the organisation's logo (our own PNG), or nothing where it has none."""
    if not organisation.logo:
        return b""
    try:
        with organisation.logo.open("rb") as file:
            return bytes(file.read())
    except OSError:
        return b""


def logo_of(organisation: Organisation) -> str:
    """Return the organisation's logo as a drawing (SVG) around its picture."""
    content = logo_bytes(organisation)
    if not content:
        return ""
    wide, high = Image.open(io.BytesIO(content), formats=("PNG",)).size
    coded = base64.b64encode(content).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}">'
        f'<image width="{wide}" height="{high}" href="data:image/png;base64,{coded}"/></svg>'
    )


def qr_of(link: str) -> str:
    """Return a QR code as SVG."""
    out = io.BytesIO()
    segno.make(link, micro=False).save(out, kind="svg", border=1, xmldecl=False)
    return out.getvalue().decode()


def rows_of(
    credential: Credential, *, elements: Mapping[str, Any] | None = None
) -> list[tuple[str, str]]:
    """Return the elements of the recommendation with their names, in the language now active."""
    elements = elements or credential.elements
    workload = f"{elements['notionalWorkload']} ({elements['workloadFormula']})"
    return [
        (_("Awarding body"), elements["awardingBody"]),
        (_("Country of the issuer"), country_of(elements["countryOfIssuer"])),
        (_("Date of issue"), date_format(credential.issued_at, "DATE_FORMAT")),
        (_("Notional workload"), workload),
        (_("Level"), f"EQF {elements['eqfLevel']} ({elements['eqfLevelBasis']})"),
        (_("Type of assessment"), elements["assessmentType"]),
        (_("Form of participation"), elements["participationForm"]),
        (_("Quality assurance"), elements["qualityAssuranceType"]),
        (_("Supervision and identity"), elements["supervisionAndIdentity"]),
        (_("Stackability"), elements["stackability"]),
    ]
