"""Signing keys and status lists: made, replaced, lost; what was issued still verifies."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from openvc.status.bitstring import decode_bitstring

from digicantrain.core.credentials import proof, status
from digicantrain.core.credentials.verification import Cause, Verdict
from digicantrain.credentials import actions, bulk, checking, lists, queries, vault
from digicantrain.credentials.models import Credential, IssuerKey, StatusList
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.people.models import AuditEntry
from tests.credentials.earned import earn, issued

pytestmark = pytest.mark.django_db


def verdict_of(credential):
    return checking.judge(credential.document, now=timezone.now()).verdict


def another(cohort, person):
    """Issue to somebody else in the same course run."""
    return issued(enrol(cohort, person=person, how=EnrolledBy.SELF))


def test_the_first_key_is_made_when_it_is_needed_and_kept_encrypted(credential):
    key = IssuerKey.objects.get()

    assert key.did.startswith("did:key:z6Mk")
    private = vault.open_key(key.private_encrypted)
    assert private.private_bytes_raw().hex() not in key.private_encrypted
    assert AuditEntry.objects.filter(action="issuer-key-made").count() == 1


def test_threat_44_a_key_that_is_missing_is_not_made_anew_unseen(credential, cohort, farah):
    IssuerKey.objects.update(private_encrypted="")

    with pytest.raises(lists.NoKeyError, match=r"no key to sign with.*digicantrain keys rotate"):
        another(cohort, farah)
    assert IssuerKey.objects.count() == 1
    assert Credential.objects.count() == 1
    assert verdict_of(credential) is Verdict.VALID


def test_threat_44_the_wrong_encryption_key_refuses_to_sign_and_says_so(
    credential, cohort, farah, settings
):
    settings.KEY_ENCRYPTION_KEY = "another"

    with pytest.raises(vault.VaultError, match="Check DIGICANTRAIN_KEY_ENCRYPTION_KEY"):
        another(cohort, farah)
    assert Credential.objects.count() == 1
    assert verdict_of(credential) is Verdict.VALID


def test_threat_44_what_was_due_meanwhile_is_issued_when_the_key_is_back(due, settings):
    actions.make_key(due.cohort.organisation, by=None, now=timezone.now())
    right, settings.KEY_ENCRYPTION_KEY = settings.KEY_ENCRYPTION_KEY, "another"
    with pytest.raises(vault.VaultError):
        actions.issue_each(queries.earned_and_not_issued())

    settings.KEY_ENCRYPTION_KEY = right

    assert actions.issue_each(queries.earned_and_not_issued()) == 1


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "https://credits.example"])
def test_threat_44_a_replaced_key_leaves_old_credentials_valid(
    origin, settings, enrolment, cohort, farah, rita
):
    settings.ORIGIN = origin
    old = issued(enrolment)

    new_key = actions.replace_key(cohort.organisation, by=rita, now=timezone.now())

    new = another(cohort, farah)
    assert new_key.verification_method in new.document
    assert new_key.verification_method not in old.document
    assert [verdict_of(row) for row in (old, new)] == [Verdict.VALID, Verdict.VALID]


def test_a_retired_key_is_refused_for_what_was_signed_after(credential, cohort, farah):
    new = another(cohort, farah)
    IssuerKey.objects.update(retired_at=new.issued_at - timedelta(seconds=1))

    report = checking.judge(new.document, now=timezone.now()).report

    assert (report.verdict, report.cause) == (Verdict.ALTERED, Cause.RETIRED_KEY)


# --- the status list as it is published ---


def published(row):
    return json.loads(lists.signed_list(row, now=timezone.now()))


def test_the_published_list_has_the_bits_of_what_is_withdrawn(credential, cohort, farah, rita):
    other = another(cohort, farah)
    actions.revoke(other, reason="Mistake", by=rita, now=timezone.now())

    document = published(StatusList.objects.get())

    entries = [json.loads(row.document)["credentialStatus"] for row in (credential, other)]
    told = [status.is_withdrawn(document, status.StatusEntry.read(entry)) for entry in entries]
    assert told == [False, True]
    assert document["id"] == lists.address_of(StatusList.objects.get())
    assert document["issuer"] == IssuerKey.objects.get().did


def test_a_list_stays_with_the_issuer_of_the_credentials_in_it(credential, cohort, farah):
    """Foreign verifiers ask that list and credential have the same issuer."""
    actions.replace_key(cohort.organisation, by=None, now=timezone.now())
    new = another(cohort, farah)

    for row in (credential, new):
        issuer = json.loads(row.document)["issuer"]["id"]
        assert published(Credential.objects.get(pk=row.pk).status_list)["issuer"] == issuer
    assert credential.status_list_id != new.status_list_id


def test_a_did_web_goes_on_with_the_same_list_under_its_new_key(settings, enrolment, cohort, farah):
    settings.ORIGIN = "https://credits.example"
    old = issued(enrolment)
    actions.replace_key(cohort.organisation, by=None, now=timezone.now())

    new = another(cohort, farah)

    assert old.status_list_id == new.status_list_id
    proof = published(new.status_list)["proof"][0]
    assert proof["verificationMethod"] == IssuerKey.objects.get(retired_at=None).verification_method


def test_each_change_within_a_second_is_published_at_once(credential, cohort, farah):
    """Suspended, reinstated, and another one suspended: as many, and in the same second."""
    other = another(cohort, farah)
    begun = timezone.now().replace(microsecond=0) + timedelta(seconds=1)
    row = StatusList.objects.get()
    moments = (begun + timedelta(milliseconds=n * 200) for n in range(1, 4))
    told = []
    for change, changed in (
        (actions.suspend, credential), (actions.reinstate, credential), (actions.suspend, other),
    ):  # fmt: skip
        now = next(moments)
        change(changed, reason="x", by=None, now=now)
        row.refresh_from_db()
        for purpose in (status.REVOCATION, status.SUSPENSION):
            document = json.loads(lists.signed_list(row, now=now, purpose=purpose))
            told.append(set(bits_of(document)))

    first, second = {credential.status_index}, {other.status_index}
    assert told == [first, first, set(), set(), second, second]


def bits_of(document):
    bits = decode_bitstring(document["credentialSubject"]["encodedList"])
    return [
        8 * place + bit
        for place, byte in enumerate(bits)
        if byte
        for bit in range(8)
        if byte & (0x80 >> bit)
    ]


def test_a_list_is_signed_once_until_it_changes(credential, rita, monkeypatch):
    row = StatusList.objects.get()
    first = lists.signed_list(row, now=timezone.now())
    signed = []
    real = proof.signed

    def count(document, **named):
        signed.append(document["id"])
        return real(document, **named)

    monkeypatch.setattr(proof, "signed", count)

    assert lists.signed_list(row, now=timezone.now()) == first
    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())
    assert lists.signed_list(row, now=timezone.now()) != first
    assert signed == [lists.address_of(row)]


def test_a_list_that_is_half_full_is_followed_by_another(credential, cohort, farah, monkeypatch):
    monkeypatch.setattr(bulk, "SIZE", 2)

    assert another(cohort, farah).status_list_id != credential.status_list_id


# --- withdrawal ---


def test_threat_43_withdrawn_the_old_json_says_so_at_once(credential, rita):
    assert verdict_of(credential) is Verdict.VALID

    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())

    assert verdict_of(credential) is Verdict.WITHDRAWN


def test_the_holder_is_told_by_mail_and_on_her_page(credential, rita, aino, mailoutbox):
    mailoutbox.clear()
    actions.revoke(credential, reason="Issued by mistake.", by=rita, now=timezone.now())

    assert [letter.to for letter in mailoutbox] == [[aino.email]]
    assert "Issued by mistake." in mailoutbox[0].body
    assert mailoutbox[0].subject == "Withdrawn: Reading reports: first steps"
    assert aino.notices.filter(kind="credential-withdrawn").count() == 1


def test_withdrawn_twice_keeps_the_first_reason_and_one_mail(credential, rita, mailoutbox):
    mailoutbox.clear()
    first = actions.revoke(credential, reason="First", by=rita, now=timezone.now())

    again = actions.revoke(credential, reason="Second", by=rita, now=timezone.now())

    assert (again.revoked_reason, again.revoked_at) == ("First", first.revoked_at)
    assert len(mailoutbox) == 1
    assert AuditEntry.objects.filter(action="credential-withdrawn").count() == 1


def test_what_was_withdrawn_is_not_issued_again_by_the_net(credential, rita):
    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())

    assert queries.earned_and_not_issued() == []
    assert actions.issue_for(credential.enrolment, now=timezone.now()).pk == credential.pk


def test_erased_the_holder_is_gone_and_the_credential_still_verifies(credential, aino):
    from digicantrain.people.actions import erase_person

    erase_person(aino, by=None)

    row = Credential.objects.get()
    assert (row.person, row.enrolment, row.holder_name, row.show_name) == (None, None, "", False)
    assert verdict_of(row) is Verdict.VALID


def test_earned_helper_makes_what_the_rules_ask_for(enrolment):
    assert not queries.is_earned(enrolment)
    assert queries.is_earned(earn(enrolment))
