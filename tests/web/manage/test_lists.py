"""Lists of those who run the platform: sorted, narrowed, paged, handed over as CSV."""

import codecs

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from digicantrain.credentials.models import Credential, StatusList
from digicantrain.learning.actions import report_error
from digicantrain.people import actions
from digicantrain.people.enums import Role
from tests.web.manage.test_manage import form, png

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles_page(client, admin, organisation, ben, rita):
    client.force_login(admin)
    return f"/manage/o/{organisation.slug}/roles/"


def names(response):
    return [row.person.name for row in response.context["page"]]


def test_roles_are_sorted_by_a_link_and_turned_round_by_the_next(client, roles_page):
    up = client.get(f"{roles_page}?sort=name")
    down = client.get(f"{roles_page}?sort=-name")

    assert names(up) == sorted(names(up))
    assert names(down) == names(up)[::-1]
    assert 'aria-sort="ascending"' in up.content.decode()
    assert 'href="?sort=-name"' in up.content.decode()


@pytest.mark.parametrize("wanted", ["person__password", "-pk;drop", "", "where'--"])
def test_only_columns_of_ours_sort(client, roles_page, wanted):
    """Threat 23: what stands in the address never becomes a field of the database."""
    assert names(client.get(roles_page, {"sort": wanted})) == names(client.get(roles_page))


def test_roles_are_narrowed_by_name_and_by_role(client, roles_page, ben, rita):
    assert names(client.get(roles_page, {"name": ben.name[:5]})) == [ben.name]
    assert names(client.get(roles_page, {"held": Role.REGISTRAR})) == [rita.name]
    assert "No role matches." in client.get(roles_page, {"name": "Zz"}).content.decode()


def test_a_list_goes_out_as_csv_in_the_same_order(client, roles_page, ben):
    response = client.get(f"{roles_page}?as=csv&sort=-name&name={ben.name[:5]}")

    assert response.headers["Content-Type"].startswith("text/csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="roles.csv"'
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "name,email,role,site"
    assert [line.split(",")[1] for line in lines[1:]] == [ben.email]


def test_roles_are_paged_and_filter_and_order_stay(client, roles_page, organisation, admin):
    from digicantrain.people.models import Person

    for number in range(25):
        person = Person.objects.create_user(f"p{number}@example.org", name=f"Person {number:02}")
        actions.grant_role(person, role=Role.MENTOR, organisation=organisation, site=None, by=admin)

    html = client.get(f"{roles_page}?name=Person&sort=-name").content.decode()

    assert "Page 1 of 2" in html
    assert "?name=Person&amp;sort=-name&amp;page=2" in html


def test_roles_ask_no_more_of_the_database_when_they_grow(
    client, roles_page, organisation, admin, aino, farah, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14):
        client.get(roles_page)
    for person in (aino, farah):
        actions.grant_role(person, role=Role.MENTOR, organisation=organisation, site=None, by=admin)
    with django_assert_max_num_queries(14):
        client.get(roles_page)


def test_reports_are_narrowed_and_open_ones_come_first(client, eleni, programme):
    from digicantrain.learning.staff import answer_report

    closed = report_error("A typo", address="/modules/X1/", person=None)
    answer_report(closed, reply="Mended.", by=eleni)
    report_error("A wrong figure", address="/modules/X1/", person=None)
    client.force_login(eleni)

    rows = [row.text for row in client.get("/manage/reports/").context["page"]]
    only = [row.text for row in client.get("/manage/reports/?state=closed").context["page"]]
    csv = client.get("/manage/reports/?as=csv&text=figure").content.decode()

    assert rows == ["A wrong figure", "A typo"]
    assert only == ["A typo"]
    assert "A wrong figure" in csv
    assert "A typo" not in csv


@pytest.mark.parametrize("path", ["/manage/trail/", "/manage/credentials/", "/manage/reports/"])
def test_aino_who_learns_gets_no_list_and_no_file(client, aino, organisation, path):
    client.force_login(aino)

    assert client.get(path).status_code == 403
    assert client.get(f"{path}?as=csv").status_code == 403


def test_the_trail_goes_out_as_csv(client, admin, organisation, ben):
    client.force_login(admin)
    actions.grant_role(ben, role=Role.MENTOR, organisation=organisation, site=None, by=admin)

    csv = client.get("/manage/trail/?as=csv&action=role").content.decode("utf-8-sig")

    assert csv.splitlines()[0] == "number,at,act,who,on_what"
    assert "role-granted" in csv
    assert ben.name not in csv


@pytest.fixture
def withdrawn(enrolment):
    """A credential of Aino's that was withdrawn."""
    organisation, now = enrolment.cohort.organisation, timezone.now()
    return Credential.objects.create(
        organisation=organisation, person=enrolment.person, version=enrolment.version,
        kind="badge", language="en", holder_name=enrolment.person.name, title={"en": "First"},
        status_list=StatusList.objects.create(organisation=organisation), status_index=7,
        document="", digest="0", revoked_at=now, revoked_reason="A mistake",
    )  # fmt: skip


def test_rita_sees_credentials_by_state(client, rita, withdrawn):
    client.force_login(rita)

    none = client.get("/manage/credentials/?state=valid").content.decode()
    csv = client.get("/manage/credentials/?state=withdrawn&as=csv").content.decode()

    assert "No credential matches." in none
    assert "A mistake" in csv


def test_a_spreadsheet_is_told_that_a_list_is_utf8_and_gets_whole_links(client, rita, withdrawn):
    client.force_login(rita)

    content = client.get("/manage/credentials/?as=csv").content

    assert content.startswith(codecs.BOM_UTF8)
    assert f",{settings.ORIGIN}/c/{withdrawn.token}/," in content.decode()


def test_the_providers_name_stands_in_head_and_foot_until_there_is_a_logo(client, organisation):
    html = client.get("/help/").content.decode()

    assert html.count("Turku Training") >= 2
    assert 'class="brand__logo"' not in html
    assert f'fill="{organisation.colour}"' in html


def test_the_logo_is_shown_to_everybody_once_it_is_there(client, admin, organisation):
    client.force_login(admin)
    client.post(f"/manage/o/{organisation.slug}/", form(logo=SimpleUploadedFile("logo.png", png())))
    client.logout()

    html = client.get("/help/").content.decode()
    picture = client.get(f"/providers/{organisation.slug}/logo.png")

    assert f'src="/providers/{organisation.slug}/logo.png?v=' in html
    assert 'alt="Turku Training"' in html
    assert picture.headers["Content-Type"] == "image/png"
    assert b"".join(picture.streaming_content).startswith(b"\x89PNG")


def test_a_provider_without_a_logo_has_none_to_fetch(client, organisation):
    assert client.get(f"/providers/{organisation.slug}/logo.png").status_code == 404
    assert client.get("/providers/nobody/logo.png").status_code == 404
