"""What evaluation does when something happens below it."""

from typing import Any

from django.dispatch import receiver

from digicantrain.evaluation import actions
from digicantrain.programme.signals import programme_imported


@receiver(programme_imported)
def keep_instruments(sender: Any, **kwargs: Any) -> None:
    """Keep the questionnaires that came with a programme."""
    actions.store_instruments(kwargs["design"])
