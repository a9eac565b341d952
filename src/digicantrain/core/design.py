"""A programme as its files describe it: plain frozen values, words by language.

`words` maps a language to what is said in it, in the shape of docs/author/files.md. HTML in these
values was made by `core.markup` and is safe to show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Words = Mapping[str, Mapping[str, Any]]
Localised = dict[str, str]


def said(words: Words, *keys: str) -> Localised:
    """Return language -> text for one text; languages that lack it are left out.

    >>> said({"en": {"steps": {"a": "One"}}, "fi": {}}, "steps", "a")
    {'en': 'One'}
    """
    found = {}
    for language, table in words.items():
        value: Any = table
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, str) and value:
            found[language] = value
    return found


@dataclass(frozen=True)
class Outcome:
    """What the learner can do afterwards."""

    id: str
    verb: str
    level: str
    kind: str
    competences: tuple[str, ...]


@dataclass(frozen=True)
class WorkloadRow:
    """A named activity with its minutes."""

    id: str
    type: str
    minutes: int
    serves: tuple[str, ...]


@dataclass(frozen=True)
class StepDesign:
    """A step; `body` maps a language to blocks, `data` holds what its kind needs."""

    id: str
    kind: str
    minutes: int
    serves: tuple[str, ...]
    written: bool
    body: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class UnitDesign:
    """A unit with its steps."""

    code: str
    written: bool
    words: Words
    steps: tuple[StepDesign, ...]


@dataclass(frozen=True)
class ItemDesign:
    """A question; scenario, stem, hint and example in `words` are safe HTML."""

    key: str
    use: str
    kind: str
    outcome: str
    difficulty: str
    answer: str
    options: tuple[str, ...]
    document: str
    words: Words


@dataclass(frozen=True)
class Gap:
    """An outcome that the design promises and does not keep."""

    outcome: str
    what: str

    def __str__(self) -> str:
        return f"{self.outcome} is promised but not {self.what}"


@dataclass(frozen=True)
class Design:
    """What a module promises, what it teaches, what it assesses: outcomes by their ids."""

    promised: tuple[str, ...]
    taught: frozenset[str]
    assessed: frozenset[str]

    def gaps(self) -> list[Gap]:
        """Return outcomes that are promised but not taught, or not assessed.

        >>> [str(gap) for gap in Design(("O1",), frozenset(), frozenset({"O1"})).gaps()]
        ['O1 is promised but not taught']
        """
        return [
            Gap(outcome, what)
            for outcome in self.promised
            for what, done in (("taught", self.taught), ("assessed", self.assessed))
            if outcome not in done
        ]


@dataclass(frozen=True)
class ModuleDesign:
    """A module; `data` is what a version keeps as it is, `files` its files, `digest` their hash."""

    code: str
    digest: str
    version: str
    status: str
    languages: tuple[str, ...]
    eqf: int
    eqf_basis: str
    ects: Decimal
    audiences: tuple[str, ...]
    prerequisites: tuple[str, ...]
    review_by: date
    licence: str
    words: Words
    outcomes: tuple[Outcome, ...]
    workload: tuple[WorkloadRow, ...]
    design: Design
    units: tuple[UnitDesign, ...]
    items: tuple[ItemDesign, ...]
    data: Mapping[str, Any]
    files: Mapping[str, str]
    eqf_framework: str = ""

    @property
    def minutes(self) -> int:
        """All planned minutes."""
        return sum(row.minutes for row in self.workload)


@dataclass(frozen=True)
class InstrumentDesign:
    """A questionnaire or a form."""

    id: str
    version: str
    licence: str
    source: str
    validated: bool
    scale: Mapping[str, int]
    items: tuple[Mapping[str, Any], ...]
    words: Words

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "id": self.id,
            "version": self.version,
            "scale": dict(self.scale),
            "items": [dict(item) for item in self.items],
            "words": {language: dict(words) for language, words in self.words.items()},
        }


@dataclass(frozen=True)
class PathDesign:
    """Modules that lead to a certificate together."""

    code: str
    modules: tuple[str, ...]
    optional: tuple[str, ...]
    ects: Decimal
    audiences: tuple[str, ...]


@dataclass(frozen=True)
class ProgrammeDesign:
    """A whole programme."""

    id: str
    version: str
    languages: tuple[str, ...]
    licence: str
    hours_per_ects: Decimal
    words: Words
    levels: tuple[str, ...]
    domains: tuple[str, ...]
    # (code, domain)
    competences: tuple[tuple[str, str], ...]
    competence_words: Words
    paths: tuple[PathDesign, ...]
    path_words: Words
    sources: tuple[Mapping[str, Any], ...]
    forms: tuple[InstrumentDesign, ...]
    instruments: tuple[InstrumentDesign, ...]
    modules: tuple[ModuleDesign, ...]
    files: Mapping[str, str]
