"""What a store forgets: people who are erased, and what is older than its rule."""

from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from digicantrain.core.xapi.identity import identifier
from digicantrain.people.actions import erase_person, export_person
from digicantrain.people.models import AuditEntry
from digicantrain.records import erasing, interning, reading, retention, writing
from digicantrain.records.clock import microseconds
from digicantrain.records.erasing import forget
from digicantrain.records.interning import ErasedMeanwhileError
from digicantrain.records.models import (
    Agent,
    AgentMention,
    Attachment,
    Document,
    Naming,
    Statement,
    Voided,
)
from digicantrain.records.reading import Filters, find
from digicantrain.records.retention import RetentionError, keep_for, remove_old
from digicantrain.records.tasks import keep_the_rules
from digicantrain.records.writing import store
from tests.records.told import MAIJA, MAIJA_AGAIN, OSKAR, VOIDED, by, kept, of, put, told

pytestmark = pytest.mark.django_db
MAIJAS = str(identifier(MAIJA))


def document(organisation, identifier, *, name="place", updated=None):
    """A document that a provider keeps about somebody."""
    agent = Agent.objects.get(organisation=organisation, identifier=identifier)
    return Document.objects.create(
        organisation=organisation, key=agent.pseudonym, kind=Document.Kind.AGENT, agent=agent,
        name=name, content_type="text/plain", content=b"x", etag="e" * 40,
        updated=updated or timezone.now(),
    )  # fmt: skip


# --- people ---


def test_who_is_erased_stays_as_one_whom_a_random_account_names(organisation):
    keys = put(organisation, told(), told(MAIJA_AGAIN), told(OSKAR, context={"instructor": MAIJA}))
    document(organisation, MAIJAS)

    done = forget(organisation, [MAIJAS], by=None)

    assert (done.agents, done.documents, done.statements) == (1, 1, 2)
    whole = [kept(organisation, key) for key in keys]
    assert "aija" not in str(whole)
    assert whole[0]["actor"] == whole[1]["actor"] == whole[2]["context"]["instructor"]
    assert not Naming.objects.filter(text__contains="aija").exists()
    assert not Agent.objects.filter(identifier__contains="maija").exists()


def test_her_statements_are_still_found_together_under_the_new_name(organisation):
    keys = put(organisation, told(), told(MAIJA_AGAIN))
    forget(organisation, [MAIJAS], by=None)

    assert find(organisation.pk, Filters(agent=MAIJAS)).statements == []
    pseudonym = identifier(kept(organisation, keys[0])["actor"])
    page = find(organisation.pk, Filters(agent=pseudonym))
    assert [one["id"] for one in page.statements] == [str(key) for key in reversed(keys)]


def test_who_comes_again_after_erasure_is_somebody_new(organisation):
    (old,) = put(organisation, told())
    forget(organisation, [MAIJAS], by=None)

    (new,) = put(organisation, told())

    page = find(organisation.pk, Filters(agent=MAIJAS))
    assert [one["id"] for one in page.statements] == [str(new)]
    assert kept(organisation, old)["actor"] != MAIJA


def test_erasing_touches_one_store_and_stands_in_the_trail_without_a_name(
    organisation, other_organisation
):
    put(organisation, told())
    (elsewhere,) = put(other_organisation, told())

    forget(organisation, [MAIJAS], by=None)

    assert kept(other_organisation, elsewhere)["actor"] == MAIJA
    entry = AuditEntry.objects.order_by("sequence").last()
    assert entry.action == "record-agent-erased"
    assert "maija" not in str(entry.data)


def test_a_person_who_erases_herself_is_taken_out_of_what_providers_sent(organisation, aino):
    aino.emailaddress_set.create(email=aino.email, verified=True, primary=True)
    hers = {"mbox": f"mailto:{aino.email}", "name": aino.name}
    (key,) = put(organisation, told(hers))
    document(organisation, identifier(hers))
    told_her = export_person(aino)["records"]
    assert told_her["statements"][0]["actor"] == hers
    assert told_her["documents"][0]["name"] == "place"

    receipt = erase_person(aino, by=None)

    assert receipt.kept["statements"] == 1
    assert aino.name not in str(kept(organisation, key))
    assert not Document.objects.exists()


def test_an_address_that_was_never_confirmed_erases_nobody(organisation, aino):
    aino.emailaddress_set.create(email="maija@ward.example", verified=False)
    (key,) = put(organisation, told())

    erase_person(aino, by=None)

    assert kept(organisation, key)["actor"] == MAIJA


# --- rules of retention ---


@pytest.fixture
def years(organisation):
    """Statements of three years, told in between by the clock of the store."""

    def put_at(day, *statements):
        at = microseconds(datetime.combine(date(*day), time(), tzinfo=UTC))
        with patch("digicantrain.records.clock.microsecond", side_effect=range(at, at + 99)):
            return put(organisation, *statements)

    return put_at


NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_without_a_rule_everything_stays(organisation, years):
    years((2001, 1, 1), told())

    assert remove_old(organisation, now=NOW) == retention.Removed()
    assert Statement.objects.count() == 1


