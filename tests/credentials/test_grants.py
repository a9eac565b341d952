"""Grants are added and ended, each in the trail; what certificates rest on is never taken away."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from digicantrain.credentials import cme, grants, transcripts
from digicantrain.credentials.grants import GrantError
from digicantrain.credentials.models import CmeGrant, Credential
from digicantrain.people.models import AuditEntry
from tests.credentials.granted import RULE, cme_rules, granted  # noqa: F401 - a fixture
from tests.credentials.lasting import another_run, issued_at, joined
from tests.learning.test_last_seat import at_once, needs_threads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cme_rules")]
ISSUED = datetime(2026, 6, 15, 22, 30, tzinfo=UTC)


@pytest.fixture
def rule_file(settings):
    return Path(settings.CME_RULES) / "sample.toml"


@pytest.fixture
def grant(enrolment):
    return granted(enrolment.version, valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))


@pytest.fixture
def resting(enrolment, grant):
    """Aino, a nurse, earned something on 15 June that rests on the grant."""
    return issued_at(enrolment, ISSUED)


def counted(row):
    return cme.counted_for([row], profession="nurse")[row.pk]


def like(grant, **fields):
    """Return a grant for the same, not saved."""
    return CmeGrant(
        **{
            name: getattr(grant, name)
            for name in (
                "version", "accreditor", "profession", "country", "points", "unit", "reference",
                "source", "valid_from", "valid_until", "rule", "sentences",
            )
        }
        | fields
    )  # fmt: skip


def test_a_grant_stands_in_the_trail_by_pseudonym(grant, admin):
    row = grants.add(like(grant, profession="doctor"), by=admin)

    entry = AuditEntry.objects.get(action="cme-grant-added")
    assert entry.subject == f"cme-grant:{row.pk}"
    assert entry.actor == admin.pseudonym.key
    assert entry.data == {
        "organisation": "turku", "module": "X1", "profession": "doctor", "rule": "sample",
        "version": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"accreditor": "SAMPLE ACCREDITOR", "reference": "REF-8"},
        {"valid_from": date(2026, 12, 31), "valid_until": date(2027, 12, 31)},
        {"valid_from": date(2025, 1, 1), "valid_until": date(2026, 1, 1)},
    ],
    ids=["the same", "other letters", "last day", "first day"],
)
def test_two_grants_for_the_same_do_not_hold_at_the_same_time(grant, fields):
    with pytest.raises(GrantError, match="has granted this already"):
        grants.add(like(grant, **fields), by=None)

    assert CmeGrant.objects.count() == 1
    assert not AuditEntry.objects.filter(action="cme-grant-added").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"valid_from": date(2027, 1, 1), "valid_until": date(2027, 12, 31)},
        {"profession": "doctor"},
        {"country": "EE"},
        {"accreditor": "Another"},
    ],
)
def test_what_differs_can_be_added(grant, fields):
    grants.add(like(grant, **fields), by=None)

    assert CmeGrant.objects.count() == 2


def test_ended_early_it_holds_no_longer(grant, admin):
    grants.end(grant, last_day=date(2026, 5, 31), by=admin)

    grant.refresh_from_db()
    assert grant.valid_until == date(2026, 5, 31)
    entry = AuditEntry.objects.get(action="cme-grant-ended")
    assert (entry.data["before"], entry.data["until"]) == ("2026-12-31", "2026-05-31")


def test_no_certificate_is_taken_away_by_ending(grant, resting):
    with pytest.raises(GrantError, match="15 June 2026 rests on it"):
        grants.end(grant, last_day=date(2026, 6, 14), by=None)
    assert len(counted(resting)) == 1

    grants.end(grant, last_day=date(2026, 6, 15), by=None)
    assert len(counted(resting)) == 1


def test_of_what_was_withdrawn_nothing_rests_on_it(grant, resting):
    Credential.objects.update(revoked_at=ISSUED)

    assert grants.earliest_end(grant) == date(2025, 12, 31)


def test_what_others_earned_does_not_rest_on_it(grant, enrolment, aino):
    aino.profession = "doctor"
    aino.save()
    issued_at(enrolment, ISSUED)

    assert not grants.resting_on(grant).exists()


def test_one_that_nothing_rests_on_is_taken_back_as_if_it_never_held(grant):
    grants.end(grant, last_day=date(2025, 12, 31), by=None)

    grant.refresh_from_db()
    assert grants.state_on(grant, date(2026, 6, 1)) == "taken-back"
    grants.add(like(grant, valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31)), by=None)


@pytest.mark.parametrize(
    ("last_day", "sentence"),
    [
        (date(2026, 12, 31), "It ends on 31 December 2026"),
        (date(2027, 6, 1), "Choose an earlier day"),
        (date(2025, 12, 30), "31 December 2025 takes it back"),
    ],
)
def test_a_day_that_ends_nothing_is_refused(grant, last_day, sentence):
    with pytest.raises(GrantError, match=sentence):
        grants.end(grant, last_day=last_day, by=None)

    grant.refresh_from_db()
    assert grant.valid_until == date(2026, 12, 31)


def test_nothing_is_counted_under_a_rule_set_that_is_not_here(grant, resting, rule_file):
    rule_file.unlink()

    assert counted(resting) == []


@pytest.mark.parametrize(("again", "points"), [("false", "1.50"), ("true", "3.00")])
def test_a_module_done_twice_counts_once_unless_the_rules_say_otherwise(
    cohort,
    resting,
    aino,
    rule_file,
    again,
    points,
):
    rule_file.write_text(f"{RULE}counts_again = {again}\n", encoding="utf-8")
    issued_at(joined(another_run(cohort), aino), ISSUED)

    sums = transcripts.sums_of(transcripts.lines_of(aino, now=ISSUED))

    assert f"{sums['CME points']}" == points
    assert sums["hours"] == 50


def test_a_rule_set_that_cannot_be_read_stops_nobody_and_nothing_is_counted(
    client, resting, aino, rule_file
):
    rule_file.with_name("broken.toml").write_text("id = 5", encoding="utf-8")
    client.force_login(aino)

    assert counted(resting) == []
    assert client.get("/learn/credits/").status_code == 200


@needs_threads
@pytest.mark.django_db(transaction=True)
def test_the_same_grant_entered_twice_at_once_is_one(enrolment):
    row = granted(enrolment.version)
    CmeGrant.objects.all().delete()

    def enter():
        try:
            return bool(grants.add(like(row), by=None).pk)
        except GrantError:
            return False

    assert sorted(at_once(enter, enter, enter)) == [False, False, True]
    assert CmeGrant.objects.count() == 1
