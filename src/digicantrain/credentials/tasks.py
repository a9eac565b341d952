"""Background work of credentials."""

from collections.abc import Sequence

from django.utils import timezone
from django_tasks import task

from digicantrain.base import jobs
from digicantrain.credentials import actions, asking, fulfilling, queries, reminders
from digicantrain.credentials.bulk import BATCH
from digicantrain.learning.models import Cohort, Enrolment


@task()
def issue(enrolment: int) -> str:
    """Issue what an enrolment has earned; safe to repeat."""
    row = Enrolment.objects.filter(pk=enrolment).first()
    if row is None or not queries.is_earned(row):
        return ""
    try:
        return str(actions.issue_for(row, now=timezone.now()).key)
    except asking.HeldBackError:
        return ""


@task()
def issue_cohort(cohort: int) -> int:
    """Issue what is earned in a course run, one by one; after a kill it goes on where it was."""
    row = Cohort.objects.filter(pk=cohort).first()
    return actions.issue_each(queries.earned_and_not_issued(row)) if row else 0


@task()
def issue_due() -> int:
    """Issue whatever is earned and was not issued, for whatever reason; the net under the rest."""
    approved = fulfilling.fulfil_each(fulfilling.approved())
    return approved + actions.issue_each(queries.earned_and_not_issued())


@task()
def fulfil(requests: list[int]) -> int:
    """Issue what was approved, each at most once; what cannot be issued says why on its page."""
    return fulfilling.fulfil_each(requests)


def fulfil_later(requests: Sequence[int]) -> None:
    """Have approved requests issued in the background, a batch a task."""
    starts = range(0, len(requests), BATCH)
    jobs.enqueue_each(fulfil, [list(requests[at : at + BATCH]) for at in starts])


@task()
def remind_of_expiry() -> int:
    """Remind each holder whose credential ends soon, once for each number of days."""
    return reminders.remind_all(now=timezone.now())
