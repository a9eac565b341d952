"""The thread of a module: from what it promises to what teaches it and what assesses it.

A design keeps its promises on paper before an import; here is shown which of them are kept by what
is written, so that nobody takes an outline for a course.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from digicantrain.assessment.models import Item
from digicantrain.base.localised import LocalisedText
from digicantrain.core.design import Design, Gap
from digicantrain.programme.models import (
    Competence,
    Module,
    ModuleVersion,
    Outcome,
    Step,
    Unit,
    WorkloadActivity,
)
from digicantrain.programme.queries import competences_by_code, outcomes_of, steps_of

DIFFICULTY_NAMES = {"recall": _("Recall"), "apply": _("Apply"), "judge": _("Judge")}


@dataclass(frozen=True)
class Kept:
    """What the written part of a version keeps of its promises."""

    design: Design
    units: int
    written: int

    @property
    def gaps(self) -> list[Gap]:
        """Return what is promised and not yet taught, or not yet assessed."""
        return self.design.gaps()


@dataclass(frozen=True)
class Question:
    """A question of the bank: what it asks, and how hard."""

    stem: LocalisedText
    difficulty: Promise


@dataclass(frozen=True)
class Thread:
    """One outcome, walked along: competences, activities, steps that teach, what assesses."""

    outcome: Outcome
    competences: list[Competence]
    activities: list[WorkloadActivity]
    steps: list[Step]
    questions: list[Question]
    cases: list[Step]
    gaps: list[Gap]


@dataclass(frozen=True)
class Cell:
    """The minutes that a unit gives to an outcome; deeper where they are more."""

    unit: str
    minutes: int

    @property
    def depth(self) -> int:
        """From 0, nothing, to 3, half an hour or more."""
        return sum(self.minutes >= least for least in (1, 15, 30))


@dataclass(frozen=True)
class Line:
    """One outcome in the table of what covers it."""

    thread: Thread
    cells: list[Cell]

    @property
    def minutes(self) -> int:
        """All minutes that teach the outcome."""
        return sum(cell.minutes for cell in self.cells)


def coverage_of(threads: Iterable[Thread], *, units: Iterable[Unit]) -> list[Line]:
    """Return the minutes that each unit gives to each outcome, written and planned ones.

    A step that serves two outcomes counts for both, so a column may hold more than its unit lasts.
    """
    columns = list(units)
    return [
        Line(
            thread,
            [
                Cell(unit.code, sum(s.minutes for s in thread.steps if s.unit_id == unit.pk))
                for unit in columns
            ],
        )
        for thread in threads
    ]


def teaches(step: Step) -> bool:
    """Whether a step teaches; a test and a feedback form do not."""
    return not (step.kind == "feedback" or step.data.get("draw") or step.data.get("assessed"))


def kept_by(versions: Iterable[ModuleVersion]) -> dict[int, Kept]:
    """Return what versions keep of their promises, by their keys, in three queries."""
    rows = list(versions)
    promised: dict[int, list[str]] = defaultdict(list)
    for outcome in outcomes_of(rows):
        promised[outcome.version_id].append(outcome.code)
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in steps_of(rows):
        steps[step.version_id].append(step)
    bank: dict[int, set[str]] = defaultdict(set)
    banked = Item.objects.filter(version__in=rows, use=Item.Use.BANK)
    for version, code in banked.values_list("version", "outcome").distinct().order_by():
        bank[version].add(code)
    return {row.pk: _kept(promised[row.pk], steps=steps[row.pk], bank=bank[row.pk]) for row in rows}


def _kept(promised: list[str], *, steps: list[Step], bank: set[str]) -> Kept:
    written = [step for step in steps if step.written]
    taught = {code for step in written if teaches(step) for code in step.serves}
    assessed = {code for step in written if step.data.get("assessed") for code in step.serves}
    if any(step.data.get("draw") for step in written):
        assessed |= bank
    units = {step.unit_id: step.unit.written for step in steps}
    design = Design(tuple(promised), frozenset(taught), frozenset(assessed))
    return Kept(design, len(units), sum(units.values()))


def threads_of(module: Module, *, version: ModuleVersion) -> list[Thread]:
    """Return the thread of each outcome of a version."""
    competences = competences_by_code(module.programme)
    workload, steps = list(version.workload.all()), list(steps_of([version]))
    bank = list(version.items.filter(use=Item.Use.BANK))
    gaps = kept_by([version])[version.pk].gaps
    return [
        Thread(
            outcome=outcome,
            competences=[competences[code] for code in outcome.competences if code in competences],
            activities=[row for row in workload if outcome.code in row.serves],
            steps=[step for step in steps if outcome.code in step.serves and teaches(step)],
            questions=[_question(item) for item in bank if item.outcome == outcome.code],
            cases=[s for s in steps if outcome.code in s.serves and s.data.get("assessed")],
            gaps=[gap for gap in gaps if gap.outcome == outcome.code],
        )
        for outcome in outcomes_of([version])
    ]


def _question(item: Item) -> Question:
    stem = {language: said["stem"] for language, said in item.words.items()}
    return Question(stem, DIFFICULTY_NAMES[item.difficulty])
