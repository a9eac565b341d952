"""From bytes to a JSON value, with all that JSON readers usually let pass refused.

A statement is stored and handed on as it was sent, so nothing may be lost in reading it: a key
that stands twice (xAPI 1.0.3, Data 2.2: each property no more than once), an integer that would be
rounded, a NUL that databases cannot keep. Nesting is bounded so that no reader downstream fails.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

import orjson

from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.paths import path_of

DEEPEST = 100
# A body of mere brackets and commas would take twenty times its bytes as values in memory.
MOST_VALUES = 250_000
_ALL_ALIKE = bytes.maketrans(b"{}", b"[]")
_STEPS = {ord("["): 1, ord("]"): -1}
_USUAL_DEPTH = 12
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_LONG_NUMBER = re.compile(rb"[0-9]{19}").search
_NUMBERS = re.compile(rb"-?[0-9][0-9.eE+-]*").findall
_INTEGERS = range(-(2**63), 2**64)


def read(raw: bytes) -> object:
    """Return the JSON value that the bytes hold.

    Raises StatementError for what is no JSON in UTF-8, a key twice in an object, a NUL or half of
    a surrogate pair in a text, NaN and infinities, an integer outside 64 bits, a number beyond
    a double, nesting deeper than 100, and more than MOST_VALUES commas and brackets.
    """
    if len(raw) > MOST_VALUES and sum(map(raw.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise StatementError(f"The body may hold more than {MOST_VALUES:,} values; send less.")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise StatementError(_unreadable(raw, error)) from None
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _depth(_without_texts(raw)) > DEEPEST:
        raise StatementError(_TOO_DEEP)
    if b"\\u0000" in raw:
        _refuse_nul(value)
    _refuse_what_changes(raw, orjson.dumps(value))
    return value


_TOO_DEEP = f"The body is nested deeper than {DEEPEST} levels; send it flatter."


def _refuse_what_changes(raw: bytes, again: bytes) -> None:
    """Refuse what is lost in reading; `again` is the value written out."""
    if raw == again:  # compact JSON, as most clients send it: nothing can have been lost
        return
    bare = _without_texts(raw)
    # A reader keeps the last of two like keys: then the value has fewer members than the bytes.
    if bare.count(b":") != _without_texts(again).count(b":"):
        raise _twice(raw)
    if _LONG_NUMBER(bare):
        _refuse_large(bare)


def _without_texts(raw: bytes) -> bytes:
    """Return JSON without its strings: what stands between the quotation marks."""
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(raw.split(b'"')[::2])


def _depth(bare: bytes) -> int:
    """Return how deep JSON without its strings is nested."""
    brackets = bare.translate(_ALL_ALIKE, _NOT_BRACKETS)
    depth = 0
    while brackets and depth < _USUAL_DEPTH:
        brackets = brackets.replace(b"[]", b"")  # takes off one level everywhere
        depth += 1
    # What is left is rare or hostile: there, counting once is faster than taking off many levels.
    return depth + max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def _refuse_large(bare: bytes) -> None:
    for number in _NUMBERS(bare):
        if number.lstrip(b"-").isdigit() and int(number) not in _INTEGERS:
            raise StatementError(
                f"The number {number[:40].decode()} does not fit into 64 bits;"
                " send it as a text or rounded."
            )


def _twice(raw: bytes) -> StatementError:
    for steps, value in _walk(json.loads(raw, object_pairs_hook=_Pairs)):
        doubled = value.doubled() if isinstance(value, _Pairs) else None
        if doubled is not None:
            path = path_of("$", [*steps, doubled])
            return StatementError(
                f"{path} stands twice; each property is used once (xAPI 1.0.3, Data 2.2).",
                path=path,
            )
    return StatementError("The body holds a property twice; each property is used once.")


def _refuse_nul(value: object) -> None:
    for steps, found in _walk(value):
        texts = [*found] if isinstance(found, dict) else [found]
        if any(isinstance(text, str) and "\0" in text for text in texts):
            path = path_of("$", steps)
            raise StatementError(
                f"{path} holds the character NUL (\\u0000); leave it out.", path=path
            )


class _Pairs(list[tuple[str, object]]):
    """The members of an object in the order in which they were sent, doubles included."""

    def doubled(self) -> str | None:
        """Return the first key that was there before."""
        seen: set[str] = set()
        for key, _ in self:
            if key in seen:
                return key
            seen.add(key)
        return None


def _walk(value: object) -> Iterator[tuple[list[str | int], object]]:
    """Yield each value with the steps to it: one list that grows and shrinks on the way."""
    steps: list[str | int] = []
    yield steps, value
    levels = [iter(_members(value))]
    while levels:
        found = next(levels[-1], None)
        if found is None:
            levels.pop()
            del steps[-1:]
            continue
        steps.append(found[0])
        yield steps, found[1]
        levels.append(iter(_members(found[1])))


def _members(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, _Pairs):
        return value
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _unreadable(raw: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        raw.decode()
    except UnicodeDecodeError as fault:
        return f"The body is not UTF-8 at byte {fault.start}; send JSON in UTF-8."
    if "depth" in error.msg or "ecursion" in error.msg:
        return _TOO_DEEP
    where = f"line {error.lineno}, column {error.colno}"
    if "surrogate" in error.msg:
        return f"The body holds half of a surrogate pair at {where}; send whole characters."
    if "infinity" in error.msg:
        return f"The body holds a number that is too large at {where}; send it as a text."
    if error.doc[error.pos :].lstrip("-").startswith(("NaN", "Infinity")):
        return f"The body holds NaN or Infinity at {where}, which JSON does not know."
    return f"The body is not JSON at {where}: {error.msg}."
