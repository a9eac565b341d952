"""When a credential is issued, when it is not, and that it is issued once."""

import json
from collections import Counter

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from digicantrain.base import jobs
from digicantrain.core.credentials.award import IncompleteError
from digicantrain.credentials import achievements, actions, bulk, checking, queries, tasks
from digicantrain.credentials.models import Credential, IssuerKey
from digicantrain.learning.actions import complete_step, enrol, leave
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Notice
from digicantrain.people.actions import faults_of_trail, grant_role
from digicantrain.people.enums import Role
from digicantrain.people.models import AuditEntry
from tests.credentials.earned import earn

pytestmark = pytest.mark.django_db
EVERYTHING = [
    "first-look", "small-check", "trial", "note", "test", "graded-call", "feedback",
]  # fmt: skip


@pytest.fixture
def queue(settings):
    """Tasks wait in the database, as they do outside the tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def waiting():
    return Counter(row.task_path.rsplit(".", 1)[1] for row in DBTaskResult.objects.ready())


def work_off():
    """Run what waits, as a worker does."""
    while row := jobs.claim("w", now=timezone.now()):
        assert jobs.run(row), row.traceback


# --- earned or not ---


def test_the_last_step_issues_and_everybody_is_told(due, aino):
    last = due.version.steps.get(code="feedback")
    due.progress.filter(step=last).delete()

    complete_step(due, step=last, now=timezone.now())

    credential = Credential.objects.get()
    assert (credential.person, credential.enrolment) == (aino, due)
    assert Notice.objects.get().data["token"] == credential.token
    assert [letter.to for letter in mail.outbox] == [[aino.email]]
    assert f"/c/{credential.token}/" in mail.outbox[0].body
    assert AuditEntry.objects.filter(subject=f"credential:{credential.key}").count() == 1


@pytest.mark.parametrize("missing", EVERYTHING)
def test_nothing_is_issued_while_a_step_is_missing(enrolment, missing):
    """Each of them: a page, a quiz, a case, the test, the case that counts, the feedback form."""
    earn(enrolment, without=missing)

    with pytest.raises(bulk.NotEarnedError, match="Not everything that counts"):
        actions.issue_for(enrolment, now=timezone.now())
    assert tasks.issue.call(enrolment.pk) == ""
    assert queries.earned_and_not_issued() == []
    assert {row.code for row in enrolment.version.steps.filter(written=True)} == set(EVERYTHING)


def test_nothing_is_issued_when_the_test_was_failed(enrolment):
    earn(enrolment, passed=False)

    with pytest.raises(bulk.NotEarnedError):
        actions.issue_for(enrolment, now=timezone.now())


def test_the_feedback_form_is_asked_for_wherever_it_stands(enrolment):
    """The form may stand in a unit that does not count by itself."""
    data = enrolment.version.data
    enrolment.version.data = {**data, "credit": {**data["credit"], "units": ["u1"]}}
    enrolment.version.save()
    earn(enrolment, without="feedback")

    assert not queries.is_earned(enrolment)


def test_nothing_is_earned_where_nothing_counts(due):
    for credit in (None, {}, {"kind": "badge", "units": ["u9"]}):
        due.version.data = {**due.version.data, "credit": credit}
        due.version.save()

        assert not queries.is_earned(due)


def test_threat_05_no_role_replaces_what_is_missing(enrolment, aino, organisation):
    for role in Role:
        grant_role(aino, role=role, organisation=organisation)
    earn(enrolment, without="test", passed=False)

    assert tasks.issue.call(enrolment.pk) == ""
    assert Credential.objects.count() == 0


def test_threat_05_no_page_issues_on_request(client, enrolment, aino, rita):
    earn(enrolment, without="feedback")
    for person in (aino, rita):
        client.force_login(person)
        for address in ("/learn/credits/", "/manage/credentials/", f"/learn/{enrolment.key}/"):
            client.post(address, {"issue": "1", "passed": "true", "enrolment": enrolment.pk})

    assert Credential.objects.count() == 0


def test_threat_40_a_score_that_a_browser_sends_issues_nothing(client, enrolment, aino):
    """The test step is posted to with a score and a verdict, the way a cheating client would."""
    earn(enrolment, without="test", passed=False)
    test = enrolment.version.steps.get(code="test")
    client.force_login(aino)

    client.post(
        f"/learn/{enrolment.key}/{test.code}/",
        {"score": "1.0", "passed": "true", "completion": "true", "answer": "a"},
    )

    assert Credential.objects.count() == 0
    assert not queries.is_earned(enrolment)


def test_who_left_or_waits_is_not_issued_to_by_the_net(due, farah):
    leave(due, now=timezone.now())

    assert queries.earned_and_not_issued() == []


# --- once ---


def test_threat_42_asked_again_it_returns_what_was_issued(due):
    first = actions.issue_for(due, now=timezone.now())
    again = actions.issue_for(due, now=timezone.now())
    tasks.issue.call(due.pk)
    tasks.issue_due.call()
    tasks.issue_cohort.call(due.cohort_id)

    assert first.pk == again.pk
    assert (Credential.objects.count(), Notice.objects.count(), len(mail.outbox)) == (1, 1, 1)


def test_threat_42_the_database_holds_one_for_an_enrolment(credential):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.create(
            organisation=credential.organisation,
            enrolment=credential.enrolment,
            version=credential.version,
            status_list=credential.status_list,
            status_index=credential.status_index + 1,
            digest="0" * 64,
        )


def test_the_task_stands_in_the_queue_with_the_step_or_neither_does(due, queue):
    from django.db import transaction

    last = due.version.steps.get(code="feedback")
    due.progress.filter(step=last).delete()
    with transaction.atomic():
        complete_step(due, step=last, now=timezone.now())
        assert waiting() == {"issue": 1}
        transaction.set_rollback(True)

    assert waiting() == {}
    assert not queries.is_earned(due)


def test_the_mail_is_a_task_of_its_own_written_with_the_credential(due, queue):
    tasks.issue.call(due.pk)

    assert waiting() == {"send_issued": 1}
    assert mail.outbox == []
    work_off()
    assert len(mail.outbox) == 1


def test_a_mail_sent_again_after_a_kill_is_the_same_mail(due, queue):
    """Its worker was killed after sending and before that was written down."""
    tasks.issue.call(due.pk)
    DBTaskResult.objects.get().task.call(Credential.objects.get().pk)
    work_off()

    first, second = (letter.extra_headers["Message-ID"] for letter in mail.outbox)
    assert first == second
    assert str(Credential.objects.get().key) in first


def test_who_was_erased_meanwhile_gets_no_mail(credential, queue):
    from digicantrain.credentials import letters

    mail.outbox.clear()
    Credential.objects.update(person=None)

    assert letters.send_issued.call(credential.pk) == 0
    assert mail.outbox == []


def test_the_net_issues_what_was_lost(due):
    assert Credential.objects.count() == 0

    assert tasks.issue_due.call() == 1
    assert Credential.objects.get().enrolment == due
    assert "issue_due" in {job.task.name for job in jobs._periodic}


def test_one_that_cannot_be_issued_does_not_hold_up_the_others(due, cohort, farah, monkeypatch):
    second = earn(enrol(cohort, person=farah, how=EnrolledBy.SELF))
    made = bulk.issue

    def refuse_first(enrolments, **named):
        if due in enrolments:
            raise achievements.NothingToEarnError("Not this one.")
        return made(enrolments, **named)

    monkeypatch.setattr(bulk, "issue", refuse_first)

    with pytest.raises(achievements.NothingToEarnError, match="Not this one"):
        tasks.issue_due.call()
    assert Credential.objects.get().enrolment == second


# --- many at once ---


def many(cohort, *people):
    return [earn(enrol(cohort, person=one, how=EnrolledBy.SELF)) for one in people]


def test_a_batch_leaves_out_who_has_it_and_who_did_not_earn_it(due, cohort, farah, ben):
    first = actions.issue_for(due, now=timezone.now())
    rows = many(cohort, farah, ben)
    rows[1].progress.first().delete()

    made = actions.issue_batch([due, *rows], now=timezone.now())

    assert [row.person for row in made] == [farah]
    assert set(Credential.objects.all()) == {first, made[0]}


def test_each_of_a_batch_verifies_and_has_a_place_mail_notice_and_entry_of_its_own(
    due, cohort, farah, ben, queue
):
    many(cohort, farah, ben)

    assert tasks.issue_cohort.call(cohort.pk) == 3
    rows = list(Credential.objects.all())
    assert all(checking.judge(row.document, now=timezone.now()).is_valid for row in rows)
    assert len({row.status_index for row in rows}) == 3
    assert len({json.dumps(json.loads(row.document)["credentialSubject"]) for row in rows}) == 3
    assert Notice.objects.filter(kind="credential-issued").count() == 3
    assert waiting()["send_issued"] == 3
    assert AuditEntry.objects.filter(action="credential-issued").count() == 3
    assert list(faults_of_trail()) == []
    work_off()
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(r.person.email for r in rows)


def test_a_batch_asks_no_more_when_it_is_larger(
    due, cohort, farah, ben, queue, django_assert_max_num_queries
):
    actions.make_key(cohort.organisation, by=None, now=timezone.now())
    actions.issue_for(due, now=timezone.now())
    rows = many(cohort, farah, ben)

    # seven of them tell the records what was earned; PostgreSQL locks the trail as well
    with django_assert_max_num_queries(43) as one:
        actions.issue_batch(rows[:1], now=timezone.now())
    Credential.objects.all().delete()
    with django_assert_max_num_queries(len(one)):
        actions.issue_batch([due, *rows], now=timezone.now())


def test_threat_42_a_batch_that_meets_another_issuer_issues_the_rest(
    due, cohort, farah, monkeypatch
):
    """Somebody else issued one of the batch after it was looked for: the constraint refuses."""
    (second,) = many(cohort, farah)
    monkeypatch.setattr(actions, "earned_among", lambda rows: {row.pk for row in rows})
    first = actions.issue_for(due, now=timezone.now())
    real = Credential.objects.filter
    blind = [Credential.objects.none()]
    monkeypatch.setattr(
        Credential.objects, "filter", lambda **named: blind.pop() if blind else real(**named)
    )

    assert actions.issue_each([due, second]) == 2
    assert set(Credential.objects.all()) == {first, second.credential}


def test_a_wrong_template_issues_nothing_and_says_so_in_the_log(due, monkeypatch, caplog):
    from digicantrain.core.credentials import quads, template

    monkeypatch.setattr(template, "_kept", {})
    monkeypatch.setattr(quads, "_escaped", lambda value: value + "x")

    with pytest.raises(template.TemplateError, match="nothing was signed"):
        actions.issue_for(due, now=timezone.now())
    assert Credential.objects.count() == 0
    assert "nothing was issued" in caplog.text


def test_places_in_the_list_are_drawn_among_the_free_ones(credential, monkeypatch):
    row = credential.status_list
    draws = iter([credential.status_index, 5, 5, 7, 9])
    monkeypatch.setattr("secrets.randbelow", lambda size: next(draws))

    assert bulk.free_indexes(row, 2) == [5, 7]


@pytest.mark.parametrize("how_many", [1, 3])
def test_looking_for_what_is_due_asks_no_more_when_there_is_more(
    cohort, aino, farah, ben, django_assert_num_queries, how_many
):
    for person in (aino, farah, ben)[:how_many]:
        earn(enrol(cohort, person=person, how=EnrolledBy.SELF))

    with django_assert_num_queries(3):
        assert len(queries.earned_and_not_issued()) == how_many


# --- what is issued ---


def test_it_is_kept_as_it_was_signed_and_names_the_module(credential):
    document = json.loads(credential.document)

    assert document["id"] == f"urn:uuid:{credential.key}"
    assert document["issuer"]["id"] == IssuerKey.objects.get().did
    assert document["issuer"]["name"] == "Turku Training"
    assert "Aino" not in credential.document
    assert credential.elements["workloadFormula"].startswith("50 minutes: all steps of 2 units")
    assert "ectsCredits" not in credential.elements


def test_it_says_that_a_case_is_worked_through_and_not_passed(credential):
    """A case has no pass mark: a credential may not say that it was passed."""
    document = json.loads(credential.document)

    narrative = document["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert "the case worked through to one of its ends" in narrative


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("quality_assurance", {}, "type of quality assurance"),
        ("country", "", "country or region of the issuer"),
        ("name", {}, "awarding body"),
    ],
)
def test_a_provider_that_lacks_an_element_issues_nothing(due, field, value, name):
    organisation = due.cohort.organisation
    setattr(organisation, field, value)
    organisation.save()

    with pytest.raises(IncompleteError, match=f"Missing: {name}"):
        actions.issue_for(due, now=timezone.now())
    assert Credential.objects.count() == 0


def test_places_in_the_status_list_are_random_and_taken_once(cohort, aino, farah, ben):
    for person in (aino, farah, ben):
        actions.issue_for(
            earn(enrol(cohort, person=person, how=EnrolledBy.SELF)), now=timezone.now()
        )

    places = list(Credential.objects.order_by("pk").values_list("status_index", flat=True))
    assert len(set(places)) == 3
    assert places != [0, 1, 2]
    assert Credential.objects.values("status_list").distinct().count() == 1


def test_a_finnish_run_gives_a_finnish_credential(cohort, aino):
    cohort.language = "fi"
    cohort.save()

    row = actions.issue_for(
        earn(enrol(cohort, person=aino, how=EnrolledBy.SELF)), now=timezone.now()
    )

    assert row.language == "fi"
    achievement = json.loads(row.document)["credentialSubject"]["achievement"]
    assert achievement["inLanguage"] == "fi"
    assert list(row.title) == ["fi"]
