"""Statements in other formats, definitions united, persons gathered."""

from typing import Any

from digicantrain.core.xapi import formats
from digicantrain.core.xapi.definitions import merge
from digicantrain.core.xapi.persons import person

AINO = {"objectType": "Agent", "name": "Aino", "mbox": "mailto:aino@example.org"}
TEAM = {"objectType": "Group", "name": "Ward", "member": [AINO]}
NAMED = {**TEAM, "account": {"homePage": "https://a.example", "name": "ward"}}
LESSON: dict[str, Any] = {
    "objectType": "Activity",
    "id": "https://a.example/lesson",
    "definition": {
        "name": {"en": "Lesson", "fi": "Oppitunti"},
        "type": "https://a.example/type",
        "choices": [{"id": "1", "description": {"en": "One", "fi": "Yksi"}}],
    },
}
VERB: dict[str, Any] = {"id": "https://a.example/did", "display": {"en": "did", "fi": "teki"}}
INNER = {"objectType": "SubStatement", "actor": AINO, "verb": VERB, "object": LESSON}
STATEMENT = {
    "actor": TEAM,
    "verb": VERB,
    "object": INNER,
    "context": {
        "instructor": NAMED,
        "contextActivities": {"parent": [LESSON], "other": LESSON},
        "contextAgents": [{"objectType": "contextAgent", "agent": AINO}],
    },
    "authority": AINO,
    "attachments": [{"usageType": "https://a.example/u", "display": {"en": "A", "fi": "L"}}],
}


def test_ids_leave_only_what_identifies():
    told = formats.as_ids(STATEMENT)

    bare = {"objectType": "Agent", "mbox": "mailto:aino@example.org"}
    assert told["actor"] == {"objectType": "Group", "member": [bare]}
    assert told["verb"] == {"id": VERB["id"]}
    assert told["object"]["object"] == {"id": LESSON["id"]}
    assert told["object"]["actor"] == bare
    assert told["context"]["instructor"] == {"objectType": "Group", "account": NAMED["account"]}
    assert told["context"]["contextActivities"]["other"] == [{"id": LESSON["id"]}]
    assert told["context"]["contextAgents"][0]["agent"] == bare
    assert told["authority"] == bare
    assert STATEMENT["actor"] is TEAM


def test_canonical_tells_each_text_in_one_language_and_loses_nothing_else():
    told = formats.as_canonical(STATEMENT, wording=formats.Wording(languages=["fi"]))

    lesson = told["object"]["object"]
    assert told["actor"] == TEAM
    assert told["verb"]["display"] == {"fi": "teki"}
    assert lesson["definition"]["name"] == {"fi": "Oppitunti"}
    assert lesson["definition"]["type"] == "https://a.example/type"
    assert lesson["definition"]["choices"] == [{"id": "1", "description": {"fi": "Yksi"}}]
    assert told["context"]["contextActivities"]["parent"] == [lesson]
    assert told["attachments"][0]["display"] == {"fi": "L"}


def test_canonical_prefers_what_the_store_knows():
    wording = formats.Wording(
        definitions={LESSON["id"]: {"name": {"en": "Known"}}},
        displays={VERB["id"]: {"en": "has done"}},
    )

    told = formats.as_canonical({"verb": VERB, "object": {"id": LESSON["id"]}}, wording=wording)

    assert told["object"] == {"id": LESSON["id"], "definition": {"name": {"en": "Known"}}}
    assert told["verb"]["display"] == {"en": "has done"}


def test_addresses_of_activities_and_verbs_are_found_once():
    met = formats.Addresses.of([STATEMENT])

    assert list(met.activities) == [LESSON["id"]]
    assert list(met.verbs) == [VERB["id"]]


def test_definitions_are_united():
    old = {"name": {"en": "a", "fi": "b"}, "type": "x", "extensions": {"e:1": 1}, "moreInfo": "m"}
    new = {"name": {"en": "c", "et": "d"}, "type": "y", "extensions": {"e:2": 2}}

    assert merge(old, new) == {
        "name": {"en": "c", "fi": "b", "et": "d"},
        "type": "y",
        "extensions": {"e:1": 1, "e:2": 2},
        "moreInfo": "m",
    }
    assert merge({}, new) == new


def test_a_person_has_each_value_once():
    account = {"homePage": "https://a.example", "name": "1"}
    turned = {"name": "1", "homePage": "https://a.example"}

    assert person([AINO, {"account": account}, {"account": turned, "name": "A. V."}, AINO]) == {
        "objectType": "Person",
        "name": ["Aino", "A. V."],
        "mbox": ["mailto:aino@example.org"],
        "account": [account],
    }
