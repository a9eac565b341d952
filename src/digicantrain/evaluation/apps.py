"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    """Studies; fills the privacy register and listens to imports."""

    name = "digicantrain.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        from digicantrain.evaluation import (  # noqa: F401 - receivers connect, tasks are timed
            holdings,
            receivers,
            tasks,
        )
        from digicantrain.people import privacy

        privacy.register(
            "evaluation",
            holds=_("your decisions on research and your answers in studies"),
            export=holdings.export,
            erase=holdings.erase,
        )
