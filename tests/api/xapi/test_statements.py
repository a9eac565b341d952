"""Statements: taken, refused, found, told in formats, paged, with attachments."""

import hashlib
import json
from uuid import uuid4

import pytest

from digicantrain.core.xapi import multipart
from digicantrain.core.xapi.multipart import Attachment
from digicantrain.records.models import Statement
from tests.api.xapi.conftest import AGENT, AINO, LESSON, statement

pytestmark = pytest.mark.django_db
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}
TEXT = b"what she wrote"
SHA2 = hashlib.sha256(TEXT).hexdigest()
DECLARED = {
    "usageType": "https://a.example/essay",
    "display": {"en": "Essay"},
    "contentType": "text/plain",
    "length": len(TEXT),
    "sha2": SHA2,
}


def void(key):
    return statement(verb=VOIDED, object={"objectType": "StatementRef", "id": key})


def ids(response):
    assert response.status_code == 200, response.content
    return [one["id"] for one in response.json()["statements"]]


def put(provider, sent, **query):
    return provider.ask("put", "statements", sent, query=query)


# --- taken and refused ---


def test_one_and_many_are_taken_and_answered_with_their_ids(turku):
    one, two = statement(), statement()
    without = {key: value for key, value in statement().items() if key != "id"}

    first, second = turku.post(one), turku.post([two, without])

    assert first.json() == [one["id"]]
    assert second.json()[0] == two["id"]
    assert len(second.json()) == 2
    assert turku.post([]).json() == []
    assert turku.post(one).json() == [one["id"]]
    assert Statement.objects.count() == 3


def test_put_takes_one_under_its_id(turku):
    key = str(uuid4())
    sent = {name: value for name, value in statement().items() if name != "id"}

    assert put(turku, sent, statementId=key).status_code == 204
    assert put(turku, sent, statementId=key).status_code == 204
    assert put(turku, statement(), statementId=key).status_code == 400
    assert put(turku, [sent], statementId=str(uuid4())).status_code == 400
    assert put(turku, sent).status_code == 400
    assert Statement.objects.count() == 1


def test_threat_39_the_same_id_with_other_content_is_a_conflict(turku):
    sent = statement()
    turku.post(sent)
    other = {**sent, "verb": {"id": "https://a.example/other"}}

    for response in (turku.post(other), put(turku, other, statementId=sent["id"])):
        assert response.status_code == 409
        assert sent["id"] in response.json()["error"]
    assert turku.post([statement(), other]).status_code == 409
    assert Statement.objects.count() == 1


def test_threat_39_stored_and_authority_are_the_stores_own(turku):
    forged = statement(stored="2001-01-01T00:00:00Z", authority={"mbox": "mailto:boss@example.org"})
    turku.post(forged)

    told = turku.find(statementId=forged["id"]).json()

    assert told["authority"]["account"]["homePage"] == "http://127.0.0.1:8000"
    assert not told["stored"].startswith("2001")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ('{"a":1,"a":2}', "application/json", 400),
        ('{"actor":"\\u0000"}', "application/json", 400),
        ('"\\ud800"', "application/json", 400),
        ("[" * 1_000 + "]" * 1_000, "application/json", 400),
        (b"\xff", "application/json", 400),
        ("null", "application/json", 400),
        ("{}", "text/plain", 400),
        ("{}", "", 400),
        ("{}", "multipart/form-data; boundary=a", 400),
        ("{}", "multipart/mixed", 400),
        ("{}", "multipart/mixed; boundary=a", 400),
    ],
)
def test_threat_39_a_body_that_is_no_statement_is_refused(turku, body, kind, status):
    response = turku.post(body, kind=kind)

    assert response.status_code == status
    assert response.json()["error"].endswith((".", "…"))
    assert not Statement.objects.exists()


def test_threat_39_a_batch_is_taken_whole_or_not_at_all(turku):
    response = turku.post([statement(), {**statement(), "verb": {"id": "did"}}])

    assert response.status_code == 400
    assert "$[1].verb.id" in response.json()["error"]
    assert not Statement.objects.exists()


def test_threat_39_script_and_sql_come_back_as_they_were_sent(turku):
    evil = "<script>alert(1)</script>' OR 1=1--"
    sent = statement(actor={**AINO, "name": evil}, result={"response": evil})
    turku.post(sent)

    response = turku.find(statementId=sent["id"])

    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["actor"]["name"] == response.json()["result"]["response"] == evil


