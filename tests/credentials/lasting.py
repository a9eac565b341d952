"""Lets what is earned in a module be valid for some months, and puts credentials into the past."""

from datetime import datetime, timedelta

from django.utils import timezone

from digicantrain.credentials import actions
from digicantrain.credentials.models import Credential
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Cohort
from tests.credentials.earned import earn


def valid_for(version, months):
    """Let a version say for how many months its credit is valid."""
    version.data["credit"]["valid_months"] = months
    version.save()
    return version


def issued_at(enrolment, moment: datetime) -> Credential:
    """Issue what an enrolment earned, at another time."""
    return actions.issue_for(earn(enrolment), now=moment)


def ending_in(enrolment, days: int, *, months: int = 24) -> Credential:
    """Issue something that was valid for two years and ends in so many days."""
    valid_for(enrolment.version, months)
    row = issued_at(enrolment, timezone.now() - timedelta(days=30 * months - days))
    row.expires_at = timezone.now().replace(hour=23, minute=59, second=59) + timedelta(days=days)
    row.save(update_fields=["expires_at"])
    return row


def another_run(cohort, **fields):
    """Open the same module a second time."""
    return Cohort.objects.create(
        **{
            "organisation": cohort.organisation,
            "site": cohort.site,
            "module": cohort.module,
            "title": "Spring run",
            "starts_on": timezone.localdate(),
            "ends_on": timezone.localdate() + timedelta(days=200),
        }
        | fields
    )


def joined(run, person):
    """Enrol somebody in a run."""
    return enrol(run, person=person, how=EnrolledBy.SELF)
