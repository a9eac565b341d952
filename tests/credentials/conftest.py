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


@pytest.fixture
def rolf(organisation):
    """Rolf is the provider's second registrar."""
    from tests.conftest import _person, _role

    person = _person("Rolf")
    _role(person, "registrar", organisation)
    return person


@pytest.fixture
def wide(enrolment):
    """Aino in the autumn run, whose module has a second unit that counts."""
    from tests.credentials.claims import widen

    return widen(enrolment)
