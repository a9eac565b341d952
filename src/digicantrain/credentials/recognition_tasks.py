"""Background work of recognition."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from digicantrain.base import jobs
from digicantrain.credentials import recognition


@task()
def forget_evidence() -> int:
    """Delete words and evidence of claims whose time of keeping is over; safe to repeat."""
    return recognition.forget_evidence(now=timezone.now())


jobs.periodic(forget_evidence, every=timedelta(days=1))
