"""The European Digital Credential: eleven elements in its own terms, two languages, 0 errors."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pyld.documentloader import frozen

from digicantrain.core.credentials import elm, elm_terms, linked_data
from digicantrain.core.credentials.award import (
    Basis,
    Element,
    Further,
    IncompleteError,
    Kind,
    Level,
    Participation,
    Supervision,
)
from digicantrain.core.credentials.elm import EuropeanFormError, duration
from digicantrain.core.credentials.european_lists import UnknownEntryError
from digicantrain.core.credentials.plain_text import one_line, plain
from digicantrain.core.credentials.tellings import Learner
from tests.core.credentials.conftest import ACHIEVEMENT, changed
from tests.core.credentials.european import AINO, JUDGES, PNG, REGISTERED, document, told

judged = pytest.mark.skipif(
    not (JUDGES / "elm").is_dir(),
    reason="The Commission's files do not stand beside this checkout.",
)


@pytest.fixture(scope="module")
def shapes():
    """The Commission's shapes: both files together, since the full one alone accepts anything."""
    from rdflib import Graph

    graph = Graph()
    for name in ("EDC-generic-full.ttl", "EDC-generic-no-cv.ttl"):
        graph.parse(JUDGES / "elm" / name)
    return graph


def load(url, options=None):
    """Return the two contexts that a document names: the W3C's from PyLD, the Commission's here."""
    files = {**frozen.BUNDLED_CONTEXTS, elm.CONTEXTS[1]: JUDGES / "elm" / "edc-ap-context.jsonld"}
    text = files[url].read_text(encoding="utf-8")
    return {"contextUrl": None, "documentUrl": url, "document": json.loads(text)}


def quads(written):
    options = {"documentLoader": load, "format": "application/n-quads"}
    return jsonld.to_rdf(written, options)


def faults(written, shapes):
    """Return what the shapes object to."""
    import pyshacl
    from rdflib import RDF, SH, Graph

    graph = Graph().parse(data=quads(written), format="nt")
    _conforms, results, _text = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
    return [
        str(results.value(one, SH.resultMessage) or results.value(one, SH.resultPath))
        for one in results.subjects(RDF.type, SH.ValidationResult)
    ]


BARE = replace(
    ACHIEVEMENT, note="", version="", page="", stackability="",
    workload=replace(ACHIEVEMENT.workload, ects=None),
    outcomes=(replace(ACHIEVEMENT.outcomes[0], competences=()),),
)  # fmt: skip
KINDS = {
    "whole": document(),
    "one language": document(languages=("en",)),
    "least": document(BARE, learner=Learner("Ελένη Παππά"), extras=None, expires_at=None),
    "badge": document(changed(kind=Kind.BADGE, takes_part=Participation.BLENDED)),
    "referenced": document(
        changed(level=Level(7, "referenced to the Finnish framework", Basis.REFERENCED))
    ),
}


@judged
@pytest.mark.parametrize("kind", KINDS)
def test_the_commissions_shapes_find_no_error(kind, shapes):
    assert faults(KINDS[kind], shapes) == []


@judged
@pytest.mark.parametrize("part", ["issued", "issuer", "displayParameter", "credentialProfiles"])
def test_the_shapes_are_awake(part, shapes):
    lacking = {name: value for name, value in document().items() if name != part}

    assert faults(lacking, shapes)


@judged
def test_a_missing_level_passes_the_shapes_and_not_our_gate(shapes):
    written = json.loads(json.dumps(document()))
    del written["credentialSubject"]["hasClaim"]["specifiedBy"]["eqfLevel"]

    assert faults(written, shapes) == []
    with pytest.raises(IncompleteError) as refused:
        document(changed(level=Level(None, "self-assessed")))
    assert refused.value.elements == (Element.LEVEL,)


@judged
@pytest.mark.parametrize("kind", KINDS)
def test_our_table_of_terms_means_what_the_commissions_context_means(kind):
    own = {**KINDS[kind], "@context": dict(elm_terms.CONTEXT)}

    assert sorted(quads(KINDS[kind]).splitlines()) == sorted(quads(own).splitlines())


