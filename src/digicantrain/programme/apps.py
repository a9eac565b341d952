"""App configuration."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """The programme."""

    name = "digicantrain.programme"
    label = "programme"

    def ready(self) -> None:
        from digicantrain.programme import receivers  # noqa: F401 - receivers connect
