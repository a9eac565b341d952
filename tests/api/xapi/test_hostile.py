"""Markup, SQL and line ends in every field; bytes of others; and what each scope opens."""

import hashlib
import json

import pytest

from digicantrain.api.xapi import pages
from digicantrain.core.xapi import multipart
from digicantrain.core.xapi.multipart import Attachment
from digicantrain.core.xapi.scopes import OFFERED
from digicantrain.records import writing
from tests.api.xapi.conftest import AGENT, AINO, LESSON, statement

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>\"'; DROP TABLE records_statement;--\r\nX-Evil: 1\t${7*7}{{7*7}}"
# The characters that an IRI may have.
ADDRESS = "https://a.example/'OR'1'='1';DROP(TABLE)--?q=$%7B7*7%7D&x=%3Cscript%3E"
STATE = {"activityId": ADDRESS, "agent": AGENT, "stateId": EVIL}
SECRET = b"what another provider brought"
SHA2 = hashlib.sha256(SECRET).hexdigest()


def evil_statement():
    texts = {"en": EVIL, "x-a": EVIL}
    person = {**AINO, "name": EVIL}
    account = {"objectType": "Agent", "account": {"homePage": ADDRESS, "name": EVIL}}
    definition = {
        "name": texts, "description": texts, "type": ADDRESS, "moreInfo": ADDRESS,
        "interactionType": "choice", "correctResponsesPattern": [EVIL],
        "choices": [{"id": EVIL, "description": texts}], "extensions": {ADDRESS: {EVIL: [EVIL]}},
    }  # fmt: skip
    return statement(
        actor={"objectType": "Group", "name": EVIL, "member": [person, account]},
        verb={"id": ADDRESS, "display": texts},
        object={"id": ADDRESS, "definition": definition},
        result={"response": EVIL, "extensions": {ADDRESS: EVIL}},
        context={
            "revision": EVIL, "platform": EVIL, "instructor": account,
            "contextActivities": {"other": [{"id": f"{ADDRESS}2", "definition": definition}]},
            "extensions": {ADDRESS: EVIL},
        },
        attachments=[{
            "usageType": ADDRESS, "display": texts, "description": texts, "length": 1,
            "contentType": 'text/html; a="<script>"', "sha2": "0" * 64, "fileUrl": ADDRESS,
        }],
    )  # fmt: skip


def is_inert(response):
    """Whether a browser that is led here can run nothing."""
    headers = response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "X-Evil" not in headers
    kind = headers.get("Content-Type", "application/json")
    assert kind == "application/json" or headers["Content-Disposition"] == "attachment"
    return True


def test_threat_39_markup_and_sql_in_every_field_come_back_byte_for_byte(turku):
    sent = evil_statement()
    assert turku.post(sent).status_code == 200
    one = turku.find(statementId=sent["id"])
    instructor = json.dumps(sent["context"]["instructor"])
    page = turku.find(verb=ADDRESS, activity=ADDRESS, agent=instructor)

    assert {key: one.json()[key] for key in sent} == sent
    assert [found["id"] for found in page.json()["statements"]] == [sent["id"]]
    person = turku.ask("get", "agents", query={"agent": AGENT})
    activity = turku.ask("get", "activities", query={"activityId": ADDRESS})
    assert EVIL in person.json()["name"]
    assert activity.json()["definition"] == sent["object"]["definition"]
    assert all(map(is_inert, (one, page, person, activity)))


