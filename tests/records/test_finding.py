"""What each filter finds: by itself, by what is referred to, and never in another's store."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from digicantrain.core.xapi.identity import identifier
from digicantrain.records import reading
from digicantrain.records.reading import Filters, find
from tests.records.told import (
    DID,
    MAIJA,
    MAIJA_AGAIN,
    OSKAR,
    OTHER,
    VOIDED,
    WARD,
    kept,
    of,
    put,
    told,
)

pytestmark = pytest.mark.django_db
MAIJAS = identifier(MAIJA)
RUN = "4a8c1f8e-97a4-4e66-8e07-0f3d1a52d9aa"
PARENT = {"contextActivities": {"parent": {"id": "https://a.example/parent"}}}


def found(organisation, **filters):
    page = find(organisation.pk, Filters(**filters))
    return [UUID(statement["id"]) for statement in page.statements]


def test_the_newest_stands_first_and_a_page_goes_on_where_the_last_ended(organisation):
    keys = put(organisation, *(told() for _ in range(5)))

    first = find(organisation.pk, Filters(limit=2))
    second = find(organisation.pk, Filters(limit=2), after=first.cursor)
    last = find(organisation.pk, Filters(limit=2), after=second.cursor)

    pages = [one["id"] for page in (first, second, last) for one in page.statements]
    assert pages == [str(key) for key in reversed(keys)]
    assert last.cursor is None


def test_ascending_pages_go_the_other_way(organisation):
    keys = put(organisation, *(told() for _ in range(3)))

    first = find(organisation.pk, Filters(limit=2, ascending=True))
    rest = find(organisation.pk, Filters(limit=2, ascending=True), after=first.cursor)

    pages = [one["id"] for page in (first, rest) for one in page.statements]
    assert pages == [str(key) for key in keys]


@pytest.mark.parametrize(
    ("filters", "hits"),
    [
        ({"agent": MAIJAS}, [0, 1, 3, 5]),
        ({"agent": MAIJAS, "related_agents": True}, [0, 1, 3, 4, 5]),
        ({"verb": "https://v.example/other"}, [2]),
        ({"activity": "https://a.example/1"}, [0, 1, 4, 5]),
        ({"activity": "https://a.example/parent"}, []),
        ({"activity": "https://a.example/parent", "related_activities": True}, [1]),
        ({"registration": UUID(RUN)}, [1]),
        ({"agent": MAIJAS, "activity": "https://a.example/1"}, [0, 1, 5]),
        ({"agent": "mbox mailto:nobody@ward.example"}, []),
        ({"verb": "https://v.example/never"}, []),
        ({"mine": identifier(WARD)}, [0, 1, 2, 3, 4, 5]),
        ({"mine": identifier(OTHER)}, [6]),
    ],
)
def test_filters(organisation, filters, hits):
    group = {"objectType": "Group", "name": "Ward", "member": [OSKAR, MAIJA_AGAIN]}
    keys = put(
        organisation,
        told(),
        told(MAIJA_AGAIN, context={"registration": RUN, **PARENT}),
        told(OSKAR, verb="https://v.example/other", about="https://a.example/2"),
        told(OSKAR, about={"objectType": "Agent", **MAIJA}),
        told(OSKAR, context={"instructor": MAIJA}),
        told(group),
    )
    keys += put(organisation, told(OSKAR, about="https://a.example/3"), authority=OTHER)

    assert found(organisation, **filters) == [keys[hit] for hit in reversed(hits)]


def test_since_excludes_its_moment_and_until_includes_it(organisation):
    keys = put(organisation, *(told() for _ in range(3)))
    middle = kept(organisation, keys[1])["stored"]
    moment = datetime.fromisoformat(middle)

    assert found(organisation, since=moment) == [keys[2]]
    assert found(organisation, until=moment) == [keys[1], keys[0]]
    assert found(organisation, since=datetime(2026, 1, 1, tzinfo=UTC), until=moment) == keys[1::-1]


def test_another_organisations_store_is_never_seen_threat_39(organisation, other_organisation):
    (key,) = put(organisation, told(context={"registration": RUN}))
    put(other_organisation, told(OSKAR))

    assert reading.one(other_organisation.pk, key) is None
    for filters in ({}, {"agent": MAIJAS}, {"registration": UUID(RUN)}, {"verb": DID}):
        assert key not in found(other_organisation, **filters)
    assert reading.activity(other_organisation.pk, "https://a.example/none") is None
    assert reading.agents(other_organisation.pk, MAIJAS) == []


def test_agents_come_back_exactly_as_each_was_sent(organisation):
    keys = put(organisation, told(), told(MAIJA_AGAIN), told(OSKAR))

    actors = [kept(organisation, key)["actor"] for key in keys]

    assert actors == [MAIJA, MAIJA_AGAIN, OSKAR]
    assert reading.agents(organisation.pk, MAIJAS) == [MAIJA, MAIJA_AGAIN]


# --- statements about statements ---


def test_a_statement_is_found_by_the_one_that_it_refers_to(organisation):
    about = told()
    keys = put(organisation, about, told(OSKAR, about=of(about["id"]), verb="https://v.example/x"))
    keys += put(organisation, told(OSKAR, about=of(keys[1]), verb="https://v.example/y"))

    assert found(organisation, agent=MAIJAS) == keys[::-1]
    assert found(organisation, agent=MAIJAS, verb=DID) == keys[::-1]
    assert found(organisation, agent=MAIJAS, verb="https://v.example/x") == []
    assert (
        found(organisation, activity="https://a.example/1", related_activities=True) == (keys[::-1])
    )


def test_also_when_the_one_that_is_referred_to_comes_last(organisation):
    first, second, third = told(), told(OSKAR), told(OSKAR)
    second["object"], third["object"] = of(first["id"]), of(second["id"])
    keys = put(organisation, third, second, first)

    assert found(organisation, agent=MAIJAS) == keys[::-1]


def test_two_that_refer_to_each_other_come_to_an_end(organisation):
    first, second = told(), told(OSKAR)
    first["object"], second["object"] = of(second["id"]), of(first["id"])

    keys = put(organisation, first, second)

    assert found(organisation, agent=MAIJAS) == keys[::-1]


def test_what_is_made_void_is_found_under_that_name_only(organisation):
    (key,) = put(organisation, told())
    (voiding,) = put(organisation, told(OSKAR, verb=VOIDED, about=of(key)))

    assert reading.one(organisation.pk, key) is None
    assert kept(organisation, key, voided=True)["id"] == str(key)
    assert found(organisation) == [voiding]
    assert found(organisation, agent=MAIJAS) == [voiding]


def test_what_was_made_void_before_it_came_is_void(organisation):
    late = told()
    put(organisation, told(OSKAR, verb=VOIDED, about=of(late["id"])))

    (key,) = put(organisation, late)

    assert reading.one(organisation.pk, key) is None


def test_an_unknown_statement_can_be_made_void_and_nothing_is_found(organisation):
    (voiding,) = put(organisation, told(verb=VOIDED, about=of(uuid4())))

    assert found(organisation) == [voiding]


def test_of_nothing_nothing_is_asked(organisation, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert reading.definitions(organisation.pk, []) == {}
        assert reading.displays(organisation.pk, ()) == {}
