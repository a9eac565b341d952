"""App configuration."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The record store."""

    name = "digicantrain.records"
    label = "records"
