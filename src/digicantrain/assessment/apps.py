"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    """Tests; enters the quiz among the activity kinds and itself in the privacy register."""

    name = "digicantrain.assessment"
    label = "assessment"

    def ready(self) -> None:
        from digicantrain.assessment import holdings, quiz, receivers  # noqa: F401 - connects
        from digicantrain.learning import activities
        from digicantrain.people import privacy

        activities.register(quiz.KIND)
        privacy.register(
            "assessment",
            holds=_("your attempts at tests and your answers in them"),
            export=holdings.export,
            erase=holdings.erase,
        )
