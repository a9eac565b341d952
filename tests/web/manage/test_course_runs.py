"""The registrar's pages of course runs: what is due, issue to all, how far it is."""

import uuid

import pytest
from django.utils import timezone

from digicantrain.credentials import runs
from digicantrain.credentials.models import Credential, IssuingRun
from digicantrain.learning.models import Cohort
from digicantrain.people.actions import grant_role
from tests.credentials.earned import earn

pytestmark = pytest.mark.django_db
LIST = "/manage/course-runs/"


@pytest.fixture
def due(enrolment):
    earn(enrolment)
    return enrolment


def address(run):
    return f"/manage/issuing/{run.key}/"


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "eleni", "farah"])
def test_who_is_no_registrar_is_refused(client, due, request, name):
    client.force_login(request.getfixturevalue(name))

    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{due.cohort.key}/issue/").status_code == 403
    assert not IssuingRun.objects.exists()


def test_threat_06_darios_registrar_sees_no_run_of_turku(client, due, dario, other_organisation):
    grant_role(dario, role="registrar", organisation=other_organisation)
    run = IssuingRun.objects.create(cohort=due.cohort, total=1)
    client.force_login(dario)

    assert due.cohort.title not in client.get(LIST).content.decode()
    assert client.get(address(run)).status_code == 404
    assert client.post(f"{LIST}{due.cohort.key}/issue/").status_code == 404


def test_rita_issues_to_all_and_sees_the_end(client, due, rita):
    client.force_login(rita)
    assert "Issue to 1 person" in client.get(LIST).content.decode()

    response = client.post(f"{LIST}{due.cohort.key}/issue/", follow=True)

    html = response.content.decode()
    assert response.redirect_chain[0][0] == address(IssuingRun.objects.get())
    assert "1 of 1 issued" in html
    assert "Everybody has a mail" in html
    assert "data-reload" not in html
    assert Credential.objects.get().enrolment == due


def test_while_it_runs_the_page_looks_again_by_itself(client, due, rita, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    run = runs.begin(due.cohort, by=rita, now=timezone.now())
    client.force_login(rita)

    html = client.get(address(run)).content.decode()

    assert "0 of 1 issued" in html
    assert 'data-reload="3"' in html
    assert "You can leave this page" in html


def test_a_run_that_nothing_works_on_is_taken_up_again(client, due, rita):
    run = IssuingRun.objects.create(cohort=due.cohort, total=1)
    client.force_login(rita)
    assert "Go on" in client.get(address(run)).content.decode()

    html = client.post(address(run), follow=True).content.decode()

    assert "1 of 1 issued" in html


def test_what_cannot_be_issued_is_told_with_the_reason(client, due, rita):
    due.cohort.organisation.quality_assurance = {}
    due.cohort.organisation.save()
    client.force_login(rita)

    html = client.post(f"{LIST}{due.cohort.key}/issue/", follow=True).content.decode()

    assert "1 could not be issued. The first reason:" in html
    assert "quality assurance" in html


def test_nothing_due_is_said(client, cohort, rita):
    client.force_login(rita)

    html = client.post(f"{LIST}{cohort.key}/issue/", follow=True).content.decode()

    assert "Nothing is due in this course run." in html
    assert client.post(f"{LIST}{uuid.uuid4()}/issue/").status_code == 404


def test_the_list_is_a_csv_too(client, due, rita):
    client.force_login(rita)

    lines = client.get(f"{LIST}?as=csv").content.decode("utf-8-sig").splitlines()

    assert lines[0] == "module,course run,site,ends,issued,due"
    assert lines[1].endswith(",0,1")


def test_the_list_asks_no_more_when_it_grows(client, due, rita, django_assert_num_queries):
    client.force_login(rita)
    client.get(LIST)
    with django_assert_num_queries(10):
        client.get(LIST)
    first = due.cohort
    for number in range(3):
        Cohort.objects.create(
            organisation=first.organisation, site=first.site, module=first.module,
            title=f"Run {number}", starts_on=first.starts_on, ends_on=first.ends_on,
        )  # fmt: skip

    with django_assert_num_queries(10):
        client.get(LIST)
