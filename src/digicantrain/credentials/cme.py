"""CME of an issued credential: only under a rule set, only what was attended and granted."""

import logging
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from digicantrain.core.credentials import cme
from digicantrain.core.credentials.cme import Attended, Granted, RuleError, RuleSet
from digicantrain.credentials import seals
from digicantrain.credentials.certificates import FILES, compile_pdf, link_of, logo_of, plain, qr_of
from digicantrain.credentials.models import CmeGrant, Credential, SealKey
from digicantrain.learning.enums import StepState
from digicantrain.learning.models import StepProgress
from digicantrain.people.enums import Profession

logger = logging.getLogger(__name__)

RULES = Path(__file__).resolve().parent / "rules"


@dataclass(frozen=True)
class Counted:
    """A grant that counts for a credential: the credits that were earned and the time attended."""

    grant: CmeGrant
    rule: RuleSet
    points: Decimal
    minutes: int


def rules() -> Mapping[str, RuleSet]:
    """Return the rule sets by their ids: those of the program, then the provider's own.

    Raises:
        RuleError: a file cannot be read; it is named.
    """
    folders = [RULES, *([Path(settings.CME_RULES)] if settings.CME_RULES else [])]
    files = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    return _read(tuple((path, path.stat().st_mtime_ns) for path in files))


def _readable() -> Mapping[str, RuleSet]:
    """Return the rule sets; where one cannot be read none is relied on, and the log says so."""
    try:
        return rules()
    except RuleError:
        logger.exception("No CME is shown: a rule set cannot be read")
        return {}


@lru_cache(maxsize=8)
def _read(files: tuple[tuple[Path, int], ...]) -> Mapping[str, RuleSet]:
    found = {}
    for path, _changed in files:
        try:
            rule = cme.read_rule(tomllib.loads(path.read_text(encoding="utf-8")))
        except (RuleError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise RuleError(f"{path.name}: {error}") from None
        found[rule.id] = rule
    return found


def counted_for(credentials: Sequence[Credential], *, profession: str) -> dict[int, list[Counted]]:
    """Return what counts for a profession, by credential; mostly nothing."""
    versions = {row.version_id for row in credentials}
    if not profession or not versions:
        return {}
    grants = list(CmeGrant.objects.filter(version__in=versions, profession=profession))
    if not grants:
        return {}
    attended = _attended(credentials)
    return {
        row.pk: [
            one
            for grant in grants
            if grant.version_id == row.version_id
            for one in _counted(row, grant, attended[row.pk])
        ]
        for row in credentials
    }


def _counted(credential: Credential, grant: CmeGrant, attended: Attended) -> list[Counted]:
    rule = _readable().get(grant.rule)
    granted = Granted(
        grant.points, grant.profession, grant.valid_from, grant.valid_until, grant.sentences
    )
    lacking = cme.lacks(
        rule,
        granted=granted,
        attended=attended,
        conflicts=conflicts_of(credential),
        day=(credential.first_issued_at or credential.issued_at).date(),
    )
    if lacking or rule is None or credential.revoked_at is not None:
        return []
    points = cme.credits_of(attended.minutes, most=grant.points, rule=rule)
    return [Counted(grant, rule, points, attended.minutes)] if points > 0 else []


def conflicts_of(credential: Credential) -> str:
    """Return what the authors declared."""
    return str(credential.version.data.get("conflicts", ""))


def _attended(credentials: Sequence[Credential]) -> dict[int, Attended]:
    """Return what was attended for each: the steps done in units that count, and the feedback."""
    done = StepProgress.objects.filter(
        state=StepState.DONE, enrolment__in=[row.enrolment_id for row in credentials]
    )
    gave = set(done.filter(step__kind="feedback").values_list("enrolment_id", flat=True))
    spent: dict[int, dict[str, int]] = {}
    rows = done.values_list("enrolment_id", "step__unit__code").annotate(n=Sum("step__minutes"))
    for enrolment, unit, minutes in rows.order_by():
        spent.setdefault(enrolment, {})[unit] = minutes
    return {row.pk: _of(row, spent, gave) for row in credentials}


def _of(row: Credential, spent: Mapping[int, Mapping[str, int]], gave: set[int]) -> Attended:
    if row.enrolment_id is None:
        return Attended(0, gave_feedback=False)
    units = (row.version.data.get("credit") or {}).get("units", [])
    there = spent.get(row.enrolment_id, {})
    return Attended(
        sum(there.get(unit, 0) for unit in units), gave_feedback=row.enrolment_id in gave
    )


def certificate_of(
    credential: Credential, counted: Counted, *, holder: str, seal: SealKey | None = None
) -> bytes:
    """Return the CME certificate (PDF) under an accreditor's rules, not sealed."""
    with translation.override(credential.language):
        words = plain(_words(credential, counted, holder, seal))
        data = {
            **words,
            "language": credential.language,
            "colour": credential.organisation.colour,
            "logo": logo_of(credential.organisation),
            "qr": qr_of(link_of(credential)),
            "link": link_of(credential),
            "day": list(credential.issued_at.date().timetuple()[:3]),
        }
    return compile_pdf(FILES / "cme.typ", data=data, moment=credential.issued_at)


def sealed_certificate_of(
    credential: Credential, counted: Counted, *, holder: str, now: datetime
) -> bytes:
    """Return the CME certificate as it is handed out: sealed, where there is a seal."""
    return seals.sealed_pdf(
        lambda seal: certificate_of(credential, counted, holder=holder, seal=seal),
        credential.organisation,
        now=now,
    )


def _words(
    credential: Credential, counted: Counted, holder: str, seal: SealKey | None
) -> dict[str, Any]:
    grant, rule = counted.grant, counted.rule
    hours = _("%(hours)d h %(minutes)d min") % {
        "hours": counted.minutes // 60,
        "minutes": counted.minutes % 60,
    }
    return {
        "heading": _("Certificate of continuing medical education"),
        "holder": holder,
        "certifies": _("This certifies that"),
        "took": _("took part in"),
        "title": credential.elements["microCredentialTitle"],
        "body": credential.elements["awardingBody"],
        "rows": [
            [_("Credits"), f"{number_format(counted.points.normalize())} {grant.unit}"],
            [_("Time attended"), hours],
            [_("Accreditor"), grant.accreditor],
            [_("Reference"), grant.reference],
            [_("Rules"), f"{rule.accreditor}, {rule.version}"],
            [_("For the profession"), str(Profession(grant.profession).label)],
            [_("Date of issue"), date_format(credential.issued_at, "DATE_FORMAT")],
            [_("Conflicts of interest of the authors"), conflicts_of(credential)],
        ],
        "sentences": [str(grant.sentences[name]) for name in rule.sentences],
        "check": _("Check the credential here:"),
        "sealed": seals.words_of(seal) if seal else "",
        "qr_alt": _("QR code with the link to check this credential"),
        "logo_alt": _("Logo"),
    }
