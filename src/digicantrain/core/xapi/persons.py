"""The Person Object: one person under all the names that statements gave her."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from digicantrain.core.xapi.identity import IDENTIFIERS

FIELDS: Final = ("name", *IDENTIFIERS)


def person(agents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Gather agents that are one person: each field a list, no value twice, in order of arrival.

    A field that no agent has is left out (xAPI 1.0.3 Communication 2.4; 2.0 section 4.1.6.3).
    """
    found: dict[str, list[Any]] = {}
    seen: set[str] = set()
    for agent in agents:
        for key in FIELDS:
            sign = f"{key} {_sign(agent.get(key))}"
            if key in agent and sign not in seen:
                seen.add(sign)
                found.setdefault(key, []).append(agent[key])
    return {"objectType": "Person", **{key: found[key] for key in FIELDS if key in found}}


def _sign(value: Any) -> str:
    """Return a text that is the same for the same value, whatever the order of its keys."""
    return repr(sorted(value.items())) if isinstance(value, Mapping) else repr(value)