@pytest.mark.parametrize("kind", KINDS)
def test_each_term_is_defined(kind):
    elm_terms.check_terms(KINDS[kind])


def test_an_undefined_term_is_refused_with_its_path():
    written = json.loads(json.dumps(document()))
    written["credentialSubject"]["hasClaim"]["ectsPoints"] = "99"

    with pytest.raises(linked_data.UndefinedTermError) as refused:
        elm_terms.check_terms(written)
    assert refused.value.path == "credentialSubject.hasClaim.ectsPoints"


def test_the_eleven_elements_stand_in_its_own_terms():
    written = document()
    claim = written["credentialSubject"]["hasClaim"]
    qualification, assessment = claim["specifiedBy"], claim["provenBy"][0]

    assert written["credentialSubject"]["fullName"] == {"fi": "Aino Virtanen"}
    assert claim["title"] == {"fi": "Raporttien lukeminen", "en": "Reading reports"}
    country = written["issuer"]["location"]["address"]["countryCode"]
    assert country["id"].endswith("/authority/country/FIN")
    assert claim["awardedBy"]["awardingBody"]["legalName"]["fi"] == "Turun koulutus"
    assert written["issued"] == claim["awardedBy"]["awardingDate"] == "2026-11-20T12:00:00Z"
    assert [one["title"]["en"] for one in qualification["learningOutcome"]] == [
        "Read a report", "Choose what to do",
    ]  # fmt: skip
    assert qualification["volumeOfLearning"] == claim["influencedBy"]["workload"] == "PT27H"
    assert claim["creditReceived"]["point"] == "1"
    assert qualification["eqfLevel"]["id"] == "http://data.europa.eu/snb/eqf/6"
    assert assessment["specifiedBy"]["dcType"]["prefLabel"]["en"] == "quiz"
    assert assessment["grade"]["noteLiteral"] == {"fi": "Hyväksytty", "en": "Passed"}
    assert assessment["idVerification"]["id"].endswith("/c598449d64")
    assert qualification["mode"]["prefLabel"]["en"] == "Online"
    assert qualification["accreditation"]["title"]["fi"] == "Sisäinen laadunvarmistus"
    assert written["displayParameter"]["primaryLanguage"]["id"].endswith("/language/FIN")


def test_what_the_level_rests_on_and_the_entitlement_are_said():
    claim = document()["credentialSubject"]["hasClaim"]
    notes = [one["noteLiteral"]["en"] for one in claim["specifiedBy"]["additionalNote"]]

    assert "EQF 6: self-assessed" in notes
    assert claim["awardedBy"]["additionalNote"]["noteLiteral"]["en"].startswith("Entitled")
    without = document(BARE)["credentialSubject"]["hasClaim"]
    assert "creditReceived" not in without
    assert "creditPoint" not in without["specifiedBy"]
    assert "additionalNote" not in without["awardedBy"]


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"supervision": " "}, Further.SUPERVISION),
        ({"quality": ""}, Element.QUALITY),
        ({"assessments": ()}, Element.ASSESSMENT),
        ({"participation": ""}, Element.PARTICIPATION),
        ({"level": Level(6, "somehow", "by hearsay")}, Element.LEVEL),
        ({"level": Level(9, "self-assessed")}, Element.LEVEL),
    ],
)
def test_a_gap_is_refused_by_its_name(changes, lacking):
    with pytest.raises(IncompleteError) as refused:
        document(changed(**changes), languages=("en",))

    assert refused.value.elements == (lacking,)


def test_a_gap_in_the_second_language_is_a_gap():
    tellings = told()
    english = tellings[1]
    mute = replace(english.award, achievement=replace(english.award.achievement, title=""))

    with pytest.raises(IncompleteError):
        elm.document_of([tellings[0], replace(english, award=mute)], learner=AINO)


