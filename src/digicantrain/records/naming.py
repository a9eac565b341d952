"""Agents of others put back into statements as they were sent, or as pseudonyms once erased."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings

from digicantrain.core.xapi.facts import Place, places
from digicantrain.records.models import Naming
from digicantrain.records.rules import MASK

Json = dict[str, Any]
AT_ONCE = 20_000


def named(organisation_id: int, statements: Sequence[Json]) -> list[Json]:
    """Put the agents back into stored statements, in place, by one query at most."""
    masks = [
        (place, int(name))
        for statement in statements
        for place in places(statement)
        if (name := _mask(place)) is not None
    ]
    if masks:
        agents = _agents(organisation_id, {number for _place, number in masks})
        for (container, key), number in masks:
            container[key] = orjson.loads(agents[number])
    return list(statements)


def _mask(place: Place) -> str | None:
    container, key = place
    account = container[key].get("account")
    return account["name"] if account and account["homePage"] == MASK else None


def _agents(organisation_id: int, numbers: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), AT_ONCE):  # SQLite takes so many parameters and no more
        share = wanted[start : start + AT_ONCE]
        rows = Naming.objects.filter(organisation_id=organisation_id, pk__in=share)
        for number, text, pseudonym in rows.values_list("pk", "text", "agent__pseudonym"):
            found[number] = text or pseudonymous(str(pseudonym))
    return found


def pseudonymous(name: str) -> str:
    """Return the agent, as JSON, that stands for one who was erased."""
    agent = {"objectType": "Agent", "account": {"homePage": settings.ORIGIN, "name": name}}
    return orjson.dumps(agent).decode()
