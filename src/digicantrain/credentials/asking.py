"""What is earned where a second person looks first: it is asked for, and held back until then."""

from collections.abc import Sequence
from datetime import datetime

from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.learning.models import Enrolment
from digicantrain.people.actions import record_all
from digicantrain.people.models import Person

How, State = IssueRequest.How, IssueRequest.State


class HeldBackError(ValueError):
    """It is earned, and a second person confirms it before it is issued, or has refused it."""


def held_back(earned: Sequence[Enrolment], *, now: datetime) -> set[int]:
    """Return the keys of those that must not be issued now; what has to be asked for, is.

    The caller holds the locks on the enrolments. What somebody refused stays refused, also where
    nobody looks any more.
    """
    asked = IssueRequest.objects.filter(enrolment__in=earned, how=How.COMPLETION)
    states = dict(asked.values_list("enrolment", "state"))
    watched = [row for row in earned if row.cohort.organisation.four_eyes]
    _ask([row for row in watched if row.pk not in states], now=now)
    refused = {key for key, state in states.items() if key and state == State.REFUSED}
    return refused | {row.pk for row in watched}


def _ask(earned: Sequence[Enrolment], *, now: datetime) -> None:
    if not earned:
        return
    made = IssueRequest.objects.bulk_create(
        IssueRequest(
            organisation=row.cohort.organisation,
            how=How.COMPLETION,
            person=row.person,
            version=row.version,
            enrolment=row,
            language=row.cohort.language,
            asked_at=now,
        )
        for row in earned
    )
    record_asked(made, by=None)


def record_asked(rows: Sequence[IssueRequest], *, by: Person | None) -> None:
    """Write into the trail that credentials were asked for."""
    acts = [
        (f"request:{row.key}", {"organisation": row.organisation.slug, "how": row.how})
        for row in rows
    ]
    record_all("credential-asked-for", actor=by, acts=acts)


def close(made: Sequence[Credential]) -> None:
    """Say of requests that their enrolments were issued to after all: nobody looks any more."""
    issued = {row.enrolment_id: row for row in made}
    rows = list(IssueRequest.objects.filter(enrolment__in=issued, how=How.COMPLETION))
    for row in rows:
        row.credential, row.state, row.fault = issued[row.enrolment_id], State.ISSUED, ""
    if rows:
        IssueRequest.objects.bulk_update(rows, ["credential", "state", "fault"])
