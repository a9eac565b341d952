"""Aino in the sample's module, in a browser of her own.

Models are imported inside the fixtures: this file is read before Django is set up.
"""

import pytest

TEXT = "I rang her at ten, and she was better."


@pytest.fixture
def hers(client, aino):
    """Aino's browser."""
    client.force_login(aino)
    return client


@pytest.fixture
def home(enrolment):
    """The address of Aino's module."""
    return f"/learn/{enrolment.key}/"


@pytest.fixture
def steps(enrolment):
    """The steps of the module, by code."""
    return {step.code: step for step in enrolment.version.steps.all()}


@pytest.fixture
def attempt(hers, home, enrolment):
    """An open test of Aino's, begun on its page."""
    from digicantrain.assessment.models import Attempt

    hers.post(f"{home}test/", {"act": "begin"})
    return Attempt.objects.get(enrolment=enrolment)


@pytest.fixture
def answer(hers, home):
    """Answer a question of the test: `answer(attempt, 1, "a")`."""

    def act(attempt, number, option, **headers):
        return hers.post(
            f"{home}test/{number}/", {"attempt": str(attempt.key), "answer": option}, **headers
        )

    return act


@pytest.fixture
def hand_in(hers, home):
    """Hand a test in."""

    def act(attempt):
        return hers.post(f"{home}test/check/", {"attempt": str(attempt.key)})

    return act
