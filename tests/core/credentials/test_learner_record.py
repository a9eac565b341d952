"""Transcripts and paths as CLR 2.0: signed credentials inside a signed record."""

import copy
import json
import uuid
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from digicantrain.core.credentials import badge, jwt, learner_record, verification
from digicantrain.core.credentials.learner_record import (
    Association,
    LearnerRecord,
    Path,
    RecordError,
    Tie,
    document_of,
    parts_of,
)
from digicantrain.core.credentials.linked_data import LinkedDataError
from digicantrain.core.credentials.status import StatusEntry
from digicantrain.core.credentials.verification import Cause, Verdict
from tests.core.credentials.conftest import (
    BODY,
    LIST,
    NOW,
    SIGNER,
    World,
    award,
    changed,
    sign,
    status_list,
)

PATH = Path(
    urn="urn:uuid:77777777-7777-4777-8777-777777777777",
    title='Hoitajan polku "N" ✓',
    description="Μονοπάτι\n\t<b> ملف",
    criteria="All modules.",
    language="fi",
)


def member(number, **changes):
    achievement = changed(urn=f"urn:uuid:{uuid.UUID(int=number)}", title=f"Module {number}")
    fields = {
        "id": f"urn:uuid:{uuid.UUID(int=1_000 + number)}", "status": StatusEntry(LIST, number),
    }  # fmt: skip
    return sign(badge.document_of(award(achievement, **(fields | changes))))


@pytest.fixture(scope="module")
def members():
    return tuple(member(number) for number in range(2))


@pytest.fixture
def record(members):
    return LearnerRecord(
        id="urn:uuid:88888888-8888-4888-8888-888888888888",
        title="Path of a nurse",
        body=BODY,
        identities=award().identities,
        issued_at=NOW,
        credentials=members,
        path=PATH,
        associations=parts_of(PATH, members),
        status=StatusEntry(LIST, 99),
    )


@pytest.fixture
def world(standing):
    return World(lists={LIST: json.dumps(standing)})


def judged(world, document):
    report = world.judge(document if isinstance(document, str) else json.dumps(document))
    return report.verdict, report.cause


@pytest.mark.parametrize("count", [1, 7])
def test_a_record_of_one_and_of_a_whole_path_is_valid(world, record, count):
    credentials = tuple(member(number) for number in range(count))
    whole = replace(record, credentials=credentials, associations=parts_of(PATH, credentials))

    assert judged(world, sign(document_of(whole))) == (Verdict.VALID, None)


def test_it_holds_the_signed_credentials_and_says_of_what_they_are_parts(record, members):
    subject = document_of(record)["credentialSubject"]

    assert subject["verifiableCredential"] == list(members)
    assert subject["achievement"][0]["id"] == PATH.urn
    assert [(row["associationType"], row["targetId"]) for row in subject["association"]] == [
        ("isPartOf", PATH.urn)
    ] * 2
    assert [row["sourceId"] for row in subject["association"]] == [
        one["credentialSubject"]["achievement"]["id"] for one in members
    ]


def test_a_transcript_has_no_path_and_no_status_and_may_be_partial(world, record):
    bare = replace(record, path=None, associations=(), status=None, is_partial=True)
    document = document_of(bare)

    assert not {"achievement", "association"} & set(document["credentialSubject"])
    assert document["partial"] is True
    assert "credentialStatus" not in document
    assert judged(world, sign(document)) == (Verdict.VALID, None)


def test_as_a_token_it_is_valid_too(world, record):
    token = jwt.in_open_badges_profile(document_of(record), signer=SIGNER)

    assert judged(world, token) == (Verdict.VALID, None)


def places(value, path=()):
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(pairs):
        if isinstance(child, dict | list):
            yield from places(child, (*path, key))
        else:
            yield (*path, key)


def another(value):
    if isinstance(value, bool):
        return not value
    return value + 98 if isinstance(value, int | float) else f"{value}x"


