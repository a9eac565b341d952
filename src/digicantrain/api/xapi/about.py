"""The about resource: which versions are spoken here."""

from django.http import HttpResponse

from digicantrain.api.xapi import answers
from digicantrain.api.xapi.params import Params
from digicantrain.core.xapi.versions import Version


def get(params: Params) -> HttpResponse:
    """Tell the versions; there are no extensions."""
    params.only()
    return answers.json({"version": [version.value for version in Version], "extensions": {}})
