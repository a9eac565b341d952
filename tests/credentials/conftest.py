"""A credential that Aino earned in the autumn run."""

from datetime import UTC, datetime

import pytest


@pytest.fixture
def now():
    return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def due(enrolment):
    """Aino has done everything that counts, and nothing was issued yet."""
    from tests.credentials.earned import earn

    return earn(enrolment)


@pytest.fixture
def credential(enrolment):
    from tests.credentials.earned import issued

    return issued(enrolment)
