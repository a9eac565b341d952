"""Versions, keys, methods, parameters: what holds for every resource."""

import json

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError

from digicantrain.people.models import AuditEntry
from digicantrain.records.models import Statement
from tests.api.xapi.conftest import AGENT, statement

pytestmark = pytest.mark.django_db
OTHERS = "https://content.example"


def refused(response, status):
    assert response.status_code == status, response.content
    assert list(response.json()) == ["error"]
    return response.json()["error"]


@pytest.mark.parametrize("path", ["/xapi/about", "/xapi/2.0//about/", "/xapi//1.0.3/about"])
def test_everybody_may_ask_which_versions_are_spoken(client, path):
    response = client.get(path)

    assert response.json() == {"version": ["1.0.3", "2.0.0"], "extensions": {}}
    assert not response.cookies
    assert client.get(path, query_params={"foo": "bar"}).status_code == 400


@pytest.mark.parametrize(
    ("mount", "header", "status", "answered"),
    [
        ("/xapi/", "1.0.3", 200, "1.0.3"),
        ("/xapi/", "1.0", 200, "1.0.3"),
        ("/xapi/", "2.0.0", 200, "2.0.0"),
        ("/xapi/", None, 200, "1.0.3"),
        ("/xapi/1.0.3/", None, 400, "1.0.3"),
        ("/xapi/2.0/", None, 400, "2.0.0"),
        ("/xapi/2.0/", "1.0.3", 400, "2.0.0"),
        ("/xapi/1.0.3/", "2.0.0", 400, "1.0.3"),
        ("/xapi/2.0//", "2.0.0", 200, "2.0.0"),
        ("/xapi/", "0.95", 400, "1.0.3"),
        ("/xapi/", "BAD", 400, "1.0.3"),
    ],
)
def test_threat_39_the_version_is_that_of_header_and_address(
    turku, mount, header, status, answered
):
    response = turku.client.get(
        f"{mount}statements",
        headers={
            "Authorization": turku.authorization,
            **({"X-Experience-API-Version": header} if header else {}),
        },
    )

    assert response.status_code == status
    assert response.headers["X-Experience-API-Version"] == answered


@pytest.mark.parametrize(
    "authorization", [None, "", "Basic x", "Basic:x", "Bearer x", "Basic eDp5"]
)
def test_threat_39_without_a_key_nothing_is_read_or_stored(turku, authorization):
    turku.authorization = authorization
    for response in (turku.find(), turku.post(statement()), turku.ask("delete", "agents/profile")):
        refused(response, 401)
        assert response.headers["WWW-Authenticate"].startswith("Basic ")
        assert "X-Experience-API-Consistent-Through" not in response.headers

    assert not Statement.objects.exists()


def test_wrong_keys_come_too_often(turku, monkeypatch):
    monkeypatch.setattr("digicantrain.records.limits.WRONG_A_MINUTE", 0)
    right, turku.authorization = turku.authorization, "Basic eDp5"

    response = turku.find()

    refused(response, 429)
    assert 0 < int(response.headers["Retry-After"]) <= 60
    turku.authorization = right
    assert turku.find().status_code == 200


def test_a_key_comes_too_often_or_brings_too_much(settings, turku):
    settings.RECORD_STATEMENTS = 1
    assert turku.post(statement()).status_code == 200
    refused(turku.post(statement()), 429)

    settings.RECORD_REQUESTS = 2
    refused(turku.find(), 429)
    assert Statement.objects.count() == 1


@pytest.mark.parametrize(
    ("scopes", "method", "path", "query", "status"),
    [
        (["statements/read"], "post", "statements", {}, 403),
        (["statements/write"], "get", "statements", {}, 403),
        (["statements/read/mine"], "get", "statements", {}, 200),
        (["statements/read/mine"], "get", "agents", {"agent": AGENT}, 403),
        (["statements/read"], "get", "activities", {"activityId": "a:b"}, 200),
        (["state"], "get", "agents/profile", {"agent": AGENT}, 403),
        (["profile"], "get", "activities/state", {"agent": AGENT, "activityId": "a:b"}, 403),
        (["profile"], "get", "activities/profile", {"activityId": "a:b"}, 200),
        (["all/read"], "get", "agents/profile", {"agent": AGENT}, 200),
        (["all/read"], "put", "agents/profile", {"agent": AGENT, "profileId": "1"}, 403),
    ],
)
def test_threat_39_a_key_may_what_its_scopes_say(
    key_for, organisation, scopes, method, path, query, status
):
    provider = key_for(organisation, *scopes)

    responses = [provider.ask(method, path, {}, query=query) for _again in range(2)]

    assert [response.status_code for response in responses] == [status] * 2
    assert AuditEntry.objects.filter(action="refused").count() == (status == 403)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("delete", "statements", "GET, HEAD, OPTIONS, POST, PUT"),
        ("post", "activities", "GET, HEAD, OPTIONS"),
        ("put", "about", "GET, HEAD, OPTIONS"),
        ("patch", "activities/state", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
    ],
)
def test_another_method_is_refused(turku, method, path, allowed):
    response = turku.ask(method, path, {})

    refused(response, 405)
    assert response.headers["Allow"] == allowed


