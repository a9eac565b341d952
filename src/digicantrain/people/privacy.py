"""The privacy register: what each app holds on a person, how to export it, how to erase it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from digicantrain.people.models import Person

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

RemovedRows = dict[str, int]


class Holding(NamedTuple):
    """One app's entry: a sentence on what it holds, and its two functions."""

    app: str
    holds: "StrOrPromise"
    export: Callable[[Person], dict[str, Any]]
    erase: Callable[[Person], RemovedRows]


_register: dict[str, Holding] = {}


def register(
    app: str,
    *,
    holds: "StrOrPromise",
    export: Callable[[Person], dict[str, Any]],
    erase: Callable[[Person], RemovedRows],
) -> None:
    """Enter an app; called once from its AppConfig.ready()."""
    _register[app] = Holding(app, holds, export, erase)


def registered() -> list[Holding]:
    """Return the entries in the order of the layers, lowest first."""
    return list(_register.values())
