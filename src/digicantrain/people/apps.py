"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """People and places; fills the privacy register."""

    name = "digicantrain.people"
    label = "people"

    def ready(self) -> None:
        from digicantrain.people import holdings, privacy

        privacy.register(
            "people",
            holds=_("your account, your roles and how you sign in"),
            export=holdings.export,
            erase=holdings.erase,
        )
