"""The shape of a file: which keys, of which kind; an unknown key is a fault.

Reading returns values that have the shape whatever the file held: what is wrong is reported and
left empty. So the rules that come after can look at every file, and one fault hides no other.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from digicantrain.core.content.toml_text import KeyPath

IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2}")
CODE_LENGTH = 10
MOST_MINUTES = 100_000


class Markdown(str):
    """Words that are shown with formatting; all other words are shown as they are."""

    __slots__ = ()


class Reader(Protocol):
    """Hears of faults and of words while a file is read."""

    def fault(self, path: KeyPath, what: str, mend: str) -> None:
        """Note a fault at a key."""

    def said(self, path: KeyPath, words: str) -> None:
        """Note words that people will read."""


@dataclass(frozen=True)
class Kind:
    """How a value is read, and what stands in its place if it is wrong or missing.

    `keys` are the keys that tables of this kind, and tables inside them, can have.
    """

    read: Callable[[Any, KeyPath, Reader], Any]
    empty: Callable[[], Any]
    keys: frozenset[str] = frozenset()


def _string(value: Any, path: KeyPath, reader: Reader, *, may_be_empty: bool = False) -> str:
    if isinstance(value, str) and (may_be_empty or value.strip()):
        return value
    what = "is empty" if isinstance(value, str) else "must be words"
    reader.fault(path, f"`{path[-1]}` {what}.", 'Write it between quotation marks: "...".')
    return ""


def line(longest: int) -> Kind:
    """Words for the record (a licence, a version), not longer than a number of characters."""

    def read(value: Any, path: KeyPath, reader: Reader) -> str:
        found = _string(value, path, reader)
        if len(found) > longest:
            mend = f"Say it in at most {longest} characters."
            reader.fault(path, f"`{path[-1]}` has {len(found)} characters.", mend)
        return found

    return Kind(read, str)


def _words(*, may_be_empty: bool, markdown: bool) -> Kind:
    def read(value: Any, path: KeyPath, reader: Reader) -> str:
        found = _string(value, path, reader, may_be_empty=may_be_empty)
        found = Markdown(found) if markdown else found
        reader.said(path, found)
        return found

    return Kind(read, Markdown if markdown else str)


words = _words(may_be_empty=False, markdown=False)
words_or_empty = _words(may_be_empty=True, markdown=False)
markdown = _words(may_be_empty=False, markdown=True)
markdown_or_empty = _words(may_be_empty=True, markdown=True)


def _matching(pattern: re.Pattern[str], *, longest: int, mend: str) -> Kind:
    def read(value: Any, path: KeyPath, reader: Reader) -> str:
        if isinstance(value, str) and len(value) <= longest and pattern.fullmatch(value):
            return value
        what = f"{_quoted(value)} cannot be `{path[-1]}`."
        reader.fault(path, what, f"{mend}, at most {longest} characters.")
        return ""

    return Kind(read, str)


def identifier_of(longest: int) -> Kind:
    """Return the kind of names that stand in addresses and files."""
    mend = "Use lower-case letters and digits, words joined by hyphens"
    return _matching(IDENTIFIER, longest=longest, mend=mend)


identifier = identifier_of(60)
code = _matching(CODE, longest=CODE_LENGTH, mend="Use letters, digits and dots")
language = _matching(LANGUAGE, longest=2, mend="Use two lower-case letters, as in en")


def _quoted(value: Any) -> str:
    text = str(value) if isinstance(value, (str, int, float, bool)) else "This"
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def whole(*, at_least: int = 0, at_most: int = MOST_MINUTES) -> Kind:
    """Return the kind of whole numbers between two."""

    def read(value: Any, path: KeyPath, reader: Reader) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            mend = "Write it without quotation marks."
            reader.fault(path, f"`{path[-1]}` must be a whole number.", mend)
        elif not at_least <= value <= at_most:
            mend = f"Use {at_least} to {at_most}."
            reader.fault(path, f"`{path[-1]}` is out of bounds.", mend)
        else:
            return value
        return at_least

    return Kind(read, lambda: at_least)


def _read_flag(value: Any, path: KeyPath, reader: Reader) -> bool:
    if not isinstance(value, bool):
        reader.fault(path, f"`{path[-1]}` must be true or false.", "Write one of the two.")
    return value is True


flag = Kind(_read_flag, bool)


def _read_day(value: Any, path: KeyPath, reader: Reader) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    mend = "Write it as 2027-11-23, without quotation marks."
    reader.fault(path, f"`{path[-1]}` must be a date.", mend)
    return dt.date.max


day = Kind(_read_day, lambda: dt.date.max)


def _read_credit(value: Any, path: KeyPath, reader: Reader) -> Decimal:
    try:
        found = Decimal(value) if isinstance(value, str) else Decimal("NaN")
        if Decimal(0) < found < Decimal(60) and found == found.quantize(Decimal("0.01")):
            return found
    except InvalidOperation:
        pass
    mend = 'Write it between quotation marks: "1". At most two decimal places.'
    reader.fault(path, f"`{path[-1]}` must be a number of credits above 0 and below 60.", mend)
    return Decimal(0)


credit = Kind(_read_credit, Decimal)


def list_of(kind: Kind) -> Kind:
    """Return the kind of lists whose members are of one kind; none twice."""

    def read(value: Any, path: KeyPath, reader: Reader) -> list[Any]:
        if not isinstance(value, list):
            reader.fault(path, f"`{path[-1]}` must be a list.", 'Write ["one", "two"].')
            return []
        found: list[Any] = []
        for number, one in enumerate(value):
            inner = kind.read(one, (*path, number), reader)
            if inner and inner in found:
                mend = "Keep one of them."
                reader.fault((*path, number), f"{_quoted(inner)} stands twice.", mend)
            elif inner:
                found.append(inner)
        return found

    return Kind(read, list)


def one_of(*options: Any) -> Kind:
    """Return the kind of one of a few values."""

    def read(value: Any, path: KeyPath, reader: Reader) -> Any:
        if any(type(value) is type(option) and value == option for option in options):
            return value
        mend = f"Use one of: {', '.join(str(option) for option in options)}."
        reader.fault(path, f"{_quoted(value)} cannot be `{path[-1]}`.", mend)
        return options[0]

    return Kind(read, lambda: options[0])


@dataclass(frozen=True)
class Fields:
    """The keys of a table: those it must have and those it may have."""

    must: Mapping[str, Kind]
    may: Mapping[str, Kind] = field(default_factory=dict)

    def read(self, value: Any, path: KeyPath, reader: Reader) -> dict[str, Any]:
        """Read a table; keys that may be missing stay missing."""
        if not _is_table(value, path, reader):
            return self.empty()
        known = {**self.must, **self.may}
        found = {
            key: known[key].read(inner, (*path, key), reader)
            for key, inner in value.items()
            if key in known
        }
        for key in value.keys() - known.keys():
            mend = f"Known here: {', '.join(sorted(known))}."
            reader.fault((*path, key), f"The key `{key}` is unknown.", mend)
        for key in self.must.keys() - found.keys():
            reader.fault((*path, key), f"`{key}` is missing.", f"Add {key} = ...")
            found[key] = self.must[key].empty()
        return found

    def empty(self) -> dict[str, Any]:
        """Return the table with all that it must have, empty."""
        return {key: kind.empty() for key, kind in self.must.items()}

    @property
    def kind(self) -> Kind:
        """The kind of such a table."""
        return Kind(self.read, self.empty, self.keys)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of such a table, and of tables inside it."""
        known = {**self.must, **self.may}
        return frozenset(known).union(*(kind.keys for kind in known.values()))


def _is_table(value: Any, path: KeyPath, reader: Reader) -> bool:
    if not isinstance(value, dict):
        name = path[-1] if path else "the file"
        mend = f"Write [{name}] and its keys below."
        reader.fault(path, f"`{name}` must be a table.", mend)
    return isinstance(value, dict)


def tables(fields: Fields) -> Kind:
    """Return the kind of lists of tables."""

    def read(value: Any, path: KeyPath, reader: Reader) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            mend = f"Write [[{path[-1]}]] before each."
            reader.fault(path, f"`{path[-1]}` must be tables.", mend)
            return []
        return [fields.read(inner, (*path, number), reader) for number, inner in enumerate(value)]

    return Kind(read, list, fields.keys)


def mapping(kind: Kind, *, keys: Kind | None = None) -> Kind:
    """Return the kind of tables whose keys are free and whose values are of one kind."""

    def read(value: Any, path: KeyPath, reader: Reader) -> dict[str, Any]:
        if not _is_table(value, path, reader):
            return {}
        if keys:
            for key in value:
                keys.read(key, (*path, key), reader)
        return {key: kind.read(inner, (*path, key), reader) for key, inner in value.items()}

    return Kind(read, dict, kind.keys)
