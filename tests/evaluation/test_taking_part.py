"""Consent, waves, answers and leaving, as actions."""

from datetime import date

import pytest

from digicantrain.evaluation import actions, queries
from digicantrain.evaluation.models import Answer, IdentityLink, Participant
from digicantrain.learning.models import Enrolment
from tests.evaluation import pilot
from tests.learning.told import bodies

pytestmark = pytest.mark.django_db
YES, NO = {"research": True}, {"research": False}


def test_a_place_is_made_once_under_random_numbers(study, enrolment, aino):
    first = actions.participant_for(aino, study=study, enrolment=enrolment)
    second = actions.participant_for(aino, study=study, enrolment=enrolment)

    assert first == second
    assert len(first.pseudonym) == 32
    assert Participant.objects.count() == IdentityLink.objects.count() == 1


def test_threat_11_nothing_of_a_study_becomes_a_statement(study, enrolment, client, aino):
    client.force_login(aino)
    before = bodies()
    here = "/learn/studies/pilot/"

    client.post(here, {"research": "yes"})
    done = client.post(f"{here}pre/", dict.fromkeys(pilot.ITEMS, "4"))
    answered = Answer.objects.count()
    client.post(f"{here}withdraw/")

    assert (done.status_code, answered) == (302, 4)
    assert bodies() == before


def test_no_after_yes_takes_the_answers_out(study, place):
    pilot.answer(study, place, wave="pre", values=3)

    actions.decide_consent(place, scopes=NO, day=pilot.DAY)

    assert not Answer.objects.exists()
    assert queries.answers_by_wave(study) == {"pre": {}, "post": {}}
    assert place.withdrawn_day == pilot.DAY


def test_yes_after_no_opens_the_questionnaire(study, place, enrolment):
    actions.decide_consent(place, scopes=NO, day=pilot.DAY)
    assert queries.due_wave(place, study=study, enrolment=enrolment, answered=set()) == ""

    actions.decide_consent(place, scopes=YES, day=pilot.DAY)

    assert queries.due_wave(place, study=study, enrolment=enrolment, answered=set()) == "pre"


def test_the_second_wave_opens_when_the_course_is_completed(study, place, enrolment):
    pilot.finish(enrolment)
    enrolment.refresh_from_db()

    assert queries.due_wave(place, study=study, enrolment=enrolment, answered=set()) == "post"
    assert queries.due_wave(place, study=study, enrolment=enrolment, answered={"post"}) == ""


def test_nothing_is_asked_after_the_day_of_keeping(study, place, enrolment):
    study.retention_until = date(2020, 1, 1)
    study.save()

    assert queries.due_wave(place, study=study, enrolment=enrolment, answered=set()) == ""
    assert queries.invitations(enrolment.person) == []


def test_a_wave_is_answered_once(study, place):
    pilot.answer(study, place, wave="pre", values={"c1": 2})
    pilot.answer(study, place, wave="pre", values={"c1": 5, "c2": 5})

    assert list(Answer.objects.values_list("item", "value")) == [("c1", "2")]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"c1": "6"}, "outside 1 to 5"),
        ({"c1": "0"}, "outside 1 to 5"),
        ({"c1": "-1"}, "outside 1 to 5"),
        ({"c1": "3.5"}, "outside 1 to 5"),
        ({"c1": "٣"}, "outside 1 to 5"),
        ({"c1": "9" * 5_000}, "outside 1 to 5"),
        ({"c1": "=1+1"}, "outside 1 to 5"),
        ({"c9": "3"}, "not part of this questionnaire"),
        ({"c1": "3", "c2": "no"}, "outside 1 to 5"),
        ({}, "Answer at least one"),
    ],
)
def test_what_is_no_answer_is_refused_whole(study, place, values, sentence):
    with pytest.raises(actions.AnswerError, match=sentence):
        actions.save_answers(place, wave=study.waves.get(key="pre"), values=values, day=pilot.DAY)

    assert not Answer.objects.exists()


def test_without_consent_no_answer_is_kept(study, enrolment, aino):
    place = actions.participant_for(aino, study=study, enrolment=enrolment)

    with pytest.raises(actions.AnswerError, match="no consent"):
        pilot.answer(study, place, wave="pre", values=3)


def test_threat_11_answers_hold_no_time_no_person_and_no_order(study, cohort):
    pilot.fill(study, cohort, pairs=20)

    held = {field.name for field in Answer._meta.get_fields()}
    assert held == {"id", "participant", "wave", "item", "value", "day"}
    assert {field.get_internal_type() for field in Participant._meta.fields} & {
        "DateTimeField"
    } == set()
    came = list(IdentityLink.objects.order_by("person_id").values_list("participant_id", flat=True))
    assert came != sorted(came)
    assert Answer.objects.order_by("pk").first().pk > 20 * 8


def test_everybody_in_the_course_runs_is_invited_once(study, cohort, aino, enrolment):
    for number in range(4):
        pilot.learner(number, cohort=cohort)

    assert actions.invite_everybody(study) == 5
    assert actions.invite_everybody(study) == 0
    assert Participant.objects.filter(consent__isnull=True).count() == 5


@pytest.mark.parametrize("people", [1, 3])
def test_inviting_and_analysing_ask_no_more_of_the_database_for_more_people(
    study, cohort, people, django_assert_num_queries
):
    pilot.fill(study, cohort, pairs=people)
    pilot.learner(90, cohort=cohort)
    pilot.learner(91, cohort=cohort)

    with django_assert_num_queries(15):
        actions.analyse(study)


def test_answers_go_when_their_day_of_keeping_has_passed(study, cohort):
    pilot.fill(study, cohort, pairs=6)
    run = actions.analyse(study)
    study.retention_until = date(2026, 11, 30)
    study.save()

    assert actions.forget_expired(today=date(2026, 11, 30)) == 0
    assert actions.forget_expired(today=date(2026, 12, 1)) == 48
    assert not IdentityLink.objects.exists()
    assert queries.last_run(study) == run


def test_a_second_course_run_of_the_same_person_does_not_undo_the_first(
    study, cohort, place, enrolment, turku_site
):
    pilot.finish(enrolment)
    other = type(cohort).objects.create(
        organisation=cohort.organisation, site=turku_site, module=cohort.module, title="Again",
        starts_on=cohort.starts_on, ends_on=cohort.ends_on,
    )  # fmt: skip
    study.cohorts.add(other)
    Enrolment.objects.create(cohort=other, person=enrolment.person, version=enrolment.version)

    assert queries.activity_of(study) == {place.pk: (True, True)}
