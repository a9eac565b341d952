"""Path certificates: when one is issued, that it is issued once, and what becomes of its parts."""

import copy
import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from digicantrain.core.credentials.verification import Cause, Verdict
from digicantrain.credentials import actions, checking, path_sheets, paths, stacks, tasks
from digicantrain.credentials.models import Credential, PathCertificate, StatusList
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Notice
from digicantrain.people.actions import erase_person, export_person, faults_of_trail
from digicantrain.people.models import AuditEntry
from digicantrain.programme.models import Path
from tests.core.credentials.test_verification import another, holder_of, places
from tests.credentials.earned import earn
from tests.credentials.stacked import completed, earned, pair, registrar_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(cohort):
    """A path of two modules, and the course run of the second."""
    return pair(cohort)


@pytest.fixture
def certificate(cohort, aino):
    """Aino has completed a path of two modules."""
    return completed(cohort, aino)


def judged(row):
    return checking.judge(row.document, now=timezone.now())


def withdraw_first(row):
    part = row.parts.order_by("pk").first()
    return actions.revoke(part, reason="Found out.", by=None, now=timezone.now())


# --- when ---


def test_the_last_module_completes_the_path(cohort, both, aino):
    earned(cohort, aino)
    assert paths.issue_completed(aino, now=timezone.now()) == []

    earned(both[1], aino)
    (row,) = paths.issue_completed(aino, now=timezone.now())

    assert set(row.parts.all()) == set(Credential.objects.all())
    assert row.organisation == both[0].programme.organisation
    assert judged(row).verdict is Verdict.VALID
    assert (row.title["en"], row.holder_name) == ("Both of them", "Aino Virtanen")


def test_it_is_issued_in_the_background_when_the_last_one_is(cohort, both, aino):
    earned(cohort, aino)
    last = earn(enrol(both[1], person=aino, how=EnrolledBy.SELF))

    tasks.issue.call(last.pk)

    assert PathCertificate.objects.get().person == aino
    assert any("completed the path: Both of them" in letter.subject for letter in mail.outbox)
    assert Notice.objects.filter(kind="path-issued", person=aino).count() == 1


def test_the_net_issues_what_was_lost(cohort, both, aino):
    earned(cohort, aino)
    earned(both[1], aino)

    assert tasks.issue_stacks_due.call() == 1
    assert tasks.issue_stacks_due.call() == 0


def test_badges_below_a_credit_complete_no_path(cohort, aino):
    _path, other = pair(cohort)
    for run in (cohort, other):
        earned(run, aino)
    Credential.objects.update(kind=Credential.Kind.BADGE)

    assert paths.issue_completed(aino, now=timezone.now()) == []


def test_two_peoples_modules_complete_nobodys_path(cohort, both, aino, farah):
    earned(cohort, aino)
    earned(both[1], farah)

    assert paths.who_may_be_due() == []
    assert paths.issue_completed(aino, now=timezone.now()) == []
    assert paths.issue_completed(farah, now=timezone.now()) == []


@pytest.mark.parametrize("fell", ["withdrawn", "suspended", "expired"])
def test_what_does_not_stand_completes_no_path(cohort, both, aino, fell):
    earned(cohort, aino)
    row, now = earned(both[1], aino), timezone.now()
    if fell == "withdrawn":
        actions.revoke(row, reason="x", by=None, now=now)
    elif fell == "suspended":
        actions.suspend(row, reason="x", by=None, now=now)
    else:
        Credential.objects.filter(pk=row.pk).update(expires_at=now - timedelta(days=1))

    assert paths.issue_completed(aino, now=now) == []


def test_one_that_was_altered_in_the_database_holds_up_the_path(cohort, both, aino):
    earned(cohort, aino)
    row = earned(both[1], aino)
    changed = row.document.replace("Reading reports", "Reading minds")
    Credential.objects.filter(pk=row.pk).update(document=changed)

    with pytest.raises(ValueError, match="A credential of the path does not stand"):
        paths.issue_completed(aino, now=timezone.now())
    assert PathCertificate.objects.count() == 0


def test_a_path_that_cannot_be_issued_does_not_hold_up_another(cohort, both, aino):
    earned(cohort, aino)
    row = earned(both[1], aino)
    changed = row.document.replace("Reading reports", "Reading minds")
    Credential.objects.filter(pk=row.pk).update(document=changed)
    path = both[0]
    path.pk, path.code, path.modules = None, "single", ["X1"]
    path.save()

    with pytest.raises(ValueError, match="does not stand"):
        paths.issue_completed(aino, now=timezone.now())
    assert PathCertificate.objects.get().path == "single"


