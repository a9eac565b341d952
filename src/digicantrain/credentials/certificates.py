"""A credential as a PDF: tagged, archivable, with the signed credential attached and a QR code."""

import io
import json
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from digicantrain.base.localised import pick
from digicantrain.credentials.models import Credential

TEMPLATE = Path(__file__).resolve().parent / "files" / "certificate.typ"
STANDARDS: list[Any] = ["a-3a", "ua-1"]


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
    return typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=STANDARDS,
        timestamp=int(credential.issued_at.timestamp()),
    )


def _data(credential: Credential, *, holder: str, link: str) -> dict[str, Any]:
    organisation, elements = credential.organisation, credential.elements
    return {
        "language": credential.language,
        "title": elements["microCredentialTitle"],
        "kind": str(credential.get_kind_display()),
        "holder": holder or _("The holder's name is not shown"),
        "body": elements["awardingBody"],
        "colour": organisation.colour,
        "year": credential.issued_at.year,
        "month": credential.issued_at.month,
        "day": credential.issued_at.day,
        "rows": rows_of(credential),
        "outcomes_name": _("The learner can"),
        "outcomes": elements["learningOutcomes"],
        "note": elements.get("creditNote", ""),
        "signatories": [
            [row.name, pick(row.title, language=credential.language).text]
            for row in organisation.signatories.all()
        ],
        "check": _("Check it here:"),
        "link": link,
        "qr": qr_of(link),
        "qr_alt": _("QR code with the link to check this credential"),
        "attachment": _("The signed credential, Open Badges 3.0"),
        "document": credential.document,
        "invented": _("A demonstration: holder and results are invented.")
        if credential.is_demo
        else "",
    }


def qr_of(link: str) -> str:
    """Return a QR code as SVG."""
    out = io.BytesIO()
    segno.make(link, micro=False).save(out, kind="svg", border=1, xmldecl=False)
    return out.getvalue().decode()


def rows_of(credential: Credential) -> list[tuple[str, str]]:
    """Return the elements of the recommendation with their names, in the language now active."""
    elements = credential.elements
    workload = f"{elements['notionalWorkload']} ({elements['workloadFormula']})"
    return [
        (_("Awarding body"), elements["awardingBody"]),
        (_("Country of the issuer"), elements["countryOfIssuer"]),
        (_("Date of issue"), date_format(credential.issued_at, "DATE_FORMAT")),
        (_("Notional workload"), workload),
        (_("Level"), f"EQF {elements['eqfLevel']} ({elements['eqfLevelBasis']})"),
        (_("Type of assessment"), elements["assessmentType"]),
        (_("Form of participation"), elements["participationForm"]),
        (_("Quality assurance"), elements["qualityAssuranceType"]),
        (_("Supervision and identity"), elements["supervisionAndIdentity"]),
        (_("Stackability"), elements["stackability"]),
    ]
