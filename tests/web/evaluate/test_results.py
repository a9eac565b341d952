"""Results for evaluators, and who is refused."""

import json
import re
import subprocess
import sys

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from digicantrain.evaluation import actions
from digicantrain.evaluation.models import AnalysisRun, Participant
from digicantrain.people.models import AuditEntry, Organisation, Person
from digicantrain.web.evaluate.tables import TABLES
from tests.evaluation import pilot

pytestmark = pytest.mark.django_db
HOME = "/evaluate/pilot/"
FILES = ["report.html", "report.json", *(f"{name}.csv" for name in TABLES)]


@pytest.fixture
def results(study, cohort):
    """Twelve measured twice, eight only before."""
    pilot.fill(study, cohort, pairs=12, only_before=8)
    return actions.analyse(study)


@pytest.fixture
def evaluator(client, chiara):
    client.force_login(chiara)
    return client


@pytest.fixture
def gabriel(other_organisation):
    """Gabriel evaluates for another provider."""
    person = Person.objects.create_user("gabriel@example.org", name="Gabriel Sole")
    from digicantrain.people.actions import grant_role

    grant_role(person, role="evaluator", organisation=other_organisation)
    return person


@pytest.mark.parametrize("tail", ["", "edit/", "freeze/", *FILES])
def test_threat_03_gabriel_who_evaluates_elsewhere_finds_no_such_study(
    client, gabriel, results, tail
):
    client.force_login(gabriel)

    assert client.get(HOME + tail).status_code == 404
    assert "Does it help" not in client.get("/evaluate/").content.decode()


@pytest.mark.parametrize("tail", ["compute/", "freeze/", "edit/"])
def test_gabriel_changes_nothing_in_a_study_of_others(client, gabriel, study, tail):
    client.force_login(gabriel)

    assert client.post(HOME + tail).status_code == 404
    study.refresh_from_db()
    assert study.frozen_at is None
    assert not AnalysisRun.objects.exists()


@pytest.mark.parametrize("who", ["aino", "ben", "dario", "eleni", "rita", "admin"])
def test_who_does_not_evaluate_is_refused(client, request, results, who):
    """Aino learns, Ben and Dario teach, Eleni designs, Rita registers, Onni administers."""
    client.force_login(request.getfixturevalue(who))

    for path in ("/evaluate/", "/evaluate/new/", HOME, *(HOME + name for name in FILES)):
        assert client.get(path).status_code == 403
    for tail in ("compute/", "freeze/", "edit/"):
        assert client.post(HOME + tail).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client, results):
    for path in ("/evaluate/", HOME, HOME + "report.html"):
        assert "/account/login/" in client.get(path).headers["Location"]


def test_chiara_sees_flow_change_reliability_and_missing(evaluator, results):
    html = evaluator.get(HOME).content.decode()

    for words in (
        "Of 20 people invited, 20 were measured before.",
        "Of these, 12 were measured after (60 %).",
        "There is no comparison group",
        "not validated",
        "not frozen: every figure here is exploratory",
        "The mean rose in",
        results.data_hash,
    ):
        assert words in html
    assert html.count('<svg class="chart"') == 3
    assert html.count('role="img" aria-label="') == 3


@pytest.mark.parametrize("name", TABLES)
def test_each_table_has_its_csv_and_each_handing_out_is_in_the_trail(evaluator, results, name):
    assert f"{HOME}{name}.csv" in evaluator.get(HOME).content.decode()

    response = evaluator.get(f"{HOME}{name}.csv")

    lines = response.content.decode().splitlines()
    assert response.headers["Content-Type"].startswith("text/csv")
    assert lines[0].endswith(",data")
    assert all(line.endswith(",collected") for line in lines[1:])
    entry = AuditEntry.objects.get(action="results-exported")
    assert (entry.subject, entry.data) == ("study:pilot", {"what": f"{name}.csv"})


def test_a_table_that_is_not_there_is_not_found(evaluator, results):
    assert evaluator.get(f"{HOME}people.csv").status_code == 404


def test_before_anything_is_computed_there_is_no_file(evaluator, study):
    assert "Nothing is computed yet" in evaluator.get(HOME).content.decode()
    for name in FILES:
        assert evaluator.get(HOME + name).status_code == 404


def everything(client):
    """Return page, report, JSON and each CSV."""
    pages = [HOME, *(HOME + name for name in FILES)]
    return {page: client.get(page).content.decode() for page in pages}


def test_threat_11_no_page_or_file_names_a_person_or_a_pseudonym(evaluator, results):
    keys = [str(place.pk) for place in Participant.objects.all()]
    names = [place.pseudonym for place in Participant.objects.all()]

    for text in everything(evaluator).values():
        assert not any(key in text for key in [*keys, *names])
        assert "Person 1" not in text
        assert "p1@example.org" not in text
        assert "groups" not in text


def test_threat_11_files_hold_the_day_and_no_time(evaluator, results):
    results.at = timezone.now().replace(hour=3, minute=17, second=41)
    results.save()

    for text in everything(evaluator).values():
        assert not re.search(r"0?3:17|3[.:]17 ?a", text)


