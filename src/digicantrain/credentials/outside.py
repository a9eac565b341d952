"""What is said in a credential whose assessment was held outside the platform.

A verifier must not read of a test that nobody sat here: criteria, assessment and supervision say
that it was held elsewhere and that the awarding body confirmed it. The evidence itself is kept
with the request and is not for everybody who checks.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digicantrain.core.credentials.award import (
    Achievement,
    Assessment,
    AssessmentKind,
    Supervision,
)
from digicantrain.credentials.achievements import urn
from digicantrain.credentials.records import as_taught

SUPERVISION: Final[dict[str, Any]] = {
    Supervision.SUPERVISED_IDENTIFIED.value: gettext_lazy(
        "Held outside the platform; supervised, identity was checked"
    ),
    Supervision.UNSUPERVISED_IDENTIFIED.value: gettext_lazy(
        "Held outside the platform; not supervised, identity was checked"
    ),
    Supervision.UNSUPERVISED.value: gettext_lazy(
        "Held outside the platform; not supervised, identity was not checked"
    ),
}


def telling(watched: str) -> Callable[[Achievement], Achievement]:
    """Return how an achievement is told: as taught, or as assessed elsewhere and watched so."""
    return partial(held_outside, watched=Supervision(watched)) if watched else as_taught


def held_outside(achievement: Achievement, *, watched: Supervision) -> Achievement:
    """Return an achievement as it is told when its assessment was held outside the platform."""
    own = urn(achievement.urn, "outside", watched.value)
    with translation.override(achievement.language):
        assessment = Assessment(
            urn(own, "assessment"),
            _("Assessment held outside the platform"),
            kind=AssessmentKind.WORK,
        )
        return replace(
            achievement,
            urn=own,
            criteria=_(
                "The assessment was held outside the platform. The awarding body's registrar "
                "confirmed it; the awarding body keeps the evidence."
            ),
            assessments=(assessment,),
            assessment_type=_(
                "Assessment held outside the platform, confirmed by the awarding body"
            ),
            supervision=str(SUPERVISION[watched.value]),
            watched=watched,
        )
