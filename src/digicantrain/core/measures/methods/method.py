"""What a plan can ask for: a method with its arguments, checked before anything is computed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.result import Result

Arguments = Mapping[str, Any]


class Kind(StrEnum):
    """What an argument of a method must be."""

    COLUMN = "the name of a column"
    COLUMNS = "a list of names of columns"
    NUMBER = "a number"
    NUMBERS = "a list of numbers"
    COUNT = "a whole number above zero"
    SHARE = "a number between 0 and 1"
    FLAG = "true or false"
    TEXT = "a text"
    TEXTS = "a list of texts"
    CHOICE = "one of the choices"
    MAP = "an object"
    MAPS = "a list of objects"


@dataclass(frozen=True)
class Argument:
    """One argument of a method; without a default it must be given.

    A method that takes an argument of kind CHOICE names its `choices`.
    """

    name: str
    kind: Kind
    text: str
    default: Any = None
    required: bool = True
    choices: tuple[str, ...] = ()


def optional(name: str, kind: Kind, text: str, *, default: Any = None) -> Argument:
    """Return an argument that may be left out."""
    return Argument(name, kind, text, default=default, required=False)


def choice(name: str, text: str, *choices: str) -> Argument:
    """Return an argument that may be left out and is one of the choices, the first by default."""
    return Argument(name, Kind.CHOICE, text, choices[0], required=False, choices=choices)


@dataclass(frozen=True)
class Method:
    """A statistic that a plan can ask for by name.

    `run` gets the data and the arguments, checked and with defaults filled in. `example` is a step
    of a plan as a user would write it.
    """

    name: str
    text: str
    arguments: tuple[Argument, ...]
    run: Callable[[Frame, Arguments], Result | Sequence[Result]]
    example: Mapping[str, Any] = field(default_factory=dict)
