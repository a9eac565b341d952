"""What is awarded, to whom and by whom; and the gate that refuses an award with a gap.

The eleven mandatory elements are those of the Council Recommendation on micro-credentials
(2022/C 243/02).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final
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


class Further(Enum):
    """What must be said beside the eleven before anything is issued, each with its name."""

    SUPERVISION = "supervision and identity verification during assessment"
    ENTITLEMENT = "entitlement of the awarding body to award ECTS credits"


Required = Element | Further


class IncompleteError(ValueError):
    """An achievement lacks something that must be said; the sentence names it."""

    def __init__(self, elements: Sequence[Required]) -> None:
        self.elements = tuple(elements)
        names = "; ".join(element.value for element in elements)
        super().__init__(f"This cannot be issued yet. Missing: {names}.")


class Basis(Enum):
    """What a level rests on: a national framework, or the awarding body's own judgement."""

    REFERENCED = "referenced"
    SELF_ASSESSED = "self-assessed"


class Participation(Enum):
    """How the learner takes part."""

    ONLINE = "online"
    BLENDED = "blended"
    ON_SITE = "on-site"
    WORKPLACE = "workplace"


class Supervision(Enum):
    """How an assessment was watched over, and whether it was seen who sat it."""

    UNSUPERVISED = "unsupervised"
    UNSUPERVISED_IDENTIFIED = "unsupervised-identified"
    SUPERVISED_IDENTIFIED = "supervised-identified"


class AssessmentKind(Enum):
    """What an assessment is like."""

    QUIZ = "quiz"
    CASE = "case"
    WORK = "work"


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
    """A level of the European Qualifications Framework and the words for what it rests on.

    Unless it is said to be referenced it is the awarding body's own judgement.
    """

    eqf: int | None
    basis: str
    rests_on: Basis = Basis.SELF_ASSESSED


@dataclass(frozen=True)
class Assessment:
    """One thing that was assessed and passed; `required` are the words for its pass mark."""

    urn: str
    name: str
    required: str = ""
    kind: AssessmentKind = AssessmentKind.QUIZ


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
    takes_part: Participation = Participation.ONLINE
    watched: Supervision = Supervision.UNSUPERVISED
    # what others say of it, each signed by who says it (compact JWS)
    endorsements: tuple[str, ...] = ()


@dataclass(frozen=True)
class AwardingBody:
    """Who awards; `id` is the DID whose keys sign.

    `legal_identifier` is its number in a register, with the register and country before it, as
    certificates for electronic seals write it (ETSI EN 319 412-1): VATFI-01234567.
    """

    id: str
    name: str
    country: str
    website: str = ""
    may_award_ects: bool = False
    legal_identifier: str = ""
    email: str = ""
    endorsements: tuple[str, ...] = ()


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


def gaps_of(achievement: Achievement, body: AwardingBody) -> tuple[Required, ...]:
    """Return what an achievement lacks, before anybody has earned it.

    The eleven elements in the order of the recommendation, then what is asked beside them.
    """
    said: dict[Required, object] = {
        Element.TITLE: achievement.title,
        Element.COUNTRY: body.country,
        Element.AWARDING_BODY: body.name,
        Element.OUTCOMES: achievement.outcomes and all(o.text for o in achievement.outcomes),
        Element.WORKLOAD: achievement.workload.minutes > 0 and achievement.workload.text,
        Element.LEVEL: achievement.level.eqf in _LEVELS
        and isinstance(achievement.level.rests_on, Basis)
        and achievement.level.basis,
        Element.ASSESSMENT: achievement.assessments and achievement.assessment_type,
        Element.PARTICIPATION: achievement.participation,
        Element.QUALITY: achievement.quality,
        Further.SUPERVISION: achievement.supervision,
        Further.ENTITLEMENT: achievement.workload.ects is None or body.may_award_ects,
    }
    return tuple(element for element, value in said.items() if not _is_said(value))


def gaps(award: Award) -> tuple[Required, ...]:
    """Return what an award lacks, in the same order; of an award the learner is asked too."""
    found = gaps_of(award.achievement, award.body)
    return found if award.identities else (Element.LEARNER, *found)


def require_complete(award: Award) -> None:
    """Refuse an award that lacks a mandatory element."""
    lacking = gaps(award)
    if lacking:
        raise IncompleteError(lacking)


_LEVELS: Final = range(1, 9)


def _is_said(value: object) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)
