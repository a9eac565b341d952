"""A credential tells of the assessment that its module has, and of no other."""

import pytest
from django.utils import translation

from digicantrain.credentials.achievements import achievement_of
from digicantrain.credentials.gate import sentences_of

pytestmark = pytest.mark.django_db
TEST, CASE = "the scenario test passed", "the case worked through to one of its ends"
FEEDBACK = "the course feedback given"


@pytest.fixture
def version(programme):
    return programme.modules.get(code="X1").current


def keep(version, parts):
    """Take away from a module what it shall not have."""
    if "test" not in parts:
        version.data["assessment"].pop("blueprint")
    if "case" not in parts:
        version.steps.filter(data__assessed=True).delete()
    if "feedback" not in parts:
        version.steps.filter(kind="feedback").delete()


@pytest.mark.parametrize("feedback", [True, False])
@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("test", "case"), "Scenario test, drawn from a bank, and a branching case"),
        (("test",), "Scenario test, drawn from a bank"),
        (("case",), "Branching case"),
    ],
)
def test_type_and_criteria_follow_from_what_the_module_has(
    version, organisation, parts, words, feedback
):
    keep(version, [*parts, "feedback"] if feedback else parts)

    told = achievement_of(version, organisation=organisation, language="en")

    assert told.assessment_type == words
    said = [one in told.criteria for one in (TEST, CASE, FEEDBACK)]
    assert said == ["test" in parts, "case" in parts, feedback]
    assert told.criteria.startswith("All steps of the units that count done, ")
    assert len(told.assessments) == len(parts)
    assert sentences_of(version, organisation=organisation) == []


def test_with_neither_none_is_named_and_nothing_is_published(version, organisation):
    keep(version, ())

    told = achievement_of(version, organisation=organisation, language="en")

    assert (told.assessment_type, told.assessments) == ("", ())
    assert told.criteria == "All steps of the units that count done."
    assert "type of assessment" in sentences_of(version, organisation=organisation)[0]


@pytest.mark.parametrize("parts", [("test", "case"), ("test",), ("case",)])
def test_it_is_told_in_the_words_of_the_credential_whoever_reads(version, organisation, parts):
    keep(version, parts)

    with translation.override("en"):
        told = achievement_of(version, organisation=organisation, language="fi")

    assert ("tilannekoe läpäisty" in told.criteria) is ("test" in parts)
    assert ("loppuratkaisuun" in told.criteria) is ("case" in parts)
