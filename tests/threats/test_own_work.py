"""What a learner can do to her own record, and see before it is released: threats 2, 4 and 10."""

from uuid import UUID

import pytest
from django.utils import timezone

from digicantrain.assessment import actions as testing
from digicantrain.assessment.models import Attempt, Item
from digicantrain.learning.models import Cohort, Enrolment, StepProgress
from digicantrain.people.models import Person
from digicantrain.programme.models import Step
from tests.threats.conftest import pass_all

pytestmark = pytest.mark.django_db
GIFTS = {
    "score": "100", "possible": "1", "passed": "on", "state": "completed", "points": "9",
    "completed_at": "2026-01-01", "submitted_at": "2026-01-01", "credential": "1", "cme": "9",
    "role": "administrator", "is_staff": "1", "is_superuser": "1", "person": "1", "grade": "5",
}  # fmt: skip
TAILS = ["", "leave/", "test/", "test/1/", "test/check/", "first-look/", "call/", "feedback/"]


@pytest.fixture
def own(client, enrolment):
    client.force_login(enrolment.person)
    return client


def facts(enrolment):
    """Return what decides over a credential."""
    enrolment.refresh_from_db()
    return (
        enrolment.state, enrolment.completed_at,
        list(Attempt.objects.values_list("passed", "submitted_at")),
        list(StepProgress.objects.filter(state="done").values_list("step__code", "score")),
    )  # fmt: skip


@pytest.mark.parametrize("act", ["finish", "complete", "pass", "grade", "", "__class__"])
def test_threat_02_no_form_gives_a_grade_or_finishes_a_course(own, enrolment, act):
    before = facts(enrolment)

    for tail in TAILS:
        if tail not in {"leave/", "first-look/"}:
            own.post(f"/learn/{enrolment.key}/{tail}", {**GIFTS, "act": act})

    assert facts(enrolment) == before
    person = Person.objects.get(pk=enrolment.person_id)
    assert not person.is_staff
    assert not person.memberships.exists()


def test_threat_02_a_test_is_not_finished_as_a_page_is(own, enrolment):
    for step in Step.objects.filter(version=enrolment.version).exclude(kind="page"):
        own.post(f"/learn/{enrolment.key}/{step.code}/", {**GIFTS, "act": "finish"})

    assert not StepProgress.objects.filter(state="done").exists()
    assert not Attempt.objects.exists()


def test_threat_02_the_account_form_takes_its_own_fields_only(own, enrolment):
    person = enrolment.person
    form = {"name": "Aino V", "language": "en", "time_zone": "Europe/Helsinki"}

    own.post("/account/", {**form, **GIFTS, "email": "other@example.org", "is_demo": "1"})

    person.refresh_from_db()
    assert (person.name, person.email) == ("Aino V", "aino@example.org")
    assert (person.is_staff, person.is_superuser, person.is_demo) == (False, False, False)


def test_threat_02_enrolling_again_or_for_another_changes_nothing(own, enrolment, farah):
    own.post(f"/learn/enrol/{enrolment.cohort.key}/", {**GIFTS, "person": farah.pk})

    assert Enrolment.objects.get().person == enrolment.person


@pytest.mark.parametrize("tail", ["", "edit/", "participants.csv", "enrol/", "enrol/confirm/"])
def test_threat_04_ben_sees_nothing_of_another_site_of_his_provider(
    client, ben, cohort, second_site, farah, tail
):
    from digicantrain.learning import actions
    from digicantrain.learning.enums import EnrolledBy

    salo = Cohort.objects.create(
        organisation=second_site.organisation, site=second_site, module=cohort.module,
        title="Salo run", starts_on=cohort.starts_on, ends_on=cohort.ends_on,
    )  # fmt: skip
    actions.enrol(salo, person=farah, how=EnrolledBy.SELF)
    client.force_login(ben)
    method = client.post if tail.endswith("confirm/") else client.get

    assert method(f"/teach/runs/{salo.key}/{tail}").status_code == 404
    assert "Salo run" not in client.get("/teach/").content.decode()
    assert "Farah" not in client.get(f"/teach/runs/{cohort.key}/").content.decode()


def test_threat_04_ben_cannot_move_a_run_to_a_site_that_is_not_his(
    client, ben, cohort, second_site
):
    client.force_login(ben)

    client.post(
        f"/teach/runs/{cohort.key}/edit/",
        {
            "module": cohort.module_id, "site": second_site.pk, "title": "Moved", "language": "en",
            "starts_on": "2026-01-01", "ends_on": "2036-01-01", "seats": 5,
        },
    )  # fmt: skip

    cohort.refresh_from_db()
    assert cohort.title == "Autumn run"
    assert cohort.site != second_site


def words_of_feedback():
    """Return every word that tells what is right in the bank of the test."""
    return {
        text.strip("<p>/ ")
        for item in Item.objects.filter(use="bank")
        for words in item.words.values()
        for text in [*words["feedback"].values(), words["mistake"]]
        if text
    }


def test_threat_10_an_open_test_tells_nothing_of_what_is_right(own, enrolment):
    step = Step.objects.get(version=enrolment.version, code="test")
    attempt = testing.begin(enrolment, step=step, now=timezone.now())
    home = f"/learn/{enrolment.key}"
    own.post(f"{home}/test/1/", {"answer": "b", "attempt": attempt.number})
    pages = [f"{home}/test/{n}/" for n in range(1, len(attempt.drawn) + 1)]

    for path in [*pages, f"{home}/test/check/", f"{home}/", "/learn/", "/learn/credits/"]:
        html = own.get(path, follow=True).content.decode()
        assert not [text for text in words_of_feedback() if text in html], path
        assert "data-answer" not in html
    exported = own.post("/my-data/export/").content.decode()
    assert not [text for text in words_of_feedback() if text in exported]
    assert own.get(f"{home}/test/result/1/").status_code in {302, 404}


def test_threat_10_after_it_is_handed_in_it_tells(own, enrolment):
    pass_all(enrolment)

    html = own.get(f"/learn/{enrolment.key}/test/result/1/").content.decode()

    assert [text for text in words_of_feedback() if text in html]


def test_threat_01_the_marks_of_another_are_nowhere_by_any_number(client, enrolment, farah):
    pass_all(enrolment)
    client.force_login(farah)

    for key in (enrolment.key, UUID(int=enrolment.pk), enrolment.pk, enrolment.cohort.key):
        for tail in [*TAILS, "test/result/1/", "first-look/report/"]:
            assert client.get(f"/learn/{key}/{tail}").status_code == 404
    assert "Aino" not in client.post("/my-data/export/").content.decode()
