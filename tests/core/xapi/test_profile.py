"""The profile: what follows it, what does not, and that what is published says the same."""

import json
import re
from copy import deepcopy
from pathlib import Path

import pytest

from digicantrain.core.xapi import own, rules
from digicantrain.core.xapi.profile import Profile, values_at
from digicantrain.core.xapi.versions import Version
from digicantrain.core.xapi.vocabulary import ActivityType, Extension, Verb
from tests.core.xapi.examples import EVENTS, ORIGIN, example

PROFILE = Profile(ORIGIN)
FOLDER = Path(__file__).resolve().parents[3] / "docs" / "develop"
PAGE = (FOLDER / "xapi-profile.md").read_text(encoding="utf-8")
DOCUMENT = PROFILE.document()
KEYS = [template.key for template in PROFILE.templates]
ATTEMPT, CONSEQUENCE = (one.iri(ORIGIN) for one in Extension)


# --- what follows it ---


def test_each_template_has_an_example():
    assert list(EVENTS) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_an_example_follows_its_template_and_no_other(key):
    told = example(key)

    also = {"completed-step"} if key == "completed-form" else set()
    assert PROFILE.faults(told) == []
    assert {one.key for one in PROFILE.matching(told)} == {key} | also
    own.check(told)
    for version in Version:
        rules.check(told, version=version)


# --- what does not ---


def changed(key, path, value):
    """Return an example with one value changed, or taken away by None."""
    told = deepcopy(example(key))
    *way, last = path
    inner = told
    for name in way:
        inner = inner.setdefault(name, {}) if isinstance(name, str) else inner[name]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return told


CATEGORY = ("context", "contextActivities", "category")
WRONG = [
    # what all have
    ("left", ("actor", "name"), "Aino Virtanen", "$.actor.name is there and must not be"),
    ("left", ("actor", "mbox"), "mailto:a@b.example", "$.actor.mbox is there"),
    ("left", ("actor", "account", "homePage"), "https://evil.example", "homePage is something"),
    ("left", ("timestamp",), None, "$.timestamp is missing"),
    ("left", ("context", "platform"), "Other", "$.context.platform is something else"),
    ("left", ("context", "revision"), None, "$.context.revision is missing"),
    ("left", ("context", "registration"), None, "$.context.registration is missing"),
    ("left", CATEGORY, [{"id": f"{ORIGIN}/xapi/profile/v0"}], "category[*].id is none of"),
    ("left", CATEGORY, None, "category[*].id is missing"),
    # what some have
    ("opened-step", ("context", "language"), None, "$.context.language is missing"),
    ("completed-step", ("result", "completion"), 1, "completion is something else than true"),
    ("completed-form", ("result", "response"), "Too long", "$.result.response is there"),
    ("completed-form", ("result", "score"), {"raw": 5}, "$.result.score is there"),
    ("answered-own-words", ("result", "response"), "I rang her", "$.result.response is there"),
    ("answered-practice", ("result", "success"), None, "$.result.success is missing"),
    ("answered-practice", ("object", "definition", "choices"), [], "choices[*].id is missing"),
    ("answered-test", ("result", "success"), True, "$.result.success is there"),
    ("answered-test", ("object", "definition", "correctResponsesPattern"), ["a"], "is there"),
    ("answered-test", ("object", "definition", "name"), {"en": "Which?"}, "name is there"),
    ("answered-test", ("context", "extensions"), {}, f"extensions['{ATTEMPT}'] is missing"),
    ("chose-in-case", ("result", "extensions", CONSEQUENCE), {}, "state is missing"),
    ("passed-test", ("result", "success"), False, "success is something else than true"),
    ("failed-test", ("result", "duration"), None, "$.result.duration is missing"),
    ("earned-path", ("object", "definition", "name"), None, "definition.name is missing"),
    # what none has
    ("left", ("verb", "id"), "http://adlnet.gov/expapi/verbs/voided", "No template speaks of"),
    ("left", ("object", "definition", "type"), ActivityType.LESSON.iri(ORIGIN), "No template"),
    ("opened-step", ("context", "contextActivities", "parent"), [], "parent type none"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "path", "value", "said"), WRONG)
def test_a_statement_that_does_not_follow_it_is_told_why(key, path, value, said):
    faults = PROFILE.faults(changed(key, path, value))

    assert faults
    assert any(said in fault for fault in faults), faults


def test_a_statement_of_another_platform_does_not_follow_it():
    assert Profile("https://other.example").faults(example("left"))


@pytest.mark.parametrize("nonsense", [{}, {"verb": None}, {"verb": []}, {"context": "x"}])
def test_nonsense_is_a_fault_and_no_error(nonsense):
    assert "No template" in PROFILE.faults(nonsense)[0]


def test_a_quoted_name_in_a_path_may_hold_points():
    assert values_at({"a": {"https://x.example/b": 1}}, "$.a['https://x.example/b']") == [1]


# --- what is published ---


def flat(value):
    """Yield a value and all that is in it."""
    yield value
    for inner in value.values() if isinstance(value, dict) else value:
        yield from flat(inner) if isinstance(inner, dict | list) else [inner]


def test_the_document_has_what_a_profile_needs_and_nothing_empty():
    needed = {"@context", "id", "type", "conformsTo", "prefLabel", "definition", "versions"}
    assert needed <= set(DOCUMENT)
    assert not [value for value in flat(DOCUMENT) if value in ("", [], {}, None)]
    for part in ("concepts", "templates", "patterns"):
        for one in DOCUMENT[part]:
            assert {"id", "type", "inScheme", "prefLabel", "definition"} <= set(one)
            assert one["inScheme"] == DOCUMENT["versions"][0]["id"]


def test_each_address_stands_once_and_below_the_profile():
    everything = [DOCUMENT, *DOCUMENT["versions"], *DOCUMENT["concepts"]]
    everything += DOCUMENT["templates"] + DOCUMENT["patterns"]
    addresses = [one["id"] for one in everything]

    assert len(addresses) == len(set(addresses))
    assert all(address.startswith(f"{ORIGIN}/xapi/profile") for address in addresses)
    assert PROFILE.addresses() == set(addresses)


def test_patterns_lead_to_what_is_there():
    for one in DOCUMENT["patterns"]:
        named = one.get("alternates") or one.get("sequence") or [one["oneOrMore"]]
        assert set(named) <= PROFILE.addresses()
    assert {one["id"].rpartition("/")[2] for one in DOCUMENT["templates"]} == set(KEYS)


def test_an_extension_has_a_schema_that_its_example_keeps():
    schemas = {one["id"]: json.loads(one.get("inlineSchema", "{}")) for one in DOCUMENT["concepts"]}
    told = example("chose-in-case")["result"]["extensions"][CONSEQUENCE]

    assert set(schemas[CONSEQUENCE]["properties"]) == set(told)
    assert schemas[ATTEMPT]["type"] == "integer"


def test_the_file_in_docs_is_the_document():
    """Write it anew with the command that docs/develop/xapi-profile.md names."""
    kept = (FOLDER / "xapi-profile.jsonld").read_text(encoding="utf-8")

    assert kept == PROFILE.text()


@pytest.mark.parametrize("word", [*Verb, *ActivityType, *Extension], ids=str)
def test_each_word_is_described(word):
    iri = word.iri if isinstance(word, Verb) else word.iri("{origin}")

    assert f"`{iri}`" in PAGE


@pytest.mark.parametrize("key", KEYS)
def test_the_page_shows_each_template_with_its_example(key):
    shown = re.search(rf"^### `{key}`\n.*?```json\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)

    assert shown
    assert json.loads(shown[1]) == example(key)