# --- found ---


def test_one_is_told_with_the_time_of_its_storing(turku):
    sent = statement()
    turku.post(sent)

    response = turku.find(statementId=sent["id"])

    assert response.json()["object"] == sent["object"]
    assert response.headers["Last-Modified"].endswith("GMT")
    assert "X-Experience-API-Consistent-Through" in response.headers
    assert turku.find(statementId=str(uuid4())).status_code == 404


@pytest.mark.parametrize(
    "more", [{"verb": "a:b"}, {"limit": "1"}, {"ascending": "true"}, {"voidedStatementId": "x"}]
)
def test_beside_an_id_stands_no_filter(turku, more):
    assert turku.find(statementId=str(uuid4()), **more).status_code == 400


def test_what_was_made_void_is_told_only_when_asked_for(turku):
    sent = statement()
    turku.post(sent)
    turku.post(void(sent["id"]))

    assert turku.find(statementId=sent["id"]).status_code == 404
    assert turku.find(voidedStatementId=sent["id"]).json()["id"] == sent["id"]


def test_threat_39_voiding_what_another_key_stored_is_forbidden(key_for, organisation, turku):
    sent = statement()
    turku.post(sent)
    other = key_for(organisation, "statements/write", name="Other")

    assert other.post(void(sent["id"])).status_code == 403
    assert turku.find(statementId=sent["id"]).status_code == 200


def test_filters_find_and_time_bounds(turku):
    first, second = statement(), statement(verb={"id": "https://a.example/left"})
    turku.post(first)
    turku.post(second)
    time = turku.find(statementId=first["id"]).json()["stored"]

    assert ids(turku.find()) == [second["id"], first["id"]]
    assert ids(turku.find(ascending="true", limit="1")) == [first["id"]]
    assert ids(turku.find(verb="https://a.example/left")) == [second["id"]]
    assert ids(turku.find(agent=AGENT, activity=LESSON, until=time)) == [first["id"]]
    assert ids(turku.find(since=time)) == [second["id"]]
    assert ids(turku.find(since="2001-01-01T00:00:00 01:00", verb="a:b")) == []


def test_a_key_that_reads_its_own_reads_no_others(key_for, organisation, turku):
    other = key_for(organisation, "statements/write", "statements/read/mine", name="Other")
    sent, own = statement(), statement()
    turku.post(sent)
    other.post(own)

    assert ids(other.find()) == [own["id"]]
    assert other.find(statementId=sent["id"]).status_code == 404


def test_threat_39_another_store_is_as_if_it_were_not_there(turku, elsewhere):
    sent = statement()
    turku.post([sent, statement()])

    assert ids(elsewhere.find()) == []
    assert elsewhere.find(statementId=sent["id"]).status_code == 404
    known = elsewhere.ask("get", "activities", query={"activityId": LESSON})
    assert known.json() == {"objectType": "Activity", "id": LESSON}
    assert elsewhere.ask("get", "agents", query={"agent": AGENT}).json() == {
        "objectType": "Person",
        "mbox": [AINO["mbox"]],
    }
    assert elsewhere.post({**sent, "verb": {"id": "https://a.example/other"}}).status_code == 200
    assert turku.find(statementId=sent["id"]).json()["verb"]["id"] == sent["verb"]["id"]


# --- pages ---


def more_of(provider, response):
    address = response.json()["more"]
    headers = {
        "Authorization": provider.authorization,
        "X-Experience-API-Version": provider.version,
    }
    return provider.client.get(address, headers=headers)


def test_more_leads_through_all_pages_with_the_same_query(turku):
    turku.mount = "/xapi/1.0.3//"
    sent = [statement() for _one in range(3)]
    turku.post(sent)

    first = turku.find(limit="2", agent=AGENT, format="ids", ascending="true")
    second = more_of(turku, first)

    assert first.json()["more"].startswith("/xapi/1.0.3/statements?more=")
    assert [*ids(first), *ids(second)] == [one["id"] for one in sent]
    assert second.json()["more"] == ""
    assert second.json()["statements"][0]["object"] == {"id": LESSON}


