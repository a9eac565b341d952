"""Results over time: the plan, repeated analyses, people who leave."""

import json

import pytest
from django.utils import timezone

from digicantrain.evaluation import actions, queries
from digicantrain.evaluation.models import AnalysisRun, Answer, IdentityLink, Participant
from digicantrain.people.actions import erase_person, export_person, faults_of_trail
from digicantrain.people.models import AuditEntry
from digicantrain.records.models import Statement
from tests.evaluation import pilot

pytestmark = pytest.mark.django_db


def paired(run):
    """Return the first domain's change."""
    return run.result["change"][0]["paired"]


def test_a_result_without_a_frozen_plan_says_so(study, cohort):
    pilot.fill(study, cohort, pairs=6)

    run = actions.analyse(study)

    assert run.result["warnings"] == ["plan-not-frozen"]
    assert run.plan_hash == ""


def test_a_plan_that_changed_after_freezing_is_called_post_hoc(study, cohort, chiara):
    pilot.fill(study, cohort, pairs=6)
    actions.freeze_plan(study, by=chiara, now=timezone.now())
    assert actions.analyse(study).result["warnings"] == []

    study.plan = actions.plan_for("D1")
    study.save()

    assert actions.analyse(study).result["warnings"] == ["plan-changed"]
    assert AuditEntry.objects.filter(action="plan-frozen").count() == 1


def test_freezing_twice_keeps_the_first_moment(study, chiara):
    first = actions.freeze_plan(study, by=chiara, now=timezone.now()).frozen_at

    assert actions.freeze_plan(study, by=chiara, now=timezone.now()).frozen_at == first


def test_the_same_data_gives_the_same_run(study, cohort):
    pilot.fill(study, cohort, pairs=6)

    assert actions.analyse(study) == actions.analyse(study)
    assert AnalysisRun.objects.count() == 1


def test_who_withdraws_is_in_no_later_analysis(study, cohort):
    pilot.fill(study, cohort, pairs=12)
    first = actions.analyse(study)
    gone = Participant.objects.first()

    actions.withdraw(gone, day=pilot.DAY)
    second = actions.analyse(study)

    assert paired(first)["n"] == 12
    assert gone.pk in first.groups["pairs:D1"]
    # she still counts among those who were invited
    about = {key for key, people in second.groups.items() if gone.pk in people}
    assert about <= {"people:invited", "people:eligible"}
    assert not Answer.objects.filter(participant=gone).exists()


def test_threat_11_who_withdraws_cannot_be_worked_out_from_two_results(study, cohort):
    pilot.fill(study, cohort, pairs=12)
    first = actions.analyse(study)
    actions.withdraw(Participant.objects.first(), day=pilot.DAY)

    second = actions.analyse(study)

    assert paired(second)["n"] <= 12 - 5
    assert second.result["thinned"]
    shown = [
        (one["n"], two["n"])
        for one, two in zip(first.result["flow"], second.result["flow"], strict=True)
    ]
    assert not any(None not in pair and 0 < abs(pair[0] - pair[1]) < 5 for pair in shown)


def test_threat_11_a_row_of_analyses_while_people_come_one_by_one(study, cohort):
    pilot.fill(study, cohort, pairs=7)
    runs = [actions.analyse(study)]
    for number in range(20, 28):
        pilot.fill(study, cohort, pairs=1, first=number)
        runs.append(actions.analyse(study))

    ns = [paired(run)["n"] for run in runs]
    assert ns == sorted(ns)
    assert not any(0 < abs(one - other) < 5 for one in ns for other in ns)
    assert ns[-1] > ns[0]


def test_no_person_and_no_answer_is_told_to_records_log_or_trail(study, cohort, caplog):
    with caplog.at_level("DEBUG"):
        pilot.fill(study, cohort, pairs=5)
        actions.analyse(study)

    verbs = set(Statement.objects.values_list("verb__iri", flat=True))
    assert {verb.rsplit("/", maxsplit=1)[-1] for verb in verbs} == {"registered"}
    assert "Person 1" not in caplog.text
    assert "p1@example.org" not in caplog.text
    trail = json.dumps(list(AuditEntry.objects.values_list("subject", "data")))
    for place in Participant.objects.all():
        assert str(place.pk) not in trail
        assert place.pseudonym not in trail


def test_the_export_tells_a_person_her_own_answers(study, place, aino):
    pilot.answer(study, place, wave="pre", values=4)

    told = export_person(aino)["evaluation"]

    assert [row["value"] for row in told["answers"]] == ["4"] * 4
    assert told["consents"][0]["consent"]["research"] is True
    assert place.pseudonym not in str(told)


def test_erasure_destroys_the_link_and_leaves_answers_that_lead_to_nobody(
    study, place, enrolment, aino, admin
):
    pilot.answer(study, place, wave="pre", values=4)
    pilot.finish(enrolment)

    receipt = erase_person(aino, by=admin)

    assert receipt.removed["links to studies"] == 1
    assert receipt.kept["answers in studies, without a name"] == 4
    assert not IdentityLink.objects.exists()
    assert queries.activity_of(study) == {place.pk: (True, True)}
    assert list(faults_of_trail()) == []


def test_who_withdrew_before_erasure_leaves_no_answer(study, place, aino):
    pilot.answer(study, place, wave="pre", values=4)
    actions.withdraw(place, day=pilot.DAY)

    receipt = erase_person(aino, by=None)

    assert not Answer.objects.exists()
    assert "answers in studies, without a name" not in {k for k, v in receipt.kept.items() if v}
