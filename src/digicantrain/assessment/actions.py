"""Writes about tests: begin one, answer, hand in; and answers to practice questions."""

import secrets
from datetime import datetime
from decimal import Decimal
from random import Random

from django.db import transaction
from django.utils.translation import gettext as _

from digicantrain.assessment.models import Attempt, Item, Response
from digicantrain.assessment.queries import (
    asked_and_chosen,
    attempts_of,
    rules_of,
    standing_of,
)
from digicantrain.assessment.rules import Gate, TestRules
from digicantrain.assessment.statements import asked_in_practice, asked_in_test
from digicantrain.core.blueprint import Candidate, draw
from digicantrain.core.scoring import Mark, score
from digicantrain.core.xapi.events import Result, Score, Verb
from digicantrain.learning.actions import arrive, complete_step, keep_answer, locked_progress
from digicantrain.learning.enums import StepState
from digicantrain.learning.models import Answer, Enrolment, StepProgress
from digicantrain.learning.queries import answers_in
from digicantrain.learning.statements import Deed, Subject, lesson, tell, tell_deeds
from digicantrain.programme.models import Step


class TestError(ValueError):
    """A test cannot be begun or answered in this way; the sentence says why."""

    __test__ = False


# --- practice ---


def answer_question(
    enrolment: Enrolment, *, step: Step, item: Item, value: str, now: datetime
) -> Answer:
    """Keep the answer to a practice question.

    The first choice stands, so that two tabs agree; a text may be written anew.
    """
    if item.kind == "choice" and value not in item.options:
        raise TestError(_("Choose one of the answers."))
    if not value:
        raise TestError(_("Write your answer first."))
    with transaction.atomic():
        if item.kind == "choice":
            given = answers_in(enrolment, step=step).get(item.key)
            if given is not None:
                return given
        row, changed = keep_answer(enrolment, step=step, question=item.key, value=value, now=now)
        if changed:
            tell(
                enrolment,
                Verb.ANSWERED,
                about=asked_in_practice(lesson(enrolment, step), item),
                now=now,
                result=_practice_result(item, value),
            )
    return row


def _practice_result(item: Item, value: str) -> Result:
    """Return what a statement says; somebody's own words never stand in it."""
    if item.kind == "choice":
        return Result(success=value == item.answer, response=value)
    return Result(completion=True)


def finish_practice(enrolment: Enrolment, *, step: Step, now: datetime) -> bool:
    """Complete a practice quiz when each of its questions is answered; return whether it is."""
    answered = answers_in(enrolment, step=step)
    if any(key not in answered for key in step.data["items"]):
        return False
    complete_step(enrolment, step=step, now=now)
    return True


# --- graded ---


def begin(
    enrolment: Enrolment, *, step: Step, now: datetime, random: Random | None = None
) -> Attempt:
    """Draw a test and begin it; who has begun one already goes on with that."""
    with transaction.atomic():
        progress = locked_progress(enrolment, step=step, now=now)
        attempts = attempts_of(enrolment, step=step)
        rules = rules_of(enrolment.version_id)
        here = standing_of(rules, attempts=attempts, now=now)
        if here.gate is Gate.UNDER_WAY:
            return attempts[-1]
        if here.gate is not Gate.OPEN:
            raise TestError(_("You cannot begin this test now."))
        attempt = Attempt.objects.create(
            enrolment=enrolment,
            step=step,
            number=len(attempts) + 1,
            drawn=_draw(rules, enrolment, attempts, random or secrets.SystemRandom()),
            started_at=now,
        )
        progress.opens_at = None
        progress.saved_at = now
        progress.save(update_fields=["opens_at", "saved_at"])
        tell(
            enrolment,
            Verb.ATTEMPTED,
            about=lesson(enrolment, step).on_attempt(attempt.number),
            now=now,
        )
        arrive(enrolment, step=step, now=now)
    return attempt


def _draw(
    rules: TestRules, enrolment: Enrolment, attempts: list[Attempt], random: Random
) -> list[dict[str, object]]:
    bank = Item.objects.filter(version=enrolment.version_id, use=Item.Use.BANK)
    candidates = [
        Candidate(pk, outcome, difficulty, tuple(options))
        for pk, outcome, difficulty, options in bank.values_list(
            "pk", "outcome", "difficulty", "options"
        )
    ]
    seen = {row["item"] for attempt in attempts for row in attempt.drawn}
    drawn = draw(rules.blueprint, bank=candidates, random=random, seen=seen)
    return [{"item": one.key, "options": list(one.options)} for one in drawn]


