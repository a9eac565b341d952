"""What is told of course runs and steps: where they stand, in which language, in which version."""

import pytest
from django.conf import settings
from django.utils import translation

from digicantrain.core.xapi.profile import Profile
from digicantrain.core.xapi.vocabulary import ActivityType, Verb
from digicantrain.learning.actions import complete_step, enrol_many, leave, open_step
from digicantrain.learning.enums import EnrolledBy
from tests.learning import course
from tests.learning.told import bodies, told


def places(statement):
    """Return the ids of what the object of a statement stands in, by place, without the origin."""
    around = statement["context"]["contextActivities"]
    return {
        place: [one["id"].removeprefix(settings.ORIGIN) for one in around[place]]
        for place in around
    }


def test_a_step_stands_in_its_module_and_that_in_its_programme(own, version, now):
    open_step(own, step=version.steps.get(code="s1"), now=now)

    (statement,) = told(Verb.OPENED)
    assert places(statement) == {
        "parent": ["/activities/sample/X1/1"],
        "grouping": ["/activities/sample"],
        "category": ["/xapi/profile/v1"],
    }
    assert statement["context"]["registration"] == str(own.key)
    assert statement["context"]["revision"] == "1"
    assert statement["object"]["definition"]["name"]["fi"] == "Vaihe s1"


@pytest.mark.parametrize(("asked", "met"), [("fi", "fi"), ("en", "en"), ("el", "en")])
def test_the_language_is_that_in_which_she_met_the_step(own, version, now, asked, met):
    with translation.override(asked):
        open_step(own, step=version.steps.get(code="s1"), now=now)

    assert told(Verb.OPENED)[0]["context"]["language"] == met


def test_no_language_is_told_of_what_others_may_do_for_her(own, now):
    leave(own, now=now)

    for statement in bodies():
        assert "language" not in statement["context"]


@pytest.mark.parametrize(
    ("kind", "data", "told_as"),
    [
        ("page", {}, ActivityType.LESSON),
        ("quiz", {"items": ["p1"]}, ActivityType.LESSON),
        ("quiz", {"draw": "blueprint"}, ActivityType.ASSESSMENT),
        ("case", {"case": "call"}, ActivityType.SIMULATION),
        ("feedback", {"form": "course-feedback"}, ActivityType.SURVEY),
    ],
)
def test_each_kind_of_step_has_its_type(own, version, now, kind, data, told_as):
    step = course.step(version.units.first(), "more", kind=kind, data=data)

    complete_step(own, step=step, now=now)

    (statement,) = told(Verb.COMPLETED)
    assert statement["object"]["definition"]["type"] == told_as.iri(settings.ORIGIN)
    assert Profile(settings.ORIGIN).faults(statement) == []


def test_whoever_is_enrolled_together_is_told_of_alike(run, aino, farah, now):
    enrol_many(run, people=[aino, farah], how=EnrolledBy.FILE, now=now)

    first, second = told(Verb.REGISTERED)
    assert first["actor"] != second["actor"]
    assert first["object"] == second["object"]
    assert [Profile(settings.ORIGIN).faults(one) for one in (first, second)] == [[], []]
