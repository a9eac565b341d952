"""What was learned once counts once in each currency, studied or recognised."""

import json
from decimal import Decimal

import pytest
from django.utils import timezone

from digicantrain.core.recognition import State
from digicantrain.credentials import actions, recognition, transcripts
from digicantrain.credentials import recognition_queries as reads
from digicantrain.credentials.models import (
    ClaimedUnit,
    Credential,
    Evidence,
    RecognitionClaim,
)
from digicantrain.credentials.recognition import RecognitionError
from digicantrain.credentials.recognition_evidence import fingerprint_of_own, read_credential
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from tests.credentials.claims import decided, draft, earn_without_u1, sent, statement
from tests.credentials.earned import issued
from tests.learning import course

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


# --- nothing twice ---


def test_one_credential_holds_no_more_hours_than_it_has(wide, rita):
    """Fifty minutes: enough for u1, and not for u1 and u2."""
    row = sent(wide, "u1", "u2", evidence=badge())
    with pytest.raises(RecognitionError, match="hours would count twice"):
        decided(row, rita)
    assert RecognitionClaim.objects.get().state is State.SUBMITTED

    decided(row, rita, u2="refused")

    assert ClaimedUnit.objects.get(unit="u1").rests_on == {"f" * 64: 30}


def test_the_same_credential_for_another_unit_is_flagged_and_refused(wide, rita):
    decided(sent(wide, "u1", evidence=badge()), rita)
    row = sent(wide, "u2", evidence=badge())

    flagged = reads.used_elsewhere(row)

    assert [unit.unit for unit in flagged["f" * 64]] == ["u1"]
    with pytest.raises(RecognitionError, match="hours would count twice"):
        decided(row, rita)


def test_a_claim_that_waits_flags_the_same_credential_too(wide):
    sent(wide, "u1", evidence=badge())
    row = sent(wide, "u2", evidence=badge())

    assert [unit.unit for unit in reads.used_elsewhere(row)["f" * 64]] == ["u1"]


def test_other_evidence_beside_it_lets_the_registrar_decide(wide, rita):
    decided(sent(wide, "u1", evidence=badge()), rita)
    row = draft(wide, "u2")
    for one in (badge(), statement()):
        recognition.add_evidence(row, one, now=timezone.now())
    recognition.submit(row, now=timezone.now())

    decided(row, rita)

    assert ClaimedUnit.objects.get(unit="u2").rests_on == {"f" * 64: 20}


def test_a_credential_without_a_workload_is_flagged_and_not_refused(wide, rita):
    decided(sent(wide, "u1", evidence=badge(minutes=None)), rita)
    row = sent(wide, "u2", evidence=badge(minutes=None))

    assert reads.used_elsewhere(row)
    decided(row, rita)
    assert ClaimedUnit.objects.filter(is_recognised=True).count() == 2


def test_a_credential_of_another_unit_of_the_same_appeal_counts_along(wide, rita, rolf):
    row = decided(sent(wide, "u1", "u2", evidence=badge()), rita, u2="refused")
    row = recognition.appeal(row, words="Again.", now=timezone.now())

    with pytest.raises(RecognitionError, match="hours would count twice"):
        decided(row, rolf)


def test_ects_that_stand_in_her_credits_are_not_given_again(wide, cohort, rita):
    counted = issued(in_another_run(cohort, wide.person))
    version = wide.version
    credit = {**version.data["credit"], "kind": "micro-credential"}
    version.data = {**version.data, "credit": credit}
    version.save()
    cohort.organisation.may_award_ects = True
    cohort.organisation.save()
    evidence = badge(1620, has_ects=True, credential=counted)

    row = sent(wide, "u1", evidence=evidence)

    with pytest.raises(RecognitionError, match="ECTS would count twice"):
        decided(row, rita)


def in_another_run(cohort, person):
    """Return an enrolment in a run of the same module: enough to have a credential of hers."""
    other = type(cohort).objects.get(pk=cohort.pk)
    other.pk, other.key, other.invitation = None, "4" * 32, "y" * 22
    other.save()
    return enrol(other, person=person, how=EnrolledBy.SELF)


def test_the_credential_that_rests_on_one_that_counts_adds_only_the_rest(enrolment, aino):
    """Two badges; of the second, 30 of 90 minutes were recognised for the first one."""
    first = issued(enrolment)
    second = Credential.objects.get()
    other = course.module("X9", organisation=enrolment.cohort.organisation)
    unit = course.unit(other)
    course.step(unit, "s1", minutes=90)
    other.data = {**other.data, "credit": {"kind": "badge", "units": ["u1"]}}
    other.save()
    second.pk, second.key, second.token, second.enrolment = None, "5" * 32, "z" * 22, None
    second.digest, second.status_index, second.version = "5" * 64, 5, other
    second.elements = {**first.elements, "workloadMinutes": 90}
    second.recognised = {"u1": {"minutes": 90, "rests_on": {fingerprint_of_own(first): 30}}}
    second.save()
    now = timezone.now()

    assert transcripts.sums_of(transcripts.lines_of(aino, now=now))["hours"] == 50 + 60
    actions.revoke(first, reason="A mistake", by=None, now=now)
    assert transcripts.sums_of(transcripts.lines_of(aino, now=now))["hours"] == 90


def test_a_unit_counts_once_recognised_in_one_run_and_studied_in_another(
    enrolment, cohort, aino, rita
):
    earn_without_u1(enrolment)
    decided(sent(enrolment), rita)
    issued(in_another_run(cohort, aino))
    now = timezone.now()

    lines = transcripts.lines_of(aino, now=now)

    assert len(lines) == 2
    assert transcripts.sums_of(lines)["hours"] == Decimal(50)


def test_the_transcript_says_which_hours_were_recognised(enrolment, aino, rita):
    earn_without_u1(enrolment)
    decided(sent(enrolment), rita)
    now = timezone.now()

    lines = transcripts.lines_of(aino, now=now)
    table = transcripts.as_csv(lines).decode("utf-8-sig").splitlines()
    written = json.loads(transcripts.as_json(aino, lines, now=now))["credentials"][0]

    row = dict(zip(table[0].split(","), table[1].split(","), strict=False))
    assert (row["hours"], row["hours_recognised"]) == ("0.83", "0.50")
    assert (written["hours_recognised"], written["units_recognised"]) == ("0.50", ["u1"])


# --- credentials as evidence ---


def test_her_own_credential_is_known_by_its_link_and_in_every_form(credential, aino):
    from digicantrain.credentials.certificates import link_of

    now = timezone.now()
    by_link, nothing = read_credential(link_of(credential), person=aino, now=now)
    by_text, _data = read_credential(credential.document, person=aino, now=now)

    assert (by_link.credential, nothing) == (credential, b"")
    assert by_link.fingerprint == by_text.fingerprint == fingerprint_of_own(credential)
    assert (by_link.minutes, by_link.verdict) == (50, "valid")
