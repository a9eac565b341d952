"""Background work of studies."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from digicantrain.base import jobs
from digicantrain.evaluation import actions
from digicantrain.evaluation.models import Study


@task()
def analyse(study: int) -> int:
    """Compute a study's results; return the analysis run."""
    return int(actions.analyse(Study.objects.get(pk=study)).pk)


@task()
def forget_expired() -> int:
    """Delete answers whose day of keeping has passed."""
    return actions.forget_expired(today=timezone.localdate())


jobs.periodic(forget_expired, every=timedelta(days=1))
