"""What our statements look like: one template for each kind of event.

A template is what xAPI Profiles 1.0 (part two, 8.0) says of one: determining properties, which say
of which statements it speaks, and rules that these keep. Rules for locations that several
templates speak of agree with one another.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from digicantrain.core.xapi.events import PLATFORM
from digicantrain.core.xapi.vocabulary import (
    ActivityType,
    Extension,
    Place,
    Verb,
    version_iri,
)

Origin = str
OBJECT = "$.object.definition"
STEPS = (
    ActivityType.LESSON,
    ActivityType.SIMULATION,
    ActivityType.ASSESSMENT,
    ActivityType.SURVEY,
)


class Presence(StrEnum):
    """Whether a location has a value."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    RECOMMENDED = "recommended"


@dataclass(frozen=True)
class Rule:
    """What is asked of the values at a location, which is a JSONPath (part two, 8.1)."""

    location: str
    presence: Presence = Presence.INCLUDED
    any: tuple[Any, ...] = ()
    all: tuple[Any, ...] = ()
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the rule as a profile holds it."""
        known = {
            "location": self.location,
            "presence": str(self.presence),
            "any": list(self.any),
            "all": list(self.all),
            "scopeNote": {"en": self.note} if self.note else {},
        }
        return {key: value for key, value in known.items() if value}


@dataclass(frozen=True)
class Template:
    """One kind of statement: verb, types of its object and of what that stands in, and rules."""

    key: str
    name: str
    meaning: str
    verb: Verb
    about: ActivityType | None = None
    parent: ActivityType | None = None
    rules: tuple[Rule, ...] = field(default=())

    def with_rules(self, rules: tuple[Rule, ...]) -> "Template":
        """Return the template with other rules."""
        return replace(self, rules=rules)


def at(extension: Extension, origin: Origin) -> str:
    """Return where an extension stands in a statement."""
    part = "context" if extension.value.place is Place.CONTEXT else "result"
    return f"$.{part}.extensions['{extension.iri(origin)}']"


# --- rules that several templates have ---


def _of_all(origin: Origin) -> tuple[Rule, ...]:
    """Return what every statement of ours keeps."""
    nobody = "Only the account says who it was, under a pseudonym."
    return (
        Rule("$.actor.account.homePage", all=(origin,)),
        Rule("$.actor.account.name", note=nobody),
        *(Rule(f"$.actor.{part}", Presence.EXCLUDED) for part in ("name", "mbox")),
        Rule("$.timestamp"),
        Rule("$.context.platform", all=(PLATFORM,)),
        Rule("$.context.revision", note="The version of the module, or of the programme."),
        Rule("$.context.contextActivities.category[*].id", any=(version_iri(origin),)),
    )


IN_A_RUN = Rule("$.context.registration", note="The enrolment: it is the same for a whole run.")
IN_A_LANGUAGE = Rule("$.context.language", note="The language in which she met it.")
NO_SCORE = Rule("$.result.score", Presence.EXCLUDED)
NO_WORDS = Rule("$.result.response", Presence.EXCLUDED, note="What somebody wrote is never told.")
NO_KEY = Rule(f"{OBJECT}.correctResponsesPattern", Presence.EXCLUDED)
COMPLETE = Rule("$.result.completion", all=(True,))
CHOICES = (
    Rule(f"{OBJECT}.interactionType", all=("choice",)),
    Rule(f"{OBJECT}.choices[*].id"),
    Rule("$.result.response", note="The key of the choice."),
)
IN_A_STEP = (IN_A_RUN, IN_A_LANGUAGE)


def _a_step(origin: Origin) -> Rule:
    return Rule(f"{OBJECT}.type", all=tuple(kind.iri(origin) for kind in STEPS))


def _attempt(origin: Origin) -> Rule:
    return Rule(at(Extension.ATTEMPT, origin))


def _marked(*, passed: bool, origin: Origin) -> tuple[Rule, ...]:
    return (
        *IN_A_STEP,
        _attempt(origin),
        *(Rule(f"$.result.score.{part}") for part in ("scaled", "raw", "min", "max")),
        Rule("$.result.success", all=(passed,)),
        COMPLETE,
        Rule("$.result.duration", note="From beginning it to handing it in, breaks included."),
    )


# --- the templates ---


def _of_a_run(_origin: Origin) -> tuple[Template, ...]:
    course, programme = ActivityType.COURSE, ActivityType.PROGRAMME
    return (
        Template(
            "registered", "Enrolled",
            "A learner has a seat in a course run. Who waits for one is not told of.",
            Verb.REGISTERED, course, programme, (IN_A_RUN,),
        ),
        Template(
            "left", "Left", "A learner gave her seat back.",
            Verb.LEFT, course, programme, (IN_A_RUN,),
        ),
        Template(
            "completed-course", "Course completed",
            "Each written step is done, but for units that were recognised.",
            Verb.COMPLETED, course, programme, (IN_A_RUN, COMPLETE),
        ),
    )  # fmt: skip


def _of_steps(origin: Origin) -> tuple[Template, ...]:
    course = ActivityType.COURSE
    return (
        Template(
            "opened-step", "Step opened", "A learner opened a step for the first time.",
            Verb.OPENED, None, course, (*IN_A_STEP, _a_step(origin)),
        ),
        Template(
            "completed-step", "Step done",
            "A page was read to its end, a practice quiz answered, a case played to an ending, a "
            "test passed, the form sent: once for each step.",
            Verb.COMPLETED, None, course,
            (
                *IN_A_STEP, _a_step(origin), COMPLETE, NO_WORDS,
                Rule("$.result.score.raw", Presence.RECOMMENDED, note="Of cases and tests."),
            ),
        ),
        Template(
            "completed-form", "Feedback form done",
            "That the form was sent, never what was said in it.",
            Verb.COMPLETED, ActivityType.SURVEY, course,
            (NO_SCORE, Rule("$.result.extensions", Presence.EXCLUDED)),
        ),
    )  # fmt: skip


def _of_questions(origin: Origin) -> tuple[Template, ...]:
    asked = ActivityType.INTERACTION
    return (
        Template(
            "answered-practice", "Practice question answered",
            "The first choice stands, and the best answer is shown after it; so it is told too.",
            Verb.ANSWERED, asked, ActivityType.LESSON,
            (
                *IN_A_STEP, *CHOICES, NO_SCORE, Rule("$.result.success"),
                Rule(f"{OBJECT}.correctResponsesPattern"),
            ),
        ),
        Template(
            "answered-own-words", "Written in one's own words",
            "That something was written, never what.",
            Verb.ANSWERED, ActivityType.QUESTION, ActivityType.LESSON,
            (*IN_A_STEP, COMPLETE, NO_WORDS, NO_SCORE),
        ),
        Template(
            "answered-test", "Test question answered",
            "An answer in an open test: neither whether it is right nor the words of the bank.",
            Verb.ANSWERED, asked, ActivityType.ASSESSMENT,
            (
                *IN_A_STEP, *CHOICES, NO_SCORE, NO_KEY, _attempt(origin),
                Rule("$.result.success", Presence.EXCLUDED),
                Rule(f"{OBJECT}.name", Presence.EXCLUDED),
                Rule(f"{OBJECT}.choices[*].description", Presence.EXCLUDED),
            ),
        ),
        Template(
            "chose-in-case", "Choice in a case",
            "A choice and what it led to; points only where the case does not count.",
            Verb.RESPONDED, asked, ActivityType.SIMULATION,
            (
                *IN_A_STEP, *CHOICES, NO_KEY,
                Rule(at(Extension.CONSEQUENCE, origin)),
                Rule(f"{at(Extension.CONSEQUENCE, origin)}.state"),
                Rule(f"{at(Extension.CONSEQUENCE, origin)}.ended"),
                Rule("$.result.success", Presence.EXCLUDED),
            ),
        ),
    )  # fmt: skip


def _of_tests(origin: Origin) -> tuple[Template, ...]:
    test, course = ActivityType.ASSESSMENT, ActivityType.COURSE
    return (
        Template(
            "attempted-test", "Test begun", "A learner began an attempt at a test.",
            Verb.ATTEMPTED, test, course, (*IN_A_STEP, _attempt(origin)),
        ),
        Template(
            "passed-test", "Test passed", "Handed in, and the pass mark reached.",
            Verb.PASSED, test, course, _marked(passed=True, origin=origin),
        ),
        Template(
            "failed-test", "Test not passed", "Handed in, and the pass mark not reached.",
            Verb.FAILED, test, course, _marked(passed=False, origin=origin),
        ),
    )  # fmt: skip


def _of_credentials(_origin: Origin) -> tuple[Template, ...]:
    badge = ActivityType.BADGE
    named = Rule(f"{OBJECT}.name")
    return (
        Template(
            "earned-in-course", "Credential earned",
            "The credential of a module, or the badge of some of its units, was issued. Which one "
            "it is as a document is not told: that would lead from the pseudonym to a name. "
            "Without a registration it was issued for an assessment held elsewhere.",
            Verb.EARNED, badge, ActivityType.COURSE, (named,),
        ),
        Template(
            "earned-path", "Path certificate earned",
            "The certificate of a whole path was issued; it belongs to no single enrolment.",
            Verb.EARNED, badge, ActivityType.PROGRAMME, (named,),
        ),
    )  # fmt: skip


GROUPS: tuple[Callable[[Origin], tuple[Template, ...]], ...] = (
    _of_a_run, _of_steps, _of_questions, _of_tests, _of_credentials,
)  # fmt: skip


def templates(origin: Origin) -> tuple[Template, ...]:
    """Return all templates for the platform at `origin`, each with the rules of all."""
    base = _of_all(origin)
    return tuple(one.with_rules((*base, *one.rules)) for group in GROUPS for one in group(origin))
