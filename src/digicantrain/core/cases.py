"""Branching cases as state machines: a patient who changes, choices whose consequences come later.

A case is the plain value that its file holds: `start`, `states` with `choices`, `endings` with
`variants`. A path is the list of choices made so far, each as (state, choice).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Design = Mapping[str, Any]
Path = Sequence[tuple[str, str]]


class CaseError(ValueError):
    """A choice does not fit the path; nothing was changed."""


@dataclass(frozen=True)
class Position:
    """Where a path has led: a state, or an ending."""

    key: str
    ended: bool


@dataclass(frozen=True)
class CaseResult:
    """Points earned out of points possible on the path taken, and how it ended."""

    points: int
    possible: int
    ending: str
    variants: tuple[str, ...]


def _choice(design: Design, state: str, choice: str) -> Mapping[str, Any]:
    for row in design["states"].get(state, {}).get("choices", ()):
        if row["id"] == choice:
            found: Mapping[str, Any] = row
            return found
    raise CaseError("This choice does not belong to this moment of the case.")


def position(design: Design, path: Path) -> Position:
    """Return where a path leads.

    Raises:
        CaseError: the path does not fit the case.
    """
    here = str(design["start"])
    for state, choice in path:
        if state != here:
            raise CaseError("The case has moved on since this page was opened.")
        here = str(_choice(design, state, choice)["next"])
    return Position(here, here in design["endings"])


def advance(design: Design, path: Path, choice: str) -> list[tuple[str, str]]:
    """Return the path with one more choice.

    Raises:
        CaseError: the case has ended, or the choice does not belong to the moment.
    """
    here = position(design, path)
    if here.ended:
        raise CaseError("The case has ended.")
    _choice(design, here.key, choice)
    return [*((state, chosen) for state, chosen in path), (here.key, choice)]


@dataclass(frozen=True)
class Consequence:
    """What a choice led to, and the points it earned of those possible in its state."""

    key: str
    ended: bool
    quality: str
    points: int
    possible: int


def consequence(design: Design, state: str, choice: str) -> Consequence:
    """Return what a choice made in a state led to.

    Raises:
        CaseError: the state has no such choice.
    """
    made = _choice(design, state, choice)
    there = str(made["next"])
    ending = design["endings"].get(there)
    possible = points_in(design["states"][state])
    return Consequence(
        key=there,
        ended=ending is not None,
        quality=str((ending or {}).get("quality", "")),
        points=int(made["score"]) if possible else 0,
        possible=possible,
    )


def result(design: Design, path: Path) -> CaseResult:
    """Return the result of a path that has ended.

    Possible points are the highest score of each scored state on the path: a detour earns nothing
    by being longer.

    Raises:
        CaseError: the path has not ended.
    """
    here = position(design, path)
    if not here.ended:
        raise CaseError("The case has not ended yet.")
    points = possible = 0
    for state, choice in path:
        most = points_in(design["states"][state])
        possible += most
        points += int(_choice(design, state, choice)["score"]) if most else 0
    visited = {state for state, _choice_made in path}
    return CaseResult(points, possible, here.key, _variants(design, here.key, visited))


def _variants(design: Design, ending: str, visited: set[str]) -> tuple[str, ...]:
    return tuple(
        row["id"]
        for row in design["endings"][ending].get("variants", ())
        if (not row.get("visited") or visited & set(row["visited"]))
        and not visited & set(row.get("unless", ()))
    )


def points_in(state: Mapping[str, Any]) -> int:
    """Return the points that can be earned in a state."""
    if not state.get("scored", True):
        return 0
    return max((int(row["score"]) for row in state.get("choices", ())), default=0)


def has_way_without_points(design: Design) -> bool:
    """Whether an ending can be reached through states in which nothing can be earned."""
    states, seen, todo = design["states"], set[str](), [str(design["start"])]
    while todo:
        here = todo.pop()
        if here in design["endings"]:
            return True
        if here in states and here not in seen and not points_in(states[here]):
            todo += [str(row["next"]) for row in states[here].get("choices", ())]
        seen.add(here)
    return False


def unreachable(design: Design) -> list[str]:
    """Return states and endings that no path reaches."""
    states, seen, todo = design["states"], set[str](), [str(design["start"])]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += [str(row["next"]) for row in states.get(here, {}).get("choices", ())]
    return [key for key in (*states, *design["endings"]) if key not in seen]


def without_end(design: Design) -> list[str]:
    """Return states from which no ending can be reached, or that have no choice."""
    leads = set(design["endings"])
    grew = True
    while grew:
        found = {
            key
            for key, state in design["states"].items()
            if key not in leads and any(row["next"] in leads for row in state.get("choices", ()))
        }
        leads |= found
        grew = bool(found)
    return [key for key in design["states"] if key not in leads]
