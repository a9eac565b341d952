"""Research from the learner's side, apart from the course."""

import pytest
from django.utils import timezone

from digicantrain.credentials.models import Credential
from digicantrain.evaluation import actions
from digicantrain.evaluation.models import Answer, IdentityLink, Participant
from digicantrain.learning.actions import complete_step, leave
from digicantrain.programme.models import Step
from tests.browser.test_axe import pass_test
from tests.evaluation import pilot

pytestmark = pytest.mark.django_db
HOME = "/learn/studies/pilot/"


@pytest.fixture
def study(cohort):
    return pilot.study(cohort)


@pytest.fixture
def at_home(client, aino, enrolment, study):
    """Aino, signed in, enrolled, not asked yet."""
    client.force_login(aino)
    return client


def consent(client, answer="yes"):
    return client.post(HOME, {"research": answer})


def test_the_home_page_asks_aino_once(at_home):
    assert "Read about it and decide" in at_home.get("/learn/").content.decode()

    consent(at_home, "no")

    assert HOME not in at_home.get("/learn/").content.decode()


def test_the_page_says_what_happens_to_her_answers(at_home):
    html = at_home.get(HOME).content.decode()

    for words in ("Saying no changes nothing", "random number", "at any time", "Lawful basis"):
        assert words in html


def test_no_choice_is_a_sentence_and_keeps_nothing(at_home):
    response = at_home.post(HOME, {})

    assert response.status_code == 400
    assert "Choose yes or no" in response.content.decode()
    assert not Participant.objects.exists()


def test_yes_leads_to_the_questionnaire(at_home):
    response = consent(at_home)

    assert at_home.get(response.headers["Location"]).headers["Location"].endswith("/pilot/pre/")
    assert Participant.objects.filter(consent__research=True).count() == 1


def test_no_keeps_the_refusal_and_asks_nothing(at_home):
    consent(at_home, "no")

    assert Participant.objects.get().consent == {
        "research": False, "linkage": False, "quotes": False,
    }  # fmt: skip
    assert at_home.get(f"{HOME}pre/").status_code == 302
    assert "You do not take part" in at_home.get(HOME).content.decode()


def test_aino_changes_her_mind_both_ways(at_home):
    consent(at_home, "no")
    consent(at_home, "yes")
    at_home.post(f"{HOME}pre/", {"c1": "3"})

    consent(at_home, "no")

    assert not Answer.objects.exists()
    assert Participant.objects.get().withdrawn_day is not None


def test_answers_are_kept_under_the_pseudonym_and_the_wave_closes(at_home):
    consent(at_home)

    at_home.post(f"{HOME}pre/", {"c1": "3", "c4": "5", "email": "a@example.org"})
    at_home.post(f"{HOME}pre/", {"c1": "1", "c2": "1"})

    assert dict(Answer.objects.values_list("item", "value")) == {"c1": "3", "c4": "5"}
    assert at_home.get(f"{HOME}pre/").headers["Location"] == HOME


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Answer at least one"),
        ({"c9": "3"}, "Answer at least one"),
        ({"c1": "6"}, "outside 1 to 5"),
        ({"c1": "NaN"}, "outside 1 to 5"),
        ({"c1": "1" * 5_000}, "outside 1 to 5"),
    ],
)
def test_a_tampered_form_is_refused_in_a_sentence(at_home, form, words):
    """Threat 45 in its kind: a value outside, an unknown question, an empty or huge answer."""
    consent(at_home)

    response = at_home.post(f"{HOME}pre/", form)

    assert response.status_code == 400
    assert words in response.content.decode()
    assert not Answer.objects.exists()


def test_what_was_chosen_is_still_chosen_after_an_error(at_home):
    consent(at_home)

    html = at_home.post(f"{HOME}pre/", {"c1": "4", "c2": "9"}).content.decode()

    chosen = [part for part in html.split("<input")[1:] if "checked" in part.split(">")[0]]
    assert ['id="c1-4"' in part for part in chosen] == [True]
    assert "<title>" in html
    assert "Error:" in html.split("</title>")[0]


