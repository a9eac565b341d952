"""A credential as a PDF: tagged, archivable, with the signed credential attached and a QR code."""

import hashlib
import io
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from digicantrain.base.localised import pick
from digicantrain.core.lazy import lazily
from digicantrain.credentials.models import Credential

babel = lazily("babel")  # only a certificate names a country

TEMPLATE = Path(__file__).resolve().parent / "files" / "certificate.typ"
STANDARDS: list[Any] = ["a-3a", "ua-1"]
BOX = "□"
_NOT_DRAWN = {"document", "qr", "link", "colour", "language"}
_TURNING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
_LONG_WORD = re.compile(r"\S{40}(?=\S)")
_ONE_LETTER = b"""
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))
#set document(title: "x")
#json(bytes(sys.inputs.data)).letter
"""


def link_of(credential: Credential) -> str:
    """Return the public address of a credential."""
    return settings.ORIGIN + reverse("public:credential", args=[credential.token])


def certificate_of(credential: Credential, *, holder: str) -> bytes:
    """Return the certificate in the credential's own language.

    What people wrote goes in as data, so that nothing in it can act; the date in the file is the
    day of issue, so that two runs give the same bytes.
    """
    with translation.override(credential.language):
        link = link_of(credential)
        data = _data(credential, holder=holder, link=link)
    moment = int(credential.issued_at.timestamp())
    try:
        return _compile(TEMPLATE.read_bytes(), data=data, moment=moment)
    except typst.TypstError:
        # a letter that no font here can draw: an archivable file may not hold it
        drawn = {
            name: value if name in _NOT_DRAWN else _drawable(value) for name, value in data.items()
        }
        return _compile(TEMPLATE.read_bytes(), data=drawn, moment=moment)


def _compile(template: bytes, *, data: dict[str, Any], moment: int) -> bytes:
    return typst.compile(
        template,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=STANDARDS,
        timestamp=moment,
    )


def _drawable(value: Any) -> Any:
    """Return texts with an empty box for each letter that cannot be drawn."""
    if isinstance(value, str):
        return "".join(letter if _can_draw(letter) else BOX for letter in value)
    return [_drawable(one) for one in value] if isinstance(value, list | tuple) else value


@lru_cache(maxsize=2_000)
def _can_draw(letter: str) -> bool:
    if letter < "\u0250" and letter.isprintable():
        return True
    try:
        _compile(_ONE_LETTER, data={"letter": letter}, moment=0)
    except typst.TypstError:
        return False
    return True


def plain(value: Any) -> Any:
    """Return texts without control characters and without signs that turn the writing round.

    A word too long for a line may be broken.
    """
    if isinstance(value, str):
        return _LONG_WORD.sub("\\g<0>\u200b", " ".join(_TURNING.sub("", value).split()))
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def _data(credential: Credential, *, holder: str, link: str) -> dict[str, Any]:
    organisation, elements = credential.organisation, credential.elements
    badge = credential.kind == Credential.Kind.BADGE
    words = {
        "title": elements["microCredentialTitle"],
        "certifies": _("This certifies that"),
        "holder": holder or _("the holder, who does not show the name here,"),
        "earned": _("has earned the badge") if badge else _("has earned the micro-credential"),
        "body": elements["awardingBody"],
        "rows": rows_of(credential),
        "outcomes_name": _("The learner can"),
        "outcomes": elements["learningOutcomes"],
        "note": elements.get("creditNote", ""),
        "signatories": [
            [row.name, pick(row.title, language=credential.language).text]
            for row in organisation.signatories.all()
        ],
        "check": _("Check it here:"),
        "attached": _("The signed credential is attached to this file."),
        "qr_alt": _("QR code with the link to check this credential"),
        "attachment": _("The signed credential, Open Badges 3.0"),
        "invented": _("A demonstration: holder and results are invented.")
        if credential.is_demo
        else "",
    }
    return {
        **{name: plain(value) for name, value in words.items()},
        "language": credential.language,
        "code": credential.version.module.code,
        "seed": list(hashlib.sha256(str(credential.key).encode()).digest()),
        "colour": organisation.colour,
        "year": credential.issued_at.year,
        "month": credential.issued_at.month,
        "day": credential.issued_at.day,
        "link": link,
        "qr": qr_of(link),
        "document": credential.document,
    }


def qr_of(link: str) -> str:
    """Return a QR code as SVG."""
    out = io.BytesIO()
    segno.make(link, micro=False).save(out, kind="svg", border=1, xmldecl=False)
    return out.getvalue().decode()


def country_of(code: str) -> str:
    """Return a country's name in the language now active, with its code."""
    locale = babel.Locale.parse(to_locale(get_language() or "en"))
    name = locale.territories.get(code)
    return f"{name} ({code})" if name else code


def rows_of(credential: Credential) -> list[tuple[str, str]]:
    """Return the elements of the recommendation with their names, in the language now active."""
    elements = credential.elements
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
