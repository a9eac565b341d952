"""Judging a credential: each verdict, each cause, and whatever somebody may have done to it."""

import copy
import json
import time
from datetime import timedelta

import pytest

from digicantrain.core.credentials import badge, contexts, keys, verification
from digicantrain.core.credentials.linked_data import (
    LinkedDataError,
    UndefinedTermError,
    WorkError,
    canonical,
)
from digicantrain.core.credentials.status import StatusEntry
from digicantrain.core.credentials.verification import Cause, Standing, Verdict, WantStatusList
from tests.core.credentials.conftest import (
    ISSUER,
    LIST,
    NOW,
    PUBLIC,
    World,
    award,
    changed,
    key_pair,
    sign,
    status_list,
)

OTHER, OTHER_PUBLIC = key_pair(2)


@pytest.fixture
def world(standing):
    return World(lists={LIST: json.dumps(standing)})


@pytest.fixture
def document(signed):
    return copy.deepcopy(signed)


def outcome(report):
    return report.verdict, report.cause


def judged(world, document, **moment):
    return outcome(world.judge(json.dumps(document), **moment))


# --- the verdicts ---


def test_what_was_issued_is_valid(world, document):
    assert judged(world, document) == (Verdict.VALID, None)


@pytest.mark.parametrize(
    ("when", "verdict"),
    [
        (NOW - timedelta(seconds=1), (Verdict.NOT_YET_VALID, Cause.NOT_YET)),
        (NOW, (Verdict.VALID, None)),
        (NOW + timedelta(days=700), (Verdict.VALID, None)),
        (NOW + timedelta(days=700, seconds=1), (Verdict.EXPIRED, Cause.EXPIRED)),
    ],
)
def test_threat_41_dates_decide_to_the_second(world, document, when, verdict):
    assert judged(world, document, now=when) == verdict


@pytest.mark.parametrize(("withdrawn", "verdict"), [(77, Verdict.WITHDRAWN), (78, Verdict.VALID)])
def test_threat_41_one_bit_of_the_list_decides(document, withdrawn, verdict):
    world = World(lists={LIST: json.dumps(status_list(withdrawn))})

    assert world.judge(json.dumps(document)).verdict is verdict


@pytest.mark.parametrize("withdrawn", [True, False])
def test_the_issuers_own_records_say_the_same_without_a_list(document, withdrawn):
    world = World(lists={LIST: Standing(withdrawn)})

    assert world.judge(json.dumps(document)).verdict is (
        Verdict.WITHDRAWN if withdrawn else Verdict.VALID
    )
    assert world.asked[-1] == WantStatusList(LIST, 77, ISSUER, is_ours=True)


@pytest.mark.parametrize(
    "did",
    ["did:example:other", "https://other.example/", "did:key:zzz", "did:web:127.0.0.1", "x:y"],
)
def test_an_issuer_whose_name_leads_to_no_keys_is_not_ours(world, did):
    ours = badge.document_of(award())
    ours["issuer"]["id"] = did

    assert judged(world, sign(ours)) == (Verdict.NOT_OURS, Cause.UNKNOWN_ISSUER)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", Cause.NOT_JSON),
        ("not json", Cause.NOT_JSON),
        ("[]", Cause.NOT_JSON),
        ('{"a": 1, "a": 2}', Cause.NOT_JSON),
        ('{"a": NaN}', Cause.NOT_JSON),
        ('{"a": 1e999}', Cause.NOT_JSON),
        ('{"a": "\\ud800"}', Cause.NOT_JSON),
        ("\ud800", Cause.NOT_JSON),
        (b"\xff\xfe{}", Cause.NOT_JSON),
        ("{}", Cause.NOT_A_CREDENTIAL),
        ('{"type": "VerifiableCredential"}', Cause.NOT_A_CREDENTIAL),
        ('{"type": "EuropeanDigitalCredential"}', Cause.EUROPEAN),
        ('{"credential": {"type": ["EuropeanDigitalCredential"]}}', Cause.EUROPEAN),
        ('{"payload": "[EuropeanDigitalCredential]", "signatures": []}', Cause.EUROPEAN),
        ('{"payload": "{}", "signatures": []}', Cause.NOT_A_CREDENTIAL),
        ('{"credential": []}', Cause.NOT_A_CREDENTIAL),
    ],
)
def test_what_is_no_credential_cannot_be_read(world, text, cause):
    assert outcome(world.judge(text)) == (Verdict.UNREADABLE, cause)


