"""What is told of questions: the best answer in practice, nothing of the bank in a test."""

from datetime import timedelta
from unittest import mock

from django.utils import translation

from digicantrain.assessment.actions import answer_question, begin, hand_in, respond
from digicantrain.assessment.queries import items_of
from digicantrain.core.xapi.vocabulary import ActivityType, Extension, Verb
from digicantrain.learning import statements
from digicantrain.records.actions import append_all
from tests.learning import course
from tests.learning.told import bodies, told


def give(own, step, key, value, *, now):
    item = items_of(own.version_id, keys=[key])[key]
    answer_question(own, step=step, item=item, value=value, now=now)
    return told(Verb.ANSWERED)[-1]


def test_a_practice_question_is_told_with_its_choices_and_the_best(own, practice, now):
    definition = give(own, practice, "p1", "b", now=now)["object"]["definition"]

    assert definition["interactionType"] == "choice"
    assert definition["name"] == {"en": "Stem of p1?"}
    assert definition["choices"][0] == {"id": "a", "description": {"en": "p1 option a"}}
    assert definition["correctResponsesPattern"] == ["a"]


def test_a_question_is_told_in_the_language_in_which_it_is_shown(own, practice, now):
    with translation.override("fi"):
        statement = give(own, practice, "p1", "b", now=now)

    # the step is there in Finnish, the question is not
    assert statement["context"]["language"] == "en"


def test_ones_own_words_are_asked_for_and_never_told(own, practice, now):
    statement = give(own, practice, "n1", "I rang her at ten.", now=now)

    assert statement["object"]["definition"]["type"].endswith("/question")
    assert set(statement["object"]["definition"]) == {"type", "name"}
    assert statement["result"] == {"completion": True}


def test_threat_10_a_test_tells_nothing_of_its_bank(own, graded, now):
    attempt = begin(own, step=graded, now=now, random=course.seeded(4))
    for number in range(1, 5):
        respond(own, attempt=attempt, number=number, option="a", now=now)

    for statement in told(Verb.ANSWERED, about=ActivityType.INTERACTION):
        definition = statement["object"]["definition"]
        assert set(definition) == {"type", "interactionType", "choices"}
        # in the order of their letters: the drawn order would tell two readers of one bank apart
        assert definition["choices"] == [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    assert "Stem of o" not in str(bodies())
    assert "option a" not in str(bodies())


def test_an_attempt_is_told_with_its_number_score_and_length(own, graded, now, settings):
    later = now + timedelta(minutes=12, seconds=5)
    hand_in(own, attempt=begin(own, step=graded, now=now), now=later)
    again = later + timedelta(days=2)
    hand_in(own, attempt=begin(own, step=graded, now=again), now=again)

    first, second = told(Verb.FAILED)
    number = Extension.ATTEMPT.iri(settings.ORIGIN)
    assert [one["context"]["extensions"][number] for one in (first, second)] == [1, 2]
    assert first["object"] == second["object"] == told(Verb.ATTEMPTED)[0]["object"]
    assert first["result"] == {
        "score": {"scaled": 0.0, "raw": 0.0, "min": 0.0, "max": 4.0},
        "success": False,
        "completion": True,
        "duration": "PT725S",
    }


def test_what_a_passed_test_leads_to_is_told_at_once(own, graded, now):
    attempt = begin(own, step=graded, now=now, random=course.seeded(4))
    for number in range(1, 5):
        respond(own, attempt=attempt, number=number, option="a", now=now)

    with mock.patch.object(statements, "append_all", wraps=append_all) as appended:
        hand_in(own, attempt=attempt, now=now)

    (call,) = appended.call_args_list
    verbs = [one["verb"]["display"]["en"] for one in call.kwargs["statements"]]
    assert verbs == ["passed", "completed"]
