"""A small course of two units for tests that look at single rows.

Models are imported inside the fixtures: this file is read before Django is set up.
"""

from datetime import UTC, date, datetime

import pytest


@pytest.fixture
def now():
    return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def version(db):
    from tests.learning import course

    built = course.module()
    first = course.unit(built, "u1")
    course.step(first, "s1", minutes=5)
    course.step(first, "s2", minutes=8)
    second = course.unit(built, "u2")
    course.step(second, "s3", minutes=10)
    course.step(second, "s4", minutes=7, written=False)
    return built


@pytest.fixture
def run(version):
    from tests.learning import course

    return course.cohort(version, ends_on=date(2030, 1, 1), starts_on=date(2026, 11, 1))


@pytest.fixture
def own(run, aino, now):
    """Aino's enrolment, as the pages fetch it."""
    from tests.learning import course

    return course.enrolled(aino, run=run, now=now)
