"""State, activity profile, agent profile; and what is told of activities and agents."""

import json

import pytest

from digicantrain.core.xapi.conditions import etag
from digicantrain.records.models import Document
from tests.api.xapi.conftest import AGENT, AINO, LESSON, statement

pytestmark = pytest.mark.django_db
STATE = {"activityId": LESSON, "agent": AGENT, "stateId": "bookmark"}
ACTIVITY = {"activityId": LESSON, "profileId": "hints"}
PERSON = {"agent": AGENT, "profileId": "settings"}
RESOURCES = [
    ("activities/state", STATE),
    ("activities/profile", ACTIVITY),
    ("agents/profile", PERSON),
]
REGISTRATION = "ec531277-b57b-4c15-8d91-d292c5b2b8f7"
NEW = {"If-None-Match": "*"}


def without(query, *names):
    return {name: value for name, value in query.items() if name not in names}


@pytest.mark.parametrize(("path", "query"), RESOURCES)
def test_a_document_is_put_read_listed_and_deleted(turku, path, query):
    def ask(method, body=None, **more):
        return turku.ask(method, path, body, **{"query": query, **more})

    assert ask("get").status_code == 404
    assert ask("put", b"/ asdf /", kind="text/plain", headers=NEW).status_code == 204

    found = ask("get")
    assert found.content == b"/ asdf /"
    assert found.headers["Content-Type"] == "text/plain"
    assert found.headers["ETag"] == f'"{etag(found.content)}"'
    assert found.headers["Last-Modified"].endswith("GMT")
    listed = without(query, "stateId", "profileId")
    assert ask("get", query=listed).json() == [query.get("stateId") or query["profileId"]]
    assert ask("get", query={**listed, "since": "2101-01-01T00:00:00Z"}).json() == []
    assert ask("delete").status_code == 204
    assert ask("delete").status_code == 204
    assert ask("get", query=listed).json() == []


@pytest.mark.parametrize(("path", "query"), RESOURCES)
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_conditions_are_kept(turku, path, query, version):
    turku.version = version
    is_free = path.endswith("state") and version == "1.0.3"

    def put(body, **headers):
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return turku.ask("put", path, body, query=query, headers=told).status_code

    if version == "1.0.3" and not is_free:
        assert put("0") == 400
    assert put("1", If_None_Match="*") == 204
    assert put("2", If_None_Match="*") == 412
    assert put("3") == (204 if is_free else 409)
    tag = turku.ask("get", path, query=query).headers["ETag"]
    assert put("4", If_Match='"1234"') == 412
    assert put("5", If_Match=tag) == 204
    assert put("6", If_Match=tag) == 412
    for method in ("post", "delete"):
        wrong = {"If-Match": '"1234"'}
        assert turku.ask(method, path, {}, query=query, headers=wrong).status_code == 412
    assert turku.ask("get", path, query=query).content == b"5"


@pytest.mark.parametrize(("path", "query"), RESOURCES)
def test_json_objects_are_merged_and_nothing_else(turku, path, query):
    def post(body, kind="application/json"):
        return turku.ask("post", path, body, query=query, kind=kind).status_code

    assert post("{") == 400
    assert post({"a": 1, "b": {"c": 1}}) == 204
    assert post({"b": {"d": 2}, "é": 3}) == 204
    assert post("[1]") == post("{}{") == post("{}", "text/plain") == 400
    merged = turku.ask("get", path, query=query)
    assert merged.json() == {"a": 1, "b": {"d": 2}, "é": 3}
    assert merged.headers["Content-Type"] == "application/json"


def test_a_document_that_is_no_json_is_not_merged(turku):
    for kind, status in (("application/octet-stream", 204), ("application/json", 400)):
        response = turku.ask("post", "agents/profile", {}, query=PERSON, kind=kind)
        assert response.status_code == status


def test_a_document_does_not_grow_beyond_a_request(settings, turku):
    settings.RECORDS_BODY = 1_000
    for key, status in (("a", 204), ("b", 413)):
        body = {key: "x" * 900}
        assert turku.ask("post", "agents/profile", body, query=PERSON).status_code == status


def test_states_of_a_registration_stand_apart(turku):
    registered = {**STATE, "registration": REGISTRATION}
    turku.ask("put", "activities/state", "1", query=STATE)
    turku.ask("put", "activities/state", "2", query=registered)
    turku.ask("put", "activities/state", "3", query={**registered, "stateId": "more"})

    def names(query):
        return turku.ask("get", "activities/state", query=without(query, "stateId")).json()

    assert turku.ask("get", "activities/state", query=registered).content == b"2"
    assert names(STATE) == ["bookmark", "more"]
    gone = turku.ask("delete", "activities/state", query=without(registered, "stateId"))
    assert gone.status_code == 204
    assert names(registered) == []
    assert names(STATE) == ["bookmark"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("activities/state", without(STATE, "agent")),
        ("activities/state", without(STATE, "activityId")),
        ("activities/state", {**STATE, "activityId": "lesson"}),
        ("activities/state", {**STATE, "registration": "1"}),
        ("activities/state", {**STATE, "profileId": "1"}),
        ("activities/state", {**STATE, "agent": '{"name":"Aino"}'}),
        ("activities/state", {**STATE, "stateId": ""}),
        ("activities/state", {**STATE, "stateId": "x" * 2_001}),
        ("activities/profile", {**ACTIVITY, "agent": AGENT}),
        ("activities/profile", without(ACTIVITY, "profileId")),
        ("agents/profile", without(PERSON, "profileId")),
    ],
)
def test_a_document_is_named_whole(turku, path, query):
    for method in ("put", "post"):
        assert turku.ask(method, path, {}, query=query, headers=NEW).status_code == 400
    assert not Document.objects.exists()


def test_a_poor_content_type_is_refused_and_none_is_mere_bytes(turku):
    bad = turku.ask("put", "activities/state", "1", query=STATE, kind="text")
    good = turku.ask("put", "activities/state", "1", query=STATE, kind="")

    assert (bad.status_code, good.status_code) == (400, 204)
    found = turku.ask("get", "activities/state", query=STATE)
    assert found.headers["Content-Type"] == "application/octet-stream"


def test_threat_39_documents_of_another_store_are_not_there(turku, elsewhere):
    for path, query in RESOURCES:
        turku.ask("put", path, "1", query=query, headers=NEW)

        assert elsewhere.ask("get", path, query=query).status_code == 404
        assert elsewhere.ask("delete", path, query=query).status_code == 204
        assert turku.ask("get", path, query=query).content == b"1"


def test_activities_and_people_are_told(turku):
    turku.post([statement(), statement(object={"id": LESSON, "definition": {"name": {"et": "T"}}})])
    turku.post(statement(actor={**AINO, "name": "A. V."}))

    activity = turku.ask("get", "activities", query={"activityId": LESSON})
    person = turku.ask("get", "agents", query={"agent": json.dumps(AINO)})

    assert activity.json()["definition"]["name"] == {"en": "Lesson", "fi": "Tunti", "et": "T"}
    assert person.json() == {
        "objectType": "Person",
        "name": ["Aino", "A. V."],
        "mbox": ["mailto:aino@example.org"],
    }
    for path, query in (("activities", {}), ("activities", {"activityId": "x"}), ("agents", {})):
        assert turku.ask("get", path, query=query).status_code == 400
