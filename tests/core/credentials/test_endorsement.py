"""Endorsements: what is signed, and what a credential that carries them says of each."""

import copy
import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from digicantrain.core.credentials import badge, endorsement, jws, jwt, keys, proof, verification
from digicantrain.core.credentials.award import AwardingBody
from digicantrain.core.credentials.contexts import CLR_2, OPEN_BADGES_3, VC_2
from digicantrain.core.credentials.endorsement import EndorsementError, Statement
from digicantrain.core.credentials.linked_data import LinkedDataError
from digicantrain.core.credentials.public_keys import decode, encode
from digicantrain.core.credentials.status import StatusEntry, StatusList
from digicantrain.core.credentials.template import Template
from digicantrain.core.credentials.verification import Cause, Doubt, Verdict
from tests.core.credentials.conftest import (
    ACHIEVEMENT,
    BODY,
    LIST,
    NOW,
    PUBLIC,
    SIGNER,
    World,
    award,
    key_pair,
    sign,
    status_list,
)
from tests.core.credentials.test_verification import another, holder_of, places

ENDORSER, ENDORSER_PUBLIC = key_pair(2)
STRANGER, STRANGER_PUBLIC = key_pair(3)
WHO = keys.did_key(ENDORSER_PUBLIC.multibase)
THEIR_LIST = "https://credits.example/status/2"
COMMENT = "We looked at it and vouch for it."


def statement(**changes):
    fields = {
        "id": "urn:uuid:77777777-7777-4777-8777-777777777777",
        "name": "Endorsement: Reading reports",
        "subject": ACHIEVEMENT.urn,
        "comment": COMMENT,
        "body": AwardingBody(WHO, "Elsewhere Academy", "EE"),
        "issued_at": NOW,
        "status": StatusEntry(THEIR_LIST, 5),
    }
    return Statement(**(fields | changes))


def token(**changes):
    return endorsement.signed(statement(**changes), signer=ENDORSER)


def carrying(*tokens, place="achievement"):
    """Return a signed credential that carries endorsements."""
    if place == "achievement":
        one = award(replace(ACHIEVEMENT, endorsements=tokens))
    elif place == "issuer":
        one = award(body=replace(BODY, endorsements=tokens))
    else:
        return sign({**badge.document_of(award()), "endorsementJwt": list(tokens)})
    return Template(one).signed(one, signer=SIGNER, created=NOW)


def their_list(*withdrawn):
    row = StatusList(url=THEIR_LIST, issuer=WHO, changed_at=NOW, withdrawn=frozenset(withdrawn))
    return json.dumps(sign(row.as_document(), signer=ENDORSER))


def world(*, withdrawn=(), own=(), known=True):
    found = World(lists={LIST: json.dumps(status_list(*own)), THEIR_LIST: their_list(*withdrawn)})
    if known:
        found.keys[WHO] = verification.IssuerKeys((ENDORSER_PUBLIC,))
    return found


def told(document, **how):
    report = world(**how).judge(json.dumps(document))
    (one,) = report.endorsements
    return report, one


# --- what is signed ---


def test_it_is_an_endorsement_credential_of_open_badges():
    document = endorsement.document_of(statement())

    assert document["type"] == ["VerifiableCredential", "EndorsementCredential"]
    assert document["credentialSubject"] == {
        "id": ACHIEVEMENT.urn, "type": ["EndorsementSubject"], "endorsementComment": COMMENT,
    }  # fmt: skip
    assert document["issuer"]["id"] == WHO
    assert document["credentialStatus"]["statusListIndex"] == "5"


def test_it_is_safe_json_ld_as_well():
    assert proof.signed(endorsement.document_of(statement()), signer=ENDORSER, created=NOW)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"comment": " \n "}, "says nothing"),
        ({"comment": "x" * 2_001}, "at most 2,000"),
        ({"comment": "a\x00b"}, "cannot be written"),
        ({"subject": WHO}, "Nobody endorses itself"),
    ],
)
def test_what_cannot_be_said_is_refused(changes, says):
    with pytest.raises(EndorsementError, match=says):
        endorsement.document_of(statement(**changes))


def test_nobody_signs_for_another():
    with pytest.raises(EndorsementError, match="Only the endorser itself"):
        endorsement.signed(statement(), signer=SIGNER)


# --- what a credential says that carries one ---


@pytest.mark.parametrize("place", ["achievement", "issuer", "credential"])
def test_one_that_stands_is_told_with_its_place(place):
    about = ACHIEVEMENT.urn if place != "issuer" else BODY.id

    report, one = told(carrying(token(subject=about), place=place))

    assert report.verdict is Verdict.VALID
    assert (one.place, one.report.verdict, one.stands) == (place, Verdict.VALID, True)
    assert one.report.document["credentialSubject"]["endorsementComment"] == COMMENT


def test_of_an_endorser_that_is_not_known_here_it_is_genuine_only():
    report, one = told(carrying(token()), known=False)

    assert report.verdict is Verdict.VALID
    assert (one.report.verdict, one.report.cause) == (Verdict.GENUINE, Cause.OTHER_ISSUER)