def test_threat_39_a_changed_or_foreign_cursor_is_refused(turku, elsewhere):
    turku.post([statement(), statement()])
    first = turku.find(limit="1")
    address = first.json()["more"]

    assert more_of(elsewhere, first).status_code == 400
    for changed in (address[:-1] + ("a" if address[-1] != "a" else "b"), address + "x" * 30_000):
        assert turku.ask("get", f"statements?{changed.partition('?')[2]}").status_code == 400
    assert more_of(turku, first).status_code == 200


# --- formats ---


def test_formats(turku):
    sent = statement()
    turku.post(sent)
    turku.post(statement(object={"id": LESSON, "definition": {"name": {"et": "Tund"}}}))

    canonical = turku.ask(
        "get",
        "statements",
        query={"statementId": sent["id"], "format": "canonical"},
        headers={"Accept-Language": "et, fi;q=0.5"},
    ).json()
    bare = turku.find(statementId=sent["id"], format="ids").json()

    assert canonical["verb"]["display"] == {"fi": "teki"}
    assert canonical["object"]["definition"]["name"] == {"et": "Tund"}
    assert bare["actor"] == {"objectType": "Agent", "mbox": AINO["mbox"]}
    assert bare["verb"] == {"id": sent["verb"]["id"]}
    assert turku.find(statementId=sent["id"]).json()["actor"] == AINO


# --- attachments ---


ESSAY = Attachment(SHA2, "text/plain", TEXT)


def mixed(*statements, attachments=(ESSAY,)):
    text = json.dumps(statements if len(statements) != 1 else statements[0]).encode()
    return b"".join(multipart.written(text, attachments, boundary="b"))


def send(provider, body):
    return provider.post(body, kind="multipart/mixed; boundary=b")


def read(response):
    boundary = multipart.boundary(response.headers["Content-Type"])
    return multipart.read(b"".join(response.streaming_content), boundary=boundary)


def test_attachments_come_and_go(turku):
    one, two = statement(attachments=[DECLARED]), statement(attachments=[DECLARED])
    assert send(turku, mixed(one, two)).status_code == 200
    assert send(turku, mixed(statement(), attachments=())).status_code == 200

    page = read(turku.find(attachments="true"))
    single = read(turku.find(attachments="true", statementId=one["id"]))

    assert [found["id"] for found in json.loads(page.statements)["statements"]][1:] == [
        two["id"],
        one["id"],
    ]
    assert page.attachments == single.attachments
    assert page.attachments[SHA2] == ESSAY
    assert turku.find(attachments="false").headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("declared", "attachments", "sentence"),
    [
        ([DECLARED], (), "neither a fileUrl nor a part"),
        ([], (Attachment(SHA2, "", TEXT),), "No statement declares"),
        ([DECLARED], (Attachment(SHA2, "", b"other"),), "SHA-256"),
        ([DECLARED], (Attachment("0" * 64, "", TEXT),), "SHA-256"),
        ([DECLARED], (Attachment(SHA2, "", TEXT),) * 2, "same X-Experience-API-Hash"),
        (
            [{**DECLARED, "usageType": "http://adlnet.gov/expapi/attachments/signature",
              "contentType": "application/octet-stream"}],
            (Attachment(SHA2, "", TEXT),), "The signature in $.attachments[0]",
        ),
    ],
)  # fmt: skip
def test_threat_39_attachments_that_lie_are_refused(turku, declared, attachments, sentence):
    response = send(turku, mixed(statement(attachments=declared), attachments=attachments))

    assert response.status_code == 400
    assert sentence in response.json()["error"]
    assert not Statement.objects.exists()


def test_an_attachment_without_its_part_needs_an_address(turku):
    assert turku.post(statement(attachments=[DECLARED])).status_code == 400
    here = {**DECLARED, "fileUrl": "https://a.example/essay.txt"}
    assert turku.post(statement(attachments=[here])).status_code == 200


@pytest.mark.parametrize(("query", "asked"), [({}, 4), ({"format": "canonical"}, 6)])
def test_a_longer_page_asks_no_more_of_the_database(turku, django_assert_num_queries, query, asked):
    for _longer in range(3):
        turku.post(statement(actor={"mbox": f"mailto:{uuid4()}@example.org"}))
        with django_assert_num_queries(asked):
            turku.find(**query)
