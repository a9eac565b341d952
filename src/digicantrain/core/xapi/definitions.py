"""What is known of an activity: put together from all that was sent."""

from typing import Any

Json = dict[str, Any]
MAPS = ("name", "description", "extensions")


def merge(old: Json, new: Json) -> Json:
    """Return what is known of an activity after `new` came: maps grow, the rest is replaced."""
    made = {**old, **new}
    for key in MAPS:
        if key in old and key in new:
            made[key] = {**old[key], **new[key]}
    return made
