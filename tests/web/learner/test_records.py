"""A whole journey, told in statements: the right verbs, the rules kept, nobody named."""

from collections import Counter

import pytest
from django.utils import timezone

from digicantrain.core.xapi import own, rules
from digicantrain.core.xapi.profile import Profile
from digicantrain.core.xapi.versions import Version
from digicantrain.credentials import actions as credentials
from digicantrain.learning.models import Enrolment
from digicantrain.records.models import Statement
from tests.web.learner.conftest import TEXT

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(hers, home, steps, attempt, answer, hand_in, enrolment, aino):
    """Aino goes through the whole module, twice pressing each button."""

    def send(tail, **fields):
        for _ in range(2):
            hers.get(f"{home}{tail}")
            hers.post(f"{home}{tail}", fields)

    send("first-look/", act="answer", question="q1", answer="b")
    send("first-look/", act="finish")
    send("small-check/1/", answer="a")
    send("small-check/2/", answer="c")
    send("small-check/", act="finish")
    send("trial/", act="choose", state="S1", choice="b")
    send("trial/", act="choose", state="S3", choice="a")
    send("note/", act="answer", question="n1", answer=f"{TEXT} {aino.name} {aino.email}")
    send("note/", act="finish")
    for number in (1, 2, 3):
        answer(attempt, number, "a")
    hand_in(attempt)
    hand_in(attempt)
    send("graded-call/", act="choose", state="S1", choice="a")
    send("graded-call/", act="choose", state="S2", choice="a")
    send("feedback/", act="finish", **{"item-useful": "5", "item-better": TEXT})
    done = Enrolment.objects.get()
    assert done.completed_at
    credentials.issue_for(done, now=timezone.now())
    return Statement.objects.order_by("pk")


def test_each_event_is_told_once_by_its_verb(journey):
    verbs = Counter(row.body["verb"]["display"]["en"] for row in journey)

    assert verbs == {
        "registered": 1, "attempted": 1, "passed": 1, "earned": 1,
        "opened": 6, "completed": 8, "responded": 4,
        # one on the page, two of practice, the text, three of the test
        "answered": 7,
    }  # fmt: skip


def test_each_statement_follows_the_profile_and_the_journey_meets_all_of_it(journey, settings):
    profile = Profile(settings.ORIGIN)
    met = set()
    for row in journey:
        assert profile.faults(row.body) == [], row.body
        met |= {one.key for one in profile.matching(row.body)}

    elsewhere = {"left", "failed-test", "earned-path"}
    assert {one.key for one in profile.templates} - met == elsewhere


def test_each_statement_keeps_the_rules_of_the_store(journey):
    for row in journey:
        own.check(row.body)
        for version in Version:
            rules.check(row.body, version=version)
        assert row.body["actor"]["account"]["name"] in row.agent.identifier


def test_threat_11_no_statement_names_anybody_or_holds_her_own_words(journey, aino, organisation):
    for row in journey:
        told = str(row.body).lower()
        for words in (aino.name, *aino.name.split(), aino.email, TEXT, "nurse"):
            assert words.lower() not in told, row.verb
        assert set(row.body["actor"]) == {"objectType", "account"}
        assert row.body["actor"]["account"]["name"] == str(aino.pseudonym.key)


def test_all_statements_belong_to_her_enrolment_and_its_provider(journey, enrolment, organisation):
    assert {row.registration for row in journey} == {enrolment.key}
    assert {row.organisation_id for row in journey} == {organisation.pk}


def test_threat_10_no_answer_of_the_test_is_told_as_right_or_wrong(journey):
    told = [row for row in journey if "/steps/test/questions/" in row.activity.iri]

    assert len(told) == 3
    assert all(set(row.body["result"]) == {"response"} for row in told)


def test_leaving_and_moving_up_are_told(hers, home, cohort, enrolment, farah):
    from digicantrain.learning.actions import enrol
    from digicantrain.learning.enums import EnrolledBy

    cohort.seats = 1
    cohort.save()
    enrol(cohort, person=farah, how=EnrolledBy.SELF)

    hers.post(f"{home}leave/")

    told = list(Statement.objects.order_by("pk").values_list("agent__identifier", "verb__iri"))
    assert [verb.rsplit("/", 1)[1] for _actor, verb in told] == [
        "registered",
        "leave",
        "registered",
    ]
    assert told[2][0].endswith(str(farah.pseudonym.key))
