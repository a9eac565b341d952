"""The agents resource: under which names somebody is known."""

from django.http import HttpResponse

from digicantrain.api.xapi import answers
from digicantrain.api.xapi.asked import Asked
from digicantrain.core.xapi.identity import identifier
from digicantrain.core.xapi.persons import person
from digicantrain.core.xapi.scopes import Scope
from digicantrain.records import reading


def get(asked: Asked) -> HttpResponse:
    """Tell the names of an agent as a Person; of one nobody named, what was asked with."""
    asked.require(Scope.READ)
    asked.params.only("agent")
    asked.params.need("agent")
    agent = asked.params.agent() or {}
    return answers.json(person([*reading.agents(asked.store, identifier(agent) or ""), agent]))
