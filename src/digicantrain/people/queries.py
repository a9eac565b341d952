"""Reads about people and places."""

from uuid import UUID

from django.db.models import QuerySet

from digicantrain.people.enums import Role
from digicantrain.people.models import Membership, Organisation, Person, Pseudonym, Site


def key_of(person: Person) -> UUID:
    """Return the pseudonym by which trail and records know a person."""
    return Pseudonym.objects.only("key").get(person=person).key


def name_of(key: UUID) -> str:
    """Return the name behind a pseudonym, or an empty string after erasure."""
    row = Pseudonym.objects.select_related("person").filter(key=key).first()
    return str(row.person) if row else ""


def roles_of(person: Person) -> QuerySet[Membership]:
    """Return a person's memberships with organisation and site, in one query."""
    return person.memberships.select_related("organisation", "site")


def organisations_for(person: Person, *roles: Role) -> QuerySet[Organisation]:
    """Return the organisations for which a person holds one of the roles, at any site."""
    if person.is_superuser:
        return Organisation.objects.all()
    return Organisation.objects.filter(
        memberships__person=person, memberships__role__in=roles
    ).distinct()


def sites_for(person: Person, *roles: Role) -> QuerySet[Site]:
    """Return the sites where a person holds one of the roles, there or organisation-wide."""
    if person.is_superuser:
        return Site.objects.all()
    held = person.memberships.filter(role__in=roles)
    at_site = Site.objects.filter(pk__in=held.exclude(site=None).values("site"))
    everywhere = Site.objects.filter(organisation__in=held.filter(site=None).values("organisation"))
    return (at_site | everywhere).distinct()


def staff_of(organisation: Organisation, *, name: str = "", role: str = "") -> QuerySet[Membership]:
    """Return who holds a role for an organisation; by a part of a name, by role, or all."""
    rows = organisation.memberships.select_related("person", "site")
    if name:
        rows = rows.filter(person__name__icontains=name)
    if role:
        rows = rows.filter(role=role)
    return rows.order_by("person__name", "role", "pk")
