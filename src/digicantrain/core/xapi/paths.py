"""JSON paths, as a developer reads them in a refusal: $.context["a b"][0]."""

import json
import re
from collections.abc import Iterable

_LONGEST = 80
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch


def path_of(start: str, steps: Iterable[str | int]) -> str:
    """Return the path that leads from `start` along keys (str) and places in lists (int)."""
    return start + "".join(_step(step) for step in steps)


def shown(value: object) -> str:
    """Return a value as JSON, cut short: a refusal quotes what it refuses, not a whole book."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{shown(value[:_LONGEST])}..."
    written = json.dumps(value, ensure_ascii=False, default=str)[: 2 * _LONGEST]
    return written.encode(errors="replace").decode()


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if len(step) <= _LONGEST and _PLAIN(step) else f"[{shown(step)}]"
