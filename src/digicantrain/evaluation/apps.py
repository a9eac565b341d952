"""App configuration."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """Studies."""

    name = "digicantrain.evaluation"
    label = "evaluation"