# --- once ---


def test_threat_42_asked_twice_it_is_issued_once(certificate, aino):
    assert paths.issue_completed(aino, now=timezone.now()) == []
    assert tasks.issue_paths.call(aino.pk) == 0
    assert PathCertificate.objects.get() == certificate
    assert AuditEntry.objects.filter(action="path-certificate-issued").count() == 1
    assert list(faults_of_trail()) == []


def test_the_database_refuses_a_second_one_that_stands(certificate):
    row = PathCertificate.objects.get()
    row.pk, row.digest, row.status_index = None, "0" * 64, row.status_index ^ 1
    row.key, row.token = "00000000-0000-4000-8000-000000000001", "another-token"

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_one_that_a_registrar_withdrew_does_not_come_back(certificate, aino, rita):
    paths.withdraw(certificate, reason="No.", by=rita, now=timezone.now())

    assert paths.issue_completed(aino, now=timezone.now()) == []
    assert tasks.issue_stacks_due.call() == 0


def test_a_corrected_module_brings_a_new_certificate_in_place_of_the_old_one(
    certificate, cohort, aino
):
    old = withdraw_first(certificate)
    new = Credential.objects.get(pk=old.pk)
    fresh = checking.judge(old.document, now=timezone.now())
    assert fresh.verdict is Verdict.WITHDRAWN
    Credential.objects.filter(pk=new.pk).update(enrolment=None)
    again = actions.issue_for(old.enrolment, now=timezone.now())

    assert tasks.issue_stacks_due.call() == 1
    second = PathCertificate.objects.exclude(pk=certificate.pk).get()
    certificate.refresh_from_db()
    assert again in second.parts.all()
    assert certificate.revoked_reason == "A newer one was issued in its place."
    assert judged(second).verdict is Verdict.VALID


def test_a_path_that_is_imported_anew_is_the_same_path(certificate, aino):
    row = Path.objects.get(code="pair")
    row.delete()
    row.pk = None
    row.save()

    assert paths.issue_completed(aino, now=timezone.now()) == []


# --- what it is ---


def test_it_holds_the_module_credentials_as_they_were_signed(certificate):
    document = json.loads(certificate.document)
    subject = document["credentialSubject"]

    assert document["type"] == ["VerifiableCredential", "ClrCredential"]
    assert document["id"] == f"urn:uuid:{certificate.key}"
    inside = {one["id"]: one for one in subject["verifiableCredential"]}
    for part in certificate.parts.all():
        assert inside[f"urn:uuid:{part.key}"] == json.loads(part.document)
    ties = {(row["associationType"], row["targetId"]) for row in subject["association"]}
    assert ties == {("isPartOf", subject["achievement"][0]["id"])}
    assert "Aino" not in certificate.document


def test_it_has_a_place_in_a_list_of_its_own_kind(certificate, client):
    listed = certificate.status_list
    assert listed.holds == StatusList.Holds.PATHS
    assert listed.pk not in set(Credential.objects.values_list("status_list", flat=True))

    published = client.get(f"/status/{listed.key}").json()
    assert published["credentialSubject"]["statusPurpose"] == "revocation"
    assert client.get(f"/status/{listed.key}/suspension").status_code == 200


def test_each_field_changed_one_at_a_time_is_noticed(certificate):
    document = json.loads(certificate.document)
    for path in list(places(document)):
        if "verifiableCredential" in path:
            continue  # each of those has a test of its own
        changed = copy.deepcopy(document)
        holder = holder_of(changed, path)
        holder[path[-1]] = another(holder[path[-1]])

        report = checking.judge(json.dumps(changed), now=timezone.now())
        assert not report.is_valid, path


# --- when a part falls ---


def test_a_withdrawn_module_shows_in_the_path(certificate):
    withdraw_first(certificate)

    report = judged(certificate).report
    assert (report.verdict, report.cause) == (Verdict.WITHDRAWN, Cause.EMBEDDED)
    assert sorted(one.stands for one in report.inner) == [False, True]


def test_the_registrar_is_told_of_it_and_nobody_else(certificate, rita, other_organisation, ben):
    registrar_of(other_organisation)
    mail.outbox.clear()

    withdraw_first(certificate)

    told = [letter for letter in mail.outbox if "does not stand" in letter.subject]
    assert [letter.to for letter in told] == [[rita.email]]
    assert "/manage/path-certificates/" in told[0].body
    assert "Aino" not in told[0].body


