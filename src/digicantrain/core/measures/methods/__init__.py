"""The register of methods a plan can ask for; each family stands in a module of its own.

Adding a statistic = adding its function, a `Method` in its family's METHODS, and nothing else; a
new family is one name more in FAMILIES. Modules are imported when one of them is asked for.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Final

from digicantrain.core.measures.methods.method import Argument, Kind, Method, choice, optional

__all__ = [
    "FAMILIES",
    "Argument",
    "Kind",
    "Method",
    "choice",
    "families",
    "find",
    "known",
    "nearest",
    "optional",
]

FAMILIES: Final = (
    "reliability",
    "items",
    "rasch",
    "irt",
    "dif",
    "cfa",
    "change",
    "groups",
    "covariance",
    "mixed",
    "regression",
    "missing",
    "agreement",
    "proportions",
    "baseline",
    "power",
    "multiplicity",
    "flow",
    "cells",
)


@cache
def families() -> dict[str, tuple[Method, ...]]:
    """Return the methods of each family."""
    return {family: tuple(import_module(f"{__name__}.{family}").METHODS) for family in FAMILIES}


def known() -> dict[str, Method]:
    """Return all methods by name."""
    return {method.name: method for methods in families().values() for method in methods}


def find(name: str) -> Method | None:
    """Return a method by its name."""
    return known().get(name)


def nearest(name: str, known_names: Iterable[str]) -> str:
    """Return a sentence that names what was probably meant, or nothing."""
    close = get_close_matches(name, list(known_names), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
