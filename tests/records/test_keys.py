"""Keys of record providers: made, rotated, revoked, and who is refused (threat 39)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from digicantrain.core.xapi.scopes import Scope, ScopeError
from digicantrain.people.models import AuditEntry
from digicantrain.people.queries import key_of
from digicantrain.records import keys
from digicantrain.records.keys import KeyRefusedError, holder
from digicantrain.records.models import Key
from tests.records.keyed import basic, header, made

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def opened(organisation):
    return made(organisation)


def test_a_key_opens_the_store_of_its_organisation(organisation, opened):
    access = holder(header(opened))

    assert access.organisation_id == organisation.pk
    assert access.client_id == opened.key.client_id
    assert access.may("statements/write")
    assert not access.may("statements/read")
    assert access.requests_a_minute == 12_000
    assert access.authority == {
        "objectType": "Agent",
        "account": {"homePage": "http://127.0.0.1:8000", "name": opened.key.client_id},
    }


def test_the_secret_stands_nowhere(admin, organisation):
    wanted = keys.Wanted("Ward tablets", ["statements/write"])
    opened = keys.make(organisation, wanted=wanted, by=admin, now=NOW)

    row = Key.objects.values().get()
    entry = AuditEntry.objects.latest("sequence")
    assert opened.secret not in f"{row} {entry.data} {entry.subject}"
    assert row["made_by"] == key_of(admin)
    assert (entry.action, entry.subject) == ("record-key-made", "organisation:turku")
    assert entry.data == {"key": opened.key.client_id, "scopes": "statements/write"}


def test_a_check_asks_the_database_once(opened, django_assert_num_queries):
    with django_assert_num_queries(2):  # the second writes that it is in use
        holder(header(opened))

    with django_assert_num_queries(1):
        holder(header(opened))


def test_use_is_noted_once_an_hour(opened, noon):
    holder(header(opened))
    noon.shift(timedelta(minutes=59))
    holder(header(opened))
    assert Key.objects.get().last_used_at == NOW

    noon.shift(timedelta(minutes=1))
    holder(header(opened))
    assert Key.objects.get().last_used_at == NOW + HOUR


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !",
        "Basic äö",
        "Basic bm8gY29sb24=",
        "Basic /////w==",
        "Basic " + "A" * 5_000,
        "Digest username=x",
        "Bearer",
        "Bearer x",
        "Bearer " + "x" * 60,
        basic("key\0", "x"),
        basic("", ""),
    ],
)
def test_threat_39_a_malformed_header_is_nobodys(db, sent):
    assert holder(sent) is None


def test_threat_39_who_is_refused(organisation, other_organisation, opened, noon):
    other = made(other_organisation)
    revoked = made(organisation, name="Revoked")
    keys.revoke(revoked.key, by=None, now=NOW)
    expired = made(organisation, name="Expired", last_day=date(2026, 11, 26))
    noon.shift(timedelta(days=1))

    assert holder(basic(opened.key.client_id, "wrong")) is None
    assert holder(basic(opened.key.client_id, other.secret)) is None
    assert holder(basic("key-aaaa-bbbb-cccc", opened.secret)) is None
    assert holder(header(revoked)) is None
    assert holder(header(expired)) is None
    assert holder(header(other)).organisation_id == other_organisation.pk


def test_threat_39_unknown_and_wrong_ask_the_same(opened, django_assert_num_queries):
    for pair in (("key-aaaa-bbbb-cccc", opened.secret), (opened.key.client_id, "wrong")):
        with django_assert_num_queries(1):
            assert keys.opened_by(*pair) is None


def test_a_key_works_on_its_last_day(organisation):
    assert holder(header(made(organisation, last_day=NOW.date())))


def test_a_rotated_key_takes_its_old_secret_for_a_day(opened, noon):
    new = keys.rotate(opened.key, by=None, now=NOW)

    assert holder(header(opened))
    assert holder(header(new))
    noon.shift(timedelta(days=1))
    assert holder(header(opened)) is None
    assert holder(header(new))


def test_a_leaked_secret_is_rotated_at_once(opened, admin):
    new = keys.rotate(opened.key, by=admin, now=NOW, overlap=keys.AT_ONCE)

    assert holder(header(opened)) is None
    assert holder(header(new))
    entry = AuditEntry.objects.latest("sequence")
    assert entry.action == "record-key-rotated"
    assert entry.data == {"key": opened.key.client_id, "old_until": ""}


def test_what_is_over_is_not_changed(opened, admin):
    keys.revoke(opened.key, by=admin, now=NOW)

    with pytest.raises(KeyRefusedError, match="Make a new one"):
        keys.rotate(opened.key, by=admin, now=NOW)
    with pytest.raises(KeyRefusedError, match="revoked already"):
        keys.revoke(opened.key, by=admin, now=NOW)
    assert AuditEntry.objects.latest("sequence").action == "record-key-revoked"


@pytest.mark.parametrize(
    ("more", "error", "sentence"),
    [
        ({"name": " "}, KeyRefusedError, "name of 1 to 100"),
        ({"name": "x" * 101}, KeyRefusedError, "name of 1 to 100"),
        ({"name": " Ward  tablets "}, KeyRefusedError, "a key called Ward tablets"),
        ({"scopes": ()}, KeyRefusedError, "at least one"),
        ({"scopes": ("define",)}, ScopeError, "'define' is no scope"),
        ({"scopes": ("state/read",)}, ScopeError, "is no scope"),
        ({"last_day": date(2026, 11, 25)}, KeyRefusedError, "over already"),
    ],
)
def test_a_key_that_cannot_be_is_refused(organisation, opened, more, error, sentence):
    wanted = keys.Wanted(**{"name": "Two", "scopes": ("state",)} | more)

    with pytest.raises(error, match=sentence):
        keys.make(organisation, wanted=wanted, by=None, now=NOW)

    assert Key.objects.get() == opened.key


def test_a_revoked_key_leaves_its_name(organisation, other_organisation, opened):
    keys.revoke(opened.key, by=None, now=NOW)

    assert made(organisation).key.name == made(other_organisation).key.name == "Ward tablets"


def test_limits_of_its_own_count(organisation):
    access = holder(header(made(organisation, requests_a_minute=5, statements_a_minute=7)))

    assert (access.requests_a_minute, access.statements_a_minute) == (5, 7)


def test_all_includes_all(organisation):
    access = holder(header(made(organisation, "all")))

    assert all(access.may(scope) for scope in Scope)