def test_threat_11_three_people_give_no_number_anywhere(evaluator, study, cohort):
    pilot.fill(study, cohort, pairs=3)
    actions.analyse(study)

    texts = everything(evaluator)

    assert "hidden" in texts[HOME]
    assert "Of 3" not in texts[HOME]
    plain = json.loads(texts[HOME + "report.json"])["result"]
    assert {row["n"] for row in plain["flow"]} == {None}
    for name in ("flow", "change", "available", "missing"):
        cells = [line.split(",") for line in texts[f"{HOME}{name}.csv"].splitlines()[1:]]
        assert not any(cell == "3" for line in cells for cell in line)


def test_threat_11_page_csv_json_and_report_hide_the_same(evaluator, study, cohort):
    pilot.fill(study, cohort, pairs=12, only_before=2)
    actions.analyse(study)

    texts = everything(evaluator)

    hidden = {row["stage"] for row in json.loads(texts[HOME + "report.json"])["result"]["flow"]
              if row["n"] is None}  # fmt: skip
    csv = dict(line.split(",")[:2] for line in texts[f"{HOME}flow.csv"].splitlines()[1:])
    assert hidden == {stage for stage, n in csv.items() if n == "hidden"}
    # twelve and fourteen side by side would tell of two
    assert {csv["before"], csv["after"]} == {"hidden", "12"}
    assert "(86 %)" not in texts[HOME] + texts[HOME + "report.html"]


@pytest.mark.parametrize("site", ["=HYPERLINK(1)", "+cmd|x", "-2+3", "@SUM", "\t=1"])
def test_threat_24_a_site_that_would_run_as_a_formula(evaluator, study, cohort, turku_site, site):
    turku_site.name = site
    turku_site.save()
    pilot.fill(study, cohort, pairs=6)
    actions.analyse(study)

    header = evaluator.get(f"{HOME}analysed.csv").content.decode().splitlines()[0]

    assert header.split(",")[1].strip('"').startswith("'")


def test_threat_20_a_script_as_title_or_site_is_inert(evaluator, study, cohort, turku_site):
    turku_site.name = "<script>alert(1)</script>"
    turku_site.save()
    study.title = {"en": "<img src=x onerror=alert(1)>"}
    study.save()
    pilot.fill(study, cohort, pairs=6)
    actions.analyse(study)

    for page in (HOME, HOME + "report.html"):
        html = evaluator.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_the_report_needs_nothing_else_and_says_its_limits(evaluator, results):
    response = evaluator.get(HOME + "report.html")

    html = response.content.decode()
    assert "attachment" in response.headers["Content-Disposition"]
    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:|/)""", html)
    assert "<script" not in html
    for words in ("no causal claim", "not validated", "CC BY 4.0", "primary_outcome", "0.1.0"):
        assert words in html


def test_the_report_is_the_same_bytes_twice(evaluator, results, study):
    first = evaluator.get(HOME + "report.html").content
    actions.analyse(study)

    assert evaluator.get(HOME + "report.html").content == first


def test_invented_data_is_said_on_every_page_and_file(evaluator, study, results):
    study.is_demo = True
    study.save()

    for page, text in everything(evaluator).items():
        assert "invented" in text, page
    for name in FILES:
        assert "-invented-" in evaluator.get(HOME + name).headers["Content-Disposition"]
    assert "invented" in evaluator.get("/evaluate/").content.decode()


def test_computing_goes_to_the_worker_and_the_page_says_so(evaluator, study, cohort, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    pilot.fill(study, cohort, pairs=6)

    for _ in range(2):
        evaluator.post(f"{HOME}compute/")

    assert DBTaskResult.objects.count() == 1
    assert DBTaskResult.objects.get().args_kwargs == {"args": [study.pk], "kwargs": {}}
    assert not AnalysisRun.objects.exists()
    for _ in range(2):
        assert "being computed" in evaluator.get(HOME).content.decode()


def test_computing_that_failed_is_said_and_may_be_tried_again(evaluator, study, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    evaluator.post(f"{HOME}compute/")
    DBTaskResult.objects.get().set_failed(RuntimeError("no"))

    assert "could not be computed" in evaluator.get(HOME).content.decode()
    evaluator.post(f"{HOME}compute/")
    assert DBTaskResult.objects.count() == 2


def test_showing_results_imports_no_scipy():
    """The heavy import stays in the worker: a fresh interpreter loads every page without it."""
    code = (
        "import sys, django; django.setup()\n"
        "import digicantrain.urls, digicantrain.web.evaluate.report, digicantrain.web.charts\n"
        "found = [m for m in sys.modules if m.split('.')[0] in {'scipy', 'statsmodels'}]\n"
        "assert not found, found[:3]\n"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("number", [1, 3])
def test_lists_and_results_ask_no_more_of_the_database_when_they_grow(
    evaluator, cohort, number, django_assert_num_queries
):
    for place in range(number):
        row = pilot.study(cohort, slug=f"pilot-{place}")
        pilot.fill(row, cohort, pairs=5 * number, first=100 * place)
        actions.analyse(row)
    evaluator.get("/evaluate/")

    with django_assert_num_queries(7):
        evaluator.get("/evaluate/")
    with django_assert_num_queries(10):
        evaluator.get("/evaluate/pilot-0/")


def test_the_page_speaks_finnish(evaluator, results):
    html = evaluator.get("/fi/evaluate/pilot/").content.decode()

    assert '<html lang="fi"' in html
    assert "Auttaako se?" in html
    assert Organisation.objects.count() == 1