def test_threat_39_a_document_that_is_a_page_is_kept_as_a_file(turku):
    body = b"<html><script>alert(document.domain)</script>\0\xff"
    turku.ask("put", "activities/state", body, query=STATE, kind="text/html; charset=utf-8")

    found = turku.ask("get", "activities/state", query=STATE)
    names = turku.ask("get", "activities/state", query=RESOURCES["activities/state"])

    assert found.content == body
    assert found.headers["Content-Type"] == "text/html; charset=utf-8"
    assert is_inert(found)
    assert is_inert(names)


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "body"),
    [
        ("get", "statements", {EVIL: EVIL}, {}, None),
        ("get", "statements", {"verb": EVIL}, {}, None),
        ("get", "statements", {"agent": EVIL}, {}, None),
        ("get", "statements", {"agent": json.dumps({"mbox": EVIL, EVIL: EVIL})}, {}, None),
        ("get", "statements", {"more": EVIL}, {}, None),
        ("get", "statements", {"format": EVIL}, {}, None),
        ("get", "statements", {"since": EVIL, "until": EVIL}, {}, None),
        ("get", "statements", {}, {"X-Experience-API-Version": "<script>alert(1)</script>"}, None),
        ("post", "statements", {}, {}, {EVIL: EVIL}),
        ("post", "statements", {}, {}, [statement(verb={"id": EVIL, "display": {EVIL: EVIL}})]),
        ("post", "statements", {}, {"Content-Type": "text/html<script>"}, EVIL),
        ("put", "activities/state", {**STATE, "registration": EVIL}, {}, EVIL),
        ("put", "agents/profile", {"agent": AGENT, "profileId": "x"}, {"If-Match": EVIL}, EVIL),
    ],
)
def test_threat_39_a_refusal_quotes_nothing_that_a_browser_would_run(
    turku, method, path, query, headers, body
):
    response = turku.ask(method, path, body, query=query, headers=headers)

    assert response.status_code in {400, 412}
    assert response.headers["Content-Type"] == "application/json"
    assert [*response.json()] == ["error"]
    assert is_inert(response)


def test_threat_39_statements_that_name_too_many_are_refused(turku, monkeypatch):
    monkeypatch.setattr(writing, "MOST_NAMED", 5)
    response = turku.post([statement() for _ in range(3)])

    assert response.status_code == 413
    assert "name 6 agents and activities" in response.json()["error"]


def test_threat_39_an_activity_named_over_and_over_makes_no_page_too_large(turku, monkeypatch):
    monkeypatch.setattr(pages, "HEAVIEST", 3_000)
    heavy = {"id": LESSON, "definition": {"name": {"en": "n" * 1_000}}}
    one = statement(object=heavy)
    others = {"contextActivities": {"other": [{"id": LESSON}] * 40}}
    many = statement(object={"id": LESSON}, context=others)
    turku.post([one, many])

    bare = turku.find(statementId=many["id"], format="canonical").json()
    told = turku.find(statementId=one["id"], format="canonical").json()

    assert bare["object"] == {"id": LESSON}
    assert told["object"] == heavy


# --- bytes of others ---


def carried(**more):
    return statement(attachments=[{
        "usageType": "https://a.example/essay", "display": {"en": "Essay"},
        "contentType": "text/plain", "length": len(SECRET), "sha2": SHA2, **more,
    }])  # fmt: skip


def test_threat_39_who_declares_a_hash_is_not_given_the_bytes(
    turku, elsewhere, key_for, organisation
):
    text = json.dumps(carried()).encode()
    parts = multipart.written(text, [Attachment(SHA2, "", SECRET)], boundary="b")
    assert turku.post(b"".join(parts), kind="multipart/mixed; boundary=b").status_code == 200
    poor = key_for(organisation, "statements/write", "statements/read/mine", name="Poor")

    for provider in (elsewhere, poor):
        claimed = carried(fileUrl="https://a.example/none")
        provider.post(claimed)
        for query in ({}, {"statementId": claimed["id"]}):
            page = provider.find(attachments="true", **query)
            assert SECRET not in b"".join(page.streaming_content)
    assert SECRET in b"".join(turku.find(attachments="true").streaming_content)


# --- what each scope opens ---

RESOURCES = {
    "statements": {},
    "agents": {"agent": AGENT},
    "activities": {"activityId": LESSON},
    "activities/state": {"activityId": LESSON, "agent": AGENT},
    "activities/profile": {"activityId": LESSON},
    "agents/profile": {"agent": AGENT},
}
READS = {
    "statements/write": set(),
    "statements/read/mine": {"statements"},
    "statements/read": {"statements", "agents", "activities"},
    "state": {"activities/state"},
    "profile": {"activities/profile", "agents/profile"},
    "all/read": set(RESOURCES),
    "all": set(RESOURCES),
}


def test_threat_39_each_scope_reads_what_it_names_and_nothing_else(key_for, organisation):
    for scope in OFFERED:
        provider = key_for(organisation, scope, name=scope)
        opened = {
            path
            for path, query in RESOURCES.items()
            if provider.ask("get", path, query=query).status_code == 200
        }
        assert opened == READS[scope], scope
