"""One person's transcript: every credential in every currency, which are never added up together.

The same hours count once in a currency, whatever was earned with them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from django.db.models import Sum
from django.utils.translation import gettext as _

from digicantrain.base.localised import pick
from digicantrain.core.credentials.plain_text import one_line
from digicantrain.core.credits import Claim, totals
from digicantrain.core.tables import write_csv
from digicantrain.credentials import expiry, queries
from digicantrain.credentials.certificates import link_of
from digicantrain.credentials.cme import Counted, counted_for
from digicantrain.credentials.models import Credential
from digicantrain.credentials.recognition_evidence import fingerprint_of_own
from digicantrain.people.models import Person
from digicantrain.programme.models import Step

HOURS, ECTS = "hours", "ECTS"
COUNTS = frozenset({"earned", "expires"})
_HUNDREDTH = Decimal("0.01")
HEADER = (
    "title", "kind", "issued", "state", "withdrawn", "reason", "expires", "awarding_body",
    "hours", "hours_recognised", "ects", "cme_points", "cme_unit", "cme_source", "formula",
    "eqf_level", "eqf_basis", "assessment", "supervision", "participation",
    "quality_assurance", "link",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A credential with its state at a moment, where it can be checked, and the CME it counts."""

    credential: Credential
    state: str
    link: str
    counted: Sequence[Counted] = ()
    # the one that she earned later in its place, if it stands
    renewed_by: Credential | None = None

    @property
    def counts(self) -> bool:
        """Whether it stands now."""
        return self.state in COUNTS


def lines_of(person: Person, *, now: datetime) -> list[Line]:
    """Return everything a person has earned, newest first."""
    credentials = list(queries.transcript(person))
    counted = counted_for(credentials, profession=person.profession)
    renewed = expiry.renewals(credentials, now=now)
    return [
        Line(row, row.state_at(now), link_of(row), counted.get(row.pk, []), renewed.get(row.pk))
        for row in credentials
    ]


def sums_of(lines: Sequence[Line]) -> dict[str, Decimal]:
    """Return what counts now in each currency: minutes under `hours`, ECTS, each unit of CME."""
    standing = [line for line in lines if line.counts]
    units = _minutes_of_units(standing)
    counted = {fingerprint_of_own(line.credential) for line in standing}
    return totals(claim for line in standing for claim in _claims(line, units, counted))


def cme_of(sums: dict[str, Decimal]) -> dict[str, Decimal]:
    """Return the units of CME in the sums."""
    return {name: amount for name, amount in sums.items() if name not in {HOURS, ECTS}}


def _claims(line: Line, units: dict[int, dict[str, int]], counted_too: set[str]) -> Iterator[Claim]:
    """Yield what a credential counts; a unit counts once, whether studied or recognised.

    Minutes that were recognised for a credential that counts by itself are not added to it.
    """
    row, elements = line.credential, line.credential.elements
    module = f"{row.version.module.programme_id}/{row.version.module.code}"
    counted = units_of(row)
    there = units.get(row.version_id, {})
    parts = {f"{module}/{unit}": Decimal(there[unit]) for unit in counted if unit in there}
    rest = Decimal(elements.get("workloadMinutes", 0)) - sum(parts.values())
    for unit, known in row.recognised.items():
        there_too = sum(n for name, n in known["rests_on"].items() if name in counted_too)
        name = f"{module}/{unit}"
        parts[name] = max(parts.get(name, Decimal(0)) - there_too, Decimal(0))
    yield Claim(HOURS, {**parts, f"{module}/*": max(rest, Decimal(0))})
    if elements.get("ectsCredits"):
        yield Claim(ECTS, {module: Decimal(elements["ectsCredits"])})
    for one in line.counted:
        again = f"/{row.key}" if one.rule.counts_again else ""
        yield Claim(one.grant.unit, {f"{module}{again}": one.points})


def units_of(row: Credential) -> list[str]:
    """Return the units that a credential counts: the module's, or those of a badge of its own."""
    given = row.version.data.get("credit") or {}
    found: list[str] = given.get("units", [])
    if row.badge:
        found = next((b["units"] for b in given.get("badges", []) if b["id"] == row.badge), [])
    return found


def _minutes_of_units(lines: Iterable[Line]) -> dict[int, dict[str, int]]:
    versions = {line.credential.version_id for line in lines}
    steps = Step.objects.filter(version__in=versions, written=True)
    found: dict[int, dict[str, int]] = {}
    grouped = steps.values_list("version_id", "unit__code").annotate(n=Sum("minutes")).order_by()
    for version, unit, minutes in grouped:
        found.setdefault(version, {})[unit] = minutes
    return found


