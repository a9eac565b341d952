"""Who may do what."""

import pytest

from digicantrain.people import actions, queries
from digicantrain.people.enums import Role
from digicantrain.people.models import Membership, Person
from digicantrain.people.rules import has_role

pytestmark = pytest.mark.django_db


def test_a_site_role_counts_only_at_that_site(ben, turku_site, second_site):
    organisation = turku_site.organisation

    assert has_role(ben, organisation, Role.TRAINER, site=turku_site)
    assert not has_role(ben, organisation, Role.TRAINER, site=second_site)
    assert not has_role(ben, organisation, Role.TRAINER)


def test_an_organisation_role_counts_at_each_site(admin, turku_site, second_site):
    assert all(
        has_role(admin, site.organisation, Role.ADMINISTRATOR, site=site)
        for site in (turku_site, second_site)
    )


def test_dario_of_another_provider_has_no_role_in_turku(dario, turku_site):
    assert not has_role(dario, turku_site.organisation, Role.TRAINER, site=turku_site)
    assert turku_site not in queries.sites_for(dario, Role.TRAINER)


def test_a_suspended_person_has_no_role(ben, turku_site):
    """Threat 8: an old session of a suspended account may do nothing."""
    ben.is_active = False

    assert not has_role(ben, turku_site.organisation, Role.TRAINER, site=turku_site)


def test_permissions_follow_roles(ben, admin, dario, turku_site):
    assert ben.has_perm("people.coordinate_site", turku_site)
    assert admin.has_perm("people.manage_organisation", turku_site.organisation)
    assert not ben.has_perm("people.manage_organisation", turku_site.organisation)
    assert not dario.has_perm("people.coordinate_site", turku_site)
    assert not dario.has_perm("people.read_audit_trail", turku_site.organisation)


def test_a_role_given_twice_stands_once(aino, organisation):
    for _ in range(2):
        actions.grant_role(aino, role=Role.MENTOR, organisation=organisation)

    assert Membership.objects.filter(person=aino).count() == 1


def test_a_role_at_a_foreign_site_is_refused(aino, organisation, other_site):
    with pytest.raises(ValueError, match="another organisation"):
        actions.grant_role(aino, role=Role.TRAINER, organisation=organisation, site=other_site)


def test_an_address_is_one_in_any_spelling(aino):
    assert Person.objects.get_by_natural_key("aino@example.org") == aino
    assert Person(email=" Aino@Example.ORG ").email != aino.email
    assert Person.objects.normalize_email(" Aino@Example.ORG ") == aino.email
