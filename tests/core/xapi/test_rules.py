"""The rules of statements: what keeps them, and what is refused with its place."""

from typing import Any

import pytest

from digicantrain.core.xapi import events
from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.rules import check, check_actor, check_agent, check_batch
from digicantrain.core.xapi.versions import Version
from tests.core.xapi.sample import (
    AINO,
    BEN,
    FULL,
    ID,
    LESSON,
    OTHER_ID,
    REF,
    TEAM,
    about,
    attached,
    defined,
    plain,
)
from tests.core.xapi.test_events import built

V1, V2 = Version.V1, Version.V2
VOID = {"id": "http://adlnet.gov/expapi/verbs/voided"}
PLAYER = {"objectType": "contextAgent", "agent": AINO}
SIDE = {"objectType": "contextGroup", "group": TEAM}
CHOICES = [{"id": "a", "description": {"fi": "A"}}, {"id": "b"}]


def result(**parts):
    return plain(result=parts)


def score(**parts):
    return plain(result={"score": parts})


def context(**parts):
    return plain(context=parts)


@pytest.mark.parametrize(
    "statement",
    [
        plain(),
        FULL,
        about(result=FULL["result"], context=FULL["context"], timestamp="2090-01-01T00:00:00Z"),
        plain(actor=BEN),
        plain(actor={"mbox_sha1sum": "Ab" * 20, "name": ""}),
        plain(actor={"openid": "https://aino.openid.example/"}),
        plain(actor=TEAM),
        plain(actor={"objectType": "Group", "mbox": "mailto:ward@b.example"}),
        plain(actor={"objectType": "Group", "mbox": "mailto:ward@b.example", "member": []}),
        plain(object=AINO),
        plain(object=TEAM),
        plain(object=REF),
        plain(object={"id": "urn:x:1"}),
        plain(verb=VOID, object=REF),
        plain(verb={"id": "https://a.example/v", "display": {}}),
        defined(),
        defined(
            name={"fi": "Oppi"},
            description={"en-GB": ""},
            type="https://a.example/type",
            moreInfo="https://a.example/more",
            extensions={},
        ),
        defined(interactionType="choice", choices=CHOICES, correctResponsesPattern=["a[,]b", "b"]),
        defined(interactionType="sequencing", choices=[]),
        defined(interactionType="likert", scale=CHOICES),
        defined(interactionType="matching", source=CHOICES, target=CHOICES),
        defined(interactionType="performance", steps=CHOICES),
        defined(interactionType="true-false", correctResponsesPattern=["true"]),
        *(
            defined(interactionType=kind)
            for kind in ("fill-in", "long-fill-in", "numeric", "other")
        ),
        result(),
        score(),
        score(scaled=-1),
        score(scaled=1.0),
        score(min=1),
        score(max=-1),
        score(raw=7),
        score(raw=0, min=0),
        score(raw=-2.5, min=-2.5, max=0),
        context(),
        context(instructor=TEAM),
        context(contextActivities={}),
        attached(),
        attached(description={"fi": "Pitkä"}, fileUrl="https://a.example/f", length=0),
        attached(
            usageType="http://adlnet.gov/expapi/attachments/signature",
            contentType="application/octet-stream",
        ),
        plain(attachments=[]),
        plain(authority=AINO),
        plain(authority=TEAM),
        plain(timestamp="2090-01-01T00:00:00Z"),
        plain(version="1.0"),
        built(result=events.Result(success=True)),
    ],
)
def test_a_right_statement_is_taken(statement):
    for version in Version:
        check(statement, version=version)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ([], "$ is an array; a statement is an object"),
        ("x", '$ is "x"; a statement is an object'),
        (None, "$ is null"),
        ({}, "$ lacks actor; a statement has actor and verb and object"),
        (plain(id="1"), '$.id is "1"; the id of a statement is a UUID'),
        (plain(id=None), "$.id is null; leave a property out where nothing is known"),
        (plain(dummy=1), "$.dummy is no property of a statement; it may have id, actor,"),
        (plain(Actor=AINO), "$.Actor is not written so; write actor"),
        (plain(**{"a b": 1}), '$["a b"] is no property of a statement'),
        (plain(objectType="Statement"), "$.objectType is no property of a statement"),
        (plain(version="0.9"), '$.version is "0.9"; the version of a statement is'),
        (plain(version=1.0), "$.version is 1.0; the version"),
        # actors
        (plain(actor=None), "$.actor is null"),
        (plain(actor="aino"), '$.actor is "aino"; an Agent is an object'),
        (plain(actor={}), "$.actor has no identifier; an Agent has exactly one of mbox,"),
        (plain(actor={"name": "Aino"}), "$.actor has no identifier"),
        (plain(actor=AINO | BEN), "$.actor has mbox and account; an Agent has exactly one"),
        (plain(actor=AINO | {"objectType": "agent"}), '$.actor.objectType is "agent"; the object'),
        (plain(actor=AINO | {"objectType": None}), "$.actor.objectType is null"),
        (plain(actor=AINO | {"objectType": ["Agent"]}), "$.actor.objectType is an array"),
        (plain(actor=AINO | {"name": 1}), "$.actor.name is 1; the name of an Agent is a string"),
        (plain(actor=AINO | {"name": None}), "$.actor.name is null"),
        (plain(actor=AINO | {"Mbox": ""}), "$.actor.Mbox is not written so; write mbox"),
        (plain(actor=AINO | {"member": [BEN]}), "$.actor.member is no property of an Agent"),
        (plain(actor={"mbox": "aino@a.example"}), '$.actor.mbox is "aino@a.example"; an mbox is'),
        (plain(actor={"mbox": ""}), '$.actor.mbox is ""'),
        (plain(actor={"mbox_sha1sum": "00"}), '$.actor.mbox_sha1sum is "00"'),
        (plain(actor={"openid": "aino"}), '$.actor.openid is "aino"; an openid is'),
        (plain(actor={"account": {"name": "a"}}), "$.actor.account lacks homePage; an account has"),
        (
            plain(actor={"account": {"homePage": "https://a.example"}}),
            "$.actor.account lacks name",
        ),
        (
            plain(actor={"account": {"homePage": "a.example", "name": "a"}}),
            '$.actor.account.homePage is "a.example"; the homePage of an account is an absolute',
        ),
        (
            plain(actor={"account": BEN["account"] | {"name": 7}}),
            "$.actor.account.name is 7; the name of an account is a string",
        ),
        (plain(actor={"account": BEN["account"] | {"x": 7}}), "$.actor.account.x is no property"),
        (plain(actor={"objectType": "Group"}), "$.actor has neither an identifier nor a member"),
        (plain(actor=TEAM | {"member": []}), "$.actor has neither an identifier nor a member"),
        (plain(actor=TEAM | {"member": BEN}), "$.actor.member is an object; the member property"),
        (plain(actor=TEAM | {"member": [AINO, TEAM]}), "$.actor.member[1] is a Group; only an Ag"),
        (plain(actor=TEAM | {"member": [{}]}), "$.actor.member[0] has no identifier"),
        (
            plain(actor=TEAM | {"mbox": "mailto:a@b.example", "openid": "urn:a:b"}),
            "$.actor has mbox and openid; a Group has at most one",
        ),
        # verbs
        (plain(verb={}), "$.verb lacks id; a verb has id"),
        (plain(verb="read"), '$.verb is "read"; a verb is an object'),
        (plain(verb={"id": "read"}), '$.verb.id is "read"; the id of a verb is an absolute IRI'),
        (plain(verb={"id": "urn:a:b", "display": "x"}), '$.verb.display is "x"; a language map'),
        (plain(verb={"id": "urn:a:b", "display": {"fi": 1}}), "$.verb.display.fi is 1; a text in"),
        (plain(verb={"id": "urn:a:b", "display": {"fi": None}}), "$.verb.display.fi is null"),
        (
            plain(verb={"id": "urn:a:b", "display": {"fin_FI": ""}}),
            "$.verb.display.fin_FI is named wrongly; a language map has language tags of RFC 5646",
        ),
        (plain(verb=VOID), "$.object is of Activity; what is voided is named by a StatementRef"),
        (about(verb=VOID), "$.object.object is of Activity; what is voided"),
        # objects
        (plain(object=None), "$.object is null"),
        (plain(object=[LESSON]), "$.object is an array; a statement's object is an object"),
        (plain(object={}), "$.object lacks id; an Activity has id"),
        (plain(object={"id": "lesson"}), '$.object.id is "lesson"; the id of an Activity'),
        (plain(object=BEN), "$.object lacks objectType, which an Agent or Group has here"),
        (plain(object=LESSON | {"objectType": "activity"}), '$.object.objectType is "activity"; '),
        (plain(object=LESSON | {"objectType": {}}), "$.object.objectType is an object; the object"),
        (plain(object=LESSON | {"objectType": None}), "$.object.objectType is null"),
        (plain(object=LESSON | {"mbox": "mailto:a@b.c"}), "$.object.mbox is no property of an Act"),
        (plain(object={"objectType": "Agent"}), "$.object has no identifier"),
        (plain(object={"objectType": "StatementRef"}), "$.object lacks id; a StatementRef has"),
        (plain(object=REF | {"id": "1"}), '$.object.id is "1"; the id of a StatementRef is a UUID'),
        (plain(object=REF | {"definition": {}}), "$.object.definition is no property of a Stat"),
        (about(id=ID), "$.object.id is no property of a SubStatement"),
        (about(stored="2026-11-20T12:00:00Z"), "$.object.stored is no property of a SubStatement"),
        (about(version="1.0.0"), "$.object.version is no property of a SubStatement"),
        (about(authority=AINO), "$.object.authority is no property of a SubStatement"),
        (plain(object=about()["object"] | {"object": None}), "$.object.object is null"),
        (
            plain(object={"objectType": "SubStatement", "actor": AINO}),
            "$.object lacks verb; a SubStatement has actor and verb and object",
        ),
        (
            plain(object=about()["object"] | {"object": about()["object"]}),
            '$.object.object.objectType is "SubStatement"; the objectType of a SubStatement\'s obj',
        ),
        # definitions
        (plain(object=LESSON | {"definition": "x"}), '$.object.definition is "x"; an activity def'),
        (defined(name="Oppi"), '$.object.definition.name is "Oppi"; a language map'),
        (defined(description=[]), "$.object.definition.description is an array"),
        (defined(type="course"), '$.object.definition.type is "course"; the type of an activity'),
        (defined(moreInfo=""), '$.object.definition.moreInfo is ""; the moreInfo'),
        (defined(moreinfo="urn:a:b"), "$.object.definition.moreinfo is not written so; write more"),
        (defined(extensions=None), "$.object.definition.extensions is null"),
        (defined(extensions=[]), "$.object.definition.extensions is an array; extensions are an"),
        (
            defined(extensions={"mood": 1}),
            "$.object.definition.extensions.mood is named wrongly; e",
        ),
        (defined(interactionType="Choice"), '$.object.definition.interactionType is "Choice"; an'),
        (defined(choices=CHOICES), "$.object.definition lacks interactionType"),
        (defined(correctResponsesPattern=[]), "$.object.definition lacks interactionType"),
        (
            defined(interactionType="choice", scale=CHOICES),
            "$.object.definition.scale does not belong to an interaction of choice",
        ),
        (
            defined(interactionType="numeric", steps=[]),
            "$.object.definition.steps does not belong to an interaction of numeric",
        ),
        (
            defined(interactionType="other", correctResponsesPattern="a"),
            '$.object.definition.correctResponsesPattern is "a"; a correctResponsesPattern',
        ),
        (
            defined(interactionType="other", correctResponsesPattern=["a", 1]),
            "$.object.definition.correctResponsesPattern[1] is 1; a correct response is a string",
        ),
        (
            defined(interactionType="choice", choices=[*CHOICES, {"id": "a"}]),
            "$.object.definition.choices holds an id twice",
        ),
        (
            defined(interactionType="choice", choices=[{"description": {}}]),
            "$.object.definition.choices[0] lacks id",
        ),
        (
            defined(interactionType="choice", choices=[{"id": 1}]),
            "$.object.definition.choices[0].id is 1; the id of an interaction component is",
        ),
        (
            defined(
                interactionType="likert", scale=[{"id": "a", "description": {"something": ""}}]
            ),
            "$.object.definition.scale[0].description.something is named wrongly",
        ),
        # results
        (plain(result=[]), "$.result is an array; a result is an object"),
        (result(successful=True), "$.result.successful is no property of a result"),
        (result(success="true"), '$.result.success is "true"; success is true or false'),
        (result(completion=1), "$.result.completion is 1; completion is true or false"),
        (result(response=5), "$.result.response is 5; a response is a string"),
        (result(response=None), "$.result.response is null"),
        (result(duration="1 h"), '$.result.duration is "1 h"; a duration is one of ISO 8601'),
        (result(extensions={"": 1}), '$.result.extensions[""] is named wrongly'),
        (result(score=1), "$.result.score is 1; a score is an object"),
        (score(scaled=1.5), "$.result.score.scaled is 1.5; a scaled score lies between -1 and 1"),
        (score(scaled=-1.00001), "$.result.score.scaled is -1.00001"),
        (score(scaled="1"), '$.result.score.scaled is "1"; scaled of a score is a number'),
        (score(scaled=True), "$.result.score.scaled is true"),
        (score(raw=float("nan")), "$.result.score.raw is NaN; raw of a score is a number"),
        (score(raw=None), "$.result.score.raw is null"),
        (
            score(raw=1, min=2),
            "$.result.score.raw is 1; a raw score is not less than min, which is 2",
        ),
        (
            score(raw=3, max=2),
            "$.result.score.raw is 3; a raw score is not greater than max, which",
        ),
        (score(min=2, max=1), "$.result.score.min is 2; min is less than max, which is 1"),
        (score(min=1, max=1), "$.result.score.min is 1; min is less than max"),
        (score(least=1), "$.result.score.least is no property of a score"),
        # contexts
        (plain(context="x"), '$.context is "x"; a context'),
        (context(registration="1"), '$.context.registration is "1"; a registration is a UUID'),
        (context(instructor={}), "$.context.instructor has no identifier"),
        (context(team=AINO), '$.context.team.objectType is "Agent"; the objectType of a Group is'),
        (context(team=BEN), "$.context.team lacks objectType; a Group has objectType"),
        (context(contextActivities=[]), "$.context.contextActivities is an array; contextActivi"),
        (context(contextActivities={"course": LESSON}), "$.context.contextActivities.course is no"),
        (
            context(contextActivities={"parent": [LESSON, AINO]}),
            '$.context.contextActivities.parent[1].objectType is "Agent"; the objectType of an Act',
        ),
        (
            context(contextActivities={"other": "x"}),
            '$.context.contextActivities.other is "x"; a k',
        ),
        (context(contextActivities={"other": {}}), "$.context.contextActivities.other lacks id"),
        (context(revision=1), "$.context.revision is 1; a revision is a string"),
        (context(platform=None), "$.context.platform is null"),
        (context(language="Finnish_FI"), '$.context.language is "Finnish_FI"; a language is a tag'),
        (context(statement=LESSON), '$.context.statement.objectType is "Activity"'),
        (context(statement={"id": ID}), "$.context.statement lacks objectType; a StatementRef has"),
        (context(extensions={"a b": 1}), '$.context.extensions["a b"] is named wrongly'),
        (
            plain(object=REF, context={"revision": "1"}),
            "$.context.revision stands with an object of StatementRef; it is used with an Activity",
        ),
        (
            about(object=TEAM, context={"platform": "LMS"}),
            "$.object.context.platform stands with an object of Group",
        ),
        (
            plain(object=about()["object"], context={"platform": "LMS"}),
            "$.context.platform stands with an object of SubStatement",
        ),
        # the rest
        (plain(timestamp="yesterday"), '$.timestamp is "yesterday"; a timestamp is a time of'),
        (plain(timestamp="2026-11-20T12:00:00-00:00"), "$.timestamp is"),
        (plain(timestamp=1795176000), "$.timestamp is 1795176000"),
        (plain(stored=""), '$.stored is ""; stored is a time'),
        (plain(authority="me"), '$.authority is "me"'),
        (plain(authority=TEAM | {"member": [AINO]}), "$.authority has 1 in member; an authority's"),
        (plain(authority=TEAM | {"member": [AINO] * 3}), "$.authority has 3 in member"),
        (plain(authority=TEAM | {"openid": "urn:a:b"}), "$.authority is an identified Group; an a"),
        (plain(attachments={}), "$.attachments is an object; attachments is an array"),
        (plain(attachments=[1]), "$.attachments[0] is 1; an attachment is an object"),
        (attached(usageType="essay"), '$.attachments[0].usageType is "essay"; a usageType is'),
        (attached(usageType=None), "$.attachments[0] lacks usageType; an attachment has"),
        (attached(display=None), "$.attachments[0] lacks display"),
        (attached(contentType=None), "$.attachments[0] lacks contentType"),
        (attached(length=None), "$.attachments[0] lacks length"),
        (attached(sha2=None), "$.attachments[0] lacks sha2"),
        (attached(display="x"), '$.attachments[0].display is "x"'),
        (attached(description={"a_b": ""}), "$.attachments[0].description.a_b is named wrongly"),
        (attached(contentType="text"), '$.attachments[0].contentType is "text"; a contentType'),
        (attached(length="12"), '$.attachments[0].length is "12"; a length is a whole number'),
        (attached(length=-1), "$.attachments[0].length is -1"),
        (attached(length=True), "$.attachments[0].length is true"),
        (attached(sha2="x" * 64), "$.attachments[0].sha2 is"),
        (attached(fileUrl="/f"), '$.attachments[0].fileUrl is "/f"; a fileUrl is an absolute IRI'),
        (
            attached(usageType="http://adlnet.gov/expapi/attachments/signature"),
            "$.attachments[0].contentType is a signature of another type",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_place_threat_39(statement, sentence):
    for version, source in ((V1, "xAPI 1.0.3, Data "), (V2, "xAPI 2.0, IEEE 9274.1.1, ")):
        with pytest.raises(StatementError) as refusal:
            check(statement, version=version)

        said = str(refusal.value)
        assert said.startswith(sentence)
        assert said.startswith(f"{refusal.value.path} ")
        assert said.endswith(").")
        assert source in said


def test_a_refusal_reads_as_a_sentence():
    with pytest.raises(StatementError) as refusal:
        check(score(scaled=1.5), version=V1)

    assert str(refusal.value) == (
        "$.result.score.scaled is 1.5; a scaled score lies between -1 and 1"
        " (xAPI 1.0.3, Data 2.4.5.1)."
    )


def test_a_refusal_quotes_the_beginning_of_what_is_long_threat_39():
    with pytest.raises(StatementError, match=r'^\$\.id is "x{80}"\.\.\.; the id') as refusal:
        check(plain(id="x" * 1_000_000), version=V2)
    assert len(str(refusal.value)) < 200

    with pytest.raises(StatementError) as refusal:
        check(plain(**{"y" * 1_000_000: 1}), version=V2)
    assert len(refusal.value.path) < 100


@pytest.mark.parametrize(
    ("statement", "path"),
    [
        (plain(actor=AINO | {"name": "x" * 1_001}), "$.actor.name"),
        (plain(actor={"mbox": f"mailto:{'x' * 1_000}@a.example"}), "$.actor.mbox"),
        (
            plain(actor={"account": {"homePage": "https://a.example", "name": "x" * 1_001}}),
            "$.actor.account.name",
        ),
        (plain(verb={"id": f"https://a.example/{'x' * 4_000}"}), "$.verb.id"),
    ],
)
def test_what_is_told_again_and_again_is_no_book_threat_39(statement, path):
    with pytest.raises(StatementError) as refusal:
        check(statement, version=V1)
    assert refusal.value.path == path


@pytest.mark.parametrize(
    "statement",
    [
        context(contextAgents=[PLAYER, PLAYER | {"relevantTypes": ["urn:a:goalkeeper"]}]),
        context(contextAgents=[], contextGroups=[SIDE]),
        about(context={"contextGroups": [SIDE | {"relevantTypes": ["urn:a:home"]}]}),
        plain(version="2.0.0"),
    ],
)
def test_what_is_new_in_2_0_is_refused_in_1_0_3(statement):
    check(statement, version=V2)
    with pytest.raises(StatementError):
        check(statement, version=V1)


def test_a_time_without_a_zone_is_for_1_0_3_only():
    check(plain(timestamp="2026-11-20T12:00:00"), version=V1)
    with pytest.raises(StatementError, match="RFC 3339"):
        check(plain(timestamp="2026-11-20T12:00:00"), version=V2)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"contextAgents": PLAYER}, "$.context.contextAgents is an object; contextAgents is an"),
        ({"contextAgents": [AINO]}, '$.context.contextAgents[0].objectType is "Agent"'),
        ({"contextAgents": [{"agent": AINO}]}, "$.context.contextAgents[0] lacks objectType"),
        (
            {"contextAgents": [{"objectType": "contextAgent"}]},
            "$.context.contextAgents[0] lacks ag",
        ),
        ({"contextAgents": [PLAYER | {"agent": TEAM}]}, "$.context.contextAgents[0].agent is a Gr"),
        (
            {"contextAgents": [PLAYER | {"relevantTypes": []}]},
            "$.context.contextAgents[0].relevantTypes is empty",
        ),
        (
            {"contextAgents": [PLAYER | {"relevantTypes": ["goalkeeper"]}]},
            '$.context.contextAgents[0].relevantTypes[0] is "goalkeeper"; a relevant type is an',
        ),
        (
            {"contextGroups": [SIDE | {"group": AINO}]},
            "$.context.contextGroups[0].group.objectType",
        ),
        (
            {"contextGroups": [SIDE | {"agent": AINO}]},
            "$.context.contextGroups[0].agent is no prop",
        ),
        ({"contextGroups": [PLAYER]}, '$.context.contextGroups[0].objectType is "contextAgent"'),
    ],
)
def test_those_who_took_part_are_checked_in_2_0(parts, sentence):
    with pytest.raises(StatementError) as refusal:
        check(context(**parts), version=V2)

    assert str(refusal.value).startswith(sentence)


