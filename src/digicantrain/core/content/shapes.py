"""The shape of a file: which keys, of which kind; an unknown key is a fault."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from digicantrain.core.content.toml_text import KeyPath

Report = Callable[[KeyPath, str, str], None]
Kind = Callable[[Any, KeyPath, Report], None]

IDENTIFIER = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")


def text(value: Any, path: KeyPath, report: Report) -> None:
    """Words; not empty."""
    if not isinstance(value, str) or not value.strip():
        report(path, f"`{path[-1]}` must be words.", 'Write "...".')


def words_or_empty(value: Any, path: KeyPath, report: Report) -> None:
    """Words, or nothing between the quotation marks."""
    if not isinstance(value, str):
        report(path, f"`{path[-1]}` must be words.", 'Write "...".')


def identifier(value: Any, path: KeyPath, report: Report) -> None:
    """A short name without blanks."""
    if not isinstance(value, str) or not IDENTIFIER.match(value):
        report(path, f"`{path[-1]}` must be a short name.", "Use letters, digits and hyphens.")


def whole(value: Any, path: KeyPath, report: Report) -> None:
    """A whole number, not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 100_000:
        report(path, f"`{path[-1]}` must be a whole number.", "Write it without quotation marks.")


def flag(value: Any, path: KeyPath, report: Report) -> None:
    """true or false."""
    if not isinstance(value, bool):
        report(path, f"`{path[-1]}` must be true or false.", "Write one of the two.")


def day(value: Any, path: KeyPath, report: Report) -> None:
    """A date."""
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        report(path, f"`{path[-1]}` must be a date.", "Write it as 2027-11-23.")


def credit(value: Any, path: KeyPath, report: Report) -> None:
    """A number of credits, written as a string."""
    try:
        good = isinstance(value, str) and Decimal(0) < Decimal(value) < Decimal(60)
    except InvalidOperation:
        good = False
    if not good:
        report(path, f"`{path[-1]}` must be a number of credits in quotes.", 'Write "1".')


def names(value: Any, path: KeyPath, report: Report) -> None:
    """A list of words."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        report(path, f"`{path[-1]}` must be a list of words.", 'Write ["one", "two"].')
    elif len(set(value)) != len(value):
        report(path, f"`{path[-1]}` names something twice.", "Keep one of them.")


def one_of(*options: Any) -> Kind:
    """One of a few values."""

    def check(value: Any, path: KeyPath, report: Report) -> None:
        if value not in options:
            known = ", ".join(str(option) for option in options)
            report(path, f"`{path[-1]}` is {value!r}.", f"Use one of: {known}.")

    return check


def some_of(*options: str) -> Kind:
    """A list of a few values."""

    def check(value: Any, path: KeyPath, report: Report) -> None:
        names(value, path, report)
        for one in value if isinstance(value, list) else ():
            if one not in options:
                report(path, f"`{path[-1]}` holds {one!r}.", f"Use: {', '.join(options)}.")

    return check


@dataclass(frozen=True)
class Fields:
    """The keys of a table."""

    must: Mapping[str, Kind]
    may: Mapping[str, Kind] = field(default_factory=dict)

    def __call__(self, value: Any, path: KeyPath, report: Report) -> None:
        if not isinstance(value, dict):
            name = path[-1] if path else "the file"
            report(path, f"`{name}` must be a table.", f"Write [{name}] and its keys below.")
            return
        known = {**self.must, **self.may}
        for key in self.must:
            if key not in value:
                report(path, f"`{key}` is missing.", f"Add {key} = ...")
        for key, inner in value.items():
            if key in known:
                known[key](inner, (*path, key), report)
            else:
                mend = f"Known here: {', '.join(sorted(known))}."
                report((*path, key), f"The key `{key}` is unknown.", mend)


def tables(fields: Fields) -> Kind:
    """A list of tables."""

    def check(value: Any, path: KeyPath, report: Report) -> None:
        if not isinstance(value, list):
            report(path, f"`{path[-1]}` must be tables.", f"Write [[{path[-1]}]] before each.")
            return
        for number, inner in enumerate(value):
            fields(inner, (*path, number), report)

    return check


def mapping(kind: Kind) -> Kind:
    """A table whose keys are free and whose values are of one kind."""

    def check(value: Any, path: KeyPath, report: Report) -> None:
        if not isinstance(value, dict):
            name = path[-1] if path else "the file"
            report(path, f"`{name}` must be a table.", f"Write [{name}] and its keys below.")
            return
        for key, inner in value.items():
            kind(inner, (*path, key), report)

    return check
