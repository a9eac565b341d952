"""Claims of prior learning: how long words and evidence are kept, and whose they are."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from digicantrain.credentials import (
    checking,
    recognition,
)
from digicantrain.credentials.models import (
    ClaimedUnit,
    Credential,
    Evidence,
    EvidenceContent,
    RecognitionClaim,
)
from digicantrain.credentials.recognition_tasks import forget_evidence
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.people.actions import erase_person, export_person, faults_of_trail
from tests.credentials.claims import PDF, decided, draft, earn_without_u1, sent, statement
from tests.credentials.earned import issued

pytestmark = pytest.mark.django_db


def test_words_and_evidence_go_after_their_time_and_the_decision_stays(enrolment, rita, settings):
    settings.EVIDENCE_DAYS = 365
    row = decided(sent(enrolment), rita)
    assert forget_evidence.call() == 0

    RecognitionClaim.objects.update(decided_at=timezone.now() - timedelta(days=366))
    assert (forget_evidence.call(), forget_evidence.call()) == (1, 0)

    row.refresh_from_db()
    assert (row.learned, row.place, Evidence.objects.count()) == ("", "", 0)
    assert ClaimedUnit.objects.get().reason == "Why u1."
    assert ClaimedUnit.objects.get().is_recognised


def test_what_still_waits_keeps_its_evidence_and_an_old_draft_goes(enrolment, cohort, farah):
    sent(enrolment)
    RecognitionClaim.objects.update(submitted_at=timezone.now() - timedelta(days=999))
    draft(enrol(cohort, person=farah, how=EnrolledBy.SELF))
    old = timezone.now() - timedelta(days=recognition.DRAFT_KEPT_DAYS + 1)
    RecognitionClaim.objects.filter(stage="draft").update(created_at=old)

    assert forget_evidence.call() == 1
    assert RecognitionClaim.objects.get().evidence.count() == 1


def test_an_export_holds_claims_evidence_and_files(enrolment, aino, rita):
    row = draft(enrolment)
    file = Evidence(kind="file", name="a.pdf", digest="a" * 64)
    recognition.add_evidence(row, file, data=PDF, now=timezone.now())
    recognition.add_evidence(row, statement(), now=timezone.now())
    recognition.submit(row, now=timezone.now())
    decided(row, rita)

    held = json.dumps(export_person(aino)["credentials"], default=str)

    for word in ("tumour board", "Helmi Koski", "a.pdf", "JVBERi0xLjcK", "Why u1."):
        assert word in held
    of_rita = export_person(rita)["credentials"]
    assert len(of_rita["recognition claims decided"]) == 1
    assert "tumour" not in json.dumps(of_rita, default=str)


def test_erasure_removes_claims_and_files_and_the_credential_still_verifies(
    enrolment, aino, rita, rolf
):
    earn_without_u1(enrolment)
    row = decided(sent(enrolment), rita, u1="refused")
    row = recognition.appeal(row, words="Again.", now=timezone.now())
    decided(row, rolf)
    document = Credential.objects.get().document

    receipt = erase_person(aino, by=aino)

    assert receipt.removed["recognition claims"] == 1
    for model in (RecognitionClaim, ClaimedUnit, Evidence, EvidenceContent):
        assert model.objects.count() == 0
    assert checking.judge(document, now=timezone.now()).is_valid
    assert list(faults_of_trail()) == []


def test_erasure_leaves_no_thread_from_one_credential_to_another(enrolment, aino):
    row = issued(enrolment)
    row.recognised = {"u1": {"minutes": 30, "rests_on": {"f" * 64: 30}}}
    row.save()

    erase_person(aino, by=aino)

    row.refresh_from_db()
    assert row.recognised == {"u1": {"minutes": 30, "rests_on": {}}}


def test_a_registrar_who_is_erased_leaves_her_decisions_without_a_name(enrolment, rita, rolf):
    row = decided(sent(enrolment), rita, u1="refused")
    row = recognition.appeal(row, words="Again.", now=timezone.now())
    decided(row, rolf)

    erase_person(rita, by=rita)
    erase_person(rolf, by=rolf)

    row = RecognitionClaim.objects.get()
    assert (row.decided_by, row.appeal_decided_by) == (None, None)
    assert ClaimedUnit.objects.get().is_recognised
