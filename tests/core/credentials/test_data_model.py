"""The rules of the data model, one at a time; each refusal names its member."""

from typing import Any

import pytest

from digicantrain.core.credentials.contexts import (
    EARLIER,
    EXAMPLES,
    PINS,
    VC_1,
    VC_2,
    load_or_example,
)
from digicantrain.core.credentials.data_model import (
    MalformedError,
    period_of,
    require_credential,
    require_presentation,
)
from digicantrain.core.credentials.linked_data import UndefinedTermError, canonical, require_terms

VC_2_SHA256 = "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"
VC_2_SHA384 = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"


def credential(**changes):
    return {
        "@context": [VC_2],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:subject"},
        **changes,
    }


def related(**entry):
    return {"relatedResource": {"id": VC_2, **entry}}


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"id": "urn:uuid:1"}, {"issuer": {"id": "did:example:issuer"}},
        {"type": "VerifiableCredential"},
        {"credentialSubject": [{"id": "did:example:1"}, {"name": "x"}]}, {"name": "x"},
        {"name": [{"@value": "x", "@language": "fi"}]},
        {"validFrom": "2026-01-01T00:00:00.5+14:00", "validUntil": "2026-01-01T00:00:00Z"},
        {"credentialSchema": [{"id": "urn:x", "type": "T"}, {"id": "urn:y", "type": ["T"]}]},
        {"evidence": [{"type": ["T"]}]}, {"termsOfUse": {"type": "T", "id": "urn:x"}},
        related(digestMultibase=VC_2_SHA256), related(digestSRI=VC_2_SHA384),
        related(digestSRI=[VC_2_SHA384], digestMultibase=[VC_2_SHA256]),
        {"relatedResource": [{"id": "https://x.example/", "digestSRI": "sha256-AA"}]},
    ],
)  # fmt: skip
def test_what_keeps_the_rules_is_one(changes):
    require_credential(credential(**changes))


# what may not stand under a name; the refusal names it
BROKEN: dict[str, list[Any]] = {
    "@context": [[], VC_2, None, ["https://x.example/", VC_2], [VC_2, 7], [[VC_2]], [VC_2, "h ://x"]],
    "type": [[], ["x"], None, ["VerifiableCredential", 7], ["VerifiableCredential", ""]],
    "id": [None, ["urn:x"], "x", "urn:a b", 7],
    "issuer": [None, {}, ["urn:x"], "x", {"id": "urn:x", "name": {"@value": 7}}],
    "credentialSubject": [{}, [], [{}], "x", None, {"id": 7}],
    "name": [7, {"@value": "x", "url": "y"}, [7]],
    "description": [{"@language": "fi"}, {"@value": "x", "@language": 7}],
    "validFrom": ["2026-01-01", None, 7, "2026-01-01T00:00:00", "2026-01-01T24:00:00Z"],
    "validUntil": ["2026-02-30T00:00:00Z", "2026-01-01T00:00:00+15:00"],
    "credentialStatus": [{}, "x", [7], {"type": "T", "id": ["urn:x"]}, {"id": "urn:x"}],
    "credentialSchema": [{"type": "T"}, {"id": "x y", "type": "T"}, {"id": "urn:x"}],
    "evidence": [[{}], {}, "x"],
    "termsOfUse": [[7], {"id": "urn:x"}],
    "refreshService": [{"id": "urn:x"}],
    "proof": [{"id": "urn:x"}, 7],
    "relatedResource": [
        ["urn:x"], {"id": "urn:x"}, {"digestSRI": "x"}, [{"id": "urn:x", "digestSRI": "a"}] * 2,
    ],
}  # fmt: skip
WRONG_DIGESTS = [
    {"digestMultibase": "uAA"}, {"digestSRI": "sha384-AA"}, {"digestSRI": 7},
    {"digestSRI": VC_2_SHA384, "digestMultibase": "uAA"}, {"digestMultibase": "z0"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BROKEN.items() for value in values]
)
def test_what_breaks_a_rule_is_refused_by_its_name(name, value):
    with pytest.raises(MalformedError, match=name):
        require_credential(credential(**{name: value}))


def test_an_end_before_the_beginning_is_refused():
    dates = {"validFrom": "2026-01-02T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"}

    with pytest.raises(MalformedError, match="validUntil is before validFrom"):
        require_credential(credential(**dates))


@pytest.mark.parametrize("entry", WRONG_DIGESTS)
def test_a_wrong_digest_of_a_context_that_is_known_is_refused(entry):
    with pytest.raises(MalformedError, match="digest"):
        require_credential(credential(**related(**entry)))


def test_the_digest_of_an_earlier_edition_is_known():
    """W3C's Candidate Recommendation of 2024 gave the base context other bytes."""
    digest = "u" + "JKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"

    require_credential(credential(**related(digestMultibase=digest)))
    assert all(len(digest) in {64, 96} for digest in EARLIER[VC_2])


def test_the_model_of_2019_has_other_dates():
    old = credential(**{"@context": [VC_1], "issuanceDate": "2026-01-01T00:00:00Z"})

    require_credential(old)
    assert period_of(old).begins.year == 2026
    with pytest.raises(MalformedError, match="issuanceDate"):
        require_credential(credential(**{"@context": [VC_1]}))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"type": ["x"]}, "type"), ({"holder": 7}, "holder"), ({"holder": {"name": "x"}}, "holder"),
        ({"verifiableCredential": "x"}, "verifiableCredential"), ({"id": 7}, "id"),
        ({"verifiableCredential": [{"type": "x"}]}, "verifiableCredential"),
        ({"@context": []}, "@context"), ({"proof": {"id": "urn:x"}}, "proof"),
    ],
)  # fmt: skip
def test_a_presentation_has_rules_of_its_own(changes, named):
    good = {"@context": [VC_2], "type": ["VerifiablePresentation"], "holder": "did:example:x"}

    require_presentation(good)
    with pytest.raises(MalformedError, match=named):
        require_presentation({**good, **changes})


# --- contexts ---


@pytest.mark.parametrize("url", PINS)
def test_each_pinned_context_has_the_bytes_that_are_pinned(url):
    from digicantrain.core.credentials import contexts

    assert contexts.load(url)["document"]["@context"]


def test_a_vocabulary_that_takes_any_word_does_not_take_a_misspelt_property():
    named = {"@context": [VC_2, next(iter(EXAMPLES))]}

    require_terms(credential(**named, name="x", evidence={"type": "T"}), load_or_example)
    with pytest.raises(UndefinedTermError) as refused:
        require_terms(credential(**named, validUntl="x"), load_or_example)
    assert refused.value.path == "validUntl"


def test_the_contexts_for_examples_are_not_known_to_who_did_not_ask_for_them():
    named = credential(**{"@context": [VC_2, next(iter(EXAMPLES))]})

    assert canonical(named, load_or_example)
    with pytest.raises(ValueError, match="not known here"):
        canonical(named)
