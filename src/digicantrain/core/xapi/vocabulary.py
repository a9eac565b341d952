"""The words of our own statements: verbs, activity types, extensions, and where each is defined.

Words that others have published are used as they published them; ours stand below the address of
the profile (xAPI Profiles 1.0, part two, 7.0: a profile defines no concept of another one).
"""

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

ADL_VERBS = "http://adlnet.gov/expapi/verbs/"
ADL_ACTIVITIES = "http://adlnet.gov/expapi/activities/"
PROFILE = "xapi/profile"
VERSION = "v1"
# what a category activity that names a profile is (xAPI 1.0.3, data, 2.4.6.2)
PROFILE_TYPE = f"{ADL_ACTIVITIES}profile"

Words = dict[str, str]


def profile_iri(origin: str) -> str:
    """Return the address of the profile on the platform at `origin`, as "https://host"."""
    return f"{origin}/{PROFILE}"


def version_iri(origin: str) -> str:
    """Return the address of the version of the profile that statements follow now."""
    return f"{origin}/{PROFILE}/{VERSION}"


class Verb(Enum):
    """What somebody did: address, word in English and in Finnish, and when it is told."""

    REGISTERED = (
        f"{ADL_VERBS}registered", "registered", "ilmoittautui",
        "She has a seat in a course run: by herself, by invitation, by a list, or from the queue.",
    )  # fmt: skip
    LEFT = (
        "http://activitystrea.ms/schema/1.0/leave", "left", "poistui",
        "She left a course run in which she had a seat.",
    )  # fmt: skip
    OPENED = (
        "http://activitystrea.ms/schema/1.0/open", "opened", "avasi",
        "She opened a step for the first time.",
    )  # fmt: skip
    ANSWERED = (
        f"{ADL_VERBS}answered", "answered", "vastasi",
        "She answered a question; in a test each change of an answer is told.",
    )  # fmt: skip
    RESPONDED = (
        f"{ADL_VERBS}responded", "responded", "valitsi",
        "She made a choice in a branching case.",
    )  # fmt: skip
    ATTEMPTED = (
        f"{ADL_VERBS}attempted", "attempted", "aloitti",
        "She began an attempt at a test.",
    )  # fmt: skip
    PASSED = (
        f"{ADL_VERBS}passed", "passed", "läpäisi",
        "She handed a test in and reached its pass mark.",
    )  # fmt: skip
    FAILED = (
        f"{ADL_VERBS}failed", "failed", "ei läpäissyt",
        "She handed a test in and did not reach its pass mark.",
    )  # fmt: skip
    COMPLETED = (
        f"{ADL_VERBS}completed", "completed", "suoritti",
        "She has done a step, or the whole course.",
    )  # fmt: skip
    EARNED = (
        "http://id.tincanapi.com/verb/earned", "earned", "ansaitsi",
        "A credential was issued to her.",
    )  # fmt: skip

    @property
    def iri(self) -> str:
        """The address of the verb."""
        return self.value[0]

    @property
    def display(self) -> Words:
        """The word for it by language."""
        return {"en": self.value[1], "fi": self.value[2]}

    @property
    def meaning(self) -> str:
        """When a statement has it, in English."""
        return self.value[3]


class ActivityType(StrEnum):
    """What something is to which somebody did something."""

    PROGRAMME = "programme"
    COURSE = "course"
    LESSON = "lesson"
    SIMULATION = "simulation"
    ASSESSMENT = "assessment"
    SURVEY = "survey"
    INTERACTION = "cmi.interaction"
    QUESTION = "question"
    BADGE = "badge"

    def iri(self, origin: str) -> str:
        """Return the address of the type."""
        return _TYPES[self][0] or f"{profile_iri(origin)}/activity-types/{self}"

    @property
    def meaning(self) -> str:
        """What it is on this platform, in English."""
        return _TYPES[self][1]

    @property
    def is_ours(self) -> bool:
        """Whether the profile defines it."""
        return not _TYPES[self][0]


_TYPES: dict[ActivityType, tuple[str, str]] = {
    ActivityType.PROGRAMME: ("", "A training programme: what its modules belong to."),
    ActivityType.COURSE: (
        f"{ADL_ACTIVITIES}course",
        "One version of a module of a programme.",
    ),
    ActivityType.LESSON: (
        f"{ADL_ACTIVITIES}lesson",
        "A step to read or to practise in; it counts for nothing.",
    ),
    ActivityType.SIMULATION: (f"{ADL_ACTIVITIES}simulation", "A step that is a branching case."),
    ActivityType.ASSESSMENT: (f"{ADL_ACTIVITIES}assessment", "A step that is a graded test."),
    ActivityType.SURVEY: (
        "http://id.tincanapi.com/activitytype/survey",
        "A step that is the feedback form of the course; never a questionnaire of a study.",
    ),
    ActivityType.INTERACTION: (
        f"{ADL_ACTIVITIES}cmi.interaction",
        "A question with answers to choose from, or a moment of a case with its choices.",
    ),
    ActivityType.QUESTION: (
        f"{ADL_ACTIVITIES}question",
        "A question that is answered in one's own words.",
    ),
    ActivityType.BADGE: (
        "http://activitystrea.ms/schema/1.0/badge",
        "What can be earned: by a module, by some of its units, or by a whole path. Its id is that "
        "of the achievement in the signed credential.",
    ),
}


class Place(Enum):
    """Where an extension stands in a statement, as profiles name it."""

    CONTEXT = "ContextExtension"
    RESULT = "ResultExtension"


@dataclass(frozen=True)
class _Word:
    place: Place
    name: Words
    meaning: str
    schema: dict[str, Any] = field(hash=False)


class Extension(Enum):
    """What our statements say that xAPI has no property for; `schema` is JSON Schema draft 7."""

    ATTEMPT = _Word(
        Place.CONTEXT,
        {"en": "attempt", "fi": "suorituskerta"},
        "Which attempt at a test it was, from 1.",
        {"type": "integer", "minimum": 1},
    )
    CONSEQUENCE = _Word(
        Place.RESULT,
        {"en": "consequence", "fi": "seuraus"},
        "What a choice in a case led to: the state or ending by its key, whether the case ended "
        "there, and how good that ending is for the patient.",
        {
            "type": "object",
            "properties": {
                "state": {"type": "string"},
                "ended": {"type": "boolean"},
                "quality": {"enum": ["good", "mixed", "poor"]},
            },
            "required": ["state", "ended"],
            "additionalProperties": False,
        },
    )

    def iri(self, origin: str) -> str:
        """Return the key of the extension in a statement of the platform at `origin`."""
        return f"{profile_iri(origin)}/extensions/{self.name.lower()}"
