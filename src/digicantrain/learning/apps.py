"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    """Course runs and progress; enters its activity kinds and the privacy register."""

    name = "digicantrain.learning"
    label = "learning"

    def ready(self) -> None:
        from digicantrain.learning import (  # noqa: F401 - receivers connect
            activities,
            case,
            feedback,
            holdings,
            page,
            receivers,
        )
        from digicantrain.people import privacy

        for kind in (page.KIND, case.KIND, feedback.KIND):
            activities.register(kind)
        privacy.register(
            "learning",
            holds=_("your course runs, progress and answers, notices and error reports"),
            export=holdings.export,
            erase=holdings.erase,
        )
