"""Whether a statement that came again under its id is the one that is stored.

xAPI 1.0.3, Data 2.3.1.1 (2.0: 4.2.1): what a store may set or change itself does not count, nor
does the order of lists whose order means nothing, nor how an activity is described.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Json = dict[str, Any]
OF_THE_STORE = ("authority", "stored", "version", "id", "timestamp")
# Durations are compared to the hundredth of a second (xAPI 2.0, 4.2.7; 1.0.3, Data 4.6).
_FRACTION = re.compile(r"(\.\d{2})\d+")
LISTS = {"attachments", "member", "contextAgents", "contextGroups"}


def same(stored: Json, sent: Json) -> bool:
    """Return whether both say the same; `timestamp` counts where the sender gave one."""
    if not _same_time(stored.get("timestamp"), sent.get("timestamp")):
        return False
    return bool(_marked(_plain(_without(stored))) == _marked(_plain(_without(sent))))


def _without(statement: Json) -> Json:
    return {key: value for key, value in statement.items() if key not in OF_THE_STORE}


def _same_time(stored: str | None, sent: str | None) -> bool:
    if sent is None or stored == sent:
        return True
    return stored is not None and _moment(stored) == _moment(sent)


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _plain(statement: Json) -> Json:
    """Return the statement with what is left to the writer's taste made one."""
    made = {key: _part(key, value) for key, value in statement.items()}
    for key in ("actor", "object"):
        if key in made:
            made[key] = _thing(statement[key], default="Agent" if key == "actor" else "Activity")
    return made


def _part(key: str, value: Any) -> Any:
    if key == "verb":
        return value["id"]
    if key == "context":
        return _context(value)
    if key == "result" and "duration" in value:
        return {**value, "duration": _FRACTION.sub(r"\1", value["duration"])}
    if key in LISTS:
        return _unordered(value)
    return value


def _thing(value: Json, *, default: str) -> Any:
    kind = value.get("objectType", default)
    if kind == "Activity":
        return (kind, value["id"])
    if kind == "SubStatement":
        return (kind, _plain({key: one for key, one in value.items() if key != "objectType"}))
    members = {"member": _unordered(value["member"])} if "member" in value else {}
    return {**value, "objectType": kind, **members}


def _context(context: Json) -> Json:
    made = {key: _part(key, value) for key, value in context.items()}
    for key, kind in (("instructor", "Agent"), ("team", "Group")):
        if key in context:
            made[key] = _thing(context[key], default=kind)
    if "contextActivities" in context:
        made["contextActivities"] = {
            key: sorted(one["id"] for one in (value if isinstance(value, list) else [value]))
            for key, value in context["contextActivities"].items()
        }
    return made


def _unordered(values: list[Any]) -> list[str]:
    """Return the members in an order of their own, each as text."""
    return sorted(repr(_sorted(_member(value))) for value in values)


def _member(value: Json) -> Json:
    made = {"objectType": "Agent", **value}
    for key, kind in (("agent", "Agent"), ("group", "Group")):
        if key in value:
            made[key] = _thing(value[key], default=kind)
    return made


def _marked(value: Any) -> Any:
    """Return the value with true and false told apart from 1 and 0, which Python takes for one."""
    if isinstance(value, bool):
        return (value,)
    if isinstance(value, Mapping):
        return {key: _marked(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(one) for one in value]
    return value


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [(key, _sorted(value[key])) for key in sorted(value)]
    if isinstance(value, list):
        return [_sorted(one) for one in value]
    return value
