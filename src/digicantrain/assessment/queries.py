"""Reads about items, attempts and results."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, FilteredRelation, Q

from digicantrain.assessment.models import Attempt, Item, Response
from digicantrain.assessment.rules import Standing, TestRules, Tried, standing
from digicantrain.learning.models import Enrolment
from digicantrain.learning.queries import part_of
from digicantrain.programme.models import Outcome, Step


@dataclass(frozen=True)
class Question:
    """One question of an attempt: its place, its item, its options in order, what was answered."""

    number: int
    item: Item
    options: tuple[str, ...]
    response: Response | None


@dataclass(frozen=True)
class OutcomeRow:
    """How an attempt went in one outcome."""

    outcome: Outcome
    score: int
    possible: int


def items_of(version_id: int, *, keys: Iterable[str]) -> dict[str, Item]:
    """Return practice items by key; the bank of the graded test cannot be asked for by name."""
    found = Item.objects.filter(version=version_id, key__in=list(keys), use=Item.Use.PRACTICE)
    return {item.key: item for item in found}


def rules_of(version_id: int) -> TestRules:
    """Return the rules of a version's test, without the bulk of the version."""
    return TestRules.read(part_of(version_id, "assessment"))


def attempts_of(enrolment: Enrolment, *, step: Step) -> list[Attempt]:
    """Return a learner's attempts at a test, first to last."""
    return list(enrolment.attempts.filter(step=step).order_by("number"))


def standing_of(rules: TestRules, *, attempts: list[Attempt], now: datetime) -> Standing:
    """Return whether she can begin a test now."""
    tried = [Tried(attempt.submitted_at, attempt.passed) for attempt in attempts]
    return standing(rules, tried=tried, now=now)


def questions_of(attempt: Attempt) -> list[Question]:
    """Return the questions of an attempt in their order, in two queries."""
    items = Item.objects.in_bulk([row["item"] for row in attempt.drawn])
    responses = {row.item_id: row for row in attempt.responses.all()}
    return [
        Question(number, items[row["item"]], tuple(row["options"]), responses.get(row["item"]))
        for number, row in enumerate(attempt.drawn, start=1)
    ]


def asked_and_chosen(attempt: Attempt, *, item: int) -> tuple[Item, Response | None]:
    """Return an item of an attempt as far as an answer needs it, and the answer so far.

    One query: an answer is saved at each click.
    """
    here = FilteredRelation("responses", condition=Q(responses__attempt=attempt))
    row = (
        Item.objects.only("key", "answer")
        .annotate(
            here=here,
            response=F("here__pk"),
            option=F("here__option"),
            correct=F("here__correct"),
            answered_at=F("here__answered_at"),
        )
        .get(pk=item)
    )
    if row.response is None:
        return row, None
    return row, Response(
        pk=row.response,
        attempt=attempt,
        item=row,
        option=row.option,
        correct=row.correct,
        answered_at=row.answered_at,
    )


def place_of(questions: list[Question]) -> int:
    """Return the question at which she goes on: after her last answer, else the first open one.

    None is open any more: one past the last, where answers are checked.
    """
    unanswered = [question.number for question in questions if question.response is None]
    if not unanswered:
        return len(questions) + 1
    latest = max(
        (question for question in questions if question.response),
        key=lambda question: (question.response.answered_at, question.number),  # type: ignore[union-attr]
        default=None,
    )
    after = latest.number + 1 if latest else unanswered[0]
    return after if after in unanswered else unanswered[0]


def attempt_of(enrolment: Enrolment, *, key: UUID) -> Attempt | None:
    """Return an enrolment's own attempt; another's is as absent as one that never was."""
    return enrolment.attempts.filter(key=key).first()


def results_by_outcome(attempt: Attempt) -> list[OutcomeRow]:
    """Return how an attempt went, outcome by outcome."""
    outcomes = Outcome.objects.filter(
        version=attempt.enrolment.version_id, code__in=list(attempt.by_outcome)
    )
    return [
        OutcomeRow(outcome, **attempt.by_outcome[outcome.code])
        for outcome in outcomes.order_by("order", "pk")
    ]


def test_result(enrolment: Enrolment) -> Attempt | None:
    """Return the attempt that stands for an enrolment: the passed one, else the last handed in."""
    handed_in = enrolment.attempts.exclude(submitted_at=None)
    return handed_in.order_by("-passed", "-number").first()
