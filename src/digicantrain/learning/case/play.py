"""Playing a branching case: the path is kept on the server, one choice at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from digicantrain.core import cases
from digicantrain.core.xapi.events import (
    ActivityType,
    Extension,
    Interaction,
    Result,
    Score,
    Verb,
)
from digicantrain.learning.actions import arrive, complete_step, locked_progress
from digicantrain.learning.case import is_assessed
from digicantrain.learning.enums import StepState
from digicantrain.learning.models import Enrolment, StepProgress
from digicantrain.learning.statements import Deed, Subject, lesson, tell_deeds
from digicantrain.programme.models import Step

Design = Mapping[str, Any]


class CaseError(ValueError):
    """A choice cannot be taken; the sentence says why."""


@dataclass(frozen=True)
class Moment:
    """Where a learner stands in a case."""

    path: tuple[tuple[str, str], ...]
    position: cases.Position

    @property
    def ended(self) -> bool:
        """Whether an ending was reached."""
        return self.position.ended


def moment_of(progress: StepProgress | None, *, design: Design) -> Moment:
    """Return where a learner stands; a path that no longer fits begins anew."""
    stored = progress.data.get("path", []) if progress else []
    path = tuple((str(state), str(choice)) for state, choice in stored)
    try:
        return Moment(path, cases.position(design, path))
    except cases.CaseError:
        return Moment((), cases.position(design, ()))


def choose(
    enrolment: Enrolment,
    *,
    step: Step,
    design: Design,
    made: tuple[str, str],
    now: datetime,
) -> Moment:
    """Take a choice made in a state.

    A choice from another tab, from the page before or sent twice does not fit the state in which
    the case is, and changes nothing.

    Raises:
        CaseError: the choice does not fit.
    """
    state, choice = made
    with transaction.atomic():
        progress = locked_progress(enrolment, step=step, now=now)
        here = moment_of(progress, design=design)
        if here.ended or here.position.key != state:
            raise CaseError(_("The case has moved on. This is where you are now."))
        try:
            path = cases.advance(design, here.path, choice)
        except cases.CaseError:
            raise CaseError(_("Choose one of the ways to go on.")) from None
        progress.data = {**progress.data, "path": path}
        progress.saved_at = now
        progress.save(update_fields=["data", "saved_at"])
        made_it = Deed(
            Verb.RESPONDED,
            _moment(lesson(enrolment, step), state, design),
            _led_to(cases.consequence(design, state, choice), choice, step),
        )
        arrive(enrolment, step=step, now=now)
        after = Moment(tuple(path), cases.position(design, path))
        if after.ended:
            found = cases.result(design, path)
            score = Score(Decimal(found.points), Decimal(found.possible))
            complete_step(enrolment, step=step, now=now, score=score, by=[made_it])
        else:
            tell_deeds(enrolment, [made_it], now=now)
    return after


def _moment(case: Subject, state: str, design: Design) -> Subject:
    """Return a state of a case with its choices; their words stay with the case."""
    choices = Interaction("choice", {row["id"]: {} for row in design["states"][state]["choices"]})
    return case.inner(
        case.activity.below(ActivityType.INTERACTION, f"states/{state}", interaction=choices)
    )


def _led_to(found: cases.Consequence, choice: str, step: Step) -> Result:
    """Return what a statement says of a choice; where the case counts, its end tells the points."""
    points = Score(Decimal(found.points), Decimal(found.possible))
    told = {"state": found.key, "ended": found.ended}
    if found.quality:
        told["quality"] = found.quality
    return Result(
        score=points if found.possible and not is_assessed(step) else None,
        response=choice,
        extensions={Extension.CONSEQUENCE: told},
    )


def begin_again(enrolment: Enrolment, *, step: Step, now: datetime) -> bool:
    """Play a case again; one that counts is played once."""
    if is_assessed(step):
        return False
    with transaction.atomic():
        progress = locked_progress(enrolment, step=step, now=now)
        if progress.state == StepState.DONE:
            progress.data = {**progress.data, "path": []}
            progress.saved_at = now
            progress.save(update_fields=["data", "saved_at"])
    return True
