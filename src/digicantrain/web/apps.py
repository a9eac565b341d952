"""App configuration."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web face: it has no models."""

    name = "digicantrain.web"
    label = "web"