def test_threat_43_a_withdrawn_one_is_told_and_the_credential_stands():
    report, one = told(carrying(token()), withdrawn=[5])

    assert report.verdict is Verdict.VALID
    assert (one.report.verdict, one.stands) == (Verdict.WITHDRAWN, False)


def test_a_credential_that_was_withdrawn_is_not_saved_by_an_endorsement():
    report, one = told(carrying(token()), own=[77])

    assert report.verdict is Verdict.WITHDRAWN
    assert one.stands


def test_threat_41_of_an_altered_credential_no_endorsement_is_told():
    document = carrying(token())
    document["credentialSubject"]["achievement"]["name"] = "Surgery"

    report = world().judge(json.dumps(document))

    assert (report.verdict, report.endorsements) == (Verdict.ALTERED, ())


@pytest.mark.parametrize("place", ["achievement", "issuer", "credential"])
def test_threat_41_an_endorsement_put_in_or_taken_out_alters_the_credential(place):
    document = carrying(place="achievement")
    holder = {
        "achievement": document["credentialSubject"]["achievement"],
        "issuer": document["issuer"],
        "credential": document,
    }[place]
    holder["endorsementJwt"] = [token()]

    assert world().judge(json.dumps(document)).verdict is Verdict.ALTERED
    taken = carrying(token())
    del taken["credentialSubject"]["achievement"]["endorsementJwt"]
    assert world().judge(json.dumps(taken)).verdict is Verdict.ALTERED


def test_threat_41_every_field_of_an_endorsement_changed_one_at_a_time_is_noticed():
    header, payload, signature = token().split(".")
    document = json.loads(decode(payload))
    tried = 0
    for path in list(places(document)):
        other = copy.deepcopy(document)
        holder_of(other, path)[path[-1]] = another(holder_of(other, path)[path[-1]])
        forged = f"{header}.{encode(json.dumps(other).encode())}.{signature}"

        report, one = told(carrying(forged))
        tried += 1

        assert report.verdict is Verdict.VALID, path
        assert not one.stands, path
        assert not one.report.is_authentic, path
    assert tried > 20


def test_threat_41_every_field_taken_away_from_an_endorsement_is_noticed():
    header, payload, signature = token().split(".")
    document = json.loads(decode(payload))
    for path in list(places(document)):
        other = copy.deepcopy(document)
        del holder_of(other, path)[path[-1]]
        forged = f"{header}.{encode(json.dumps(other).encode())}.{signature}"

        assert not told(carrying(forged))[1].stands, path


def test_threat_41_a_forged_endorser_is_noticed():
    """A stranger signs in the name of the endorser, with a key of the stranger's own."""
    document = endorsement.document_of(statement())
    forged = jwt.in_open_badges_profile(document, signer=STRANGER)
    as_theirs = replace(STRANGER, verification_method=ENDORSER.verification_method)

    for one in (forged, jwt.in_open_badges_profile(document, signer=as_theirs)):
        report, found = told(carrying(one))
        assert report.verdict is Verdict.VALID
        assert (found.report.verdict, found.stands) == (Verdict.ALTERED, False)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_threat_41_an_endorsement_that_anybody_could_sign_is_none(algorithm):
    header = {"alg": algorithm, "typ": "JWT", "kid": ENDORSER.verification_method}
    text = jws.signing_input(header, endorsement.document_of(statement()))

    _report, one = told(carrying(f"{text}.{encode(b'x' * 64)}"))

    assert (one.report.verdict, one.stands) == (Verdict.ALTERED, False)


# --- genuine, and nothing for this credential ---


def test_one_of_something_else_says_nothing_here():
    report, one = told(carrying(token(subject="urn:uuid:00000000-0000-4000-8000-000000000000")))

    assert report.verdict is Verdict.VALID
    assert (one.report.verdict, one.doubt, one.stands) == (
        Verdict.VALID, Doubt.OF_ANOTHER, False,
    )  # fmt: skip


def test_one_of_the_issuer_stands_not_for_the_achievement():
    _report, one = told(carrying(token(subject=BODY.id), place="achievement"))

    assert one.doubt is Doubt.OF_ANOTHER


def test_the_issuers_own_endorsement_says_nothing():
    own = endorsement.signed(statement(body=BODY, status=StatusEntry(LIST, 78)), signer=SIGNER)

    report, one = told(carrying(own))

    assert report.verdict is Verdict.VALID
    assert (one.report.verdict, one.doubt, one.stands) == (Verdict.VALID, Doubt.OWN, False)


def test_another_credential_in_its_place_is_no_endorsement():
    other = jwt.in_open_badges_profile(badge.document_of(award()), signer=SIGNER)

    _report, one = told(carrying(other))

    assert (one.doubt, one.stands) == (Doubt.NOT_ONE, False)


