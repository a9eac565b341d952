"""Rule sets of CME accreditors: what must hold before their credits stand on a certificate.

A rule set states facts only. The sentences that an accreditor wants printed are its own: a rule
set names them, and the organisation fills in the text that it was granted.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final

_MINUTES: Final = Decimal(60)
_LONGEST: Final = 300


class RuleError(ValueError):
    """A rule set that cannot be used; the sentence says why."""


class Rounding(Enum):
    """How part of a step of credits counts."""

    DOWN = "down"
    HALF_UP = "half-up"


class Lack(Enum):
    """What stands between a learner and a CME certificate."""

    HOURS = "no attended time is written down"
    FEEDBACK = "the feedback form is not given"
    CONFLICT = "no statement of conflicts of interest stands in the module"
    SENTENCES = "a sentence that the accreditor granted is not filled in"
    PROFESSION = "the accreditor does not count this profession"
    DAY = "the grant does not hold on the day of issue"
    RULE = "the grant names no rule set that is known here"


@dataclass(frozen=True)
class RuleSet:
    """An accreditor's rules as they were read on a day.

    `per_hour` is the number of credits for an hour; with `step` they are given in such steps.
    """

    id: str
    version: str
    accreditor: str
    source: str
    read_on: date
    unit: str
    per_hour: Decimal
    professions: frozenset[str]
    only_attended: bool
    after_feedback: bool
    shows_conflicts: bool
    sentences: tuple[str, ...] = ()
    step: Decimal | None = None
    rounding: Rounding = Rounding.DOWN
    valid_months: int | None = None
    # who does the module again earns the credits again
    counts_again: bool = False
    caution: str = ""


@dataclass(frozen=True)
class Attended:
    """What a learner did: minutes of steps done, and whether the feedback form is given."""

    minutes: int
    gave_feedback: bool


@dataclass(frozen=True)
class Granted:
    """What an accreditor granted a module: the most that counts, for whom, when, what texts."""

    most: Decimal
    profession: str
    valid_from: date
    valid_until: date
    sentences: Mapping[str, str]


_TEXTS: Final = ("id", "version", "accreditor", "source", "unit")
_FLAGS: Final = ("only_attended", "after_feedback", "shows_conflicts")
_MAY: Final = ("sentences", "step", "rounding", "valid_months", "counts_again", "caution")


def read_rule(values: Mapping[str, Any]) -> RuleSet:
    """Return a rule set from the values of its file.

    Raises:
        RuleError: a key is missing, unknown, or of the wrong kind; it names the key.
    """
    known = {*_TEXTS, *_FLAGS, *_MAY, "read_on", "per_hour", "professions"}
    for key in values.keys() - known:
        raise RuleError(f"The key {key!r} is unknown.")
    texts: dict[str, Any] = {key: _text(values, key) for key in _TEXTS}
    flags: dict[str, Any] = {key: _of(values, key, bool) for key in _FLAGS}
    months = values.get("valid_months")
    if months is not None and (type(months) is not int or months < 1):
        raise RuleError("valid_months must be a whole number above 0.")
    try:
        rounding = Rounding(values.get("rounding", "down"))
    except ValueError:
        raise RuleError("rounding must be down or half-up.") from None
    return RuleSet(
        **texts,
        **flags,
        read_on=_day(values),
        per_hour=_number(values, "per_hour"),
        professions=frozenset(_list(values, "professions")),
        sentences=tuple(_list(values, "sentences")) if "sentences" in values else (),
        step=_number(values, "step") if "step" in values else None,
        rounding=rounding,
        valid_months=months,
        counts_again=_of(values, "counts_again", bool) if "counts_again" in values else False,
        caution=str(values.get("caution", ""))[:_LONGEST],
    )


def _of(values: Mapping[str, Any], key: str, kind: type) -> Any:
    if type(values.get(key)) is not kind:
        raise RuleError(f"{key} is missing or of the wrong kind.")
    return values[key]


def _text(values: Mapping[str, Any], key: str) -> str:
    text = str(_of(values, key, str)).strip()
    if not 0 < len(text) <= _LONGEST:
        raise RuleError(f"{key} must have 1 to {_LONGEST} characters.")
    return text


def _day(values: Mapping[str, Any]) -> date:
    day: date = _of(values, "read_on", date)
    return day


def _number(values: Mapping[str, Any], key: str) -> Decimal:
    try:
        number = Decimal(_of(values, key, str))
    except InvalidOperation:
        raise RuleError(f"{key} must be a number between quotation marks.") from None
    if not number.is_finite() or number <= 0:
        raise RuleError(f"{key} must be above 0.")
    return number


def _list(values: Mapping[str, Any], key: str) -> list[str]:
    found = _of(values, key, list)
    if not all(isinstance(one, str) and one.strip() for one in found) or not found:
        raise RuleError(f"{key} must be a list of words.")
    return list(found)


def credits_of(minutes: int, *, most: Decimal, rule: RuleSet) -> Decimal:
    """Return the credits for attended minutes: minutes / 60 x per_hour, at most what was granted.

    Where only attended hours do not matter it is what was granted. Nothing else goes in: credits
    are never computed from ECTS.
    """
    if not rule.only_attended:
        return most
    earned = Decimal(minutes) / _MINUTES * rule.per_hour
    step = rule.step or Decimal("0.01")
    whole = ROUND_DOWN if rule.rounding is Rounding.DOWN else ROUND_HALF_UP
    return min(most, (earned / step).quantize(Decimal(1), whole) * step)


def lacks(
    rule: RuleSet | None, *, granted: Granted, attended: Attended, conflicts: str, day: date
) -> tuple[Lack, ...]:
    """Return what stands in the way of a certificate; nothing means that it may be printed."""
    if rule is None:
        return (Lack.RULE,)
    said = {
        Lack.PROFESSION: granted.profession in rule.professions,
        Lack.DAY: granted.valid_from <= day <= granted.valid_until,
        Lack.HOURS: attended.minutes > 0 or not rule.only_attended,
        Lack.FEEDBACK: attended.gave_feedback or not rule.after_feedback,
        Lack.CONFLICT: bool(conflicts.strip()) or not rule.shows_conflicts,
        Lack.SENTENCES: _are_filled(rule.sentences, granted.sentences),
    }
    return tuple(lack for lack, held in said.items() if not held)


def _are_filled(names: Collection[str], texts: Mapping[str, str]) -> bool:
    return all(str(texts.get(name, "")).strip() for name in names)
