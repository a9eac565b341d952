"""Claims of prior learning: sent, decided, appealed; what they do to credentials and credits."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from digicantrain.core.recognition import State
from digicantrain.credentials import (
    actions,
    checking,
    correcting,
    fulfilling,
    queries,
    recognition,
)
from digicantrain.credentials import recognition_queries as reads
from digicantrain.credentials.correcting import Correction
from digicantrain.credentials.models import (
    ClaimedUnit,
    Credential,
    Evidence,
    EvidenceContent,
    IssueRequest,
    RecognitionClaim,
)
from digicantrain.credentials.recognition import RecognitionError
from digicantrain.learning.actions import complete_step, enrol, enrol_many
from digicantrain.learning.enums import EnrolledBy, EnrolmentState
from digicantrain.learning.models import Enrolment, Notice
from digicantrain.learning.queries import progress_of
from digicantrain.people.actions import faults_of_trail, grant_role
from digicantrain.people.models import AuditEntry
from tests.credentials.asked import four_eyes
from tests.credentials.claims import (
    PDF,
    TAUGHT,
    TOLD,
    decided,
    draft,
    earn_without_u1,
    sent,
    statement,
)
from tests.credentials.earned import earn, issued

pytestmark = pytest.mark.django_db


def badge(minutes=50, **fields):
    """Return a badge of another issuer as evidence, not saved."""
    return Evidence(
        kind=Evidence.Kind.CREDENTIAL,
        fingerprint=fields.pop("fingerprint", "f" * 64),
        title="A badge",
        verdict="genuine-of-another-issuer",
        minutes=minutes,
        **fields,
    )


# --- what can be claimed ---


def test_only_units_that_teach_can_be_claimed(enrolment):
    stands = {stand.code: stand.obstacle for stand, _title in reads.stands_of(enrolment)}

    assert stands == {"u1": None, "final": "assessed"}


@pytest.mark.parametrize(
    ("units", "why"),
    [
        ((), "Choose at least one unit"),
        (("final",), "asked of everybody"),
        (("u9",), "does not count"),
        (("u1", "final"), "asked of everybody"),
    ],
)
def test_what_cannot_be_claimed_is_named_and_nothing_is_written(enrolment, units, why):
    with pytest.raises(RecognitionError, match=why):
        recognition.begin(enrolment, units=units, told=TOLD, now=timezone.now())
    assert RecognitionClaim.objects.count() == 0


def test_a_unit_that_is_done_is_refused_in_a_sentence(due):
    Credential.objects.all().delete()

    with pytest.raises(RecognitionError, match=r"You have done “.+” already\."):
        draft(due)


def test_a_unit_is_claimed_once_at_a_time(enrolment, rita):
    row = sent(enrolment)
    with pytest.raises(RecognitionError, match="You have claimed"):
        draft(enrolment)

    decided(row, rita)
    with pytest.raises(RecognitionError, match="is recognised already"):
        draft(enrolment)


def test_what_was_refused_or_taken_back_can_be_claimed_again(enrolment, rita):
    decided(sent(enrolment), rita, u1="refused")
    recognition.take_back(sent(enrolment), now=timezone.now())

    assert draft(enrolment).units.count() == 1


def test_who_has_the_credential_or_has_left_claims_nothing(enrolment):
    issued(enrolment)
    with pytest.raises(RecognitionError, match="You have earned"):
        draft(enrolment)
    Enrolment.objects.update(state=EnrolmentState.LEFT)
    with pytest.raises(RecognitionError, match="not in this course any more"):
        draft(Enrolment.objects.get())


# --- sending and taking back ---


def test_without_evidence_it_is_not_sent(enrolment):
    row = draft(enrolment)

    with pytest.raises(RecognitionError, match="at least one piece of evidence"):
        recognition.submit(row, now=timezone.now())
    assert RecognitionClaim.objects.get().state is State.DRAFT


def test_threat_42_sent_twice_it_is_one_claim_and_one_entry(enrolment):
    row = sent(enrolment)

    recognition.submit(row, now=timezone.now())

    assert AuditEntry.objects.filter(action="recognition-claimed").count() == 1


def test_what_was_done_meanwhile_is_not_sent(enrolment):
    row = draft(enrolment)
    recognition.add_evidence(row, statement(), now=timezone.now())
    for code in TAUGHT:
        complete_step(enrolment, step=enrolment.version.steps.get(code=code), now=timezone.now())

    with pytest.raises(RecognitionError, match="You have done"):
        recognition.submit(row, now=timezone.now())


def test_after_sending_nothing_can_be_changed(enrolment):
    row = sent(enrolment)
    for act in (
        lambda: recognition.change(row, units=["u1"], told=TOLD),
        lambda: recognition.add_evidence(row, statement(), now=timezone.now()),
        lambda: recognition.remove_evidence(row.evidence.get()),
        lambda: recognition.discard(row),
    ):
        with pytest.raises(RecognitionError, match="does not wait for that"):
            act()
    assert row.evidence.count() == 1


def test_a_draft_is_changed_and_the_same_evidence_is_added_once(wide):
    row = draft(wide, "u1")
    recognition.change(row, units=["u2"], told=TOLD)
    for _ in range(2):
        recognition.add_evidence(row, statement(), now=timezone.now())

    assert [unit.unit for unit in row.units.all()] == ["u2"]
    assert row.evidence.count() == 1


def test_there_is_an_end_to_evidence(enrolment):
    row = draft(enrolment)
    for number in range(recognition.MOST_EVIDENCE):
        one = Evidence(kind="file", name="a.pdf", digest=f"{number}" * 64)
        recognition.add_evidence(row, one, data=PDF, now=timezone.now())

    with pytest.raises(RecognitionError, match="are the most"):
        recognition.add_evidence(row, statement(), now=timezone.now())
    assert EvidenceContent.objects.count() == recognition.MOST_EVIDENCE


def test_taken_back_its_evidence_is_gone_at_once(enrolment, rita):
    row = sent(enrolment)

    recognition.take_back(row, now=timezone.now())
    recognition.take_back(row, now=timezone.now())

    assert Evidence.objects.count() == 0
    with pytest.raises(RecognitionError):
        decided(row, rita)


def test_after_the_decision_it_cannot_be_taken_back(enrolment, rita):
    row = decided(sent(enrolment), rita)

    with pytest.raises(RecognitionError):
        recognition.take_back(row, now=timezone.now())
    assert ClaimedUnit.objects.get().is_recognised


# --- deciding ---


def test_a_decision_is_told_by_mail_and_notice_in_her_language(enrolment, rita, aino):
    aino.language = "fi"
    aino.save()

    decided(sent(enrolment), rita)

    letter = mail.outbox[0]
    assert letter.to == [aino.email]
    assert "Why u1." in letter.body
    assert "/fi/learn/recognition/claim/" in letter.body
    assert Notice.objects.get().kind == "recognition-decided"


def test_the_trail_holds_codes_and_pseudonyms_and_no_words(enrolment, rita, rolf):
    row = decided(sent(enrolment), rita, u1="refused")
    row = recognition.appeal(row, words="You overlooked my letter.", now=timezone.now())
    decided(row, rolf)

    entries = AuditEntry.objects.filter(subject=f"recognition:{row.key}").order_by("sequence")
    assert [entry.action for entry in entries] == [
        "recognition-claimed", "recognition-decided", "recognition-appealed",
        "recognition-appeal-decided",
    ]  # fmt: skip
    assert [entry.actor for entry in entries] == [
        one.pseudonym.key for one in (enrolment.person, rita, enrolment.person, rolf)
    ]
    said = json.dumps([entry.data for entry in entries])
    assert not any(word in said for word in ("Aino", "tumour", "Why", "overlooked", "Helmi"))
    assert entries[3].data["accepted"] == ["u1"]
    assert list(faults_of_trail()) == []


def test_nobody_decides_her_own_claim(enrolment, aino, organisation):
    grant_role(aino, role="registrar", organisation=organisation)

    with pytest.raises(RecognitionError, match="your own claim"):
        decided(sent(enrolment), aino)
    assert not ClaimedUnit.objects.get().is_recognised


def test_an_appeal_is_decided_by_somebody_else(enrolment, rita, rolf):
    row = decided(sent(enrolment), rita, u1="refused")
    row = recognition.appeal(row, words="Look again.", now=timezone.now())
    with pytest.raises(RecognitionError, match="You decided this claim first"):
        decided(row, rita)

    row = decided(row, rolf)

    assert (row.state, row.appeal_decided_by) == (State.CLOSED, rolf)
    assert ClaimedUnit.objects.get().is_recognised
    with pytest.raises(RecognitionError):
        decided(row, rolf)


def test_an_appeal_is_about_what_was_refused_only(wide, rita, rolf):
    row = decided(sent(wide, "u1", "u2"), rita, u2="refused")
    row = recognition.appeal(row, words="Look again.", now=timezone.now())

    assert [unit.unit for unit in recognition.to_decide(row)] == ["u2"]
    decided(row, rolf, u2="refused")
    found = dict(ClaimedUnit.objects.values_list("unit", "is_recognised"))
    assert found == {"u1": True, "u2": False}


@pytest.mark.parametrize(("days", "may"), [(29, True), (31, False)])
def test_an_appeal_has_its_days(enrolment, rita, settings, days, may):
    settings.APPEAL_DAYS = 30
    row = decided(sent(enrolment), rita, u1="refused")
    then = timezone.now() + timedelta(days=days)

    if may:
        assert recognition.appeal(row, words="Again.", now=then).state is State.APPEALED
    else:
        with pytest.raises(RecognitionError, match="time for an appeal is over"):
            recognition.appeal(row, words="Again.", now=then)


def test_each_unit_is_decided_or_none(wide, rita):
    row = sent(wide, "u1", "u2")

    with pytest.raises(RecognitionError, match="Decide each unit"):
        recognition.decide(row, decisions={}, by=rita, now=timezone.now())
    assert RecognitionClaim.objects.get().state is State.SUBMITTED


def test_threat_42_a_unit_is_recognised_once_whatever_happens(enrolment, rita):
    decided(sent(enrolment), rita)
    unit = ClaimedUnit.objects.get()
    other = RecognitionClaim.objects.get()
    other.pk, other.key = None, "1" * 32
    other.save()
    unit.pk, unit.claim = None, other

    with pytest.raises(IntegrityError), transaction.atomic():
        unit.save()


def test_two_claims_in_two_runs_recognise_a_unit_once(enrolment, cohort, rita):
    first = sent(enrolment)
    again = type(cohort).objects.get(pk=cohort.pk)
    again.pk, again.key, again.invitation = None, "2" * 32, "x" * 22
    again.save()
    second_run = enrol(again, person=enrolment.person, how=EnrolledBy.SELF)
    with pytest.raises(RecognitionError, match="You have claimed"):
        draft(second_run)
    second = RecognitionClaim.objects.get()
    second.pk, second.key, second.enrolment = None, "3" * 32, second_run
    second.save()
    unit = ClaimedUnit.objects.get()
    unit.pk, unit.claim = None, second
    unit.save()

    decided(first, rita)

    with pytest.raises(RecognitionError, match="by another claim meanwhile"):
        decided(second, rita)
    second_run.refresh_from_db()
    assert second_run.recognised == ["u1"]


# --- what it does ---


def test_a_recognised_unit_counts_as_done_and_the_rest_stays_required(enrolment, rita):
    decided(sent(enrolment), rita)
    assert not queries.is_earned(enrolment)

    earn_without_u1(enrolment)

    assert queries.is_earned(enrolment)
    for code in ("test", "graded-call", "feedback"):
        step = enrolment.version.steps.get(code=code)
        row = enrolment.progress.get(step=step)
        row.delete()
        assert not queries.is_earned(enrolment)
        row.save()


def test_a_recognised_unit_never_waives_the_test_however_it_came_there(enrolment, rita):
    """The final unit was recognised straight in the tables."""
    decided(sent(enrolment), rita)
    ClaimedUnit.objects.update(unit="final")
    earn(enrolment, without="test", passed=False)

    assert not queries.is_earned(enrolment)


def test_anothers_recognition_and_a_refused_one_do_nothing(enrolment, cohort, farah, rita):
    decided(sent(enrolment), rita, u1="refused")
    others = enrol(cohort, person=farah, how=EnrolledBy.SELF)
    decided(sent(others), rita)
    earn_without_u1(enrolment)

    assert not queries.is_earned(enrolment)


def test_the_last_thing_to_be_recognised_issues(enrolment, rita):
    earn_without_u1(enrolment)
    assert Credential.objects.count() == 0

    decided(sent(enrolment), rita)

    credential = Credential.objects.get()
    assert checking.judge(credential.document, now=timezone.now()).is_valid
    assert list(credential.recognised) == ["u1"]


def test_the_signed_credential_says_what_was_recognised_in_each_form(enrolment, rita):
    from digicantrain.credentials.records import awards_of

    earn_without_u1(enrolment)
    decided(sent(enrolment), rita)
    row = Credential.objects.get()

    subject = json.loads(row.document)["credentialSubject"]
    narrative = subject["achievement"]["criteria"]["narrative"]
    assert "Prior learning was recognised" in narrative
    assert "u1 " in narrative
    assert "30 minutes of it recognised, not studied here" in row.elements["workloadFormula"]
    assert row.elements["workloadMinutes"] == 50
    told = {award.achievement.language: award.achievement for award in awards_of(row)}
    assert all("u1 " in one.criteria for one in told.values())


def narrative_of(row):
    return json.loads(row.document)["credentialSubject"]["achievement"]["criteria"]["narrative"]


def test_what_a_second_person_approves_says_what_was_recognised(enrolment, rita):
    four_eyes(enrolment.cohort.organisation)
    earn_without_u1(enrolment)
    decided(sent(enrolment), rita)

    asked = IssueRequest.objects.get()
    assert "Prior learning was recognised" in fulfilling.told_for(asked).criteria
    IssueRequest.objects.update(state="approved")
    fulfilling.fulfil_each([asked.pk])

    row = Credential.objects.get()
    assert list(row.recognised) == ["u1"]
    assert "Prior learning was recognised" in narrative_of(row)
    assert row.record is not None
    assert "Prior learning was recognised" in str(row.record.tellings)


@pytest.mark.parametrize("fresh", [False, True])
def test_a_corrected_credential_still_says_what_was_recognised(enrolment, rita, fresh):
    earn_without_u1(enrolment)
    decided(sent(enrolment), rita)
    wanted = Correction("Aino M", "en", "The name was misspelt.", fresh=fresh)

    correcting.ask(Credential.objects.get(), wanted=wanted, by=rita, now=timezone.now())

    row = Credential.objects.get(revoked_at=None)
    assert (row.holder_name, list(row.recognised)) == ("Aino M", ["u1"])
    assert "Prior learning was recognised" in narrative_of(row)


def test_who_studied_the_unit_all_the_same_has_studied_it(enrolment, rita):
    decided(sent(enrolment), rita)

    row = issued(enrolment)

    assert row.recognised == {}
    assert "recognised" not in row.document


def test_a_batch_with_and_without_recognition_costs_the_same_for_more(
    enrolment, cohort, farah, ben, chiara, rita, settings, django_assert_max_num_queries
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    people = (farah, ben, chiara)
    rows = [enrolment, *(enrol(cohort, person=one, how=EnrolledBy.SELF) for one in people)]
    for row in rows[:2]:
        decided(sent(row), rita)
        earn_without_u1(row)
    for row in rows[2:]:
        earn(row)
    actions.make_key(cohort.organisation, by=None, now=timezone.now())

    made = actions.issue_batch(rows, now=timezone.now())

    assert Counter(bool(row.recognised) for row in made) == {True: 2, False: 2}
    assert all(checking.judge(row.document, now=timezone.now()).is_valid for row in made)
    Credential.objects.all().delete()
    with django_assert_max_num_queries(80) as two:
        actions.issue_batch([rows[0], rows[2]], now=timezone.now())
    Credential.objects.all().delete()
    with django_assert_max_num_queries(len(two)):
        actions.issue_batch(rows, now=timezone.now())


def test_where_nothing_is_recognised_a_batch_asks_one_thing_more(due, django_assert_num_queries):
    rows = list(Enrolment.objects.select_related("version"))

    with django_assert_num_queries(1):
        assert reads.recognised_in(rows) == {}


def test_a_unit_that_a_version_does_not_hold_or_count_is_not_told(enrolment, rita):
    """It was recognised in a version of the module that has it."""
    decided(sent(enrolment), rita)
    rows = list(Enrolment.objects.select_related("version"))
    assert reads.recognised_in(rows)[enrolment.pk]["u1"]["minutes"] == 30
    ClaimedUnit.objects.update(unit="gone")
    assert reads.recognised_in(rows) == {}
    ClaimedUnit.objects.update(unit="u1")
    rows[0].version.data["credit"]["units"] = ["final"]

    assert reads.recognised_in(rows) == {}


def test_continue_leads_past_what_is_recognised_and_the_course_can_end(enrolment, rita):
    assert progress_of(enrolment).next.step.code == "first-look"
    decided(sent(enrolment), rita)
    enrolment.refresh_from_db()

    progress = progress_of(enrolment)

    assert progress.next.step.code == "test"
    assert (progress.done, progress.total) == (4, 7)
    assert progress.minutes_left == 20
    for code in ("test", "graded-call", "feedback"):
        complete_step(enrolment, step=enrolment.version.steps.get(code=code), now=timezone.now())
    assert enrolment.state == EnrolmentState.COMPLETED


def test_a_course_that_lacks_only_what_is_recognised_ends_with_it(enrolment, rita):
    earn_without_u1(enrolment)

    decided(sent(enrolment), rita)

    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED


@pytest.mark.parametrize("how", ["one", "many"])
def test_a_later_course_run_knows_what_was_recognised(enrolment, cohort, rita, aino, farah, how):
    decided(sent(enrolment), rita)
    cohort.pk, cohort.key, cohort.invitation = None, "2" * 32, "x" * 22
    cohort.save()

    if how == "one":
        enrol(cohort, person=aino, how=EnrolledBy.SELF)
    else:
        enrol_many(cohort, people=[aino, farah], how=EnrolledBy.FILE)

    found = dict(cohort.enrolments.values_list("person__name", "recognised"))
    assert found.pop(aino.name) == ["u1"]
    assert list(found.values()) == ([] if how == "one" else [[]])
