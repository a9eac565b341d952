"""Evidence as a page shows it, and as it is handed over: never opened in the page's own origin."""

from collections.abc import Iterable
from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from digicantrain.core.credentials.verification import Cause, Verdict
from digicantrain.credentials.models import ClaimedUnit, Evidence
from digicantrain.credentials.recognition_evidence import CREDENTIAL
from digicantrain.web.verdicts import CAUSES, HEADINGS


class Shown(NamedTuple):
    """A piece of evidence with the words for what its check said, and where else it was used."""

    row: Evidence
    heading: str
    cause: str
    also_for: list[ClaimedUnit]


def shown(
    rows: Iterable[Evidence], *, also_for: dict[str, list[ClaimedUnit]] | None = None
) -> list[Shown]:
    """Return pieces of evidence in words."""
    used = also_for or {}
    return [
        Shown(
            row,
            str(HEADINGS[Verdict(row.verdict)]) if row.verdict else "",
            str(CAUSES[Cause[row.cause]]) if row.cause else "",
            used.get(row.fingerprint, []) if row.fingerprint else [],
        )
        for row in rows
    ]


def handed_over(row: Evidence) -> HttpResponse:
    """Return a file or a credential that was handed in, to be kept and not to be shown here."""
    if not hasattr(row, "content"):
        raise Http404
    kind = row.media_type or CREDENTIAL
    name = row.name or _("credential") + ".json"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(
        bytes(row.content.data),
        content_type=kind,
        headers={"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"},
    )
