"""Which rows an analysis uses: the `where` of a plan.

{"arm": "online", "site": ["North", "South"], "age": {"at_least": 18}} keeps the rows for which all
conditions hold. A missing cell meets no condition but {"answered": false}.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.checking import Context, Fault, Faults, column, is_number, shown
from digicantrain.core.measures.frame import DataError, Frame
from digicantrain.core.measures.methods import nearest

Chosen = npt.NDArray[np.bool_]
KEYS = ("is", "not", "at_least", "at_most", "answered")


def faults_of_where(where: Any, *, context: Context) -> Faults:
    """Yield what is wrong with a `where`."""
    if not isinstance(where, dict):
        yield context.fault(
            f'must be an object of columns and values, like {{"arm": "a"}}, not {shown(where)}.'
        )
        return
    for name, condition in where.items():
        yield from column(name, context)
        place = f"{context.place}, {name}"
        yield from _faults(name, _as_keys(condition), Context(place, context.data))


def _as_keys(condition: Any) -> Any:
    return condition if isinstance(condition, dict) else {"is": condition}


def _faults(name: str, condition: Mapping[str, Any], context: Context) -> Faults:
    if not condition:
        yield context.fault(f"has no condition. Give one of {', '.join(KEYS)}.")
    for key, value in condition.items():
        if key not in KEYS:
            yield context.fault(
                f"there is no condition {key!r}; give one of {', '.join(KEYS)}."
                + nearest(key, KEYS)
            )
        elif key == "answered":
            if not isinstance(value, bool):
                yield context.fault(f"'answered' must be true or false, not {shown(value)}.")
        elif key in {"at_least", "at_most"}:
            yield from _faults_of_limit(name, key, value, context)
        elif not _listed(value) or not all(map(_is_plain, _listed(value))):
            yield context.fault(f"must be a text, a number or a list of them, not {shown(value)}.")


def _faults_of_limit(name: str, key: str, value: Any, context: Context) -> Faults:
    if not is_number(value):
        yield context.fault(f"{key!r} must be a number, not {shown(value)}.")
    if context.data is not None and name in context.data.columns:
        try:
            context.data.numbers(name)
        except DataError as error:
            yield Fault("data", str(error))


def _is_plain(value: Any) -> bool:
    return (isinstance(value, str) and value != "") or is_number(value)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def rows_of(where: Mapping[str, Any], *, data: Frame) -> Chosen:
    """Return which rows meet all conditions of a checked `where`."""
    chosen = np.ones(len(data), dtype=bool)
    for name, condition in where.items():
        for key, value in _as_keys(condition).items():
            chosen &= _met(data, name, key, value)
    return chosen


def _met(data: Frame, name: str, key: str, value: Any) -> Chosen:
    if key in {"at_least", "at_most"}:
        numbers = data.numbers(name)
        return np.asarray(numbers >= value if key == "at_least" else numbers <= value)
    answered = set(data.column(name)) - data.missing
    if key == "answered":
        return np.asarray(_rows_with(data, name, answered) == value)
    found = {cell for cell in answered if _is_any(cell, _listed(value))}
    return _rows_with(data, name, found if key == "is" else answered - found)


def _rows_with(data: Frame, name: str, cells: Collection[str]) -> Chosen:
    return np.array([cell in cells for cell in data.column(name)], dtype=bool)


def _is_any(cell: str, wanted: Sequence[Any]) -> bool:
    number = _value(cell)
    return any(cell == one if isinstance(one, str) else number == one for one in wanted)


def _value(label: str) -> float | None:
    try:
        return float(label)
    except ValueError:
        return None
