"""App configuration."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """The programme."""

    name = "digicantrain.programme"
    label = "programme"
