"""Scores of a test: how many are right, whether that passes, and how it falls by outcome."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """One question of a test: the outcome it serves, and whether the answer was the best one."""

    outcome: str
    correct: bool


@dataclass(frozen=True)
class TestScore:
    """The result of a test."""

    __test__ = False

    score: int
    possible: int
    by_outcome: dict[str, dict[str, int]]

    def passes(self, pass_mark: int) -> bool:
        """Whether the share of right answers reaches the pass mark in per cent, unrounded."""
        return self.possible > 0 and self.score * 100 >= pass_mark * self.possible


def score(marks: Iterable[Mark]) -> TestScore:
    """Count the marks; an unanswered question is a mark that is not correct."""
    by_outcome: dict[str, dict[str, int]] = {}
    for mark in marks:
        row = by_outcome.setdefault(mark.outcome, {"score": 0, "possible": 0})
        row["possible"] += 1
        row["score"] += mark.correct
    return TestScore(
        score=sum(row["score"] for row in by_outcome.values()),
        possible=sum(row["possible"] for row in by_outcome.values()),
        by_outcome=dict(sorted(by_outcome.items())),
    )


def needed(possible: int, *, pass_mark: int) -> int:
    """Return how many right answers reach the pass mark."""
    return -(-pass_mark * possible // 100)
