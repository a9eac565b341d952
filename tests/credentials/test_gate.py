"""The publish gate: each element that is missing is named, at publish and again at issue."""

import pytest
from django.utils import timezone, translation

from digicantrain.core import content
from digicantrain.core.credentials import badge
from digicantrain.core.credentials.award import Element, Further, IncompleteError
from digicantrain.credentials import actions, gate
from digicantrain.credentials.achievements import achievement_of
from digicantrain.credentials.gate import NotPublishedError, lacking, sentences_of
from digicantrain.credentials.models import Credential
from digicantrain.programme.actions import import_design
from digicantrain.programme.models import ModuleVersion, Programme
from tests.credentials.earned import earn

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(programme):
    return programme.modules.get(code="X1").current


def credit(version, **changes):
    version.data = {**version.data, "credit": {**version.data["credit"], **changes}}
    version.save()


def without(version, key):
    del version.data["credit"][key]
    version.save()


SPOILT = {
    Element.TITLE: lambda v, _o: credit(v, title={}),
    Element.COUNTRY: lambda _v, o: setattr(o, "country", ""),
    Element.AWARDING_BODY: lambda _v, o: setattr(o, "name", {}),
    Element.OUTCOMES: lambda v, _o: v.outcomes.all().delete(),
    Element.WORKLOAD: lambda v, _o: v.steps.update(minutes=0),
    Element.LEVEL: lambda v, _o: setattr(v, "eqf_basis", "by hearsay"),
    Element.ASSESSMENT: lambda v, _o: (
        v.data["assessment"].pop("blueprint"), v.steps.filter(data__assessed=True).delete(),
    ),
    Element.PARTICIPATION: lambda v, _o: without(v, "participation"),
    Element.QUALITY: lambda _v, o: setattr(o, "quality_assurance", {}),
    Further.SUPERVISION: lambda v, _o: without(v, "supervision"),
}  # fmt: skip


@pytest.mark.parametrize("country", ["ZZ", "XX", "EU", "fi"])
def test_letters_that_are_no_country_are_none(version, organisation, country):
    organisation.country = country

    assert lacking(version, organisation=organisation) == (Element.COUNTRY,)


@pytest.mark.parametrize("element", SPOILT)
def test_what_is_missing_is_named_in_one_sentence(version, organisation, element):
    assert sentences_of(version, organisation=organisation) == []

    SPOILT[element](version, organisation)

    assert lacking(version, organisation=organisation) == (element,)
    (sentence,) = sentences_of(version, organisation=organisation)
    assert str(gate.NAMES[element]) in sentence


def test_each_element_but_learner_date_and_entitlement_can_be_missing_here():
    """The learner and the day come with the award; ECTS are not stated where nobody may."""
    assert set(gate.NAMES) - set(SPOILT) == {Element.LEARNER, Element.DATE, Further.ENTITLEMENT}


def test_the_sentence_is_in_the_authors_language(version, organisation):
    organisation.quality_assurance = {}

    with translation.override("fi"):
        (sentence,) = sentences_of(version, organisation=organisation)

    assert "laadunvarmistuksen tapa" in sentence


def test_a_level_is_referenced_or_self_assessed_and_nothing_else(version, organisation):
    version.eqf_basis, version.eqf_framework = "referenced", "the Finnish framework"
    assert lacking(version, organisation=organisation) == ()
    with translation.override("fi"):
        told = achievement_of(version, organisation=organisation, language="fi").level.basis
    assert "the Finnish framework" in told
    assert told != "referenced to the Finnish framework"

    version.eqf_framework = ""
    assert lacking(version, organisation=organisation) == (Element.LEVEL,)


def test_a_whole_module_states_ects_only_where_the_provider_may(version, organisation):
    credit(version, kind="micro-credential")

    here = achievement_of(version, organisation=organisation, language="en")
    organisation.may_award_ects = True
    there = achievement_of(version, organisation=organisation, language="en")

    assert here.workload.ects is None
    assert there.workload.ects == 1
    assert lacking(version, organisation=organisation) == ()


