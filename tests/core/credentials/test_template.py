"""Signed by template is signed as by full processing, byte for byte; where not, nothing is."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from digicantrain.core.credentials import badge, quads, template
from digicantrain.core.credentials.award import IncompleteError, Outcome
from digicantrain.core.credentials.contexts import VC_2
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.linked_data import LinkedDataError, canonical
from digicantrain.core.credentials.quads import Form, NotCompiledError
from digicantrain.core.credentials.status import StatusEntry
from digicantrain.core.credentials.template import Template, TemplateError
from tests.core.credentials.conftest import ACHIEVEMENT, NOW, SIGNER, award, changed, sign

# what N-Quads, templates and formats have been fooled by elsewhere
NASTY = (
    'say "when"', "line\nbreak\r\n\ttab", "back\\slash \\n \\u0041", "%s %(x)s {0} ${7*7} {{ x }}",
    "_:c14n0", "_:a <urn:x> \"y\" .\n_:b", "🧑‍⚕️ 👩🏽‍🔬", "ملف المريض \u202e", "Ελληνικά Ä ö å",
    "<b>&amp;]]>", "urn:place:0", "\u2028\u0085\ufeff", "\U0010ffff", " edge ", "=1+1",
)  # fmt: skip
words = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30),
).filter(str.strip)


def another(number, achievement=ACHIEVEMENT, **changes):
    """Return an award to somebody else, with another place in the status list."""
    fields = {
        "id": f"urn:uuid:{uuid.UUID(int=number)}",
        "identities": (
            Identity.of(IdentityKind.EMAIL, f"p{number}@example.org", salt=f"e{number}"),
            Identity.of(IdentityKind.NAME, f"Person {number}", salt=f"n{number}"),
        ),
        "issued_at": NOW + timedelta(days=number % 99),
        "status": StatusEntry(f"https://credits.example/status/{number % 3}", number),
        "expires_at": NOW + timedelta(days=700 + number % 99),
    }
    return award(achievement, **(fields | changes))


def fast(made, one):
    return made.signed(one, signer=SIGNER, created=one.issued_at)


def full(one):
    return sign(badge.document_of(one), created=one.issued_at)


@pytest.fixture(scope="module")
def made():
    return Template(award())


@pytest.fixture
def no_full_processing(monkeypatch):
    """Fail where the template hands on to full processing of a credential."""

    def refuse(document):
        if "credentialSubject" in document:
            pytest.fail("The template was not used.")
        return canonical(document)

    monkeypatch.setattr(template, "canonical", refuse)


@given(number=st.integers(0, 2**40))
@limits(max_examples=12)
def test_another_learner_gets_the_same_bytes_as_by_full_processing(made, number):
    one = another(number)

    assert fast(made, one) == full(one)


@given(title=words, text=words, name=words, count=st.integers(1, 3), competences=st.integers(0, 3))
@example(title=NASTY[4], text=NASTY[5], name=NASTY[3], count=1, competences=0)
@limits(max_examples=8)
def test_whatever_people_write_the_bytes_are_the_same(title, text, name, count, competences):
    """Any title and narrative; no, one and many alignments."""
    first = ACHIEVEMENT.outcomes[0]
    several = tuple(replace(first.competences[0], urn=f"urn:c:{n}") for n in range(competences))
    outcomes = tuple(Outcome(f"urn:o:{n}", f"O{n}", f"{text} {n}", several) for n in range(count))
    achievement = changed(title=title, description=text, criteria=text, outcomes=outcomes)
    body = replace(award().body, name=name)
    one, two = (another(n, achievement, body=body) for n in (1, 2))

    assert fast(Template(one), two) == full(two)


def test_the_template_is_really_used(made, no_full_processing):
    for number in range(20):
        fast(made, another(number))


@pytest.mark.parametrize(
    "changes",
    [
        {"achievement": changed(title="Another")},
        {"body": replace(award().body, country="EE")},
        {"expires_at": None},
        {"identities": award().identities[:1]},
        {"identities": tuple(reversed(award().identities))},
        {"status": StatusEntry("https://credits.example/s", 5, purpose="suspension")},
    ],
)
def test_what_the_template_does_not_fit_is_fully_processed(made, changes):
    one = another(5, **changes)

    assert fast(made, one) == full(one)


@pytest.mark.parametrize("changes", [{"identities": ()}, {"achievement": changed(quality="")}])
def test_the_gate_stands_before_the_template_too(made, changes):
    with pytest.raises(IncompleteError):
        Template(another(1, **changes))
    with pytest.raises(IncompleteError):
        fast(made, another(1, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "urn:x y"},
        {"id": "no-address"},
        {"id": "urn:x> <urn:y"},
        {"id": "urn:\x85"},
        {"status": StatusEntry('https://credits.example/"', 1)},
        {"identities": (Identity(IdentityKind.NAME, "x\x00", "y"), award().identities[1])},
        {"identities": (Identity(IdentityKind.NAME, "x\ud800", "y"), award().identities[1])},
    ],
)
def test_a_value_that_cannot_stand_at_its_place_is_refused(made, changes):
    with pytest.raises(LinkedDataError):
        fast(made, another(1, **changes))


@pytest.mark.parametrize("value", NASTY)
def test_a_nasty_value_at_an_open_place_is_escaped(made, value):
    ones = (Identity(IdentityKind.EMAIL, value, "s"), Identity(IdentityKind.NAME, "h", value))
    one = another(7, identities=ones)

    assert fast(made, one) == full(one)


def test_two_learners_that_look_alike_are_fully_processed(made):
    """Both hashes and salts the same but for the kind: still told apart by it."""
    same = tuple(replace(one, digest="h", salt="s") for one in award().identities)

    assert fast(made, another(3, identities=same)) == full(another(3, identities=same))


def test_two_outcomes_that_look_alike_are_fully_processed_each_time():
    twins = (ACHIEVEMENT.outcomes[1],) * 2
    one = another(1, changed(outcomes=twins))

    with pytest.raises(NotCompiledError, match="look alike"):
        Form(badge.document_of(one), places=[])
    assert fast(Template(one), one) == full(one)


def test_an_identifier_that_stands_twice_is_fully_processed(made):
    one = another(1, id=ACHIEVEMENT.urn)

    assert fast(made, one) == full(one)


# --- where the two disagree, nothing is signed ---


def test_a_wrong_template_is_found_when_it_is_made(monkeypatch):
    monkeypatch.setattr(quads, "_escaped", lambda value: value + "x")

    with pytest.raises(TemplateError, match="nothing was signed"):
        Template(award())


def test_a_wrong_template_is_found_by_the_sample(monkeypatch):
    made = Template(award())
    monkeypatch.setattr(quads, "_escaped", lambda value: value + "x")
    monkeypatch.setattr(template, "SAMPLE", 1)

    with pytest.raises(TemplateError, match="nothing was signed"):
        fast(made, another(1))


# --- the form alone ---

BARE = {
    "@context": [VC_2],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential"],
    "issuer": "did:example:1",
    "name": "A name",
}


@given(value=st.text(max_size=20))
def test_a_form_gives_what_full_processing_gives_or_refuses(value):
    form = Form(BARE, places=[("name",)])
    document = {**BARE, "name": value}
    try:
        want = canonical(document)
    except LinkedDataError:
        with pytest.raises(LinkedDataError):
            form.canonical(document)
    else:
        assert form.canonical(document) == want


@given(value=st.text(max_size=12))
def test_an_address_is_never_written_otherwise_than_by_full_processing(value):
    document = {**BARE, "id": f"urn:{value}"}
    try:
        made = Form(BARE, places=[("id",)]).canonical(document)
    except LinkedDataError:
        assume(False)
    assert made == canonical(document)


@pytest.mark.parametrize(
    "document",
    [
        {**BARE, "description": "more"},
        {name: value for name, value in BARE.items() if name != "name"},
        {**BARE, "issuer": "did:example:2"},
        {**BARE, "name": 7},
        {**BARE, "name": {"@value": "x"}},
        {**BARE, "name": ["x"]},
        [BARE],
    ],
)
def test_another_document_does_not_fit(document):
    before = repr(document)

    with pytest.raises(NotCompiledError, match="not the one that was compiled"):
        Form(BARE, places=[("name",)]).canonical(document)
    assert repr(document) == before


def test_true_is_not_one():
    document = badge.document_of(award())
    form = Form(document, places=[("id",)])
    document["credentialSubject"]["identifier"][0]["hashed"] = 1

    with pytest.raises(NotCompiledError):
        form.canonical(document)


def test_a_place_in_a_text_or_that_is_not_there_is_refused():
    with pytest.raises(TypeError):
        Form(BARE, places=[("name", 0)])
    with pytest.raises(KeyError):
        Form(BARE, places=[("nothing",)])


def test_a_document_of_two_graphs_is_not_compiled():
    """A proof is a graph of its own."""
    with pytest.raises(NotCompiledError, match="more than one graph"):
        Form(sign(BARE), places=[])


def test_the_options_of_one_moment_are_hashed_once(made, monkeypatch):
    calls = []

    def counted(document):
        calls.append("proofPurpose" in document)
        return canonical(document)

    monkeypatch.setattr(template, "canonical", counted)
    for number in (0, 99, 198):
        made.signed(another(number), signer=SIGNER, created=NOW + timedelta(days=9))

    assert calls == [True]
