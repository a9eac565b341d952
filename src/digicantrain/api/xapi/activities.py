"""The activities resource: what is known of an activity."""

from django.http import HttpResponse

from digicantrain.api.xapi import answers
from digicantrain.api.xapi.asked import Asked
from digicantrain.core.xapi.scopes import Scope
from digicantrain.records import reading


def get(asked: Asked) -> HttpResponse:
    """Tell all that statements said of an activity; of one nobody named, its IRI."""
    asked.require(Scope.READ)
    asked.params.only("activityId")
    asked.params.need("activityId")
    iri = asked.params.iri("activityId") or ""
    found = reading.activity(asked.store, iri)
    return answers.json(found or {"objectType": "Activity", "id": iri})
