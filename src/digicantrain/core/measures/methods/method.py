"""What a plan can ask for: a method with its arguments, checked before anything is computed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import Told
from digicantrain.core.measures.result import Result

Arguments = Mapping[str, Any]
# (argument, sentence) of each argument that does not fit the others
Objections = Iterator[tuple[str, str]]
# sets of columns; people with the same labels in a set are a class
Classes = Iterator[tuple[str, ...]]


class Kind(StrEnum):
    """What an argument of a method must be; the value says it in words.

    `checking` holds the check of each kind. Columns of labels may hold anything.
    """

    COLUMN = "the name of a column"
    NUMBER_COLUMN = "the name of a column of numbers"
    BINARY_COLUMN = "the name of a column of 0 and 1"
    COLUMNS = "a list of names of columns"
    NUMBER_COLUMNS = "a list of names of columns of numbers"
    BINARY_COLUMNS = "a list of names of columns of 0 and 1"
    NAMED_COLUMNS = "an object: a column of numbers for each name"
    SCALES = "an object: a list of columns of numbers for each factor"
    RIGHT_ANSWERS = "an object: the right answer (or a list of them) for each column"
    MIXED_COLUMNS = "a list of columns of numbers, or of labels if under `factors`"
    TERMS = "a list of columns, and of interactions with a colon"
    RANDOM_TERMS = "a list of objects {group, slopes, intercept, correlated}"
    VALUES = "an object: a number for each column"
    NUMBER = "a number"
    NUMBERS = "a list of numbers"
    MATRIX = "a list of rows of numbers, all of one length"
    COUNT = "a whole number above zero"
    SEED = "a whole number, zero or above"
    SHARE = "a number between 0 and 1"
    FLAG = "true or false"
    TEXTS = "a list of texts"
    CHOICE = "one of the choices"
    ANALYSES = "a list of names of earlier analyses of the plan"

    @property
    def is_of_data(self) -> bool:
        """Whether the argument names columns, so that there must be data."""
        return self in OF_DATA


OF_DATA = frozenset(
    {
        Kind.COLUMN, Kind.NUMBER_COLUMN, Kind.BINARY_COLUMN, Kind.COLUMNS, Kind.NUMBER_COLUMNS,
        Kind.BINARY_COLUMNS, Kind.NAMED_COLUMNS, Kind.SCALES, Kind.RIGHT_ANSWERS, Kind.TERMS,
        Kind.MIXED_COLUMNS,
        Kind.RANDOM_TERMS,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Argument:
    """One argument of a method; without a default it must be given.

    An argument of kind CHOICE names its `choices`; a COUNT or SEED has the `most` it may be.
    """

    name: str
    kind: Kind
    text: str
    default: Any = None
    required: bool = True
    choices: tuple[str, ...] = ()
    most: int = 1_000_000_000

    @property
    def wanted(self) -> str:
        """What it must be, in words."""
        if self.kind is Kind.CHOICE:
            return f"one of {', '.join(self.choices)}"
        return str(self.kind.value)


def optional(
    name: str, kind: Kind, text: str, *, default: Any = None, most: int = 1_000_000_000
) -> Argument:
    """Return an argument that may be left out."""
    return Argument(name, kind, text, default=default, required=False, most=most)


def choice(name: str, text: str, *choices: str) -> Argument:
    """Return an argument that may be left out and is one of the choices, the first by default."""
    return Argument(name, Kind.CHOICE, text, choices[0], required=False, choices=choices)


def _no_objections(_given: Arguments) -> Objections:
    yield from ()


def _no_classes(_data: Frame, _given: Arguments) -> Classes:
    yield from ()


def _no_rows(_given: Arguments) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Method:
    """A statistic that a plan can ask for by name.

    `run` gets the data and the arguments, checked and with defaults filled in. `example` is a step
    of a plan as a user would write it, about people (a row a person) or, where `repeated`, about
    visits (a row an observation). `objections` names arguments that do not fit each other.

    What it tells of few people: `told` are its counts of people and the figures of groups;
    `classes` are classes of people whose figures hang together, so that with a small one nothing
    is shown, counted over rows in which no column is missing, unless it `fills_gaps`; `rows_of`
    are tables with a row for each label of a column. `of_people` is false where n counts
    something else.
    """

    name: str
    text: str
    arguments: tuple[Argument, ...]
    run: Callable[[Frame, Arguments], Result | Sequence[Result]]
    example: Mapping[str, Any] = field(default_factory=dict)
    repeated: bool = False
    objections: Callable[[Arguments], Objections] = _no_objections
    told: tuple[Told, ...] = ()
    classes: Callable[[Frame, Arguments], Classes] = _no_classes
    rows_of: Callable[[Arguments], Mapping[str, str]] = _no_rows
    fills_gaps: bool = False
    of_people: bool = True

    def argument(self, name: str) -> Argument | None:
        """Return an argument by its name."""
        return next((one for one in self.arguments if one.name == name), None)

    def columns_in(self, given: Arguments) -> Iterator[str]:
        """Yield the columns that arguments name."""
        for one in self.arguments:
            if one.kind.is_of_data and given[one.name] is not None:
                yield from _names_in(given[one.name], kind=one.kind)


def _names_in(value: Any, *, kind: Kind) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.split(":") if kind is Kind.TERMS else [value]
    elif isinstance(value, Mapping) and kind is Kind.RANDOM_TERMS:
        yield from (value["group"], *value.get("slopes", ()))
    elif isinstance(value, Mapping):
        yield from value if kind is Kind.RIGHT_ANSWERS else _names_in([*value.values()], kind=kind)
    else:
        for one in value:
            yield from _names_in(one, kind=kind)
