"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """The record store; enters the privacy register."""

    name = "digicantrain.records"
    label = "records"

    def ready(self) -> None:
        from digicantrain.people import privacy
        from digicantrain.records import (
            holdings,
            tasks,  # noqa: F401 - they enter themselves
        )

        privacy.register(
            "records",
            holds=_("your learning record, kept under a pseudonym"),
            export=holdings.export,
            erase=holdings.erase,
        )