def test_ects_without_entitlement_are_refused():
    with pytest.raises(IncompleteError) as refused:
        document(body=replace(REGISTERED, may_award_ects=False))

    assert refused.value.elements == (Further.ENTITLEMENT,)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learner": Learner(" \x07")}, "learner's name"),
        ({"body": replace(REGISTERED, legal_identifier="")}, "number in a register"),
        ({"body": replace(REGISTERED, legal_identifier="01234567")}, "number in a register"),
    ],
)
def test_what_only_this_form_asks_for_is_named(change, words):
    with pytest.raises(EuropeanFormError, match=words):
        document(**change)


def test_a_country_or_language_outside_the_lists_is_refused():
    with pytest.raises(UnknownEntryError, match="'XX'"):
        document(body=replace(REGISTERED, country="XX"))
    with pytest.raises(UnknownEntryError, match="'xx'"):
        document(changed(language="xx"), languages=("en",))


@pytest.mark.parametrize(("minutes", "text"), [(0, "PT0M"), (59, "PT59M"), (1621, "PT27H1M")])
def test_minutes_are_written_as_a_duration(minutes, text):
    assert duration(minutes) == text


def test_fractions_of_a_credit_are_plain_numbers():
    half = replace(ACHIEVEMENT.workload, ects=Decimal("1.50"))

    claim = document(changed(workload=half))["credentialSubject"]["hasClaim"]

    assert claim["creditReceived"]["point"] == "1.5"


@pytest.mark.parametrize("watched", Supervision)
def test_each_way_of_watching_has_its_entry(watched):
    tellings = told(languages=("en",))
    award = tellings[0].award
    seen = replace(award, achievement=replace(award.achievement, watched=watched))

    written = elm.document_of([replace(tellings[0], award=seen)], learner=AINO)

    entry = written["credentialSubject"]["hasClaim"]["provenBy"][0]["idVerification"]
    assert entry["inScheme"]["id"].endswith("supervision-verification/25831c2")


texts = st.text(min_size=1, max_size=60).filter(one_line)


@given(name=texts, title=texts, narrative=texts)
def test_any_name_title_and_narrative_survive(name, title, narrative):
    made = document(
        changed(title=title, description=narrative), learner=Learner(name), languages=("en",)
    )
    read = json.loads(json.dumps(made, ensure_ascii=False).encode())

    claim = read["credentialSubject"]["hasClaim"]
    assert read["credentialSubject"]["fullName"] == {"en": one_line(name)}
    assert claim["title"] == {"en": plain(title)}
    assert claim["description"] == {"en": plain(narrative)}


@settings(max_examples=5)
@given(text=texts)
def test_any_text_is_safe_json_ld(text):
    elm_terms.check_terms(document(changed(title=text, description=text), languages=("en",)))


HOSTILE = '"}],"x":"\n\t<script>&amp;]]> \\u0000 \u202e {{ x }} 🧑🏽‍⚕️ @context urn:epass:org:1'


@judged
def test_hostile_values_in_each_field_give_no_error(shapes):
    nasty = changed(
        title=HOSTILE, description=HOSTILE, criteria=HOSTILE, assessment_type=HOSTILE,
        participation=HOSTILE, quality=HOSTILE, supervision=HOSTILE, stackability=HOSTILE,
        note=HOSTILE, level=Level(6, HOSTILE),
        outcomes=tuple(replace(one, text=HOSTILE) for one in ACHIEVEMENT.outcomes),
    )  # fmt: skip
    body = replace(REGISTERED, name=HOSTILE, email='"a b"@x.example')

    written = document(nasty, learner=Learner(HOSTILE, "x y@example.org"), body=body)

    assert faults(written, shapes) == []
    elm_terms.check_terms(written)


def test_the_upload_form_wraps_the_document():
    made = document()

    assert elm.upload_of(made) == {"credential": made}
    assert made["displayParameter"]["individualDisplay"][0]["displayDetail"][0]["page"] == 1
    assert PNG
