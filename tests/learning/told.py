"""What the record store was told, for tests that look at whole statements."""

from typing import Any

from digicantrain.core.xapi.vocabulary import ActivityType, Verb
from digicantrain.records.models import Statement


def bodies() -> list[dict[str, Any]]:
    """Return every statement as it was told, oldest first."""
    return [row.body for row in Statement.objects.order_by("pk")]


def told(verb: Verb, *, about: ActivityType | None = None) -> list[dict[str, Any]]:
    """Return the statements of a verb, about activities of a type if it is said."""
    return [
        one
        for one in bodies()
        if one["verb"]["id"] == verb.iri
        and (about is None or one["object"]["definition"]["type"].endswith(f"/{about}"))
    ]
