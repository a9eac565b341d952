"""Each permission and each page of a role, with a named person who is refused."""

import pytest
from rules.permissions import permissions

from digicantrain.people import actions, queries
from digicantrain.people.enums import Role
from digicantrain.people.models import AuditEntry

pytestmark = pytest.mark.django_db
# Page, and the roles for a whole organisation that open it; every other role gets 403.
TEACHING = {"trainer", "site-coordinator", "coordinator", "administrator"}
PAGES = {
    "/teach/": TEACHING,
    "/teach/runs/new/": TEACHING,
    "/author/": {"designer", "administrator", "reviewer", "translator"},
    "/evaluate/": {"evaluator"},
    "/manage/": {
        "administrator", "registrar", "data-protection-officer", "designer", "site-coordinator",
        "accreditation-officer",
    },
    "/manage/trail/": {"administrator", "data-protection-officer"},
    "/manage/reports/": {"designer", "administrator", "reviewer"},
    "/manage/credentials/": {"registrar", "administrator"},
    "/manage/grants/": {"accreditation-officer", "administrator"},
    "/manage/grants/new/": {"accreditation-officer", "administrator"},
}  # fmt: skip


@pytest.mark.parametrize("role", Role.values)
def test_each_role_opens_its_pages_and_no_other(client, farah, organisation, role):
    actions.grant_role(farah, role=role, organisation=organisation)
    client.force_login(farah)

    opened = {path for path in PAGES if client.get(path).status_code == 200}

    assert opened == {path for path, roles in PAGES.items() if role in roles}


def test_the_permissions_are_these():
    own = {name for name in permissions if name.startswith("people.")}

    assert own == {
        "people.manage_organisation", "people.coordinate_site", "people.read_audit_trail",
    }  # fmt: skip


@pytest.mark.parametrize("refused", ["aino", "chiara", "dario", "eleni", "farah", "rita"])
def test_who_does_not_coordinate_the_site(request, refused, turku_site):
    person = request.getfixturevalue(refused)

    assert not person.has_perm("people.coordinate_site", turku_site)
    assert not person.has_perm("people.manage_organisation", turku_site.organisation)
    assert not person.has_perm("people.read_audit_trail", turku_site.organisation)
    assert not person.has_perm("people.coordinate_site", None)


def test_a_permission_needs_its_thing(admin, ben):
    """Onni may manage his provider, and nothing in general."""
    for name in ("manage_organisation", "coordinate_site", "read_audit_trail"):
        assert not admin.has_perm(f"people.{name}", None)
        assert not ben.has_perm(f"people.{name}")


@pytest.mark.parametrize("tail", ["", "signatories/", "sites/", "roles/"])
def test_who_administers_one_site_has_no_say_over_the_provider(client, farah, turku_site, tail):
    """A role at one site counts there only; else she could give herself the whole."""
    organisation = turku_site.organisation
    actions.grant_role(farah, role=Role.ADMINISTRATOR, organisation=organisation, site=turku_site)
    client.force_login(farah)
    page = f"/manage/o/{organisation.slug}/{tail}"

    assert client.get(page).status_code == 404
    assert client.post(page, {"email": farah.email, "role": "administrator"}).status_code == 404
    assert farah.memberships.count() == 1


@pytest.mark.parametrize("path", ["/evaluate/pilot/", "/author/modules/X1/"])
def test_a_role_at_one_site_opens_no_study_and_no_module(client, farah, cohort, turku_site, path):
    for role in (Role.EVALUATOR, Role.DESIGNER):
        actions.grant_role(farah, role=role, organisation=turku_site.organisation, site=turku_site)
    client.force_login(farah)

    assert client.get(path).status_code == 404


def test_a_provider_reads_its_own_part_of_the_trail(admin, dario, ben, other_organisation):
    actions.record("of-ben", actor=ben)
    actions.record("of-dario", actor=dario)
    actions.save_place(other_organisation, action="organisation-changed", by=dario)

    read = set(queries.trail_for(admin).values_list("action", flat=True))

    assert "of-ben" in read
    assert "role-granted" in read
    assert "of-dario" not in read
    assert "organisation-changed" not in read


def test_the_only_provider_of_an_installation_reads_the_whole_trail(admin, aino):
    actions.record("of-aino", actor=aino)

    assert queries.trail_for(admin).count() == AuditEntry.objects.count()


def test_who_holds_no_role_reads_no_trail(aino, ben, organisation, other_organisation):
    actions.record("of-ben", actor=ben)

    assert not queries.trail_for(aino).exists()
    assert not queries.trail_for(ben).exists()
