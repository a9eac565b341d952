"""What learning does when something happens below it."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from digicantrain.learning.actions import tell_withdrawn
from digicantrain.programme.signals import module_withdrawn


@receiver(module_withdrawn)
def tell_learners(sender: Any, **kwargs: Any) -> None:
    """Tell everybody who learned a module that it was withdrawn."""
    tell_withdrawn(kwargs["module"], now=timezone.now())
