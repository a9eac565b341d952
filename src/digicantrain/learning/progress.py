"""How far a learner has come in a module: units, their steps, minutes left and what is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from digicantrain.learning.enums import StepState
from digicantrain.learning.models import Enrolment
from digicantrain.programme.outlines import Outline, StepShape, UnitShape


class Stand(NamedTuple):
    """Where a learner stands in a step that she opened."""

    state: StepState
    opens_at: datetime | None


class StepLine(NamedTuple):
    """A step with where the learner stands in it; a module may have hundreds."""

    step: StepShape
    number: int
    progress: Stand | None
    # not started, in progress, done, or not passed
    state: StepState
    is_settled: bool

    @property
    def minutes_left(self) -> int:
        """The minutes of the step while it is not settled."""
        return 0 if self.is_settled else self.step.minutes

    def waits(self, now: datetime) -> bool:
        """Whether it opens again later."""
        opens_at = self.progress.opens_at if self.progress else None
        return not self.is_settled and opens_at is not None and opens_at > now


@dataclass(frozen=True)
class UnitProgress:
    """A unit with its steps."""

    unit: UnitShape
    steps: tuple[StepLine, ...]
    # what it teaches was recognised: it counts as done, and can still be opened
    recognised: bool = False

    @cached_property
    def written(self) -> tuple[StepLine, ...]:
        """The steps that exist; the others are only designed."""
        return tuple(line for line in self.steps if line.step.written)

    @property
    def minutes(self) -> int:
        """The minutes of the written steps."""
        return sum(line.step.minutes for line in self.written)

    @cached_property
    def minutes_left(self) -> int:
        """The minutes of the written steps that are not settled; none where it is recognised."""
        return 0 if self.recognised else sum(line.minutes_left for line in self.written)

    @cached_property
    def state(self) -> StepState:
        """Done when each written step is settled, in progress when any was opened."""
        states = {line.state for line in self.written}
        if not states or states == {StepState.NOT_STARTED}:
            return StepState.NOT_STARTED
        if states == {StepState.DONE}:
            return StepState.DONE
        return StepState.IN_PROGRESS


@dataclass(frozen=True)
class ModuleProgress:
    """A module as one learner sees it."""

    enrolment: Enrolment
    outline: Outline
    units: tuple[UnitProgress, ...]
    next: StepLine | None
    waiting: StepLine | None

    @cached_property
    def lines(self) -> tuple[StepLine, ...]:
        """The written steps of all units in order."""
        return tuple(line for unit in self.units for line in unit.written)

    @property
    def minutes(self) -> int:
        """The minutes of all written steps."""
        return sum(unit.minutes for unit in self.units)

    @property
    def minutes_left(self) -> int:
        """The minutes of the written steps that are not settled."""
        return sum(unit.minutes_left for unit in self.units)

    @property
    def done(self) -> int:
        """How many written steps are done, or stand in a unit that was recognised."""
        return sum(
            unit.recognised or line.state is StepState.DONE
            for unit in self.units
            for line in unit.written
        )

    @property
    def total(self) -> int:
        """How many steps are written."""
        return len(self.lines)

    @property
    def started(self) -> bool:
        """Whether any step was opened, or a unit is behind her because it was recognised."""
        return any(line.progress for line in self.lines) or any(
            unit.recognised for unit in self.units
        )

    def unit_of(self, line: StepLine) -> UnitProgress:
        """Return the unit in which a step stands."""
        return next(unit for unit in self.units if line in unit.steps)


def build(
    enrolment: Enrolment, *, outline: Outline, stands: Mapping[int, Stand], now: datetime
) -> ModuleProgress:
    """Put a module's shape and a learner's progress together; the database is not asked."""
    built = tuple(
        UnitProgress(
            unit,
            tuple(
                _line(step, number, stands.get(step.pk))
                for number, step in enumerate(unit.steps, start=1)
            ),
            recognised=unit.code in enrolment.recognised,
        )
        for unit in outline.units
    )
    left = [
        line for unit in built for line in unit.written if not (unit.recognised or line.is_settled)
    ]
    waiting = [line for line in left if line.waits(now)]
    return ModuleProgress(
        enrolment,
        outline,
        built,
        next=_next(enrolment, [line for line in left if line not in waiting]),
        waiting=waiting[0] if waiting else None,
    )


def _line(step: StepShape, number: int, stand: Stand | None) -> StepLine:
    if stand is None:
        return StepLine(step, number, None, StepState.NOT_STARTED, is_settled=False)
    return StepLine(step, number, stand, stand.state, stand.state.is_settled)


def _next(enrolment: Enrolment, lines: list[StepLine]) -> StepLine | None:
    """Return the step she was in, if it is open; else the first that is open."""
    for line in lines:
        if line.step.pk == enrolment.last_step_id:
            return line
    return lines[0] if lines else None
