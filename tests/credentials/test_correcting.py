"""A corrected credential stands in the place of the one before: never both, never neither."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from digicantrain.core.credentials.verification import Verdict
from digicantrain.credentials import actions, bulk, checking, correcting, deciding, transcripts
from digicantrain.credentials.by_hand import RefusedError
from digicantrain.credentials.correcting import Correction
from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.learning.models import Notice
from digicantrain.people.actions import erase_person, grant_role
from digicantrain.people.models import AuditEntry
from digicantrain.programme.models import ModuleVersion, Outcome, Step, Unit
from digicantrain.records.models import Statement
from tests.credentials.asked import EVIDENCE, SUPERVISED, ask, four_eyes
from tests.credentials.granted import cme_rules, granted  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def correct(credential, *, by, **fields):
    evidence, watched = correcting.basis_of(credential)
    wanted = Correction(
        **{
            "name": credential.holder_name,
            "language": credential.language,
            "reason": "The name was misspelt.",
            "evidence": evidence,
            "watched": watched,
        }
        | fields
    )
    return correcting.ask(credential, wanted=wanted, by=by, now=timezone.now())


def verdict(credential):
    credential.refresh_from_db()
    return checking.judge(credential.document, now=timezone.now()).verdict


def test_a_name_is_corrected_and_the_old_one_says_replaced(credential, enrolment, aino, rita):
    mail.outbox.clear()
    new = correct(credential, by=rita, name="Aino Maria Virtanen").credential

    assert (verdict(credential), verdict(new)) == (Verdict.REPLACED, Verdict.VALID)
    assert (credential.revoked_reason, credential.enrolment) == ("replaced", None)
    assert (new.replaces, new.enrolment, new.person) == (credential, enrolment, aino)
    assert new.holder_name == "Aino Maria Virtanen"
    assert new.token != credential.token
    assert new.first_issued_at == credential.issued_at
    notice = Notice.objects.get(kind="credential-replaced")
    assert notice.data["token"] == new.token
    assert [letter.subject for letter in mail.outbox] == ["Corrected: Reading reports: first steps"]
    assert f"/c/{new.token}/" in mail.outbox[0].body


def test_the_name_that_is_shown_is_the_one_that_is_signed(credential, rita):
    from hashlib import sha256

    new = correct(credential, by=rita, name="Aino Maria").credential

    named = json.loads(new.document)["credentialSubject"]["identifier"][1]
    told = sha256(("Aino Maria" + named["salt"]).encode()).hexdigest()
    assert named["identityHash"] == f"sha256${told}"


def test_all_else_stays_as_it_was_signed(credential, organisation, rita):
    """The module's words and the provider's rules changed meanwhile; the old record is told."""
    credential.version.title = {"en": "Another title"}
    credential.version.data["credit"]["title"] = {"en": "Another title"}
    credential.version.save()

    new = correct(credential, by=rita, name="A. Virtanen").credential

    before, after = (json.loads(row.document)["credentialSubject"] for row in (credential, new))
    assert before["achievement"] == after["achievement"]
    assert new.record == credential.record


def test_issued_anew_it_says_what_the_module_says_now(credential, rita):
    credential.version.data["credit"]["title"] = {"en": "Reading reports well"}
    credential.version.save()

    new = correct(credential, by=rita, fresh=True).credential

    assert new.title == {"en": "Reading reports well"}
    assert verdict(new) is Verdict.VALID


def test_language_and_expiry_are_corrected(credential, rita):
    ends = datetime(2030, 6, 1, tzinfo=UTC)

    new = correct(credential, by=rita, language="fi", expires_at=ends).credential

    document = json.loads(new.document)
    assert document["credentialSubject"]["achievement"]["inLanguage"] == "fi"
    assert document["validUntil"].startswith("2030-06-01")
    assert verdict(new) is Verdict.VALID


def test_one_by_hand_stays_one_by_hand(programme, farah, rita):
    version = programme.modules.get(code="X1").current
    old = ask(farah, version, by=rita).credential

    row = correct(old, by=rita, language="fi", evidence="Corrected evidence.")

    assert (row.watched, row.evidence) == (SUPERVISED, "Corrected evidence.")
    assert correcting.basis_of(row.credential) == ("Corrected evidence.", SUPERVISED)
    assert "alustan ulkopuolella" in row.credential.document
    assert old.request.evidence == EVIDENCE


def test_what_was_withdrawn_by_mistake_is_issued_again(credential, rita):
    actions.revoke(credential, reason="The wrong person", by=rita, now=timezone.now())
    assert verdict(credential) is Verdict.WITHDRAWN
    day = credential.revoked_at

    new = correct(credential, by=rita).credential

    assert (verdict(credential), verdict(new)) == (Verdict.REPLACED, Verdict.VALID)
    assert (credential.revoked_at, credential.revoked_reason) == (day, "The wrong person")


def test_a_suspended_one_is_replaced_too(credential, rita):
    actions.suspend(credential, reason="Looked into", by=rita, now=timezone.now())

    new = correct(credential, by=rita, name="Other").credential

    assert (verdict(credential), verdict(new)) == (Verdict.REPLACED, Verdict.VALID)


def test_a_hidden_name_stays_hidden(client, credential, rita):
    actions.show_name(credential, shown=False)
    new = correct(credential, by=rita, name="Aino Maria").credential

    html = client.get(f"/c/{credential.token}/").content.decode()

    assert "was replaced by another one" in html
    assert f'href="/c/{new.token}/"' in html
    assert "Aino" not in client.get(f"/c/{new.token}/").content.decode()


def test_a_chain_of_corrections_ends_in_one_that_stands(credential, aino, rita):
    second = correct(credential, by=rita, name="Aino M").credential
    third = correct(second, by=rita, name="Aino Maria").credential

    assert [verdict(one) for one in (credential, second, third)] == [
        Verdict.REPLACED, Verdict.REPLACED, Verdict.VALID,
    ]  # fmt: skip
    assert third.first_issued_at == credential.issued_at
    lines = {row.credential: row for row in transcripts.lines_of(aino, now=timezone.now())}
    states = [lines[one].state for one in (credential, second, third)]
    assert states == ["replaced", "replaced", "earned"]
    assert [line.credential for line in lines.values() if line.counts] == [third]
    assert transcripts.state_words(lines[second]) == "Replaced"


def test_what_was_earned_once_is_told_to_the_records_once(credential, rita):
    before = Statement.objects.filter(verb__iri__endswith="earned").count()

    correct(credential, by=rita, name="Aino Maria")

    assert Statement.objects.filter(verb__iri__endswith="earned").count() == before


def test_cme_goes_by_the_day_on_which_it_was_earned(credential, aino, rita, cme_rules):  # noqa: F811
    Credential.objects.update(issued_at=timezone.now() - timedelta(days=800))
    credential.refresh_from_db()
    granted(credential.version, valid_until=(timezone.now() - timedelta(days=700)).date())

    new = correct(credential, by=rita, name="Aino Maria").credential

    lines = transcripts.lines_of(aino, now=timezone.now())
    assert {line.credential: len(line.counted) for line in lines}[new] == 1


# --- refused ---


def refused(match, credential, *, by, **fields):
    with pytest.raises(RefusedError, match=match):
        correct(credential, by=by, **fields)
    assert Credential.objects.filter(replaces=credential).count() <= 1


def test_nothing_changed_is_nothing_to_correct(credential, rita):
    refused("Nothing is changed", credential, by=rita)


def test_one_is_replaced_once(credential, rita):
    correct(credential, by=rita, name="Aino Maria")

    refused("It was replaced already", credential, by=rita, name="Another")


def test_nobody_corrects_her_own(credential, aino, organisation):
    grant_role(aino, role="registrar", organisation=organisation)

    refused("your own credential", credential, by=aino, name="Dr Virtanen")


def test_whose_holder_was_erased_cannot_be_issued_to_anybody(credential, aino, rita):
    erase_person(aino, by=None)
    credential.refresh_from_db()

    refused("account was erased", credential, by=rita, name="Aino")


def test_one_issued_for_something_else_is_not_retold_as_the_module(credential, rita):
    record = credential.record
    for told in record.tellings.values():
        told["achievement"]["criteria"] = "Earlier learning was recognised."
    record.digest = "0" * 64
    record.save()

    refused("was not issued for the module as it is taught", credential, by=rita, fresh=True)
    assert correct(credential, by=rita, name="Aino Maria").state == "issued"


def newer(version):
    """Return a newer version of the module, now the one that is taught."""
    module, before = version.module, version.pk
    version.pk, version.number, version.digest = None, version.number + 1, "f" * 64
    version.save()
    for outcome in Outcome.objects.filter(version=before):
        outcome.pk, outcome.version = None, version
        outcome.save()
    units = version.data["credit"]["units"]
    unit = Unit.objects.create(version=version, code=units[0], written=True)
    Step.objects.create(
        version=version, unit=unit, code="s", kind="page", written=True, minutes=50,
        data={"assessed": True},
    )  # fmt: skip
    module.current = version
    module.save()
    return version


def test_issued_anew_it_takes_the_version_that_is_taught_now(credential, rita):
    version = newer(ModuleVersion.objects.get(pk=credential.version_id))

    new = correct(credential, by=rita, fresh=True).credential

    assert new.version == version
    assert verdict(credential) is Verdict.REPLACED


def test_issued_anew_nobody_gets_a_second_one_of_that_version(credential, aino, rita):
    version = newer(ModuleVersion.objects.get(pk=credential.version_id))
    ask(aino, version, by=rita)

    refused("already holds a valid credential", credential, by=rita, fresh=True)


# --- under four eyes ---


def test_under_four_eyes_the_old_one_stands_until_somebody_says_yes(
    credential, organisation, rita, admin
):
    four_eyes(organisation)
    credential.refresh_from_db()
    row = correct(credential, by=rita, name="Aino Maria")

    assert (row.state, verdict(credential)) == ("waiting", Verdict.VALID)
    refused("asked for already", credential, by=rita, name="Other")
    named = {"organisations": [organisation], "now": timezone.now()}
    assert deciding.approve([row.key], by=rita, **named) == (0, 1)
    assert deciding.approve([row.key], by=admin, **named) == (1, 0)
    assert verdict(credential) is Verdict.REPLACED


def test_refused_the_old_one_stands_and_may_be_corrected_otherwise(
    credential, organisation, rita, admin
):
    four_eyes(organisation)
    credential.refresh_from_db()
    row = correct(credential, by=rita, name="Aino Maria")
    deciding.refuse(
        [row.key], organisations=[organisation], reason="No", by=admin, now=timezone.now()
    )

    assert verdict(credential) is Verdict.VALID
    assert correct(credential, by=rita, name="Aino M").state == "waiting"


# --- never neither ---


@pytest.mark.parametrize("where", ["_sign", "_tell", "free_indexes"])
def test_an_exception_midway_leaves_the_old_one_standing(credential, rita, monkeypatch, where):
    def broken(*_rows, **_named):
        raise RuntimeError("The power failed.")

    monkeypatch.setattr(bulk, where, broken)
    with pytest.raises(RuntimeError):
        correct(credential, by=rita, name="Aino Maria")

    monkeypatch.undo()
    assert verdict(credential) is Verdict.VALID
    assert credential.enrolment is not None
    assert (Credential.objects.count(), IssueRequest.objects.count()) == (1, 0)
    assert not AuditEntry.objects.filter(action="credential-replaced").exists()
    assert correct(credential, by=rita, name="Aino Maria").state == "issued"


def test_the_trail_tells_both_and_names_nobody(credential, rita):
    row = correct(credential, by=rita, name="Aino Maria")

    replaced = AuditEntry.objects.get(action="credential-replaced")
    assert replaced.subject == f"credential:{credential.key}"
    assert replaced.data == {"organisation": "turku", "request": str(row.key)}
    assert "Maria" not in str(list(AuditEntry.objects.values()))
