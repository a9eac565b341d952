"""The rules of a graded test: pass mark, attempts, the wait between them, and who may begin now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple

from digicantrain.core.blueprint import Row
from digicantrain.core.scoring import needed


@dataclass(frozen=True)
class TestRules:
    """What a module's file says about its test."""

    __test__ = False

    pass_mark: int
    attempts: int
    wait: timedelta
    blueprint: tuple[Row, ...]

    @classmethod
    def read(cls, assessment: Mapping[str, Any]) -> "TestRules":
        """Read the rules as a module version keeps them."""
        return cls(
            pass_mark=int(assessment["pass_mark"]),
            attempts=int(assessment["attempts"]),
            wait=timedelta(hours=int(assessment["wait_hours"])),
            blueprint=tuple(Row.read(row) for row in assessment.get("blueprint", ())),
        )

    @property
    def questions(self) -> int:
        """How many questions a test has."""
        return sum(row.count for row in self.blueprint)

    @property
    def needed(self) -> int:
        """How many right answers pass."""
        return needed(self.questions, pass_mark=self.pass_mark)


class Gate(Enum):
    """Whether a test can be begun."""

    UNDER_WAY = "under-way"
    OPEN = "open"
    WAITING = "waiting"
    PASSED = "passed"
    CLOSED = "closed"


class Tried(NamedTuple):
    """An attempt as far as the rules look at it."""

    submitted_at: datetime | None
    passed: bool | None


@dataclass(frozen=True)
class Standing:
    """Where somebody stands before a test."""

    gate: Gate
    left: int
    opens_at: datetime | None = None


def standing(rules: TestRules, *, tried: list[Tried], now: datetime) -> Standing:
    """Return whether a test can be begun, in server time only."""
    left = max(0, rules.attempts - len(tried))
    if any(one.passed for one in tried):
        return Standing(Gate.PASSED, left)
    if any(one.submitted_at is None for one in tried):
        return Standing(Gate.UNDER_WAY, left)
    if not left:
        return Standing(Gate.CLOSED, 0)
    opens_at = max(
        (one.submitted_at + rules.wait for one in tried if one.submitted_at), default=now
    )
    if opens_at > now:
        return Standing(Gate.WAITING, left, opens_at)
    return Standing(Gate.OPEN, left)