def test_threat_41_every_field_outside_changed_and_some_inside_is_noticed(world, record, members):
    """Inside each field has a signature of its own, which other tests try one by one."""
    signed = sign(document_of(replace(record, credentials=members[:1])))
    found = list(places(signed))
    outside = [path for path in found if "verifiableCredential" not in path]
    inside = [path for path in found if "verifiableCredential" in path][::25]
    assert len(outside) > 30
    for path in (*outside, *inside):
        other = copy.deepcopy(signed)
        holder = other
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = another(holder[path[-1]])

        assert not world.judge(json.dumps(other)).is_authentic, path


def test_threat_41_a_credential_taken_out_put_in_or_exchanged_is_noticed(world, record):
    signed = sign(document_of(record))
    rows = signed["credentialSubject"]["verifiableCredential"]
    for change in ([rows[0]], [*rows, member(5)], [rows[0], member(5)]):
        other = copy.deepcopy(signed)
        other["credentialSubject"]["verifiableCredential"] = change

        assert judged(world, other) == (Verdict.ALTERED, Cause.SIGNATURE)


def test_one_inside_that_was_withdrawn_makes_the_record_stand_no_more(record):
    world = World(lists={LIST: json.dumps(status_list(1))})

    assert judged(world, sign(document_of(record))) == (Verdict.WITHDRAWN, Cause.EMBEDDED)


def test_one_inside_that_was_altered_before_signing_is_noticed(world, record, members):
    forged = copy.deepcopy(members[0])
    forged["name"] = "Another"
    whole = replace(record, credentials=(forged, members[1]))

    assert judged(world, sign(document_of(whole))) == (Verdict.ALTERED, Cause.EMBEDDED)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"credentials": ()}, "nothing"),
        ({"credentials": (member(1), member(1))}, "one identifier"),
        ({"credentials": tuple(member(1) | {"id": f"urn:{n}"} for n in range(17))}, "at most 16"),
        ({"credentials": ({"id": "urn:x"},)}, "not signed"),
        ({"credentials": (member(1) | {"id": ""},)}, "one identifier"),
        ({"id": "urn:uuid:00000000-0000-0000-0000-0000000003e8"}, "one identifier"),
        ({"identities": ()}, "whose"),
    ],
)
def test_what_is_no_record_is_refused_with_a_sentence(record, changes, why):
    with pytest.raises(RecordError, match=why):
        document_of(replace(record, **changes))


def test_a_credential_that_names_no_achievement_is_no_part():
    with pytest.raises(RecordError, match="names no achievement"):
        parts_of(PATH, ({"credentialSubject": []},))


def test_an_undefined_term_in_a_record_is_not_signed(record):
    document = document_of(record)
    document["credentialSubject"]["ects"] = 5

    with pytest.raises(LinkedDataError, match=r"credentialSubject\.ects"):
        sign(document)


def test_openbadgeslib_verifies_the_proof_over_nested_proofs(record):
    """A second opinion on how blank nodes that look alike are named, in other people's code."""
    from openbadgeslib.errors import LibOpenBadgesException
    from openbadgeslib.ob3.clr import bundled_clr_contexts
    from openbadgeslib.ob3.ldp import verify_data_integrity_proof

    public = SIGNER.private.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    signed = sign(document_of(record))
    signed["proof"] = signed["proof"][0]

    verify_data_integrity_proof(signed, public, extra_contexts=bundled_clr_contexts())
    signed["name"] = "Another"
    with pytest.raises(LibOpenBadgesException):
        verify_data_integrity_proof(signed, public, extra_contexts=bundled_clr_contexts())


def test_the_ties_are_those_of_the_standard():
    assert {tie.value for tie in Tie} <= {
        "exactMatchOf", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo",
        "precedes", "replacedBy",
    }  # fmt: skip
    assert Association("a", "b").tie is Tie.PART_OF
    assert verification.MOST_INSIDE >= learner_record.MOST
