"""Setting up a study, and who is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from digicantrain.evaluation.models import Instrument, Study
from digicantrain.people.models import AuditEntry
from tests.evaluation import pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluator(client, chiara):
    client.force_login(chiara)
    return client


def form(cohort, **changes):
    fields = {
        "title_en": "Does N1 help?", "information_en": "We ask before and after.",
        "title_fi": "", "information_fi": "", "contact": "research@turku.example",
        "lawful_basis": "consent", "ethics_reference": "12/2026",
        "retention_until": (timezone.localdate() + timedelta(days=700)).isoformat(),
        "instrument": Instrument.objects.get(slug="self-assessment").pk,
        "cohorts": [cohort.pk], "primary": "D4", "smallest_cell": "10",
    }  # fmt: skip
    return fields | changes


def test_chiara_sets_up_a_study(evaluator, cohort):
    response = evaluator.post("/evaluate/new/", form(cohort))

    row = Study.objects.get()
    assert response.headers["Location"] == "/evaluate/does-n1-help/"
    assert row.organisation == cohort.organisation
    assert (row.smallest_cell, row.frozen_at, row.is_demo) == (10, None, False)
    assert row.plan["primary_domain"] == "D4"
    assert list(row.cohorts.all()) == [cohort]
    assert list(row.waves.values_list("key", flat=True)) == ["pre", "post"]
    assert AuditEntry.objects.filter(action="study-set-up").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title_en": ""}, "This field is required"),
        ({"information_en": ""}, "This field is required"),
        ({"cohorts": []}, "This field is required"),
        ({"retention_until": "2020-01-01"}, "This day has passed"),
        ({"retention_until": "soon"}, "Enter a valid date"),
        ({"primary": "D9"}, "Select a valid choice"),
        ({"smallest_cell": "1"}, "Select a valid choice"),
        ({"instrument": "0"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_made(evaluator, cohort, changes, words):
    html = evaluator.post("/evaluate/new/", form(cohort, **changes)).content.decode()

    assert words in html
    assert "There is a problem" in html
    assert "Error:" in html.split("</title>")[0]
    assert not Study.objects.exists()


def test_threat_02_fields_that_nobody_may_set_are_ignored(evaluator, cohort, other_organisation):
    evaluator.post(
        "/evaluate/new/",
        form(cohort, organisation=other_organisation.pk, is_demo="on", slug="new", plan_hash="f"),
    )

    row = Study.objects.get()
    assert row.organisation == cohort.organisation
    assert (row.is_demo, row.plan_hash, row.slug) == (False, "", "does-n1-help")


def test_threat_03_a_course_run_of_another_provider_cannot_be_studied(
    evaluator, cohort, other_site, programme
):
    foreign = type(cohort).objects.create(
        organisation=other_site.organisation, site=other_site, module=cohort.module,
        title="Foreign", starts_on=cohort.starts_on, ends_on=cohort.ends_on,
    )  # fmt: skip

    html = evaluator.post("/evaluate/new/", form(cohort, cohorts=[foreign.pk])).content.decode()

    assert "Select a valid choice" in html
    assert "Foreign" not in evaluator.get("/evaluate/new/").content.decode()
    assert evaluator.get("/evaluate/new/?of=elsewhere").status_code == 404


def test_two_studies_of_one_name_get_two_addresses(evaluator, cohort):
    for _ in range(2):
        evaluator.post("/evaluate/new/", form(cohort, title_en="New"))

    assert set(Study.objects.values_list("slug", flat=True)) == {"new-2", "new-3"}


def test_a_study_is_changed_until_its_plan_is_frozen(evaluator, cohort, study):
    evaluator.post("/evaluate/pilot/edit/", form(cohort, primary="D1"))
    study.refresh_from_db()
    assert study.plan["primary_domain"] == "D1"

    evaluator.post("/evaluate/pilot/freeze/")
    html = evaluator.post("/evaluate/pilot/edit/", form(cohort), follow=True).content.decode()

    study.refresh_from_db()
    assert study.plan["primary_domain"] == "D1"
    assert "cannot be changed any more" in html


def test_a_study_with_answers_keeps_its_questions(evaluator, cohort, study):
    pilot.fill(study, cohort, pairs=1)

    evaluator.post("/evaluate/pilot/edit/", form(cohort, primary="D1"))

    study.refresh_from_db()
    assert study.plan["primary_domain"] == "D4"


def test_freezing_asks_once_more(evaluator, study):
    page = evaluator.get("/evaluate/pilot/freeze/").content.decode()
    assert "primary_outcome" in page
    study.refresh_from_db()
    assert study.frozen_at is None

    evaluator.post("/evaluate/pilot/freeze/")

    study.refresh_from_db()
    assert study.frozen_at is not None
    assert len(study.plan_hash) == 64
    assert study.plan_hash in evaluator.get("/evaluate/pilot/").content.decode()
    assert evaluator.get("/evaluate/pilot/freeze/").status_code == 302


def test_the_list_tells_the_state_of_each_study(evaluator, cohort, study):
    assert "Being set up" in evaluator.get("/evaluate/").content.decode()

    evaluator.post("/evaluate/pilot/freeze/")
    assert "Plan frozen" in evaluator.get("/evaluate/").content.decode()
    pilot.fill(study, cohort, pairs=6)
    evaluator.post("/evaluate/pilot/compute/")

    assert "Results computed" in evaluator.get("/evaluate/").content.decode()


def test_without_a_study_the_list_says_the_next_step(evaluator, organisation):
    assert "Set one up" in evaluator.get("/evaluate/").content.decode()


@pytest.mark.parametrize("who", ["aino", "ben", "dario", "eleni", "rita", "admin"])
def test_who_does_not_evaluate_sets_up_nothing(client, request, cohort, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post("/evaluate/new/", form(cohort)).status_code == 403
    assert not Study.objects.exists()
