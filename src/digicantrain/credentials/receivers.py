"""What credentials do when something happens below them."""

from typing import Any

from django.dispatch import receiver

from digicantrain.credentials import queries, tasks
from digicantrain.learning.signals import step_completed


@receiver(step_completed)
def issue_when_earned(sender: Any, **kwargs: Any) -> None:
    """Have a credential issued when the last step that counts is done.

    The task is written with the step, in its transaction: either both are there or neither.
    """
    enrolment = kwargs["enrolment"]
    if enrolment.version.data.get("credit") and queries.is_earned(enrolment):
        tasks.issue.enqueue(enrolment.pk)
