"""Agents of others put back into statements as they were sent, or as pseudonyms once erased."""

from collections.abc import Sequence
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import connection

from digicantrain.core.xapi.facts import Place, places
from digicantrain.core.xapi.identity import account_agent
from digicantrain.records.rows import as_uuid, one_of
from digicantrain.records.rules import MASK

Json = dict[str, Any]
# Every page asks this: written out it costs less than when composed each time.
_NAMED: Final = """
SELECT naming.id, naming.text, agent.pseudonym
FROM records_naming naming JOIN records_agent agent ON agent.id = naming.agent_id
WHERE naming.organisation_id = %s
"""


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
    condition, value = one_of("naming.id", list(numbers))
    with connection.cursor() as cursor:
        cursor.execute(f"{_NAMED} AND {condition}", [organisation_id, value])
        return {
            number: text or pseudonymous(str(as_uuid(pseudonym)))
            for number, text, pseudonym in cursor.fetchall()
        }


def pseudonymous(name: str) -> str:
    """Return the agent, as JSON, that stands for one who was erased."""
    return orjson.dumps(account_agent(settings.ORIGIN, name)).decode()
