"""A module with a bank, a graded test and a practice quiz; Aino is enrolled."""

from datetime import UTC, datetime

import pytest


@pytest.fixture
def now():
    return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def version(db):
    from tests.learning import course

    built = course.module()
    unit = course.unit(built)
    course.step(unit, "s1")
    course.step(unit, "check", kind="quiz", data={"items": ["p1", "p2"]})
    course.step(unit, "test", kind="quiz", data={"draw": "blueprint"})
    course.bank(built)
    course.item(built, "p1")
    course.item(built, "p2")
    course.item(built, "n1", kind="text", options=[], answer="")
    return built


@pytest.fixture
def own(version, aino, now):
    from tests.learning import course

    run = course.cohort(version, starts_on="2026-11-01", ends_on="2030-01-01")
    return course.enrolled(aino, run=run, now=now)


@pytest.fixture
def graded(version):
    return version.steps.get(code="test")


@pytest.fixture
def practice(version):
    return version.steps.get(code="check")
