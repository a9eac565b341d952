"""Reads JSON that somebody handed in: strictly, and within limits on size, depth and number."""

import json
import math
from typing import Any, Final, Never

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 24
MAX_NODES: Final = 4_000
MAX_MEMBERS: Final = 400


class JSONError(ValueError):
    """A text that is not read; the sentence says why."""


class TooLargeError(JSONError):
    """A text over one of the limits."""


def read(text: str | bytes) -> dict[str, Any]:  # noqa: C901 - one refusal after the other
    """Return the JSON object in a text.

    Refused: over a megabyte, nested too deeply, too many values, a name that stands twice, numbers
    that are not finite, letters that are no letters (lone surrogates), anything but one object.
    """
    if isinstance(text, str):
        if len(text) > MAX_BYTES:
            raise TooLargeError(_too_long())
        try:
            text = text.encode()
        except UnicodeEncodeError:
            raise JSONError("The text holds characters that cannot be written.") from None
    if len(text) > MAX_BYTES:
        raise TooLargeError(_too_long())
    try:
        value = json.loads(
            text.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_number,
        )
    except RecursionError:
        raise TooLargeError("The text is nested too deeply.") from None
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise JSONError("The text is not JSON, or a part of it is missing.") from None
    except ValueError as error:
        raise JSONError(str(error) if isinstance(error, JSONError) else "Not JSON.") from None
    if not isinstance(value, dict):
        raise JSONError("The text is JSON, but not one object.")
    _check_limits(value)
    return value


def _too_long() -> str:
    return f"The text is longer than {MAX_BYTES:,} bytes."


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise JSONError("A name stands twice in one object.")
    return made


def _constant(name: str) -> Never:
    raise JSONError(f"{name} is not a number in JSON.")


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise JSONError("A number is too large.")
    return value


def _check_limits(value: Any) -> None:
    """Walk without recursion; refuse what is too deep, too wide or too much."""
    left = MAX_NODES
    todo = [(value, 1)]
    while todo:
        here, depth = todo.pop()
        left -= 1
        if left < 0:
            raise TooLargeError(f"The text holds more than {MAX_NODES:,} values.")
        if isinstance(here, str):
            _check_letters(here)
        elif isinstance(here, dict | list):
            if depth > MAX_DEPTH:
                raise TooLargeError("The text is nested too deeply.")
            if len(here) > MAX_MEMBERS:
                raise TooLargeError(f"A list or object has more than {MAX_MEMBERS} members.")
            if isinstance(here, dict):
                todo += [(name, depth + 1) for name in here]
            todo += [(child, depth + 1) for child in _values(here)]


def _values(here: dict[str, Any] | list[Any]) -> list[Any]:
    return list(here.values()) if isinstance(here, dict) else here


def _check_letters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise JSONError("The text holds characters that cannot be written.") from None
