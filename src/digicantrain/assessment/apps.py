"""App configuration."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Tests."""

    name = "digicantrain.assessment"
    label = "assessment"
