"""Reads about people and places."""

from uuid import UUID

from django.db.models import Q, QuerySet

from digicantrain.people.enums import Role
from digicantrain.people.models import (
    AuditEntry,
    Membership,
    Organisation,
    Person,
    Pseudonym,
    Site,
)
from digicantrain.people.trail import START, TrailHead


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


def organisations_for(person: Person, *roles: Role, whole: bool = False) -> QuerySet[Organisation]:
    """Return the organisations for which a person holds one of the roles, at any site.

    With `whole`, only those for which she holds it as a whole: a role at one site counts there.
    """
    if person.is_superuser:
        return Organisation.objects.all()
    held = person.memberships.filter(role__in=roles)
    if whole:
        held = held.filter(site=None)
    return Organisation.objects.filter(pk__in=held.values("organisation"))


def trail_for(person: Person) -> QuerySet[AuditEntry]:
    """Return the acts a person may read: those of her organisations' staff, and about these.

    Who may read it for every organisation of the installation reads the whole trail.
    """
    own = organisations_for(person, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, whole=True)
    entries = AuditEntry.objects.order_by("-sequence")
    slugs = list(own.values_list("slug", flat=True))
    if not Organisation.objects.exclude(slug__in=slugs).exists():
        return entries
    staff = Pseudonym.objects.filter(person__memberships__organisation__in=own).values("key")
    return entries.filter(
        Q(actor__in=staff)
        | Q(subject__in=[f"organisation:{slug}" for slug in slugs])
        | Q(data__organisation__in=slugs)
    )


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


def head_of_trail() -> TrailHead:
    """Return the newest entry's place and hash, to be kept elsewhere."""
    newest = AuditEntry.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return TrailHead(*newest) if newest else TrailHead(0, START)
