"""ELMO 1.7 XML: valid by its schema, the eleven elements in it, hostile text inert."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from digicantrain.core.credentials import elmo
from digicantrain.core.credentials.award import Element, IncompleteError, Level
from digicantrain.core.credentials.plain_text import one_line, plain
from digicantrain.core.credentials.tellings import Learner
from tests.core.credentials.conftest import ACHIEVEMENT, NOW, changed
from tests.core.credentials.european import AINO, JUDGES, REGISTERED, told
from tests.core.credentials.test_elm import BARE, HOSTILE

NS = {"e": elmo.NAMESPACE}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PDF = elmo.File("application/pdf", b"%PDF-1.7 ...")
judged = pytest.mark.skipif(
    not (JUDGES / "elmo").is_dir(), reason="The schema does not stand beside this checkout."
)
XML_XSD = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
  targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xs:attribute name="lang" type="xs:language"/></xs:schema>"""


class Files(etree.Resolver):  # type: ignore[misc]
    """Gives the schema its imports from the folder of the judges; nothing is fetched."""

    NAMES = {
        "xmldsig-core-schema.xsd": "xmldsig-core-schema.xsd",
        "EUROPASS_ISOCountries_V1.1.xsd": "EUROPASS_ISOCountries_V1.1.xsd",
        "ewp-specs-types-address/stable-v1/schema.xsd": "ewp-address-schema.xsd",
        "ewp-specs-architecture/stable-v1/common-types.xsd": "ewp-common-types.xsd",
    }

    def resolve(self, url, _public_id, context):
        for end, name in self.NAMES.items():
            if url.endswith(end):
                return self.resolve_filename(str(JUDGES / "elmo" / name), context)
        return self.resolve_string(XML_XSD, context) if url.startswith("http") else None


@pytest.fixture(scope="module")
def schema():
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Files())
    return etree.XMLSchema(etree.parse(str(JUDGES / "elmo" / "elmo-schema.xsd"), parser))


def written(achievement=ACHIEVEMENT, *, learner=AINO, files=(PDF,), **changes):
    entry = elmo.Entry(told(achievement, **changes), files)
    return elmo.document_of([entry], learner=learner, now=NOW)


def read(data):
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def texts(tree, path):
    return [element.text for element in tree.findall(path, NS)]


def faults(data, schema):
    schema.validate(read(data))
    return [f"{row.path}: {row.message}" for row in schema.error_log]


@judged
@pytest.mark.parametrize(
    "data",
    [
        written(),
        written(BARE, learner=Learner("Cher"), files=(), languages=("en",)),
        written(body=replace(REGISTERED, legal_identifier="", website="", country="GR")),
        written(changed(level=Level(8, "self-assessed"))),
    ],
)
def test_the_schema_finds_no_error(data, schema):
    assert faults(data, schema) == []


@judged
def test_the_schema_is_awake(schema):
    tree = read(written())
    tree.remove(tree.find("e:learner", NS))

    assert faults(etree.tostring(tree), schema)


def test_the_elements_stand_in_it():
    tree = read(written())
    instance = tree.find(".//e:learningOpportunityInstance", NS)

    assert texts(tree, "e:learner/e:identifier") == ["aino@example.org"]
    assert texts(tree, "e:learner/e:givenNames") == ["Aino"]
    assert texts(tree, "e:learner/e:familyName") == ["Virtanen"]
    assert texts(tree, ".//e:issuer/e:country") == ["FI"]
    assert texts(tree, ".//e:issuer/e:title") == ["Turun koulutus", "Turku Training"]
    assert texts(tree, ".//e:issuer/e:identifier")[0] == "VATFI-01234567"
    titles = tree.findall(".//e:learningOpportunitySpecification/e:title", NS)
    assert {one.get(LANG): one.text for one in titles} == {
        "fi": "Raporttien lukeminen", "en": "Reading reports",
    }  # fmt: skip
    assert texts(instance, "e:date") == ["2026-11-20"]
    assert texts(instance, "e:credit/e:value") == ["1"]
    assert texts(instance, "e:level/*") == ["EQF", "self-assessed", "6"]
    assert texts(instance, "e:languageOfInstruction") == ["fi"]
    assert texts(instance, "e:engagementHours") == ["27.00"]
    assert texts(instance, "e:status") == ["passed"]
    described = texts(tree, ".//e:learningOpportunitySpecification/e:description")[1]
    for words in (
        "- Read a report", "Scenario test", "Unsupervised", "Online", "Internal quality assurance",
    ):  # fmt: skip
        assert words in described


