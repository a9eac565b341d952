"""App configuration."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """Credentials."""

    name = "digicantrain.credentials"
    label = "credentials"
