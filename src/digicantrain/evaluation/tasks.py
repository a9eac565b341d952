"""Background work of studies."""

from django_tasks import task

from digicantrain.evaluation import actions
from digicantrain.evaluation.models import Study


@task()
def analyse(study: int) -> int:
    """Compute a study's results; return the analysis run."""
    return int(actions.analyse(Study.objects.get(pk=study)).pk)