def test_one_asks_for_an_agent_or_an_identified_group():
    ward: dict[str, Any] = {"objectType": "Group", "mbox": "mailto:ward@b.example"}
    for value in (AINO, BEN, ward):
        check_actor(value, version=V1)
    for other, why in ((TEAM, "anonymous"), (True, "an Agent is an object"), ({}, "no identifier")):
        with pytest.raises(StatementError, match=why):
            check_actor(other, version=V2, path="agent")
    with pytest.raises(StatementError, match=r"^agent is a Group; only an Agent"):
        check_agent(ward, version=V1, path="agent")


def test_a_batch_is_one_statement_or_a_list():
    one, other = plain(id=ID), plain(id=OTHER_ID)

    assert check_batch(one, version=V1) == [one]
    assert check_batch([one, other, plain(), plain()], version=V1) == [one, other, plain(), plain()]
    assert check_batch([], version=V2) == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("x", '$ is "x"; a statement is an object'),
        (None, "$ is null"),
        ([plain(), plain(verb={})], "$[1].verb lacks id"),
        ([[plain()]], "$[0] is an array"),
        ([plain(id=ID), plain(), plain(id=ID.upper())], f'$[2].id is "{ID.upper()}", as that of'),
    ],
)
@pytest.mark.parametrize("version", Version)
def test_a_batch_with_one_wrong_statement_is_refused_threat_39(body, sentence, version):
    with pytest.raises(StatementError) as refusal:
        check_batch(body, version=version)

    assert str(refusal.value).startswith(sentence)
