"""Issuing by hand: what it says, to whom, and that it is done once."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from digicantrain.credentials import actions, by_hand, checking, european, fulfilling, gate, tasks
from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.credentials.obstacles import HeldError
from digicantrain.learning.models import Notice
from digicantrain.people.actions import erase_person, faults_of_trail
from digicantrain.people.models import AuditEntry
from digicantrain.people.queries import key_of
from digicantrain.records.models import Statement
from tests.credentials.asked import EVIDENCE, TRAIL_LOCK, ask, four_eyes, wanted
from tests.credentials.earned import earn

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(programme):
    return programme.modules.get(code="X1").current


# --- what is issued ---


def test_it_is_issued_at_once_to_somebody_without_an_enrolment(version, farah, rita):
    row = ask(farah, version, by=rita)

    credential = Credential.objects.get()
    assert (row.state, row.credential, row.asked_by) == ("issued", credential, rita)
    assert (credential.person, credential.enrolment) == (farah, None)
    assert checking.judge(credential.document, now=timezone.now()).is_valid
    assert [letter.to for letter in mail.outbox] == [[farah.email]]
    assert Notice.objects.get(person=farah).kind == "credential-issued"
    assert list(faults_of_trail()) == []


def test_no_verifier_reads_of_a_test_that_nobody_sat(version, farah, rita):
    ask(farah, version, by=rita)

    document = Credential.objects.get().document
    subject = json.loads(document)["credentialSubject"]
    achievement, elements = subject["achievement"], subject["microCredential"]
    assert "held outside the platform" in achievement["criteria"]["narrative"]
    assert [row["name"] for row in achievement["resultDescription"]] == [
        "Assessment held outside the platform"
    ]
    assert elements["assessmentType"].startswith("Assessment held outside the platform")
    assert elements["supervisionAndIdentity"].endswith("supervised, identity was checked")
    assert "Scenario test" not in document
    assert "scenario test" not in document
    assert "Laaksonen" not in document


def test_it_is_another_achievement_than_the_one_earned_here(version, enrolment, farah, rita):
    here = actions.issue_for(earn(enrolment), now=timezone.now())
    by_hand_one = ask(farah, version, by=rita).credential

    names = [
        json.loads(row.document)["credentialSubject"]["achievement"]["id"]
        for row in (here, by_hand_one)
    ]
    assert names[0] != names[1]


def test_every_form_of_it_tells_the_same(version, farah, rita):
    organisation = by_hand.organisation_of(version)
    organisation.legal_identifier = "VATFI-01234567"
    organisation.save()
    credential = ask(farah, version, by=rita, language="fi").credential

    told = json.dumps(european.document_of(credential, name="Farah Aziz"))
    assert set(credential.record.tellings) == {"fi", "en"}
    assert "Assessment held outside the platform" in told
    assert "Scenario test" not in told


@pytest.mark.parametrize("watched", ["unsupervised", "unsupervised-identified"])
def test_how_it_was_watched_over_is_said(version, farah, rita, watched):
    row = ask(farah, version, by=rita, watched=watched)

    said = row.credential.elements["supervisionAndIdentity"]
    assert ("identity was checked" in said) is (watched != "unsupervised")


def test_the_evidence_and_who_answers_for_it_are_kept_and_the_trail_leads_there(
    version, farah, rita
):
    row = ask(farah, version, by=rita)

    assert row.evidence == EVIDENCE
    issued = AuditEntry.objects.get(action="credential-issued")
    assert issued.data["how"] == "hand"
    assert issued.data["request"] == str(row.key)
    asked = AuditEntry.objects.get(action="credential-asked-for")
    assert (asked.actor, asked.subject) == (key_of(rita), f"request:{row.key}")
    assert "Farah" not in str(list(AuditEntry.objects.values()))


def test_who_is_in_a_run_gets_it_for_that_enrolment(enrolment, aino, rita):
    credential = ask(aino, enrolment.version, by=rita).credential

    assert credential.enrolment == enrolment
    assert Statement.objects.filter(verb__iri__endswith="earned").count() == 1
    earn(enrolment)
    assert actions.issue_for(enrolment, now=timezone.now()) == credential


def test_without_an_enrolment_nothing_is_told_of_a_course_run(version, farah, rita):
    ask(farah, version, by=rita)

    assert Statement.objects.count() == 0


# --- refused ---


def refused(match, person, version, *, by):
    with pytest.raises(by_hand.RefusedError, match=match):
        ask(person, version, by=by)


def test_who_holds_a_valid_one_is_refused_in_one_sentence(version, farah, rita):
    ask(farah, version, by=rita)

    refused("already holds a valid credential", farah, version, by=rita)
    assert Credential.objects.count() == 1


def test_who_earned_one_here_is_refused_too(credential, aino, rita):
    refused("already holds a valid", aino, credential.version, by=rita)


def test_what_was_withdrawn_is_issued_again_from_its_own_page(version, farah, rita):
    first = ask(farah, version, by=rita).credential
    actions.revoke(first, reason="A mistake", by=rita, now=timezone.now())

    refused("was withdrawn. Issue it again from its own page", farah, version, by=rita)


def test_what_is_suspended_is_not_doubled(version, farah, rita):
    first = ask(farah, version, by=rita).credential
    actions.suspend(first, reason="Looked into", by=rita, now=timezone.now())

    refused("is suspended", farah, version, by=rita)


def test_what_expired_may_be_issued_anew(version, farah, rita):
    ask(farah, version, by=rita)
    Credential.objects.update(expires_at=timezone.now() - timedelta(days=1))

    assert ask(farah, version, by=rita).state == "issued"


def test_who_did_it_all_here_needs_nobody(due, aino, rita):
    refused("did everything on the platform", aino, due.version, by=rita)


def test_nobody_issues_to_herself(version, rita):
    refused("your own account", rita, version, by=rita)
    assert IssueRequest.objects.count() == 0


def test_the_same_gate_stands_before_it(version, farah, rita):
    organisation = by_hand.organisation_of(version)
    organisation.quality_assurance = {}
    organisation.save()
    version.refresh_from_db()

    with pytest.raises(gate.NotPublishedError, match="type of quality assurance"):
        ask(farah, version, by=rita)
    assert (Credential.objects.count(), IssueRequest.objects.count()) == (0, 0)


def test_a_fault_in_signing_leaves_nothing_behind(version, farah, rita, monkeypatch):
    def broken(*_rows, **_named):
        raise OSError("The disk is full.")

    monkeypatch.setattr("digicantrain.credentials.bulk.Credential.objects.bulk_create", broken)
    with pytest.raises(OSError, match="full"):
        ask(farah, version, by=rita)
    assert (Credential.objects.count(), IssueRequest.objects.count()) == (0, 0)
    assert not AuditEntry.objects.filter(action="credential-asked-for").exists()


# --- once ---


def test_threat_42_the_database_holds_one_open_request(version, farah, rita, organisation):
    four_eyes(organisation)
    version.refresh_from_db()
    ask(farah, version, by=rita)

    with pytest.raises(IntegrityError), transaction.atomic():
        by_hand.ask_all([wanted(farah, version)], how="csv", by=rita, now=timezone.now())


def test_threat_42_a_request_is_fulfilled_once(version, farah, rita):
    row = ask(farah, version, by=rita)

    assert fulfilling.fulfil([row.pk], now=timezone.now()) == []
    assert tasks.fulfil.call([row.pk]) == 0
    assert (Credential.objects.count(), len(mail.outbox)) == (1, 1)


def test_what_became_impossible_meanwhile_is_refused_with_its_reason(version, farah, rita):
    row = ask(farah, version, by=rita)
    IssueRequest.objects.filter(pk=row.pk).update(credential=None, state="approved")

    with pytest.raises(HeldError):
        fulfilling.fulfil([row.pk], now=timezone.now())
    assert tasks.fulfil.call([row.pk]) == 0
    row.refresh_from_db()
    assert row.state == "refused"
    assert "already holds" in row.refusal


def test_a_lost_task_is_caught_by_the_net(version, farah, rita, organisation):
    row = ask(farah, version, by=rita, language="en")
    Credential.objects.filter(request=row).update(person=None)
    IssueRequest.objects.filter(pk=row.pk).update(credential=None, state="approved")

    assert tasks.issue_due.call() == 1


def test_what_cannot_be_issued_now_keeps_its_reason_and_holds_up_nobody(
    version, farah, ben, rita, organisation
):
    first, second = (ask(one, version, by=rita) for one in (farah, ben))
    Credential.objects.update(person=None)
    IssueRequest.objects.update(credential=None, state="approved")
    IssueRequest.objects.filter(pk=first.pk).update(person=None)

    assert tasks.fulfil.call([first.pk, second.pk]) == 1
    first.refresh_from_db()
    assert (first.state, first.fault) == ("approved", "There is nobody to issue this to.")


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_batch_asks_no_more_when_it_is_larger(
    version, aino, farah, ben, rita, settings, how_many, django_assert_num_queries
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    actions.make_key(by_hand.organisation_of(version), by=None, now=timezone.now())
    people = (aino, farah, ben)[:how_many]
    rows = by_hand.ask_all(
        [wanted(one, version) for one in people], how="csv", by=rita, now=timezone.now()
    )

    with django_assert_num_queries(34 + TRAIL_LOCK):
        fulfilling.fulfil([row.pk for row in rows], now=timezone.now())


# --- her data ---


def test_erasure_takes_the_words_and_keeps_the_credential(version, farah, rita):
    row = ask(farah, version, by=rita)

    erase_person(farah, by=None)

    row.refresh_from_db()
    assert (row.person, row.evidence, row.state) == (None, "", "issued")
    assert checking.judge(row.credential.document, now=timezone.now()).is_valid


def test_erasure_of_who_asked_leaves_the_request(version, farah, rita):
    row = ask(farah, version, by=rita)

    erase_person(rita, by=None)

    row.refresh_from_db()
    assert (row.asked_by, row.evidence) == (None, EVIDENCE)
