"""Participant flow: who came, who stayed, who left, and why; the sums close at every branch."""

from collections.abc import Callable, Collection, Mapping, Sequence
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


@dataclass(frozen=True)
class ShownStage:
    """A stage as it may be shown: `n` and `lost` are nothing where they are hidden."""

    key: str
    n: int | None
    lost: int | None


def shown_flow(
    reached: Mapping[str, Collection[int]],
    *,
    first: Sequence[str],
    count: Callable[[str, Collection[int]], int | None],
) -> tuple[ShownStage, ...]:
    """Return each stage with its number and its loss, hidden where they would tell of a few.

    Args:
        reached: stage -> who reached it, in order; each group lies in the one before.
        first: all stages, the ones that matter most first; they are shown before others.
        count: says how many people a stage has, or nothing where it may not be shown beside those
            shown already (`Ledger.count`).

    Returns:
        The stages. A loss is shown only between two shown stages, so any two shown numbers differ
        by nothing or by a group that is large enough.
    """
    numbers = {key: count(key, reached[key]) for key in first}
    found: list[ShownStage] = []
    for key in reached:
        n, before = numbers[key], found[-1].n if found else None
        lost = before - n if before is not None and n is not None else None
        found.append(ShownStage(key, n, lost))
    return tuple(found)
