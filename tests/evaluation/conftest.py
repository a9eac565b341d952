"""A study of the autumn run, with nobody in it yet; models are imported inside the fixtures."""

import pytest


@pytest.fixture
def study(cohort):
    from tests.evaluation import pilot

    return pilot.study(cohort)


@pytest.fixture
def place(study, enrolment):
    """Aino, who has consented."""
    from tests.evaluation import pilot

    return pilot.agree(study, enrolment)
