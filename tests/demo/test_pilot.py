"""The invented pilot: the same each time, of the promised size, and said to be invented."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import transaction

from digicantrain.assessment.models import Attempt
from digicantrain.demo import cast, pilot
from digicantrain.evaluation import actions
from digicantrain.evaluation.models import Answer, Participant, Study
from digicantrain.learning.models import CourseFeedback
from digicantrain.people.models import Person
from digicantrain.programme.actions import import_programme

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def seed(organisation):
    """Invent a pilot, compute its results, tell what is there, and forget it."""
    with transaction.atomic():
        sites = cast.sites(organisation)
        people = cast.people(organisation, sites=sites)
        pilot.open_runs(organisation, sites=sites, people=people, now=NOW)
        study = pilot.study(organisation, now=NOW)
        pilot.run(study, now=NOW)
        found = facts(study, actions.analyse(study))
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def pilots(django_db_setup, django_db_blocker):
    """What the whole pilot holds, and two small ones; nothing is left in the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        organisation = cast.organisation()
        import_programme(settings.CONTENT, organisation=organisation)
        whole = seed(organisation)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pilot, "LEARNERS", 15)
            small = [seed(organisation) for _ in range(2)]
        transaction.set_rollback(True)
    return [whole, *small]


@pytest.fixture
def told(pilots):
    """What the whole pilot holds."""
    return pilots[0]


def facts(study, run):
    """Return what the tests look at, as plain values."""
    items = {item["id"] for item in study.instrument.data["items"]}
    first = Attempt.objects.select_related("enrolment__version").first()
    bank = set(first.enrolment.version.items.filter(use="bank").values_list("pk", flat=True))
    return {
        "hash": run.data_hash,
        "result": run.result,
        "frozen": study.plan_hash == actions.plan_digest(study.plan),
        "learners": Person.objects.filter(email__startswith="learner").count(),
        "names": set(
            Person.objects.filter(email__startswith="learner").values_list("name", flat=True)
        ),
        "sites": set(Participant.objects.values_list("site__name", flat=True)),
        "countries": set(Participant.objects.values_list("site__country", flat=True)),
        "items": set(Answer.objects.values_list("item", flat=True)) == items,
        "drawn": {row["item"] for row in first.drawn} <= bank and len(first.drawn) > 5,
        "attempts": Attempt.objects.count(),
        "feedback": CourseFeedback.objects.count(),
        "demo": Study.objects.get(slug="demo-pilot").is_demo,
        "withdrawn": Participant.objects.filter(withdrawn_day__isnull=False).count(),
    }


def test_the_same_seed_and_day_give_the_same_data(pilots):
    _whole, one, other = pilots

    assert one["hash"] == other["hash"]
    assert one["result"] == other["result"]


def test_it_is_of_the_promised_size(told):
    assert told["learners"] == 120
    assert len(told["sites"]) == 5
    assert told["countries"] == {"FI", "EE", "GR"}


def test_it_answers_the_real_questionnaire_and_the_real_test(told):
    assert told["items"]
    assert told["drawn"]
    assert told["attempts"] > 50
    assert told["feedback"] > 50


def test_everything_in_it_says_that_it_is_invented(told):
    assert told["demo"]
    assert all("invented" in name for name in told["sites"])
    assert all(name.startswith("Invented") for name in told["names"])


def test_its_flow_has_every_branch_and_its_answers_have_gaps(told):
    flow = told["result"]["flow"]

    assert all(row["lost"] for row in flow[1:])
    assert all(row["missing"] > 20 for row in told["result"]["missing"])
    assert told["withdrawn"] > 0
    assert told["frozen"]
    assert told["result"]["warnings"] == []
