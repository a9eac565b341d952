"""Reads from the record store."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from digicantrain.core.xapi.identity import account_identifier
from digicantrain.records.models import Agent, Statement
from digicantrain.records.rules import digest


def statements_of(actor: UUID) -> QuerySet[Statement]:
    """Return what is recorded under a pseudonym in all stores, oldest first."""
    key = digest(account_identifier(settings.ORIGIN, str(actor)))
    return Statement.objects.filter(agent__in=Agent.objects.filter(key=key)).order_by("id")


def statements_about(registration: UUID) -> QuerySet[Statement]:
    """Return what is recorded of one enrolment, oldest first."""
    return Statement.objects.filter(registration=registration).order_by("id")
