"""Export and erasure of tests."""

from digicantrain.assessment.actions import begin, hand_in, respond
from digicantrain.assessment.models import Attempt, Response
from digicantrain.people.actions import erase_person, export_person
from digicantrain.people.models import Person
from digicantrain.records.models import Statement
from tests.learning import course


def test_the_export_tells_answers_and_hides_what_is_right_threat_10(own, graded, aino, now):
    attempt = begin(own, step=graded, now=now, random=course.seeded(4))
    respond(own, attempt=attempt, number=1, option="a", now=now)

    told = export_person(aino)["assessment"]["attempts"]

    assert told[0]["answers"][0]["answer"] == "a"
    assert "correct" not in str(told)


def test_erasure_removes_attempts_and_leaves_statements_without_a_person(own, graded, aino, now):
    attempt = begin(own, step=graded, now=now, random=course.seeded(4))
    respond(own, attempt=attempt, number=1, option="a", now=now)
    hand_in(own, attempt=attempt, now=now)
    told = Statement.objects.count()

    receipt = erase_person(aino, by=None)

    assert receipt.removed["test attempts"] == 1
    assert receipt.removed["test answers"] == 1
    assert receipt.removed["enrolments"] == 1
    assert not Attempt.objects.exists()
    assert not Response.objects.exists()
    assert not Person.objects.filter(pk=aino.pk).exists()
    assert Statement.objects.count() == told == receipt.kept["statements"]
