"""Reads from the record store."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from digicantrain.core.xapi.identity import account_identifier
from digicantrain.records.models import Agent, Statement
from digicantrain.records.rules import digest


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
