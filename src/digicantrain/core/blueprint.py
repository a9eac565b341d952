"""Draws a test from a bank: so many questions of each outcome and difficulty, in random order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any


class BlueprintError(ValueError):
    """The bank cannot fill the blueprint; the sentence says where it falls short."""


@dataclass(frozen=True)
class Row:
    """How many questions of one outcome and difficulty a test has."""

    outcome: str
    difficulty: str
    count: int

    @classmethod
    def read(cls, written: dict[str, Any]) -> "Row":
        """Read a row as it stands in a module's file."""
        return cls(str(written["outcome"]), str(written["difficulty"]), int(written["count"]))


@dataclass(frozen=True)
class Candidate:
    """A question of the bank."""

    key: int
    outcome: str
    difficulty: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """A question as one test shows it: its options in their order there."""

    key: int
    options: tuple[str, ...]


def draw(
    rows: Sequence[Row],
    *,
    bank: Collection[Candidate],
    random: Random,
    seen: Collection[int] = (),
) -> list[Drawn]:
    """Return the questions of one test; those already seen come only where no other is left."""
    chosen: list[Candidate] = []
    for row in rows:
        chosen += _fill(row, bank=bank, random=random, seen=seen)
    random.shuffle(chosen)
    return [Drawn(one.key, _shuffled(one.options, random)) for one in chosen]


def _fill(
    row: Row, *, bank: Collection[Candidate], random: Random, seen: Collection[int]
) -> list[Candidate]:
    fitting = sorted(
        (one for one in bank if (one.outcome, one.difficulty) == (row.outcome, row.difficulty)),
        key=lambda one: one.key,
    )
    if len(fitting) < row.count:
        raise BlueprintError(
            f"The bank has {len(fitting)} questions for {row.outcome}, {row.difficulty}; "
            f"the test asks for {row.count}."
        )
    random.shuffle(fitting)
    fitting.sort(key=lambda one: one.key in seen)
    return fitting[: row.count]


def _shuffled(options: tuple[str, ...], random: Random) -> tuple[str, ...]:
    return tuple(random.sample(options, len(options)))