def respond(
    enrolment: Enrolment, *, attempt: Attempt, number: int, option: str, now: datetime
) -> Response:
    """Save the answer to one question at once; it can be changed until the test is handed in."""
    with transaction.atomic():
        locked = Attempt.objects.select_for_update().get(pk=attempt.pk)
        if locked.submitted_at is not None:
            raise TestError(_("This test is handed in already. Its answers stand as they were."))
        if not 1 <= number <= len(locked.drawn):
            raise TestError(_("This test has no such question."))
        drawn = locked.drawn[number - 1]
        if option not in drawn["options"]:
            raise TestError(_("Choose one of the answers."))
        item, chosen = asked_and_chosen(locked, item=drawn["item"])
        row = Response(attempt=locked, item=item, option=option, answered_at=now)
        row.correct = option == item.answer
        if chosen is not None:
            row.pk = chosen.pk
            if chosen.option == option:
                return chosen
        row.save(force_insert=chosen is None, force_update=chosen is not None)
        arrive(enrolment, step=attempt.step, now=now)
        # whether it is right is told with the score, when the test is handed in
        tell(
            enrolment,
            Verb.ANSWERED,
            about=asked_in_test(
                lesson(enrolment, attempt.step), item.key, options=drawn["options"]
            ).on_attempt(locked.number),
            now=now,
            result=Result(response=option),
        )
    return row


def hand_in(enrolment: Enrolment, *, attempt: Attempt, now: datetime) -> Attempt:
    """Score a test on what the server holds, once; a passed test completes its step."""
    with transaction.atomic():
        progress = locked_progress(enrolment, step=attempt.step, now=now)
        locked = Attempt.objects.select_for_update().get(pk=attempt.pk)
        if locked.submitted_at is not None:
            return locked
        rules = rules_of(enrolment.version_id)
        _mark(locked, rules, now)
        points = Score(Decimal(locked.score or 0), Decimal(locked.possible or 0))
        deed = _handed_in(lesson(enrolment, attempt.step), locked, points)
        if locked.passed:
            complete_step(enrolment, step=attempt.step, now=now, score=points, by=[deed])
        else:
            tell_deeds(enrolment, [deed], now=now)
            _not_yet(progress, points, opens_at=_opens_at(locked, rules), now=now)
            arrive(enrolment, step=attempt.step, now=now)
    return locked


def _handed_in(test: Subject, attempt: Attempt, points: Score) -> Deed:
    length = attempt.submitted_at - attempt.started_at if attempt.submitted_at else None
    result = Result(points, success=attempt.passed, completion=True, duration=length)
    verb = Verb.PASSED if attempt.passed else Verb.FAILED
    return Deed(verb, test.on_attempt(attempt.number), result)


def _mark(attempt: Attempt, rules: TestRules, now: datetime) -> None:
    correct = set(attempt.responses.filter(correct=True).values_list("item", flat=True))
    drawn = [row["item"] for row in attempt.drawn]
    outcomes = dict(Item.objects.filter(pk__in=drawn).values_list("pk", "outcome"))
    result = score(Mark(outcomes[pk], pk in correct) for pk in drawn)
    attempt.submitted_at = now
    attempt.score, attempt.possible = result.score, result.possible
    attempt.by_outcome = result.by_outcome
    attempt.passed = result.passes(rules.pass_mark)
    attempt.save()


def _opens_at(attempt: Attempt, rules: TestRules) -> datetime | None:
    """Return when the next attempt opens; none when this was the last."""
    if attempt.number >= rules.attempts or attempt.submitted_at is None:
        return None
    return attempt.submitted_at + rules.wait


def _not_yet(
    progress: StepProgress, points: Score, *, opens_at: datetime | None, now: datetime
) -> None:
    progress.score, progress.possible = points.points, points.possible
    progress.saved_at = now
    progress.opens_at = opens_at
    progress.state = StepState.IN_PROGRESS if opens_at else StepState.NOT_PASSED
    progress.save()