@pytest.mark.parametrize("what", ["eyJ.x.y", "hello", "", "https://x.example/e"])
def test_what_cannot_be_read_is_told_and_harms_nothing(what):
    report, one = told(carrying(what))

    assert report.verdict is Verdict.VALID
    assert (one.report.verdict, one.stands) == (Verdict.UNREADABLE, False)


def with_one_inside(**changes):
    """Return another issuer's credential with an endorsement that has a proof of its own."""
    inner = proof.signed(endorsement.document_of(statement()), signer=ENDORSER, created=NOW)
    document = badge.document_of(award())
    document["@context"] = document["@context"][:2]
    del document["credentialSubject"]["microCredential"]
    document["credentialSubject"]["achievement"]["endorsement"] = [{**inner, **changes}]
    return document


@pytest.mark.parametrize("write", ["proof", "token"])
def test_one_with_its_own_proof_inside_is_judged_as_well(write):
    """Others may embed it so; we write tokens only."""
    document = with_one_inside()
    if write == "proof":
        outer = json.dumps(sign(document))
    else:
        outer = jwt.in_open_badges_profile(document, signer=SIGNER)

    report = world().judge(outer)

    (one,) = report.endorsements
    assert (report.verdict, one.place, one.stands) == (Verdict.VALID, "achievement", True)


def test_threat_41_what_was_changed_in_one_with_its_own_proof_alters_both():
    changed = with_one_inside(name="Another")
    outer = json.dumps(sign(changed))
    document = sign(with_one_inside())
    inner = document["credentialSubject"]["achievement"]["endorsement"][0]
    inner["credentialSubject"]["endorsementComment"] = "Best of all."

    report = world().judge(outer)
    (one,) = report.endorsements
    assert (report.verdict, one.report.verdict) == (Verdict.VALID, Verdict.ALTERED)
    assert world().judge(json.dumps(document)).verdict is Verdict.ALTERED


def test_threat_41_one_inside_may_not_bring_contexts_of_its_own():
    with pytest.raises(LinkedDataError, match="not written as its contexts define it"):
        sign(with_one_inside(**{"@context": [VC_2, OPEN_BADGES_3, CLR_2]}))


def test_threat_47_no_more_than_a_few_are_looked_at():
    many = [token(id=f"urn:uuid:00000000-0000-4000-8000-{n:012}") for n in range(40)]
    found = world()

    report = found.judge(json.dumps(carrying(*many)))

    assert report.verdict is Verdict.VALID
    assert len(report.endorsements) == endorsement.MOST + 1
    assert report.endorsements[-1].doubt is Doubt.TOO_MANY
    asked = [want for want in found.asked if isinstance(want, verification.WantStatusList)]
    assert len(asked) == endorsement.MOST + 1


def test_an_endorsement_of_an_endorser_is_not_followed():
    inner = token(subject="did:example:somebody")
    body = AwardingBody(WHO, "Elsewhere Academy", "EE", endorsements=(inner,))

    _report, one = told(carrying(token(body=body)))

    assert one.stands
    assert one.report.endorsements == ()


HOSTILE = '<script>alert(1)</script> "]]>\n\t\\ {{ x }} \u202e ملف 🧑 ' + "y" * 200


def test_hostile_words_are_signed_and_told_as_they_are():
    _report, one = told(carrying(token(comment=HOSTILE)))

    assert one.stands
    assert one.report.document["credentialSubject"]["endorsementComment"] == HOSTILE


def test_without_one_a_credential_is_written_as_before():
    written = json.dumps(badge.document_of(award()))

    assert "endorsement" not in written


def test_the_template_and_full_processing_agree_with_endorsements():
    one = award(replace(ACHIEVEMENT, endorsements=(token(), token(subject="urn:x:y"))))

    fast = Template(one).signed(one, signer=SIGNER, created=NOW)

    assert fast == sign(badge.document_of(one), created=NOW)
    assert PUBLIC.verification_method in json.dumps(fast)


# --- in other people's code ---


def test_openbadgeslib_verifies_the_endorsement_and_notices_a_forged_one():
    from openbadgeslib.ob3 import verify_endorsement_jwt
    from openbadgeslib.ob3.verifier import OB3VerificationError

    forged = jwt.in_open_badges_profile(endorsement.document_of(statement()), signer=STRANGER)
    with time_machine.travel(NOW + timedelta(days=1)):
        found = verify_endorsement_jwt(token())
        with pytest.raises(OB3VerificationError):
            verify_endorsement_jwt(forged)

    assert (found["endorses"], found["comment"]) == (ACHIEVEMENT.urn, COMMENT)


def test_openbadgeslib_verifies_the_proof_of_what_carries_endorsements():
    from openbadgeslib.errors import LibOpenBadgesException
    from openbadgeslib.ob3.ldp import verify_data_integrity_proof

    public = SIGNER.private.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    document = carrying(token())
    document["proof"] = document["proof"][0]

    verify_data_integrity_proof(document, public)
    document["credentialSubject"]["achievement"]["endorsementJwt"] = [token(comment="Other.")]
    with pytest.raises(LibOpenBadgesException):
        verify_data_integrity_proof(document, public)
