"""The agent profile resource: what is kept of somebody, for all activities."""

from typing import Final

from digicantrain.api.xapi.documents import Kind, Shelf
from digicantrain.core.xapi.scopes import Scope

SHELF: Final = Shelf(
    kind=Kind.AGENT,
    name="profileId",
    about=("agent",),
    also=(),
    reads=Scope.PROFILE_READ,
    writes=Scope.PROFILE,
)
