"""What may be awarded, and the gate that names what is missing."""

from dataclasses import replace

import pytest

from digicantrain.core.credentials import badge
from digicantrain.core.credentials.award import Element, IncompleteError, Level, gaps_of
from tests.core.credentials.conftest import ACHIEVEMENT, BODY, award, changed

PLACE = {
    Element.LEARNER: "learnerIdentification",
    Element.TITLE: "microCredentialTitle",
    Element.COUNTRY: "countryOfIssuer",
    Element.AWARDING_BODY: "awardingBody",
    Element.DATE: "dateOfIssue",
    Element.OUTCOMES: "learningOutcomes",
    Element.WORKLOAD: "notionalWorkload",
    Element.LEVEL: "eqfLevel",
    Element.ASSESSMENT: "assessmentType",
    Element.PARTICIPATION: "participationForm",
    Element.QUALITY: "qualityAssuranceType",
}
WITHOUT = {
    Element.LEARNER: award(identities=()),
    Element.TITLE: award(changed(title=" ")),
    Element.COUNTRY: award(body=replace(BODY, country="")),
    Element.AWARDING_BODY: award(body=replace(BODY, name="")),
    Element.OUTCOMES: award(changed(outcomes=())),
    Element.WORKLOAD: award(changed(workload=replace(ACHIEVEMENT.workload, minutes=0))),
    Element.LEVEL: award(changed(level=Level(None, "self-assessed"))),
    Element.ASSESSMENT: award(changed(assessments=())),
    Element.PARTICIPATION: award(changed(participation="")),
    Element.QUALITY: award(changed(quality="")),
}


@pytest.mark.parametrize("element", Element)
def test_each_of_the_eleven_elements_stands_in_what_is_issued(element):
    said = badge.document_of(award())["credentialSubject"]["microCredential"]

    assert len(Element) == 11
    assert said[PLACE[element]]


@pytest.mark.parametrize("element", WITHOUT)
def test_an_award_that_lacks_an_element_is_refused_by_its_name(element):
    with pytest.raises(IncompleteError, match=r"cannot be issued yet") as refused:
        badge.document_of(WITHOUT[element])

    assert refused.value.elements == (element,)
    assert element.value in str(refused.value)


def test_only_the_date_cannot_be_missing():
    assert set(Element) - set(WITHOUT) == {Element.DATE}
    assert award().issued_on.isoformat() == "2026-11-20"


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"level": Level(6, "")}, Element.LEVEL),
        ({"assessment_type": ""}, Element.ASSESSMENT),
        ({"workload": replace(ACHIEVEMENT.workload, text="")}, Element.WORKLOAD),
        ({"outcomes": (replace(ACHIEVEMENT.outcomes[0], text=""),)}, Element.OUTCOMES),
    ],
)
def test_half_an_element_is_not_the_element(changes, element):
    assert gaps_of(changed(**changes), BODY) == (element,)


def test_every_gap_is_named_at_once_in_the_order_of_the_recommendation():
    bare = changed(title="", outcomes=(), quality="")

    with pytest.raises(IncompleteError) as refused:
        badge.document_of(award(bare, body=replace(BODY, country="")))

    assert [element.name for element in refused.value.elements] == [
        "TITLE", "COUNTRY", "OUTCOMES", "QUALITY",
    ]  # fmt: skip


def test_below_a_whole_credit_no_ects_is_stated():
    hours = replace(ACHIEVEMENT.workload, minutes=50, text="50 min", ects=None)

    document = badge.document_of(award(changed(workload=hours)))

    assert "ectsCredits" not in document["credentialSubject"]["microCredential"]
    assert "creditsEarned" not in document["credentialSubject"]
    assert "creditsAvailable" not in document["credentialSubject"]["achievement"]


def test_a_credential_names_nobody_and_no_points():
    text = str(badge.document_of(award()))

    assert "Aino" not in text
    assert "aino@" not in text
    assert "score" not in text.lower()


def test_types_are_arrays_everywhere():
    """Valid in every published variant of the schema."""
    document = badge.document_of(award())

    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["credentialSubject"]["type"] == ["AchievementSubject"]
    assert document["credentialSubject"]["achievement"]["type"] == ["Achievement"]
    assert document["issuer"]["type"] == ["Profile"]