@pytest.mark.parametrize("path", ["", "nothing", "statements/1", "2.0/2.0/about"])
def test_another_resource_is_absent(turku, path):
    refused(turku.ask("get", path), 404)


def test_content_of_another_origin_may_talk_with_a_key(turku):
    preflight = turku.client.options("/xapi/2.0/activities/state", headers={"Origin": OTHERS})
    answer = turku.ask("get", "statements", headers={"Origin": OTHERS})

    assert preflight.status_code == 204
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    for response in (preflight, answer):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in response.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_no_session_is_touched_and_nothing_is_cached_or_run(turku, admin):
    turku.client.force_login(admin)
    before = Session.objects.values_list("session_data", flat=True).get()

    response = turku.find()

    assert not response.cookies
    assert "Vary" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert Session.objects.values_list("session_data", flat=True).get() == before


@pytest.mark.parametrize(
    "query",
    ["foo=bar", "LIMIT=1", "limit", "limit=-1", "limit=1e3", "ascending=yes",
     "verb=did", "since=yesterday", "registration=1", "agent=%7B", "agent=true", "agent=%7B%7D",
     "format=xml", "statementId=1", "statementId=", "more=x", "more=x&limit=1", "activity="],
)  # fmt: skip
def test_a_parameter_is_known_and_of_its_kind(turku, query):
    response = turku.ask("get", f"statements?{query}")

    refused(response, 400)
    assert "X-Experience-API-Consistent-Through" in response.headers


@pytest.mark.parametrize(
    "query", ["limit=1&limit=2", "verb=a:%00", "verb=%ff", "&".join(f"a{n}=" for n in range(60))]
)
def test_parameters_that_cannot_be_read_are_refused(turku, query):
    refused(turku.ask("get", f"statements?{query}"), 400)


def test_head_is_get_without_its_body(turku):
    turku.post(statement())
    for query in ({}, {"attachments": "true"}):
        head, whole = (turku.ask(m, "statements", query=query) for m in ("head", "get"))

        assert head.status_code == 200
        assert head.content == b""
        assert head.headers.get("Content-Length") == whole.headers.get("Content-Length")


# --- the alternate syntax of 1.0.3 ---


def alternate(turku, method, fields, *, query="", version="1.0.3", kind=None):
    return turku.client.generic(
        "POST",
        f"{turku.mount}statements?method={method}{query}",
        "&".join(f"{name}={value}" for name, value in fields.items()),
        content_type=kind or "application/x-www-form-urlencoded",
        headers={"X-Experience-API-Version": version} if version else {},
    )


def test_a_form_may_carry_the_request(turku):
    sent = statement()
    headers = {"Authorization": turku.authorization, "X-Experience-API-Version": "1.0.3"}
    content = json.dumps(sent)

    put = alternate(
        turku, "PUT", {**headers, "statementId": sent["id"], "content": content}, version=None
    )
    got = alternate(turku, "GET", {**headers, "statementId": sent["id"]})

    assert put.status_code == 204, put.content
    assert got.json()["id"] == sent["id"]


@pytest.mark.parametrize(
    ("method", "fields", "options"),
    [
        ("PUT", {"statementId": "x"}, {}),
        ("GET", {"limit": "1"}, {"query": "&limit=1"}),
        ("GET", {"limit": "1", "X-Experience-API-Version": "2.0.0"}, {"version": None}),
        ("GET", {"limit": "1", "X-Experience-API-Version": "0.8"}, {}),
        ("GET", {"limit": "1"}, {"kind": "application/json"}),
        ("GET", {"foo": "1"}, {}),
        (
            "PUT",
            {"statementId": "x", "content": "{}", "Content-Type": "a/b;c=%22%0d%0aX: 1%22"},
            {},
        ),
    ],
)
def test_a_form_that_carries_no_request_is_refused(turku, method, fields, options):
    given = {"Authorization": turku.authorization, **fields}

    refused(alternate(turku, method, given, **options), 400)


def test_version_2_has_no_such_syntax(turku):
    turku.version = "2.0.0"

    refused(turku.post({}, query={"method": "GET"}), 400)


def test_a_database_that_does_not_take_part_is_told_without_a_trace(turku, monkeypatch):
    def fail(*_given, **_named):
        raise OperationalError("database is locked")

    monkeypatch.setattr("digicantrain.records.reading.find", fail)
    response = turku.find()

    assert refused(response, 503) == "The store is busy; send it again."
    assert response.headers["Retry-After"] == "1"


def test_what_a_client_does_wrong_fills_no_log(client, caplog):
    assert client.get("/xapi/1.0.3/statements").status_code == 400

    assert not caplog.records
