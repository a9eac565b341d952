"""What is awarded, to whom and by whom; and the gate that refuses an award with a gap.

The eleven mandatory elements are those of the Council Recommendation on micro-credentials
(2022/C 243/02).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from uuid import NAMESPACE_URL, uuid5

from digicantrain.core.credentials.identity import Identity
from digicantrain.core.credentials.status import StatusEntry


class Kind(Enum):
    """What is awarded, as Open Badges names it."""

    BADGE = "Badge"
    MICRO_CREDENTIAL = "MicroCredential"


class Element(Enum):
    """The eleven mandatory elements, each with its name for people."""

    LEARNER = "identification of the learner"
    TITLE = "title"
    COUNTRY = "country or region of the issuer"
    AWARDING_BODY = "awarding body"
    DATE = "date of issue"
    OUTCOMES = "learning outcomes"
    WORKLOAD = "notional workload"
    LEVEL = "level (EQF) and what it rests on"
    ASSESSMENT = "type of assessment"
    PARTICIPATION = "form of participation"
    QUALITY = "type of quality assurance"


class IncompleteError(ValueError):
    """An achievement lacks mandatory elements; the sentence names them."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self.elements = tuple(elements)
        names = "; ".join(element.value for element in elements)
        super().__init__(f"This cannot be issued yet. Missing: {names}.")


@dataclass(frozen=True)
class Competence:
    """A competence of a framework that an outcome serves; `urn` is its lasting identifier."""

    urn: str
    code: str
    title: str
    framework: str


@dataclass(frozen=True)
class Outcome:
    """What the learner can do."""

    urn: str
    code: str
    text: str
    competences: tuple[Competence, ...] = ()


@dataclass(frozen=True)
class Workload:
    """The notional workload, the words for it, and the sum it comes from."""

    minutes: int
    text: str
    formula: str
    ects: Decimal | None = None


@dataclass(frozen=True)
class Level:
    """A level of the European Qualifications Framework and the words for what it rests on."""

    eqf: int | None
    basis: str


@dataclass(frozen=True)
class Assessment:
    """One thing that was assessed and passed; `required` are the words for its pass mark."""

    urn: str
    name: str
    required: str = ""


@dataclass(frozen=True)
class Achievement:
    """What can be earned, in the words of one language."""

    urn: str
    kind: Kind
    language: str
    title: str
    description: str
    criteria: str
    outcomes: tuple[Outcome, ...]
    workload: Workload
    level: Level
    assessments: tuple[Assessment, ...]
    assessment_type: str
    participation: str
    quality: str
    supervision: str
    stackability: str
    note: str = ""
    version: str = ""
    page: str = ""


@dataclass(frozen=True)
class AwardingBody:
    """Who awards; `id` is the DID whose keys sign."""

    id: str
    name: str
    country: str
    website: str = ""


@dataclass(frozen=True)
class Award:
    """An achievement awarded to one person on a day."""

    id: str
    achievement: Achievement
    body: AwardingBody
    identities: tuple[Identity, ...]
    issued_at: datetime
    status: StatusEntry
    expires_at: datetime | None = None

    @property
    def subject_id(self) -> str:
        """A name for the learner in this credential alone: it tells nothing and links nothing."""
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{self.id}#learner')}"

    @property
    def issued_on(self) -> date:
        """The day of issue."""
        return self.issued_at.date()


def gaps_of(achievement: Achievement, body: AwardingBody) -> tuple[Element, ...]:
    """Return the elements that an achievement lacks, before anybody has earned it."""
    said = {
        Element.TITLE: achievement.title,
        Element.COUNTRY: body.country,
        Element.AWARDING_BODY: body.name,
        Element.OUTCOMES: achievement.outcomes and all(o.text for o in achievement.outcomes),
        Element.WORKLOAD: achievement.workload.minutes > 0 and achievement.workload.text,
        Element.LEVEL: achievement.level.eqf and achievement.level.basis,
        Element.ASSESSMENT: achievement.assessments and achievement.assessment_type,
        Element.PARTICIPATION: achievement.participation,
        Element.QUALITY: achievement.quality,
    }
    return tuple(element for element in Element if element in said and not _is_said(said[element]))


def gaps(award: Award) -> tuple[Element, ...]:
    """Return the mandatory elements that an award lacks, in the order of the recommendation."""
    found = set(gaps_of(award.achievement, award.body))
    if not award.identities:
        found.add(Element.LEARNER)
    return tuple(element for element in Element if element in found)


def require_complete(award: Award) -> None:
    """Refuse an award that lacks a mandatory element."""
    lacking = gaps(award)
    if lacking:
        raise IncompleteError(lacking)


def _is_said(value: object) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)
