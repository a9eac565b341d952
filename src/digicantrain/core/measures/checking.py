"""Whether the arguments of a plan are what a method needs; each fault says how to mend it."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from digicantrain.core.measures.frame import DataError, Frame
from digicantrain.core.measures.methods import nearest
from digicantrain.core.measures.methods.method import Argument, Kind

# Among more columns than this the nearest name is not looked for: it takes too long.
MOST_TO_COMPARE = 2_000
TERM_KEYS = ("group", "slopes", "intercept", "correlated")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a plan or its data: the place, and a sentence that says how to mend it."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True)
class Context:
    """What a value is checked against.

    `data` is None where it could not be read; `labels` are columns named as labels; `earlier` the
    names of the analyses before this one; `place` says where the value stands.
    """

    place: str
    data: Frame | None
    labels: frozenset[str] = frozenset()
    earlier: tuple[str, ...] = ()

    def fault(self, text: str) -> Fault:
        """Return a fault at this place."""
        return Fault(self.place, text)


Faults = Iterator[Fault]


def faults_of(argument: Argument, value: Any, *, context: Context) -> Faults:
    """Yield what is wrong with a value of an argument."""
    if argument.kind is Kind.CHOICE:
        if value not in argument.choices:
            yield context.fault(f"must be {argument.wanted}, not {shown(value)}.")
        return
    if argument.kind in {Kind.COUNT, Kind.SEED}:
        yield from _whole(argument, value, context)
        return
    yield from CHECKS[argument.kind](value, context)


def shown(value: Any) -> str:
    """Return a value as it is quoted in a sentence."""
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= 40 else f"{text[:40]}..."


def _whole(argument: Argument, value: Any, context: Context) -> Faults:
    lowest = 0 if argument.kind is Kind.SEED else 1
    if not _is_whole(value) or not lowest <= value <= argument.most:
        limits = f"a whole number from {lowest} to {argument.most:,}"
        yield context.fault(f"must be {limits}, not {shown(value)}.")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Return whether a value of a plan is a number that can be computed with."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


# --- columns ---


def column(value: Any, context: Context) -> Faults:
    """Yield what is wrong with the name of a column."""
    if not isinstance(value, str) or not value:
        yield context.fault(f"must be the name of a column, not {shown(value)}.")
    elif context.data is not None and value not in context.data.columns:
        names = list(context.data.columns)
        close = nearest(value, names) if len(names) <= MOST_TO_COMPARE else ""
        yield context.fault(f"the data have no column {value[:80]!r}.{close or _names(names)}")


def _names(names: list[str]) -> str:
    if len(names) > 12:
        return " The first line of the file names them."
    return f" They have: {', '.join(names)}."


def _number_column(value: Any, context: Context) -> Faults:
    found = list(column(value, context))
    yield from found
    if not found and context.data is not None:
        try:
            context.data.numbers(value)
        except DataError as error:
            yield Fault("data", str(error))


def _binary_column(value: Any, context: Context) -> Faults:
    found = list(_number_column(value, context))
    yield from found
    if not found and context.data is not None:
        values = context.data.numbers(value)
        odd = np.flatnonzero(~(np.isnan(values) | (values == 0) | (values == 1)))
        if len(odd):
            line, cell = context.data.lines[odd[0]], context.data.column(value)[odd[0]]
            more = f" (and {len(odd) - 1} lines more)" if len(odd) > 1 else ""
            yield Fault(
                "data",
                f"Line {line}, column {value!r}: {cell[:40]!r} is neither 0 nor 1{more}. "
                "Score the column first, or leave the cell empty.",
            )


def _mixed_column(value: Any, context: Context) -> Faults:
    """Yield what is wrong with a column that holds numbers unless it is named as labels."""
    if isinstance(value, str) and value in context.labels:
        yield from column(value, context)
        return
    for fault in _number_column(value, context):
        more = " If it holds labels, name it under 'factors'." if fault.place == "data" else ""
        yield Fault(fault.place, fault.text + more)


def _list(value: Any, context: Context, what: str) -> Faults:
    if not isinstance(value, list | tuple):
        yield context.fault(f"must be a list of {what}, not {shown(value)}.")
    elif not value:
        yield context.fault(f"must name at least one: it is an empty list of {what}.")


Check = Callable[[Any, Context], Faults]


def _each(check: Check, what: str = "names of columns") -> Check:
    """Return the check of a list whose members differ and each pass a check."""

    def run(value: Any, context: Context) -> Faults:
        found = list(_list(value, context, what))
        yield from found
        if found:
            return
        seen: set[str] = set()
        for one in value:
            yield from check(one, context)
            if isinstance(one, str) and one in seen:
                yield context.fault(f"names {one!r} twice. Take one out.")
            seen.add(str(one))

    return run


def _object(value: Any, context: Context, what: str) -> Faults:
    if not isinstance(value, dict) or not value:
        yield context.fault(f"must be {what}, not {shown(value)}.")


def _each_value(check: Check, what: str) -> Check:
    """Return the check of an object whose values each pass a check."""

    def run(value: Any, context: Context) -> Faults:
        found = list(_object(value, context, what))
        yield from found
        for one in value.values() if not found else ():
            yield from check(one, context)

    return run


def _right_answers(value: Any, context: Context) -> Faults:
    found = list(_object(value, context, Kind.RIGHT_ANSWERS.value))
    yield from found
    for name, right in value.items() if not found else ():
        yield from column(name, context)
        answers = right if isinstance(right, list) and right else [right]
        if not all((isinstance(one, str) and one) or is_number(one) for one in answers):
            yield context.fault(f"the right answer of {name!r} must be a text or a number.")


def _values(value: Any, context: Context) -> Faults:
    found = list(_object(value, context, Kind.VALUES.value))
    yield from found
    for name, number in value.items() if not found else ():
        yield from column(name, context)
        if not is_number(number):
            yield context.fault(f"{name!r} must be held at a number, not at {shown(number)}.")


# --- models ---


def _term(value: Any, context: Context) -> Faults:
    pieces = value.split(":") if isinstance(value, str) else [value]
    if "" in pieces or len(set(map(str, pieces))) < len(pieces):
        yield context.fault(f"{shown(value)} is no term: write COLUMN, or COLUMN:COLUMN.")
        return
    for piece in pieces:
        yield from _mixed_column(piece, context)


def _random_term(value: Any, context: Context) -> Faults:
    if not isinstance(value, dict) or "group" not in value:
        yield context.fault('each random term is an object like {"group": "site"}.')
        return
    for key in value:
        if key not in TERM_KEYS:
            yield context.fault(f"a random term has no {key!r}.{nearest(key, TERM_KEYS)}")
    yield from column(value["group"], context)
    if value.get("slopes"):
        yield from _each(_number_column)(value["slopes"], context)
    for key in ("intercept", "correlated"):
        if not isinstance(value.get(key, True), bool):
            yield context.fault(f"{key!r} of a random term must be true or false.")
    if not value.get("intercept", True) and not value.get("slopes"):
        yield context.fault("a random term needs an intercept or slopes.")


def _columns_of_labels(value: Any, context: Context) -> Faults:
    """Yield what is wrong with a list of columns that may be empty."""
    if value not in ([], ()):
        yield from _each(column)(value, context)


def _terms(value: Any, context: Context) -> Faults:
    if value not in ([], ()):
        yield from _each(_term, "terms")(value, context)


# --- plain values ---


def _number(value: Any, context: Context) -> Faults:
    if not is_number(value):
        yield context.fault(f"must be a number, not {shown(value)}.")


def _share(value: Any, context: Context) -> Faults:
    if not is_number(value) or not 0 < value < 1:
        yield context.fault(f"must be a number between 0 and 1, like 0.95, not {shown(value)}.")


def _flag(value: Any, context: Context) -> Faults:
    if not isinstance(value, bool):
        yield context.fault(f"must be true or false, not {shown(value)}.")


def _text(value: Any, context: Context) -> Faults:
    if not isinstance(value, str) or not value:
        yield context.fault(f"must be texts in quotes, not {shown(value)}.")


def _numbers(value: Any, context: Context) -> Faults:
    found = list(_list(value, context, "numbers"))
    yield from found
    for one in value if not found else ():
        yield from _number(one, context)


def _matrix(value: Any, context: Context) -> Faults:
    found = list(_list(value, context, "rows of numbers"))
    yield from found
    for row in value if not found else ():
        if not isinstance(row, list) or not row or not all(map(is_number, row)):
            yield context.fault(f"each row must be a list of numbers, not {shown(row)}.")
            return
    if not found and len({len(row) for row in value}) > 1:
        yield context.fault("its rows differ in length. Give each row as many numbers.")


def _analysis(value: Any, context: Context) -> Faults:
    if value not in context.earlier:
        close = nearest(value, context.earlier) if isinstance(value, str) else ""
        yield context.fault(f"no analysis before this one is called {shown(value)}.{close}")


CHECKS: Final[Mapping[Kind, Check]] = {
    Kind.COLUMN: column,
    Kind.NUMBER_COLUMN: _number_column,
    Kind.BINARY_COLUMN: _binary_column,
    Kind.COLUMNS: _columns_of_labels,
    Kind.NUMBER_COLUMNS: _each(_number_column),
    Kind.BINARY_COLUMNS: _each(_binary_column),
    Kind.MIXED_COLUMNS: _each(_mixed_column),
    Kind.NAMED_COLUMNS: _each_value(_number_column, Kind.NAMED_COLUMNS.value),
    Kind.SCALES: _each_value(_each(_number_column), Kind.SCALES.value),
    Kind.RIGHT_ANSWERS: _right_answers,
    Kind.TERMS: _terms,
    Kind.RANDOM_TERMS: _each(_random_term, "objects"),
    Kind.VALUES: _values,
    Kind.NUMBER: _number,
    Kind.NUMBERS: _numbers,
    Kind.MATRIX: _matrix,
    Kind.SHARE: _share,
    Kind.FLAG: _flag,
    Kind.TEXTS: _each(_text, "texts"),
    Kind.ANALYSES: _each(_analysis, "names of analyses"),
}