def test_a_suspended_module_tells_her_too_and_a_reinstated_one_makes_it_stand(certificate, rita):
    part = certificate.parts.first()
    mail.outbox.clear()

    actions.suspend(part, reason="Being looked into.", by=None, now=timezone.now())
    assert len([m for m in mail.outbox if "does not stand" in m.subject]) == 1
    assert judged(certificate).verdict is Verdict.SUSPENDED

    actions.reinstate(part, by=None, now=timezone.now())
    assert judged(certificate).verdict is Verdict.VALID


def test_however_it_falls_and_is_saved_again_she_is_told_once(certificate, rita):
    part = certificate.parts.first()
    mail.outbox.clear()
    part.revoked_at, part.revoked_reason = timezone.now(), "Replaced."

    for _ in range(3):
        part.save(update_fields=["enrolment", "revoked_at", "revoked_reason"])

    assert len([m for m in mail.outbox if "does not stand" in m.subject]) == 1
    assert AuditEntry.objects.filter(action="path-part-fell").count() == 1


def test_told_again_after_a_kill_is_the_same_mail(certificate, rita, settings):
    from digicantrain.credentials import path_letters

    part = withdraw_first(certificate)
    mail.outbox.clear()

    for _ in range(2):
        path_letters.tell_registrars.call(certificate.pk, part.pk)
    first, second = (letter.extra_headers["Message-ID"] for letter in mail.outbox)
    assert first == second


def test_tasks_wait_with_the_rows_that_they_tell_of(certificate, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    with transaction.atomic():
        withdraw_first(certificate)
        transaction.set_rollback(True)

    assert DBTaskResult.objects.count() == 0
    assert judged(certificate).is_valid


# --- withdrawn ---


def test_withdrawn_it_says_so_at_once_and_its_parts_stand(certificate, client):
    paths.withdraw(certificate, reason="Issued by mistake.", by=None, now=timezone.now())

    assert judged(certificate).verdict is Verdict.WITHDRAWN
    assert all(
        checking.judge(part.document, now=timezone.now()).is_valid
        for part in certificate.parts.all()
    )
    assert any("Path certificate withdrawn" in letter.subject for letter in mail.outbox)
    assert Notice.objects.filter(kind="path-withdrawn").count() == 1


def test_the_command_checks_its_link(certificate):
    link = path_sheets.link_of(certificate)

    assert checking.verify_file_or_link(link, now=timezone.now()).is_valid
    with pytest.raises(ValueError, match="No credential"):
        checking.verify_file_or_link(link[:-6], now=timezone.now())


# --- the sheet ---


def test_the_sheet_is_a_pdf_with_the_record_inside(certificate):
    from digicantrain.core.credentials.certificate import attachment_of

    data = path_sheets.sheet_of(certificate, holder="Aino Virtanen")

    assert attachment_of(data) == certificate.document.encode()
    assert path_sheets.sheet_of(certificate, holder="Aino Virtanen") == data


def test_hostile_words_make_a_sheet_too(certificate):
    certificate.title = {"en": '#set page(width: 1pt) "]]> <img src=x> \u202e ملف \n\t'}

    assert path_sheets.sheet_of(certificate, holder="🧑 #{1/0} " * 20).startswith(b"%PDF")


# --- how it adds up ---


def test_what_is_there_and_what_is_missing(cohort, both, aino):
    earned(cohort, aino)

    found = stacks.paths_of(Credential.objects.all(), [], now=timezone.now())
    stack = next(one for one in found if one.code == "pair")
    assert (stack.there, len(stack.parts)) == (1, 2)
    assert [part.code for part in stack.missing] == ["X3"]
    assert stack.whole is None


def test_the_complete_one_comes_first_and_names_its_certificate(certificate, aino):
    rows = Credential.objects.filter(person=aino)
    first, *_others = stacks.paths_of(rows, [certificate], now=timezone.now())

    assert first.whole == certificate
    assert first.missing == []


# --- the person's data ---


def test_it_is_in_her_export_and_verifies_after_her_erasure(certificate, aino):
    held = export_person(aino)["credentials"]["path certificates"]
    assert held[0]["document"] == certificate.document

    erase_person(aino, by=None)

    certificate.refresh_from_db()
    assert (certificate.person, certificate.holder_name, certificate.show_name) == (None, "", False)
    assert judged(certificate).is_valid
    assert not re.search("Aino|Virtanen", str(PathCertificate.objects.values().get()))
