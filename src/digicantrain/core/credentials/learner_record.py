"""A Comprehensive Learner Record (CLR 2.0): many signed credentials of a learner in one.

A transcript holds whatever was earned; the record of a path also says what the parts add up to.
The credentials stand in it as they were signed, and keep their own proofs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from digicantrain.core.credentials import badge
from digicantrain.core.credentials.award import AwardingBody
from digicantrain.core.credentials.contexts import CLR_2, OPEN_BADGES_3, VC_2
from digicantrain.core.credentials.identity import Identity
from digicantrain.core.credentials.moments import utc
from digicantrain.core.credentials.status import StatusEntry

CONTEXTS: Final = (VC_2, CLR_2, OPEN_BADGES_3)
MOST: Final = 16  # more would be larger than what verifiers read


class RecordError(ValueError):
    """What cannot be put together to a record; the sentence says why."""


class Tie(Enum):
    """How one achievement stands to another, as CLR 2.0 names it (AssociationType)."""

    PART_OF = "isPartOf"
    PRECEDES = "precedes"


@dataclass(frozen=True)
class Association:
    """That an achievement, by its identifier, has to do with another."""

    source: str
    target: str
    tie: Tie = Tie.PART_OF


@dataclass(frozen=True)
class Path:
    """What the achievements of a record add up to."""

    urn: str
    title: str
    description: str
    criteria: str
    language: str


@dataclass(frozen=True)
class LearnerRecord:
    """The signed credentials of one learner, put together by one body."""

    id: str
    title: str
    body: AwardingBody
    identities: tuple[Identity, ...]
    issued_at: datetime
    credentials: tuple[Mapping[str, Any], ...]
    path: Path | None = None
    associations: tuple[Association, ...] = ()
    status: StatusEntry | None = None
    is_partial: bool = False

    @property
    def subject_id(self) -> str:
        """A name for the learner in this record alone: it tells nothing and links nothing."""
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{self.id}#learner')}"


def document_of(record: LearnerRecord) -> dict[str, Any]:
    """Return the ClrCredential of a record, to be signed as any other credential.

    Raises:
        RecordError: it holds nothing, too much, the same twice, or what is not signed.
    """
    _require_sound(record)
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": record.id,
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": record.title,
        "partial": record.is_partial,
        "issuer": badge.profile_of(record.body),
        "validFrom": utc(record.issued_at),
        "credentialSubject": _subject(record),
    }
    if record.status:
        document["credentialStatus"] = record.status.as_object()
    return document


def parts_of(path: Path, credentials: tuple[Mapping[str, Any], ...]) -> tuple[Association, ...]:
    """Return that each credential's achievement is a part of the path."""
    return tuple(Association(achievement_of(one), path.urn) for one in credentials)


def achievement_of(credential: Mapping[str, Any]) -> str:
    """Return the identifier of what a credential says was achieved."""
    try:
        return str(credential["credentialSubject"]["achievement"]["id"])
    except (KeyError, TypeError):
        raise RecordError("A credential in the record names no achievement.") from None


def _require_sound(record: LearnerRecord) -> None:
    if not record.credentials:
        raise RecordError("There is nothing to put into a record.")
    if len(record.credentials) > MOST:
        raise RecordError(f"A record holds at most {MOST} credentials.")
    if not record.identities:
        raise RecordError("The record does not say whose it is.")
    names = [str(one.get("id", "")) for one in record.credentials]
    if len({*names, record.id, record.body.id}) < len(names) + 2 or "" in names:
        raise RecordError("Two parts of the record have one identifier.")
    if not all(one.get("proof") for one in record.credentials):
        raise RecordError("A credential in the record is not signed.")


def _subject(record: LearnerRecord) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "id": record.subject_id,
        "type": ["ClrSubject"],
        "identifier": [identity.as_object() for identity in record.identities],
    }
    if record.path:
        subject["achievement"] = [_achievement(record.path)]
    if record.associations:
        subject["association"] = [_association(one) for one in record.associations]
    return {**subject, "verifiableCredential": [dict(one) for one in record.credentials]}


def _achievement(path: Path) -> dict[str, Any]:
    return {
        "id": path.urn,
        "type": ["Achievement"],
        "achievementType": "LearningProgram",
        "name": path.title,
        "description": path.description,
        "inLanguage": path.language,
        "criteria": {"narrative": path.criteria},
    }


def _association(association: Association) -> dict[str, Any]:
    return {
        "type": "Association",
        "associationType": association.tie.value,
        "sourceId": association.source,
        "targetId": association.target,
    }
