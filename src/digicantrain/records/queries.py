"""Reads from the record store."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from digicantrain.core.xapi.identity import account_identifier
from digicantrain.people.models import Organisation
from digicantrain.records.clock import microseconds
from digicantrain.records.models import Agent, Statement
from digicantrain.records.rules import digest, first_id

COUNTED = 10_000


@dataclass(frozen=True)
class Arrivals:
    """How many statements came in of late, each up to one more than `COUNTED`."""

    day: int
    week: int
    month: int


def arrivals(organisation: Organisation, *, now: datetime) -> Arrivals:
    """Count what came in within a day, 7 days and 30 days.

    The newest are counted and no more than `COUNTED` of them, so that the page of a store of
    millions costs what that of a small one does.
    """
    day, week, month = (first_id(microseconds(now - timedelta(days=days))) for days in (1, 7, 30))
    rows = Statement.objects.filter(organisation=organisation, id__gte=month).order_by("-id")
    counts = rows[: COUNTED + 1].aggregate(
        day=Count("id", filter=Q(id__gte=day)),
        week=Count("id", filter=Q(id__gte=week)),
        month=Count("id"),
    )
    return Arrivals(**counts)


def pseudonymous_agents(actor: UUID) -> QuerySet[Agent]:
    """Return the agents of all stores that are a pseudonym of this platform."""
    key = digest(account_identifier(settings.ORIGIN, str(actor)))
    return Agent.objects.filter(key=key)


def statements_of(actor: UUID) -> QuerySet[Statement]:
    """Return what is recorded under a pseudonym in all stores, oldest first."""
    return Statement.objects.filter(agent__in=pseudonymous_agents(actor)).order_by("id")


def statements_about(registration: UUID) -> QuerySet[Statement]:
    """Return what is recorded of one enrolment, oldest first."""
    return Statement.objects.filter(registration=registration).order_by("id")
