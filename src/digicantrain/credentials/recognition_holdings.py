"""What recognition holds on a person: her claims with evidence, and what she decided."""

import base64
from typing import Any

from digicantrain.credentials.models import ClaimedUnit, Credential, Evidence, RecognitionClaim
from digicantrain.people.models import Person
from digicantrain.people.privacy import RemovedRows

WORDS = (
    "stage", "learned", "place", "from_year", "to_year", "hours", "appeal", "created_at",
    "submitted_at", "withdrawn_at", "decided_at", "appealed_at", "appeal_decided_at", "emptied_at",
)  # fmt: skip
OF_UNIT = ("unit", "minutes", "ruling", "reason", "appeal_ruling", "appeal_reason", "rests_on")
OF_EVIDENCE = (
    "kind", "added_at", "title", "issuer", "verdict", "cause", "minutes", "name", "media_type",
    "size", "digest", "words", "confirmed_by", "role", "contact",
)  # fmt: skip


def export(person: Person) -> dict[str, Any]:
    """Return claims with units, evidence and files; of claims that she decided, only which."""
    rows = RecognitionClaim.objects.filter(person=person)
    rows = rows.select_related("enrolment__cohort__module")
    return {
        "recognition claims": [
            _claim(row) for row in rows.prefetch_related("units", "evidence__content")
        ],
        "recognition claims decided": [
            {"claim": str(row.key), "decided": row.decided_at}
            for row in person.recognition_decisions.all()
        ]
        + [
            {"claim": str(row.key), "appeal decided": row.appeal_decided_at}
            for row in person.recognition_appeals.all()
        ],
    }


def _claim(row: RecognitionClaim) -> dict[str, Any]:
    return {
        "module": row.enrolment.cohort.module.code,
        **{name: getattr(row, name) for name in WORDS},
        "units": [_values(unit, OF_UNIT) for unit in row.units.all()],
        "evidence": [_evidence(one) for one in row.evidence.all()],
    }


def _evidence(row: Evidence) -> dict[str, Any]:
    found = _values(row, OF_EVIDENCE)
    if hasattr(row, "content"):
        found["content (base64)"] = base64.b64encode(bytes(row.content.data)).decode()
    return found


def _values(row: ClaimedUnit | Evidence, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(row, name)) not in ("", None)}


def forget_sources(person: Person) -> None:
    """Take from her credentials the trace of others that recognised units rest on."""
    rows = Credential.objects.filter(person=person).exclude(recognised={})
    for row in rows.only("pk", "recognised"):
        for known in row.recognised.values():
            known["rests_on"] = {}
        row.save(update_fields=["recognised"])


def erase(person: Person) -> RemovedRows:
    """Delete claims with their evidence and files; what she decided loses her name."""
    decided = person.recognition_decisions.update(decided_by=None)
    appeals = person.recognition_appeals.update(appeal_decided_by=None)
    removed = RecognitionClaim.objects.filter(person=person).delete()[1]
    return {
        "recognition claims": removed.get("credentials.RecognitionClaim", 0),
        "evidence": removed.get("credentials.Evidence", 0),
        "kept:recognition decisions without a name": decided + appeals,
    }