def state_words(line: Line) -> str:
    """Return the state in the plain words of the page."""
    if line.counts and line.renewed_by:
        return _("Renewed")
    expires = line.credential.expires_on
    return {
        "replaced": _("Replaced"),
        "withdrawn": _("Withdrawn"),
        "suspended": _("Suspended"),
        "expired": _("Expired"),
        "expires": _("Expires %(when)s") % {"when": expires.strftime("%m/%Y") if expires else ""},
        "earned": _("Earned"),
    }[line.state]


def as_csv(lines: Iterable[Line]) -> bytes:
    """Return the transcript as a table, one line a credential and CME grant."""
    rows = [row for line in lines for row in _rows(line)]
    return write_csv(HEADER, rows=rows).encode("utf-8-sig")


def _rows(line: Line) -> Iterator[tuple[object, ...]]:
    row, elements = line.credential, line.credential.elements
    counted: list[Counted | None] = [*line.counted] or [None]
    for one in counted:
        yield (
            pick(row.title).text,
            row.get_kind_display(),
            _day(row.issued_at),
            state_words(line),
            _day(row.revoked_at),
            row.revoked_reason,
            _day(row.expires_at),
            elements.get("awardingBody", ""),
            f"{hours_of(row)}",
            f"{recognised_hours_of(row)}",
            elements.get("ectsCredits", ""),
            *((one.points, one.grant.unit, _source(one)) if one else ("", "", "")),
            elements.get("workloadFormula", ""),
            elements.get("eqfLevel", ""),
            elements.get("eqfLevelBasis", ""),
            elements.get("assessmentType", ""),
            elements.get("supervisionAndIdentity", ""),
            elements.get("participationForm", ""),
            elements.get("qualityAssuranceType", ""),
            line.link,
        )


def as_json(person: Person, lines: Sequence[Line], *, now: datetime) -> bytes:
    """Return the transcript for programs; numbers of credit are texts, so that none is rounded."""
    sums = sums_of(lines)
    document = {
        "holder": one_line(person.name),
        "made": now.replace(microsecond=0).isoformat(),
        "counts_now": {
            "minutes": int(sums.get(HOURS, 0)),
            "ects": f"{sums.get(ECTS, Decimal(0)).normalize():f}",
            "cme": {unit: f"{amount:f}" for unit, amount in sorted(cme_of(sums).items())},
        },
        "credentials": [_written(line) for line in lines],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _written(line: Line) -> dict[str, Any]:
    row = line.credential
    return {
        "id": f"urn:uuid:{row.key}",
        "title": row.title,
        "kind": row.kind,
        "issued": row.issued_at.isoformat(),
        "expires": row.expires_at.isoformat() if row.expires_at else None,
        "state": line.state,
        "renewed_by": f"urn:uuid:{line.renewed_by.key}" if line.renewed_by else None,
        "withdrawn": row.revoked_at.isoformat() if row.revoked_at else None,
        "reason": row.revoked_reason,
        "hours": f"{hours_of(row)}",
        "hours_recognised": f"{recognised_hours_of(row)}",
        "units_recognised": list(row.recognised),
        "ects": row.elements.get("ectsCredits"),
        "cme": [
            {
                "points": f"{one.points:f}",
                "unit": one.grant.unit,
                "minutes_attended": one.minutes,
                "accreditor": one.grant.accreditor,
                "reference": one.grant.reference,
                "source": one.grant.source,
                "rule": one.rule.id,
                "rule_version": one.rule.version,
            }
            for one in line.counted
        ],
        "elements": row.elements,
        "link": line.link,
    }


def hours_of(row: Credential) -> Decimal:
    """Return the hours of a credential, to two decimal places."""
    return (Decimal(row.elements.get("workloadMinutes", 0)) / 60).quantize(_HUNDREDTH)


def recognised_hours_of(row: Credential) -> Decimal:
    """Return how many of a credential's hours were recognised and not studied here."""
    minutes = sum(known["minutes"] for known in row.recognised.values())
    return (Decimal(minutes) / 60).quantize(_HUNDREDTH)


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _source(one: Counted) -> str:
    return f"{one.grant.accreditor}, {one.grant.reference}, {one.grant.source}"
