"""Who may do what: predicates over roles, registered as permissions."""

from typing import TYPE_CHECKING

from rules.permissions import add_perm
from rules.predicates import predicate

from digicantrain.people.enums import Role

if TYPE_CHECKING:
    from digicantrain.people.models import Organisation, Person, Site


def has_role(
    person: "Person",
    organisation: "Organisation",
    *roles: Role,
    site: "Site | None" = None,
) -> bool:
    """Return whether a person holds one of the roles for the organisation, or at the site.

    A role for the whole organisation counts at each of its sites; a site role counts only there.
    """
    if not person.is_active or not person.is_authenticated:
        return False
    if person.is_superuser:
        return True
    held = person.memberships.filter(organisation=organisation, role__in=roles)
    return any(row.site_id is None or (site and row.site_id == site.pk) for row in held)


@predicate
def manages_organisation(person: "Person", organisation: "Organisation | None") -> bool:
    """An administrator of the whole organisation."""
    return organisation is not None and has_role(person, organisation, Role.ADMINISTRATOR)


@predicate
def coordinates_site(person: "Person", site: "Site | None") -> bool:
    """Who may open course runs at a site and enrol people there."""
    return site is not None and has_role(
        person,
        site.organisation,
        Role.ADMINISTRATOR,
        Role.SITE_COORDINATOR,
        Role.COORDINATOR,
        Role.TRAINER,
        site=site,
    )


@predicate
def reads_audit_trail(person: "Person", organisation: "Organisation | None") -> bool:
    """Administrators and data-protection officers."""
    return organisation is not None and has_role(
        person, organisation, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER
    )


add_perm("people.manage_organisation", manages_organisation)
add_perm("people.coordinate_site", coordinates_site)
add_perm("people.read_audit_trail", reads_audit_trail)
