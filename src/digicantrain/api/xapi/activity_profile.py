"""The activity profile resource: what is kept of an activity, for everybody."""

from typing import Final

from digicantrain.api.xapi.documents import Kind, Shelf
from digicantrain.core.xapi.scopes import Scope

SHELF: Final = Shelf(
    kind=Kind.ACTIVITY,
    name="profileId",
    about=("activityId",),
    also=(),
    reads=Scope.PROFILE_READ,
    writes=Scope.PROFILE,
)
