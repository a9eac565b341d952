"""The course feedback form: kept without a name, told without a word of it."""

import pytest

from digicantrain.learning.models import CourseFeedback, StepProgress
from digicantrain.records.models import Statement

pytestmark = pytest.mark.django_db
WORDS = "More time for the second case, please."


@pytest.fixture
def form(home):
    """The address of the form."""
    return f"{home}feedback/"


def send(client, form, **fields):
    return client.post(form, {"act": "finish", **fields})


def test_it_says_what_is_kept_and_warns_against_patient_data(hers, form):
    html = hers.get(form).content.decode()

    assert "Kept without your name, by the day only." in html
    assert "Never write about a real patient" in html


def test_it_is_kept_by_its_day_and_names_nobody(hers, form, aino, enrolment):
    send(hers, form, **{"item-useful": "5", "item-better": WORDS})

    row = CourseFeedback.objects.get()
    assert row.answers == {"useful": "5", "better": WORDS}
    assert {field.name for field in row._meta.fields} == {
        "id", "cohort", "version", "form", "language", "day", "answers"
    }  # fmt: skip
    assert StepProgress.objects.get(step__code="feedback").data == {}


def test_threat_11_no_statement_tells_what_was_answered(hers, form):
    send(hers, form, **{"item-useful": "5", "item-better": WORDS})

    told = [str(row.body) for row in Statement.objects.all()]
    assert any("/completed" in text for text in told)
    assert not any(WORDS in text or "'5'" in text for text in told)


def test_filled_in_once_it_shows_nothing_and_takes_nothing(hers, form):
    send(hers, form, **{"item-useful": "5", "item-better": WORDS})

    again = send(hers, form, **{"item-useful": "1"})

    assert again.status_code == 302
    assert CourseFeedback.objects.count() == 1
    html = hers.get(form).content.decode()
    assert "You have filled in this form." in html
    assert WORDS not in html


def test_what_is_missing_is_said_and_what_was_written_is_given_back(hers, form):
    response = send(hers, form, **{"item-better": WORDS})

    html = response.content.decode()
    assert response.status_code == 422
    assert "Error:" in html.split("</title>")[0]
    assert 'href="#item-useful-1"' in html
    assert html.count("Choose an answer.") == 2
    assert WORDS in html
    assert not CourseFeedback.objects.exists()


def test_a_text_that_is_too_long_is_said_at_its_field(hers, form):
    response = send(hers, form, **{"item-useful": "5", "item-better": "x" * 2_001})

    html = response.content.decode()
    assert html.count("Your text has 2001 characters; write 2000 or fewer.") == 2
    assert 'id="item-better-error"' in html
    assert "x" * 2_001 in html


@pytest.mark.parametrize("value", ["0", "6", "NaN", "1e309", "-1", "5.0", "x" * 1_000_000])
def test_threat_45_what_is_no_answer_is_refused(hers, form, value):
    assert send(hers, form, **{"item-useful": value}).status_code == 422
    assert not CourseFeedback.objects.exists()


def test_fields_that_the_form_has_not_are_not_looked_at(hers, form):
    send(hers, form, **{"item-useful": "4", "item-name": "Aino", "person": "1"})

    assert CourseFeedback.objects.get().answers == {"useful": "4"}
