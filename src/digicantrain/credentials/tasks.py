"""Background work of credentials."""

import logging
from collections.abc import Callable, Sequence
from functools import partial

from django.db import IntegrityError
from django.utils import timezone
from django_tasks import task

from digicantrain.base import jobs
from digicantrain.credentials import (
    actions,
    asking,
    badges,
    fulfilling,
    paths,
    queries,
    reminders,
)
from digicantrain.credentials.bulk import BATCH
from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.people.models import Person

logger = logging.getLogger(__name__)


@task()
def issue(enrolment: int) -> str:
    """Issue what an enrolment has earned; safe to repeat."""
    row = Enrolment.objects.filter(pk=enrolment).first()
    if row is None or not queries.is_earned(row):
        return ""
    try:
        made = actions.issue_for(row, now=timezone.now())
    except asking.HeldBackError:
        return ""
    if made.kind == made.Kind.MICRO_CREDENTIAL and made.person_id:
        issue_paths.enqueue(made.person_id)
    return str(made.key)


@task()
def issue_badge(enrolment: int, badge: str) -> str:
    """Issue the badge of some units that an enrolment has earned; safe to repeat."""
    row = Enrolment.objects.filter(pk=enrolment).first()
    if row is None or badge not in badges.due_for(row):
        return ""
    return str(actions.issue_badge(row, badge=badge, now=timezone.now()).key)


@task()
def issue_paths(person: int) -> int:
    """Issue the certificates of the paths that somebody has completed; safe to repeat."""
    row = Person.objects.filter(pk=person).first()
    return len(paths.issue_completed(row, now=timezone.now())) if row else 0


@task()
def issue_stacks_due() -> int:
    """Issue badges and path certificates that were earned and not issued; the net under the rest.

    Raises:
        ValueError: the first reason why one could not be issued, after all others were.
    """
    issued, refused = 0, None
    for due in (*_badges_due(), *_paths_due()):
        try:
            issued += due()
        except (ValueError, IntegrityError) as error:
            logger.warning("Nothing was issued. %s", error)
            refused = refused or error
    if refused is not None:
        raise refused
    return issued


def _badges_due() -> list[Callable[[], int]]:
    return [partial(_one_badge, enrolment, badge) for enrolment, badge in badges.all_due()]


def _one_badge(enrolment: Enrolment, badge: str) -> int:
    actions.issue_badge(enrolment, badge=badge, now=timezone.now())
    return 1


def _paths_due() -> list[Callable[[], int]]:
    return [partial(_paths_of, person) for person in paths.who_may_be_due()]


def _paths_of(person: Person) -> int:
    return len(paths.issue_completed(person, now=timezone.now()))


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