@pytest.mark.parametrize("cut", [1, 100, 1_500, -1])
def test_a_truncated_credential_cannot_be_read(world, document, cut):
    text = json.dumps(document)[:cut]

    assert outcome(world.judge(text)) == (Verdict.UNREADABLE, Cause.NOT_JSON)


# --- threat 41: somebody changed it ---


def places(value, path=()):
    """Yield the path of each value in a document, of objects and lists too."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(pairs):
        yield (*path, key)
        if isinstance(child, dict | list):
            yield from places(child, (*path, key))


def holder_of(document, path):
    for key in path[:-1]:
        document = document[key]
    return document


def another(value):
    if isinstance(value, str):
        return value[:-1] + ("x" if value[-1:] != "x" else "y")
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 98
    return "something else"


def test_threat_41_every_field_changed_one_at_a_time_is_noticed(world, document):
    tried = 0
    for path in list(places(document)):
        other = copy.deepcopy(document)
        holder_of(other, path)[path[-1]] = another(holder_of(other, path)[path[-1]])
        tried += 1

        assert not world.judge(json.dumps(other)).is_authentic, path
    assert tried > 100


def test_threat_41_every_field_taken_away_is_noticed(world, document):
    for path in list(places(document)):
        other = copy.deepcopy(document)
        del holder_of(other, path)[path[-1]]

        assert not world.judge(json.dumps(other)).is_authentic, path


def test_threat_41_a_field_added_anywhere_is_noticed(world, document):
    objects = [(), *(p for p in places(document) if p[0] != "@context")]
    for path in objects:
        other = copy.deepcopy(document)
        inside = other if not path else holder_of(other, path)[path[-1]]
        if not isinstance(inside, dict):
            continue
        inside["ects"] = 99

        assert not world.judge(json.dumps(other)).is_authentic, path


def test_threat_41_two_values_exchanged_are_noticed(world, document):
    elements = document["credentialSubject"]["microCredential"]
    elements["learningOutcomes"].reverse()

    assert judged(world, document) == (Verdict.ALTERED, Cause.SIGNATURE)


def test_threat_41_one_byte_changed_is_noticed_wherever_it_stands(world, document):
    """Every 41st byte is set to another; white space is not part of what is signed."""
    text = json.dumps(document, separators=(",", ":")).encode()
    for place in range(0, len(text), 41):
        broken = text[:place] + (b"Z" if text[place : place + 1] != b"Z" else b"Q")
        broken += text[place + 1 :]

        assert not world.judge(broken).is_authentic, place


def test_threat_41_another_recipient_is_noticed(world, document):
    document["credentialSubject"]["identifier"][0]["identityHash"] = "sha256$" + "0" * 64

    assert judged(world, document) == (Verdict.ALTERED, Cause.SIGNATURE)


def test_threat_41_signed_with_another_issuers_key(world):
    ours = badge.document_of(award())
    world.keys[keys.did_key(OTHER_PUBLIC.multibase)] = verification.IssuerKeys((OTHER_PUBLIC,))

    assert judged(world, sign(ours, signer=OTHER)) == (Verdict.ALTERED, Cause.OTHER_KEY)
    disguised = keys.LocalSigner(PUBLIC.verification_method, OTHER.private)
    assert judged(world, sign(ours, signer=disguised)) == (Verdict.ALTERED, Cause.SIGNATURE)


@pytest.mark.parametrize("proof", [None, [], {}, "yes", [[]], 7])
def test_threat_41_a_proof_removed(world, document, proof):
    del document["proof"]
    if proof is not None:
        document["proof"] = proof

    verdict, cause = judged(world, document)

    assert verdict is Verdict.ALTERED
    assert cause in {Cause.NO_PROOF, Cause.OTHER_PROOF}


def test_threat_41_a_second_proof(world, document):
    document["proof"] *= 2

    assert judged(world, document) == (Verdict.ALTERED, Cause.SEVERAL_PROOFS)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-jcs-2022"},
        {"proofPurpose": "authentication"},
        {"domain": "elsewhere.example"},
        {"proofValue": 7},
    ],
)
def test_threat_41_a_proof_of_another_kind(world, document, change):
    document["proof"][0].update(change)

    assert judged(world, document) == (Verdict.ALTERED, Cause.OTHER_PROOF)


@pytest.mark.parametrize("value", ["", "z", "u", "z3u2", "zz" + "1" * 85, "not base58: 0OIl"])
def test_threat_41_a_signature_that_is_none(world, document, value):
    document["proof"][0]["proofValue"] = value

    assert judged(world, document) == (Verdict.ALTERED, Cause.SIGNATURE)


def test_a_retired_key_signed_nothing_afterwards_and_all_before(standing, document):
    retired = keys.PublicKey(PUBLIC.verification_method, PUBLIC.multibase, NOW)
    world = World(keys=(retired,), lists={LIST: json.dumps(standing)})
    late = sign(badge.document_of(award()), created=NOW + timedelta(seconds=1))

    assert judged(world, document) == (Verdict.VALID, None)
    assert judged(world, late) == (Verdict.ALTERED, Cause.RETIRED_KEY)


# --- threat 41: contexts ---

ATTACK = "https://attacker.example/context.json"


def place_contexts(document, how):
    here = document["@context"]
    return {
        "more": [*here, ATTACK],
        "instead": [ATTACK, *here[1:]],
        "inline": [*here, {"name": "https://schema.org/alternateName"}],
        "first": [{"name": "urn:x"}, *here],
        "only": here[:2],
        "none": [],
        "text": ATTACK,
        "version": [here[0], here[1].replace("3.0.3", "3.0.1"), *here[2:]],
    }[how]


@pytest.mark.parametrize("how", ["more", "instead", "inline", "first", "none", "text", "version"])
def test_threat_41_an_unknown_context_is_refused_and_never_fetched(
    world, document, how, monkeypatch
):
    asked = []
    monkeypatch.setattr(contexts, "load", lambda url, options=None: asked.append(url))
    document["@context"] = place_contexts(document, how)

    assert judged(world, document) == (Verdict.ALTERED, Cause.UNKNOWN_CONTEXT)
    assert asked == []
    assert [type(want).__name__ for want in world.asked] == ["WantKeys"]


def test_threat_41_without_its_own_context_the_elements_are_unsigned(world, document):
    document["@context"] = place_contexts(document, "only")

    assert judged(world, document) == (Verdict.ALTERED, Cause.UNSIGNED_PART)


def test_threat_41_a_context_inside_the_document_is_refused(world, document):
    document["credentialSubject"]["achievement"]["@context"] = ATTACK

    assert judged(world, document) == (Verdict.ALTERED, Cause.UNKNOWN_CONTEXT)


def test_threat_36_a_context_at_any_address_is_refused_by_the_loader():
    for url in (ATTACK, "http://127.0.0.1/", "file:///etc/passwd", "http://169.254.169.254/"):
        with pytest.raises(contexts.ContextError, match="none is fetched"):
            contexts.load(url)


def test_a_context_file_with_other_bytes_is_refused():
    pin = contexts.PINS[contexts.VC_2]

    with pytest.raises(contexts.ContextError, match="is pinned"):
        contexts._document(pin._replace(sha256="0" * 64))


def test_a_term_that_no_context_defines_is_not_signed_and_is_named():
    document = badge.document_of(award())
    document["credentialSubject"]["achievement"]["stars"] = 5

    with pytest.raises(UndefinedTermError) as refused:
        sign(document)

    assert refused.value.path == "credentialSubject.achievement.stars"


@pytest.mark.parametrize("value", ["relative", "_:b0", "urn:with space"])
def test_an_identifier_that_rdf_would_drop_is_refused(value):
    document = badge.document_of(award())
    document["credentialSubject"]["id"] = value

    with pytest.raises(LinkedDataError):
        canonical(document)


# --- the status list ---


def test_a_list_that_cannot_be_had_makes_it_not_checked(document):
    assert judged(World(), document) == (Verdict.NOT_CHECKED, Cause.STATUS)


def with_bits_of_another(standing):
    listed = copy.deepcopy(standing)
    another_list = status_list(5)["credentialSubject"]
    listed["credentialSubject"]["encodedList"] = another_list["encodedList"]
    return listed


FORGED = {
    "other signer": lambda _: status_list(
        signer=OTHER, issuer=keys.did_key(OTHER_PUBLIC.multibase)
    ),
    "disguised": lambda _: status_list(
        signer=keys.LocalSigner(PUBLIC.verification_method, OTHER.private)
    ),
    "other list": lambda _: status_list(url="https://credits.example/status/2"),
    "other purpose": lambda _: status_list(purpose="suspension"),
    "short": lambda _: status_list(size=128),
    "bits": with_bits_of_another,
    "unsigned": lambda listed: {k: v for k, v in listed.items() if k != "proof"},
    "a badge": lambda _: sign(badge.document_of(award())),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_list_that_the_issuer_did_not_sign_as_it_stands_is_not_relied_on(document, standing, how):
    world = World(lists={LIST: json.dumps(FORGED[how](standing))})

    assert judged(world, document) == (Verdict.NOT_CHECKED, Cause.STATUS)


@pytest.mark.parametrize(
    "value",
    [
        None, "x", [], {"type": "BitstringStatusListEntry"},
        {"type": "StatusList2021Entry", "statusListCredential": LIST},
        {**StatusEntry(LIST, 7).as_object(), "statusListIndex": 7},
        {**StatusEntry(LIST, 7).as_object(), "statusListIndex": "-1"},
        {**StatusEntry(LIST, 7).as_object(), "statusListIndex": "٧"},
        {**StatusEntry(LIST, 7).as_object(), "statusListIndex": "007"},
    ],
)  # fmt: skip
def test_a_credential_without_a_readable_status_is_not_checked(value):
    """Whatever could be signed: the check of the status alone is looked at."""
    world = World(holds=lambda *_args, **_named: True)
    document = {**sign(badge.document_of(award())), "credentialStatus": value}

    assert judged(world, document) == (Verdict.NOT_CHECKED, Cause.STATUS)


def test_an_index_beyond_the_list_is_not_checked(standing):
    far = sign(badge.document_of(award(status=StatusEntry(LIST, 999_999_999))))
    world = World(lists={LIST: json.dumps(standing)})

    assert judged(world, far) == (Verdict.NOT_CHECKED, Cause.STATUS)


# --- threat 41: poison ---


def deep(levels):
    return "{" + '"a":{' * levels + "}" * levels + "}"


@pytest.mark.parametrize(
    "text",
    [
        deep(100_000),
        deep(30),
        '{"a": "' + "x" * 1_000_001 + '"}',
        b'{"a": "' + b"x" * 1_000_001 + b'"}',
        json.dumps({"a": [[1] * 399] * 20}),
        json.dumps({str(n): n for n in range(500)}),
        "[" * 500_000,
    ],
    ids=["very deep", "deep", "long text", "long bytes", "many values", "wide", "open brackets"],
)
def test_threat_41_a_poison_text_is_refused_at_once(world, text):
    begun = time.process_time()

    report = world.judge(text)

    assert report.verdict is Verdict.UNREADABLE
    assert world.asked == []
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("nodes", [9, 40, 300])
def test_threat_41_blank_nodes_that_look_alike_are_metered(world, document, nodes):
    """Canonicalising them would be factorial: two achievements alike, with many parts alike."""
    part = {"type": ["Alignment"], "targetName": "same", "targetUrl": "urn:same"}
    achievement = {"type": ["Achievement"], "name": "same", "alignment": [part] * nodes}
    document["credentialSubject"]["achievement"] = [achievement] * 2
    begun = time.process_time()

    assert not world.judge(json.dumps(document)).is_authentic
    assert time.process_time() - begun < 5
    with pytest.raises(WorkError, match="look alike"):
        canonical({name: value for name, value in document.items() if name != "proof"})


NASTY = [
    'quotes " and \\ and \\n', "line\nbreak\r\nand\ttab", "emoji 🧑🏽‍⚕️", "שלום עולם",
    "{{ user.password }}", "<script>alert(1)</script>", "%(x)s ${7*7}", "é vs é",
    "\u202egnol", "x" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_threat_20_any_words_are_signed_as_they_are(world, text):
    document = sign(badge.document_of(award(changed(title=f"a{text}", note=text))))

    report = world.judge(json.dumps(document))

    assert report.is_valid
    assert report.document["credentialSubject"]["microCredential"]["creditNote"] == text


@pytest.mark.parametrize("sign_of", ["\x00", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x7f"])
def test_a_control_character_is_not_signed_because_others_write_it_otherwise(sign_of):
    """Tried with rdf-canonize: it escapes them in N-Quads, PyLD does not."""
    with pytest.raises(LinkedDataError, match=r"^name holds a control character"):
        sign(badge.document_of(award(changed(title=f"a{sign_of}b"))))


def test_the_issuer_is_asked_for_before_any_linked_data_is_worked_on(document):
    asked = []
    elsewhere = World(issuer="did:web:other.example", holds=lambda *_args, **_: asked.append(1))
    document["issuer"]["id"] = "did:web:elsewhere.example"

    report = elsewhere.judge(json.dumps(document))

    assert (report.verdict, report.cause) == (Verdict.NOT_CHECKED, Cause.NO_KEYS)
    assert asked == []