def test_what_is_older_than_the_rule_goes_with_all_that_leads_to_it(organisation, years):
    (old,) = years((2024, 11, 25), told())
    (kept_one,) = years((2024, 11, 27), told(OSKAR))
    years((2024, 1, 1), told(OSKAR, verb=VOIDED, about=of(old)))
    keep_for(organisation, statements=24, documents=None, by=None)

    done = remove_old(organisation, now=NOW)

    assert done.statements == 2
    assert [row.uuid for row in Statement.objects.all()] == [kept_one]
    assert not Voided.objects.exists()
    assert set(AgentMention.objects.values_list("statement__uuid", flat=True)) == {kept_one}
    assert AuditEntry.objects.filter(action="records-removed").count() == 1


def test_who_is_named_nowhere_any_more_loses_the_name(organisation, years):
    years((2020, 1, 1), told(), told(OSKAR))
    years((2026, 1, 1), told(OSKAR))
    keep_for(organisation, statements=12, documents=None, by=None)

    remove_old(organisation, now=NOW)

    assert not Agent.objects.filter(identifier=MAIJAS).exists()
    assert not Naming.objects.filter(text__contains="aija").exists()
    assert Agent.objects.filter(identifier=identifier(OSKAR)).exists()


def test_bytes_go_with_the_last_statement_that_carries_them(organisation, years):
    carried = [{"sha2": "a" * 64}]
    for year in (2020, 2026):
        at = microseconds(datetime(year, 1, 1, tzinfo=UTC))
        with patch("digicantrain.records.clock.microsecond", return_value=at):
            store(
                organisation.pk, [told(attachments=carried)], by=by(),
                attachments={"a" * 64: b"x"},
            )  # fmt: skip
    keep_for(organisation, statements=12, documents=None, by=None)
    remove_old(organisation, now=NOW)
    assert Attachment.objects.count() == 1

    remove_old(organisation, now=NOW + timedelta(days=800))
    assert not Attachment.objects.exists()


def test_documents_have_a_rule_of_their_own(organisation):
    put(organisation, told(), told(OSKAR))
    document(organisation, MAIJAS, updated=NOW - timedelta(days=400))
    document(organisation, identifier(OSKAR), updated=NOW - timedelta(days=10))
    keep_for(organisation, statements=None, documents=12, by=None)

    assert remove_old(organisation, now=NOW).documents == 1
    assert Document.objects.get().agent.identifier == identifier(OSKAR)


def test_the_rule_of_one_store_removes_nothing_of_another(organisation, other_organisation, years):
    years((2020, 1, 1), told())
    keep_for(other_organisation, statements=1, documents=1, by=None)

    keep_the_rules.call()

    assert Statement.objects.count() == 1


@pytest.mark.parametrize("months", [0, -1, 1_201])
def test_a_rule_of_no_months_is_refused(organisation, months):
    with pytest.raises(RetentionError, match=f"{months} months"):
        keep_for(organisation, statements=months, documents=None, by=None)


def test_after_removing_the_store_is_append_only_again(organisation, years):
    from digicantrain.base import append_only

    if connection.vendor == "sqlite":
        append_only.guard(connection, "records_statement", openable=True)
    years((2020, 1, 1), told())
    years((2026, 1, 1), told())
    keep_for(organisation, statements=12, documents=None, by=None)

    remove_old(organisation, now=NOW)

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_statement")


def test_reading_goes_on_over_a_voided_target_that_is_gone(organisation, years):
    (old,) = years((2020, 1, 1), told())
    (void,) = years((2026, 1, 1), told(OSKAR, verb=VOIDED, about=of(old)))
    keep_for(organisation, statements=12, documents=None, by=None)

    remove_old(organisation, now=NOW)

    assert reading.one(organisation.pk, old) is None
    assert reading.one(organisation.pk, void)


def test_what_a_rule_and_an_erasure_would_reach_is_counted_so_far(organisation, years, monkeypatch):
    years((2020, 1, 1), told(), told(), told())
    document(organisation, MAIJAS, updated=NOW - timedelta(days=90))

    def gone(months):
        done = retention.would_go(organisation, statements=months, documents=months, now=NOW)
        return done.statements, done.documents

    assert (gone(1), gone(24), gone(None)) == ((3, 1), (3, 0), (0, 0))
    assert erasing.concerned(organisation, [MAIJAS]) == erasing.Forgotten(1, 1, 3)
    monkeypatch.setattr(retention, "COUNTED", 1)
    monkeypatch.setattr(erasing, "COUNTED", 1)
    assert gone(1) == (2, 1)
    assert erasing.concerned(organisation, [MAIJAS]).statements == 2


def test_who_is_erased_while_she_is_named_anew_leaves_no_name_behind(organisation):
    put(organisation, told())
    find_agents, calls = interning.agent_ids, []

    def erased_meanwhile(*args):
        found = find_agents(*args)
        if not calls:
            calls.append(forget(organisation, [MAIJAS], by=None))
        return found

    with (
        patch.object(writing, "agent_ids", erased_meanwhile),
        pytest.raises(ErasedMeanwhileError),
        transaction.atomic(),
    ):
        store(organisation.pk, [told(MAIJA_AGAIN)], by=by())

    assert Agent.objects.filter(identifier=MAIJAS).exists()  # the erasure was undone with it
    assert not Naming.objects.filter(text__contains="Maija V.").exists()
