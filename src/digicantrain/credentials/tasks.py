"""Background work of credentials."""

from django.utils import timezone
from django_tasks import task

from digicantrain.credentials import actions, queries, reminders
from digicantrain.learning.models import Cohort, Enrolment


@task()
def issue(enrolment: int) -> str:
    """Issue what an enrolment has earned; safe to repeat."""
    row = Enrolment.objects.filter(pk=enrolment).first()
    if row is None or not queries.is_earned(row):
        return ""
    return str(actions.issue_for(row, now=timezone.now()).key)


@task()
def issue_cohort(cohort: int) -> int:
    """Issue what is earned in a course run, one by one; after a kill it goes on where it was."""
    row = Cohort.objects.filter(pk=cohort).first()
    return actions.issue_each(queries.earned_and_not_issued(row)) if row else 0


@task()
def issue_due() -> int:
    """Issue whatever is earned and was not issued, for whatever reason; the net under the rest."""
    return actions.issue_each(queries.earned_and_not_issued())


@task()
def remind_of_expiry() -> int:
    """Remind each holder whose credential ends soon, once for each number of days."""
    return reminders.remind_all(now=timezone.now())
