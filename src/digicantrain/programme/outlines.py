"""The shape of module versions, kept in the memory of a process.

A version never changes: a changed module is imported as another one. So its units and steps are
read once and kept, a bounded number of them. What can change about a module, as its withdrawal,
stands in the module and is read each time.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from digicantrain.base.localised import LocalisedText
from digicantrain.programme.models import Step, Unit

VERSIONS_KEPT = 32
STEPS_KEPT = 256


class StepShape(NamedTuple):
    """A step without its texts."""

    pk: int
    code: str
    unit_id: int
    kind: str
    title: LocalisedText
    minutes: int
    written: bool


class UnitShape(NamedTuple):
    """A unit with the shapes of its steps, in order."""

    pk: int
    code: str
    title: LocalisedText
    steps: tuple[StepShape, ...]


@dataclass(frozen=True, eq=False)
class Outline:
    """The units and steps of a version, in order."""

    units: tuple[UnitShape, ...]

    @cached_property
    def written(self) -> tuple[StepShape, ...]:
        """The steps that can be taken."""
        return tuple(step for unit in self.units for step in unit.steps if step.written)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each written step stands among them, by its code."""
        return {step.code: place for place, step in enumerate(self.written)}


_outlines: dict[int, Outline] = {}
_steps: dict[tuple[int, str], Step] = {}


def outlines_of(versions: Iterable[int]) -> dict[int, Outline]:
    """Return the outlines of versions; those not kept are read in two queries."""
    wanted = set(versions)
    found = {pk: _outlines[pk] for pk in wanted if pk in _outlines}
    missing = wanted - found.keys()
    if missing:
        read = _read(missing)
        found |= read
        _outlines.update(read)
        _bound(_outlines, VERSIONS_KEPT)
    return found


def outline_of(version: int) -> Outline:
    """Return the outline of a version."""
    return outlines_of([version])[version]


def step_of(version: int, *, code: str) -> Step | None:
    """Return a written step of a version with its texts and its unit; it is for reading only."""
    found = _steps.get((version, code))
    if found is None:
        found = (
            Step.objects.select_related("unit")
            .filter(version=version, code=code, written=True)
            .first()
        )
        if found is not None:
            _steps[version, code] = found
            _bound(_steps, STEPS_KEPT)
    return found


def forget(**_signal: object) -> None:
    """Forget everything; received when a version, a unit or a step is written row by row."""
    _outlines.clear()
    _steps.clear()


def _bound(kept: dict[Any, Any], limit: int) -> None:
    """Drop what was kept first."""
    while len(kept) > limit:
        kept.pop(next(iter(kept)), None)


def _read(versions: Collection[int]) -> dict[int, Outline]:
    steps: dict[int, list[StepShape]] = {}
    rows = Step.objects.filter(version__in=versions).order_by("order", "pk")
    for row in rows.values_list(*StepShape._fields):
        shape = StepShape(*row)
        steps.setdefault(shape.unit_id, []).append(shape)
    units: dict[int, list[UnitShape]] = {pk: [] for pk in versions}
    named = Unit.objects.filter(version__in=versions).order_by("order", "pk")
    for version, pk, code, title in named.values_list("version", "pk", "code", "title"):
        units[version].append(UnitShape(pk, code, title, tuple(steps.get(pk, ()))))
    return {pk: Outline(tuple(listed)) for pk, listed in units.items()}