def test_a_programme_is_refused_whole_and_each_gap_is_named(organisation, sample_design):
    organisation.quality_assurance, organisation.country = {}, ""
    organisation.save()

    with pytest.raises(NotPublishedError) as refused:
        import_design(sample_design, organisation=organisation)

    assert len(refused.value.sentences) == 2
    assert all(sentence.startswith("X1: ") for sentence in refused.value.sentences)
    assert "type of quality assurance" in str(refused.value)
    assert ModuleVersion.objects.count() == Programme.objects.count() == 0


def test_a_module_in_which_nothing_is_earned_is_not_asked(programme, organisation):
    organisation.quality_assurance = {}

    version = programme.modules.get(code="X2").current

    assert sentences_of(version, organisation=organisation) == []


def test_it_is_refused_again_at_issue(enrolment):
    due = earn(enrolment)
    without(due.version, "supervision")

    with pytest.raises(IncompleteError, match="supervision and identity verification"):
        actions.issue_for(due, now=timezone.now())
    assert Credential.objects.count() == 0


def test_a_term_that_no_context_defines_is_refused_with_its_path(
    version, organisation, monkeypatch
):
    """A form that says more than its contexts define would leave that unsigned."""
    written = badge.document_of

    def more(award):
        document = written(award)
        document["credentialSubject"]["achievement"]["ectsPoints"] = 99
        return document

    monkeypatch.setattr(badge, "document_of", more)

    (sentence,) = sentences_of(version, organisation=organisation)

    assert "credentialSubject.achievement.ectsPoints" in sentence


def test_the_same_document_is_not_run_through_json_ld_twice(version, organisation):
    sentences_of(version, organisation=organisation)
    before = gate._cause_in.cache_info().misses

    assert sentences_of(version, organisation=organisation) == []
    assert gate._cause_in.cache_info().misses == before


# --- the same in the files, before anything is imported ---


@pytest.mark.parametrize(
    ("path", "old", "new", "named"),
    [
        ("participation", 'participation = "online"\n', "", "form of participation"),
        ("supervision", 'supervision = "unsupervised"\n', "", "supervision and identity"),
        ("basis", '"self-assessed"', '"referenced"', "not said to which framework"),
        (
            "framework", 'eqf_basis = "self-assessed"',
            'eqf_basis = "self-assessed"\neqf_framework = "x"', "names a framework",
        ),
    ],
)  # fmt: skip
def test_the_check_of_files_names_it_too(path, old, new, named):
    from digicantrain.programme.files import read_folder
    from tests.programme.conftest import SAMPLE

    files = read_folder(SAMPLE)
    name = "modules/X1/module.toml"
    assert old in files[name]
    files[name] = files[name].replace(old, new)

    problems = content.check(files)

    assert [named in problem.what for problem in problems] == [True], path


def test_a_basis_that_is_none_is_told_by_its_key_and_by_the_elements_name():
    from digicantrain.programme.files import read_folder
    from tests.programme.conftest import SAMPLE

    files = read_folder(SAMPLE)
    name = "modules/X1/module.toml"
    files[name] = files[name].replace('"self-assessed"', '"by hearsay"')

    said = [problem.what for problem in content.check(files)]

    assert said == [
        "“by hearsay” cannot be `eqf_basis`.",
        f"What is earned lacks an element: {Element.LEVEL.value}.",
    ]


def test_a_referenced_level_is_kept_with_its_framework():
    from digicantrain.programme.files import read_folder
    from tests.programme.conftest import SAMPLE

    files = read_folder(SAMPLE)
    name = "modules/X1/module.toml"
    files[name] = files[name].replace(
        'eqf_basis = "self-assessed"', 'eqf_basis = "referenced"\neqf_framework = "FiNQF"'
    )

    module = content.parse(files).modules[0]

    assert (module.eqf_basis, module.eqf_framework) == ("referenced", "FiNQF")
