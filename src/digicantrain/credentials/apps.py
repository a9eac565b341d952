"""App configuration."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CredentialsConfig(AppConfig):
    """Credentials; listens to learning and fills the privacy register."""

    name = "digicantrain.credentials"
    label = "credentials"

    def ready(self) -> None:
        from digicantrain.base import jobs
        from digicantrain.credentials import (  # noqa: F401 - connects
            holdings,
            receivers,
            recognition_tasks,
            tasks,
        )
        from digicantrain.people import privacy

        privacy.register(
            "credentials",
            holds=_("the credentials you earned, and claims of prior learning with their evidence"),
            export=holdings.export,
            erase=holdings.erase,
        )
        jobs.periodic(tasks.issue_due, every=timedelta(minutes=10))
        jobs.periodic(tasks.remind_of_expiry, every=timedelta(days=1))
        jobs.periodic(tasks.issue_stacks_due, every=timedelta(minutes=10))