def test_the_certificate_is_attached_as_a_micro_credential():
    tree = read(written())
    attachment = tree.find("e:report/e:attachment", NS)

    assert texts(attachment, "e:type") == [elmo.MICRO_CREDENTIAL]
    assert texts(tree, ".//e:attachments/e:ref") == texts(attachment, "e:identifier")
    content = texts(attachment, "e:content")[0]
    assert b64decode(content.removeprefix("data:application/pdf;base64,")) == PDF.content


def test_below_a_whole_credit_no_ects_stand_in_it():
    assert read(written(BARE)).find(".//e:credit", NS) is None


def test_awards_of_one_body_share_a_report():
    other = replace(REGISTERED, id="did:key:other", name="Elsewhere")
    earlier = NOW - timedelta(days=9)
    entries = [
        elmo.Entry(told(issued_at=earlier)), elmo.Entry(told(body=other)), elmo.Entry(told()),
    ]  # fmt: skip

    tree = read(elmo.document_of(entries, learner=AINO, now=NOW))

    reports = tree.findall("e:report", NS)
    assert [len(r.findall("e:learningOpportunitySpecification", NS)) for r in reports] == [2, 1]
    assert texts(tree, "e:report/e:issueDate") == ["2026-11-20T12:00:00Z"] * 2


def test_a_gap_is_refused_by_its_name():
    with pytest.raises(IncompleteError) as refused:
        written(changed(level=Level(None, "")))
    assert refused.value.elements == (Element.LEVEL,)


@pytest.mark.parametrize("entries", [[], [elmo.Entry(())]])
def test_nothing_gives_no_document(entries):
    with pytest.raises(ValueError, match="at least one award"):
        elmo.document_of(entries, learner=AINO, now=NOW)


def test_a_learner_without_a_name_gives_no_document():
    with pytest.raises(ValueError, match="name"):
        written(learner=Learner(" \x00 "))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Aino Maria Virtanen", ("Aino Maria", "Virtanen")),
        ("Ελένη Παππά", ("Ελένη", "Παππά")),
        ("Cher", ("", "Cher")),
        (" Åke \n Öberg ", ("Åke", "Öberg")),
    ],
)
def test_a_name_is_told_in_two(name, parts):
    assert elmo.name_in_two(name) == parts


@pytest.mark.parametrize(
    ("name", "family", "parts"),
    [
        ("María García López", "García López", ("María", "García López")),
        ("Nagy Éva Anna", "Nagy", ("Éva Anna", "Nagy")),
        ("Jan van der Berg", " van  der Berg", ("Jan", "van der Berg")),
        ("Aino Virtanen", "Korhonen", ("Aino", "Virtanen")),
        ("Cher", "Cher", ("", "Cher")),
    ],
)
def test_the_family_name_is_what_the_learner_says_if_it_is_in_her_name(name, family, parts):
    assert elmo.name_in_two(name, family=family) == parts


ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>&a;]]><x/><!-- -->'


@judged
@pytest.mark.parametrize("words", [HOSTILE, ENTITY])
def test_hostile_text_is_text(words, schema):
    nasty = changed(
        title=words, description=words, criteria=words, quality=words, note=words,
        level=Level(6, words), outcomes=tuple(replace(o, text=words) for o in ACHIEVEMENT.outcomes),
    )  # fmt: skip
    data = written(nasty, learner=Learner(words, words), body=replace(REGISTERED, name=words))

    assert faults(data, schema) == []
    assert b"<!DOCTYPE" not in data
    assert b"<!ENTITY" not in data
    title = texts(read(data), ".//e:learningOpportunitySpecification/e:title")[1]
    assert title == " ".join(words.split())


any_text = st.text(min_size=1, max_size=60).filter(one_line)


@given(name=any_text, title=any_text, narrative=any_text)
def test_any_name_title_and_narrative_survive(name, title, narrative):
    data = written(
        changed(title=title, description=narrative), learner=Learner(name), languages=("en",)
    )
    tree = read(data)

    given, family = texts(tree, "e:learner/e:givenNames")[0] or "", None
    family = texts(tree, "e:learner/e:familyName")[0]
    assert f"{given} {family}".strip() == one_line(name)
    said = texts(tree, ".//e:learningOpportunitySpecification/e:title")
    assert said == [" ".join(plain(title).split())]
    described = texts(tree, ".//e:learningOpportunitySpecification/e:description")[0]
    assert described.startswith(plain(narrative))
