"""The register of methods a plan can ask for; each family stands in a module of its own.

Adding a statistic = adding its function, a `Method` in its family's METHODS, and nothing else; a
new family is one name more in FAMILIES. Modules are imported when one of them is asked for.
"""

from importlib import import_module
from typing import Final

from digicantrain.core.measures.methods.method import Argument, Kind, Method, choice, optional

__all__ = ["FAMILIES", "Argument", "Kind", "Method", "choice", "find", "known", "optional"]

FAMILIES: Final = (
    "change",
    "mixed",
    "regression",
    "reliability",
)


def known() -> dict[str, Method]:
    """Return all methods by name."""
    found: dict[str, Method] = {}
    for family in FAMILIES:
        module = import_module(f"{__name__}.{family}")
        found |= {method.name: method for method in module.METHODS}
    return found


def find(name: str) -> Method | None:
    """Return a method by its name."""
    return known().get(name)
