"""Reads about endorsements: which stand, and which a credential carries from now on."""

from django.db.models import Q, QuerySet

from digicantrain.core.credentials.endorsement import MOST
from digicantrain.credentials.models import Endorsement
from digicantrain.people.models import Organisation
from digicantrain.programme.models import ModuleVersion


def standing() -> QuerySet[Endorsement]:
    """Return the endorsements that were given and not withdrawn, newest first."""
    rows = Endorsement.objects.filter(issued_at__isnull=False, revoked_at=None)
    return rows.select_related("endorser", "organisation").order_by("-issued_at", "-pk")


def of_module(version: ModuleVersion, *, issuer: Organisation) -> tuple[str, ...]:
    """Return what others say of a module in this version, signed; not what its issuer says."""
    rows = standing().filter(version=version).exclude(endorser=issuer)
    return tuple(rows.values_list("token", flat=True)[:MOST])


def of_provider(organisation: Organisation, *, did: str) -> tuple[str, ...]:
    """Return what others say of an organisation under this name, signed."""
    if not did:
        return ()
    rows = standing().filter(version=None, organisation=organisation, subject=did)
    return tuple(rows.values_list("token", flat=True)[:MOST])


def shown_for(version: ModuleVersion, organisation: Organisation) -> list[Endorsement]:
    """Return who endorses a module as it is now, or who offers it, for its public page."""
    about = Q(version=version) | Q(version=None, organisation=organisation)
    return list(standing().filter(about))


def of_organisations(organisations: list[Organisation]) -> QuerySet[Endorsement]:
    """Return the endorsements that organisations asked for or were asked for."""
    about = Q(organisation__in=organisations) | Q(endorser__in=organisations)
    rows = Endorsement.objects.filter(about).select_related(
        "organisation", "endorser", "version__module"
    )
    return rows.order_by("-asked_at", "-pk")
