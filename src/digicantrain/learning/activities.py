"""The register of activity kinds; the app that owns a kind's data enters it when it is ready."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from digicantrain.core.xapi.events import ActivityType
from digicantrain.programme.models import Step

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class ActivityKind(NamedTuple):
    """What a step can be: its code in content files, its name, whether its result counts.

    `told_as` is what the record store calls it.
    """

    code: str
    name: "StrPromise"
    counts: Callable[[Step], bool] = lambda _step: False
    told_as: Callable[[Step], ActivityType] = lambda _step: ActivityType.LESSON


_kinds: dict[str, ActivityKind] = {}


def register(kind: ActivityKind) -> None:
    """Enter an activity kind."""
    _kinds[kind.code] = kind


def kinds() -> list[ActivityKind]:
    """Return all kinds in the order in which they were entered."""
    return list(_kinds.values())


def kind_of(step: Step) -> ActivityKind:
    """Return the kind of a step; content with an unknown kind is refused at import."""
    return _kinds[step.kind]
