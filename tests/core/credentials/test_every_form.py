"""Whatever people write survives issuing, baking, unbaking and checking, in every form."""

import base64
import copy
import json

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from digicantrain.core.credentials import badge, baking, identity, jwt, learner_record
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.learner_record import LearnerRecord, Path
from digicantrain.core.credentials.linked_data import LinkedDataError
from digicantrain.core.credentials.template import Template
from digicantrain.core.credentials.verification import Verdict
from tests.core.credentials.conftest import (
    BODY,
    LIST,
    NOW,
    SIGNER,
    World,
    award,
    changed,
    key_pair,
    sign,
    status_list,
)
from tests.core.credentials.test_baking import PICTURE, PLAIN
from tests.core.credentials.test_template import NASTY
from tests.core.credentials.test_verification import another, holder_of, places

# all of Unicode but what no form can hold: halves of letters, and control characters
words = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40),
).filter(str.strip)


@pytest.fixture(scope="module")
def world():
    return World(lists={LIST: json.dumps(status_list())})


def forms_of(signed):
    """Return each form of a signed credential as it is handed in."""
    told = json.dumps(signed, ensure_ascii=False)
    tokens = [
        jwt.in_open_badges_profile(signed, signer=SIGNER),
        jwt.in_w3c_profile(signed, signer=SIGNER),
    ]
    yield told
    yield from tokens
    for picture in (PLAIN, PICTURE):
        for inside in (told, tokens[0]):
            yield baking.unbake(baking.bake(picture, inside))


@given(name=words, title=words, narrative=words)
@limits(max_examples=5)
def test_any_name_title_and_narrative_survive_in_every_form(world, name, title, narrative):
    achievement = changed(title=title, description=narrative, criteria=narrative)
    one = award(achievement, identities=(Identity.of(IdentityKind.NAME, name, salt="s"),))
    signed = Template(one).signed(one, signer=SIGNER, created=NOW)
    seen = set()
    for text in forms_of(signed):
        if text in seen:
            continue
        seen.add(text)
        report = world.judge(text)

        assert report.verdict is Verdict.VALID
        assert report.document["name"] == title
        subject = report.document["credentialSubject"]
        assert subject["achievement"]["criteria"]["narrative"] == narrative
        assert identity.matches(report.document, kind=IdentityKind.NAME, value=name)
    assert len(seen) >= 3


@given(title=words, narrative=words)
@limits(max_examples=3)
def test_any_title_and_narrative_survive_in_a_record(world, title, narrative):
    member = sign(badge.document_of(award(changed(title=title, description=narrative))))
    path = Path("urn:uuid:path", title, narrative, narrative, "en")
    record = LearnerRecord(
        id="urn:uuid:record", title=title, body=BODY, identities=award().identities,
        issued_at=NOW, credentials=(member,), path=path,
        associations=learner_record.parts_of(path, (member,)),
    )  # fmt: skip

    report = world.judge(json.dumps(sign(learner_record.document_of(record))))

    assert report.verdict is Verdict.VALID
    assert report.document["credentialSubject"]["achievement"][0]["description"] == narrative


@pytest.mark.parametrize("letter", ["\x00", "\x08", "\x0b", "\x1b", "\x7f", "\ud800"])
def test_what_libraries_write_differently_is_refused_before_it_is_signed(letter):
    with pytest.raises(LinkedDataError):
        Template(award(changed(title=f"a{letter}b")))


def test_threat_41_every_field_of_a_token_changed_one_at_a_time_is_noticed(world, signed):
    for write in (jwt.in_open_badges_profile, jwt.in_w3c_profile):
        header, payload, signature = write(signed, signer=SIGNER).split(".")
        document = json.loads(base64.urlsafe_b64decode(f"{payload}=="))
        for path in list(places(document)):
            other = copy.deepcopy(document)
            holder_of(other, path)[path[-1]] = another(holder_of(other, path)[path[-1]])
            told = base64.urlsafe_b64encode(json.dumps(other).encode()).rstrip(b"=").decode()

            assert not world.judge(f"{header}.{told}.{signature}").is_authentic, path


def test_threat_41_fields_changed_inside_a_picture_are_noticed(world, signed):
    """The checksums are right again: who changes a picture can do that."""
    found = list(places(signed))
    for number, path in enumerate(found[::6]):
        other = copy.deepcopy(signed)
        holder_of(other, path)[path[-1]] = another(holder_of(other, path)[path[-1]])
        picture = (PLAIN, PICTURE)[number % 2]

        text = baking.unbake(baking.bake(picture, json.dumps(other)))
        assert not world.judge(text).is_authentic, path


@pytest.mark.parametrize("part", [0, 1, 2])
def test_threat_41_a_token_whose_part_is_changed_or_gone_is_noticed(world, signed, part):
    parts = jwt.in_open_badges_profile(signed, signer=SIGNER).split(".")
    for change in ("", parts[part][:-4], parts[part] + "AAAA", parts[(part + 1) % 3]):
        other = [*parts[:part], change, *parts[part + 1 :]]

        assert not world.judge(".".join(other)).is_authentic


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256", "ES256"])
def test_threat_37_a_token_cannot_choose_how_it_is_checked(world, signed, algorithm):
    header, payload, signature = jwt.in_open_badges_profile(signed, signer=SIGNER).split(".")
    told = json.loads(base64.urlsafe_b64decode(f"{header}==")) | {"alg": algorithm}
    other = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()

    for end in (signature, ""):
        assert not world.judge(f"{other}.{payload}.{end}").is_authentic


def test_the_key_in_a_tokens_header_is_not_believed(world, signed):
    """It may travel along (Open Badges 3.0, 8.2), but whose it is the issuer's address says."""
    stranger, _ = key_pair(7)
    forged = jwt.in_open_badges_profile(signed, signer=stranger)
    disguised = jwt.in_open_badges_profile(
        signed, signer=type(SIGNER)(SIGNER.verification_method, stranger.private)
    )

    assert not world.judge(forged).is_authentic
    assert not world.judge(disguised).is_authentic
