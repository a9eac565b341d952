"""App configuration."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """Course runs and progress."""

    name = "digicantrain.learning"
    label = "learning"
