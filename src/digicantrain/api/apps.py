"""App configuration."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The api face: it has no models."""

    name = "digicantrain.api"
    label = "api"