@pytest.mark.parametrize("wave", ["post", "follow-up", "never"])
def test_a_wave_that_is_not_due_takes_nothing(at_home, wave):
    consent(at_home)

    response = at_home.post(f"{HOME}{wave}/", {"c1": "3"})

    assert response.headers["Location"] == HOME
    assert not Answer.objects.exists()


def test_threat_01_a_study_aino_is_not_asked_about_is_absent(
    client, farah, at_home, other_site, study
):
    consent(at_home)
    client.force_login(farah)

    for path in (HOME, f"{HOME}pre/", "/learn/studies/nothing/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"research": "yes"}).status_code == 404
    assert client.post(f"{HOME}withdraw/").status_code == 404
    assert Participant.objects.count() == 1


def test_a_stranger_is_asked_to_sign_in(client, study):
    response = client.post(HOME, {"research": "yes"})

    assert "/account/login/" in response.headers["Location"]


def test_leaving_the_study_deletes_the_answers(at_home):
    consent(at_home)
    at_home.post(f"{HOME}pre/", {"c1": "3"})
    assert at_home.get(f"{HOME}withdraw/").status_code == 405

    html = at_home.post(f"{HOME}withdraw/", follow=True).content.decode()

    assert "your answers are gone" in html
    assert not Answer.objects.exists()


def test_who_left_the_course_can_still_leave_the_study(at_home, enrolment):
    consent(at_home)
    at_home.post(f"{HOME}pre/", {"c1": "3"})
    leave(enrolment, now=timezone.now())
    assert HOME in at_home.get("/my-data/").content.decode()
    assert "Leave the study" in at_home.get(HOME).content.decode()

    at_home.post(f"{HOME}withdraw/")

    assert not Answer.objects.exists()


def test_leaving_has_shown_results_computed_without_her(at_home, study, cohort):
    pilot.fill(study, cohort, pairs=6)
    consent(at_home)
    at_home.post(f"{HOME}pre/", {"c1": "3"})
    first = actions.analyse(study)

    at_home.post(f"{HOME}withdraw/")

    mine = IdentityLink.objects.get(person__email="aino@example.org").participant_id
    newest = study.runs.first()
    assert newest != first
    assert mine not in newest.groups.get("missing:pre", [])


@pytest.mark.parametrize("answer", ["yes", "no", None])
def test_the_course_and_its_credential_need_no_answer_to_the_study(
    at_home, enrolment, answer, django_capture_on_commit_callbacks
):
    """Refusing, agreeing without answering, or saying nothing: the credential is the same."""
    if answer:
        consent(at_home, answer)
    now = timezone.now()

    with django_capture_on_commit_callbacks(execute=True):
        pass_test(enrolment, now)
        for step in Step.objects.filter(version=enrolment.version).exclude(code="test"):
            complete_step(enrolment, step=step, now=now)

    enrolment.refresh_from_db()
    assert enrolment.state == "completed"
    assert Credential.objects.count() == 1
    assert not Answer.objects.exists()


def test_the_second_questionnaire_comes_after_the_course(at_home, enrolment):
    consent(at_home)
    at_home.post(f"{HOME}pre/", {"c1": "3"})
    assert HOME not in at_home.get("/learn/").content.decode()

    pilot.finish(enrolment)

    assert "Answer the questionnaire" in at_home.get("/learn/").content.decode()
    at_home.post(f"{HOME}post/", {"c1": "5"})
    assert set(Answer.objects.values_list("wave__key", "value")) == {("pre", "3"), ("post", "5")}


@pytest.mark.parametrize("number", [1, 3])
def test_more_studies_ask_no_more_of_the_database(
    client, aino, enrolment, cohort, number, django_assert_num_queries
):
    for place in range(number):
        pilot.study(cohort, slug=f"study-{place}")
    client.force_login(aino)
    client.get("/learn/")

    with django_assert_num_queries(8):
        client.get("/learn/")
