"""How far a learner has come in a module: units, their steps, minutes left and what is next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from digicantrain.learning.enums import StepState
from digicantrain.learning.models import Enrolment, StepProgress
from digicantrain.programme.models import Step, Unit


@dataclass(frozen=True)
class StepLine:
    """A step with where the learner stands in it."""

    step: Step
    number: int
    progress: StepProgress | None

    @property
    def state(self) -> StepState:
        """Not started, in progress, done, or not passed."""
        return StepState(self.progress.state) if self.progress else StepState.NOT_STARTED

    @property
    def minutes_left(self) -> int:
        """The minutes of the step while it is not settled."""
        return 0 if self.state.is_settled else self.step.minutes

    def is_open(self, now: datetime) -> bool:
        """Whether she can do something here now."""
        if not self.step.written or self.state.is_settled:
            return False
        opens_at = self.progress.opens_at if self.progress else None
        return opens_at is None or opens_at <= now


@dataclass(frozen=True)
class UnitProgress:
    """A unit with its steps."""

    unit: Unit
    steps: tuple[StepLine, ...]

    @property
    def written(self) -> tuple[StepLine, ...]:
        """The steps that exist; the others are only designed."""
        return tuple(line for line in self.steps if line.step.written)

    @property
    def minutes(self) -> int:
        """The minutes of the written steps."""
        return sum(line.step.minutes for line in self.written)

    @property
    def minutes_left(self) -> int:
        """The minutes of the written steps that are not settled."""
        return sum(line.minutes_left for line in self.written)

    @property
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
    units: tuple[UnitProgress, ...]
    next: StepLine | None
    waiting: StepLine | None

    @property
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
        """How many written steps are done."""
        return sum(line.state is StepState.DONE for line in self.lines)

    @property
    def total(self) -> int:
        """How many steps are written."""
        return len(self.lines)

    @property
    def started(self) -> bool:
        """Whether any step was opened."""
        return any(line.progress for line in self.lines)

    def unit_of(self, line: StepLine) -> UnitProgress:
        """Return the unit in which a step stands."""
        return next(unit for unit in self.units if line in unit.steps)


def build(
    enrolment: Enrolment,
    *,
    units: Iterable[Unit],
    steps: Iterable[Step],
    progress: Mapping[int, StepProgress],
    now: datetime,
) -> ModuleProgress:
    """Put units, steps and progress together; nothing is asked of the database."""
    by_unit: dict[int, list[StepLine]] = {}
    for step in steps:
        lines = by_unit.setdefault(step.unit_id, [])
        lines.append(StepLine(step, len(lines) + 1, progress.get(step.pk)))
    built = tuple(UnitProgress(unit, tuple(by_unit.get(unit.pk, ()))) for unit in units)
    lines = [line for unit in built for line in unit.written]
    return ModuleProgress(
        enrolment,
        built,
        next=_next(enrolment, lines, now),
        waiting=next((line for line in lines if _waits(line, now)), None),
    )


def _next(enrolment: Enrolment, lines: list[StepLine], now: datetime) -> StepLine | None:
    """Return the step she was in, if it is open; else the first that is open."""
    open_lines = [line for line in lines if line.is_open(now)]
    for line in open_lines:
        if line.step.pk == enrolment.last_step_id:
            return line
    return open_lines[0] if open_lines else None


def _waits(line: StepLine, now: datetime) -> bool:
    return not line.state.is_settled and not line.is_open(now)
