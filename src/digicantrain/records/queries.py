"""Reads from the record store."""

from uuid import UUID

from django.db.models import QuerySet

from digicantrain.records.models import Statement


def statements_of(actor: UUID) -> QuerySet[Statement]:
    """Return what is recorded under a pseudonym, oldest first."""
    return Statement.objects.filter(actor=actor).order_by("stored", "id")


def statements_about(registration: UUID) -> QuerySet[Statement]:
    """Return what is recorded of one enrolment, oldest first."""
    return Statement.objects.filter(registration=registration).order_by("stored", "id")
