"""Practice questions: answered once, told, never scored."""

import pytest

from digicantrain.assessment.actions import TestError, answer_question, finish_practice
from digicantrain.assessment.queries import items_of
from digicantrain.learning.actions import TextError
from digicantrain.learning.enums import StepState
from digicantrain.learning.models import Answer, StepProgress
from digicantrain.records.models import Statement


def give(own, step, key, value, *, now):
    item = items_of(own.version_id, keys=[key])[key]
    return answer_question(own, step=step, item=item, value=value, now=now)


def test_a_choice_is_kept_and_told_with_whether_it_was_right(own, practice, version, now):
    give(own, practice, "p1", "b", now=now)

    assert Answer.objects.get().value == "b"
    told = Statement.objects.get(verb__iri__endswith="/answered")
    assert told.activity.iri.endswith("/steps/check/questions/p1")
    assert told.body["result"] == {"success": False, "response": "b"}


def test_the_first_choice_stands_when_a_second_tab_sends_another(own, practice, version, now):
    give(own, practice, "p1", "b", now=now)
    again = give(own, practice, "p1", "a", now=now)

    assert again.value == "b"
    assert Statement.objects.filter(verb__iri__endswith="/answered").count() == 1


@pytest.mark.parametrize("value", ["", "d", "o1-0", "NaN", "a" * 1_000_000])
def test_an_option_that_the_question_has_not_is_refused_threat_45(
    own, practice, version, now, value
):
    with pytest.raises(TestError):
        give(own, practice, "p1", value, now=now)

    assert not Answer.objects.exists()


def test_a_text_can_be_written_anew_and_never_stands_in_a_statement(own, practice, version, now):
    give(own, practice, "n1", "My first note about a call", now=now)
    give(own, practice, "n1", "My second note about a call", now=now)

    assert Answer.objects.get().value == "My second note about a call"
    for told in Statement.objects.all():
        assert "note about" not in str(told.body)


def test_a_text_of_a_megabyte_is_refused_threat_45(own, practice, version, now):
    with pytest.raises(TextError, match="1000000 characters"):
        give(own, practice, "n1", "a" * 1_000_000, now=now)


def test_the_bank_cannot_be_asked_for_by_name_threat_10(version):
    assert items_of(version.pk, keys=["o1-0", "p1"]).keys() == {"p1"}


def test_a_practice_quiz_is_done_when_each_question_is_answered(own, practice, version, now):
    give(own, practice, "p1", "b", now=now)
    assert not finish_practice(own, step=practice, now=now)
    give(own, practice, "p2", "c", now=now)

    assert finish_practice(own, step=practice, now=now)
    progress = StepProgress.objects.get(step=practice)
    assert (progress.state, progress.score) == (StepState.DONE, None)
