"""App configuration."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People and places."""

    name = "digicantrain.people"
    label = "people"
