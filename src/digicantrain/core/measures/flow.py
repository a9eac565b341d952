"""Participant flow: who came, who stayed, who left, and why; the sums close at every branch."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FlowStage:
    """A stage: how many reached it and how many of the stage before did not, by reason."""

    key: str
    n: int
    lost: dict[str, int]


@dataclass(frozen=True)
class Flow:
    """The stages in order."""

    stages: tuple[FlowStage, ...]

    def closes(self) -> bool:
        """Whether each stage and what was lost before it make up the stage before."""
        pairs = zip(self.stages, self.stages[1:], strict=False)
        return all(before.n == after.n + sum(after.lost.values()) for before, after in pairs)


def participant_flow(
    people: Sequence[dict[str, bool]], *, stages: Sequence[tuple[str, str]]
) -> Flow:
    """Count people through stages; each reaches a stage only through all stages before it.

    Args:
        people: for each person a truth value for each stage.
        stages: (stage, reason for not reaching it); the reason of the first is not used.

    Returns:
        The flow. Somebody who skipped a stage and is seen again later counts as lost at the stage
        that was skipped, so the sums always close.
    """
    remaining = list(people)
    found = []
    for number, (key, reason) in enumerate(stages):
        reached = [person for person in remaining if person[key]]
        lost = len(remaining) - len(reached)
        found.append(FlowStage(key, len(reached), {reason: lost} if number and lost else {}))
        remaining = reached
    return Flow(tuple(found))
