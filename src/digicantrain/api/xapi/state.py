"""The state resource: what content keeps of a learner between sessions."""

from typing import Final

from django.http import HttpResponse

from digicantrain.api.xapi.asked import Asked
from digicantrain.api.xapi.documents import Kind, Shelf
from digicantrain.core.xapi.scopes import Scope

SHELF: Final = Shelf(
    kind=Kind.STATE,
    name="stateId",
    about=("activityId", "agent"),
    also=("registration",),
    reads=Scope.STATE_READ,
    writes=Scope.STATE,
)


def delete(asked: Asked) -> HttpResponse:
    """Delete one document, or without `stateId` all of a learner at an activity."""
    return SHELF.delete(asked) if SHELF.name in asked.params else SHELF.delete_all(asked)
