"""Lists of trainers: course runs and participants, sorted, narrowed, as CSV."""

from datetime import timedelta

import pytest
from django.utils import timezone

from digicantrain.learning.models import Cohort

pytestmark = pytest.mark.django_db


@pytest.fixture
def old_run(cohort):
    """A run of last year at the same site."""
    today = timezone.localdate()
    return Cohort.objects.create(
        organisation=cohort.organisation, site=cohort.site, module=cohort.module,
        title="Zenith run", language="en", seats=3, starts_on=today - timedelta(days=400),
        ends_on=today - timedelta(days=300),
    )  # fmt: skip


def titles(response):
    return [row.title for row in response.context["page"]]


def test_runs_are_sorted_and_narrowed(client, ben, cohort, old_run):
    client.force_login(ben)

    assert titles(client.get("/teach/?sort=title")) == [cohort.title, "Zenith run"]
    assert titles(client.get("/teach/?sort=-title")) == ["Zenith run", cohort.title]
    assert titles(client.get("/teach/?when=over")) == ["Zenith run"]
    assert titles(client.get("/teach/?text=zenith")) == ["Zenith run"]
    assert "No course run matches." in client.get("/teach/?text=none").content.decode()


@pytest.mark.parametrize("wanted", ["site__organisation__colour", "-", "title,pk"])
def test_only_columns_of_ours_sort_runs(client, ben, cohort, old_run, wanted):
    """Threat 23."""
    client.force_login(ben)

    assert titles(client.get("/teach/", {"sort": wanted})) == titles(client.get("/teach/"))


def test_runs_go_out_as_csv_and_only_those_of_the_own_sites(client, ben, dario, cohort):
    client.force_login(dario)
    assert cohort.title not in client.get("/teach/?as=csv").content.decode()
    client.force_login(ben)

    lines = client.get("/teach/?as=csv").content.decode("utf-8-sig").splitlines()

    assert lines[0].startswith("module,title,site,first_day,last_day,seats,active")
    assert cohort.title in lines[1]


def test_runs_ask_no_more_of_the_database_when_they_grow(
    client, ben, cohort, django_assert_max_num_queries
):
    client.force_login(ben)
    client.get("/teach/")
    with django_assert_max_num_queries(9):
        client.get("/teach/")
    for number in range(3):
        Cohort.objects.create(
            organisation=cohort.organisation, site=cohort.site, module=cohort.module,
            title=f"Run {number}", language="en", seats=3, starts_on=cohort.starts_on,
            ends_on=cohort.ends_on,
        )  # fmt: skip
    with django_assert_max_num_queries(9):
        client.get("/teach/")


def test_the_file_of_participants_is_narrowed_as_the_page_is(client, ben, enrolment):
    client.force_login(ben)
    run = f"/teach/runs/{enrolment.cohort.key}/"

    page = client.get(f"{run}?name=nobody").content.decode()
    none = client.get(f"{run}participants.csv?name=nobody").content.decode()
    all_of_them = client.get(f"{run}participants.csv").content.decode()

    assert "Nobody matches." in page
    assert enrolment.person.email not in none
    assert enrolment.person.email in all_of_them


def test_an_empty_run_says_what_to_do(client, ben, cohort):
    client.force_login(ben)

    html = client.get(f"/teach/runs/{cohort.key}/").content.decode()

    assert "Nobody is enrolled yet. Send the invitation link" in html
